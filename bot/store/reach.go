package store

import (
	"context"
	"fmt"
	"strings"

	"patrol/bot/review"
)

// reachable is the condition that the chat in column is in reach, "" where all
// are. Its arguments are added to args.
func reachable(r review.Reach, column string, args *[]any) string {
	switch {
	case !r.Limited:
		return ""
	case len(r.Chats) == 0:
		return " AND " + column + " IN (NULL)"
	}
	*args = append(*args, distinct(r.Chats)...)
	return " AND " + column + " IN (?" + strings.Repeat(", ?", len(r.Chats)-1) + ")"
}

// within is err, or review.ErrNotFound where the case was found and is out of
// reach: nobody learns that it is there.
func within(ctx context.Context, l *loaded, err error) (*loaded, error) {
	if err == nil && !review.ReachOf(ctx).SeesCase(&l.Case) {
		return nil, fmt.Errorf("%w: %q", review.ErrNotFound, l.ID)
	}
	return l, err
}

// Changed reports whether anything was written about cases in reach of ctx after
// ledger entry seq, and the number of the newest entry of all.
func (s *Store) Changed(ctx context.Context, seq int64) (changed bool, newest int64, err error) {
	err = s.reading(ctx, func(q querying) error {
		end, err := head(q)
		if err != nil {
			return err
		}
		newest = end.Seq
		args := []any{seq}
		condition := reachable(review.ReachOf(ctx), "c.chat", &args)
		if condition == "" {
			changed = newest > seq
			return nil
		}
		rows, err := q("SELECT 1 FROM ledger l CROSS JOIN cases c ON c.seq = l.case_seq WHERE l.seq > ?"+condition+" LIMIT 1", args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		changed = rows.Next()
		return rows.Err()
	})
	return changed, newest, err
}
