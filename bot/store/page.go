package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
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
	after, err := parseCursor(f.After)
	if err != nil {
		return review.Page{}, err
	}
	if !review.ReachOf(ctx).Narrow(&f) {
		return review.Page{}, nil
	}
	if f.Text != "" {
		return s.searched(ctx, &f, after)
	}
	var page review.Page
	err = s.reading(ctx, func(q querying) error {
		places, err := search(q, &f, after)
		if err != nil {
			return err
		}
		if len(places) > f.Limit {
			places = places[:f.Limit]
			page.Next = places[f.Limit-1].String()
		}
		if page.Cases, err = casesAt(q, places); err == nil && f.Grouped {
			page.Alike, err = alikeAt(q, places)
		}
		return err
	})
	if err != nil {
		return review.Page{}, err
	}
	return page, nil
}

// casesAt is the cases that stand there, in that order.
func casesAt(q querying, places []cursor) ([]review.Case, error) {
	if len(places) == 0 {
		return nil, nil
	}
	rank, seqs := make(map[int64]int, len(places)), make([]any, len(places))
	for i, p := range places {
		rank[p.seq], seqs[i] = i, p.seq
	}
	found, err := loadAll(q, selectCase+"WHERE c.seq IN (?"+strings.Repeat(", ?", len(seqs)-1)+")", seqs...)
	if err != nil {
		return nil, err
	}
	cases := make([]review.Case, len(places))
	for _, l := range found {
		cases[rank[l.seq]] = l.Case
	}
	return cases, nil
}

// cursor is the place of a case in an ordered list.
type cursor struct{ at, seq int64 }

// String is the cursor as Page.Next has it.
func (c cursor) String() string { return fmt.Sprintf("%d:%d", c.at, c.seq) }

// parseCursor reads what String wrote. The start of a list is "".
func parseCursor(s string) (c cursor, err error) {
	if s == "" {
		return c, nil
	}
	if _, err = fmt.Sscanf(s, "%d:%d", &c.at, &c.seq); err != nil || c.String() != s {
		return c, fmt.Errorf("%w: %q", review.ErrPlace, s)
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

// search finds one place more than a page has, in the wanted order. It walks the
// index of the narrowest field that is set and stops when the page is full, so
// that its cost does not grow with the number of cases. A field with several
// values is walked once for each of them, and the walks are merged.
func search(q querying, f *review.Filter, after cursor) ([]cursor, error) {
	key, order, beyond := "created", "DESC", "<"
	switch {
	case f.Ranked():
		key, order, beyond = "rank", "ASC", ">"
	case f.Asked:
		key, order, beyond = "asked", "ASC", ">"
	}
	all, err := walks(q, f)
	if err != nil {
		return nil, err
	}
	var places []cursor
	for _, w := range all {
		w.narrow(f)
		if f.Ranked() {
			w.waits(f)
		}
		if f.After != "" {
			w.and(fmt.Sprintf("(%s.%s, %s.seq) %s (?, ?)", w.by, key, w.by, beyond), after.at, after.seq)
		}
		rows, err := q(fmt.Sprintf("SELECT %s.%s, %s.seq FROM %s WHERE %s ORDER BY %s.%s %s, %s.seq %s LIMIT ?",
			w.by, key, w.by, w.from, w.where, w.by, key, order, w.by, order), append(w.args, f.Limit+1)...)
		err = each(rows, err, func(rows *sql.Rows) error {
			var c cursor
			err := rows.Scan(&c.at, &c.seq)
			places = append(places, c)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	slices.SortFunc(places, func(a, b cursor) int {
		if order == "DESC" {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq))
	})
	return places[:min(len(places), f.Limit+1)], nil
}

// walks picks the index.
func walks(q querying, f *review.Filter) (all []walk, err error) {
	along := func(index, where string, values ...any) ([]walk, error) {
		for _, v := range values {
			all = append(all, walk{from: "cases k INDEXED BY " + index, by: "k", where: where, args: []any{v}})
		}
		return all, nil
	}
	if f.Ranked() {
		return ranked(f), nil
	}
	if f.Asked {
		return []walk{{from: "cases k INDEXED BY cases_asked", by: "k", where: "k.asked IS NOT NULL"}}, nil
	}
	switch {
	case f.Member != "":
		return along("cases_member", "k.member = ?", f.Member)
	case walkable(f.Chats):
		return along("cases_chat", "k.chat = ?", distinct(f.Chats)...)
	case f.Rule != "":
		return []walk{{from: "case_rules r CROSS JOIN cases k ON k.seq = r.seq", by: "r", where: "r.rule = ?", args: []any{f.Rule}}}, nil
	case f.ClaimedBy != "":
		return along("cases_claimed", "k.claimed_by <> '' AND k.claimed_by = ?", f.ClaimedBy)
	}
	found, err := kinds(q)
	for _, k := range found {
		if k.passes(f) {
			all = append(all, walk{from: "cases k INDEXED BY cases_kind", by: "k",
				where: "k.platform = ? AND k.adapter = ? AND k.state = ? AND k.severity = ?",
				args:  []any{k.platform, k.adapter, k.state, k.severity}})
		}
	}
	return all, err
}

// ranked picks the index where only open cases are wanted.
func ranked(f *review.Filter) (all []walk) {
	if f.Member != "" {
		where, args := "k.member = ?", []any{f.Member}
		if f.Escalated {
			where += " AND q.escalated = 1"
		}
		if f.Alike != "" {
			where, args = where+" AND q.alike = ?", append(args, f.Alike)
		}
		return []walk{{from: "cases k INDEXED BY cases_member CROSS JOIN waiting q ON q.seq = k.seq", by: "q", where: where, args: args}}
	}
	along := func(index, where string, values ...any) []walk {
		table := "waiting"
		if f.Grouped {
			table = "alike"
		}
		from := fmt.Sprintf("%s q INDEXED BY %s_%s CROSS JOIN cases k ON k.seq = q.seq", table, table, index)
		if len(values) == 0 {
			return []walk{{from: from, by: "q", where: where}}
		}
		for _, v := range values {
			all = append(all, walk{from: from, by: "q", where: where, args: []any{v}})
		}
		return all
	}
	switch {
	case f.Alike != "":
		return along("alike", "q.alike = ?", f.Alike)
	case f.Escalated:
		return along("escalated", "q.escalated = 1")
	case walkable(f.Chats):
		return along("chat", "q.chat = ?", distinct(f.Chats)...)
	case f.Severity != "":
		return along("severity", "q.severity = ?", string(f.Severity))
	}
	return along("rank", "1")
}

// alikeAt is how many open cases are like each of those that stand there.
func alikeAt(q querying, places []cursor) ([]int, error) {
	counts := make([]int, len(places))
	for i, p := range places {
		rows, err := q("SELECT a.n FROM waiting w JOIN alike a ON a.alike = w.alike WHERE w.seq = ?", p.seq)
		err = each(rows, err, func(rows *sql.Rows) error { return rows.Scan(&counts[i]) })
		if err != nil {
			return nil, err
		}
	}
	return counts, nil
}

// kind is what many cases have in common.
type kind struct{ platform, adapter, state, severity string }

func (k *kind) passes(f *review.Filter) bool {
	is := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return is(f.Platform, k.platform) && is(f.Adapter, k.adapter) && is(string(f.Severity), k.severity) &&
		(len(f.States) == 0 || slices.Contains(f.States, review.State(k.state)))
}

// kinds are those that any case is of. The next is looked up behind the last one:
// with as much in common with it as possible, then with less and less.
func kinds(q querying) (all []kind, err error) {
	const (
		columns = "SELECT platform, adapter, state, severity FROM cases INDEXED BY cases_kind"
		order   = " ORDER BY platform, adapter, state, severity LIMIT 1"
	)
	behind := [...]string{
		" WHERE platform = ? AND adapter = ? AND state = ? AND severity > ?",
		" WHERE platform = ? AND adapter = ? AND state > ?",
		" WHERE platform = ? AND adapter > ?",
		" WHERE platform > ?",
	}
	where, args := "", []any(nil)
	for less := 0; less < len(behind); {
		found, err := kindsOf(q, columns+where+order, args)
		if err != nil {
			return nil, err
		}
		switch {
		case len(found) > 0:
			all, less = append(all, found...), 0
		case len(all) == 0:
			return nil, nil
		default:
			less++
		}
		if less < len(behind) {
			k := all[len(all)-1]
			where, args = behind[less], []any{k.platform, k.adapter, k.state, k.severity}[:len(behind)-less]
		}
	}
	return all, nil
}

func kindsOf(q querying, query string, args []any) (found []kind, err error) {
	rows, err := q(query, args...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var k kind
		err := rows.Scan(&k.platform, &k.adapter, &k.state, &k.severity)
		found = append(found, k)
		return err
	})
	return found, err
}

// walkable reports whether chats are few enough to be walked one by one, each in a
// statement of its own; a reviewer of many chats sees most cases.
func walkable(chats []string) bool { return len(chats) > 0 && len(chats) <= 100 }

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
	created := "k.created"
	if w.by == "r" {
		created = "r.created"
	}
	for _, at := range []struct {
		column string
		value  time.Time
	}{{created + " >= ?", f.Since}, {created + " < ?", f.Until}, {"k.due < ?", f.Overdue}, {"k.asked < ?", f.AskedBefore}} {
		if !at.value.IsZero() {
			w.and(at.column, nanos(at.value))
		}
	}
	if f.Asked {
		w.and("k.asked IS NOT NULL")
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

// Waiting counts the open cases in reach of ctx, and those of them that are overdue at now.
func (s *Store) Waiting(ctx context.Context, now time.Time) (open, overdue int, err error) {
	var args []any
	where := reachable(review.ReachOf(ctx), "chat", &args)
	args = append(append(args, nanos(now)), args...)
	err = s.readers.QueryRowContext(ctx, "SELECT (SELECT count(*) FROM waiting WHERE 1"+where+"), (SELECT count(*) FROM waiting WHERE due < ?"+where+")", args...).
		Scan(&open, &overdue)
	return open, overdue, s.orClosed(err)
}
