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
	from  string // k is the row of the case; where that has to be joined, join says how
	join  string
	by    string // the row that the order is taken from
	given string // the field that all cases along the way have as it is wanted
	where string
	args  []any
}

// search finds one place more than a page has, in the wanted order. It walks the
// index of the narrowest field that is set and stops when the page is full, so
// that its cost does not grow with the number of cases. A field with several
// values is walked once for each of them, and the walks are merged.
func search(q querying, f *review.Filter, after cursor) ([]cursor, error) {
	o := order{key: "created", words: "DESC", beyond: "<"}
	switch {
	case f.Ranked():
		o = order{key: "rank", words: "ASC", beyond: ">"}
	case f.Asked:
		o = order{key: "asked", words: "ASC", beyond: ">"}
	}
	all, err := walks(q, f)
	if err != nil {
		return nil, err
	}
	for i := range all {
		all[i].narrow(f)
		all[i].waits(f)
	}
	return o.merge(q, all, f.Limit+1, after, f.After != "")
}

// order is that of a list.
type order struct{ key, words, beyond string }

func (o order) sort(places []cursor) {
	slices.SortFunc(places, func(a, b cursor) int {
		if o.words == "DESC" {
			a, b = b, a
		}
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.seq, b.seq))
	})
}

// merge is the first wanted places of all walks together. Of many walks it takes a
// few places each, and then the rest only of those that had more before the last
// place that counts.
func (o order) merge(q querying, all []walk, wanted int, after cursor, begun bool) (places []cursor, err error) {
	some := wanted
	if len(all) > 4 {
		some = min(wanted, 4+2*wanted/len(all))
	}
	last := make([]cursor, len(all)) // of walks that may have more
	open := make([]bool, len(all))
	for i := range all {
		found, err := o.along(q, &all[i], some, after, begun)
		if err != nil {
			return nil, err
		}
		if places = append(places, found...); len(found) == some && some < wanted {
			last[i], open[i] = found[some-1], true
		}
	}
	o.sort(places)
	end := cursor{}
	if len(places) >= wanted {
		end = places[wanted-1]
	}
	for i := range all {
		if !open[i] || end.seq != 0 && !o.before(last[i], end) {
			continue
		}
		found, err := o.along(q, &all[i], wanted, last[i], true)
		if err != nil {
			return nil, err
		}
		places = append(places, found...)
	}
	o.sort(places)
	return places[:min(len(places), wanted)], nil
}

func (o order) before(a, b cursor) bool {
	two := []cursor{b, a}
	o.sort(two)
	return two[0] == a
}

// along is the next places of one walk.
func (o order) along(q querying, w *walk, most int, after cursor, begun bool) (places []cursor, err error) {
	from, where, args := w.from, w.where, slices.Clone(w.args)
	if strings.Contains(where, "k.") {
		from += w.join
	}
	if begun {
		where += fmt.Sprintf(" AND (%s.%s, %s.seq) %s (?, ?)", w.by, o.key, w.by, o.beyond)
		args = append(args, after.at, after.seq)
	}
	rows, err := q(fmt.Sprintf("SELECT %s.%s, %s.seq FROM %s WHERE %s ORDER BY %s.%s %s, %s.seq %s LIMIT ?",
		w.by, o.key, w.by, from, where, w.by, o.key, o.words, w.by, o.words), append(args, most)...)
	err = each(rows, err, func(rows *sql.Rows) error {
		var c cursor
		err := rows.Scan(&c.at, &c.seq)
		places = append(places, c)
		return err
	})
	return places, err
}

// walks picks the index.
func walks(q querying, f *review.Filter) (all []walk, err error) {
	along := func(index, column string, values ...any) ([]walk, error) {
		for _, v := range values {
			all = append(all, walk{from: "cases k INDEXED BY " + index, by: "k", given: column, where: "k." + column + " = ?", args: []any{v}})
		}
		return all, nil
	}
	switch {
	case f.Ranked():
		return ranked(q, f)
	case f.Asked:
		return []walk{{from: "cases k INDEXED BY cases_asked", by: "k", where: "k.asked IS NOT NULL"}}, nil
	case f.Member != "":
		return along("cases_member", "member", f.Member)
	case f.ClaimedBy != "":
		return []walk{{from: "cases k INDEXED BY cases_claimed", by: "k", where: "k.claimed_by <> '' AND k.claimed_by = ?", args: []any{f.ClaimedBy}}}, nil
	}
	kinds, err := kindWalks(q, f)
	if err != nil || len(kinds) == 0 {
		return nil, err
	}
	if f.Rule == "" && len(f.Chats) == 0 {
		return kinds, nil
	}
	if few, err := few(q, kinds); err != nil || few {
		return kinds, err
	}
	switch {
	case walkable(f.Chats):
		return along("cases_chat", "chat", distinct(f.Chats)...)
	case f.Rule != "":
		return []walk{{from: "case_rules r", join: " CROSS JOIN cases k ON k.seq = r.seq", by: "r", where: "r.rule = ?", args: []any{f.Rule}}}, nil
	}
	return kinds, nil
}

// kindWalks go along the kinds of cases that f lets through.
func kindWalks(q querying, f *review.Filter) (all []walk, err error) {
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

// fewCases are so few that looking at all of them costs less than finding some of
// them among all others.
const fewCases = 2000

// few reports whether the walks together meet no more than fewCases.
func few(q querying, all []walk) (bool, error) {
	left := fewCases
	for _, w := range all {
		n := 0
		rows, err := q("SELECT count(*) FROM (SELECT 1 FROM "+w.from+" WHERE "+w.where+" LIMIT ?)", append(slices.Clone(w.args), left+1)...)
		if err = each(rows, err, func(rows *sql.Rows) error { return rows.Scan(&n) }); err != nil {
			return false, err
		}
		if left -= n; left < 0 {
			return false, nil
		}
	}
	return true, nil
}

// ranked picks the index where only open cases are wanted.
func ranked(q querying, f *review.Filter) (all []walk, err error) {
	const join = " CROSS JOIN cases k ON k.seq = q.seq"
	if f.Member != "" {
		return []walk{{from: "cases k INDEXED BY cases_member CROSS JOIN waiting q ON q.seq = k.seq", by: "q", given: "member", where: "k.member = ?", args: []any{f.Member}}}, nil
	}
	along := func(index, column string, values ...any) []walk {
		table := "waiting"
		if f.Grouped {
			table = "alike"
		}
		from := fmt.Sprintf("%s q INDEXED BY %s_%s", table, table, index)
		if len(values) == 0 {
			return []walk{{from: from, join: join, by: "q", where: column}}
		}
		for _, v := range values {
			all = append(all, walk{from: from, join: join, by: "q", given: column, where: "q." + column + " = ?", args: []any{v}})
		}
		return all
	}
	if !f.Overdue.IsZero() {
		// What is overdue comes first by rank as well, as far as there is any.
		overdue := []walk{{from: "waiting q INDEXED BY waiting_due", join: join, by: "q", where: "q.due < ?", args: []any{nanos(f.Overdue)}}}
		if few, err := few(q, overdue); err != nil || few {
			return overdue, err
		}
	}
	switch {
	case f.Sampled: // there are few: a day has no more than so many
		return []walk{{from: "samples s INDEXED BY samples_open CROSS JOIN waiting q ON q.seq = s.seq", join: join, by: "q", where: "s.upheld IS NULL"}}, nil
	case f.Alike != "":
		return along("alike", "alike", f.Alike), nil
	case f.Escalated:
		return along("escalated", "q.escalated = 1"), nil
	case walkable(f.Chats):
		return along("chat", "chat", distinct(f.Chats)...), nil
	case f.Severity != "":
		return along("severity", "severity", string(f.Severity)), nil
	}
	return along("rank", "1"), nil
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

// narrow adds every field of f that is not given.
func (w *walk) narrow(f *review.Filter) {
	for _, is := range []struct{ column, value string }{
		{"adapter", f.Adapter}, {"platform", f.Platform}, {"member", f.Member},
		{"severity", string(f.Severity)}, {"claimed_by", f.ClaimedBy},
	} {
		if is.value != "" && is.column != w.given {
			w.and(w.column(is.column)+" = ?", is.value)
		}
	}
	states := f.States
	if w.by == "q" && len(states) == 1 && states[0] == review.Open {
		states = nil // so are all that wait
	}
	for _, in := range []struct {
		column string
		values []any
	}{{"chat", distinct(f.Chats)}, {"state", distinct(states)}} {
		if len(in.values) > 0 && in.column != w.given {
			w.and(w.column(in.column)+" IN (?"+strings.Repeat(", ?", len(in.values)-1)+")", in.values...)
		}
	}
	created := "k.created"
	if w.by == "r" {
		created = "r.created"
	}
	for _, at := range []struct {
		column string
		value  time.Time
	}{{created + " >= ?", f.Since}, {created + " < ?", f.Until}, {w.column("due") + " < ?", f.Overdue}, {"k.asked < ?", f.AskedBefore}} {
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

// column is a column of the case, taken from the queue where that has it.
func (w *walk) column(name string) string {
	queued := name == "chat" || name == "severity" || name == "due" && strings.HasPrefix(w.from, "waiting")
	if w.by == "q" && queued {
		return "q." + name
	}
	return "k." + name
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

// Waiting counts the open cases in reach of ctx, and those of them that are overdue
// at now. Where the reach is limited it counts no further than review.CountedMost.
func (s *Store) Waiting(ctx context.Context, now time.Time) (open, overdue int, err error) {
	var args []any
	where := reachable(review.ReachOf(ctx), "chat", &args)
	args = append(append(args, nanos(now)), args...)
	all, late := "(SELECT count(*) FROM waiting)", "(SELECT count(*) FROM waiting WHERE due < ?)"
	if where != "" {
		few := func(index, condition string) string {
			return fmt.Sprintf("(SELECT count(*) FROM (SELECT 1 FROM waiting INDEXED BY %s WHERE %s%s LIMIT %d))", index, condition, where, review.CountedMost)
		}
		all, late = few("waiting_chat", "1"), few("waiting_due", "due < ?")
	}
	err = s.readers.QueryRowContext(ctx, "SELECT "+all+", "+late, args...).Scan(&open, &overdue)
	return open, overdue, s.orClosed(err)
}
