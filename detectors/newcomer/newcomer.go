// Package newcomer tells who is new in a chat: how many messages somebody has
// written there, and when they were seen to join.
//
//	book := newcomer.New()
//	book.Joined(hash(chat, member), event.Time)
//	...
//	if book.Wrote(hash(chat, member)) <= 2 {
//		// one of the member's first two messages, as far as the book knows
//	}
//
// It takes a fixed amount of memory, some nine megabytes, however many members
// there are. What it forgets or mistakes for another makes somebody look older,
// never newer: messages are counted in a count-min sketch (G. Cormode,
// S. Muthukrishnan, Journal of Algorithms 55, 2005) of counters up to 15, and of
// two joins in one place the later is kept. With two million members one in
// twenty newcomers is taken for an old hand. Only a book that was begun late knows
// nobody: a snapshot carries one over a restart.
package newcomer

import (
	"sync/atomic"
	"time"

	"patrol/detectors/prefetch"
)

// Most is what a count goes up to: so many, or more.
const Most = 15

const (
	rows     = 2
	counters = 1 << 23 // in each row
	perWord  = 8       // counters in a word, of four bits
	joins    = 1 << 15
)

// Book is what is known of the members of chats. Any number of goroutines may
// use it.
type Book struct {
	counts [rows]counts
	joins  []join
}

// counts is one row of counters, several in each word.
type (
	counts  []counter
	counter = atomic.Uint32
)

type join struct {
	member atomic.Uint64
	at     atomic.Int64
}

// New returns a Book that knows nobody.
func New() *Book {
	b := &Book{joins: make([]join, joins)}
	for i := range b.counts {
		b.counts[i] = make(counts, counters/perWord)
	}
	return b
}

// Wrote counts a message of a member of a chat, both in one hash by the caller,
// and returns how many there have been with it, up to Most.
func (b *Book) Wrote(member uint64) int {
	n := min(b.Messages(member)+1, Most)
	for i := range b.counts {
		word, shift := b.place(i, member)
		for {
			old := word.Load()
			if int(old>>shift&Most) >= n || word.CompareAndSwap(old, old&^(Most<<shift)|uint32(n)<<shift) {
				break
			}
		}
	}
	return n
}

// Foresee has the memory look for what Wrote and Messages will need of a member.
func (b *Book) Foresee(member uint64) {
	for i := range b.counts {
		word, _ := b.place(i, member)
		prefetch.Value(word)
	}
}

// Messages is how many messages of a member have been counted, up to Most.
func (b *Book) Messages(member uint64) int {
	n := Most
	for i := range b.counts {
		word, shift := b.place(i, member)
		n = min(n, int(word.Load()>>shift&Most))
	}
	return n
}

// place is where a row counts a member. The hash is as the caller's, in whose
// halves the rows look apart.
func (b *Book) place(row int, member uint64) (word *atomic.Uint32, shift uint) {
	at := uint32(member>>(32*row)) % counters
	return &b.counts[row][at/perWord], uint(at % perWord * 4)
}

// Joined notes that a member came in.
func (b *Book) Joined(member uint64, at time.Time) {
	b.joined(member, at.UnixNano())
}

func (b *Book) joined(member uint64, at int64) {
	j := &b.joins[member>>32%joins]
	if j.at.Load() <= at {
		j.member.Store(member)
		j.at.Store(at)
	}
}

// JoinedAt is when a member was seen to come in, the zero time for one who was
// not, or whose join is forgotten.
func (b *Book) JoinedAt(member uint64) time.Time {
	j := &b.joins[member>>32%joins]
	at := j.at.Load()
	if at == 0 || j.member.Load() != member {
		return time.Time{}
	}
	return time.Unix(0, at).UTC()
}
