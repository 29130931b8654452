package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"patrol/bot/review"
)

// Cases implements review.Store.
func (s *Store) Cases(ctx context.Context, f review.Filter) (review.Page, error) {
	switch {
	case f.Limit <= 0:
		f.Limit = review.DefaultPage
	case f.Limit > review.MaxPage:
		f.Limit = review.MaxPage
	}
	query, args, err := search(&f)
	if err != nil {
		return review.Page{}, err
	}
	var page review.Page
	err = s.reading(ctx, func(q querying) error {
		var found []*loaded
		var last cursor
		rows, err := q(query, args...)
		err = each(rows, err, func(rows *sql.Rows) error {
			if len(found) == f.Limit {
				page.Next = last.String()
				return nil
			}
			l, err := scanCase(rows)
			if err != nil {
				return err
			}
			found = append(found, l)
			last = cursor{at: nanos(l.Created), seq: l.seq}
			if f.ByDue() {
				last.at = nanos(l.Due)
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, l := range found {
			if err := l.loadActs(q); err != nil {
				return err
			}
			page.Cases = append(page.Cases, l.Case)
		}
		return nil
	})
	if err != nil {
		return review.Page{}, err
	}
	return page, nil
}

// cursor is the place of a case in an ordered list.
type cursor struct{ at, seq int64 }

// String is the cursor as Page.Next has it.
func (c cursor) String() string { return fmt.Sprintf("%d:%d", c.at, c.seq) }

func parseCursor(s string) (c cursor, err error) {
	if _, err = fmt.Sscanf(s, "%d:%d", &c.at, &c.seq); err != nil || c.String() != s {
		return c, fmt.Errorf("%q is no place in a list", s)
	}
	return c, nil
}

// walk is a way through the cases in the wanted order along one index.
type walk struct {
	from  string // k is the row of the case
	by    string // the row that the order is taken from
	where string
	args  []any
}

// search is the statement for f. It walks the index of the narrowest field that is
// set, in the order that is wanted, and stops when the page is full, so that its
// cost does not grow with the number of cases. A field with several values (chats,
// states) is walked once for each of them, and the walks are merged.
func search(f *review.Filter) (string, []any, error) {
	key, order, beyond := "created", "DESC", "<"
	if f.ByDue() {
		key, order, beyond = "due", "ASC", ">"
	}
	var (
		after  cursor
		merged []string
		args   []any
		err    error
	)
	if f.After != "" {
		if after, err = parseCursor(f.After); err != nil {
			return "", nil, err
		}
	}
	for _, w := range walks(f) {
		w.narrow(f)
		if f.After != "" {
			w.and(fmt.Sprintf("(%s.%s, %s.seq) %s (?, ?)", w.by, key, w.by, beyond), after.at, after.seq)
		}
		merged = append(merged, fmt.Sprintf("SELECT * FROM (SELECT %s.seq AS seq, %s.%s AS at FROM %s WHERE %s ORDER BY %s.%s %s, %s.seq %s LIMIT ?)",
			w.by, w.by, key, w.from, w.where, w.by, key, order, w.by, order))
		args = append(append(args, w.args...), f.Limit+1)
	}
	return fmt.Sprintf(`SELECT %s, e.data FROM (SELECT seq, at FROM (%s) ORDER BY at %s, seq %s LIMIT ?) w
		CROSS JOIN cases c ON c.seq = w.seq CROSS JOIN evidence e ON e.seq = w.seq ORDER BY w.at %s, w.seq %s`,
		caseColumns, strings.Join(merged, " UNION ALL "), order, order, order, order), append(args, f.Limit+1), nil
}

// walks picks the index.
func walks(f *review.Filter) (all []walk) {
	along := func(index, where string, values ...any) []walk {
		for _, v := range values {
			all = append(all, walk{from: "cases k INDEXED BY " + index, by: "k", where: where, args: []any{v}})
		}
		return all
	}
	switch byDue := f.ByDue(); {
	case f.Member != "":
		return along("cases_member", "k.member = ?", f.Member)
	case byDue && len(f.Chats) > 0:
		return along("cases_due_chat", "k.state = 'open' AND k.chat = ?", distinct(f.Chats)...)
	case byDue && f.Severity != "":
		return along("cases_due_severity", "k.state = 'open' AND k.severity = ?", string(f.Severity))
	case byDue:
		return []walk{{from: "cases k INDEXED BY cases_due", by: "k", where: "k.state = 'open'"}}
	case len(f.Chats) > 0:
		return along("cases_chat", "k.chat = ?", distinct(f.Chats)...)
	case f.Rule != "":
		return []walk{{from: "case_rules r CROSS JOIN cases k ON k.seq = r.seq", by: "r", where: "r.rule = ?", args: []any{f.Rule}}}
	case f.ClaimedBy != "":
		return along("cases_claimed", "k.claimed_by <> '' AND k.claimed_by = ?", f.ClaimedBy)
	case f.Adapter != "":
		return along("cases_adapter", "k.adapter = ?", f.Adapter)
	case f.Platform != "":
		return along("cases_platform", "k.platform = ?", f.Platform)
	case f.Severity != "":
		return along("cases_severity", "k.severity = ?", string(f.Severity))
	case len(f.States) > 0:
		return along("cases_state", "k.state = ?", distinct(f.States)...)
	}
	return []walk{{from: "cases k INDEXED BY cases_created", by: "k", where: "1"}}
}

func (w *walk) and(condition string, args ...any) {
	w.where += " AND " + condition
	w.args = append(w.args, args...)
}

// narrow adds every field of f, also the one that is walked along.
func (w *walk) narrow(f *review.Filter) {
	for _, is := range []struct{ column, value string }{
		{"adapter", f.Adapter}, {"platform", f.Platform}, {"member", f.Member},
		{"severity", string(f.Severity)}, {"claimed_by", f.ClaimedBy},
	} {
		if is.value != "" {
			w.and("k."+is.column+" = ?", is.value)
		}
	}
	for _, in := range []struct {
		column string
		values []any
	}{{"chat", distinct(f.Chats)}, {"state", distinct(f.States)}} {
		if len(in.values) > 0 {
			w.and("k."+in.column+" IN (?"+strings.Repeat(", ?", len(in.values)-1)+")", in.values...)
		}
	}
	if f.ByDue() {
		w.and("k.state = 'open'")
	}
	for _, at := range []struct {
		column string
		value  time.Time
	}{{w.by + ".created >= ?", f.Since}, {w.by + ".created < ?", f.Until}, {"k.due < ?", f.Overdue}} {
		if !at.value.IsZero() {
			w.and(at.column, nanos(at.value))
		}
	}
	if f.Rule != "" && w.by != "r" {
		w.and("EXISTS (SELECT 1 FROM case_rules r WHERE r.rule = ? AND r.created = k.created AND r.seq = k.seq)", f.Rule)
	}
}

func distinct[T ~string](values []T) (out []any) {
	seen := map[T]bool{}
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			out = append(out, string(v))
		}
	}
	return out
}

// Waiting counts the open cases, and those of them that are overdue at now.
func (s *Store) Waiting(ctx context.Context, now time.Time) (open, overdue int, err error) {
	err = s.readers.QueryRowContext(ctx, "SELECT count(*), coalesce(sum(due < ?), 0) FROM cases INDEXED BY cases_due WHERE state = 'open'", nanos(now)).
		Scan(&open, &overdue)
	return open, overdue, s.orClosed(err)
}
