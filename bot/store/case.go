package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// encodeDesk is the case's handling, nil where there is none.
func encodeDesk(c *review.Case) ([]byte, error) {
	h := c.Handling()
	data, err := ledger.Canonical(&h)
	if err != nil || string(data) == "{}" {
		return nil, err
	}
	return data, nil
}

func decodeDesk(data []byte, c *review.Case) error {
	var h review.Handling
	if len(data) > 0 {
		if err := ledger.Decode(data, &h); err != nil {
			return err
		}
	}
	c.SetHandling(h)
	return nil
}

// querying asks for rows, in a transaction of the writer or of a reader.
type querying func(query string, args ...any) (*sql.Rows, error)

// reading runs f over one snapshot of the file.
func (s *Store) reading(ctx context.Context, f func(q querying) error) (err error) {
	conn, err := s.readers.Conn(ctx)
	if err != nil {
		return s.orClosed(err)
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "BEGIN DEFERRED"); err != nil {
		return err
	}
	defer func() {
		_, end := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		err = errors.Join(err, end)
	}()
	return f(func(query string, args ...any) (*sql.Rows, error) { return conn.QueryContext(ctx, query, args...) })
}

// orClosed is err, or ErrClosed where the store was closed in the meantime.
func (s *Store) orClosed(err error) error {
	if err != nil && s.writer.isClosed() {
		return ErrClosed
	}
	return err
}

// each calls scan for every row of the answer.
func each(rows *sql.Rows, err error, scan func(*sql.Rows) error) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// loaded is a case with what it takes to write it back.
type loaded struct {
	review.Case
	seq  int64
	desk []byte
	acts [][]byte
	was  columns
}

// columns are what the row of a case says of how it stands.
type columns struct {
	state  review.State
	due    time.Time
	strike review.StrikeState
}

// stand puts the case where its row says.
func (l *loaded) stand(due int64) {
	l.was.due = timeOf(due)
	l.State, l.Due, l.Strike = l.was.state, l.was.due, l.was.strike
}

const caseColumns = "c.seq, c.id, c.state, c.due, c.strike, c.desk"

// load is the case with that whole id: review.ErrNotFound.
func load(q querying, id string) (*loaded, error) {
	var found *loaded
	rows, err := q("SELECT "+caseColumns+", e.data FROM cases c JOIN evidence e ON e.seq = c.seq WHERE c.id = ?", id)
	err = each(rows, err, func(rows *sql.Rows) (err error) {
		found, err = scanCase(rows)
		return err
	})
	if err != nil {
		return nil, err
	}
	if found == nil {
		return nil, review.ErrNotFound
	}
	return found, found.loadActs(q)
}

func scanCase(rows *sql.Rows) (*loaded, error) {
	var (
		l        loaded
		id       string
		due      int64
		evidence sql.RawBytes
	)
	if err := rows.Scan(&l.seq, &id, &l.was.state, &due, &l.was.strike, &l.desk, &evidence); err != nil {
		return nil, err
	}
	if err := ledger.Decode(evidence, &l.Case); err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	if err := decodeDesk(l.desk, &l.Case); err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	l.stand(due)
	l.Acts = nil // as they were planned; how they stand is in a table of their own
	return &l, nil
}

const selectActs = "SELECT data FROM acts WHERE seq = ? ORDER BY n"

func (l *loaded) loadActs(q querying) error {
	rows, err := q(selectActs, l.seq)
	return each(rows, err, func(rows *sql.Rows) error {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var a review.Act
		if err := ledger.Decode(data, &a); err != nil {
			return fmt.Errorf("case %s: %w", l.ID, err)
		}
		l.acts = append(l.acts, data)
		l.Acts = append(l.Acts, a)
		return nil
	})
}

// save writes what has changed. The evidence never does.
func (l *loaded) save(t *transaction) error {
	desk, err := encodeDesk(&l.Case)
	if err != nil {
		return err
	}
	if l.State != l.was.state || !l.Due.Equal(l.was.due) || l.Strike != l.was.strike || !bytes.Equal(desk, l.desk) {
		_, err := t.exec("UPDATE cases SET state = ?, due = ?, strike = ?, claimed_by = ?, desk = ? WHERE seq = ?",
			string(l.State), nanos(l.Due), string(l.Strike), l.ClaimedBy, desk, l.seq)
		if err != nil {
			return err
		}
	}
	if l.Strike != l.was.strike {
		_, err := t.exec("UPDATE strikes SET state = ? WHERE chat = ? AND member = ? AND case_id = ?",
			string(l.Strike), review.ChatKey(l.Event.Adapter, l.Event.Chat), l.Event.Author.ID, l.ID)
		if err != nil {
			return err
		}
	}
	return l.saveActs(t)
}

func (l *loaded) saveActs(t *transaction) error {
	for i := range l.Acts {
		a := &l.Acts[i]
		data, err := ledger.Canonical(a)
		if err != nil {
			return err
		}
		if i < len(l.acts) && bytes.Equal(data, l.acts[i]) {
			continue
		}
		if _, err := t.exec(putAct, l.seq, i, string(a.State), nanos(a.Due), data); err != nil {
			return err
		}
	}
	return nil
}

// Apply implements review.Store.
func (s *Store) Apply(ctx context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	var (
		after   review.Case
		refused error
	)
	err := s.writer.wait(ctx, func(t *transaction) error {
		after, refused = review.Case{}, nil
		l, err := load(t.rows, id)
		if errors.Is(err, review.ErrNotFound) {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		entries, err := change(&l.Case)
		if err != nil {
			refused = err
			l, err = load(t.rows, id) // whatever change has done to it before it gave up
			if err == nil {
				after = l.Case
			}
			return err
		}
		after = l.Case
		if err := l.save(t); err != nil {
			return err
		}
		return t.appendEntries(&l.seq, entries)
	})
	if err != nil {
		return review.Case{}, err
	}
	return after, refused
}

// Case implements review.Store.
func (s *Store) Case(ctx context.Context, id string) (c review.Case, err error) {
	err = s.reading(ctx, func(q querying) error {
		whole, err := complete(q, id)
		if err != nil {
			return err
		}
		l, err := load(q, whole)
		if err == nil {
			c = l.Case
		}
		return err
	})
	return c, err
}

// complete finds the only id that begins with prefix.
func complete(q querying, prefix string) (string, error) {
	if len(prefix) < review.MinPrefix {
		return "", fmt.Errorf("%w: %q is too short, %d characters are needed", review.ErrNotFound, prefix, review.MinPrefix)
	}
	var ids []string
	rows, err := q("SELECT id FROM cases WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", prefix, prefix+"\U0010ffff")
	err = each(rows, err, func(rows *sql.Rows) error {
		var id string
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	})
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", fmt.Errorf("%w: %q", review.ErrNotFound, prefix)
	case len(ids) > 1 && ids[0] != prefix:
		return "", fmt.Errorf("%w: %q", review.ErrAmbiguous, prefix)
	}
	return ids[0], nil
}
