package app

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"patrol/bot/config"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// measureEvery is how often the verdicts of people are looked at.
const measureEvery = 30 * time.Second

// PrecisionTarget is what the bot file asks of rules that act alone.
func PrecisionTarget(c *config.Config) review.Target {
	p := c.Review.Precision
	return review.Target{Precision: p.Target, After: p.After, Within: time.Duration(p.Within)}
}

// doubts are the rules that people overturn too often. The pipeline reads them for
// every violation, so they are worked out beside it.
type doubts struct{ rules atomic.Pointer[[]string] }

func (d *doubts) list() []string {
	if rules := d.rules.Load(); rules != nil {
		return *rules
	}
	return nil
}

// measureRules keeps the doubts up to date until ctx ends.
func (a *App) measureRules(ctx context.Context) {
	tick := time.NewTicker(measureEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.measure(ctx)
		}
	}
}

// measure looks at the verdicts once, and tells of every change.
func (a *App) measure(ctx context.Context) {
	target := PrecisionTarget(a.config)
	verdicts, err := a.store.Verdicts(ctx, time.Now().Add(-target.Within))
	if err != nil {
		if ctx.Err() == nil {
			a.log.Warn().Err(err).Msg("the verdicts can't be read: rules act as before")
		}
		return
	}
	was, is := a.doubts.list(), target.Doubted(verdicts)
	if slices.Equal(was, is) {
		return
	}
	a.doubts.rules.Store(&is)
	said := lang.T("所有规则都恢复自动处置", "every rule acts alone again")
	if len(is) > 0 {
		names := strings.Join(is, ", ")
		said = lang.F("被推翻得太多，先问人再处置的规则：%s", "overturned too often, so that a person is asked first: %s", names)
	}
	a.log.Warn().Strs("rules", is).Strs("before", was).Msg("rules that ask a person first have changed")
	a.alarm(said)
	entry := ledger.Entry{At: time.Now(), Kind: ledger.Doubted, Actor: ledger.Bot, Set: a.pipeline.Rules().Version(), Rules: is, Ground: said}
	if err := a.store.Append(ctx, entry); err != nil {
		a.log.Error().Err(err).Msg("the ledger did not take which rules are doubted")
	}
}
