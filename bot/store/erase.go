package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
	"patrol/rules/lang"
)

var _ retention.Store = (*Store)(nil)

// The keys of states under which retention keeps how far it has come.
const (
	erasedKey = "retention.texts"  // the last case that was looked at
	prunedKey = "retention.ledger" // the last entry that was looked at
	startKey  = "ledger.start"     // the head before the first entry that is left
	shredKey  = "retention.shred"  // there while something was erased and may still be found in the file
)

// EraseTexts implements retention.Store.
func (s *Store) EraseTexts(ctx context.Context, o retention.Order) (step retention.Step, err error) {
	var due, held []int64
	err = s.reading(ctx, func(q querying) error {
		step = retention.Step{}
		due, held, err = textsDue(q, &o, &step)
		return err
	})
	if o.Look {
		step.Cases = len(due)
	}
	if err != nil || o.Look || len(due)+len(held) == 0 {
		return step, err
	}
	err = s.writer.wait(ctx, func(t *transaction) error {
		step.Cases = 0
		last, err := count(t.rows, erasedKey)
		if err != nil {
			return err
		}
		for _, seq := range held {
			if seq > last {
				if err := t.leaveText(seq); err != nil {
					return err
				}
			}
		}
		for _, seq := range due {
			erased, err := t.eraseIfDue(seq, &o)
			if err != nil {
				return err
			}
			if erased {
				step.Cases++
			}
		}
		for _, seqs := range [][]int64{due, held} {
			if n := len(seqs); n > 0 {
				last = max(last, seqs[n-1])
			}
		}
		return t.setCount(erasedKey, last)
	})
	return step, err
}

// textsDue are the next cases to be looked at: those whose texts are to be erased,
// and those that are old enough and keep theirs.
func textsDue(q querying, o *retention.Order, step *retention.Step) (due, held []int64, err error) {
	last, err := count(q, erasedKey)
	if err != nil {
		return nil, nil, err
	}
	cases, err := loadAll(q, selectCase+`WHERE c.seq IN (SELECT seq FROM texts_left WHERE seq > ? UNION SELECT seq FROM cases WHERE seq > ? ORDER BY seq LIMIT ?)
		ORDER BY c.seq`, o.After, max(last, o.After), o.Limit)
	if err != nil {
		return nil, nil, err
	}
	// What was recorded before something old is old, whatever the clock said.
	n := 0
	for i, l := range cases {
		if l.seq <= last || l.Created.Before(o.Before) {
			n = i + 1
		}
	}
	for _, l := range cases[:n] {
		switch why := l.Unsettled(o.Now); {
		case !l.Touched().Before(o.Before):
			held = append(held, l.seq)
		case !why.IsZero():
			held = append(held, l.seq)
			step.Hold(why, l.ID)
		default:
			due = append(due, l.seq)
		}
	}
	if n > 0 && len(cases) == o.Limit {
		step.Next = cases[n-1].seq
	}
	return due, held, nil
}

func (t *transaction) leaveText(seq int64) error {
	_, err := t.exec("INSERT INTO texts_left (seq) VALUES (?) ON CONFLICT DO NOTHING", seq)
	return err
}

// eraseIfDue looks again, under the write lock.
func (t *transaction) eraseIfDue(seq int64, o *retention.Order) (bool, error) {
	l, err := loadSeq(t.rows, seq)
	if errors.Is(err, review.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !l.Touched().Before(o.Before) || !l.Unsettled(o.Now).IsZero() {
		return false, t.leaveText(seq)
	}
	return t.erase(l, o.Erasure())
}

func loadSeq(q querying, seq int64) (*loaded, error) {
	all, err := loadAll(q, selectCase+"WHERE c.seq = ?", seq)
	if err == nil && len(all) == 0 {
		err = review.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// erase erases everything that people wrote in and about the case, wherever it is
// kept. It reports false where there was nothing.
func (t *transaction) erase(l *loaded, how review.Erasure) (bool, error) {
	changed, err := t.eraseEvidence(l.seq)
	if err != nil {
		return false, err
	}
	result, err := t.exec("UPDATE ledger SET said = NULL WHERE case_seq = ? AND said IS NOT NULL", l.seq)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, err
	}
	before := l.Erased
	l.Erase(before)
	desk, err := encodeDesk(&l.Case)
	if err != nil {
		return false, err
	}
	if !changed && n == 0 && string(desk) == string(l.desk) {
		_, err := t.exec("DELETE FROM texts_left WHERE seq = ?", l.seq)
		return false, err
	}
	l.Erased = how
	planned := review.Case{Acts: l.planned}
	planned, _ = planned.Split()
	l.planned = planned.Acts
	t.recent.forget(l.ID)
	if err := l.save(t); err != nil {
		return false, err
	}
	for _, query := range []string{"DELETE FROM case_texts WHERE rowid = ?", "DELETE FROM texts_left WHERE seq = ?"} {
		if _, err := t.exec(query, l.seq); err != nil {
			return false, err
		}
	}
	if err := t.setCount(shredKey, 1); err != nil {
		return false, err
	}
	return true, t.appendEntries(&l.seq, []ledger.Entry{{
		At: how.At, Kind: ledger.Redacted, Actor: how.By, Case: l.ID, Ground: how.Ground,
		Chat: review.ChatKey(l.Event.Adapter, l.Event.Chat), Member: l.Event.Author.ID,
	}})
}

// eraseEvidence leaves the digest of the texts in their place.
func (t *transaction) eraseEvidence(seq int64) (changed bool, err error) {
	var said []byte
	if err := t.row("SELECT said FROM evidence WHERE seq = ?", []any{seq}, &said); err != nil || said == nil {
		return false, err
	}
	gone, err := sumOf(said)
	if err != nil {
		return false, err
	}
	_, err = t.exec("UPDATE evidence SET said = NULL, gone = ? WHERE seq = ?", gone[:], seq)
	return true, err
}

// UnsettledError is the error of an erasure that has to wait.
type UnsettledError struct {
	Case string
	Why  lang.Text
}

// Error names the case and the reason.
func (e *UnsettledError) Error() string {
	return fmt.Sprintf("case %s is not settled: %s / 案件尚未了结：%s", e.Case, e.Why.En, e.Why.Zh)
}

// EraseCase erases what people wrote in and about the case with that id, or with the
// only id that begins with it, whatever its age. It reports false where there was
// nothing to erase. A case that is not settled is an *UnsettledError: without its texts
// nobody could decide it.
func (s *Store) EraseCase(ctx context.Context, id string, how review.Erasure) (erased bool, err error) {
	var refused error
	err = s.writer.wait(ctx, func(t *transaction) error {
		erased, refused = false, nil
		l, err := find(ctx, t.rows, id)
		if errors.Is(err, review.ErrNotFound) || errors.Is(err, review.ErrAmbiguous) {
			refused = err
			return nil
		}
		if err != nil {
			return err
		}
		if why := l.Unsettled(how.At); !why.IsZero() {
			refused = &UnsettledError{l.ID, why}
			return nil
		}
		erased, err = t.erase(l, how)
		return err
	})
	return erased, errors.Join(err, refused)
}

// CasesOf are the ids of the cases about a member of a connection, the oldest first.
func (s *Store) CasesOf(ctx context.Context, adapter, member string) (ids []string, err error) {
	args := []any{member, adapter}
	condition := reachable(review.ReachOf(ctx), "chat", &args)
	err = s.reading(ctx, func(q querying) error {
		rows, err := q("SELECT id FROM cases WHERE member = ? AND adapter = ?"+condition+" ORDER BY seq", args...)
		return each(rows, err, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	return ids, err
}

func count(q querying, key string) (n int64, err error) {
	rows, err := q("SELECT value FROM states WHERE key = ?", key)
	err = each(rows, err, func(rows *sql.Rows) error {
		var value sql.RawBytes
		if err := rows.Scan(&value); err != nil {
			return err
		}
		n, err = strconv.ParseInt(string(value), 10, 64)
		return err
	})
	return n, err
}

func (t *transaction) setCount(key string, n int64) error {
	return t.setState(key, strconv.AppendInt(nil, n, 10))
}

func (t *transaction) setState(key string, value []byte) error {
	_, err := t.exec("INSERT INTO states (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value", key, value)
	return err
}

// keptBy is why the case stays, zero where it goes.
func (l *loaded) keptBy(o *retention.Order, newest int64) lang.Text {
	switch why := l.Needed(o.Now); {
	case !l.Touched().Before(o.Before):
		return lang.T("近期仍有处理", "it was dealt with lately")
	case l.seq == newest:
		return lang.T("最新的案件总是保留", "the newest case always stays")
	default:
		return why
	}
}
