package pipeline

// seen remembers the event ids that a shard saw lately, by their hashes: in sets
// of one cache line each, the oldest of a set making room for the newest. It
// neither grows nor walks.
type seen struct {
	sets []seenSet
	next []uint8 // which place of a set is the oldest
}

type seenSet [8]uint64

// newSeen remembers about 8*sets ids; sets is a power of two.
func newSeen(sets int) *seen { return &seen{sets: make([]seenSet, sets), next: make([]uint8, sets)} }

// before reports whether id was here lately, and remembers it. An id of 0 is
// taken for another: an empty place holds 0.
func (s *seen) before(id uint64) bool {
	id = max(id, 1)
	at := id & uint64(len(s.sets)-1)
	set := &s.sets[at]
	for _, old := range set {
		if old == id {
			return true
		}
	}
	set[s.next[at]%uint8(len(set))] = id
	s.next[at]++
	return false
}

// touch reads the place of id, for before to have it at hand.
func (s *seen) touch(id uint64) uint64 { return s.sets[max(id, 1)&uint64(len(s.sets)-1)][0] }
