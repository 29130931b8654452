package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"patrol/bot/ladder"
	"patrol/bot/review"
)

const selectStrikes = "SELECT case_id, rule, weight, at, until FROM strikes WHERE chat = ? AND member = ? AND state = 'counts' AND until > ?"

// Strikes are those against a member of a chat that count and lapse after since,
// oldest first. A strike that was only queued with Record is not among them yet; one
// that another process recorded may be missing for a second.
func (s *Store) Strikes(ctx context.Context, adapter, chat, member string, since time.Time) (strikes []ladder.Strike, err error) {
	key := review.ChatKey(adapter, chat)
	if s.known.stranger(key, member) && !s.writer.isClosed() {
		return nil, nil
	}
	rows, err := s.strikes.QueryContext(ctx, key, member, nanos(since))
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			k         ladder.Strike
			at, until int64
		)
		if err := rows.Scan(&k.Case, &k.Rule, &k.Weight, &at, &until); err != nil {
			return err
		}
		k.At, k.Until = timeOf(at), timeOf(until)
		strikes = append(strikes, k)
		return nil
	})
	slices.SortFunc(strikes, func(a, b ladder.Strike) int { return a.At.Compare(b.At) })
	return strikes, err
}
