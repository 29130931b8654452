package app

import (
	"context"
	"fmt"
	"os"
	"runtime"
	gometrics "runtime/metrics"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// benchPlatform takes every action at once.
type benchPlatform struct {
	ready chan func(context.Context, chat.Event) error
	done  atomic.Int64
}

func newBenchPlatform() *benchPlatform {
	return &benchPlatform{ready: make(chan func(context.Context, chat.Event) error, 1)}
}

// Capabilities is everything, without limits.
func (p *benchPlatform) Capabilities(string) chat.Capabilities {
	return chat.Capabilities{Warn: true, Delete: true, Remove: true, Ban: true, Unban: true, Mute: chat.MuteTimed}
}

// Run lends deliver to the bench.
func (p *benchPlatform) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	p.ready <- deliver
	<-ctx.Done()
	return nil
}

// Do counts.
func (p *benchPlatform) Do(context.Context, chat.Action) (chat.Receipt, error) {
	p.done.Add(1)
	return chat.Receipt{}, nil
}

// benchWatch counts what was judged, and how late.
type benchWatch struct {
	sent    int
	timing  atomic.Bool
	flagged atomic.Int64
	parts   []benchPart             // one for each shard
	share   []int32                 // of parts, by the number of the chat
	total   *hdrhistogram.Histogram // of all intervals
}

// benchPart is what one shard counts, so that shards do not meet.
type benchPart struct {
	count atomic.Int64
	mu    sync.Mutex
	late  *hdrhistogram.Histogram
	_     [64]byte
}

// newBenchWatch watches so many shards and the chats of a load, as rates divide them.
func newBenchWatch(shards int, l *load, rates *rules.Rates) *benchWatch {
	w := &benchWatch{parts: make([]benchPart, shards), share: make([]int32, len(l.chats)), total: lateness()}
	for i, name := range l.chats {
		place := rates.Place(&chat.Event{Platform: benchName, Chat: name})
		w.share[i] = int32(place.Share(shards))
	}
	for i := range w.parts {
		w.parts[i].late = lateness()
	}
	return w
}

// Judged counts.
func (w *benchWatch) Judged(e *chat.Event, _ *rules.Verdict, c *review.Case, _ time.Time) {
	p := &w.parts[w.share[chatNumber(e.Chat)]]
	p.count.Add(1)
	if c != nil {
		w.flagged.Add(1)
	}
	if w.timing.Load() {
		late := time.Since(e.Time)
		p.mu.Lock()
		_ = p.late.RecordValue(int64(late)) // beyond a minute the run is lost anyway
		p.mu.Unlock()
	}
}

// Settled does nothing.
func (w *benchWatch) Settled(*review.Act) {}

// Alarmed does nothing.
func (w *benchWatch) Alarmed(string, lang.Text) {}

func (w *benchWatch) judged() (n int) {
	for i := range w.parts {
		n += int(w.parts[i].count.Load())
	}
	return n
}

func lateness() *hdrhistogram.Histogram { return hdrhistogram.New(1, int64(time.Minute), 3) }

// interval is how late events were since it was called last.
func (w *benchWatch) interval() *hdrhistogram.Histogram {
	all := lateness()
	for i := range w.parts {
		w.parts[i].mu.Lock()
		all.Merge(w.parts[i].late)
		w.parts[i].late.Reset()
		w.parts[i].mu.Unlock()
	}
	w.total.Merge(all)
	return all
}

// resident is the memory of this process that is in RAM, in bytes; where the
// system does not tell, what Go has asked for.
func resident() uint64 {
	status, err := os.ReadFile("/proc/self/statm")
	if err == nil {
		var total, pages uint64
		if _, err := fmt.Sscan(string(status), &total, &pages); err == nil {
			return pages * uint64(os.Getpagesize())
		}
	}
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Sys
}

// liveHeap is what the collector found in use the last time, in bytes.
func liveHeap() uint64 {
	sample := []gometrics.Sample{{Name: "/gc/heap/live:bytes"}}
	gometrics.Read(sample)
	if sample[0].Value.Kind() != gometrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
