package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"patrol/bot/ledger"
)

// auditTries is how often an audit begins anew because entries were pruned while it
// was on its way.
const auditTries = 5

// Audit checks the whole ledger and the evidence that it vouches for, as
// ledger.Audit says. It reads for long and blocks nobody; what happens meanwhile is
// checked as well.
func (s *Store) Audit(ctx context.Context, known ...ledger.Head) (r ledger.Report, err error) {
	for range auditTries {
		start, err := s.LedgerStart(ctx)
		if err != nil {
			return r, err
		}
		lookup := func(id string) (ledger.Evidence, error) { return s.Evidence(ctx, id) }
		r, err = ledger.Audit(start, s.Entries(ctx, EntryFilter{Pruned: true}), lookup, known...)
		if err == nil {
			err = s.accounted(ctx, r.Head.Seq)
		}
		now, moved := s.LedgerStart(ctx)
		if moved != nil || err == nil || now == start {
			return r, errors.Join(err, moved)
		}
	}
	return r, errors.New("entries were pruned again and again while the ledger was audited")
}

// accounted wants an entry for every case: each is recorded with one.
func (s *Store) accounted(ctx context.Context, last int64) error {
	var id string
	err := s.readers.QueryRowContext(ctx, "SELECT id FROM cases c WHERE NOT EXISTS (SELECT 1 FROM ledger l WHERE l.case_seq = c.seq) LIMIT 1").Scan(&id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil
	case err != nil:
		return s.orClosed(err)
	}
	return &ledger.Broken{Seq: last + 1, Fault: ledger.Missing, Why: fmt.Sprintf("case %s is there, and no entry speaks of it", id)}
}

// LedgerStart is the head before the first entry that is left: the zero Head where
// nothing was pruned.
func (s *Store) LedgerStart(ctx context.Context) (start ledger.Head, err error) {
	err = s.reading(ctx, func(q querying) error {
		start, err = ledgerStart(q)
		return err
	})
	return start, err
}

// Evidence is what is there of the case with that whole id, for ledger.Audit.
func (s *Store) Evidence(ctx context.Context, id string) (e ledger.Evidence, err error) {
	err = s.reading(ctx, func(q querying) error {
		e = ledger.Evidence{}
		rows, err := q(`SELECT e.data, e.said, e.gone, coalesce((SELECT min(l.seq) FROM ledger l WHERE l.case_seq = c.seq AND l.said IS NOT NULL), 0)
			FROM cases c JOIN evidence e ON e.seq = c.seq WHERE c.id = ?`, id)
		return each(rows, err, func(rows *sql.Rows) error {
			var recorded, said, gone sql.RawBytes
			if err := rows.Scan(&recorded, &said, &gone, &e.Spoken); err != nil {
				return err
			}
			e.There = true
			if e.Recorded, err = sumOf(recorded); err != nil {
				return err
			}
			if said == nil {
				e.Erased = true
				copy(e.Said[:], gone)
				return nil
			}
			e.Said, err = sumOf(said)
			return err
		})
	})
	return e, err
}
