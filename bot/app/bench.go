package app

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

// BenchOptions is what is measured. Zero fields mean the defaults.
type BenchOptions struct {
	Events   int           // of the closed loop; default 2,000,000
	Chats    int           // default 10,000
	Members  int           // default 1,000,000
	Words    int           // keywords in the rule set; default 100,000
	HitRate  float64       // share of events that a rule hits; default 0.01; negative: none
	Shards   int           // default: one a core
	Store    string        // sqlite (default) or memory
	Rate     int           // events a second of the open loop; 0: no open loop
	Duration time.Duration // of the open loop; default 10 s
	Seed     uint64        // default 1
	Progress io.Writer     // told once a second during the open loop; may be nil
}

// BenchResult is what was measured.
type BenchResult struct {
	Events      int           `json:"events"`
	Took        time.Duration `json:"took_ns"`
	PerSecond   float64       `json:"events_per_second"`
	CleanAllocs float64       `json:"allocations_per_clean_event"`

	OpenRate   float64       `json:"open_loop_events_per_second,omitempty"` // what was reached of Rate
	OpenEvents int           `json:"open_loop_events,omitempty"`
	P50        time.Duration `json:"p50_ns,omitempty"`
	P99        time.Duration `json:"p99_ns,omitempty"`
	P999       time.Duration `json:"p999_ns,omitempty"`
	Worst      time.Duration `json:"worst_ns,omitempty"`

	Violations int           `json:"violations"`
	Recorded   int           `json:"records_written"`
	Actions    int           `json:"actions"`
	CPU        time.Duration `json:"cpu_ns"` // of the closed loop, all cores together; 0 where the system does not tell
	Resident   uint64        `json:"resident_bytes"`
	Goroutines int           `json:"goroutines"`
}

func (o BenchOptions) withDefaults() (BenchOptions, error) {
	def := func(n *int, usual int) {
		if *n == 0 {
			*n = usual
		}
	}
	def(&o.Events, 2_000_000)
	def(&o.Chats, 10_000)
	def(&o.Members, 1_000_000)
	def(&o.Words, 100_000)
	def(&o.Shards, runtime.GOMAXPROCS(0))
	if o.HitRate == 0 {
		o.HitRate = 0.01
	}
	if o.Store == "" {
		o.Store = "sqlite"
	}
	if o.Duration == 0 {
		o.Duration = 10 * time.Second
	}
	if o.Seed == 0 {
		o.Seed = 1
	}
	switch {
	case o.Events < 0 || o.Chats < 1 || o.Members < 1 || o.Words < 1 || o.Shards < 1 || o.Rate < 0 || o.HitRate > 1:
		return o, errors.New("bench: every number must be greater than 0, and the hit rate at most 1")
	case o.Store != "sqlite" && o.Store != "memory":
		return o, fmt.Errorf("bench: no store %q: use sqlite or memory", o.Store)
	}
	return o, nil
}

// Bench drives the real pipeline and the real store with events made in memory:
// the code of a patrol run, with only the platform put on. It checks afterwards
// that the store holds exactly the violations that were made, and that its
// ledger is whole.
func Bench(ctx context.Context, o BenchOptions) (r BenchResult, err error) {
	o, err = o.withDefaults()
	if err != nil {
		return r, err
	}
	dir, err := os.MkdirTemp("", "patrol-bench-")
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{options: o, load: newLoad(o), platform: newBenchPlatform()}
	if err := b.build(ctx, dir); err != nil {
		return r, err
	}
	running := make(chan error, 1)
	runCtx, stop := context.WithCancel(ctx)
	defer stop()
	go func() { running <- b.pipeline.Run(runCtx) }()
	select {
	case b.deliver = <-b.platform.ready:
	case err := <-running:
		return r, err
	}
	err = b.measure(ctx, &r)
	stop()
	err = errors.Join(err, <-running)
	r.Actions = int(b.platform.done.Load())
	if b.disk != nil {
		err = errors.Join(err, b.disk.Close())
	}
	if err != nil {
		return r, err
	}
	return r, b.check(ctx, dir, &r)
}

type bench struct {
	options  BenchOptions
	load     *load
	platform *benchPlatform
	pipeline *pipeline.Pipeline
	disk     *store.Store // nil in memory
	watch    *benchWatch
	deliver  func(context.Context, chat.Event) error
	made     tally // violations that were made
}

// tally is a set of cases, by its size and a sum that no other set is likely to
// have.
type tally struct {
	n   int
	sum uint64
}

func (t *tally) add(caseID string) {
	t.n++
	var word [8]byte
	copy(word[:], caseID)
	t.sum += binary.LittleEndian.Uint64(word[:])*0x9e3779b97f4a7c15 ^ uint64(len(caseID))
}

func (b *bench) build(ctx context.Context, dir string) error {
	words := filepath.Join(dir, "words.txt")
	if err := os.WriteFile(words, []byte(strings.Join(b.load.words, "\n")), 0o600); err != nil {
		return err
	}
	// Limits that no member reaches: what they cost is measured, what they would
	// find would be hard to know beforehand.
	file := filepath.Join(dir, "rules.yaml")
	err := os.WriteFile(file, []byte(`rules:
  - {id: words, keyword_files: [words.txt], severity: minor, then: [delete, warn]}
  - {id: flood.member, flood: {per: member, messages: 1000, in: 10s, merge_paste: true}, then: ladder}
  - {id: flood.chat, flood: {per: chat, messages: 10000000, in: 10s}, then: review}
`), 0o600)
	if err != nil {
		return err
	}
	set, faults := rules.Load([]string{file}, rules.Options{})
	if err := faults.Err(); err != nil {
		return err
	}
	l, err := ladder.New(ladder.Default())
	if err != nil {
		return err
	}
	b.watch = newBenchWatch(b.options.Shards)
	var kept pipeline.Store = pipeline.NewVolatile(true)
	if b.options.Store == "sqlite" {
		if b.disk, err = store.Open(ctx, store.Config{Path: filepath.Join(dir, "patrol.db")}); err != nil {
			return err
		}
		kept = b.disk
	}
	b.pipeline, err = pipeline.New(pipeline.Config{
		Ladder: l, Rules: set, Store: kept, Shards: b.options.Shards, Observer: b.watch,
		StaleAfter: time.Hour, Language: lang.En,
	})
	if err != nil {
		return err
	}
	return b.pipeline.Attach("bench", b.platform)
}

func (b *bench) measure(ctx context.Context, r *BenchResult) error {
	if err := b.cleanAllocs(ctx, r); err != nil {
		return err
	}
	began, spent := time.Now(), cpuTime()
	for i := range b.options.Events {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := b.send(ctx, began.Add(time.Duration(i)*time.Microsecond)); err != nil {
			return err
		}
	}
	b.rest(ctx)
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
		named.Adapter = "bench"
		b.made.add(review.CaseID(&named))
	}
	b.watch.sent++
	return b.deliver(ctx, e)
}

// rest waits until everything that was sent is judged.
func (b *bench) rest(ctx context.Context) {
	for b.watch.judged() < b.watch.sent && ctx.Err() == nil {
		time.Sleep(100 * time.Microsecond)
	}
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
		b.rest(ctx)
	}
	runtime.ReadMemStats(&after)
	r.CleanAllocs = float64(after.Mallocs-before.Mallocs) / events
	return nil
}

// openLoop sends at a fixed rate whatever the pipeline does, and measures from
// the moment at which each event should have been sent: a stall counts against
// every event that it delayed.
func (b *bench) openLoop(ctx context.Context, r *BenchResult) error {
	b.watch.timing.Store(true)
	began := time.Now()
	gap := time.Duration(float64(time.Second) / float64(b.options.Rate))
	total := int(b.options.Duration / gap)
	said := began
	for i := range total {
		at := began.Add(time.Duration(i) * gap)
		for wait := time.Until(at); wait > 0; wait = time.Until(at) {
			time.Sleep(wait)
		}
		if err := b.send(ctx, at); err != nil {
			return err
		}
		if b.options.Progress != nil && i%4096 == 0 && time.Since(said) >= 10*time.Second {
			said = time.Now()
			h := b.watch.merged()
			fmt.Fprintf(b.options.Progress, "%6.0f s  %9d events  p99 %s  worst %s  resident %d MiB  goroutines %d\n", said.Sub(began).Seconds(), i,
				time.Duration(h.ValueAtQuantile(99)), time.Duration(h.Max()), resident()>>20, runtime.NumGoroutine())
		}
	}
	b.rest(ctx)
	r.OpenEvents = total
	r.OpenRate = float64(total) / time.Since(began).Seconds()
	h := b.watch.merged()
	r.P50, r.P99 = time.Duration(h.ValueAtQuantile(50)), time.Duration(h.ValueAtQuantile(99))
	r.P999, r.Worst = time.Duration(h.ValueAtQuantile(99.9)), time.Duration(h.Max())
	return nil
}

// check reads the store again, as after a restart.
func (b *bench) check(ctx context.Context, dir string, r *BenchResult) (err error) {
	if b.disk == nil {
		r.Recorded = int(b.watch.flagged.Load())
		if r.Recorded != b.made.n {
			return fmt.Errorf("bench: %d violations were made and %d found", b.made.n, r.Recorded)
		}
		return nil
	}
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(dir, "patrol.db")})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	var found tally
	for record, err := range s.Entries(ctx, store.EntryFilter{}) {
		if err != nil {
			return err
		}
		e, err := record.Entry()
		if err != nil {
			return err
		}
		if e.Kind == ledger.Decided {
			found.add(e.Case)
		}
	}
	r.Recorded = found.n
	if found != b.made {
		return fmt.Errorf("bench: %d violations were made, %d are in the store, and they are not the same", b.made.n, found.n)
	}
	head, err := s.Head(ctx)
	if err != nil {
		return err
	}
	_, err = ledger.Verify(ledger.Head{}, s.Entries(ctx, store.EntryFilter{}), head)
	return err
}

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
	parts   []benchPart
}

// benchPart is one of several, so that shards do not meet.
type benchPart struct {
	count atomic.Int64
	mu    sync.Mutex
	late  *hdrhistogram.Histogram
	_     [64]byte
}

func newBenchWatch(shards int) *benchWatch {
	w := &benchWatch{parts: make([]benchPart, 16*shards)}
	for i := range w.parts {
		w.parts[i].late = hdrhistogram.New(1, int64(time.Minute), 3)
	}
	return w
}

// Judged counts.
func (w *benchWatch) Judged(e *chat.Event, _ *rules.Verdict, c *review.Case, _ time.Duration) {
	p := &w.parts[int(e.Chat[len(e.Chat)-1])%len(w.parts)]
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

func (w *benchWatch) merged() *hdrhistogram.Histogram {
	all := hdrhistogram.New(1, int64(time.Minute), 3)
	for i := range w.parts {
		w.parts[i].mu.Lock()
		all.Merge(w.parts[i].late)
		w.parts[i].mu.Unlock()
	}
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
