package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"patrol/bot/ledger"
	"patrol/bot/report"
	"patrol/bot/review"
)

var _ report.Store = (*Store)(nil)

// Reporter implements report.Store.
func (s *Store) Reporter(ctx context.Context, reporter string) (r report.Record, err error) {
	err = s.readers.QueryRowContext(ctx, `SELECT
			COALESCE(SUM(CASE WHEN c.state = 'upheld' THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN c.state = 'overturned' THEN 1 ELSE 0 END), 0)
		FROM reports r JOIN cases c ON c.id = r.case_id WHERE r.reporter = ?`, reporter).Scan(&r.Upheld, &r.Overturned)
	return r, s.orClosed(err)
}

// PutReport implements report.Store.
func (s *Store) PutReport(ctx context.Context, f report.Filing) (all review.Reports, fresh bool, err error) {
	entry := ledger.Entry{
		At: f.Draft.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: f.Draft.ID, Chat: f.Chat, Member: f.Draft.Event.Author.ID,
	}
	r, err := prepare(f.Draft, []ledger.Entry{entry})
	if err != nil {
		return all, false, fmt.Errorf("report of case %s: %w", f.Case, err)
	}
	err = s.writer.wait(ctx, func(t *transaction) (err error) {
		all, fresh, err = t.report(&f, r)
		return err
	})
	return all, fresh, err
}

func (t *transaction) report(f *report.Filing, r *recording) (all review.Reports, fresh bool, err error) {
	result, err := t.exec("INSERT INTO reports (case_id, reporter, chat, at, weight) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		f.Case, f.Reporter, f.Chat, nanos(f.At), f.Weight)
	if err != nil {
		return all, false, err
	}
	n, err := result.RowsAffected()
	if err != nil {
		return all, false, err
	}
	var last int64
	err = t.row("SELECT COUNT(*), COALESCE(SUM(weight), 0), COALESCE(MAX(at), 0) FROM reports WHERE case_id = ?", []any{f.Case}, &all.Count, &all.Weight, &last)
	all.Last = timeOf(last)
	if err != nil || n == 0 {
		return all, false, err
	}
	t.recent.forget(f.Case) // changed here, past what is remembered of it
	l, err := load(t.rows, f.Case)
	if errors.Is(err, review.ErrNotFound) {
		if all.Weight < f.Least {
			return all, true, nil
		}
		if err := r.write(t); err != nil {
			return all, true, err
		}
		t.recent.forget(f.Case)
		l, err = load(t.rows, f.Case)
	}
	if err != nil {
		return all, true, err
	}
	entries := l.HearReports(all, f.Due(all))
	if err := l.save(t); err != nil {
		return all, true, err
	}
	return all, true, t.appendEntries(&l.seq, entries)
}

// Reports implements report.Store.
func (s *Store) Reports(ctx context.Context, caseID string) (all []report.Report, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT case_id, reporter, chat, at, weight FROM reports WHERE case_id = ? ORDER BY at, reporter", caseID)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			r  report.Report
			at int64
		)
		err := rows.Scan(&r.Case, &r.Reporter, &r.Chat, &at, &r.Weight)
		r.At = timeOf(at)
		all = append(all, r)
		return err
	})
	return all, err
}

var _ report.Journal = (*Store)(nil)

// KeepReport implements report.Journal.
func (s *Store) KeepReport(ctx context.Context, key string, data []byte) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec("INSERT INTO kept_reports (key, data) VALUES (?, ?) ON CONFLICT DO NOTHING", key, data)
		return err
	})
}

// KeptReports implements report.Journal.
func (s *Store) KeptReports(ctx context.Context) (map[string][]byte, error) {
	kept := map[string][]byte{}
	rows, err := s.readers.QueryContext(ctx, "SELECT key, data FROM kept_reports")
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			key  string
			data []byte
		)
		err := rows.Scan(&key, &data)
		kept[key] = data
		return err
	})
	return kept, err
}

// DropReport implements report.Journal.
func (s *Store) DropReport(ctx context.Context, key string) error {
	return s.delete(ctx, "DELETE FROM kept_reports WHERE key = ?", key)
}
