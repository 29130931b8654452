package brake

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// ErrNone is the error for a brake that there is not.
var ErrNone = errors.New("no such brake / 没有这个刹车")

// Holdings says what brakes hold, and lifts them.
type Holdings interface {
	Brakes(ctx context.Context, now time.Time) ([]Standing, error)
	// Held are the cases of which the brake holds something, oldest first.
	Held(ctx context.Context, brake string) (cases []string, err error)
	// LiftBrake notes who lifted the brake, and appends the entries with it.
	LiftBrake(ctx context.Context, brake, by string, entries ...ledger.Entry) error
}

// Desk is what people do with brakes. It holds no state and may be used from many
// goroutines. Everything that it does can be done again: what is done is left
// alone, and what a crash cut short is finished.
type Desk struct {
	Store Holdings
	Queue *review.Queue
	Now   func() time.Time // time.Now where nil
}

func (d *Desk) now() time.Time {
	if d.Now == nil {
		return time.Now()
	}
	return d.Now()
}

// Standing are the brakes that are on or hold something, the newest first.
func (d *Desk) Standing(ctx context.Context) ([]Standing, error) { return d.Store.Brakes(ctx, d.now()) }

// Find is the brake whose id begins with prefix: ErrNone.
func (d *Desk) Find(ctx context.Context, prefix string) (Standing, error) {
	all, err := d.Standing(ctx)
	if err != nil {
		return Standing{}, err
	}
	var found []Standing
	for _, one := range all {
		if prefix != "" && strings.HasPrefix(one.ID, strings.ToLower(prefix)) {
			found = append(found, one)
		}
	}
	if len(found) != 1 {
		return Standing{}, fmt.Errorf("%w: %s", ErrNone, prefix)
	}
	return found[0], nil
}

// Release says that the bot was right: the brake is lifted, and what it holds is
// carried out. It is no verdict on the cases.
func (d *Desk) Release(ctx context.Context, brake, by string) (review.Swept, error) {
	if err := d.lift(ctx, brake, by); err != nil {
		return review.Swept{}, err
	}
	return d.each(ctx, brake, by, func(c *review.Case, now time.Time) ([]ledger.Entry, error) {
		return c.LetGo(brake, by, now)
	})
}

// Cancel says that the bot was wrong: every case of which the brake holds
// something is overturned. The brake stays on for as long as it would.
func (d *Desk) Cancel(ctx context.Context, brake, by string) (review.Swept, error) {
	ground := "刹车 " + brake + " 整批取消 / cancelled with all that brake " + brake + " held"
	return d.each(ctx, brake, by, func(c *review.Case, now time.Time) ([]ledger.Entry, error) {
		if !c.HeldBy(brake) {
			return nil, nil
		}
		return c.Overturn(review.Word{By: by, At: now, Ground: ground}, d.Queue.Policy())
	})
}

func (d *Desk) lift(ctx context.Context, id, by string) error {
	if strings.TrimSpace(by) == "" {
		return review.ErrNobody
	}
	one, err := d.Find(ctx, id)
	if err != nil || one.LiftedBy != "" {
		return err
	}
	e := ledger.Entry{At: d.now(), Kind: ledger.Lifted, Actor: by, Ground: lang.F("解除刹车 %s", "lifted brake %s", one.ID)}
	if one.Kind == Rule {
		e.Rules = []string{one.Scope}
	} else {
		e.Chat = one.Scope
	}
	return d.Store.LiftBrake(ctx, one.ID, by, e)
}

func (d *Desk) each(ctx context.Context, id, by string, verb review.Verb) (review.Swept, error) {
	cases, err := d.Store.Held(ctx, id)
	if err != nil {
		return review.Swept{}, err
	}
	return d.Queue.Sweep(ctx, cases, by, verb)
}
