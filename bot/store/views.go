package store

import (
	"context"
	"database/sql"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Views are the views of that reviewer and those that are everybody's, by name:
// the reviewer's own first.
func (s *Store) Views(ctx context.Context, reviewer string) (all []review.View, err error) {
	rows, err := s.readers.QueryContext(ctx, `SELECT v.id, v.owner, v.name, v.query, v.created, h.view IS NOT NULL
		FROM views v LEFT JOIN view_homes h ON h.view = v.id AND h.reviewer = ?
		WHERE v.owner IN (?, '') ORDER BY v.owner = '', v.name`, reviewer, reviewer)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			v       review.View
			created int64
		)
		err := rows.Scan(&v.ID, &v.Owner, &v.Name, &v.Query, &created, &v.Home)
		v.Created = timeOf(created)
		all = append(all, v)
		return err
	})
	return all, err
}

// PutView adds the view, or puts its filter in the place of that of the owner's view
// of the same name, which keeps its id. It writes the entries with it. The error is
// review.ErrView where the owner has review.MaxViews others.
func (s *Store) PutView(ctx context.Context, v review.View, entries ...ledger.Entry) error {
	return s.change(ctx, review.ErrView, entries, `INSERT INTO views (id, owner, name, query, created) SELECT ?, ?, ?, ?, ?
		WHERE (SELECT count(*) FROM views WHERE owner = ? AND name <> ?) < ?
		ON CONFLICT (owner, name) DO UPDATE SET query = excluded.query`,
		v.ID, v.Owner, v.Name, v.Query, nanos(v.Created), v.Owner, v.Name, review.MaxViews)
}

// DeleteView deletes the view of that id and owner, and writes the entries with it:
// review.ErrNoView where there is none. Who began with it begins with the queue.
func (s *Store) DeleteView(ctx context.Context, id, owner string, entries ...ledger.Entry) error {
	if err := s.change(ctx, review.ErrNoView, entries, "DELETE FROM views WHERE id = ? AND owner = ?", id, owner); err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec("DELETE FROM view_homes WHERE view NOT IN (SELECT id FROM views)")
		return err
	})
}

// SetHome makes the view of that id, one of the reviewer's or everybody's, what the
// reviewer begins with: review.ErrNoView where there is none. With "" it is the
// queue again.
func (s *Store) SetHome(ctx context.Context, reviewer, id string) error {
	if id == "" {
		return s.writer.wait(ctx, func(t *transaction) error {
			_, err := t.exec("DELETE FROM view_homes WHERE reviewer = ?", reviewer)
			return err
		})
	}
	return s.change(ctx, review.ErrNoView, nil, `INSERT INTO view_homes (reviewer, view) SELECT ?, id FROM views WHERE id = ? AND owner IN (?, '')
		ON CONFLICT (reviewer) DO UPDATE SET view = excluded.view`, reviewer, id, reviewer)
}

// Count is how many of the cases in reach of ctx f lets through, most at most.
// Alike ones are counted one by one. Where f has a Text, only cases among the
// newest that say it are counted, as in a page of Cases.
func (s *Store) Count(ctx context.Context, f review.Filter, most int) (n int, err error) {
	f.Limit, f.Grouped, f.After = max(most-1, 0), false, ""
	if most <= 0 || !review.ReachOf(ctx).Narrow(&f) {
		return 0, nil
	}
	expression := wanted(f.Text)
	if f.Text != "" && expression == "" {
		return 0, nil
	}
	err = s.reading(ctx, func(q querying) error {
		var places []cursor
		var err error
		if f.Text == "" {
			places, err = search(q, &f, cursor{})
		} else {
			places, _, err = saying(q, &f, expression, cursor{})
		}
		n = min(len(places), most)
		return err
	})
	return n, err
}
