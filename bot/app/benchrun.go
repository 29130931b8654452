package app

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"patrol/bot/review"
)

func (b *bench) measure(ctx context.Context, r *BenchResult) error {
	if err := b.cleanAllocs(ctx, r); err != nil {
		return err
	}
	r.LoadCPU = b.loadCost()
	began, spent := time.Now(), cpuTime()
	for i := range b.options.Events {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := b.send(ctx, began.Add(time.Duration(i)*time.Microsecond)); err != nil {
			return err
		}
	}
	if err := b.rest(ctx); err != nil {
		return err
	}
	r.Events, r.Took, r.CPU = b.options.Events, time.Since(began), cpuTime()-spent
	r.PerSecond = float64(r.Events) / r.Took.Seconds()
	if b.options.Rate > 0 {
		if err := b.openLoop(ctx, r); err != nil {
			return err
		}
	}
	r.Violations = b.made.n
	r.Resident, r.Goroutines = resident(), runtime.NumGoroutine()
	return nil
}

func (b *bench) send(ctx context.Context, at time.Time) error {
	e, hits := b.load.next(at)
	if hits {
		named := e
		named.Adapter = benchName
		b.made.add(review.CaseID(&named))
	}
	b.watch.sent++
	return b.deliver(ctx, e)
}

// actsPerCase is what the bench's rule asks for: delete and warn.
const actsPerCase = 2

// rest waits until everything that was sent is judged, carried out and written.
func (b *bench) rest(ctx context.Context) error {
	for b.watch.judged() < b.watch.sent || b.platform.done.Load() < int64(actsPerCase*b.made.n) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		time.Sleep(100 * time.Microsecond)
	}
	if b.disk == nil {
		return nil
	}
	return b.disk.Append(ctx) // takes its turn behind all writes before it
}

// cleanAllocs measures what one clean event allocates once everything is warm.
func (b *bench) cleanAllocs(ctx context.Context, r *BenchResult) error {
	rate := b.load.hitRate
	b.load.hitRate = -1
	defer func() { b.load.hitRate = rate }()
	const events = 200_000
	var before, after runtime.MemStats
	for round := range 3 {
		if round == 2 {
			runtime.ReadMemStats(&before)
		}
		for range events {
			if err := b.send(ctx, time.Now()); err != nil {
				return err
			}
		}
		if err := b.rest(ctx); err != nil {
			return err
		}
	}
	runtime.ReadMemStats(&after)
	r.CleanAllocs = float64(after.Mallocs-before.Mallocs) / events
	return nil
}

// loadCost is the CPU time that making one event takes, which is no part of a bot.
func (b *bench) loadCost() time.Duration {
	const events = 500_000
	spent := cpuTime()
	for range events {
		b.load.next(time.Time{})
	}
	return (cpuTime() - spent) / events
}

// sayEvery is how often the open loop tells how it goes.
const sayEvery = 10 * time.Second

// openLoop sends at a fixed rate whatever the pipeline does, and measures from
// the moment at which each event should have been sent: a stall counts against
// every event that it delayed.
func (b *bench) openLoop(ctx context.Context, r *BenchResult) error {
	b.watch.timing.Store(true)
	began, spent := time.Now(), cpuTime()
	perEvent := float64(time.Second) / float64(b.options.Rate)
	total := int(float64(b.options.Duration) / perEvent)
	next := began.Add(sayEvery)
	for i := range total {
		at := began.Add(time.Duration(float64(i) * perEvent))
		for wait := time.Until(at); wait > 0; wait = time.Until(at) {
			time.Sleep(wait)
		}
		if err := b.send(ctx, at); err != nil {
			return err
		}
		if at.After(next) {
			next = next.Add(sayEvery)
			r.Intervals = append(r.Intervals, b.say(at.Sub(began), i+1))
		}
	}
	if err := b.rest(ctx); err != nil {
		return err
	}
	r.OpenEvents, r.OpenCPU = total, cpuTime()-spent
	r.OpenRate = float64(total) / time.Since(began).Seconds()
	b.watch.interval()
	h := b.watch.total
	r.P50, r.P99 = time.Duration(h.ValueAtQuantile(50)), time.Duration(h.ValueAtQuantile(99))
	r.P999, r.Worst = time.Duration(h.ValueAtQuantile(99.9)), time.Duration(h.Max())
	return nil
}

// say tells how the time since it was called last went.
func (b *bench) say(at time.Duration, events int) BenchInterval {
	h := b.watch.interval()
	s := BenchInterval{
		At: at, Events: events, P50: time.Duration(h.ValueAtQuantile(50)), P99: time.Duration(h.ValueAtQuantile(99)), Worst: time.Duration(h.Max()),
		Resident: resident(), Live: liveHeap(), Goroutines: runtime.NumGoroutine(),
	}
	if b.options.Progress != nil {
		fmt.Fprintf(b.options.Progress, "%5.0f s %11d events  p50 %8s  p99 %8s  max %8s  resident %4d MiB  live %4d MiB  goroutines %d\n",
			s.At.Seconds(), s.Events, s.P50.Round(time.Microsecond), s.P99.Round(time.Microsecond), s.Worst.Round(time.Microsecond),
			s.Resident>>20, s.Live>>20, s.Goroutines)
	}
	return s
}
