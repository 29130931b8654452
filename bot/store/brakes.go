package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/review"
)

var (
	_ brake.Book     = (*Store)(nil)
	_ brake.Holdings = (*Store)(nil)
)

const putBrake = `INSERT INTO brakes (id, kind, scope, at, until, why, lifted_by) VALUES (?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (id) DO UPDATE SET until = excluded.until`

// PutBrake implements brake.Book.
func (s *Store) PutBrake(ctx context.Context, b brake.Brake, entries ...ledger.Entry) error {
	why, err := ledger.Canonical(&b.Why)
	if err != nil {
		return err
	}
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	return s.writer.wait(ctx, func(t *transaction) error {
		if _, err := t.exec(putBrake, b.ID, string(b.Kind), b.Scope, nanos(b.At), nanos(b.Until), why, b.LiftedBy); err != nil {
			return err
		}
		return t.append(nil, drafts)
	})
}

const selectBrakes = `SELECT b.id, b.kind, b.scope, b.at, b.until, b.why, b.lifted_by, COALESCE(h.n, 0)
	FROM brakes b LEFT JOIN (SELECT brake, COUNT(*) AS n FROM brake_holds GROUP BY brake) h ON h.brake = b.id
	WHERE b.until > ? OR h.n > 0 ORDER BY b.at DESC, b.id`

// Brakes implements brake.Book. Who reaches some chats only sees the brakes of
// those, and none that spans chats.
func (s *Store) Brakes(ctx context.Context, now time.Time) (all []brake.Standing, err error) {
	rows, err := s.readers.QueryContext(ctx, selectBrakes, nanos(now))
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			b         brake.Standing
			at, until int64
			why       []byte
		)
		if err := rows.Scan(&b.ID, &b.Kind, &b.Scope, &at, &until, &why, &b.LiftedBy, &b.Holds); err != nil {
			return err
		}
		if !reaches(ctx, b.Kind, b.Scope) {
			return nil
		}
		b.At, b.Until = timeOf(at), timeOf(until)
		all = append(all, b)
		return ledger.Decode(why, &all[len(all)-1].Why)
	})
	return all, err
}

// Held implements brake.Holdings.
func (s *Store) Held(ctx context.Context, id string) (cases []string, err error) {
	rows, err := s.readers.QueryContext(ctx, "SELECT c.id, c.chat FROM brake_holds h JOIN cases c ON c.seq = h.seq WHERE h.brake = ? ORDER BY h.seq", id)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var id, chat string
		err := rows.Scan(&id, &chat)
		if review.ReachOf(ctx).Sees(chat) {
			cases = append(cases, id)
		}
		return err
	})
	return cases, err
}

// reaches reports whether a brake is within the reach in ctx. One that spans chats
// is only for who reaches all of them.
func reaches(ctx context.Context, kind brake.Kind, scope string) bool {
	reach := review.ReachOf(ctx)
	return !reach.Limited || kind != brake.Rule && reach.Sees(scope)
}

// LiftBrake implements brake.Holdings.
func (s *Store) LiftBrake(ctx context.Context, id, by string, entries ...ledger.Entry) error {
	drafts, err := prepareAll(entries)
	if err != nil {
		return err
	}
	missing := false
	err = s.writer.wait(ctx, func(t *transaction) error {
		var kind, scope string
		switch err := t.row("SELECT kind, scope FROM brakes WHERE id = ?", []any{id}, &kind, &scope); {
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case err != nil, !reaches(ctx, brake.Kind(kind), scope):
			missing = true
			return nil
		}
		missing = false
		result, err := t.exec("UPDATE brakes SET lifted_by = ? WHERE id = ? AND lifted_by = ''", by, id)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n == 0 {
			return err // somebody was faster
		}
		return t.append(nil, drafts)
	})
	if err == nil && missing {
		return brake.ErrNone
	}
	return err
}

// braked are the ids of the brakes that hold an act among acts.
func braked(acts []review.Act) (ids []string) {
	for i := range acts {
		if a := &acts[i]; a.Brake != "" && a.State == review.Held && !slices.Contains(ids, a.Brake) {
			ids = append(ids, a.Brake)
		}
	}
	return ids
}

func (t *transaction) holdBy(ids []string, seq int64) error {
	for _, id := range ids {
		if _, err := t.exec("INSERT INTO brake_holds (brake, seq) VALUES (?, ?) ON CONFLICT DO NOTHING", id, seq); err != nil {
			return err
		}
	}
	return nil
}

// saveBrakes notes of which brakes the case is held no longer.
func (l *loaded) saveBrakes(t *transaction) error {
	held := braked(l.Acts)
	for i := range l.Acts {
		id := l.Acts[i].Brake
		if id == "" || slices.Contains(held, id) {
			continue
		}
		if _, err := t.exec("DELETE FROM brake_holds WHERE brake = ? AND seq = ?", id, l.seq); err != nil {
			return err
		}
	}
	return t.holdBy(held, l.seq)
}
