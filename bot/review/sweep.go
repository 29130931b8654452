package review

import (
	"context"
	"errors"
	"sync"
	"time"

	"patrol/bot/ledger"
)

// Verb is what a person does to one case; it is given the time of doing it.
type Verb func(c *Case, now time.Time) ([]ledger.Entry, error)

// Swept is what came of a verb on cases of which there may be very many.
type Swept struct {
	Done    int              // cases that were changed, or that needed no change
	Refused map[string]error // by case: another person holds it, or has decided it
}

// Sweep does verb on each of the cases, in the name of by. Unlike Each it keeps
// none of them, and ends early, with the error, where the store fails: whoever
// calls it again with the same cases goes on there, as long as verb leaves alone
// what is done.
func (q *Queue) Sweep(ctx context.Context, ids []string, by string, verb Verb) (Swept, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var (
		mu     sync.Mutex
		swept  = Swept{Refused: map[string]error{}}
		failed error
	)
	q.Each(ctx, ids, func(ctx context.Context, id string) (Case, error) {
		_, err := q.do(ctx, id, by, verb)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			swept.Done++
		case errors.Is(err, ErrClaimed), errors.Is(err, ErrDecided), errors.Is(err, ErrFirst), errors.Is(err, ErrNotFound):
			swept.Refused[id] = err
		case failed == nil:
			failed = err
			stop()
		}
		return Case{}, err
	})
	if failed == nil {
		failed = ctx.Err()
	}
	return swept, failed
}
