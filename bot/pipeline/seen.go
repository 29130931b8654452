package pipeline

// seen remembers the last size to 2*size event ids of a shard by their hashes.
// It forgets by generations, so that it neither grows nor walks.
type seen struct {
	size     int
	now, old map[uint64]struct{}
}

func newSeen(size int) *seen {
	return &seen{size: size, now: make(map[uint64]struct{}, size), old: make(map[uint64]struct{}, size)}
}

// before reports whether id was here lately, and remembers it.
func (s *seen) before(id uint64) bool {
	if _, ok := s.now[id]; ok {
		return true
	}
	_, ok := s.old[id]
	if len(s.now) >= s.size {
		s.now, s.old = s.old, s.now
		clear(s.now)
	}
	s.now[id] = struct{}{}
	return ok
}
