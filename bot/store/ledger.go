package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Append writes entries that belong to no case: the brake, a reload, accounts.
func (s *Store) Append(ctx context.Context, entries ...ledger.Entry) error {
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error { return t.append(nil, drafts) })
}

func prepareAll(entries []ledger.Entry) ([]ledger.Draft, error) {
	drafts := make([]ledger.Draft, len(entries))
	for i, e := range entries {
		var err error
		if drafts[i], err = ledger.Prepare(e); err != nil {
			return nil, err
		}
	}
	return drafts, nil
}

func (t *transaction) appendEntries(seq *int64, entries []ledger.Entry) error {
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return t.append(seq, drafts)
}

const selectHead = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"

// append numbers and chains drafts. The head is read once in each transaction,
// under the write lock: another process may have moved it since the last one.
func (t *transaction) append(caseSeq *int64, drafts []ledger.Draft) error {
	if len(drafts) == 0 {
		return nil
	}
	if !t.headKnown {
		var err error
		if t.head, err = head(t.rows); err != nil {
			return err
		}
		t.headKnown = true
	}
	for _, d := range drafts {
		record, next := t.head.Append(d)
		if err := t.later(lateEntries, record.Seq, caseSeq, record.Body, record.Said, record.Hash[:]); err != nil {
			return err
		}
		t.head = next
	}
	return nil
}

func head(q querying) (h ledger.Head, err error) {
	rows, err := q(selectHead)
	err = each(rows, err, func(rows *sql.Rows) error {
		var hash sql.RawBytes
		if err := rows.Scan(&h.Seq, &hash); err != nil {
			return err
		}
		return setHash(&h.Hash, hash, h.Seq)
	})
	return h, err
}

func setHash(h *ledger.Hash, stored []byte, seq int64) error {
	if len(stored) != len(h) {
		return fmt.Errorf("the hash of entry %d has %d bytes", seq, len(stored))
	}
	copy(h[:], stored)
	return nil
}

// Head is the present end of the chain.
func (s *Store) Head(ctx context.Context) (h ledger.Head, err error) {
	err = s.reading(ctx, func(q querying) error {
		h, err = head(q)
		return err
	})
	return h, err
}

// EntryFilter says which ledger entries are wanted. Zero fields let everything
// through.
type EntryFilter struct {
	From   int64  // Seq, this one included
	To     int64  // Seq, this one included; to the end where 0
	Case   string // the whole id of a case
	Pruned bool   // also those whose bodies were pruned
	Limit  int    // how many at most; all where 0
}

// entriesAtOnce is how many entries are read in one go.
const entriesAtOnce = 1000

// Entries are the entries that f lets through, by Seq; where the reach of ctx is
// limited, those about cases in reach. It ends after the first error. The file is
// free for others between the steps.
func (s *Store) Entries(ctx context.Context, f EntryFilter) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		left := f.Limit
		for from := f.From; ; {
			chunk := entriesAtOnce
			if f.Limit > 0 {
				chunk = min(chunk, left)
			}
			var records []ledger.Record
			err := s.reading(ctx, func(q querying) (err error) {
				records, err = entries(q, EntryFilter{From: from, To: f.To, Case: f.Case, Pruned: f.Pruned, Limit: chunk}, review.ReachOf(ctx))
				return err
			})
			if err != nil {
				yield(ledger.Record{}, err)
				return
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
			left -= len(records)
			if len(records) == 0 || f.Limit > 0 && left == 0 {
				return
			}
			from = records[len(records)-1].Seq + 1
		}
	}
}

func entries(q querying, f EntryFilter, reach review.Reach) (records []ledger.Record, err error) {
	query, args := "SELECT seq, body, said, hash, digest FROM ledger WHERE seq >= ?", []any{f.From}
	if f.To > 0 {
		query, args = query+" AND seq <= ?", append(args, f.To)
	}
	if f.Case != "" {
		query, args = query+" AND case_seq = (SELECT seq FROM cases WHERE id = ?)", append(args, f.Case)
	}
	if condition := reachable(reach, "c.chat", &args); condition != "" {
		query += " AND EXISTS (SELECT 1 FROM cases c WHERE c.seq = case_seq" + condition + ")"
	}
	if !f.Pruned {
		query += " AND digest IS NULL"
	}
	rows, err := q(query+" ORDER BY seq LIMIT ?", append(args, f.Limit)...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			r            ledger.Record
			hash, digest sql.RawBytes
		)
		if err := rows.Scan(&r.Seq, &r.Body, &r.Said, &hash, &digest); err != nil {
			return err
		}
		// A hash of the wrong length was tampered with: it stays zero, and verifying
		// names the entry.
		_ = setHash(&r.Hash, hash, r.Seq)
		_ = setHash(&r.Digest, digest, r.Seq)
		records = append(records, r)
		return nil
	})
	return records, err
}

// Bundle is the evidence bundle of the case with that id, or with the only id that
// begins with it, over the ledger as it is now. Of other cases it shows digests.
func (s *Store) Bundle(ctx context.Context, id string, made time.Time) (*ledger.Bundle, error) {
	var b *ledger.Bundle
	err := s.reading(ctx, func(q querying) error {
		l, err := find(ctx, q, id)
		if err != nil {
			return err
		}
		m := ledger.Material{Case: l.ID, Made: made}
		if err := evidence(q, l.seq, &m); err != nil {
			return err
		}
		if m.Standing, err = ledger.Canonical(&l.Case); err != nil {
			return err
		}
		if m.Before, m.Records, err = sinceFirst(q, id); err != nil {
			return err
		}
		b, err = ledger.NewBundle(m)
		return err
	})
	return b, err
}

func evidence(q querying, seq int64, m *ledger.Material) error {
	rows, err := q("SELECT data, said, gone FROM evidence WHERE seq = ?", seq)
	return each(rows, err, func(rows *sql.Rows) error {
		var gone sql.RawBytes
		if err := rows.Scan(&m.Recorded, &m.Said, &gone); err != nil {
			return err
		}
		copy(m.Gone[:], gone)
		if m.Recorded, err = unpack(m.Recorded); err != nil {
			return err
		}
		m.Said, err = unpack(m.Said)
		return err
	})
}

// sinceFirst is every record from the first about the case on, and the head before
// it.
func sinceFirst(q querying, id string) (ledger.Head, iter.Seq2[ledger.Record, error], error) {
	first, err := entries(q, EntryFilter{Case: id, Limit: 1}, review.Reach{})
	if err != nil {
		return ledger.Head{}, nil, err
	}
	if len(first) == 0 {
		return ledger.Head{}, nil, errors.New("the ledger has no entry about the case")
	}
	h, err := ledgerStart(q)
	if err != nil {
		return ledger.Head{}, nil, err
	}
	before, err := entries(q, EntryFilter{From: first[0].Seq - 1, Pruned: true, Limit: 1}, review.Reach{})
	if err != nil {
		return ledger.Head{}, nil, err
	}
	if before[0].Seq < first[0].Seq {
		h = ledger.Head{Seq: before[0].Seq, Hash: before[0].Hash}
	}
	return h, func(yield func(ledger.Record, error) bool) {
		for from := first[0].Seq; ; {
			records, err := entries(q, EntryFilter{From: from, Pruned: true, Limit: entriesAtOnce}, review.Reach{})
			if err != nil {
				yield(ledger.Record{}, err)
				return
			}
			for _, r := range records {
				if !yield(r, nil) {
					return
				}
			}
			if len(records) < entriesAtOnce {
				return
			}
			from = records[len(records)-1].Seq + 1
		}
	}, nil
}
