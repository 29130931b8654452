package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// SaveState keeps value under key, in place of what was there: a rate snapshot, a
// cursor.
func (s *Store) SaveState(ctx context.Context, key string, value []byte) error {
	if value == nil {
		value = []byte{}
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec("INSERT INTO states (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", key, value)
		return err
	})
}

// LoadState is what was kept under key, nil where nothing was.
func (s *Store) LoadState(ctx context.Context, key string) (value []byte, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT value FROM states WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return value, s.orClosed(err)
}

const selectReviewers = "SELECT name, hash, role, created, disabled FROM reviewers"

// Reviewers are all accounts, by name.
func (s *Store) Reviewers(ctx context.Context) (all []review.Reviewer, err error) {
	rows, err := s.readers.QueryContext(ctx, selectReviewers+" ORDER BY name")
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		r, err := scanReviewer(rows.Scan)
		all = append(all, r)
		return err
	})
	return all, err
}

// Reviewer is the account of that name: review.ErrNoReviewer where there is none.
func (s *Store) Reviewer(ctx context.Context, name string) (review.Reviewer, error) {
	r, err := scanReviewer(s.readers.QueryRowContext(ctx, selectReviewers+" WHERE name = ?", name).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return r, review.ErrNoReviewer
	}
	return r, s.orClosed(err)
}

func scanReviewer(scan func(...any) error) (r review.Reviewer, err error) {
	var created int64
	err = scan(&r.Name, &r.Hash, &r.Role, &created, &r.Disabled)
	r.Created = timeOf(created)
	return r, err
}

// PutReviewer adds the account or replaces the one of that name, and writes the
// entries with it. A disabled account loses its sessions.
func (s *Store) PutReviewer(ctx context.Context, r review.Reviewer, entries ...ledger.Entry) error {
	if r.Name == "" {
		return review.ErrNobody
	}
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(`INSERT INTO reviewers (name, hash, role, created, disabled) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, role = excluded.role, created = excluded.created, disabled = excluded.disabled`,
			r.Name, r.Hash, string(r.Role), nanos(r.Created), r.Disabled)
		if err != nil {
			return err
		}
		if r.Disabled {
			if _, err := t.exec("DELETE FROM sessions WHERE name = ?", r.Name); err != nil {
				return err
			}
		}
		return t.append(nil, drafts)
	})
}

// PutSession adds the session or replaces the one of that hash.
func (s *Store) PutSession(ctx context.Context, session review.Session) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(`INSERT INTO sessions (hash, name, csrf, created, seen, expires) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (hash) DO UPDATE SET name = excluded.name, csrf = excluded.csrf, created = excluded.created, seen = excluded.seen, expires = excluded.expires`,
			session.Hash, session.Name, session.CSRF, nanos(session.Created), nanos(session.Seen), nanos(session.Expires))
		return err
	})
}

// Session is the session whose token has that hash, expired or not:
// review.ErrNoSession where there is none.
func (s *Store) Session(ctx context.Context, hash string) (session review.Session, err error) {
	var created, seen, expires int64
	err = s.readers.QueryRowContext(ctx, "SELECT hash, name, csrf, created, seen, expires FROM sessions WHERE hash = ?", hash).
		Scan(&session.Hash, &session.Name, &session.CSRF, &created, &seen, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return session, review.ErrNoSession
	}
	session.Created, session.Seen, session.Expires = timeOf(created), timeOf(seen), timeOf(expires)
	return session, s.orClosed(err)
}

// DeleteSession ends the session of that hash; there may be none.
func (s *Store) DeleteSession(ctx context.Context, hash string) error {
	return s.delete(ctx, "DELETE FROM sessions WHERE hash = ?", hash)
}

// DeleteSessions ends every session of the reviewer of that name.
func (s *Store) DeleteSessions(ctx context.Context, name string) error {
	return s.delete(ctx, "DELETE FROM sessions WHERE name = ?", name)
}

// ExpireSessions deletes the sessions that have expired by now.
func (s *Store) ExpireSessions(ctx context.Context, now time.Time) error {
	return s.delete(ctx, "DELETE FROM sessions WHERE expires <= ?", nanos(now))
}

func (s *Store) delete(ctx context.Context, query string, arg any) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(query, arg)
		return err
	})
}
