package store

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"patrol/bot/review"
	"patrol/rules"
)

// TestRowsThatWaitAreThereForWhoeverLooks writes so many cases in one transaction that
// rows are written in statements of every size, and looks for one of them from within
// it; with a write that fails among them, too, which makes all others be written again.
func TestRowsThatWaitAreThereForWhoeverLooks(t *testing.T) {
	for _, n := range []int{1, 4, 85, 64 + 16 + 4 + 3, 2 * 64} {
		for _, spoilt := range []bool{false, true} {
			t.Run(fmt.Sprint(n, " cases, spoilt ", spoilt), func(t *testing.T) {
				s := opened(t, Config{})
				release := hold(t, s)
				var all sync.WaitGroup
				queue := func(j job) {
					all.Add(1)
					j.record = true
					done := j.done
					j.done = func(err error) { defer all.Done(); done(err) }
					if err := s.writer.queue(t.Context(), j); err != nil {
						t.Error(err)
					}
				}
				for i := range n {
					c, entries := small(i)
					c.Verdict.Hits = []rules.Hit{{Rule: "a"}, {Rule: "b"}}
					r, err := prepare(c, entries)
					if err != nil {
						t.Fatal(err)
					}
					queue(job{write: r.write, done: func(err error) {
						if err != nil || !r.fresh {
							t.Errorf("case %d: fresh %v, %v", i, r.fresh, err)
						}
					}})
				}
				last, _ := small(n - 1)
				looked := false
				queue(job{done: func(err error) {
					if err != nil || !looked {
						t.Errorf("looking for the last case: %v", err)
					}
				}, write: func(tx *transaction) error {
					l, err := load(tx.rows, last.ID)
					looked = err == nil && len(l.Verdict.Hits) == 2
					return err
				}})
				if spoilt {
					queue(job{write: func(*transaction) error { return errors.New("spoilt") }, done: func(err error) {
						if err == nil {
							t.Error("what failed is said to be written")
						}
					}})
				}
				release()
				all.Wait()
				if got := verified(t, s); got != int64(n) {
					t.Errorf("%d entries for %d cases", got, n)
				}
				for i := range n {
					c, _ := small(i)
					if got, err := s.Case(t.Context(), c.ID); err != nil || got.State != review.Open {
						t.Errorf("case %d: %v, %v", i, got.State, err)
					}
				}
				var rows int
				if err := s.readers.QueryRowContext(t.Context(), "SELECT count(*) FROM case_rules").Scan(&rows); err != nil || rows != 2*n {
					t.Errorf("%d rows of rules for %d cases, %v", rows, n, err)
				}
			})
		}
	}
}
