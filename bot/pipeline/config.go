package pipeline

import (
	"context"
	"errors"
	"runtime"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// Recorder keeps what was decided and what became of it. Both methods queue and
// return at once (they wait only while the queue is full); done is called from
// the store's own goroutine once the write is durable, or has failed for good.
type Recorder interface {
	// Record writes a new case. fresh is false where that case was there already:
	// the event was delivered twice, and nothing is to be done a second time.
	Record(ctx context.Context, c *review.Case, entries []ledger.Entry, done func(fresh bool, err error)) error
	// Settle writes what became of a case's actions. Its error is a
	// *review.CancelledError where a person has decided otherwise meanwhile: the
	// actions that it names must not be carried out.
	Settle(ctx context.Context, u review.Update, done func(error)) error
	// Append writes ledger entries that belong to no case.
	Append(ctx context.Context, entries ...ledger.Entry) error
}

// Memory is what the pipeline has to know of the past.
type Memory interface {
	// Strikes are those against a member that still count after since.
	Strikes(ctx context.Context, adapter, chat, member string, since time.Time) ([]ladder.Strike, error)
	// TakeDue moves actions that are due by now to Doing, counts the attempt, and
	// returns them, oldest first; next is when the one after those is due, zero
	// where there is none. No two callers get the same action.
	TakeDue(ctx context.Context, now time.Time, limit int) (acts []review.Act, next time.Time, err error)
	// Interrupted are actions that were being carried out when the process ended.
	Interrupted(ctx context.Context) ([]review.Act, error)
}

// Store is what the pipeline needs of one.
type Store interface {
	Recorder
	Memory
}

// Observer is told what happens, for metrics, the demo and replays. It is called
// from the shards and must not block; the arguments are only to be read.
type Observer interface {
	// Judged is called once an event is decided; c is nil for one that nothing
	// follows from. came is when it was taken from its adapter, or a moment before.
	Judged(e *chat.Event, v *rules.Verdict, c *review.Case, came time.Time)
	// Settled is called once an action is done, failed or cancelled.
	Settled(a *review.Act)
	// Alarmed is called when an operator should be told: the brake tripped, the
	// store refuses.
	Alarmed(chatID string, what lang.Text)
}

// Config is what a pipeline is made of. Ladder, Rules and Store must be set.
type Config struct {
	Ladder *ladder.Ladder
	Rules  *rules.Set
	Store  Store

	Shards     int                                // default: one a core
	Queue      int                                // events that a shard may hold; default 1,024
	Context    int                                // messages kept before a case's own; default 6
	StaleAfter time.Duration                      // an event older than this is only reviewed; default 10 m
	Brakes     *brake.Brakes                      // default: none
	Due        func(rules.Severity) time.Duration // how soon a person should decide; default 12 h
	Doubted    func() []string                    // rules that ask a person before they act; called for every violation; default: none
	Notice     func(c *review.Case) string        // the text of a warning; default that of Notices{}
	Private    func(c *review.Case) string        // what a member alone is told in place of a warning; "": it is posted; default: ""
	ByHand     []chat.Verb                        // what a person is asked to do where the bot can't; default: nothing
	Talk       Talk                               // default: the bot talks with nobody
	Draws      Draws                              // default: nothing is drawn
	Counter    Counter                            // default: nothing is counted
	Now        func() time.Time                   // default time.Now
	Log        zerolog.Logger                     // default: none
	Observer   Observer                           // default: none
	Replay     bool                               // time is the events' own and nothing is done to anyone
}

func (c Config) withDefaults() (Config, error) {
	if c.Ladder == nil || c.Rules == nil || c.Store == nil {
		return c, errors.New("pipeline: Ladder, Rules and Store must be set")
	}
	if c.Talk.Reports != nil && (c.Talk.Reported == nil || c.Talk.Journal == nil) {
		return c, errors.New("pipeline: Talk.Reported and Talk.Journal must be set with Talk.Reports")
	}
	if c.Shards <= 0 {
		c.Shards = runtime.GOMAXPROCS(0)
	}
	if c.Queue <= 0 {
		c.Queue = 1024
	}
	if c.Context <= 0 {
		c.Context = 6
	}
	if c.StaleAfter <= 0 {
		c.StaleAfter = 10 * time.Minute
	}
	if c.Brakes == nil {
		c.Brakes = brake.New(brake.Limits{})
	}
	if c.Due == nil {
		c.Due = func(rules.Severity) time.Duration { return 12 * time.Hour }
	}
	if c.Doubted == nil {
		c.Doubted = func() []string { return nil }
	}
	if c.Notice == nil {
		c.Notice = Notices{}.Text
	}
	if c.Private == nil {
		c.Private = func(*review.Case) string { return "" }
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Observer == nil {
		c.Observer = nobody{}
	}
	return c, nil
}

type nobody struct{}

func (nobody) Judged(*chat.Event, *rules.Verdict, *review.Case, time.Time) {}
func (nobody) Settled(*review.Act)                                         {}
func (nobody) Alarmed(string, lang.Text)                                   {}
