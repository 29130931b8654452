package chat

import (
	"context"
	"math/rand/v2"
	"time"
)

// Backoff says how long to wait before each further attempt at something that
// faltered: doubling from First to Most, each wait shortened by a random part of
// up to a half, so that many clients of one platform do not come back at once.
// Zero fields mean 1 s and 1 min. It belongs to one goroutine.
type Backoff struct {
	First time.Duration
	Most  time.Duration

	next time.Duration
}

// Next is the next wait.
func (b *Backoff) Next() time.Duration {
	first, most := b.First, b.Most
	if first <= 0 {
		first = time.Second
	}
	if most <= 0 {
		most = time.Minute
	}
	d := min(max(b.next, first), most)
	b.next = min(2*d, most)
	return d/2 + rand.N(d/2+1)
}

// Reset starts over at First. Call it once an attempt has proved good, which is
// later than when it was accepted.
func (b *Backoff) Reset() { b.next = 0 }

// Wait waits for Next, or until ctx ends, and then returns its error.
func (b *Backoff) Wait(ctx context.Context) error {
	t := time.NewTimer(b.Next())
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
