package store

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"reflect"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// encodeDesk is the case's handling, nil where there is none.
func encodeDesk(c *review.Case) ([]byte, error) {
	h := c.Handling()
	if reflect.ValueOf(&h).Elem().IsZero() {
		return nil, nil
	}
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
	ready := statements{conn: conn, of: map[string]*sql.Stmt{}}
	defer func() { err = errors.Join(err, ready.close()) }()
	return f(func(query string, args ...any) (*sql.Rows, error) { return ready.query(ctx, query, args) })
}

// statements are those of one reading: what is asked again and again, with other
// values, is prepared once.
type statements struct {
	conn *sql.Conn
	of   map[string]*sql.Stmt // nil for what was asked once
}

func (s *statements) query(ctx context.Context, query string, args []any) (_ *sql.Rows, err error) {
	ready, again := s.of[query]
	switch {
	case !again:
		s.of[query] = nil
		return s.conn.QueryContext(ctx, query, args...)
	case ready == nil:
		if ready, err = s.conn.PrepareContext(ctx, query); err != nil {
			return nil, err
		}
		s.of[query] = ready
	}
	return ready.QueryContext(ctx, args...)
}

func (s *statements) close() error {
	var faults []error
	for _, one := range s.of {
		if one != nil {
			faults = append(faults, one.Close())
		}
	}
	return errors.Join(faults...)
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
	seq     int64
	planned []review.Act // the acts as the evidence has them
	acts    []byte       // how they stand, nil where that is as planned
	desk    []byte
	was     columns
}

// columns are what the row of a case says of how it stands.
type columns struct {
	state     review.State
	due       int64
	strike    review.StrikeState
	claimedBy string
	agenda    agenda
}

func columnsOf(c *review.Case) columns {
	return columns{c.State, nanos(c.Due), c.Strike, c.ClaimedBy, agendaOf(c.Acts)}
}

const selectCase = `SELECT c.seq, c.id, c.state, c.due, c.strike, c.desk, e.data, e.said, a.data
	FROM cases c JOIN evidence e ON e.seq = c.seq LEFT JOIN acts a ON a.seq = c.seq `

// load is the case with that whole id: review.ErrNotFound.
func load(q querying, id string) (*loaded, error) {
	all, err := loadAll(q, selectCase+"WHERE c.id = ?", id)
	if err == nil && len(all) == 0 {
		err = review.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// loadAll is the cases that a selectCase finds.
func loadAll(q querying, query string, args ...any) (all []*loaded, err error) {
	rows, err := q(query, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		l, err := scanCase(rows)
		all = append(all, l)
		return err
	})
	return all, err
}

func scanCase(rows *sql.Rows) (*loaded, error) {
	var (
		l              loaded
		id             string
		evidence, said sql.RawBytes
	)
	if err := rows.Scan(&l.seq, &id, &l.was.state, &l.was.due, &l.was.strike, &l.desk, &evidence, &said, &l.acts); err != nil {
		return nil, err
	}
	if err := l.decode(evidence, said); err != nil {
		return nil, fmt.Errorf("case %s: %w", id, err)
	}
	return &l, nil
}

func (l *loaded) decode(evidence, said []byte) (err error) {
	if err := decodeCase(evidence, said, &l.Case); err != nil {
		return err
	}
	if err := decodeDesk(l.desk, &l.Case); err != nil {
		return err
	}
	l.planned = l.Acts
	if l.Acts, err = decodeActs(l.acts, l.planned); err != nil {
		return err
	}
	l.State, l.Due, l.Strike = l.was.state, timeOf(l.was.due), l.was.strike
	l.was = columnsOf(&l.Case)
	return nil
}

// decodeCase is the case as recorded, without its texts where they are erased.
func decodeCase(evidence, said []byte, c *review.Case) error {
	evidence, err := unpack(evidence)
	if err != nil {
		return err
	}
	if said, err = unpack(said); err != nil {
		return err
	}
	if err := ledger.Decode(evidence, c); err != nil || len(said) == 0 {
		return err
	}
	var s review.Said
	if err := ledger.Decode(said, &s); err != nil {
		return err
	}
	c.Join(&s)
	return nil
}

const (
	updateCase   = `UPDATE cases SET state = ?, due = ?, strike = ?, claimed_by = ?, doing = ?, act_due = ?, asked = ?, desk = ? WHERE seq = ?`
	updateAgenda = `UPDATE cases SET doing = ?, act_due = ?, asked = ? WHERE seq = ?`
	updateStrike = `UPDATE strikes SET state = ? WHERE chat = ? AND member = ? AND case_id = ?`
	deleteActs   = `DELETE FROM acts WHERE seq = ?`
)

// save writes what has changed, so that l is as it was just loaded. The evidence
// never changes.
func (l *loaded) save(t *transaction) error {
	desk, err := encodeDesk(&l.Case)
	if err != nil {
		return err
	}
	is := columnsOf(&l.Case)
	restOfWas := l.was
	restOfWas.agenda = is.agenda
	switch {
	case is != restOfWas || !bytes.Equal(desk, l.desk):
		_, err = t.exec(updateCase, string(is.state), is.due, string(is.strike), is.claimedBy, is.agenda.doing, is.agenda.due, is.agenda.asked, desk, l.seq)
	case is == l.was:
	case is.agenda == agenda{}:
		// The most frequent change by far, which touches none of the greater indexes.
		err = t.later(lateDone, l.seq)
	default:
		_, err = t.exec(updateAgenda, is.agenda.doing, is.agenda.due, is.agenda.asked, l.seq)
	}
	if err != nil {
		return err
	}
	if is.state != l.was.state || is.state == review.Open && (is.due != l.was.due || !bytes.Equal(desk, l.desk)) {
		if err := l.requeue(t); err != nil {
			return err
		}
	}
	if is.strike != l.was.strike {
		if _, err := t.exec(updateStrike, string(is.strike), review.ChatKey(l.Event.Adapter, l.Event.Chat), l.Event.Author.ID, l.ID); err != nil {
			return err
		}
	}
	if is.state != l.was.state {
		if err := l.saveVerdicts(t); err != nil {
			return err
		}
		if err := l.saveDecision(t); err != nil {
			return err
		}
	}
	if is.state != l.was.state || !bytes.Equal(desk, l.desk) {
		if err := l.saveSample(t); err != nil {
			return err
		}
	}
	if l.Erased.By != "" {
		if err := t.leaveText(l.seq); err != nil { // what was written just now is erased in its turn
			return err
		}
	}
	l.was, l.desk = is, desk
	if err := l.saveBrakes(t); err != nil {
		return err
	}
	return l.saveActs(t)
}

func (l *loaded) saveActs(t *transaction) error {
	acts, err := encodeActs(l.planned, l.Acts)
	switch {
	case err != nil || bytes.Equal(acts, l.acts):
		return err
	case acts == nil:
		_, err = t.exec(deleteActs, l.seq)
	default:
		err = t.later(lateActs, l.seq, acts)
	}
	l.acts = acts
	return err
}

// Apply implements review.Store.
func (s *Store) Apply(ctx context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	var (
		after   review.Case
		refused error
	)
	err := s.writer.wait(ctx, func(t *transaction) error {
		after, refused = review.Case{}, nil
		t.recent.forget(id)
		l, err := load(t.rows, id)
		if l, err = within(ctx, l, err); errors.Is(err, review.ErrNotFound) {
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
		l, err := find(ctx, q, id)
		if err == nil {
			c = l.Case
		}
		return err
	})
	return c, err
}

// find is the case in reach with that id, or with the only id there that begins
// with it.
func find(ctx context.Context, q querying, id string) (*loaded, error) {
	whole, err := complete(q, id, review.ReachOf(ctx))
	if err != nil {
		return nil, err
	}
	l, err := load(q, whole)
	return within(ctx, l, err)
}

// complete finds the only id in reach that begins with prefix.
func complete(q querying, prefix string, reach review.Reach) (string, error) {
	if len(prefix) < review.MinPrefix {
		return "", fmt.Errorf("%w: %q is too short, %d characters are needed", review.ErrNotFound, prefix, review.MinPrefix)
	}
	var ids []string
	args := []any{prefix, prefix + "\U0010ffff"}
	condition := reachable(reach, "chat", &args)
	rows, err := q("SELECT id FROM cases WHERE id >= ? AND id < ?"+condition+" ORDER BY id LIMIT 2", args...)
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
