package pipeline

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"time"

	"patrol/bot/review"
)

// confirmAhead is how many jobs of a lane are confirmed at a time at most.
const confirmAhead = 256

// doubtful reports whether j has waited for so long that a person may have decided
// otherwise.
func (j *job) doubtful(now time.Time) bool {
	return (j.old || j.tries > 0 || now.Sub(j.at) > oldAfter) && now.Sub(j.confirmed) > oldAfter
}

// confirm drops of first what a person has cancelled while it waited, and of jobs
// that come soon as well: each answer waits for the disk, and a lane that fell
// behind would never catch up if it waited for them one after the other. The more
// jobs the lane gets done before their answers are old, the more it asks for.
func (l *lane) confirm(ctx context.Context, first *job) {
	if first.confirmed.IsZero() {
		l.ahead = min(max(1, 2*l.ahead), confirmAhead)
	} else {
		l.ahead = max(1, l.ahead/2)
	}
	some := l.soon(first)
	answers := make([]chan error, len(some))
	for i, j := range some {
		answers[i] = make(chan error, 1)
		if len(j.acts) == 0 {
			answers[i] <- nil
			continue
		}
		u := review.Update{Case: j.acts[0].Case, Acts: slices.Clone(j.acts)}
		if err := l.outbox.p.config.Store.Settle(ctx, u, func(err error) { answers[i] <- err }); err != nil {
			answers[i] <- err
		}
	}
	for i, j := range some {
		l.drop(j, <-answers[i])
	}
}

// soon is first and the jobs after it that are ready and doubtful.
func (l *lane) soon(first *job) []*job {
	now := l.outbox.p.config.Now()
	some, next := []*job{first}, []*job(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	for len(next) < l.ahead-1 && len(l.jobs) > 0 && !l.jobs[0].at.After(now) {
		next = append(next, heap.Pop(&l.jobs).(*job))
	}
	for _, j := range next {
		heap.Push(&l.jobs, j)
		if j.doubtful(now) {
			some = append(some, j)
		}
	}
	return some
}

// drop takes out of j what the store refuses with err.
func (l *lane) drop(j *job, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j.confirmed = l.outbox.p.config.Now()
	if cancelled, ok := errors.AsType[*review.CancelledError](err); ok {
		j.acts = slices.DeleteFunc(j.acts, func(a review.Act) bool { return slices.Contains(cancelled.Keys, a.Action.Key) })
	}
}
