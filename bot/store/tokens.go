package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

const tokenColumns = "id, hash, owner, label, scopes, created, expires, used"

// PutToken adds the token and writes the entries with it: review.ErrNoReviewer
// where its owner is not there or disabled.
func (s *Store) PutToken(ctx context.Context, token review.Token, entries ...ledger.Entry) error {
	return s.change(ctx, review.ErrNoReviewer, entries, "INSERT INTO tokens ("+tokenColumns+`) SELECT ?, ?, ?, ?, ?, ?, ?, ?
		WHERE EXISTS (SELECT 1 FROM reviewers WHERE name = ? AND disabled = 0)`,
		token.ID, token.Hash, token.Owner, token.Label, strings.Join(token.Scopes, " "),
		nanos(token.Created), nanos(token.Expires), nanos(token.Used), token.Owner)
}

// Token is the token of that hash, expired or not: review.ErrNoToken where there
// is none.
func (s *Store) Token(ctx context.Context, hash string) (review.Token, error) {
	token, err := scanToken(s.readers.QueryRowContext(ctx, "SELECT "+tokenColumns+" FROM tokens WHERE hash = ?", hash).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return token, review.ErrNoToken
	}
	return token, s.orClosed(err)
}

// Tokens are the tokens of that owner, of everybody where it is "", the newest
// first.
func (s *Store) Tokens(ctx context.Context, owner string) (all []review.Token, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT "+tokenColumns+" FROM tokens WHERE ? IN (owner, '') ORDER BY created DESC, id", owner)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		token, err := scanToken(rows.Scan)
		all = append(all, token)
		return err
	})
	return all, err
}

func scanToken(scan func(...any) error) (t review.Token, err error) {
	var (
		scopes                 string
		created, expires, used int64
	)
	err = scan(&t.ID, &t.Hash, &t.Owner, &t.Label, &scopes, &created, &expires, &used)
	t.Scopes = strings.Fields(scopes)
	t.Created, t.Expires, t.Used = timeOf(created), timeOf(expires), timeOf(used)
	return t, err
}

// TouchToken writes when the token of that id was last used; it may be gone.
func (s *Store) TouchToken(ctx context.Context, id string, at time.Time) error {
	err := s.change(ctx, review.ErrNoToken, nil, "UPDATE tokens SET used = ? WHERE id = ?", nanos(at), id)
	if errors.Is(err, review.ErrNoToken) {
		return nil
	}
	return err
}

// DeleteToken revokes the token of that id, where it is owner's or owner is "", and
// writes the entries with it: review.ErrNoToken where there is none.
func (s *Store) DeleteToken(ctx context.Context, id, owner string, entries ...ledger.Entry) error {
	return s.change(ctx, review.ErrNoToken, entries, "DELETE FROM tokens WHERE id = ? AND ? IN (owner, '')", id, owner)
}
