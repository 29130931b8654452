package pipeline

import "patrol/adapters/chat"

// ring keeps the last messages of a chat, for the context of a case.
type ring struct {
	events []chat.Event
	next   int
	full   bool
}

func newRing(size int) ring { return ring{events: make([]chat.Event, size)} }

// add remembers a message or an edit; other kinds of event are no context.
func (r *ring) add(e *chat.Event) {
	if e.Kind != chat.KindMessage && e.Kind != chat.KindEdit {
		return
	}
	r.events[r.next] = *e
	r.events[r.next].Ack = nil
	if r.next++; r.next == len(r.events) {
		r.next, r.full = 0, true
	}
}

// list copies the remembered messages, oldest first.
func (r *ring) list() []chat.Event {
	if !r.full {
		return append([]chat.Event(nil), r.events[:r.next]...)
	}
	return append(append([]chat.Event(nil), r.events[r.next:]...), r.events[:r.next]...)
}
