package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

const (
	sessionColumns = "hash, name, csrf, created, seen, expires, method, address, agent"
	// The account must be as it was when the login began.
	insertSession = `INSERT INTO sessions (` + sessionColumns + `) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?
		WHERE EXISTS (SELECT 1 FROM reviewers WHERE name = ? AND epoch = ? AND disabled = 0)`
)

// PutSession adds the session. review.ErrNoReviewer means that the account is not
// there, is disabled, or was changed after session.Epoch.
func (s *Store) PutSession(ctx context.Context, session review.Session) error {
	return s.change(ctx, review.ErrNoReviewer, nil, insertSession, session.Hash, session.Name, session.CSRF,
		nanos(session.Created), nanos(session.Seen), nanos(session.Expires), session.Method, session.Address, session.Agent,
		session.Name, session.Epoch)
}

// TouchSession writes when the session was last used and when it will end. A
// session that has ended meanwhile stays so: review.ErrNoSession.
func (s *Store) TouchSession(ctx context.Context, session review.Session) error {
	return s.change(ctx, review.ErrNoSession, nil, "UPDATE sessions SET seen = ?, expires = ? WHERE hash = ?",
		nanos(session.Seen), nanos(session.Expires), session.Hash)
}

// change writes one row with the entries, or fails with none where there is no such row.
func (s *Store) change(ctx context.Context, none error, entries []ledger.Entry, query string, args ...any) error {
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	refused := false
	err = s.writer.wait(ctx, func(t *transaction) error {
		result, err := t.exec(query, args...)
		if err != nil {
			return err
		}
		n, err := result.RowsAffected()
		if refused = n == 0; refused || err != nil {
			return err
		}
		return t.append(nil, drafts)
	})
	if err == nil && refused {
		return none
	}
	return err
}

// Session is the session whose token has that hash, expired or not:
// review.ErrNoSession where there is none.
func (s *Store) Session(ctx context.Context, hash string) (review.Session, error) {
	session, err := scanSession(s.readers.QueryRowContext(ctx, "SELECT "+sessionColumns+" FROM sessions WHERE hash = ?", hash).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return session, review.ErrNoSession
	}
	return session, s.orClosed(err)
}

// Sessions are the sessions of the reviewer of that name, the latest used first.
func (s *Store) Sessions(ctx context.Context, name string) (all []review.Session, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT "+sessionColumns+" FROM sessions WHERE name = ? ORDER BY seen DESC, hash", name)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		session, err := scanSession(rows.Scan)
		all = append(all, session)
		return err
	})
	return all, err
}

func scanSession(scan func(...any) error) (s review.Session, err error) {
	var created, seen, expires int64
	err = scan(&s.Hash, &s.Name, &s.CSRF, &created, &seen, &expires, &s.Method, &s.Address, &s.Agent)
	s.Created, s.Seen, s.Expires = timeOf(created), timeOf(seen), timeOf(expires)
	return s, err
}

// DeleteSession ends the session of that hash; there may be none.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.delete(ctx, "DELETE FROM sessions WHERE hash = ?", hash)
}

// DeleteSessions ends every session of the reviewer of that name.
func (s *Store) DeleteSessions(ctx context.Context, name string) error {
	return s.delete(ctx, "DELETE FROM sessions WHERE name = ?", name)
}

// ExpireSessions deletes the sessions and tokens that have expired by now.
func (s *Store) ExpireSessions(ctx context.Context, now time.Time) error {
	if err := s.delete(ctx, "DELETE FROM tokens WHERE expires <= ?", nanos(now)); err != nil {
		return err
	}
	return s.delete(ctx, "DELETE FROM sessions WHERE expires <= ?", nanos(now))
}

func (s *Store) delete(ctx context.Context, query string, arg any) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(query, arg)
		return err
	})
}
