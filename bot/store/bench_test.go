package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// fourEntries are what the ledger says of a case all whose acts were carried out.
func fourEntries(c *review.Case) []ledger.Entry {
	entries := decided(c)
	for _, a := range c.Acts {
		entries = append(entries, ledger.Entry{At: c.Created, Kind: ledger.Done, Actor: ledger.Bot, Case: c.ID,
			Chat: entries[0].Chat, Member: entries[0].Member, Act: a.Action.Key, Verb: string(a.Action.Verb)})
	}
	return entries
}

// BenchmarkRecord writes cases with three acts, a strike and four ledger entries
// each, and asks for the strikes of their author before each, as the pipeline does.
func BenchmarkRecord(b *testing.B) {
	for _, batch := range []int{1, 16, 128, 512} {
		b.Run(fmt.Sprintf("batch=%d", batch), func(b *testing.B) {
			s := mustOpen(b, store.Config{Batch: batch})
			var written sync.WaitGroup
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				c := sample(n)
				n++
				if _, err := s.Strikes(b.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, c.Event.Time); err != nil {
					b.Fatal(err)
				}
				written.Add(1)
				err := s.Record(b.Context(), c, fourEntries(c), func(fresh bool, err error) {
					defer written.Done()
					if err != nil || !fresh {
						b.Error(fresh, err)
					}
				})
				if err != nil {
					b.Fatal(err)
				}
			}
			written.Wait()
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "cases/s")
		})
	}
}

// BenchmarkStrikes asks for the strikes of members of a store with 10,000 cases.
func BenchmarkStrikes(b *testing.B) {
	s := filled(b, 10_000)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		c := sample(n % 10_000)
		k, err := s.Strikes(b.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, c.Event.Time)
		if err != nil || len(k) == 0 {
			b.Fatal(k, err)
		}
	}
}

// BenchmarkSettle writes the outcome of one act.
func BenchmarkSettle(b *testing.B) {
	s := filled(b, 10_000)
	var written sync.WaitGroup
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		c := sample(n % 10_000)
		a := c.Acts[n%len(c.Acts)]
		a.State, a.Settled, a.Attempts = review.Done, c.Created, n
		written.Add(1)
		err := s.Settle(b.Context(), review.Update{Case: c.ID, Acts: []review.Act{a}, Entries: fourEntries(c)[1:2]}, func(err error) {
			defer written.Done()
			if err != nil {
				b.Error(err)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	written.Wait()
}

// BenchmarkCases asks for pages of a store with a million cases (100,000 with
// -short).
func BenchmarkCases(b *testing.B) {
	size := 1_000_000
	if testing.Short() {
		size = 100_000
	}
	s := filled(b, size)
	open := []review.State{review.Open}
	for name, f := range map[string]review.Filter{
		"all":              {},
		"open":             {States: open},
		"open_chat":        {States: open, Chats: []string{"qq-main/1007"}},
		"open_rule":        {States: open, Rule: "rule.7"},
		"open_grouped":     {Grouped: true},
		"alike":            {Alike: sample(0).Likeness()},
		"escalated":        {Escalated: true},
		"overdue":          {Overdue: start.AddDate(0, 1, 0)},
		"chats":            {Chats: []string{"qq-main/1001", "qq-main/1002", "qq-main/1003"}},
		"member":           {Member: "500"},
		"rule":             {Rule: "rule.7"},
		"adapter_state":    {Adapter: "qq-main", States: open},
		"severity_absent":  {Severity: "severe"},
		"until_the_middle": {Until: sample(size / 2).Created},
		"nobody":           {ClaimedBy: "li"},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Cases(b.Context(), f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// filled is a store with that many cases.
func filled(b *testing.B, size int) *store.Store {
	b.Helper()
	s := mustOpen(b, store.Config{Relaxed: true})
	var written sync.WaitGroup
	for n := range size {
		c := sample(n)
		for i := range c.Acts {
			c.Acts[i].State = review.Doing
		}
		c.Acts[1].Action.Verb = chat.Warn
		written.Add(1)
		err := s.Record(context.Background(), c, decided(c), func(_ bool, err error) {
			defer written.Done()
			if err != nil {
				b.Error(err)
			}
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	written.Wait()
	return s
}
