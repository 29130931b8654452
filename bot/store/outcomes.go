package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules/score"
)

// Outcomes implements stats.Source.
func (s *Store) Outcomes(ctx context.Context, r stats.Range) (o stats.Outcomes, err error) {
	reach := review.ReachOf(ctx)
	err = s.reading(ctx, func(q querying) (err error) {
		if o.Verdicts, err = verdicts(q, reach, r.Since, r.Until); err != nil {
			return err
		}
		if o.Decisions, err = decisions(q, reach, r); err != nil {
			return err
		}
		if o.Waiting, err = waits(q, reach); err != nil {
			return err
		}
		if o.Samples, err = samples(q, reach, r); err != nil {
			return err
		}
		o.Pairs, err = pairs(q, reach, r)
		return err
	})
	return o, err
}

func decisions(q querying, reach review.Reach, r stats.Range) (all []stats.Decision, err error) {
	args := []any{nanos(r.Since), nanos(r.Until)}
	where := reachable(reach, "chat", &args)
	rows, err := q("SELECT chat, rule, upheld, asked, due, decided, chance, sampled FROM decisions WHERE decided >= ? AND decided < ?"+where+" ORDER BY decided DESC LIMIT ?", append(args, stats.MostDecisions)...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			d                   stats.Decision
			asked, due, decided int64
		)
		err := rows.Scan(&d.Chat, &d.Rule, &d.Upheld, &asked, &due, &decided, &d.Chance, &d.Sampled)
		d.Asked, d.Due, d.Decided = timeOf(asked), timeOf(due), timeOf(decided)
		all = append(all, d)
		return err
	})
	slices.Reverse(all)
	return all, err
}

// waits are the cases that wait; since when is taken to be since they were recorded.
func waits(q querying, reach review.Reach) (all []stats.Decision, err error) {
	var args []any
	where := reachable(reach, "w.chat", &args)
	rows, err := q("SELECT w.chat, c.created, w.due FROM waiting w JOIN cases c ON c.seq = w.seq WHERE TRUE"+where+" LIMIT ?", append(args, stats.MostDecisions)...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			d          stats.Decision
			asked, due int64
		)
		err := rows.Scan(&d.Chat, &asked, &due)
		d.Asked, d.Due = timeOf(asked), timeOf(due)
		all = append(all, d)
		return err
	})
	return all, err
}

const selectSamples = `SELECT of, COUNT(*), SUM(1 / chance), COUNT(upheld), COALESCE(SUM(upheld), 0),
		COALESCE(SUM((upheld IS NOT NULL) / chance), 0), COALESCE(SUM((upheld IS NOT NULL) / (chance * chance)), 0),
		COALESCE(SUM(upheld / chance), 0), COALESCE(SUM(upheld / (chance * chance)), 0)
	FROM samples WHERE drawn >= ? AND drawn < ?`

const selectMost = `SELECT of, MAX(n) FROM (SELECT of, COUNT(*) AS n FROM samples WHERE drawn >= ? AND drawn < ?%s GROUP BY of, (drawn - ?) / 86400000000000) GROUP BY of ORDER BY of`

func samples(q querying, reach review.Reach, r stats.Range) (all []stats.Samples, err error) {
	args := []any{nanos(r.Since), nanos(r.Until)}
	where := reachable(reach, "chat", &args)
	rows, err := q(selectSamples+where+" GROUP BY of ORDER BY of", args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var one stats.Samples
		n := &one.Right
		err := rows.Scan(&one.Of, &one.Drawn, &one.Units, &n.N, &n.K, &n.W, &n.WW, &n.Y, &n.YY)
		all = append(all, one)
		return err
	})
	if err != nil {
		return nil, err
	}
	n := 0
	rows, err = q(fmt.Sprintf(selectMost, where), append(args, args[0])...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var of review.Frame
		err := rows.Scan(&of, &all[n].Most)
		n++
		return err
	})
	return all, err
}

func pairs(q querying, reach review.Reach, r stats.Range) (p score.Pairs, err error) {
	args := []any{nanos(r.Since), nanos(r.Until)}
	where := reachable(reach, "chat", &args)
	rows, err := q("SELECT first_upheld, second_upheld, COUNT(*) FROM samples WHERE drawn >= ? AND drawn < ? AND second <> ''"+where+" GROUP BY first_upheld, second_upheld", args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var (
			first, second bool
			n             int
		)
		err := rows.Scan(&first, &second, &n)
		switch {
		case first && second:
			p.YesYes = n
		case first:
			p.YesNo = n
		case second:
			p.NoYes = n
		default:
			p.NoNo = n
		}
		return err
	})
	return p, err
}

// Drawn is how many of each frame were drawn since then.
func (s *Store) Drawn(ctx context.Context, since time.Time) (map[review.Frame]int, error) {
	drawn := map[review.Frame]int{}
	rows, err := s.readers.QueryContext(ctx, "SELECT of, COUNT(*) FROM samples WHERE drawn >= ? GROUP BY of", nanos(since))
	err = each(rows, s.orClosed(err), func(rows *sql.Rows) error {
		var (
			of review.Frame
			n  int
		)
		err := rows.Scan(&of, &n)
		drawn[of] = n
		return err
	})
	return drawn, err
}

// SecondOpinions are cases that were drawn by chance and that wait for a second
// opinion by that person, the oldest first; limit at most are there.
func (s *Store) SecondOpinions(ctx context.Context, by string, limit int) (cases []review.Case, err error) {
	args := []any{by}
	query := "SELECT seq FROM samples INDEXED BY samples_second WHERE twice = 1 AND upheld IS NOT NULL AND second = '' AND decided_by <> ?" +
		reachable(review.ReachOf(ctx), "chat", &args) + " ORDER BY seq LIMIT ?"
	err = s.reading(ctx, func(q querying) error {
		all, err := loadAll(q, selectCase+"WHERE c.seq IN ("+query+") ORDER BY c.seq", append(args, limit)...)
		for _, l := range all {
			cases = append(cases, l.Case)
		}
		return err
	})
	return cases, err
}
