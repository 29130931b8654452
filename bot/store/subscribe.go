package store

import "sync"

// Subscribe returns a channel that gets a signal after every commit, of this
// process at once and of another within a second. Signals are not counted: one
// stands for all since the last was taken. The function ends the subscription; the
// channel is closed then, or when the store is closed.
func (s *Store) Subscribe() (<-chan struct{}, func()) {
	return s.writer.subscribers.add()
}

type subscribers struct {
	mu     sync.Mutex
	all    map[chan struct{}]struct{}
	closed bool
}

func (s *subscribers) add() (<-chan struct{}, func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := make(chan struct{}, 1)
	if s.closed {
		close(c)
		return c, func() {}
	}
	if s.all == nil {
		s.all = map[chan struct{}]struct{}{}
	}
	s.all[c] = struct{}{}
	return c, func() { s.remove(c) }
}

func (s *subscribers) remove(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.all[c]; ok {
		delete(s.all, c)
		close(c)
	}
}

func (s *subscribers) signal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.all {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

func (s *subscribers) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.all {
		close(c)
	}
	s.all = nil
}
