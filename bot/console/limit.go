package console

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// allowance is how many failed logins one key may have.
type allowance struct {
	burst   int           // at once
	refill  time.Duration // one more after this
	slowest time.Duration // what refill grows to under attack
	keys    int           // remembered at once
}

// An account gives a person room for some slips; an address may be that of a
// whole office.
var (
	perAccount = allowance{burst: 6, refill: 20 * time.Second, slowest: 15 * time.Minute, keys: 4096}
	perAddress = allowance{burst: 30, refill: 5 * time.Second, slowest: 5 * time.Minute, keys: 4096}
)

// limiter slows down what fails. Each refusal doubles the time until the next
// attempt is allowed, up to allowance.slowest, until the key has rested for so
// long that its whole burst is there again, or is forgiven.
type limiter struct {
	allowance
	mu     sync.Mutex
	bucket map[string]*bucket
}

type bucket struct {
	*rate.Limiter
	used time.Time
}

func (b *bucket) full(now time.Time) bool { return b.TokensAt(now) >= float64(b.Burst()) }

func newLimiter(a allowance) *limiter {
	return &limiter{allowance: a, bucket: map[string]*bucket{}}
}

// take counts one attempt, or says how long to wait for the next.
func (l *limiter) take(key string, now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket[key]
	if b == nil {
		l.makeRoom(now)
		b = &bucket{Limiter: rate.NewLimiter(rate.Every(l.refill), l.burst)}
		l.bucket[key] = b
	}
	if b.full(now) {
		b.SetLimitAt(now, rate.Every(l.refill))
	}
	b.used = now
	if b.AllowN(now, 1) {
		return 0
	}
	slower := max(b.Limit()/2, rate.Every(l.slowest))
	b.SetLimitAt(now, slower)
	missing := 1 - b.TokensAt(now)
	return time.Duration(missing / float64(slower) * float64(time.Second))
}

// forgive forgets the failures of key.
func (l *limiter) forgive(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.bucket, key)
}

// makeRoom drops what no longer limits anybody, and where that is nothing, what
// was used the longest ago.
func (l *limiter) makeRoom(now time.Time) {
	if len(l.bucket) < l.keys {
		return
	}
	var oldest string
	for key, b := range l.bucket {
		if b.full(now) {
			delete(l.bucket, key)
			continue
		}
		if o := l.bucket[oldest]; o == nil || b.used.Before(o.used) {
			oldest = key
		}
	}
	if len(l.bucket) >= l.keys {
		delete(l.bucket, oldest)
	}
}
