package repeat

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// Config configures a Tracker.
type Config struct {
	In         time.Duration // how long a post counts; required, at most 24 hours
	Similarity float64       // from when on texts count as the same: above 0, at most 1; 0 means 0.7
	// Wide is for scopes with very many posts, such as a platform: texts are then
	// looked up by parts of their sketches instead of one by one. One in ten that
	// are alike by 0.9 is missed, none that is the same.
	Wide bool
	// Scopes is how many scopes are kept at most, 0 for 65536. A Wide scope takes
	// four for every text in it.
	Scopes int
}

// Post is something that was posted. Its parts but At are hashes by the caller.
type Post struct {
	Scope  uint64 // within which it is compared
	Member uint64
	Chat   uint64
	At     time.Time
}

// Count is how often nearly the same text was posted in a scope, the post itself
// included.
type Count struct {
	Messages int
	Members  int // who posted it, up to Most
	Chats    int // where, up to Most
}

// Most is the greatest number of members and of chats that is counted, and
// MostMessages that of messages.
const (
	Most         = 32
	MostMessages = 256
)

// Tracker remembers posts. Any number of goroutines may use it.
type Tracker struct {
	in      int64
	similar bar
	wide    bool
	stripes [16]stripe
}

// stripe has the scopes with the same remainder. Its scopes lie in slots, which
// are used again: of one that falls silent, or of the one silent longest when
// there are no more.
type stripe struct {
	mu    sync.Mutex
	slots []scope
	index map[uint64]int32
	free  []int32
	hand  int // the slot that is looked at next, for whether it is silent
	most  int
	_     [64]byte // keeps what goroutines write apart
}

// scope is the last posts of one scope, in a ring of a power of two.
type scope struct {
	key      uint64
	newest   int64 // when the last post was, 0 for a free slot
	sketches []Sketch
	posts    []post
	next     int // where the next post goes
	len      int
}

type post struct {
	at           int64
	member, chat uint64
}

const longestIn = 24 * time.Hour

// New returns a Tracker that has seen nothing. It returns an error for a Config
// that is out of bounds.
func New(c Config) (*Tracker, error) {
	c.Similarity = cmp.Or(c.Similarity, 0.7)
	c.Scopes = cmp.Or(c.Scopes, 1<<16)
	switch {
	case c.In <= 0 || c.In > longestIn:
		return nil, fmt.Errorf("repeat: in %v: must be above 0 and at most %v", c.In, longestIn)
	case !(c.Similarity > 0 && c.Similarity <= 1):
		return nil, fmt.Errorf("repeat: similarity of %v: must be above 0 and at most 1", c.Similarity)
	case c.Scopes < 0:
		return nil, fmt.Errorf("repeat: %d scopes", c.Scopes)
	}
	t := &Tracker{in: int64(c.In), similar: newBar(c.Similarity), wide: c.Wide}
	for i := range t.stripes {
		t.stripes[i].most = max(8, c.Scopes/len(t.stripes))
		t.stripes[i].index = make(map[uint64]int32)
	}
	return t, nil
}

// Post counts a post with a text that the Sketch stands for.
func (t *Tracker) Post(p Post, s *Sketch) Count {
	now := nanos(p.At)
	if !t.wide {
		return t.post(p.Scope, p, now, s)
	}
	var most Count
	for _, band := range s.bands() {
		if band>>32 == 0 {
			continue // it says nothing
		}
		c := t.post(p.Scope^band*0x9E3779B97F4A7C15, p, now, s)
		most = Count{max(most.Messages, c.Messages), max(most.Members, c.Members), max(most.Chats, c.Chats)}
	}
	return most
}

func (t *Tracker) stripe(key uint64) *stripe { return &t.stripes[key*0x9E3779B97F4A7C15>>60] }

func (t *Tracker) post(key uint64, p Post, now int64, s *Sketch) Count {
	st := t.stripe(key)
	st.mu.Lock()
	defer st.mu.Unlock()
	st.sweep(now - t.in)
	sc := st.scope(key)
	now = max(now, sc.newest)
	count := sc.count(t, s, post{at: now, member: p.Member, chat: p.Chat})
	sc.add(s, post{at: now, member: p.Member, chat: p.Chat})
	return count
}

// count counts the posts that matter and are like s, from the newest to the
// oldest, and the new one.
func (sc *scope) count(t *Tracker, s *Sketch, p post) Count {
	var members, chats [Most]uint64
	members[0], chats[0] = p.member, p.chat
	c := Count{Messages: 1, Members: 1, Chats: 1}
	for k := range sc.len {
		i := (sc.next - 1 - k) & (len(sc.posts) - 1)
		old := &sc.posts[i]
		if p.at-old.at >= t.in {
			sc.len = k // nor do those before it matter any more
			break
		}
		if !t.similar.reached(s, &sc.sketches[i]) {
			continue
		}
		c.Messages++
		c.Members = enter(&members, c.Members, old.member)
		c.Chats = enter(&chats, c.Chats, old.chat)
	}
	return c
}

// enter puts one into a set of n, and returns how many it has then.
func enter(set *[Most]uint64, n int, one uint64) int {
	if n == Most || slices.Contains(set[:n], one) {
		return n
	}
	set[n] = one
	return n + 1
}

// add keeps a post. The ring grows as long as all in it matters.
func (sc *scope) add(s *Sketch, p post) {
	if sc.len == len(sc.posts) && sc.len < MostMessages {
		sc.grow(max(1, min(2*sc.len, MostMessages)))
	}
	sc.posts[sc.next], sc.sketches[sc.next] = p, *s
	sc.next = (sc.next + 1) & (len(sc.posts) - 1)
	sc.len = min(sc.len+1, len(sc.posts))
	sc.newest = p.at
}

func (sc *scope) grow(size int) {
	posts, sketches := make([]post, size), make([]Sketch, size)
	for k := range sc.len {
		i := (sc.next - sc.len + k) & (len(sc.posts) - 1)
		posts[k], sketches[k] = sc.posts[i], sc.sketches[i]
	}
	sc.posts, sc.sketches, sc.next = posts, sketches, sc.len&(size-1)
}

// scope is the scope of a key, new where there is none.
func (st *stripe) scope(key uint64) *scope {
	if i, known := st.index[key]; known {
		return &st.slots[i]
	}
	var i int32
	switch {
	case len(st.free) > 0:
		i = st.free[len(st.free)-1]
		st.free = st.free[:len(st.free)-1]
	case len(st.slots) < st.most:
		i = int32(len(st.slots))
		st.slots = append(st.slots, scope{})
	default:
		i = st.silent()
		delete(st.index, st.slots[i].key)
	}
	st.index[key] = i
	sc := &st.slots[i]
	sc.key, sc.len, sc.next, sc.newest = key, 0, 0, 0
	return sc
}

// silent is the slot of a few that was silent longest.
func (st *stripe) silent() int32 {
	best := st.hand % len(st.slots)
	for k := range 16 {
		i := (st.hand + k) % len(st.slots)
		if st.slots[i].newest < st.slots[best].newest {
			best = i
		}
	}
	return int32(best)
}

// large is how many posts a free slot keeps room for.
const large = 16

// sweep frees the next slot if nothing in it is newer than a time. Every call
// sweeps one, so that a round takes no more posts than there are slots.
func (st *stripe) sweep(before int64) {
	if len(st.slots) == 0 {
		return
	}
	st.hand = (st.hand + 1) % len(st.slots)
	sc := &st.slots[st.hand]
	if sc.newest == 0 || sc.newest > before {
		return
	}
	delete(st.index, sc.key)
	if len(sc.posts) > large {
		sc.posts, sc.sketches = nil, nil
	}
	sc.newest, sc.len, sc.next = 0, 0, 0
	st.free = append(st.free, int32(st.hand))
}

// Len is how many scopes are kept.
func (t *Tracker) Len() int {
	n := 0
	for i := range t.stripes {
		st := &t.stripes[i]
		st.mu.Lock()
		n += len(st.index)
		st.mu.Unlock()
	}
	return n
}

// nanos is a time in nanoseconds since 1970, never 0, within what int64 bears.
func nanos(at time.Time) int64 {
	const edge = math.MaxInt64 / 4
	switch sec := at.Unix(); {
	case sec >= edge/int64(time.Second):
		return edge
	case sec <= 0:
		return 1
	}
	return max(1, at.UnixNano())
}
