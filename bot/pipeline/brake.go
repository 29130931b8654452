package pipeline

import "time"

// brake counts the removals of one chat on event time.
type brake struct {
	removals []time.Time // at most Brake.Removals, oldest first
	until    time.Time
}

// on reports whether the brake holds at t.
func (b *brake) on(t time.Time) bool { return t.Before(b.until) }

// count notes that a removal is asked for at t and reports whether that trips
// the brake: this removal, and what follows, is held. While the brake is on,
// every further demand keeps it on.
func (b *brake) count(t time.Time, c Brake) (tripped bool) {
	if c.Removals <= 0 {
		return false
	}
	if b.on(t) {
		b.until = t.Add(c.Hold)
		return false
	}
	if len(b.removals) == c.Removals {
		if t.Sub(b.removals[0]) <= c.In {
			b.removals = b.removals[:0]
			b.until = t.Add(c.Hold)
			return true
		}
		b.removals = append(b.removals[:0], b.removals[1:]...)
	}
	b.removals = append(b.removals, t)
	return false
}
