package pipeline

import (
	"time"

	"patrol/adapters/chat"
)

// ring keeps the last messages of a chat, for the context of a case. It keeps of
// each what a person needs to follow the talk, for it is written with every
// message and read with few.
type ring struct {
	lines []contextLine
	next  int
	full  bool
}

type contextLine struct {
	id, member, name, text string
	at                     time.Time
	kind                   chat.Kind
}

func newRing(size int) ring { return ring{lines: make([]contextLine, size)} }

// add remembers a message or an edit; other kinds of event are no context.
func (r *ring) add(e *chat.Event) {
	if e.Kind != chat.KindMessage && e.Kind != chat.KindEdit {
		return
	}
	r.lines[r.next] = contextLine{e.Message.ID, e.Author.ID, e.Author.Name, e.Message.Text, e.Time, e.Kind}
	if r.next++; r.next == len(r.lines) {
		r.next, r.full = 0, true
	}
}

// list is the last remembered messages as events, oldest first, most at most.
func (r *ring) list(most int) []chat.Event { return eventsOf(r.ordered(), most) }

// before is list up to the message of that id, which is not in it.
func (r *ring) before(id string, most int) []chat.Event {
	lines := r.ordered()
	for i := range lines {
		if lines[i].id == id {
			return eventsOf(lines[:i], most)
		}
	}
	return nil
}

func (r *ring) ordered() []contextLine {
	lines := r.lines[:r.next:r.next]
	if r.full {
		lines = append(append([]contextLine(nil), r.lines[r.next:]...), lines...)
	}
	return lines
}

func eventsOf(lines []contextLine, most int) []chat.Event {
	lines = lines[max(0, len(lines)-most):]
	events := make([]chat.Event, len(lines))
	for i, l := range lines {
		events[i] = chat.Event{
			ID: l.id, Kind: l.kind, Time: l.at, Author: chat.Member{ID: l.member, Name: l.name},
			Message: chat.Message{ID: l.id, Text: l.text},
		}
	}
	return events
}

// touch reads where add will write, for add to have it at hand.
func (r *ring) touch() uint64 {
	l := &r.lines[r.next]
	return uint64(len(l.id) + len(l.kind))
}

// find is the newest remembered message that is wanted.
func (r *ring) find(wanted func(*contextLine) bool) (found contextLine, ok bool) {
	for i := range r.lines {
		at := (r.next - 1 - i + len(r.lines)) % len(r.lines)
		if l := &r.lines[at]; !l.at.IsZero() && wanted(l) {
			return *l, true
		}
	}
	return found, false
}
