package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"patrol/bot/appeal"
)

var _ appeal.Store = (*Store)(nil)

// PutAppealToken implements appeal.Tokens.
func (s *Store) PutAppealToken(ctx context.Context, token appeal.Token) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec("INSERT INTO appeal_tokens (hash, case_id, expires) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", token.Hash, token.Case, nanos(token.Expires))
		return err
	})
}

// AppealToken implements appeal.Tokens.
func (s *Store) AppealToken(ctx context.Context, hash string) (t appeal.Token, err error) {
	var expires int64
	err = s.readers.QueryRowContext(ctx, "SELECT hash, case_id, expires FROM appeal_tokens WHERE hash = ?", hash).Scan(&t.Hash, &t.Case, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return t, appeal.ErrToken
	}
	t.Expires = timeOf(expires)
	return t, s.orClosed(err)
}

// ExpireAppealTokens implements appeal.Tokens.
func (s *Store) ExpireAppealTokens(ctx context.Context, now time.Time) error {
	return s.delete(ctx, "DELETE FROM appeal_tokens WHERE expires <= ?", nanos(now))
}
