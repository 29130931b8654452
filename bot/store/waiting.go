package store

import (
	"database/sql"
	"errors"

	"patrol/bot/review"
)

const (
	putWaiting = `INSERT INTO waiting (seq, rank, due, chat, severity, alike, escalated) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (seq) DO UPDATE SET rank = excluded.rank, due = excluded.due, escalated = excluded.escalated`
	deleteWaiting = `DELETE FROM waiting WHERE seq = ?`
	selectAlike   = `SELECT alike FROM waiting WHERE seq = ?`
	countAlike    = `INSERT INTO alike (alike, seq, rank, chat, severity, n) SELECT alike, seq, rank, chat, severity, 1 FROM waiting WHERE seq = ?
		ON CONFLICT (alike) DO UPDATE SET n = n + 1,
			seq  = CASE WHEN (excluded.rank, excluded.seq) < (rank, seq) THEN excluded.seq ELSE seq END,
			rank = CASE WHEN (excluded.rank, excluded.seq) < (rank, seq) THEN excluded.rank ELSE rank END`
	firstAlike = `UPDATE alike SET (seq, rank) = (SELECT w.seq, w.rank FROM waiting w WHERE w.alike = alike.alike ORDER BY w.rank, w.seq LIMIT 1), n = n - ?
		WHERE alike = ?`
	deleteAlike = `DELETE FROM alike WHERE alike = ? AND n <= 1`
)

// putInQueue makes the row of an open case, or brings it up to date; c has everything.
func (t *transaction) putInQueue(seq int64, c *review.Case) error {
	known, err := t.alikeOf(seq)
	if err != nil {
		return err
	}
	return t.queueAs(known, seq, c)
}

// queueAs is putInQueue for a case that is counted under known, "" for a new one.
func (t *transaction) queueAs(known string, seq int64, c *review.Case) error {
	escalated := c.Escalated.By != ""
	_, err := t.quick(putWaiting, seq, nanos(c.Rank()), nanos(c.Due), review.ChatKey(c.Event.Adapter, c.Event.Chat),
		string(c.Verdict.Severity()), c.Likeness(), escalated)
	if err != nil {
		return err
	}
	if known == "" {
		_, err = t.quick(countAlike, seq)
	} else {
		_, err = t.quick(firstAlike, 0, known)
	}
	return err
}

// takeFromQueue deletes the row of a case that is no longer open.
func (t *transaction) takeFromQueue(seq int64) error {
	known, err := t.alikeOf(seq)
	if err != nil || known == "" {
		return err
	}
	if _, err := t.exec(deleteWaiting, seq); err != nil {
		return err
	}
	result, err := t.exec(deleteAlike, known)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n > 0 {
		return err
	}
	_, err = t.exec(firstAlike, 1, known)
	return err
}

// alikeOf is what an open case is counted under, "" where it has no row.
func (t *transaction) alikeOf(seq int64) (known string, err error) {
	err = t.row(selectAlike, []any{seq}, &known)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return known, err
}

// requeue brings the row of the case in the queue up to what was just saved.
func (l *loaded) requeue(t *transaction) error {
	if l.State != review.Open {
		return t.takeFromQueue(l.seq)
	}
	whole := &l.Case
	if whole.Created.IsZero() { // only what settling needs was kept of it
		stored, err := load(t.rows, l.ID)
		if err != nil {
			return err
		}
		stored.State, stored.Due, stored.Acts = l.State, l.Due, l.Acts
		stored.SetHandling(l.Handling())
		whole = &stored.Case
	}
	return t.putInQueue(l.seq, whole)
}
