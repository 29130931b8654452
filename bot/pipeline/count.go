package pipeline

import (
	"context"
	"sync"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules"
)

// Counter keeps what the pipeline counts. AddCounts queues and returns at once (it
// waits only while the queue is full); done is called once the counts are durable, or
// were not added at all.
type Counter interface {
	AddCounts(ctx context.Context, tallies []stats.Tally, done func(error)) error
}

// countEvery is how often counts go to the store: so much of them a crash may lose,
// and a clean stop nothing.
const countEvery = 15 * time.Second

// tallyKey is one count of one chat.
type tallyKey struct {
	at   place
	day  string
	what stats.What
	name string
}

// counts are the counts of all but messages, which each room has its own of, and
// what the store did not take. Safe for concurrent use.
type counts struct {
	mu sync.Mutex
	n  map[tallyKey]int64
}

func (c *counts) add(k tallyKey, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[tallyKey]int64{}
	}
	c.n[k] += n
}

// take is everything that was counted; it is counted no longer.
func (c *counts) take() map[tallyKey]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := c.n
	c.n = nil
	return all
}

// counted sees to it that the counts of the room are looked at.
func (s *shard) counted(r *room) {
	if !r.dirty {
		r.dirty = true
		s.dirty = append(s.dirty, r)
	}
}

// heard counts a message.
func (s *shard) heard(e *chat.Event, r *room) {
	if isMessage(e) {
		s.counted(r)
		r.messages++
	}
}

// countCase counts what became of a message, once that is in the store.
func (p *Pipeline) countCase(c *review.Case) {
	if p.config.Counter == nil || c.Sample.Of == review.OfPassed {
		return
	}
	k := tallyKey{at: place{c.Event.Adapter, c.Event.Chat}, day: c.Created.Format(stats.DayForm), what: stats.Acted}
	switch {
	case c.Decision.Review:
		k.what = stats.Asked
	case c.State == review.Logged || c.Sample.Of == review.OfLogged:
		k.what = stats.Logged
	}
	p.counts.add(k, 1)
	for i := range c.Verdict.Hits {
		if h := &c.Verdict.Hits[i]; h.Mode == rules.Live {
			k.what, k.name = stats.Hits, h.Rule
			p.counts.add(k, 1)
		}
	}
}

// countAct counts an action that was done.
func (p *Pipeline) countAct(a *review.Act) {
	if p.config.Counter == nil || a.State != review.Done {
		return
	}
	p.counts.add(tallyKey{place{a.Adapter, a.Action.Chat}, a.Settled.Format(stats.DayForm), stats.Actions, string(a.Action.Verb)}, 1)
}

// countRooms moves what the rooms of the shard have counted to the counts of all.
func (s *shard) countRooms() {
	for i, r := range s.dirty {
		add := func(what stats.What, n *uint32) {
			if *n > 0 {
				s.p.counts.add(tallyKey{at: r.at, day: s.day, what: what}, int64(*n))
			}
			*n = 0
		}
		add(stats.Messages, &r.messages)
		add(stats.Passed, &r.passed)
		r.dirty, s.dirty[i] = false, nil
	}
	s.dirty = s.dirty[:0]
	s.day = s.p.config.Now().Format(stats.DayForm)
}

// sendCounts hands all counts to the store; what it does not take is counted again.
func (p *Pipeline) sendCounts(ctx context.Context) {
	all := p.counts.take()
	if len(all) == 0 {
		return
	}
	tallies := make([]stats.Tally, 0, len(all))
	for k, n := range all {
		tallies = append(tallies, stats.Tally{Day: k.day, Chat: review.ChatKey(k.at.adapter, k.at.chat), What: k.what, Name: k.name, N: n})
	}
	answer := func(err error) {
		if err == nil {
			return
		}
		p.config.Log.Warn().Err(err).Msg("the store does not take the counts: trying again later")
		for k, n := range all {
			p.counts.add(k, n)
		}
	}
	if err := p.config.Counter.AddCounts(ctx, tallies, answer); err != nil {
		answer(err)
	}
}
