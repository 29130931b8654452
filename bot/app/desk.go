package app

import (
	"context"
	"errors"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// How often overdue cases are looked for, and how soon after a change the texts of
// new cases become searchable.
const (
	lookForOverdue = 30 * time.Second
	searchableIn   = time.Second
)

// keepSearchable makes what cases say searchable, behind the pipeline's back.
func (a *App) keepSearchable(ctx context.Context) {
	if a.console == nil {
		return
	}
	changes, unsubscribe := a.store.Subscribe()
	defer unsubscribe()
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		more, err := a.store.IndexTexts(ctx)
		if err != nil && ctx.Err() == nil {
			a.log.Error().Err(err).Msg("the texts of new cases can't be made searchable")
		}
		if !more {
			select {
			case <-ctx.Done():
				return
			case _, open := <-changes:
				if !open {
					return
				}
			}
			pause.Reset(searchableIn)
			continue
		}
		pause.Reset(0)
	}
}

// handUpOverdue escalates open cases that nobody has decided in time.
func (a *App) handUpOverdue(ctx context.Context) {
	tick := time.NewTicker(lookForOverdue)
	defer tick.Stop()
	for {
		n, err := a.escalateOverdue(ctx, time.Now())
		if err != nil && ctx.Err() == nil {
			a.log.Error().Err(err).Msg("overdue cases can't be escalated")
		}
		if n > 0 {
			a.log.Warn().Int("cases", n).Msg("overdue cases were escalated")
			a.alarm(lang.F("%d 个案件超过期限无人处理，已上报", "%d cases are overdue and were escalated", n))
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// escalateOverdue hands up what is overdue at now: cases that wait for a verdict, and
// those of which something that a person was to do by hand is not done. What was drawn
// by chance and that nobody complains of is not handed up: nobody is wronged while it
// waits.
func (a *App) escalateOverdue(ctx context.Context, now time.Time) (n int, err error) {
	waiting, err := a.escalate(ctx, review.Filter{Overdue: now, Unescalated: true}, "", func(c *review.Case) bool {
		return !c.Sample.Drawn() || c.AppealState() == review.AppealWaits || c.Reported.Count > 0
	})
	if err != nil {
		return waiting, err
	}
	undone := review.Filter{Asked: true, AskedBefore: now, States: []review.State{review.Acted, review.Logged}}
	asked, err := a.escalate(ctx, undone, "人工操作超时 / to be done by hand, and overdue", func(*review.Case) bool { return true })
	return waiting + asked, err
}

// escalate hands up the cases of f that are wanted. One that somebody holds is left
// to them.
func (a *App) escalate(ctx context.Context, f review.Filter, ground string, wanted func(*review.Case) bool) (n int, err error) {
	f.Limit = review.MaxPage
	for {
		page, err := a.store.Cases(ctx, f)
		if err != nil {
			return n, err
		}
		var ids []string
		for i := range page.Cases {
			if c := &page.Cases[i]; wanted(c) {
				ids = append(ids, c.ID)
			}
		}
		tally := a.queue.Each(ctx, ids, func(ctx context.Context, id string) (review.Case, error) {
			return a.queue.Escalate(ctx, id, ledger.Bot, ground)
		})
		n += len(tally.Done)
		for _, refusal := range tally.Refused {
			if !errors.Is(refusal.Err, review.ErrClaimed) && !errors.Is(refusal.Err, review.ErrDecided) {
				return n, refusal.Err
			}
		}
		if f.After = page.Next; f.After == "" {
			return n, nil
		}
	}
}
