package flood

import (
	"math/bits"
	"math/rand/v2"
	"sync/atomic"
	"unsafe"

	"patrol/detectors/prefetch"
)

// drawers is how many parts a shelf has. Each grows by itself, so that no call
// waits for more than a sixteenth of the keys to be moved.
const drawers = 16

// Eviction goes with the calls, sweepSize slots at a time, so that none waits
// for a full sweep. Every call pays a part of a look at one slot, callsPerLook
// of them the whole; a new key pays for looksPerAdd more. A table has fewer slots
// than that for each of its keys, so idle keys can't pile up.
const (
	sweepSize    = 16
	callsPerLook = 4
	looksPerAdd  = 8
)

// shelf keeps a value for each key that was in use lately. Its user locks it.
// Values lie in the slots of a hash table themselves: with a million keys a
// look-up is as slow as the memory that it touches, and so touches one place.
type shelf[V any] struct {
	seed    [2]uint64
	idle    int64 // nanoseconds after which a value says nothing any more
	paid    int   // for looks at slots, in calls
	hand    int   // the drawer that eviction looks at
	drawers [drawers]drawer[V]
}

// drawer is a hash table with linear probing.
type drawer[V any] struct {
	shelf *shelf[V]
	slots []slot[V] // a power of two of them, or none
	live  int
	hand  int // the slot that eviction looks at next

	// Where slots are, for foresee, which has no lock: the two may be of different
	// tables, or of one that is gone.
	base atomic.Uintptr
	mask atomic.Uint64
}

type slot[V any] struct {
	key   Key
	seen  int64 // when the value last changed, in nanoseconds since 1970; 0 when free
	value V
}

func newShelf[V any](idle int64) *shelf[V] {
	s := &shelf[V]{seed: [2]uint64{rand.Uint64(), rand.Uint64()}, idle: idle}
	for k := range s.drawers {
		s.drawers[k].shelf = s
	}
	return s
}

// hash depends on a seed that no sender knows, so that keys can't be chosen to
// collide.
func (s *shelf[V]) hash(k Key) uint64 {
	hi, lo := bits.Mul64(k.Scope^s.seed[0], 0x9E3779B97F4A7C15)
	hi, lo = bits.Mul64(hi^lo^k.Subject, s.seed[1]|1)
	return hi ^ lo
}

// drawer returns where k is kept, and its hash.
func (s *shelf[V]) drawer(k Key) (*drawer[V], uint64) {
	h := s.hash(k)
	return &s.drawers[h>>60], h
}

// foresee asks the memory for the place of k. It may be called without the lock.
func (s *shelf[V]) foresee(k Key) {
	const line = 64
	d, h := s.drawer(k)
	base := d.base.Load()
	if base == 0 {
		return
	}
	size := unsafe.Sizeof(slot[V]{})
	at := base + uintptr(h&d.mask.Load())*size
	for end := at + size; at < end; at += line {
		prefetch.Line(at)
	}
}

// len returns the number of keys.
func (s *shelf[V]) len() int {
	n := 0
	for k := range s.drawers {
		n += s.drawers[k].live
	}
	return n
}

// find returns the slot of k, whose hash is h, or nil. It is valid until the
// next call of another method.
func (d *drawer[V]) find(h uint64, k Key) *slot[V] {
	if d.live == 0 {
		return nil
	}
	mask := len(d.slots) - 1
	for at := int(h) & mask; ; at = (at + 1) & mask {
		s := &d.slots[at]
		if s.seen == 0 {
			return nil
		}
		if s.key == k {
			return s
		}
	}
}

// add returns a slot for k, which must have none. The caller sets seen before
// it calls another method.
func (d *drawer[V]) add(h uint64, k Key) *slot[V] {
	if (d.live+1)*4 > len(d.slots)*3 {
		d.resize(max(16, len(d.slots)*2))
	}
	d.live++
	d.shelf.paid += looksPerAdd * callsPerLook
	s := d.free(h)
	s.key = k
	return s
}

// free returns the free slot where a key with the hash h belongs.
func (d *drawer[V]) free(h uint64) *slot[V] {
	mask := len(d.slots) - 1
	at := int(h) & mask
	for d.slots[at].seen != 0 {
		at = (at + 1) & mask
	}
	return &d.slots[at]
}

// resize moves everything into a table of size slots.
func (d *drawer[V]) resize(size int) {
	old := d.slots
	d.slots = make([]slot[V], size)
	d.base.Store(uintptr(unsafe.Pointer(unsafe.SliceData(d.slots)))) //nolint:gosec // Never read through.
	d.mask.Store(uint64(size - 1))
	for k := range old {
		if old[k].seen != 0 {
			*d.free(d.shelf.hash(old[k].key)) = old[k]
		}
	}
}

// sweep moves the clock hand on when enough calls have paid for it, and evicts
// what has been idle at the time now.
func (s *shelf[V]) sweep(now int64) {
	if s.paid++; s.paid >= sweepSize*callsPerLook {
		s.paid -= sweepSize * callsPerLook
		s.evict(now, sweepSize)
	}
}

// evict looks at the next n slots, or at fewer when a drawer ends.
func (s *shelf[V]) evict(now int64, n int) {
	d := &s.drawers[s.hand]
	for ; n > 0 && d.hand < len(d.slots); n-- {
		if one := &d.slots[d.hand]; one.seen != 0 && now-s.idle >= one.seen {
			d.remove(d.hand) // which may move another key here: look again
		} else {
			d.hand++
		}
	}
	if d.hand < len(d.slots) {
		return
	}
	if len(d.slots) > 16 && d.live*8 < len(d.slots) {
		d.resize(len(d.slots) / 2)
	}
	d.hand = 0
	s.hand = (s.hand + 1) % drawers
}

// remove frees a slot and closes the gap in the row of keys that follows it
// (Knuth, The Art of Computer Programming, vol. 3, 6.4, algorithm R).
func (d *drawer[V]) remove(gap int) {
	mask := len(d.slots) - 1
	for at := (gap + 1) & mask; d.slots[at].seen != 0; at = (at + 1) & mask {
		home := int(d.shelf.hash(d.slots[at].key)) & mask
		if (at-home)&mask >= (at-gap)&mask {
			d.slots[gap] = d.slots[at]
			gap = at
		}
	}
	d.slots[gap] = slot[V]{}
	d.live--
}
