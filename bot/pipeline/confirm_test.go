package pipeline_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/review"
)

// slowDisk takes its time for every outcome, and for many at once no more.
type slowDisk struct{ *pipeline.Volatile }

func (s slowDisk) Settle(ctx context.Context, u review.Update, done func(error)) error {
	time.AfterFunc(50*time.Millisecond, func() { _ = s.Volatile.Settle(ctx, u, done) })
	return nil
}

func TestActionsThatWaitedAreCaughtUpWith(t *testing.T) {
	p := newPlatform()
	first := sync.OnceFunc(func() { time.Sleep(time.Second) })
	// The platform stands still at its first action.
	p.before = func(chat.Action) { first() }
	in(t, p, func(c *pipeline.Config) { c.Store = slowDisk{c.Store.(*pipeline.Volatile)} }, func(b *bench) {
		const cases = 500
		for n := range cases {
			b.say(fmt.Sprint("member", n), "silence me")
		}
		gone := b.store.Cases()[cases-1]
		overturn(b, gone.ID) // while its actions wait
		time.Sleep(time.Second)
		began := time.Now()
		for b.pipeline.Stats().Waiting > 0 {
			time.Sleep(time.Millisecond)
			synctest.Wait()
		}
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("it took %s", took)
		}
		time.Sleep(time.Second)
		p.mu.Lock()
		defer p.mu.Unlock()
		for _, a := range p.done {
			if a.Member == gone.Event.Author.ID && a.Verb.Weight() > 0 {
				t.Errorf("%s was carried out although it was overturned", a.Key)
			}
		}
		if want := 2 * (cases - 1); len(p.done) < want {
			t.Errorf("%d actions are done instead of %d", len(p.done), want)
		}
	})
}
