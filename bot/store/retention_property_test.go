package store_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

// archive is a store in which things happen and time passes.
type archive struct {
	*testing.T
	r     *rapid.T
	path  string
	s     *store.Store
	now   time.Time
	ids   []string
	heads []ledger.Head // noted on the way
}

// do is something that may happen to a case, or is refused.
func (a *archive) do(what func(q *review.Queue, id string) error) {
	if len(a.ids) == 0 {
		return
	}
	id := rapid.SampledFrom(a.ids).Draw(a.r, "case")
	q := review.NewQueue(review.Config{Store: a.s, Now: func() time.Time { return a.now }})
	err := what(q, id)
	for _, refusal := range []error{review.ErrNotFound, review.ErrDecided, review.ErrClaimed, review.ErrNothing, review.ErrNoAppeal, review.ErrAppealed, review.ErrFirst} {
		if errors.Is(err, refusal) {
			return
		}
	}
	if _, unsettled := errors.AsType[*store.UnsettledError](err); err != nil && !unsettled {
		a.r.Fatal(err)
	}
}

func (a *archive) record() {
	c := spoken(len(a.ids))
	c.Created, c.Event.Time = a.now, a.now
	c.State = rapid.SampledFrom([]review.State{review.Open, review.Acted, review.Logged}).Draw(a.r, "state")
	if c.State == review.Open {
		c.Due = a.now.Add(time.Hour)
	}
	if rapid.Bool().Draw(a.r, "nothing to do") {
		c.Acts = nil
	}
	c.Decision.Strike.Until = a.now.Add(time.Duration(rapid.IntRange(0, 100).Draw(a.r, "strike")) * day)
	record(a.T, a.s, c, decided(c)...)
	a.ids = append(a.ids, c.ID)
}

func (a *archive) settle() {
	a.do(func(_ *review.Queue, id string) error {
		c, err := a.s.Case(a.Context(), id)
		if err != nil {
			return err
		}
		var changed []review.Act
		for _, act := range c.Acts {
			if act.State == review.Due || act.State == review.Doing {
				act.State, act.Settled, act.Error = review.Done, a.now, said
				changed = append(changed, act)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		entry := ledger.Entry{At: a.now, Kind: ledger.Failed, Actor: ledger.Bot, Case: id, Ground: lang.T(said, said)}
		if err := settle(a.T, a.s, review.Update{Case: id, Acts: changed, Entries: []ledger.Entry{entry}}); !errors.Is(err, review.ErrCancelled) {
			return err
		}
		return nil
	})
}

func (a *archive) order(period time.Duration) retention.Order {
	return retention.Order{Before: a.now.Add(-period), Now: a.now, Period: period, By: ledger.Bot, Limit: rapid.IntRange(1, 9).Draw(a.r, "limit")}
}

// erased wants nothing that was said to be left of what is old enough and settled.
func (a *archive) erased(period time.Duration) {
	for _, id := range a.ids {
		c, err := a.s.Case(a.Context(), id)
		if errors.Is(err, review.ErrNotFound) || err == nil && (!c.Unsettled(a.now).IsZero() || !c.Touched().Before(a.now.Add(-period))) {
			continue
		}
		if err != nil || c.Event.Message.Text != "" || c.Ground != "" || c.Erased.By == "" {
			a.r.Fatalf("case %s was swept over: %+v, %v", id, c, err)
		}
		for r, err := range a.s.Entries(a.Context(), store.EntryFilter{Case: id}) {
			if err != nil || len(r.Said) > 0 {
				a.r.Fatalf("what was said with entry %d of case %s is there still: %s, %v", r.Seq, id, r.Said, err)
			}
		}
	}
}

// step takes a few steps of a sweep, and maybe not all: then it reports false.
func (a *archive) step(period time.Duration, take func(o retention.Order) (retention.Step, error)) bool {
	o := a.order(period)
	for range rapid.IntRange(1, 20).Draw(a.r, "steps") {
		step, err := take(o)
		if err != nil {
			a.r.Fatal(err)
		}
		if o.After = step.Next; o.After == 0 {
			return true
		}
	}
	return false
}

func (a *archive) reopen() {
	if err := a.s.Close(); err != nil {
		a.r.Fatal(err)
	}
	a.s = mustOpen(a.T, store.Config{Path: a.path, Relaxed: true})
}

func (a *archive) check() {
	found, err := a.s.Audit(a.Context(), a.heads...)
	if err != nil {
		a.r.Fatalf("%v\n%+v", err, found)
	}
	there, looked := int64(0), 0
	if len(a.ids) > 0 {
		looked = rapid.IntRange(0, len(a.ids)-1).Draw(a.r, "looked at")
	}
	for i, id := range a.ids {
		c, err := a.s.Case(a.Context(), id)
		if errors.Is(err, review.ErrNotFound) {
			continue
		}
		if err != nil {
			a.r.Fatal(err)
		}
		if there++; i != looked {
			continue
		}
		b, err := a.s.Bundle(a.Context(), id, a.now)
		if err != nil {
			a.r.Fatal(id, err)
		}
		data, err := b.JSON()
		if err == nil {
			_, err = ledger.VerifyBundle(data)
		}
		switch {
		case err != nil:
			a.r.Fatal(id, err)
		case c.Erased.By == "" && c.Event.Message.Text == "":
			a.r.Fatalf("case %s has lost its text unsaid", id)
		case c.Erased.By != "" && (c.Event.Message.Text != "" || len(c.Context) > 0 || b.Said != ""):
			a.r.Fatalf("case %s has its text still", id)
		}
	}
	if there != found.Cases {
		a.r.Fatalf("%d cases are there, and %d were audited", there, found.Cases)
	}
}

// TestWhateverGoesTheRestHolds lets people, the bot and retention do what they do in
// any order, over years, with sweeps cut short and the store reopened: chain,
// evidence and bundles verify all the while, nothing that is open loses its text, and
// heads that were noted long ago still prove what comes after them.
func TestWhateverGoesTheRestHolds(t *testing.T) {
	dir, n, most := t.TempDir(), 0, 20
	if testing.Short() {
		most = 8
	}
	rapid.Check(t, func(r *rapid.T) {
		if n++; n > most {
			return // each is many transactions: a hundred of them take too long with the race detector
		}
		a := &archive{T: t, r: r, path: filepath.Join(dir, fmt.Sprintf("%d.db", n)), now: start}
		a.s = mustOpen(t, store.Config{Path: a.path, Relaxed: true})
		defer func() {
			if err := a.s.Close(); err != nil {
				t.Error(err)
			}
		}()
		on := func(f func()) func(*rapid.T) { return func(r *rapid.T) { a.r = r; f() } }
		r.Repeat(map[string]func(*rapid.T){
			"":       on(a.check),
			"record": on(a.record), "another": on(a.record),
			"settle": on(a.settle),
			"note": on(func() {
				a.do(func(q *review.Queue, id string) error { _, err := q.Note(t.Context(), id, "wu", said); return err })
			}),
			"uphold": on(func() {
				a.do(func(q *review.Queue, id string) error { _, err := q.Uphold(t.Context(), id, "li", said); return err })
			}),
			"overturn": on(func() {
				a.do(func(q *review.Queue, id string) error { _, err := q.Overturn(t.Context(), id, "wu", said); return err })
			}),
			"take back": on(func() {
				a.do(func(q *review.Queue, id string) error { _, err := q.TakeBack(t.Context(), id, "li"); return err })
			}),
			"appeal": on(func() {
				a.do(func(_ *review.Queue, id string) error {
					_, err := a.s.Apply(t.Context(), id, func(c *review.Case) ([]ledger.Entry, error) {
						return c.FileAppeal(review.Appeal{At: a.now, Via: "link", Text: said}, time.Hour)
					})
					return err
				})
			}),
			"erase": on(func() {
				a.do(func(_ *review.Queue, id string) error {
					_, err := a.s.EraseCase(t.Context(), id, review.Erasure{At: a.now, By: "ada", Ground: lang.T("要求", "asked")})
					return err
				})
			}),
			"texts": on(func() {
				if a.step(30*day, func(o retention.Order) (retention.Step, error) { return a.s.EraseTexts(t.Context(), o) }) {
					a.erased(30 * day)
				}
			}),
			"prune": on(func() {
				a.step(90*day, func(o retention.Order) (retention.Step, error) { return a.s.Prune(t.Context(), o) })
			}),
			"index": on(func() {
				if _, err := a.s.IndexTexts(t.Context()); err != nil {
					a.r.Fatal(err)
				}
			}),
			"wait": on(func() { a.now = a.now.Add(time.Duration(rapid.IntRange(1, 60).Draw(a.r, "days")) * day) }),
			"note a head": on(func() {
				head, err := a.s.Head(t.Context())
				if err != nil {
					a.r.Fatal(err)
				}
				a.heads = append(a.heads, head)
			}),
			"reopen": on(a.reopen),
		})
	})
}
