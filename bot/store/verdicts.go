package store

import (
	"context"
	"database/sql"
	"time"

	"patrol/bot/review"
)

const (
	deleteVerdicts = `DELETE FROM verdicts WHERE seq = ?`
	insertVerdict  = `INSERT INTO verdicts (seq, rule, chat, upheld, created, decided, chance, sampled) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
	selectVerdicts = `SELECT rule, SUM(upheld), SUM(1 - upheld), SUM(sampled), SUM(chance > 0), SUM(upheld * (chance > 0)),
			SUM(CASE WHEN chance > 0 THEN 1 / chance ELSE 0 END), SUM(CASE WHEN chance > 0 THEN 1 / (chance * chance) ELSE 0 END),
			SUM(CASE WHEN chance > 0 THEN upheld / chance ELSE 0 END), SUM(CASE WHEN chance > 0 THEN upheld / (chance * chance) ELSE 0 END)
		FROM verdicts WHERE decided >= ? AND decided < ?`
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
		if _, err := t.exec(insertVerdict, l.seq, l.Verdict.Hits[i].Rule, chat, upheld, nanos(l.Created), nanos(l.DecidedAt), l.Chance(), l.Sample.Drawn()); err != nil {
			return err
		}
	}
	return nil
}

func decided(s review.State) bool { return s == review.Upheld || s == review.Overturned }

// Verdicts is how people have judged since then, by rule id: of each rule, how many
// of its cases stand upheld and overturned. Only chats in reach of ctx count.
func (s *Store) Verdicts(ctx context.Context, since time.Time) (all []review.RuleVerdicts, err error) {
	err = s.reading(ctx, func(q querying) error {
		all, err = verdicts(q, review.ReachOf(ctx), since, timeOf(1<<63-1))
		return err
	})
	return all, err
}

func verdicts(q querying, reach review.Reach, since, until time.Time) (all []review.RuleVerdicts, err error) {
	args := []any{nanos(since), nanos(until)}
	condition := reachable(reach, "chat", &args)
	rows, err := q(selectVerdicts+condition+" GROUP BY rule ORDER BY rule", args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var v review.RuleVerdicts
		d := &v.Drawn
		err := rows.Scan(&v.Rule, &v.Upheld, &v.Overturned, &v.Samples, &d.N, &d.K, &d.W, &d.WW, &d.Y, &d.YY)
		all = append(all, v)
		return err
	})
	return all, err
}
