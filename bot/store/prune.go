package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
)

// Prune implements retention.Store. A place is the number of an entry; once those
// are through, the place of a case that was passed over, below 0.
func (s *Store) Prune(ctx context.Context, o retention.Order) (step retention.Step, err error) {
	var p pruning
	err = s.reading(ctx, func(q querying) error {
		step, p = retention.Step{}, pruning{order: o}
		if o.After >= 0 {
			return p.entries(q, &step)
		}
		return p.passedOver(q, &step)
	})
	if o.Look {
		step.Entries += len(p.numbers)
	}
	if err != nil || o.Look || p.upto == 0 && len(p.cases) == 0 {
		return step, err
	}
	err = s.writer.wait(ctx, func(t *transaction) error {
		step.Cases, step.Entries, err = p.write(t)
		return err
	})
	return step, err
}

// pruning is one step of it.
type pruning struct {
	order   retention.Order
	upto    int64   // the last entry looked at; 0 where none was
	numbers []int64 // entries that go
	cases   []int64 // cases that go, by seq
	stay    []int64 // cases that stay
}

// oldEntry is an entry, as far as pruning has to know it.
type oldEntry struct {
	seq  int64
	kase sql.NullInt64
	body []byte

	first bool // it says that the case was recorded
}

// entries looks at the next entries.
func (p *pruning) entries(q querying, step *retention.Step) error {
	last, err := count(q, prunedKey)
	if err != nil {
		return err
	}
	var found []oldEntry
	rows, err := q("SELECT seq, case_seq, body FROM ledger WHERE seq > ? AND digest IS NULL ORDER BY seq LIMIT ?", max(last, p.order.After), p.order.Limit)
	err = each(rows, err, func(rows *sql.Rows) error {
		var e oldEntry
		err := rows.Scan(&e.seq, &e.kase, &e.body)
		found = append(found, e)
		return err
	})
	if err != nil {
		return err
	}
	// What stands before something old is old, whatever its clock said.
	n := 0
	for i := range found {
		var e struct {
			At   time.Time   `json:"at"`
			Kind ledger.Kind `json:"kind"`
		}
		if err := json.Unmarshal(found[i].body, &e); err != nil {
			break // auditing names it; it is not made to go
		}
		found[i].first = e.Kind == ledger.Decided
		if e.At.Before(p.order.Before) {
			n = i + 1
		}
	}
	old := found[:n]
	for i := range old {
		if err := p.look(q, &old[i], step); err != nil {
			return err
		}
	}
	step.Next = firstPassedOver
	if n > 0 && len(found) == p.order.Limit {
		step.Next = p.upto
	}
	return nil
}

// look decides about one entry, and about its case where that was not looked at yet.
func (p *pruning) look(q querying, e *oldEntry, step *retention.Step) error {
	p.upto = e.seq
	seq := e.kase.Int64
	if e.kase.Valid && !slices.Contains(p.cases, seq) && !slices.Contains(p.stay, seq) {
		told := step
		if !p.order.Look || !e.first {
			told = nil // it is told when those that were passed over are looked at, or was before
		}
		goes, err := p.decide(q, seq, told)
		if err != nil {
			return err
		}
		if goes {
			p.cases = append(p.cases, seq)
		}
	}
	if !e.kase.Valid || !slices.Contains(p.stay, seq) {
		p.numbers = append(p.numbers, e.seq)
	}
	return nil
}

// decide reports whether there is such a case and it goes.
func (p *pruning) decide(q querying, seq int64, step *retention.Step) (goes bool, err error) {
	l, err := loadSeq(q, seq)
	if errors.Is(err, review.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	newest, err := newestCase(q)
	if err != nil {
		return false, err
	}
	why := l.keptBy(&p.order, newest)
	switch {
	case !why.IsZero():
		p.stay = append(p.stay, seq)
		if step != nil {
			step.Hold(why, l.ID)
		}
	case step != nil && p.order.Look:
		step.Cases++
	}
	return why.IsZero(), nil
}

func newestCase(q querying) (seq int64, err error) {
	rows, err := q("SELECT coalesce(max(seq), 0) FROM cases")
	err = each(rows, err, func(rows *sql.Rows) error { return rows.Scan(&seq) })
	return seq, err
}

// firstPassedOver is the place before the first case that was passed over.
const firstPassedOver = -1

// passedOver looks at the next cases that an earlier step has passed over.
func (p *pruning) passedOver(q querying, step *retention.Step) error {
	var seqs []int64
	rows, err := q("SELECT seq FROM cases_left WHERE seq >= ? ORDER BY seq LIMIT ?", -p.order.After, p.order.Limit)
	err = each(rows, err, func(rows *sql.Rows) error {
		var seq int64
		err := rows.Scan(&seq)
		seqs = append(seqs, seq)
		return err
	})
	if err != nil {
		return err
	}
	for _, seq := range seqs {
		goes, err := p.decide(q, seq, step)
		if err != nil {
			return err
		}
		if goes {
			p.cases = append(p.cases, seq)
		}
	}
	if len(seqs) == p.order.Limit {
		step.Next = -(seqs[len(seqs)-1] + 1)
	}
	return nil
}

// write lets go of what was found, after another look, and says so in the ledger.
func (p *pruning) write(t *transaction) (cases, entries int, err error) {
	last, err := count(t.rows, prunedKey)
	if err != nil {
		return 0, 0, err
	}
	if p.order.After >= 0 && last >= p.upto {
		return 0, 0, nil // another process was faster
	}
	upto := max(last, p.upto)
	w := pruning{order: p.order, stay: p.stay}
	for _, seq := range p.cases {
		goes, err := w.decide(t.rows, seq, nil)
		if err != nil {
			return 0, 0, err
		}
		if goes {
			w.cases = append(w.cases, seq)
		}
	}
	for _, seq := range w.stay {
		if _, err := t.exec("INSERT INTO cases_left (seq) VALUES (?) ON CONFLICT DO NOTHING", seq); err != nil {
			return 0, 0, err
		}
	}
	for _, seq := range w.cases {
		if err := t.deleteCase(seq); err != nil {
			return 0, 0, err
		}
		// Those among the entries of this step come below, and the later ones once they
		// are looked at: by then their case is not there any more.
		n, err := t.hollowOut("case_seq = ? AND seq <= ?", seq, last)
		if err != nil {
			return 0, 0, err
		}
		entries += n
	}
	for _, seq := range p.numbers {
		n, err := t.hollowOut("seq = ? AND (case_seq IS NULL OR case_seq NOT IN (SELECT seq FROM cases_left))", seq)
		if err != nil {
			return 0, 0, err
		}
		entries += n
	}
	if err := t.setCount(prunedKey, upto); err != nil {
		return 0, 0, err
	}
	if err := t.forgetOld(p.order.Before); err != nil || entries == 0 {
		return len(w.cases), 0, err
	}
	start, err := t.dropFront(upto)
	if err != nil {
		return 0, 0, err
	}
	if err := t.setCount(shredKey, 1); err != nil {
		return 0, 0, err
	}
	return len(w.cases), entries, t.appendEntries(nil, []ledger.Entry{{
		At: p.order.Now, Kind: ledger.Pruned, Actor: p.order.By, Pruned: &ledger.Pruning{
			Before: p.order.Before.UTC(), Period: p.order.Period, Upto: upto, Entries: int64(entries), Cases: int64(len(w.cases)), Start: start,
		},
	}})
}

// hollowOut leaves of the entries that meet the condition nothing but the digests of
// their bodies.
func (t *transaction) hollowOut(condition string, args ...any) (n int, err error) {
	type body struct {
		seq  int64
		data []byte
	}
	var all []body
	rows, err := t.rows("SELECT seq, body FROM ledger WHERE digest IS NULL AND "+condition, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var b body
		err := rows.Scan(&b.seq, &b.data)
		all = append(all, b)
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, b := range all {
		digest := ledger.Sum(b.data)
		if _, err := t.exec("UPDATE ledger SET case_seq = NULL, body = x'', said = NULL, digest = ? WHERE seq = ?", digest[:], b.seq); err != nil {
			return 0, err
		}
	}
	return len(all), nil
}

// dropFront deletes the hollow entries before the first that is whole, and returns
// where the chain begins then.
func (t *transaction) dropFront(upto int64) (start ledger.Head, err error) {
	if start, err = ledgerStart(t.rows); err != nil {
		return start, err
	}
	var whole sql.NullInt64
	if err := t.row("SELECT min(seq) FROM (SELECT seq FROM ledger WHERE digest IS NULL ORDER BY seq LIMIT 1)", nil, &whole); err != nil {
		return start, err
	}
	last := upto
	if whole.Valid {
		last = min(last, whole.Int64-1)
	}
	if last <= start.Seq {
		return start, nil
	}
	var hash []byte
	if err := t.row("SELECT hash FROM ledger WHERE seq = ?", []any{last}, &hash); err != nil {
		return start, err
	}
	start.Seq = last
	if err := setHash(&start.Hash, hash, last); err != nil {
		return start, err
	}
	if _, err := t.exec("DELETE FROM ledger WHERE seq <= ?", last); err != nil {
		return start, err
	}
	data, err := json.Marshal(start)
	if err != nil {
		return start, err
	}
	return start, t.setState(startKey, data)
}

func ledgerStart(q querying) (start ledger.Head, err error) {
	rows, err := q("SELECT value FROM states WHERE key = ?", startKey)
	err = each(rows, err, func(rows *sql.Rows) error {
		var value sql.RawBytes
		if err := rows.Scan(&value); err != nil {
			return err
		}
		return json.Unmarshal(value, &start)
	})
	return start, err
}

// forgetOld deletes what is about no case, or about none that was made.
func (t *transaction) forgetOld(before time.Time) error {
	for _, query := range []string{
		"DELETE FROM brakes WHERE until < ? AND id NOT IN (SELECT brake FROM brake_holds)",
		"DELETE FROM undos WHERE finished <> 0 AND at < ?",
		"DELETE FROM reports WHERE at < ? AND case_id NOT IN (SELECT id FROM cases)",
	} {
		if _, err := t.exec(query, nanos(before)); err != nil {
			return err
		}
	}
	return nil
}

// deleteCase deletes a case and everything that is about it alone, its ledger entries
// excepted.
func (t *transaction) deleteCase(seq int64) error {
	l, err := loadSeq(t.rows, seq)
	if err != nil {
		return err
	}
	t.recent.forget(l.ID)
	for i := range l.Verdict.Hits {
		if _, err := t.exec("DELETE FROM case_rules WHERE rule = ? AND created = ? AND seq = ?", l.Verdict.Hits[i].Rule, nanos(l.Created), seq); err != nil {
			return err
		}
	}
	chat := review.ChatKey(l.Event.Adapter, l.Event.Chat)
	if _, err := t.exec("DELETE FROM strikes WHERE chat = ? AND member = ? AND case_id = ?", chat, l.Event.Author.ID, l.ID); err != nil {
		return err
	}
	if _, err := t.exec("DELETE FROM reports WHERE case_id = ?", l.ID); err != nil {
		return err
	}
	for _, query := range []string{
		"DELETE FROM case_texts WHERE rowid = ?", "DELETE FROM evidence WHERE seq = ?", "DELETE FROM acts WHERE seq = ?", deleteVerdicts,
		"DELETE FROM decisions WHERE seq = ?", "DELETE FROM samples WHERE seq = ?",
		"DELETE FROM texts_left WHERE seq = ?", "DELETE FROM cases_left WHERE seq = ?", "DELETE FROM cases WHERE seq = ?",
	} {
		if _, err := t.exec(query, seq); err != nil {
			return err
		}
	}
	return nil
}
