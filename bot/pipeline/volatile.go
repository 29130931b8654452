package pipeline

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/report"
	"patrol/bot/review"
)

// Volatile is a Store in memory, for replays, benchmarks and tests: it is as
// correct as the one on disk and forgets everything when the process ends. Safe
// for concurrent use.
type Volatile struct {
	mu      sync.Mutex
	forget  bool
	cases   map[string]*review.Case
	order   []string
	strikes map[place]map[string][]ladder.Strike // by chat, then member
	entries []ledger.Entry
	refuse  error
	brakes  []brake.Brake
	reports map[string][]report.Report // by case
	kept    map[string][]byte
}

// NewVolatile is an empty store. With forget it keeps the strikes alone, so that
// a long replay does not grow with every case.
func NewVolatile(forget bool) *Volatile {
	return &Volatile{forget: forget, cases: map[string]*review.Case{}, strikes: map[place]map[string][]ladder.Strike{}, reports: map[string][]report.Report{}, kept: map[string][]byte{}}
}

var _ Store = (*Volatile)(nil)

// Refuse makes every write fail with err until it is called with nil.
func (v *Volatile) Refuse(err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.refuse = err
}

// Record keeps c unless its id is known.
func (v *Volatile) Record(_ context.Context, c *review.Case, entries []ledger.Entry, done func(bool, error)) error {
	v.mu.Lock()
	_, known := v.cases[c.ID]
	err := v.refuse
	if !known && err == nil {
		kept := (*review.Case)(nil)
		if !v.forget {
			copied := *c
			copied.Acts = slices.Clone(c.Acts)
			kept = &copied
			v.order = append(v.order, c.ID)
			v.entries = append(v.entries, entries...)
		}
		v.cases[c.ID] = kept
		if c.Strike == review.StrikeCounts {
			v.strike(c)
		}
	}
	v.mu.Unlock()
	done(!known && err == nil, err)
	return nil
}

func (v *Volatile) strike(c *review.Case) {
	at := place{c.Event.Adapter, c.Event.Chat}
	if v.strikes[at] == nil {
		v.strikes[at] = map[string][]ladder.Strike{}
	}
	s := *c.Decision.Strike
	s.Case = c.ID
	v.strikes[at][c.Event.Author.ID] = append(v.strikes[at][c.Event.Author.ID], s)
}

// Settle writes u as review.Case.Settle says.
func (v *Volatile) Settle(_ context.Context, u review.Update, done func(error)) error {
	done(v.settle(u))
	return nil
}

func (v *Volatile) settle(u review.Update) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse != nil {
		return v.refuse
	}
	c := v.cases[u.Case]
	if c == nil {
		return fmt.Errorf("%w: %s", review.ErrNotFound, u.Case)
	}
	more, err := c.Settle(u)
	v.entries = append(append(v.entries, u.Entries...), more...)
	return err
}

// Append keeps entries that belong to no case.
func (v *Volatile) Append(_ context.Context, entries ...ledger.Entry) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refuse != nil {
		return v.refuse
	}
	v.entries = append(v.entries, entries...)
	return nil
}

// Strikes are those that count after since.
func (v *Volatile) Strikes(_ context.Context, adapter, chat, member string, since time.Time) ([]ladder.Strike, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []ladder.Strike
	for _, s := range v.strikes[place{adapter, chat}][member] {
		if s.Until.After(since) {
			out = append(out, s)
		}
	}
	return out, nil
}

// TakeDue hands out the actions that wait.
func (v *Volatile) TakeDue(_ context.Context, now time.Time, limit int) (acts []review.Act, next time.Time, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for _, id := range v.order {
		for i := range v.cases[id].Acts {
			switch a := &v.cases[id].Acts[i]; {
			case a.State != review.Due:
			case !a.Due.After(now) && len(acts) < limit:
				a.State = review.Doing
				a.Attempts++
				acts = append(acts, *a)
			case next.IsZero() || a.Due.Before(next):
				next = a.Due
			}
		}
	}
	return acts, next, nil
}

// Interrupted are the actions that were handed out and not settled.
func (v *Volatile) Interrupted(context.Context) ([]review.Act, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []review.Act
	for _, id := range v.order {
		for _, a := range v.cases[id].Acts {
			if a.State == review.Doing {
				out = append(out, a)
			}
		}
	}
	return out, nil
}

// Apply changes a case as review.Store says.
func (v *Volatile) Apply(_ context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.cases[id]
	if c == nil {
		return review.Case{}, review.ErrNotFound
	}
	changed := *c
	changed.Acts = slices.Clone(c.Acts)
	entries, err := change(&changed)
	if err != nil {
		return *c, err
	}
	*c = changed
	v.entries = append(v.entries, entries...)
	if c.Strike == review.StrikeVoid && v.strikes[place{c.Event.Adapter, c.Event.Chat}] != nil {
		at := place{c.Event.Adapter, c.Event.Chat}
		v.strikes[at][c.Event.Author.ID] = slices.DeleteFunc(v.strikes[at][c.Event.Author.ID], func(s ladder.Strike) bool { return s.Case == id })
	}
	return changed, nil
}

// Case is a copy of the case of that id.
func (v *Volatile) Case(_ context.Context, id string) (review.Case, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	c := v.cases[id]
	if c == nil {
		return review.Case{}, review.ErrNotFound
	}
	copied := *c
	copied.Acts = slices.Clone(c.Acts)
	return copied, nil
}

// Cases are copies of all cases, in the order in which they were recorded.
func (v *Volatile) Cases() []review.Case {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []review.Case
	for _, id := range v.order {
		c := *v.cases[id]
		c.Acts = slices.Clone(c.Acts)
		out = append(out, c)
	}
	return out
}

// Entries are the ledger's entries so far.
func (v *Volatile) Entries() []ledger.Entry {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.entries)
}
