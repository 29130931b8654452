package retention

import (
	"context"
	"fmt"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// Policy says how long things are kept. 0 is for good.
type Policy struct {
	Text   time.Duration // what people wrote; not longer than Ledger
	Ledger time.Duration // cases and ledger entries; at least ledger.LeastPeriod
}

// Store is where things go from. Both take one step: they look at some things from a
// place on, and say where to go on, 0 at the end.
type Store interface {
	// EraseTexts erases what people wrote in cases about which nothing was said since
	// Order.Before.
	EraseTexts(ctx context.Context, o Order) (Step, error)
	// Prune lets entries from before Order.Before go, with the cases they are about.
	Prune(ctx context.Context, o Order) (Step, error)
	// Shred makes sure that nothing of what was erased can be found in the file any
	// more; more says that there is more of it to do.
	Shred(ctx context.Context) (more bool, err error)
}

// Order is what a step is to do.
type Order struct {
	Before time.Time
	Now    time.Time
	Period time.Duration // why Before is Before
	By     string        // ledger.Bot, or who has asked for it
	After  int64         // Step.Next of the step before, 0 for the first
	Limit  int           // how many things are looked at
	Look   bool          // only say what would go: nothing is changed
}

// Step is what one step came to.
type Step struct {
	Cases   int                  // whose texts, or which as a whole, are gone
	Entries int                  // of the ledger
	Held    map[lang.Text]int    // cases that are old enough and stay, by the reason
	Oldest  map[lang.Text]string // of those, the id of the oldest
	Next    int64
}

// Hold counts a case that stays.
func (s *Step) Hold(why lang.Text, id string) {
	if s.Held == nil {
		s.Held, s.Oldest = map[lang.Text]int{}, map[lang.Text]string{}
	}
	if s.Held[why]++; s.Held[why] == 1 {
		s.Oldest[why] = id
	}
}

func (s *Step) add(next *Step) {
	s.Cases, s.Entries = s.Cases+next.Cases, s.Entries+next.Entries
	for why, n := range next.Held {
		for range n {
			s.Hold(why, next.Oldest[why])
		}
	}
}

// Tally is what a sweep came to.
type Tally struct {
	Texts  Step
	Ledger Step
}

// Sweeper lets go of what its Policy does not keep. It holds no state.
type Sweeper struct {
	Store  Store
	Policy Policy
	By     string           // ledger.Bot where ""
	Now    func() time.Time // time.Now where nil
	Limit  int              // cases of one step; 100 where 0
}

// entriesAtOnce is how many ledger entries are let go for each case that is erased at
// once: they cost less.
const entriesAtOnce = 5

// Sweep goes over everything once. Where it is cut short, by ctx or by an error, the
// Tally says what was done by then.
func (s *Sweeper) Sweep(ctx context.Context) (Tally, error) { return s.sweep(ctx, false) }

// What is due goes once an hour, for the first time when the process has found its
// feet.
const (
	firstSweep = time.Minute
	everySweep = time.Hour
)

// Run sweeps once an hour until ctx ends, and tells what each sweep came to. Where the
// Policy keeps everything for good it returns at once.
func (s *Sweeper) Run(ctx context.Context, told func(Tally, error)) {
	if s.Policy == (Policy{}) {
		return
	}
	timer := time.NewTimer(firstSweep)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		tally, err := s.Sweep(ctx)
		if ctx.Err() != nil {
			err = nil // what was cut short goes on with the next one
		}
		told(tally, err)
		timer.Reset(everySweep)
	}
}

// Preview is what Sweep would do now.
func (s *Sweeper) Preview(ctx context.Context) (Tally, error) { return s.sweep(ctx, true) }

func (s *Sweeper) sweep(ctx context.Context, look bool) (t Tally, err error) {
	now := time.Now
	if s.Now != nil {
		now = s.Now
	}
	o := Order{Now: now(), By: s.By, Limit: s.Limit, Look: look}
	if o.By == "" {
		o.By = ledger.Bot
	}
	if o.Limit <= 0 {
		o.Limit = 100
	}
	if s.Policy.Text > 0 {
		if t.Texts, err = run(ctx, o, s.Policy.Text, s.Store.EraseTexts); err != nil {
			return t, fmt.Errorf("erase what people wrote: %w", err)
		}
	}
	o.Limit *= entriesAtOnce
	if s.Policy.Ledger > 0 {
		if t.Ledger, err = run(ctx, o, s.Policy.Ledger, s.Store.Prune); err != nil {
			return t, fmt.Errorf("prune the ledger: %w", err)
		}
	}
	for more := !look; more; {
		if more, err = s.Store.Shred(ctx); err != nil {
			return t, fmt.Errorf("shred what was erased: %w", err)
		}
	}
	return t, nil
}

// run takes step after step. It pauses for as long as each has taken, so that others
// have the better part of the machine.
func run(ctx context.Context, o Order, period time.Duration, take func(context.Context, Order) (Step, error)) (all Step, err error) {
	o.Before, o.Period = o.Now.Add(-period), period
	for {
		began := time.Now()
		step, err := take(ctx, o)
		if err != nil {
			return all, err
		}
		all.add(&step)
		if o.After = step.Next; o.After == 0 {
			return all, nil
		}
		select {
		case <-ctx.Done():
			return all, ctx.Err()
		case <-time.After(time.Since(began)):
		}
	}
}

// Erasure is why texts are erased that have been kept for long enough.
func (o *Order) Erasure() review.Erasure {
	return review.Erasure{At: o.Now, By: o.By, Ground: lang.F("文字保存期 %s 已满", "texts are kept for %s", Length(o.Period))}
}

// Length is d in the largest unit that says it exactly: 30d, 12h.
func Length(d time.Duration) string {
	const day = 24 * time.Hour
	if d > 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	return d.String()
}
