package flood

import (
	"math/bits"
	"math/rand/v2"
)

// chunkSize is how many records are allocated, and given back, at a time.
const chunkSize = 256

// sweepEvery and sweepSize set the pace of eviction: every so many look-ups that
// many records are looked at, so that no look-up waits for a full sweep.
const (
	sweepEvery = 8
	sweepSize  = 8
)

// shelf keeps a record of type V for each key that was in use lately. Records
// lie by value in chunks that never move, so that V may hold a lock, behind an
// open-addressing index. Its user locks it.
type shelf[V any] struct {
	seed  [2]uint64
	idle  int64    // nanoseconds after which a record says nothing any more
	index []uint64 // hash and record number plus one, 32 bits each; 0 is free; a power of two long
	live  int

	chunks []*chunk[V]
	spare  int // no chunk below this one has a free record
	hand   int // the record that eviction looks at next
	ticks  uint
}

type chunk[V any] struct {
	records [chunkSize]record[V]
	free    uint16 // the first free record plus one
	live    uint16
}

type record[V any] struct {
	key   Key
	seen  int64 // event time, in nanoseconds since 1970, of the newest change
	value V
	live  bool
	next  uint16 // while free: the next free record plus one
}

func newShelf[V any](idle int64) shelf[V] {
	return shelf[V]{seed: [2]uint64{rand.Uint64(), rand.Uint64()}, idle: idle}
}

// hash depends on a seed that no sender knows, so that keys can't be chosen to collide.
func (s *shelf[V]) hash(k Key) uint32 {
	hi, lo := bits.Mul64(k.Scope^s.seed[0], k.Subject^s.seed[1])
	hi2, lo2 := bits.Mul64(hi^lo^k.Scope, s.seed[1]|1)
	return uint32(hi2 ^ lo2>>32)
}

func (s *shelf[V]) record(id int) *record[V] {
	return &s.chunks[id/chunkSize].records[id%chunkSize]
}

// find returns the record of k, or nil.
func (s *shelf[V]) find(k Key) *record[V] {
	if s.live == 0 {
		return nil
	}
	h := s.hash(k)
	mask := len(s.index) - 1
	for at := int(h) & mask; s.index[at] != 0; at = (at + 1) & mask {
		if e := s.index[at]; uint32(e>>32) == h {
			if r := s.record(int(uint32(e)) - 1); r.key == k {
				return r
			}
		}
	}
	return nil
}

// add returns a new record for k, which must have none. Its value is whatever
// an earlier key left there.
func (s *shelf[V]) add(k Key) *record[V] {
	if (s.live+1)*4 > len(s.index)*3 {
		s.resize(max(16, len(s.index)*2))
	}
	id := s.take()
	s.live++
	s.place(uint64(s.hash(k))<<32 | uint64(id+1))
	r := s.record(id)
	r.key, r.live = k, true
	return r
}

// take returns the number of a free record, out of the lowest chunk that has
// one, so that the last chunks empty out and can be given back.
func (s *shelf[V]) take() int {
	for s.spare < len(s.chunks) && s.chunks[s.spare].free == 0 {
		s.spare++
	}
	if s.spare == len(s.chunks) {
		c := new(chunk[V])
		for n := range c.records {
			c.records[n].next = uint16(n+2) % (chunkSize + 1)
		}
		c.free = 1
		s.chunks = append(s.chunks, c)
	}
	c := s.chunks[s.spare]
	n := int(c.free) - 1
	c.free = c.records[n].next
	c.live++
	return s.spare*chunkSize + n
}

// place enters e into the index, which has room.
func (s *shelf[V]) place(e uint64) {
	mask := len(s.index) - 1
	at := int(e>>32) & mask
	for s.index[at] != 0 {
		at = (at + 1) & mask
	}
	s.index[at] = e
}

// resize makes the index size entries long.
func (s *shelf[V]) resize(size int) {
	old := s.index
	s.index = make([]uint64, size)
	for _, e := range old {
		if e != 0 {
			s.place(e)
		}
	}
}

// sweep moves the clock hand on and evicts what has been idle at the time now.
func (s *shelf[V]) sweep(now int64) {
	if s.ticks++; s.ticks%sweepEvery == 0 {
		s.evict(now, sweepSize)
	}
}

// evict looks at the next n records.
func (s *shelf[V]) evict(now int64, n int) {
	for range min(n, len(s.chunks)*chunkSize) {
		if s.hand >= len(s.chunks)*chunkSize {
			s.hand = 0
		}
		if r := s.record(s.hand); r.live && now-s.idle >= r.seen {
			s.drop(s.hand)
		}
		s.hand++
	}
	if len(s.index) > 64 && s.live*8 < len(s.index) {
		s.resize(len(s.index) / 2)
	}
}

// drop frees the record id and gives back empty chunks at the end.
func (s *shelf[V]) drop(id int) {
	c, n := s.chunks[id/chunkSize], id%chunkSize
	r := &c.records[n]
	s.unplace(s.hash(r.key), uint32(id+1))
	r.live = false
	r.next, c.free = c.free, uint16(n+1)
	c.live--
	s.live--
	s.spare = min(s.spare, id/chunkSize)
	for last := len(s.chunks) - 1; last > 0 && s.chunks[last].live == 0 && s.chunks[last-1].live == 0; last-- {
		s.chunks[last] = nil // one empty chunk stays, so that the edge costs nothing to cross to and fro
		s.chunks = s.chunks[:last]
	}
}

// unplace removes the entry of a record from the index and closes the gap
// (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithm R).
func (s *shelf[V]) unplace(h, number uint32) {
	mask := len(s.index) - 1
	gap := int(h) & mask
	for uint32(s.index[gap]) != number {
		gap = (gap + 1) & mask
	}
	for at := (gap + 1) & mask; s.index[at] != 0; at = (at + 1) & mask {
		home := int(s.index[at]>>32) & mask
		if (at-home)&mask >= (at-gap)&mask {
			s.index[gap] = s.index[at]
			gap = at
		}
	}
	s.index[gap] = 0
}
