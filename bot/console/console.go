package console

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"patrol/bot/appeal"
	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/bot/undo"
	"patrol/rules"
)

// Accounts keeps the reviewers. An unknown name is a review.ErrNoReviewer.
type Accounts interface {
	Reviewers(ctx context.Context) ([]review.Reviewer, error)
	Reviewer(ctx context.Context, name string) (review.Reviewer, error)
	ReviewerFrom(ctx context.Context, source string) (review.Reviewer, error)
	// PutReviewer adds or replaces an account, ends its logins, and appends the
	// entries with it.
	PutReviewer(ctx context.Context, r review.Reviewer, entries ...ledger.Entry) error
}

// Sessions keeps the logins. An unknown hash is a review.ErrNoSession.
type Sessions interface {
	Session(ctx context.Context, hash string) (review.Session, error)
	// PutSession adds a login, unless the account has changed since it began: then
	// it is a review.ErrNoReviewer.
	PutSession(ctx context.Context, s review.Session) error
	// TouchSession keeps a login alive; it never revives one.
	TouchSession(ctx context.Context, s review.Session) error
}

// Logouts ends logins: one, or all those of an account.
type Logouts interface {
	Sessions(ctx context.Context, name string) ([]review.Session, error)
	DeleteSession(ctx context.Context, hash string) error
	DeleteSessions(ctx context.Context, name string) error
}

// Factors keeps second factors. Nobody's is a review.ErrNoFactor, and a code that
// is taken a second time a review.ErrUsedCode.
type Factors interface {
	Factor(ctx context.Context, name string) (review.Factor, error)
	TakeStep(ctx context.Context, name string, step int64) error
	TakeRecovery(ctx context.Context, name, hash string, entries ...ledger.Entry) error
}

// FactorChanges sets second factors up. Each change ends the logins of the account.
type FactorChanges interface {
	PutFactor(ctx context.Context, name string, f review.Factor, entries ...ledger.Entry) error
	DeleteFactor(ctx context.Context, name string, entries ...ledger.Entry) error
	RecoveryLeft(ctx context.Context, name string) (int, error)
}

// Tokens keeps the tokens of the API. An unknown one is a review.ErrNoToken.
type Tokens interface {
	Token(ctx context.Context, hash string) (review.Token, error)
	Tokens(ctx context.Context, owner string) ([]review.Token, error)
	TouchToken(ctx context.Context, id string, at time.Time) error
}

// TokenChanges makes and revokes tokens.
type TokenChanges interface {
	PutToken(ctx context.Context, t review.Token, entries ...ledger.Entry) error
	DeleteToken(ctx context.Context, id, owner string, entries ...ledger.Entry) error
}

// Views keeps the saved views, and counts what they show. An unknown one is a
// review.ErrNoView.
type Views interface {
	Views(ctx context.Context, reviewer string) ([]review.View, error)
	// Count is how many cases f lets through, most at most.
	Count(ctx context.Context, f review.Filter, most int) (int, error)
}

// ViewChanges saves and deletes views.
type ViewChanges interface {
	PutView(ctx context.Context, v review.View, entries ...ledger.Entry) error
	DeleteView(ctx context.Context, id, owner string, entries ...ledger.Entry) error
	SetHome(ctx context.Context, reviewer, id string) error
}

// Feed says that something changed, and how much waits.
type Feed interface {
	// Subscribe returns a channel that receives after each change (several changes
	// may make one receipt) and the func that ends it.
	Subscribe() (<-chan struct{}, func())
	// Changed reports whether anything in reach was written after ledger entry seq,
	// and the number of the newest entry.
	Changed(ctx context.Context, seq int64) (changed bool, newest int64, err error)
	// Waiting counts the open cases, and those of them that are overdue at now.
	Waiting(ctx context.Context, now time.Time) (open, overdue int, err error)
}

// Drawn is what was drawn by chance.
type Drawn interface {
	// SecondOpinions are cases that were drawn and wait for a second opinion of by,
	// limit at most.
	SecondOpinions(ctx context.Context, by string, limit int) ([]review.Case, error)
}

// Chats are the chats in reach of ctx of which there are cases, in order, most at
// most.
type Chats interface {
	Chats(ctx context.Context, most int) ([]string, error)
}

// Store is everything that the console reads and writes, in its small parts. Each
// request has the reach of who asks in its context (review.WithReach): what a
// reviewer of some groups may not see is not there.
type Store interface {
	review.Store
	Accounts
	Sessions
	Logouts
	Factors
	FactorChanges
	Tokens
	TokenChanges
	Views
	ViewChanges
	Feed
	Drawn
	stats.Source
	Chats
	monthly.Record
	brake.Holdings
	undo.Store
}

// Config is what a Console is made of.
type Config struct {
	Store Store         // needed
	Queue *review.Queue // needed; over the same store

	// Timeline is the ledger's entries about a case, oldest first; needed.
	Timeline func(ctx context.Context, caseID string) ([]ledger.Entry, error)

	// Ledger is the entries from that number on that are in reach of ctx, limit at
	// most; without it the API has no ledger.
	Ledger func(ctx context.Context, from int64, limit int) ([]ledger.Record, error)

	// Rules is the rules at work; without it the API has none.
	Rules func() *rules.Set

	// Target is what rules have to reach to act alone, and Doubted those that do not and
	// ask first; without it none does.
	Target  review.Target
	Doubted func() []string

	Sampling review.Sampling // what is drawn by chance

	// Kept is how long what is kept, for the monthly reports.
	Kept monthly.Retention

	// Appeals opens the page for appeals by link; nil: there is none.
	Appeals *appeal.Desk

	Now  func() time.Time // time.Now where nil
	Zone *time.Location   // what times are written in; time.Local where nil
	Log  zerolog.Logger   // logins, refusals and faults; silent where zero

	Entrance

	Streams   int           // live streams of all reviewers together; 256 where 0
	Heartbeat time.Duration // how often a silent stream says that it lives, and its login is looked at; 20 s where 0
}

func (c *Config) fill() error {
	if c.Store == nil || c.Queue == nil || c.Timeline == nil {
		return errors.New("console: Store, Queue and Timeline are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Zone == nil {
		c.Zone = time.Local
	}
	c.Entrance.fill()
	c.Heartbeat = usual(c.Heartbeat, 20*time.Second)
	c.Streams = usual(c.Streams, 256)
	return nil
}

func usual[N int | time.Duration](given, otherwise N) N {
	if given > 0 {
		return given
	}
	return otherwise
}

// Console serves the pages. It may be used from many goroutines.
type Console struct {
	config  Config
	handler http.Handler
	looks   looks
	assets  assets

	doors    doors
	calls    *limiter // of the API, by token or session
	brakes   *brake.Desk
	undos    *undo.Desk
	batches  batches
	visitors *limiter      // of the page for appeals, by address
	askers   *limiter      // of the page of queries, by account
	asking   chan struct{} // has one for each query that runs
	making   chan struct{} // has one while a monthly report is made
	streams  streams
	closing  sync.Once
	closed   chan struct{}
}

// New is the console of c, or what c lacks.
func New(c Config) (*Console, error) {
	if err := c.fill(); err != nil {
		return nil, err
	}
	files, err := loadAssets()
	if err != nil {
		return nil, err
	}
	looks, err := loadLooks(files)
	if err != nil {
		return nil, err
	}
	console := &Console{
		config: c,
		looks:  looks,
		assets: files,
		doors:  newDoors(),
		calls:  newLimiter(perToken),
		closed: make(chan struct{}),
	}
	console.visitors, console.askers = newLimiter(perVisitor), newLimiter(perAsker)
	console.making = make(chan struct{}, 1)
	console.asking = make(chan struct{}, askAtOnce)
	console.brakes, console.undos = newBrakes(&console.config), newUndos(&console.config)
	console.handler = console.mux()
	return console, nil
}

// ServeHTTP answers one request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.handler.ServeHTTP(w, r) }

// Close ends the live streams and refuses new ones; pages are served on. Call it
// when the server begins to shut down (http.Server.RegisterOnShutdown). It returns
// at once and may be called again.
func (c *Console) Close() { c.closing.Do(func() { close(c.closed) }) }
