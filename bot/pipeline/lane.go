package pipeline

import (
	"cmp"
	"container/heap"
	"context"
	"sync"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
)

// job is a few actions of one case that are to be tried at a time.
type job struct {
	acts  []review.Act
	at    time.Time
	n     int // counts the jobs of a lane: of those for the same time the first comes first
	tries int
	old   bool // it has waited: a person may have decided meanwhile

	confirmed time.Time // when the store last said that nobody has
}

// lane carries out jobs one after the other, each not before its time.
type lane struct {
	outbox  *outbox
	name    string
	adapter chat.Adapter
	pace    *pace

	mu      sync.Mutex
	jobs    jobs
	pushed  int
	working bool
	more    chan struct{}
	ahead   int // how many jobs are confirmed at a time; only of the lane's own goroutine
}

func newLane(o *outbox, name string, a chat.Adapter, p *pace) *lane {
	return &lane{outbox: o, name: name, adapter: a, pace: p, more: make(chan struct{}, 1)}
}

func (l *lane) push(j job) {
	l.mu.Lock()
	l.pushed++
	j.n = l.pushed
	heap.Push(&l.jobs, &j)
	l.mu.Unlock()
	signal(l.more)
}

// next takes the first job that is ready, or says how long until one is.
func (l *lane) next(now time.Time) (j *job, ready bool, wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.jobs) == 0 {
		return nil, false, time.Hour
	}
	if d := l.jobs[0].at.Sub(now); d > 0 {
		return nil, false, d
	}
	l.working = true
	return heap.Pop(&l.jobs).(*job), true, 0
}

// withdraw takes a waiting action of the case that does verb out of the lane.
func (l *lane) withdraw(id string, verb chat.Verb) (review.Act, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.jobs {
		for k, a := range l.jobs[i].acts {
			if a.Case != id || a.Action.Verb != verb {
				continue
			}
			rest := append(append([]review.Act(nil), l.jobs[i].acts[:k]...), l.jobs[i].acts[k+1:]...)
			if len(rest) == 0 {
				heap.Remove(&l.jobs, i)
			} else {
				l.jobs[i].acts = rest
			}
			return a, true
		}
	}
	return review.Act{}, false
}

func (l *lane) rested() {
	l.mu.Lock()
	l.working = false
	l.mu.Unlock()
	signal(l.outbox.progress)
}

// busy reports whether a job is under way or ready.
func (l *lane) busy() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.working || len(l.jobs) > 0 && !l.jobs[0].at.After(l.outbox.p.config.Now())
}

func (l *lane) len() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for i := range l.jobs {
		n += len(l.jobs[i].acts)
	}
	return n
}

func (l *lane) run(ctx context.Context) {
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for ctx.Err() == nil {
		j, ready, wait := l.next(l.outbox.p.config.Now())
		if ready {
			l.work(ctx, j)
			l.rested()
			continue
		}
		timer.Reset(wait)
		select {
		case <-ctx.Done():
		case <-l.more:
		case <-timer.C:
		}
	}
}

// jobs is a heap by time.
type jobs []*job

func (h jobs) Len() int      { return len(h) }
func (h jobs) Swap(i, k int) { h[i], h[k] = h[k], h[i] }
func (h jobs) Less(i, k int) bool {
	return cmp.Or(h[i].at.Compare(h[k].at), cmp.Compare(h[i].n, h[k].n)) < 0
}

// Push is for container/heap.
func (h *jobs) Push(x any) { *h = append(*h, x.(*job)) }

// Pop is for container/heap.
func (h *jobs) Pop() any {
	last := len(*h) - 1
	j := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	return j
}
