package pipeline

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules"
	"patrol/rules/lang"
)

// Pipeline is one bot at work. Attach adapters, then Run once. Reload, Wake,
// Deliver and Stats may be called from any goroutine meanwhile.
type Pipeline struct {
	config   Config
	rules    atomic.Pointer[rules.Set]
	rates    *rules.Rates // of the first set: what gives each chat its shard must not change
	adapters map[string]chat.Adapter
	names    []string
	shards   []*shard
	outbox   *outbox
	errands  chan func(context.Context)
	seed     maphash.Seed
	draws    *drawer
	counts   counts
	drawn    atomic.Uint64
}

// New is a pipeline that does nothing yet.
func New(c Config) (*Pipeline, error) {
	c, err := c.withDefaults()
	if err != nil {
		return nil, err
	}
	p := &Pipeline{config: c, rates: c.Rules.Rates(), adapters: map[string]chat.Adapter{}, seed: maphash.MakeSeed(), errands: make(chan func(context.Context), errandsQueued), draws: newDrawer(c.Draws)}
	p.rules.Store(c.Rules)
	p.outbox = newOutbox(p)
	p.tellOfBrakes()
	for range c.Shards {
		p.shards = append(p.shards, newShard(p))
	}
	return p, nil
}

// Attach adds an adapter under the name that the bot file gives it. Call it
// before Run.
func (p *Pipeline) Attach(name string, a chat.Adapter) error {
	if _, taken := p.adapters[name]; taken {
		return fmt.Errorf("pipeline: two adapters are called %q", name)
	}
	p.adapters[name] = a
	p.names = append(p.names, name)
	return nil
}

// Adapter is the adapter of that name, nil where there is none.
func (p *Pipeline) Adapter(name string) chat.Adapter { return p.adapters[name] }

// Reload makes s judge from the next event on. The ledger says so.
func (p *Pipeline) Reload(ctx context.Context, s *rules.Set) error {
	p.rules.Store(s)
	return p.config.Store.Append(ctx, ledger.Entry{
		At: p.config.Now(), Kind: ledger.Reloaded, Actor: ledger.Bot, Set: s.Version(),
		Ground: lang.T("规则已更新", "new rules took over"),
	})
}

// Rules is the set that judges now.
func (p *Pipeline) Rules() *rules.Set { return p.rules.Load() }

// Wake makes the outbox look for actions that became due, after a person
// decided. It never blocks.
func (p *Pipeline) Wake() { p.outbox.wake() }

// ErrNoAdapter is what Run returns when every adapter is lost for good.
var ErrNoAdapter = errors.New("every connection is lost for good")

// Run first finishes what a crash cut short, then runs every adapter until ctx
// ends or all of them are lost or done. It returns once everything that was
// taken from them is decided, recorded and, where that does not take long, done;
// what is left in the store is done at the next start. The store must stay open
// until Run has returned.
func (p *Pipeline) Run(ctx context.Context) error {
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	if !p.config.Replay {
		if err := p.outbox.recover(work); err != nil {
			return fmt.Errorf("read what the last run left undone: %w", err)
		}
	}
	var shards, lanes sync.WaitGroup
	for _, s := range p.shards {
		shards.Go(func() { s.run(work) })
	}
	outboxCtx, stopOutbox := context.WithCancel(work)
	defer stopOutbox()
	lanes.Go(func() { p.outbox.run(outboxCtx) })
	lanes.Go(func() { p.watchBrakes(outboxCtx) })

	finishErrands := p.startErrands(work)
	if err := p.takeUpReports(work); err != nil {
		p.config.Log.Error().Err(err).Msg("reports that the last run left unfiled can't be read: they are kept")
	}

	err := p.runAdapters(ctx)

	for _, s := range p.shards {
		s.drain()
	}
	shards.Wait()
	finishErrands()
	p.outbox.finish(drainFor)
	stopOutbox()
	lanes.Wait()
	if p.config.Counter != nil && !p.config.Replay {
		p.sendCounts(work)
	}
	return err
}

// drainFor bounds how long a clean stop waits for actions that are under way.
const drainFor = 5 * time.Second

func (p *Pipeline) runAdapters(ctx context.Context) error {
	var (
		wg    sync.WaitGroup
		lost  = make([]error, len(p.names))
		ended = make([]bool, len(p.names))
	)
	for i, name := range p.names {
		wg.Go(func() {
			lost[i] = p.runAdapter(ctx, name)
			ended[i] = lost[i] == nil || ctx.Err() != nil
		})
	}
	wg.Wait()
	var faults []error
	for i, err := range lost {
		if !ended[i] {
			faults = append(faults, fmt.Errorf("%s: %w", p.names[i], err))
		}
	}
	if len(faults) > 0 && len(faults) == len(p.names) {
		return errors.Join(append([]error{ErrNoAdapter}, faults...)...)
	}
	return nil
}

func (p *Pipeline) runAdapter(ctx context.Context, name string) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
			p.config.Log.Error().Str("adapter", name).Bytes("stack", debug.Stack()).Msgf("adapter panicked: %v", r)
		}
		if err != nil && ctx.Err() == nil {
			p.config.Log.Error().Str("adapter", name).Err(err).Msg("connection lost for good")
			p.config.Observer.Alarmed(name, lang.F("连接 %s 已断开且不再重连：%v", "the connection %s is lost for good: %v", name, err))
		}
	}()
	if err := p.adapters[name].Run(ctx, p.Deliver(name)); !errors.Is(err, io.EOF) {
		return err
	}
	p.config.Log.Info().Str("adapter", name).Msg("the input has ended")
	return nil
}

// Deliver is how the adapter called name hands events over. The function queues
// an event with the shard of its chat and returns; it waits while that queue is
// full, and fails only when ctx ends.
func (p *Pipeline) Deliver(name string) func(context.Context, chat.Event) error {
	adapter := maphash.String(p.seed, name)
	return func(ctx context.Context, e chat.Event) error {
		e.Adapter = name
		a := arrival{place: p.rates.Place(&e), name: p.draws.name(&e)}
		a.room = adapter ^ a.place.Chat()
		a.id = a.room*31 + p.hash(e.ID, string(e.Kind))
		return p.shards[a.place.Share(len(p.shards))].queue.put(ctx, &e, &a)
	}
}

func (p *Pipeline) hash(a, b string) uint64 {
	return maphash.String(p.seed, a)*31 + maphash.String(p.seed, b)
}

// Stats is what a pipeline has done since it started.
type Stats struct {
	Events, Duplicates, Flagged, Panics uint64
	Queued                              int // events that wait now, in all shards
	Waiting                             int // actions that wait in memory
	StoreFailing                        bool
	BrakesOn                            int
	BrakeTrips                          uint64
	Drawn                               uint64 // cases that were drawn by chance
}

// Stats counts across all shards.
func (p *Pipeline) Stats() Stats {
	var s Stats
	for _, sh := range p.shards {
		s.Events += sh.events.Load()
		s.Duplicates += sh.duplicates.Load()
		s.Flagged += sh.flagged.Load()
		s.Panics += sh.panics.Load()
		s.Queued += sh.queue.len()
		s.StoreFailing = s.StoreFailing || sh.failing.Load() > 0
	}
	s.Waiting = p.outbox.waiting()
	s.BrakesOn, s.BrakeTrips = len(p.config.Brakes.On(p.config.Now())), p.config.Brakes.Trips()
	s.Drawn = p.drawn.Load()
	return s
}
