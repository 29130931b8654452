package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters"
	"patrol/adapters/chat"
	"patrol/bot/appeal"
	"patrol/bot/config"
	"patrol/bot/console"
	"patrol/bot/ladder"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

// Options is what an App is made of. Config must be set.
type Options struct {
	Config   *config.Config
	Log      zerolog.Logger
	Stdin    io.Reader               // for adapters that read it; default os.Stdin
	Stdout   io.Writer               // for adapters that write it; default os.Stdout
	Adapters map[string]chat.Adapter // attached beside those of the file: the demo's
	Observer pipeline.Observer       // told beside the metrics
	Alarm    func(lang.Text)         // told of alarms and reloads, for a person at a terminal; may be nil
}

// App is one bot, built and not yet running.
type App struct {
	config   *config.Config
	log      zerolog.Logger
	store    *store.Store
	rates    *rules.Rates
	words    rules.Words
	doubts   doubts
	pipeline *pipeline.Pipeline
	queue    *review.Queue
	appeals  *appeal.Desk // nil where nobody can appeal
	console  *console.Console
	metrics  *metrics
	servers  servers
	alarm    func(lang.Text)
	reloads  chan struct{}
	cleanup  cleanup
}

// New opens and builds everything, and stops what it has opened where something
// fails. Nothing is connected to yet.
func New(ctx context.Context, o Options) (_ *App, err error) {
	a := &App{config: o.Config, log: o.Log, rates: rules.NewRates(), alarm: o.Alarm, reloads: make(chan struct{}, 1)}
	if a.alarm == nil {
		a.alarm = func(lang.Text) {}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.cleanup.run())
		}
	}()
	if err := a.openStore(ctx); err != nil {
		return nil, err
	}
	set, err := a.loadRules()
	if err != nil {
		return nil, err
	}
	if err := a.restoreRates(); err != nil {
		a.log.Warn().Err(err).Msg("the rate windows of the last run are lost: counting starts anew")
	}
	if err := a.restoreMemory(); err != nil {
		a.log.Warn().Err(err).Msg("what the rules remembered of the last run is lost: everybody looks new for a while")
	}
	a.metrics = newMetrics()
	if a.pipeline, err = a.newPipeline(ctx, set, o); err != nil {
		return nil, err
	}
	a.metrics.watch(a.pipeline)
	if err := a.attach(o); err != nil {
		return nil, err
	}
	a.queue = review.NewQueue(review.Config{Store: a.store, Wake: a.pipeline.Wake, Policy: ReviewPolicy(a.config)})
	if err := a.serve(ctx); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *App) openStore(ctx context.Context) error {
	path := a.config.Resolve(a.config.Store.Path)
	unlock, err := lock(path + ".lock")
	if err != nil {
		return fmt.Errorf("%s is in use by another patrol run / 数据文件正被另一个 patrol 使用: %w", path, err)
	}
	a.cleanup.add("lock", unlock)
	a.store, err = store.Open(ctx, store.Config{Path: path, Key: a.config.Resolve(a.config.Store.Key), Relaxed: a.config.Store.Relaxed, Warn: func(err error) {
		a.log.Error().Err(err).Msg("the store can't write: trying again")
	}})
	if err != nil {
		return fmt.Errorf("open the store %s: %w", path, err)
	}
	a.cleanup.add("store", a.store.Close)
	return nil
}

func (a *App) loadRules() (*rules.Set, error) {
	files, err := a.config.RuleFiles()
	if err != nil {
		return nil, err
	}
	set, faults := rules.Load(files, rules.Options{Rates: a.rates, Words: &a.words})
	for _, f := range faults {
		if f.Warning {
			a.log.Warn().Msg(f.In(lang.En))
		}
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return set, nil
}

func (a *App) newPipeline(ctx context.Context, set *rules.Set, o Options) (*pipeline.Pipeline, error) {
	c := o.Config
	l, err := ladder.New(c.LadderConfig())
	if err != nil {
		return nil, err
	}
	told := observers{a.metrics, alarms{a.alarm}}
	if o.Observer != nil {
		told = append(told, o.Observer)
	}
	brakes, err := a.openBrakes(ctx)
	if err != nil {
		return nil, err
	}
	a.appeals = a.openAppeals()
	draws, err := a.draws(context.WithoutCancel(ctx))
	if err != nil {
		return nil, err
	}
	filled := PipelineConfig(c, pipeline.Config{Ladder: l, Rules: set, Store: a.store, Brakes: brakes, Doubted: a.doubts.list, Log: a.log, Observer: told})
	filled.Draws, filled.Counter = draws, a.store
	said := people{c, a.appeals, a.hasDirect}
	filled.Notice, filled.Private, filled.Talk = said.notice, said.private, a.talk()
	return pipeline.New(filled)
}

// DueIn is how soon people should decide, by the bot file.
func DueIn(c *config.Config) review.DueIn {
	return review.DueIn{
		Severe: time.Duration(c.Review.Due.Severe), Major: time.Duration(c.Review.Due.Major), Minor: time.Duration(c.Review.Due.Minor),
	}
}

// PipelineConfig fills into p what the bot file says of the pipeline.
func PipelineConfig(c *config.Config, p pipeline.Config) pipeline.Config {
	p.Shards, p.Queue, p.Context = c.Pipeline.Shards, c.Pipeline.Queue, c.Pipeline.Context
	p.StaleAfter = time.Duration(c.Pipeline.StaleAfter)
	p.Due = DueIn(c).For
	for _, verb := range c.Review.ByHand {
		p.ByHand = append(p.ByHand, chat.Verb(verb))
	}
	p.Notice = people{config: c}.notice
	return p
}

func (a *App) attach(o Options) error {
	for i, x := range o.Config.Adapters {
		decode := func(into any) error { return x.Config.Decode(into).Err() }
		adapter, err := adapters.Open(x.Kind, decode, chat.Host{
			Name: x.Name, Stdin: o.Stdin, Stdout: o.Stdout, Resolve: o.Config.Resolve,
			Warn: func(err error) { a.log.Warn().Str("adapter", x.Name).Err(err).Send() },
		})
		if err != nil {
			return o.Config.AdapterFault(i, err)
		}
		if err := a.pipeline.Attach(x.Name, adapter); err != nil {
			return err
		}
	}
	for name, adapter := range o.Adapters {
		if err := a.pipeline.Attach(name, adapter); err != nil {
			return err
		}
	}
	return nil
}

// Run patrols until ctx ends or every connection is lost for good, finishes what
// was taken, and stops everything. An App runs once.
func (a *App) Run(ctx context.Context) (err error) {
	defer func() { err = errors.Join(err, a.cleanup.run()) }()
	defer spareProcessors()()
	side, stopSide := context.WithCancel(context.WithoutCancel(ctx))
	background := inBackground(
		func() { a.watchRules(side) },
		func() { a.keepRates(side) },
		func() { a.keepMemory(side) },
		func() { a.expireSessions(side) },
		func() { a.finishUndos(side) },
		func() { a.measureRules(side) },
		func() { a.forgetCounts(side) },
		func() { a.expireAppeals(side) },
		func() { a.keepSearchable(side) },
		func() { a.handUpOverdue(side) },
		func() { a.letGo(side) },
	)
	a.measure(ctx)
	a.servers.start(a.log)
	a.log.Info().Str("file", a.config.File).Str("rules", a.pipeline.Rules().Version()).Int("adapters", len(a.config.Adapters)).Msg("on patrol")
	err = a.pipeline.Run(ctx)
	stopSide()
	background.Wait()
	if saved := errors.Join(a.saveRates(), a.saveMemory()); saved != nil {
		a.log.Error().Err(saved).Msg("the rate windows, or what the rules remember, could not be kept")
	}
	a.log.Info().Msg("off patrol")
	return err
}

// Reload asks for the rule files to be read again; it returns at once.
func (a *App) Reload() {
	select {
	case a.reloads <- struct{}{}:
	default:
	}
}

// Console is the reviewers' console, nil where the file asks for none.
func (a *App) Console() *console.Console { return a.console }

// ConsoleAddress is where the console listens, "" where there is none.
func (a *App) ConsoleAddress() string { return a.servers.address("console") }

// AppealsAddress is where the server with the page for appeals alone listens; "" where there is none.
func (a *App) AppealsAddress() string { return a.servers.address("appeals") }

// MetricsAddress is where the metrics are served, "" where they are not.
func (a *App) MetricsAddress() string { return a.servers.address("metrics") }

// Store is the open store, for what looks at it beside the bot.
func (a *App) Store() *store.Store { return a.store }

// Queue is what people do with the cases of this bot.
func (a *App) Queue() *review.Queue { return a.queue }
