package rules

import (
	"time"

	"patrol/adapters/chat"
	"patrol/detectors/imitation"
	"patrol/detectors/newcomer"
	"patrol/detectors/tail"
)

// memory is what a Set needs of the past beside its limits.
type memory struct {
	repeats  []int32        // rules that look for the same text again
	shortest int            // bytes below which no text counts for them
	latest   int            // the last message of a member that counts for any of them
	asks     newness        // what rules ask about how new members are
	book     *newcomer.Book // nil where none does
	imitates []int32        // rules that look for names like an admin's
	names    *imitation.Watch
	across   time.Duration // the longest that a rule waits for the pieces of a word
	tails    *tail.Keeper  // nil where none does
}

// foresee has what is known of a member at hand.
func (m *memory) foresee(member uint64) {
	if m.book != nil && m.asks&asksWrote != 0 {
		m.book.Foresee(member)
	}
	if m.tails != nil {
		m.tails.Foresee(member)
	}
}

// newness is what rules ask about how new a member is.
type newness uint8

const (
	asksJoined newness = 1 << iota
	asksWrote
)

// watch notes who joined and who wrote, where a rule asks how new members are.
func (s *Set) watch(ev *chat.Event, sc *Scratch) {
	sc.wrote = 0
	if s.memory.book == nil {
		return
	}
	switch ev.Kind {
	case chat.KindJoin:
		s.memory.book.Joined(sc.place.memberKey(), ev.Time)
	case chat.KindMessage:
		if s.memory.asks&asksWrote == 0 {
			return
		}
		sc.wrote = s.memory.book.Wrote(sc.place.memberKey())
	}
}

func (s *Set) memberKey(ev *chat.Event) uint64 {
	place := s.rates.Place(ev)
	return place.memberKey()
}

// joined is when the author of an event joined: as the platform says, or as it
// was seen; the zero time where neither is known.
func (s *Set) joined(ev *chat.Event) time.Time {
	if !ev.Author.Joined.IsZero() || s.memory.book == nil {
		return ev.Author.Joined
	}
	return s.memory.book.JoinedAt(s.memberKey(ev))
}

// wrote is how many messages the author has written in the chat with this one,
// up to newcomer.Most, as far as is known.
func (s *Set) wrote(ev *chat.Event) int {
	if s.memory.book == nil {
		return newcomer.Most
	}
	return max(1, s.memory.book.Messages(s.memberKey(ev)))
}
