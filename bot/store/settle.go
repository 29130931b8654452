package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Settle queues what became of acts, as review.Case.Settle says, and returns; it
// waits only while the queue is full. done is called from the writer after the
// commit: with nil, with a *review.CancelledError where everything but the acts
// that it names was written, or with the reason why nothing was. An error means
// that nothing was queued and done will not be called.
func (s *Store) Settle(ctx context.Context, u review.Update, done func(error)) error {
	drafts, err := prepareAll(u.Entries)
	if err != nil {
		return fmt.Errorf("settle case %s: %w", u.Case, err)
	}
	var refused error
	write := func(t *transaction) error {
		refused = nil
		l, err := loadBare(t, u.Case)
		if errors.Is(err, review.ErrNotFound) {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		more, err := l.Settle(u)
		if err != nil && !errors.Is(err, review.ErrCancelled) {
			return err
		}
		refused = err
		if err := l.save(t); err != nil {
			return err
		}
		if err := t.append(&l.seq, drafts); err != nil {
			return err
		}
		return t.appendEntries(&l.seq, more)
	}
	return s.writer.queue(ctx, job{write: write, done: func(err error) { done(errors.Join(err, refused)) }})
}

const selectBare = "SELECT c.seq, c.state, c.due, c.strike, c.desk, c.adapter, c.chat, c.member FROM cases c WHERE c.id = ?"

// loadBare is the case without its evidence, which an outcome does not need: acts
// settle as often as cases are recorded.
func loadBare(t *transaction, id string) (*loaded, error) {
	var (
		l   = loaded{Case: review.Case{ID: id}}
		key string
		due int64
	)
	err := t.row(selectBare, []any{id}, &l.seq, &l.was.state, &due, &l.was.strike, &l.desk,
		&l.Event.Adapter, &key, &l.Event.Author.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, review.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	l.Event.Chat = strings.TrimPrefix(key, review.ChatKey(l.Event.Adapter, ""))
	l.stand(due)
	if err := decodeDesk(l.desk, &l.Case); err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	return &l, l.loadActs(t.rows)
}

// TakeDue moves acts that are due by now to Doing, counts the attempt, and returns
// them, oldest first, limit at most. next is when the one after those is due, zero
// where there is none. No other caller, in whatever process, gets the same act.
func (s *Store) TakeDue(ctx context.Context, now time.Time, limit int) (acts []review.Act, next time.Time, err error) {
	first, err := s.nextDue(ctx)
	if err != nil || first.IsZero() || first.After(now) {
		return nil, first, err
	}
	var (
		taken []review.Act
		after time.Time
	)
	err = s.writer.wait(ctx, func(t *transaction) (err error) {
		if taken, err = t.take(now, limit); err != nil {
			return err
		}
		after, err = t.nextDue()
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	return taken, after, nil
}

func (t *transaction) take(now time.Time, limit int) ([]review.Act, error) {
	places, acts, err := dueActs(t, now, limit)
	if err != nil {
		return nil, err
	}
	for i := range acts {
		a := &acts[i]
		a.State, a.Attempts = review.Doing, a.Attempts+1
		data, err := ledger.Canonical(a)
		if err != nil {
			return nil, err
		}
		if _, err := t.exec(putAct, places[i].seq, places[i].n, string(a.State), nanos(a.Due), data); err != nil {
			return nil, err
		}
	}
	return acts, nil
}

const selectNextDue = "SELECT due FROM acts WHERE state = 'due' ORDER BY due LIMIT 1"

func (s *Store) nextDue(ctx context.Context) (time.Time, error) {
	var due int64
	err := s.readers.QueryRowContext(ctx, selectNextDue).Scan(&due)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return timeOf(due), s.orClosed(err)
}

func (t *transaction) nextDue() (time.Time, error) {
	var due int64
	err := t.row(selectNextDue, nil, &due)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return timeOf(due), err
}

// place is where an act stands.
type place struct{ seq, n int64 }

func dueActs(t *transaction, now time.Time, limit int) (places []place, acts []review.Act, err error) {
	rows, err := t.rows("SELECT seq, n, data FROM acts WHERE state = 'due' AND due <= ? ORDER BY due, seq, n LIMIT ?", nanos(now), limit)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			p    place
			a    review.Act
			data sql.RawBytes
		)
		if err := rows.Scan(&p.seq, &p.n, &data); err != nil {
			return err
		}
		if err := ledger.Decode(data, &a); err != nil {
			return err
		}
		places, acts = append(places, p), append(acts, a)
		return nil
	})
	return places, acts, err
}

// Interrupted are the acts in state Doing, in the order in which their cases were
// recorded: right after Open, what a crash cut short.
func (s *Store) Interrupted(ctx context.Context) (acts []review.Act, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT data FROM acts WHERE state = 'doing' ORDER BY seq, n")
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			a    review.Act
			data sql.RawBytes
		)
		if err := rows.Scan(&data); err != nil {
			return err
		}
		if err := ledger.Decode(data, &a); err != nil {
			return err
		}
		acts = append(acts, a)
		return nil
	})
	return acts, err
}
