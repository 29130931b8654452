package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"modernc.org/sqlite"

	"patrol/bot/review"
	"patrol/bot/seal"
)

// Config is what a Store is opened with.
type Config struct {
	Path     string        // of the database file; made, for its owner only, where there is none
	Key      string        // of the file with the keys that second factors are sealed with; Path with .key where ""
	Queue    int           // writes that may wait, and as many new cases; 8192 where 0
	Batch    int           // writes of one transaction at most; 2048 where 0
	Linger   time.Duration // how long a transaction waits at most for more writes that keep coming; 50 ms where 0
	Readers  int           // connections for reading; 4 where 0
	Patience time.Duration // how long a write is tried while the disk is full or the file locked; 30 s where 0
	Relaxed  bool          // do not wait for the disk at a commit: a power cut (not a crash) may then lose the last ones
	Warn     func(error)   // called for each try of the writer that failed; must not block; may be nil
}

// The errors of opening, and of a store that is closed.
var (
	ErrForeign = errors.New("the file is not a Patrol store / 不是 Patrol 的数据文件")
	ErrNewer   = errors.New("the store was written by a newer Patrol / 数据文件来自更新版本的 Patrol")
	ErrClosed  = errors.New("the store is closed / 存储已关闭")
)

// Store is one SQLite file. It may be used from many goroutines, and the file by
// several processes at once. Methods that take a done queue their write and
// return; all others return when their write is durable.
type Store struct {
	readers *sql.DB
	strikes *sql.Stmt // asked for at every violation
	known   *known
	writer  *writer
	keys    seal.Keys

	filling sync.WaitGroup
	cancel  context.CancelFunc // ends filling
}

var _ review.Store = (*Store)(nil)

// Open opens the store, makes the file where there is none, and brings an older
// schema up to date. Besides what the system says the errors are ErrForeign and
// ErrNewer. ctx covers the opening only.
func Open(ctx context.Context, c Config) (*Store, error) {
	c = c.filled()
	// A commit need not wait until the time of the file's last change is on disk too;
	// where the system can't tell the two apart this changes nothing.
	_, _ = sqlite.Fdatasync(true)
	if err := prepareFile(ctx, c); err != nil {
		return nil, fmt.Errorf("store %s: %w", c.Path, err)
	}
	// Every commit makes the readers' caches worthless.
	readers, err := connect(c, "query_only(1)", "cache_size(-2048)")
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", c.Path, err)
	}
	readers.SetMaxOpenConns(c.Readers)
	readers.SetMaxIdleConns(c.Readers)
	strikes, err := readers.PrepareContext(ctx, selectStrikes)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", c.Path, err), readers.Close())
	}
	w, err := newWriter(ctx, c)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("store %s: %w", c.Path, err), readers.Close())
	}
	s := &Store{readers: readers, strikes: strikes, known: w.tx.known, writer: w, keys: seal.Keys{Path: c.Key}}
	fill, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s.cancel = cancel
	s.filling.Go(func() {
		if err := s.known.fill(fill, readers); err != nil && fill.Err() == nil {
			c.Warn(err)
		}
	})
	return s, nil
}

// Close writes what is queued, waits for it, and closes the file. Calls that come
// later fail with ErrClosed. It may be called twice.
func (s *Store) Close() error {
	s.cancel()
	s.filling.Wait()
	return errors.Join(s.writer.close(), s.readers.Close())
}

func (c Config) filled() Config {
	or := func(n, usual int) int {
		if n > 0 {
			return n
		}
		return usual
	}
	c.Queue, c.Batch, c.Readers = or(c.Queue, 8192), or(c.Batch, 2048), or(c.Readers, 4)
	if c.Key == "" {
		c.Key = c.Path + ".key"
	}
	if c.Patience <= 0 {
		c.Patience = 30 * time.Second
	}
	if c.Linger <= 0 {
		c.Linger = 50 * time.Millisecond
	}
	if c.Warn == nil {
		c.Warn = func(error) {}
	}
	return c
}

// nanos is t as the columns hold it: 0 for the zero time, clamped to what 64 bits
// can count (the years 1678 to 2262).
func nanos(t time.Time) int64 {
	const least, most = -1 << 63, 1<<63 - 1
	switch {
	case t.IsZero():
		return 0
	case t.Year() < 1678:
		return least
	case t.Year() > 2261:
		return most
	}
	return t.UnixNano()
}

// timeOf is what nanos made n of.
func timeOf(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}
