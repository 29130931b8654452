// Package flood counts how often something happens: token buckets by key, on
// golang.org/x/time/rate, and pastes, whose lines count as one message.
//
//	limiter, err := flood.New(flood.Config{Limit: flood.Limit{Events: 5, In: 10 * time.Second}})
//	...
//	key := flood.Key{Scope: hash(chat), Subject: hash(member)}
//	if !limiter.Allow(key, 1, event.Time) {
//		// more than 5 messages in a row, or one sooner than 2 s after those
//	}
//
// Time is the event's own: nothing here looks at the clock, so replaying
// recorded events gives the same answers. A late event counts as if it came with
// the newest that its key was allowed.
//
// A bucket takes its tokens only when it allows: whoever goes on above the limit
// is stopped for most messages but still gets through at the rate of refill,
// and pays no debt afterwards.
package flood

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Limit is how much is allowed: at most Events in one burst, refilled evenly
// over In. A bucket that was full allows up to twice Events within the first In,
// and Events in each In after that.
type Limit struct {
	Events int
	In     time.Duration
}

// Key says whose bucket is meant. Both parts are hashes by the caller.
type Key struct {
	Scope   uint64 // the chat, or the platform
	Subject uint64 // the member; 0 for the scope as a whole
}

// Config configures a Limiter.
type Config struct {
	Limit Limit // required
	// Stripes is the number of locks: each has an equal range of all scopes. 0
	// means 64.
	Stripes int
	// Idle is how long a bucket is kept after the last event that it allowed, by
	// the times of all events in its stripe. 0 means Limit.In, when it is full
	// again and holds no information. Where chats lag behind each other, the
	// longest lag should be added, or a bucket of the slower may be forgotten
	// early, and then is full.
	Idle time.Duration
}

// Limiter decides for many keys whether they keep a Limit. Any number of
// goroutines may use it.
//
// A rate.Limiter has 80 bytes, with pointers that the collector must follow.
// What it knows of a bucket fits in one time: when the bucket was last empty,
// or would have been, to hold what it holds now. So a key has that time, and
// the keys of a stripe share one rate.Limiter, which was emptied once and never
// since: what it says that it would hold after some time is what each of them holds
// so long after it was empty.
type Limiter struct {
	limit   Limit
	every   rate.Limit // what fills in a second
	token   float64    // nanoseconds that it takes to fill in one
	stripes []stripe
}

// stripe holds the buckets of some scopes. The padding keeps the locks of
// neighbours out of one cache line.
type stripe struct {
	mu     sync.Mutex
	bucket *rate.Limiter // empty at emptied, and never changed
	empty  *shelf[int64] // when each key's bucket was empty, in nanoseconds since 1970
	_      [64]byte
}

// stripeOf returns which of n stripes a scope has: the first for the lowest hashes,
// and so on. Goroutines that have a range of hashes each hardly ever meet at a lock.
func stripeOf(scope uint64, n int) int {
	hi, _ := bits.Mul64(scope, uint64(n))
	return int(hi)
}

func (l *Limiter) stripe(k Key) *stripe { return &l.stripes[stripeOf(k.Scope, len(l.stripes))] }

// New returns a Limiter without keys. It returns an error for a limit of less
// than one event or no time, and an Idle shorter than Limit.In.
func New(c Config) (*Limiter, error) {
	if c.Stripes == 0 {
		c.Stripes = 64
	}
	if c.Idle == 0 {
		c.Idle = c.Limit.In
	}
	switch {
	case c.Limit.Events < 1:
		return nil, fmt.Errorf("flood: limit of %d events: must be 1 or more", c.Limit.Events)
	case c.Limit.In <= 0:
		return nil, fmt.Errorf("flood: limit in %v: must be longer than 0", c.Limit.In)
	case max(c.Limit.In, c.Idle) > maxIn:
		return nil, fmt.Errorf("flood: limit in %v, idle after %v: must be at most %v", c.Limit.In, c.Idle, maxIn)
	case c.Idle < c.Limit.In:
		return nil, fmt.Errorf("flood: idle after %v: must be at least the limit's %v", c.Idle, c.Limit.In)
	case c.Stripes < 0:
		return nil, errors.New("flood: negative number of stripes")
	}
	l := &Limiter{
		limit:   c.Limit,
		every:   rate.Limit(float64(c.Limit.Events) / c.Limit.In.Seconds()),
		token:   float64(c.Limit.In) / float64(c.Limit.Events),
		stripes: make([]stripe, c.Stripes),
	}
	for k := range l.stripes {
		l.stripes[k].bucket = rate.NewLimiter(l.every, c.Limit.Events)
		l.stripes[k].bucket.AllowN(emptied, c.Limit.Events)
		l.stripes[k].empty = newShelf[int64](int64(c.Idle))
	}
	return l, nil
}

// maxIn keeps times that far before any event representable.
const maxIn = 10 * 365 * 24 * time.Hour

// Allow takes n tokens from k's bucket for an event at the time at. It returns
// false, and takes none, when there are fewer: then k is over the limit, as it
// always is with n above Limit.Events. An event without weight, with n of 0 or
// less, is allowed.
func (l *Limiter) Allow(k Key, n int, at time.Time) bool {
	if n <= 0 {
		return true
	}
	s := l.stripe(k)
	s.mu.Lock()
	now := nanos(at)
	ok := l.allow(s, k, n, now)
	s.empty.sweep(now)
	s.mu.Unlock()
	return ok
}

// Foresee has the memory look for k's bucket, without waiting for it: with very many
// keys it is in no cache. Whoever knows the next few keys and calls Foresee for each
// of them before Allow waits for all of them together instead of one by one. It
// changes nothing and takes no lock.
func (l *Limiter) Foresee(k Key) {
	l.stripe(k).empty.foresee(k)
}

func (l *Limiter) allow(s *stripe, k Key, n int, now int64) bool {
	d, h := s.empty.drawer(k)
	known := d.find(h, k)
	if known != nil {
		// A late event counts as if it came with the newest, or the bucket would
		// refill over the same stretch of time twice.
		now = max(now, known.seen)
	}
	empty := now - int64(l.limit.In) // then a bucket that is full now
	if known != nil {
		empty = max(empty, known.value)
	}
	if !l.has(s, time.Duration(now-empty), n) {
		return false
	}
	if known == nil {
		known = d.add(h, k)
	}
	known.seen = now
	known.value = min(now, empty+int64(float64(n)*l.token))
	return true
}

// emptied is when the buckets of all stripes were emptied. Only differences to it
// mean anything.
var emptied = time.Unix(0, 0)

// has reports whether a bucket that has filled for so long since it was empty holds n
// tokens.
func (l *Limiter) has(s *stripe, filled time.Duration, n int) bool {
	switch {
	case n > l.limit.Events:
		return false
	case filled >= l.limit.In:
		return true // most keys of a busy chat have been silent for long
	}
	// As rate.Limiter.AllowN does it, but that this takes none: less than a nanosecond
	// short is not short.
	short := float64(n) - s.bucket.TokensAt(emptied.Add(filled))
	return short <= 0 || time.Duration(short/float64(l.every)*float64(time.Second)) <= 0
}

// Len returns the number of keys whose buckets are kept, which may include some
// that are full again and not yet evicted.
func (l *Limiter) Len() int {
	n := 0
	for k := range l.stripes {
		s := &l.stripes[k]
		s.mu.Lock()
		n += s.empty.len()
		s.mu.Unlock()
	}
	return n
}

// edge is the last time, in nanoseconds before and after 1970, that events are
// taken to have: it leaves room to go maxIn back and forth.
const edge = math.MaxInt64 - 3*int64(maxIn)

// nanos returns at in nanoseconds since 1970. Times beyond edge, a zero
// time.Time among them, become edge. It is never 0, which marks what was never
// seen.
func nanos(at time.Time) int64 {
	const last = edge / int64(time.Second)
	switch sec := at.Unix(); {
	case sec >= last:
		return edge
	case sec <= -last:
		return -edge
	default:
		return cmp.Or(at.UnixNano(), 1)
	}
}
