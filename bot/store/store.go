package store

import (
	"context"
	"errors"
	"iter"
	"time"

	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Config is what a Store is opened with.
type Config struct {
	Path     string        // of the database file; made, for its owner only, where there is none
	Queue    int           // records that may wait to be written; 4096 where 0
	Batch    int           // records of one transaction at most; 512 where 0
	Readers  int           // connections for reading; 4 where 0
	Patience time.Duration // how long a record is tried while the disk is full or the file locked; 30 s where 0
	Relaxed  bool          // do not wait for the disk after a commit: faster, but a power cut (not a crash) may lose the last ones
	Warn     func(error)   // called by the writer for each try that failed; may be nil
}

// The errors of opening, and of a store that is closed.
var (
	ErrForeign = errors.New("the file is not a Patrol store / 不是 Patrol 的数据文件")
	ErrNewer   = errors.New("the store was written by a newer Patrol / 数据文件来自更新版本的 Patrol")
	ErrClosed  = errors.New("the store is closed / 存储已关闭")
)

// Update is review.Update.
type Update = review.Update

// EntryFilter says which ledger entries are wanted. Zero fields let everything
// through.
type EntryFilter struct {
	From  int64  // Seq, this one included
	To    int64  // Seq, this one included; 0: to the end
	Case  string // whole id
	Limit int    // how many at most; 0: all
}

// Store is one SQLite file. It may be used from many goroutines, and the file by
// several processes at once.
type Store struct{}

var errUnbuilt = errors.New("store: not built yet")

func Open(ctx context.Context, c Config) (*Store, error) { return nil, errUnbuilt }
func (s *Store) Close() error                            { return errUnbuilt }
func (s *Store) Record(ctx context.Context, c *review.Case, entries []ledger.Entry, done func(fresh bool, err error)) error {
	return errUnbuilt
}
func (s *Store) Settle(ctx context.Context, u Update, done func(error)) error { return errUnbuilt }
func (s *Store) Strikes(ctx context.Context, adapter, chat, member string, since time.Time) ([]ladder.Strike, error) {
	return nil, errUnbuilt
}
func (s *Store) TakeDue(ctx context.Context, now time.Time, limit int) (acts []review.Act, next time.Time, err error) {
	return nil, next, errUnbuilt
}
func (s *Store) Interrupted(ctx context.Context) ([]review.Act, error)         { return nil, errUnbuilt }
func (s *Store) SaveState(ctx context.Context, key string, value []byte) error { return errUnbuilt }
func (s *Store) LoadState(ctx context.Context, key string) ([]byte, error)     { return nil, errUnbuilt }
func (s *Store) Append(ctx context.Context, entries ...ledger.Entry) error     { return errUnbuilt }
func (s *Store) Subscribe() (<-chan struct{}, func())                          { return nil, nil }
func (s *Store) Case(ctx context.Context, id string) (review.Case, error) {
	return review.Case{}, errUnbuilt
}
func (s *Store) Cases(ctx context.Context, f review.Filter) (review.Page, error) {
	return review.Page{}, errUnbuilt
}
func (s *Store) Apply(ctx context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	return review.Case{}, errUnbuilt
}

// Waiting counts the open cases, and those of them that are overdue at now.
func (s *Store) Waiting(ctx context.Context, now time.Time) (open, overdue int, err error) {
	return 0, 0, errUnbuilt
}
func (s *Store) Entries(ctx context.Context, f EntryFilter) iter.Seq2[ledger.Record, error] {
	return nil
}
func (s *Store) Head(ctx context.Context) (ledger.Head, error) { return ledger.Head{}, errUnbuilt }

// Bundle is the evidence bundle of a case.
func (s *Store) Bundle(ctx context.Context, id string, made time.Time) (*ledger.Bundle, error) {
	return nil, errUnbuilt
}

func (s *Store) Reviewers(ctx context.Context) ([]review.Reviewer, error) { return nil, errUnbuilt }
func (s *Store) Reviewer(ctx context.Context, name string) (review.Reviewer, error) {
	return review.Reviewer{}, errUnbuilt
}
func (s *Store) PutReviewer(ctx context.Context, r review.Reviewer, entries ...ledger.Entry) error {
	return errUnbuilt
}
func (s *Store) PutSession(ctx context.Context, session review.Session) error { return errUnbuilt }
func (s *Store) Session(ctx context.Context, hash string) (review.Session, error) {
	return review.Session{}, errUnbuilt
}
func (s *Store) DeleteSession(ctx context.Context, hash string) error    { return errUnbuilt }
func (s *Store) DeleteSessions(ctx context.Context, name string) error   { return errUnbuilt }
func (s *Store) ExpireSessions(ctx context.Context, now time.Time) error { return errUnbuilt }
