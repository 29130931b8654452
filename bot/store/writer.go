package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"time"

	"patrol/bot/ledger"
)

// job is one write. write runs inside a transaction that it shares with others
// and may run again in another one, where the first could not be committed; done
// is called once, from the writer, after the commit or with the reason why there
// was none.
type job struct {
	write  func(*transaction) error
	done   func(error)
	record bool // a new case, which waits while there is anything else
}

// writer owns the connection that writes. Its goroutine ends with close.
type writer struct {
	config Config
	db     *sql.DB
	tx     transaction

	jobs     chan job
	records  chan job
	closing  chan struct{} // closed first: no more patience
	finished chan struct{} // closed last

	mu       sync.RWMutex // held for reading while a job is queued, so that close knows that all are in
	closed   bool
	closeErr error

	subscribers subscribers
	failing     time.Time // since when no transaction could be committed
}

func newWriter(ctx context.Context, c Config) (*writer, error) {
	// A page that several transactions touch is copied from the journal to the file
	// once. 16,000 pages are 64 MiB of journal.
	db, err := connect(c, "wal_autocheckpoint(16000)", "cache_size(-65536)", "secure_delete(1)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	w := &writer{
		config: c, db: db, tx: transaction{conn: conn, statements: map[string]*sql.Stmt{}, recent: newRecent(c.Queue + c.Batch)},
		jobs: make(chan job, c.Queue), records: make(chan job, c.Queue), closing: make(chan struct{}), finished: make(chan struct{}),
	}
	if err := w.tx.begin(); err != nil {
		return nil, errors.Join(err, w.tx.close(), db.Close())
	}
	go w.run()
	return w, nil
}

// queue hands j to the writer. It waits only while the queue is full. An error
// means that j was not taken and done will not be called.
func (w *writer) queue(ctx context.Context, j job) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return ErrClosed
	}
	line := w.jobs
	if j.record {
		line = w.records
	}
	select {
	case line <- j:
		return nil
	default:
	}
	select {
	case line <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// wait is queue for callers who want the outcome. If ctx ends first the write may
// still happen.
func (w *writer) wait(ctx context.Context, write func(*transaction) error) error {
	outcome := make(chan error, 1)
	if err := w.queue(ctx, job{write: write, done: func(err error) { outcome <- err }}); err != nil {
		return err
	}
	select {
	case err := <-outcome:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (w *writer) isClosed() bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.closed
}

func (w *writer) close() error {
	w.mu.Lock()
	first := !w.closed
	w.closed = true
	w.mu.Unlock()
	if first {
		close(w.closing)
		close(w.jobs)
		close(w.records)
	}
	<-w.finished
	return w.closeErr
}

// lookEvery is how often the file is looked at for another process's commits.
const lookEvery = time.Second

func (w *writer) run() {
	lowerPriority()
	defer close(w.finished)
	defer func() {
		w.subscribers.close()
		w.closeErr = errors.Join(w.tx.close(), w.db.Close())
	}()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	batch := make([]job, 0, w.config.Batch)
	in := lines{w.jobs, w.records}
	for in != (lines{}) {
		busy := len(batch) > 1
		batch = batch[:0]
		select {
		case j, open := <-in[0]:
			batch = in.took(0, batch, j, open)
		case j, open := <-in[1]:
			batch = in.took(1, batch, j, open)
		case <-look.C:
			w.look()
		}
		if batch = in.collect(batch); busy && len(batch) > 0 {
			batch = w.linger(&in, batch)
		}
		if len(batch) > 0 {
			w.commit(batch)
		}
	}
}

// lines are the queues. What ends, or undoes, comes first and new cases last: with a
// bot that is at its limits the new ones wait, and so its shards do, and not what
// follows from the old ones. A line that is at its end is nil.
type lines [2]chan job

// collect adds what is queued right now, up to a batch.
func (in *lines) collect(batch []job) []job {
	for i := range in {
		for more := true; more && len(batch) < cap(batch); {
			select {
			case j, open := <-in[i]:
				batch = in.took(i, batch, j, open)
			default:
				more = false
			}
		}
	}
	return batch
}

func (in *lines) took(i int, batch []job, j job, open bool) []job {
	if !open {
		in[i] = nil
		return batch
	}
	return append(batch, j)
}

// linger waits while more keeps coming: a page of the file that several writes of
// one transaction touch is written once, and at chat speed that is most of them.
// Whoever writes alone, or waits for each write before the next, is not held up.
func (w *writer) linger(in *lines, batch []job) []job {
	const step = 2 * time.Millisecond
	for waited := time.Duration(0); waited < w.config.Linger && len(batch) < w.config.Batch; waited += step {
		select {
		case <-time.After(step):
		case <-w.closing:
			return in.collect(batch)
		}
		had := len(batch)
		if batch = in.collect(batch); len(batch) == had {
			break
		}
	}
	return batch
}

// commit writes the batch and tells everybody how it went.
func (w *writer) commit(batch []job) {
	err := w.persist(batch)
	if err != nil && len(batch) > 1 && !passing(err) {
		for i := range batch {
			w.commit(batch[i : i+1])
		}
		return
	}
	if err == nil {
		w.tell()
	}
	for i := range batch {
		batch[i].done(err)
		batch[i] = job{}
	}
}

// persist tries the batch until it is written, or fails for a reason of its own,
// or patience is over. Once patience is over each further batch has one try, until
// one succeeds: those who queue them learn quickly that nothing can be written.
func (w *writer) persist(batch []job) error {
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := w.tx.run(batch)
		if err == nil {
			w.failing = time.Time{}
			return nil
		}
		w.config.Warn(err)
		if !passing(err) {
			return err
		}
		if w.failing.IsZero() {
			w.failing = time.Now()
		}
		if time.Since(w.failing) >= w.config.Patience {
			return err
		}
		timer := time.NewTimer(pause)
		select {
		case <-timer.C:
		case <-w.closing:
			timer.Stop()
			return w.tx.run(batch)
		}
	}
}

// look signals what another process has committed.
func (w *writer) look() {
	if err := w.tx.heed(); err == nil && w.tx.news {
		w.tell()
	}
}

func (w *writer) tell() {
	w.tx.news = false
	w.subscribers.signal()
}

// transaction is the writing connection with its prepared statements, and what is
// known of the transaction that is open on it.
type transaction struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	head       ledger.Head
	headKnown  bool
	recent     *recent
	version    int64 // PRAGMA data_version: moves when another connection has committed
	news       bool  // one has, and subscribers were not told yet
	known      *known
	late       lateRows
	lastCase   int64 // the seq up to which all that have a strike are in known, or will be by its fill
}

// background is the context of every write: a write that was accepted is not cut
// short by the one who asked for it.
func background() context.Context { return context.Background() }

// run does all jobs in one transaction.
func (t *transaction) run(batch []job) error {
	// The write lock comes first, so that what a job reads can't have changed when
	// it writes.
	if _, err := t.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	t.headKnown = false
	last := t.lastCase
	err := t.heed()
	if err == nil {
		err = t.all(batch)
	}
	if err == nil {
		_, err = t.exec("COMMIT")
	}
	if err != nil {
		t.late.drop()
		t.recent.forgetAll() // they may have been changed on the way
		t.lastCase = last
		// SQLite has rolled back by itself after some errors; then this one fails, and
		// that is as well.
		_, _ = t.exec("ROLLBACK")
	}
	return err
}

func (t *transaction) all(batch []job) error {
	for i := range batch {
		if err := t.one(&batch[i]); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) one(j *job) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a write panicked: %v", r)
		}
	}()
	return j.write(t)
}

func (t *transaction) statement(query string) (*sql.Stmt, error) {
	if s, ok := t.statements[query]; ok {
		return s, nil
	}
	s, err := t.conn.PrepareContext(background(), query)
	if err != nil {
		return nil, err
	}
	t.statements[query] = s
	return s, nil
}

// exec runs a statement after all rows that wait.
func (t *transaction) exec(query string, args ...any) (sql.Result, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	return t.quick(query, args...)
}

// quick is exec for statements that have nothing to do with the tables of lateRows:
// rows there go on waiting.
func (t *transaction) quick(query string, args ...any) (sql.Result, error) {
	s, err := t.statement(query) //nolint:sqlclosecheck // The transaction keeps its statements: close closes them.
	if err != nil {
		return nil, err
	}
	return s.ExecContext(background(), args...)
}

func (t *transaction) row(query string, args []any, into ...any) error {
	if err := t.flush(); err != nil {
		return err
	}
	s, err := t.statement(query) //nolint:sqlclosecheck // The transaction keeps its statements: close closes them.
	if err != nil {
		return err
	}
	return s.QueryRowContext(background(), args...).Scan(into...)
}

func (t *transaction) rows(query string, args ...any) (*sql.Rows, error) {
	if err := t.flush(); err != nil {
		return nil, err
	}
	s, err := t.statement(query) //nolint:sqlclosecheck // The transaction keeps its statements: close closes them.
	if err != nil {
		return nil, err
	}
	return s.QueryContext(background(), args...)
}

// heed finds out whether another connection, most likely another process's, has
// committed since the last look.
func (t *transaction) heed() error {
	was := t.version
	if err := t.row("PRAGMA data_version", nil, &t.version); err != nil {
		return err
	}
	if t.version == was {
		return nil
	}
	t.news = true
	t.recent.forgetAll()
	rows, err := t.rows("SELECT seq, chat, member FROM cases WHERE seq > ? ORDER BY seq", t.lastCase)
	return each(rows, err, func(rows *sql.Rows) error {
		var chat, member string
		if err := rows.Scan(&t.lastCase, &chat, &member); err != nil {
			return err
		}
		t.known.add(chat, member)
		return nil
	})
}

// begin finds out how the file stands.
func (t *transaction) begin() error {
	if err := t.row("PRAGMA data_version", nil, &t.version); err != nil {
		return err
	}
	if err := t.row("SELECT coalesce(max(seq), 0) FROM cases", nil, &t.lastCase); err != nil {
		return err
	}
	t.known = newKnown(2 * t.lastCase)
	return nil
}

func (t *transaction) close() error {
	var errs []error
	for _, s := range t.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}
