package store

import (
	"context"
	"database/sql"
	"errors"

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

const (
	selectReviewers = `SELECT r.name, r.hash, r.role, r.created, r.disabled, r.limited, r.source, r.epoch,
		EXISTS (SELECT 1 FROM second_factors f WHERE f.name = r.name), coalesce(c.chat, '')
		FROM reviewers r LEFT JOIN reviewer_chats c ON c.name = r.name`
	putReviewer = `INSERT INTO reviewers (name, hash, role, created, disabled, limited, source) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET hash = excluded.hash, role = excluded.role, created = excluded.created, disabled = excluded.disabled,
			limited = excluded.limited, source = excluded.source, epoch = epoch + 1`
)

// Reviewers are all accounts, by name.
func (s *Store) Reviewers(ctx context.Context) ([]review.Reviewer, error) {
	return s.reviewers(ctx, "")
}

// Reviewer is the account of that name: review.ErrNoReviewer where there is none.
func (s *Store) Reviewer(ctx context.Context, name string) (review.Reviewer, error) {
	return only(s.reviewers(ctx, " WHERE r.name = ?", name))
}

// ReviewerFrom is the account whose Source is that: review.ErrNoReviewer where
// there is none.
func (s *Store) ReviewerFrom(ctx context.Context, source string) (review.Reviewer, error) {
	return only(s.reviewers(ctx, " WHERE r.source = ? AND r.source <> ''", source))
}

func only(found []review.Reviewer, err error) (review.Reviewer, error) {
	switch {
	case err != nil:
		return review.Reviewer{}, err
	case len(found) == 0:
		return review.Reviewer{}, review.ErrNoReviewer
	}
	return found[0], nil
}

func (s *Store) reviewers(ctx context.Context, where string, args ...any) (all []review.Reviewer, err error) {
	rows, err := s.readers.QueryContext(ctx, selectReviewers+where+" ORDER BY r.name, c.chat", args...)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			r       review.Reviewer
			created int64
			chat    string
		)
		err := rows.Scan(&r.Name, &r.Hash, &r.Role, &created, &r.Disabled, &r.Only.Limited, &r.Source, &r.Epoch, &r.Factor, &chat)
		r.Created = timeOf(created)
		if last := len(all) - 1; last < 0 || all[last].Name != r.Name {
			all = append(all, r)
		}
		if chats := &all[len(all)-1].Only.Chats; chat != "" {
			*chats = append(*chats, chat)
		}
		return err
	})
	return all, err
}

// PutReviewer adds the account or replaces the one of that name, and writes the
// entries with it. The account loses its sessions, and logins that are under way
// fail: what they were granted for may no longer be so.
func (s *Store) PutReviewer(ctx context.Context, r review.Reviewer, entries ...ledger.Entry) error {
	if r.Name == "" {
		return review.ErrNobody
	}
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(putReviewer, r.Name, r.Hash, string(r.Role), nanos(r.Created), r.Disabled, r.Only.Limited, r.Source)
		if err != nil {
			return err
		}
		for _, table := range []string{"sessions", "reviewer_chats"} {
			if _, err := t.exec("DELETE FROM "+table+" WHERE name = ?", r.Name); err != nil {
				return err
			}
		}
		for _, key := range r.Only.Chats {
			if _, err := t.exec("INSERT OR IGNORE INTO reviewer_chats (name, chat) VALUES (?, ?)", r.Name, key); err != nil {
				return err
			}
		}
		return t.append(nil, drafts)
	})
}
