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
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
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
	Progress io.Writer     // told every ten seconds how the open loop goes; may be nil
}

// BenchResult is what was measured.
type BenchResult struct {
	// Of the closed loop: as much as goes through, until all of it is judged,
	// carried out and written.
	Events      int           `json:"events"`
	Took        time.Duration `json:"took_ns"`
	PerSecond   float64       `json:"events_per_second"`
	CPU         time.Duration `json:"cpu_ns"`               // all cores together; 0 where the system does not tell
	LoadCPU     time.Duration `json:"load_cpu_ns_an_event"` // the part of it, for an event, that made the events
	CleanAllocs float64       `json:"allocations_per_clean_event"`

	BenchOpenLoop

	Violations int    `json:"violations"`
	Recorded   int    `json:"records_written"`
	Actions    int    `json:"actions"`
	Resident   uint64 `json:"resident_bytes"`
	Goroutines int    `json:"goroutines"`
}

// BenchOpenLoop is what was measured at a steady rate.
type BenchOpenLoop struct {
	OpenRate   float64         `json:"open_loop_events_per_second,omitempty"` // what was reached of Rate
	OpenEvents int             `json:"open_loop_events,omitempty"`
	OpenCPU    time.Duration   `json:"open_loop_cpu_ns,omitempty"`
	P50        time.Duration   `json:"p50_ns,omitempty"`
	P99        time.Duration   `json:"p99_ns,omitempty"`
	P999       time.Duration   `json:"p999_ns,omitempty"`
	Worst      time.Duration   `json:"worst_ns,omitempty"`
	Intervals  []BenchInterval `json:"intervals,omitempty"`
}

// BenchInterval is some seconds of the open loop: what grows with time shows here.
type BenchInterval struct {
	At         time.Duration `json:"at_ns"`  // since the loop began
	Events     int           `json:"events"` // until then
	P50        time.Duration `json:"p50_ns"`
	P99        time.Duration `json:"p99_ns"`
	Worst      time.Duration `json:"worst_ns"`
	Resident   uint64        `json:"resident_bytes"`
	Live       uint64        `json:"live_heap_bytes"`
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
	defer spareProcessors()()
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

// benchName is the name of the platform that is put on, and of its connection.
const benchName = "bench"

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
	b.watch = newBenchWatch(b.options.Shards, b.load, set.Rates())
	var kept pipeline.Store = pipeline.NewVolatile(true)
	if b.options.Store == "sqlite" {
		if b.disk, err = store.Open(ctx, store.Config{Path: filepath.Join(dir, "patrol.db")}); err != nil {
			return err
		}
		kept = b.disk
	}
	c := pipeline.Config{
		Ladder: l, Rules: set, Store: kept, Shards: b.options.Shards, Observer: b.watch,
		StaleAfter: time.Hour, Draws: usualDraws(),
	}
	if b.disk != nil {
		c.Counter = b.disk
	}
	b.pipeline, err = pipeline.New(c)
	if err != nil {
		return err
	}
	return b.pipeline.Attach(benchName, b.platform)
}

// usualDraws are those of a bot file that says nothing of them.
func usualDraws() pipeline.Draws {
	return pipeline.Draws{Sampling: review.Sampling{Acted: 0.05, Passed: 0.001, PerDay: 50, Second: 0.2, Due: 7 * 24 * time.Hour}}
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
		if e.Kind == ledger.Decided && len(e.Rules) > 0 { // without a rule it was drawn by chance
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
