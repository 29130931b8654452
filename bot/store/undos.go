package store

import (
	"context"
	"database/sql"

	"patrol/bot/ledger"
	"patrol/bot/undo"
)

var _ undo.Store = (*Store)(nil)

// PutUndo implements undo.Store.
func (s *Store) PutUndo(ctx context.Context, o undo.Order, entries ...ledger.Entry) error {
	data, err := ledger.Canonical(&o)
	if err != nil {
		return err
	}
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec(`INSERT INTO undos (id, at, finished, data) VALUES (?, ?, ?, ?)
			ON CONFLICT (id) DO UPDATE SET finished = excluded.finished, data = excluded.data`, o.ID, nanos(o.At), nanos(o.Finished), data)
		if err != nil {
			return err
		}
		return t.append(nil, drafts)
	})
}

// Undos implements undo.Store.
func (s *Store) Undos(ctx context.Context, limit int) (all []undo.Order, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT data FROM undos ORDER BY at DESC, id LIMIT ?", limit)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var data []byte
		if err := rows.Scan(&data); err != nil {
			return err
		}
		var o undo.Order
		if err := ledger.Decode(data, &o); err != nil {
			return err
		}
		all = append(all, o)
		return nil
	})
	return all, err
}
