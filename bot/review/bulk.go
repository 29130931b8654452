package review

import (
	"context"
	"sync"
)

// Tally is what came of one verb on many cases.
type Tally struct {
	Done    []Case    // as they stand now, in the order they were given
	Refused []Refusal // in that order too
}

// Refusal is a case on which the verb was not done, and why.
type Refusal struct {
	ID  string
	Err error
}

// atOnce is how many cases of a bulk are worked on at a time: a store commits
// together what comes together.
const atOnce = 32

// Each does verb on every case of ids, each by itself: one that is refused does not
// keep the others back. It stops early when ctx ends; the rest is then refused with
// its error.
func (q *Queue) Each(ctx context.Context, ids []string, verb func(ctx context.Context, id string) (Case, error)) Tally {
	cases, errs := make([]Case, len(ids)), make([]error, len(ids))
	slots := make(chan struct{}, atOnce)
	var all sync.WaitGroup
	for i, id := range ids {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			if errs[i] = ctx.Err(); errs[i] == nil {
				cases[i], errs[i] = verb(ctx, id)
			}
		})
	}
	all.Wait()
	var t Tally
	for i, id := range ids {
		if errs[i] != nil {
			t.Refused = append(t.Refused, Refusal{id, errs[i]})
			continue
		}
		t.Done = append(t.Done, cases[i])
	}
	return t
}
