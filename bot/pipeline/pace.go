package pipeline

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"patrol/adapters/chat"
)

// pace keeps one adapter within what its platform bears. Safe for concurrent use.
type pace struct {
	now      func() time.Time
	mu       sync.Mutex
	acts     *rate.Limiter
	removals *rate.Limiter
	warns    map[string]*rate.Limiter // by chat
}

func newPace(now func() time.Time) *pace {
	return &pace{
		now: now, acts: rate.NewLimiter(rate.Inf, 1), removals: rate.NewLimiter(rate.Inf, 1),
		warns: map[string]*rate.Limiter{},
	}
}

// wait is how long a must wait for its turn; the turn is taken when that is 0.
// ok is false where the day's removals are used up.
func (p *pace) wait(a *chat.Action, c chat.Capabilities) (d time.Duration, ok bool) {
	now := p.now()
	p.mu.Lock()
	defer p.mu.Unlock()
	limits := []*rate.Limiter{fitted(p.acts, c.ActsPerMinute, time.Minute, now)}
	if posts(a.Verb) {
		l := p.warns[a.Chat]
		if l == nil {
			l = rate.NewLimiter(rate.Inf, 1)
			p.warns[a.Chat] = l
		}
		limits = append(limits, fitted(l, c.WarnsPerMinute, time.Minute, now))
	}
	var longest time.Duration
	var taken []*rate.Reservation
	for _, l := range limits {
		r := l.ReserveN(now, 1)
		taken = append(taken, r)
		longest = max(longest, r.DelayFrom(now))
	}
	ok = longest > 0 || !wantsRemoval(a.Verb) || fitted(p.removals, c.RemovalsPerDay, 24*time.Hour, now).AllowN(now, 1)
	if longest > 0 || !ok {
		for _, r := range taken {
			r.CancelAt(now)
		}
	}
	return longest, ok
}

// fitted brings a limiter to n in d, where the probe has changed that.
func fitted(l *rate.Limiter, n int, d time.Duration, now time.Time) *rate.Limiter {
	limit, burst := rate.Inf, 1
	if n > 0 {
		limit, burst = rate.Limit(float64(n)/d.Seconds()), max(1, n/6)
		if d > time.Hour {
			burst = n
		}
	}
	if l.Limit() != limit || l.Burst() != burst {
		l.SetLimitAt(now, limit)
		l.SetBurstAt(now, burst)
	}
	return l
}
