package store

import (
	"context"
	"database/sql"

	"patrol/bot/review"
	"patrol/bot/stats"
)

const addTally = `INSERT INTO tallies (chat, day, what, name, n) VALUES (?, ?, ?, ?, ?)
	ON CONFLICT (chat, day, what, name) DO UPDATE SET n = n + excluded.n`

// AddCounts queues counts that are added to what was counted before, and returns; it
// waits only while the queue is full. done is called from the writer after the
// commit, or with the reason why nothing was added: then the caller has them still.
// An error means that nothing was queued and done will not be called.
func (s *Store) AddCounts(ctx context.Context, tallies []stats.Tally, done func(error)) error {
	type key struct {
		day  string
		what stats.What
		name string
	}
	together := map[key]int64{}
	for _, t := range tallies {
		together[key{t.Day, t.What, t.Name}] += t.N
	}
	write := func(t *transaction) error {
		for _, one := range tallies {
			if _, err := t.exec(addTally, one.Chat, one.Day, string(one.What), one.Name, one.N); err != nil {
				return err
			}
		}
		for k, n := range together {
			if _, err := t.exec(addTally, "", k.day, string(k.what), k.name, n); err != nil {
				return err
			}
		}
		return nil
	}
	return s.writer.queue(ctx, job{write: write, done: done})
}

// ForgetCounts deletes the counts of days before that one (stats.DayForm).
func (s *Store) ForgetCounts(ctx context.Context, day string) error {
	return s.writer.wait(ctx, func(t *transaction) error {
		_, err := t.exec("DELETE FROM tallies WHERE day < ?", day)
		return err
	})
}

var _ stats.Source = (*Store)(nil)

// Tallies implements stats.Source.
func (s *Store) Tallies(ctx context.Context, r stats.Range) (all []stats.Tally, err error) {
	args := []any{r.From, r.To}
	where := " AND chat = ''"
	if reach := review.ReachOf(ctx); reach.Limited {
		where = reachable(reach, "chat", &args)
	}
	rows, err := s.readers.QueryContext(ctx, "SELECT day, what, name, SUM(n) FROM tallies WHERE day >= ? AND day <= ?"+where+" GROUP BY day, what, name ORDER BY day, what, name", args...)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var t stats.Tally
		err := rows.Scan(&t.Day, &t.What, &t.Name, &t.N)
		all = append(all, t)
		return err
	})
	return all, err
}

// Busiest implements stats.Source.
func (s *Store) Busiest(ctx context.Context, r stats.Range, most int) (all []stats.Tally, err error) {
	args := []any{r.From, r.To}
	reach := review.ReachOf(ctx)
	where, along := reachable(reach, "chat", &args), " INDEXED BY tallies_busy"
	if reach.Limited {
		along = "" // chat by chat
	}
	args = append(args, most, r.From, r.To)
	rows, err := s.readers.QueryContext(ctx, `WITH busy AS (
			SELECT chat, SUM(n) AS said FROM tallies`+along+`
			WHERE what = 'messages' AND chat <> '' AND day >= ? AND day <= ?`+where+` GROUP BY chat ORDER BY said DESC, chat LIMIT ?)
		SELECT t.chat, t.what, t.name, SUM(t.n) FROM busy b JOIN tallies t ON t.chat = b.chat AND t.day >= ? AND t.day <= ?
		GROUP BY b.said, t.chat, t.what, t.name ORDER BY b.said DESC, t.chat, t.what, t.name`, args...)
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var t stats.Tally
		err := rows.Scan(&t.Chat, &t.What, &t.Name, &t.N)
		all = append(all, t)
		return err
	})
	return all, err
}
