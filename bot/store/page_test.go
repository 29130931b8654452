package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/bot/review"
	"patrol/rules"
)

// passes is what a Filter means, without an index.
func passes(f *review.Filter, c *review.Case) bool {
	is := func(wanted, is string) bool { return wanted == "" || wanted == is }
	return is(f.Adapter, c.Event.Adapter) && is(f.Platform, c.Event.Platform) && is(f.Member, c.Event.Author.ID) &&
		is(string(f.Severity), string(c.Verdict.Severity())) && is(f.ClaimedBy, c.ClaimedBy) &&
		(len(f.States) == 0 || slices.Contains(f.States, c.State)) &&
		(len(f.Chats) == 0 || slices.Contains(f.Chats, review.ChatKey(c.Event.Adapter, c.Event.Chat))) &&
		(f.Rule == "" || slices.ContainsFunc(c.Verdict.Hits, func(h rules.Hit) bool { return h.Rule == f.Rule })) &&
		(f.Since.IsZero() || !c.Created.Before(f.Since)) && (f.Until.IsZero() || c.Created.Before(f.Until)) &&
		(!f.Escalated || c.State == review.Open && c.Escalated.By != "") && (!f.Unescalated || c.State == review.Open && c.Escalated.By == "") && (!f.Sampled || c.State == review.Open && c.Sample.Drawn()) && (f.Alike == "" || c.State == review.Open && c.Likeness() == f.Alike) &&
		(f.Overdue.IsZero() || c.State == review.Open && c.Due.Before(f.Overdue))
}

// plain is the answer to f over cases in the order in which they were recorded.
func plain(f *review.Filter, cases []review.Case) (ids []string) {
	type ranked struct {
		at int64
		n  int
		id string
	}
	var found []ranked
	for n := range cases {
		c := &cases[n]
		if !passes(f, c) {
			continue
		}
		if f.Ranked() {
			found = append(found, ranked{c.Rank().UnixNano(), n, c.ID})
		} else {
			found = append(found, ranked{-c.Created.UnixNano(), -n, c.ID})
		}
	}
	slices.SortFunc(found, func(a, b ranked) int {
		if a.at != b.at {
			return int(max(-1, min(1, a.at-b.at)))
		}
		return a.n - b.n
	})
	for _, r := range found {
		ids = append(ids, r.id)
	}
	return ids
}

func pagesAreRight(t *testing.T, s keeper) {
	var cases []review.Case
	for i := range 200 {
		c := sample(i)
		c.Event.Adapter = []string{"qq-main", "irc"}[i%2]
		c.Event.Platform = []string{"qq", "irc"}[i%2]
		c.Event.Chat = string(rune('a' + i%5))
		c.Event.Author.ID = string(rune('A' + i%7))
		c.State = []review.State{review.Open, review.Acted, review.Logged, review.Upheld}[i%4]
		c.Verdict.Hits[0].Severity = []rules.Severity{rules.Minor, rules.Major, rules.Severe}[i%3]
		c.Verdict.Hits[1].Rule = string(rune('r' + i%3))
		c.ClaimedBy = []string{"", "li", "wu"}[i%3]
		c.Created = start.Add(time.Duration(i*37%50) * time.Second) // out of order, and often the same
		c.Due = start.Add(time.Duration(i*53%60) * time.Minute)
		if c.State == review.Open && i%3 == 0 {
			c.Sample = review.Sample{Of: review.OfActed, Probability: 0.5}
		}
		record(t, s, c)
		cases = append(cases, *c)
	}
	rapid.Check(t, func(r *rapid.T) {
		f := draw(r)
		var got []string
		for f.After = ""; ; {
			page, err := s.Cases(t.Context(), f)
			if err != nil {
				r.Fatal(err)
			}
			if len(page.Cases) > f.Limit {
				r.Fatalf("%d cases on a page of %d", len(page.Cases), f.Limit)
			}
			for _, c := range page.Cases {
				got = append(got, c.ID)
				if len(c.Acts) != 3 {
					r.Fatal("a case without its acts")
				}
			}
			if f.After = page.Next; f.After == "" {
				break
			}
		}
		if want := plain(&f, cases); !slices.Equal(got, want) {
			r.Fatalf("%+v\ngot  %v\nwant %v", f, got, want)
		}
	})
}

// draw is any filter over the cases of pagesAreRight.
func draw(r *rapid.T) review.Filter {
	maybe := func(name string, values ...string) string {
		return rapid.SampledFrom(append(values, "", "")).Draw(r, name)
	}
	some := func(name string, values ...string) []string {
		return rapid.SliceOfN(rapid.SampledFrom(values), 0, 3).Draw(r, name)
	}
	at := func(name string) time.Time {
		if n := rapid.IntRange(-40, 60).Draw(r, name); n >= 0 {
			return start.Add(time.Duration(n) * time.Second)
		}
		return time.Time{}
	}
	f := review.Filter{
		Adapter: maybe("adapter", "qq-main", "irc", "none"), Platform: maybe("platform", "qq", "irc"),
		Chats: some("chats", "qq-main/a", "irc/b", "qq-main/c", "irc/none"), Member: maybe("member", "A", "B", "none"),
		Rule: maybe("rule", "r", "s", "ads.contact"), Severity: rules.Severity(maybe("severity", "minor", "severe")),
		ClaimedBy: maybe("claimed by", "li", "none"), Since: at("since"), Until: at("until"), Limit: rapid.IntRange(1, 60).Draw(r, "limit"),
	}
	for _, s := range some("states", "open", "acted", "upheld", "overturned") {
		f.States = append(f.States, review.State(s))
	}
	if rapid.IntRange(0, 3).Draw(r, "overdue") == 0 {
		f.Overdue = start.Add(30 * time.Minute)
	}
	if rapid.IntRange(0, 5).Draw(r, "escalated") == 0 {
		f.Escalated = true
	}
	f.Sampled = rapid.IntRange(0, 5).Draw(r, "sampled") == 0
	f.Unescalated = rapid.IntRange(0, 5).Draw(r, "unescalated") == 0
	return f
}

// groupsAreRight compares the grouped queue with what it means.
func groupsAreRight(t *testing.T, r *rapid.T, s keeper, recorded []review.Case) {
	t.Helper()
	open := review.Filter{States: []review.State{review.Open}}
	counts := map[string]int{}
	for i := range recorded {
		if recorded[i].State == review.Open {
			counts[recorded[i].Likeness()]++
		}
	}
	var want, got []string
	seen := map[string]bool{}
	for _, id := range plain(&open, recorded) {
		i := slices.IndexFunc(recorded, func(c review.Case) bool { return c.ID == id })
		if like := recorded[i].Likeness(); !seen[like] {
			seen[like] = true
			want = append(want, fmt.Sprint(id, " x ", counts[like]))
		}
	}
	f := review.Filter{Grouped: true, Limit: 2}
	for {
		page, err := s.Cases(t.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		for i, c := range page.Cases {
			got = append(got, fmt.Sprint(c.ID, " x ", page.Alike[i]))
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if !slices.Equal(got, want) {
		r.Fatalf("the groups are %v instead of %v", got, want)
	}
}

// manyPagesAreRight looks at the first two pages of lists of which neither few cases
// are left, nor few walks: those are merged in another way.
func manyPagesAreRight(t *testing.T, s keeper) {
	var cases []review.Case
	for i := range 5000 {
		c := sample(i)
		c.Event.Adapter, c.Event.Platform, c.Event.Chat = "qq-main", "qq", string(rune('a'+i*i%23))
		c.State = []review.State{review.Open, review.Open, review.Acted, review.Acted, review.Upheld}[i%5]
		c.Verdict.Hits[0].Severity = []rules.Severity{rules.Minor, rules.Major, rules.Severe}[i%3]
		c.Created = start.Add(time.Duration(i*37%900) * time.Second)
		c.Due = start.Add(time.Duration(i*53%700-650) * time.Minute)
		record(t, s, c)
		cases = append(cases, *c)
	}
	rapid.Check(t, func(r *rapid.T) {
		f := review.Filter{Limit: rapid.SampledFrom([]int{1, 7, 50, 300}).Draw(r, "limit")}
		for n := range rapid.IntRange(0, 23).Draw(r, "chats") {
			f.Chats = append(f.Chats, review.ChatKey("qq-main", string(rune('a'+n))))
		}
		f.Rule = rapid.SampledFrom([]string{"", "ads.contact", "none"}).Draw(r, "rule")
		f.Severity = rapid.SampledFrom([]rules.Severity{"", "", rules.Severe}).Draw(r, "severity")
		switch rapid.IntRange(0, 4).Draw(r, "state") {
		case 0:
			f.States = []review.State{review.Open}
		case 1:
			f.States = []review.State{review.Acted, review.Open}
		case 2:
			f.States = []review.State{review.Upheld}
		case 3:
			f.Overdue = start.Add(time.Duration(rapid.SampledFrom([]int{-600, 10}).Draw(r, "overdue")) * time.Minute)
		}
		want := plain(&f, cases)
		first, err := s.Cases(t.Context(), f)
		if err != nil {
			r.Fatal(err)
		}
		f.After = first.Next
		var second review.Page
		if f.After != "" {
			if second, err = s.Cases(t.Context(), f); err != nil {
				r.Fatal(err)
			}
		}
		var got []string
		for _, c := range append(first.Cases, second.Cases...) {
			got = append(got, c.ID)
		}
		if !slices.Equal(got, want[:min(len(want), 2*f.Limit)]) {
			r.Fatalf("%+v\ngot  %v\nwant %v", f, got, want[:min(len(want), 2*f.Limit)])
		}
		if n, err := s.Count(t.Context(), f, 1000); n != min(len(want), 1000) || err != nil {
			r.Fatalf("%+v counts %d, %v", f, n, err)
		}
	})
}
