package store

import (
	"context"
	"database/sql"
	"time"

	"patrol/bot/review"
)

const (
	deleteVerdicts = `DELETE FROM verdicts WHERE seq = ?`
	insertVerdict  = `INSERT INTO verdicts (seq, rule, chat, upheld, created, decided) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	selectVerdicts = `SELECT rule, SUM(upheld), SUM(1 - upheld) FROM verdicts WHERE decided >= ?`
)

// saveVerdicts writes how the case is judged now, a row a rule, so that rules can
// be measured without reading cases.
func (l *loaded) saveVerdicts(t *transaction) error {
	if decided(l.was.state) {
		if _, err := t.exec(deleteVerdicts, l.seq); err != nil {
			return err
		}
	}
	if !decided(l.State) {
		return nil
	}
	upheld := 0
	if l.State == review.Upheld {
		upheld = 1
	}
	for i := range l.Verdict.Hits {
		chat := review.ChatKey(l.Event.Adapter, l.Event.Chat)
		if _, err := t.exec(insertVerdict, l.seq, l.Verdict.Hits[i].Rule, chat, upheld, nanos(l.Created), nanos(l.DecidedAt)); err != nil {
			return err
		}
	}
	return nil
}

func decided(s review.State) bool { return s == review.Upheld || s == review.Overturned }

// Verdicts is how people have judged since then, by rule id: of each rule, how many
// of its cases stand upheld and overturned. Only chats in reach of ctx count.
func (s *Store) Verdicts(ctx context.Context, since time.Time) ([]review.RuleVerdicts, error) {
	var all []review.RuleVerdicts
	args := []any{nanos(since)}
	condition := reachable(review.ReachOf(ctx), "chat", &args)
	err := s.reading(ctx, func(q querying) error {
		rows, err := q(selectVerdicts+condition+" GROUP BY rule ORDER BY rule", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var v review.RuleVerdicts
			err := rows.Scan(&v.Rule, &v.Upheld, &v.Overturned)
			all = append(all, v)
			return err
		})
	})
	return all, err
}
