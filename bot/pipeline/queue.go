package pipeline

import (
	"context"
	"slices"
	"sync"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

// incoming is an event on its way to its shard.
type incoming struct {
	event chat.Event
	at    time.Time // when it was taken, or a moment before
	arrival
}

// touch reads what another core has written, for the event to be at hand.
func (in *incoming) touch() uint64 {
	e := &in.event
	n := uint64(len(e.Author.Role))
	if text := e.Message.Text; text != "" {
		n += uint64(text[0]) + uint64(text[len(text)-1])
	}
	return n
}

// arrival is what is found out about an event as it arrives, while its texts are at
// hand: its shard has them in no cache.
type arrival struct {
	place rules.Place // where it counts
	id    uint64      // hash of its id
	room  uint64      // hash of its chat at its adapter
	name  uint64      // what it is drawn by; 0 where nothing is drawn
}

// queue holds the events of a shard until it takes them, all at once: two
// buffers change places, so that an event is copied once and never allocated.
type queue struct {
	limit int
	ready chan struct{} // has a token while events wait

	mu     sync.Mutex
	at     time.Time // of the newest events
	in     []incoming
	out    []incoming
	room   chan struct{} // closed when the buffers change places; nil while nobody waits for that
	closed bool
}

// stampEvery is how many events may share the time of the first of them: asking for it
// takes longer than all else that put does. Where few events wait each has its own.
const stampEvery = 16

func newQueue(limit int) *queue {
	return &queue{limit: limit, ready: make(chan struct{}, 1)}
}

// put adds an event; it waits while the queue is full, and fails only when ctx
// ends first.
func (q *queue) put(ctx context.Context, e *chat.Event, a *arrival) error {
	for {
		q.mu.Lock()
		if len(q.in) < q.limit {
			n := len(q.in)
			if n == cap(q.in) {
				q.in = slices.Grow(q.in, n+1)
			}
			q.in = q.in[:n+1]
			if n%stampEvery == 0 {
				q.at = time.Now()
			}
			in := &q.in[n]
			in.event, in.at, in.arrival = *e, q.at, *a
			first := n == 0
			q.mu.Unlock()
			if first {
				signal(q.ready)
			}
			return nil
		}
		if q.room == nil {
			q.room = make(chan struct{})
		}
		room := q.room
		q.mu.Unlock()
		select {
		case <-room:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// take is everything that waits. It is valid until the next take; last says that
// the queue is closed and nothing comes after this.
func (q *queue) take() (events []incoming, last bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	clear(q.out) // lets go of the texts of the last events
	q.in, q.out = q.out[:0], q.in
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	return q.out, q.closed
}

// close says that nothing more is put.
func (q *queue) close() {
	q.mu.Lock()
	q.closed = true
	q.mu.Unlock()
	signal(q.ready)
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.in)
}
