package store

import (
	"context"
	"database/sql"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/review"
)

var _ monthly.Source = (*Store)(nil)

// BrakesOf implements monthly.Record.
func (s *Store) BrakesOf(ctx context.Context, chat string, from, until time.Time) (all []brake.Brake, err error) {
	reach, spans := review.ReachOf(ctx), string(brake.Rule)
	if !reach.Sees(chat) {
		return nil, nil
	}
	if reach.Limited {
		spans = "" // what a brake says that spans chats is not for who sees some only
	}
	rows, err := s.readers.QueryContext(ctx, "SELECT id, kind, scope, at, until, why, lifted_by FROM brakes WHERE at >= ? AND at < ? AND (kind <> ? AND scope = ? OR kind = ?) ORDER BY at, id",
		nanos(from), nanos(until), string(brake.Rule), chat, spans)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			b       brake.Brake
			at, end int64
			why     []byte
		)
		if err := rows.Scan(&b.ID, &b.Kind, &b.Scope, &at, &end, &why, &b.LiftedBy); err != nil {
			return err
		}
		b.At, b.Until = timeOf(at), timeOf(end)
		all = append(all, b)
		return ledger.Decode(why, &all[len(all)-1].Why)
	})
	return all, err
}

// Proof implements monthly.Record.
func (s *Store) Proof(ctx context.Context, chat string, from, until time.Time) (p monthly.Proof, err error) {
	if !review.ReachOf(ctx).Sees(chat) {
		return p, nil
	}
	err = s.reading(ctx, func(q querying) error {
		if p.Start, err = ledgerStart(q); err != nil {
			return err
		}
		if p.Head, err = head(q); err != nil {
			return err
		}
		rows, err := q(`SELECT COUNT(*), COALESCE(MIN(l.seq), 0), COALESCE(MAX(l.seq), 0) FROM cases c CROSS JOIN ledger l ON l.case_seq = c.seq
			WHERE c.chat = ? AND c.created >= ? AND c.created < ?`, chat, nanos(from), nanos(until))
		return each(rows, err, func(rows *sql.Rows) error { return rows.Scan(&p.Entries, &p.First, &p.Last) })
	})
	return p, err
}

// Chats are the chats in reach of ctx of which there are cases, in order, most at
// most.
func (s *Store) Chats(ctx context.Context, most int) (chats []string, err error) {
	args := []any{}
	condition := reachable(review.ReachOf(ctx), "chat", &args)
	// The index is leaped over: one step a chat, however many cases it has.
	rows, err := s.readers.QueryContext(ctx, `WITH RECURSIVE c (chat) AS (
			SELECT min(chat) FROM cases UNION ALL SELECT (SELECT min(chat) FROM cases WHERE chat > c.chat) FROM c WHERE c.chat IS NOT NULL)
		SELECT chat FROM c WHERE chat IS NOT NULL`+condition+" LIMIT ?", append(args, most)...)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var chat string
		err := rows.Scan(&chat)
		chats = append(chats, chat)
		return err
	})
	return chats, err
}
