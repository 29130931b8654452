package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"patrol/bot/review"
)

// Settle queues what became of acts, as review.Case.Settle says, and returns; it
// waits only while the queue is full. done is called from the writer after the
// commit: with nil, with a *review.CancelledError where everything but the acts
// that it names was written, or with the reason why nothing was. An error means
// that nothing was queued and done will not be called.
func (s *Store) Settle(ctx context.Context, u review.Update, done func(error)) error {
	drafts, err := prepareAll(u.Entries)
	if err != nil {
		return fmt.Errorf("settle case %s: %w", u.Case, err)
	}
	var refused error
	write := func(t *transaction) error {
		refused = nil
		l, err := t.standing(u.Case)
		if errors.Is(err, review.ErrNotFound) {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		more, err := l.Settle(u)
		if err != nil && !errors.Is(err, review.ErrCancelled) {
			return err
		}
		refused = err
		if err := l.save(t); err != nil {
			return err
		}
		if l.was.agenda == (agenda{}) {
			t.recent.forget(u.Case) // most likely for good
		}
		if err := t.append(&l.seq, drafts); err != nil {
			return err
		}
		return t.appendEntries(&l.seq, more)
	}
	return s.writer.queue(ctx, job{write: write, done: func(err error) { done(errors.Join(err, refused)) }})
}

// standing is the case with that id as far as its acts go: from memory where that
// is possible, for acts settle as often as cases are recorded.
func (t *transaction) standing(id string) (*loaded, error) {
	if l := t.recent.find(id); l != nil {
		return l, nil
	}
	return load(t.rows, id)
}

// TakeDue moves acts that are due by now to Doing, counts the attempt, and returns
// them, oldest first, limit at most. next is when the one after those is due, zero
// where there is none. No other caller, in whatever process, gets the same act.
func (s *Store) TakeDue(ctx context.Context, now time.Time, limit int) (acts []review.Act, next time.Time, err error) {
	first, err := s.nextDue(ctx)
	if err != nil || first.IsZero() || first.After(now) {
		return nil, first, err
	}
	var (
		taken []review.Act
		after time.Time
	)
	err = s.writer.wait(ctx, func(t *transaction) (err error) {
		if taken, err = t.take(now, limit); err != nil {
			return err
		}
		after, err = t.nextDue()
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return taken, after, nil
}

func (t *transaction) take(now time.Time, limit int) ([]review.Act, error) {
	waiting, err := dueActs(t, now, limit)
	if err != nil {
		return nil, err
	}
	var (
		acts    []review.Act
		changed []*loaded
	)
	for _, w := range waiting {
		a := &w.in.Acts[w.n]
		a.State, a.Attempts = review.Doing, a.Attempts+1
		acts = append(acts, *a)
		if !slices.Contains(changed, w.in) {
			changed = append(changed, w.in)
		}
	}
	for _, l := range changed {
		t.recent.forget(l.ID)
		if err := l.save(t); err != nil {
			return nil, err
		}
	}
	return acts, nil
}

const selectNextDue = "SELECT act_due FROM cases INDEXED BY cases_act_due WHERE act_due IS NOT NULL ORDER BY act_due LIMIT 1"

func (s *Store) nextDue(ctx context.Context) (time.Time, error) {
	var due int64
	err := s.readers.QueryRowContext(ctx, selectNextDue).Scan(&due)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return timeOf(due), s.orClosed(err)
}

func (t *transaction) nextDue() (time.Time, error) {
	var due int64
	err := t.row(selectNextDue, nil, &due)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return timeOf(due), err
}

// waitingAct is an act that is due, the n-th of its case.
type waitingAct struct {
	in  *loaded
	n   int
	due int64
}

const selectDue = selectCase + "WHERE c.act_due IS NOT NULL AND c.act_due <= ? ORDER BY c.act_due, c.seq LIMIT ?"

// dueActs are the first acts by due time. They are all in the first cases by it.
func dueActs(t *transaction, now time.Time, limit int) (waiting []waitingAct, err error) {
	cases, err := loadAll(t.rows, selectDue, nanos(now), limit)
	if err != nil {
		return nil, err
	}
	for _, l := range cases {
		for n := range l.Acts {
			if due := nanos(l.Acts[n].Due); l.Acts[n].State == review.Due && due <= nanos(now) {
				waiting = append(waiting, waitingAct{l, n, due})
			}
		}
	}
	slices.SortFunc(waiting, func(a, b waitingAct) int {
		return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.in.seq, b.in.seq), cmp.Compare(a.n, b.n))
	})
	return waiting[:min(len(waiting), limit)], nil
}

// Interrupted are the acts in state Doing, in the order in which their cases were
// recorded: right after Open, what a crash cut short.
func (s *Store) Interrupted(ctx context.Context) (acts []review.Act, err error) {
	rows, err := s.readers.QueryContext(ctx, selectCase+"WHERE c.doing = 1 ORDER BY c.seq")
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		l, err := scanCase(rows)
		if err != nil {
			return err
		}
		for _, a := range l.Acts {
			if a.State == review.Doing {
				acts = append(acts, a)
			}
		}
		return nil
	})
	return acts, err
}
