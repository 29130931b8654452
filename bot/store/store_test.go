package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestMain(m *testing.M) {
	if role := os.Getenv(childRole); role != "" {
		os.Exit(child(role))
	}
	registerSHA()
	goleak.VerifyTestMain(m)
}

// start is the time of the first case in every test.
var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func mustOpen(tb testing.TB, c store.Config) *store.Store {
	tb.Helper()
	if c.Path == "" {
		c.Path = filepath.Join(tb.TempDir(), "patrol.db")
	}
	s, err := store.Open(tb.Context(), c)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// sample is the n-th of many cases: three acts, a strike, two rules.
func sample(n int) *review.Case {
	at := start.Add(time.Duration(n) * time.Second)
	e := chat.Event{
		ID: fmt.Sprintf("m%d", n), Kind: chat.KindMessage, Platform: "qq", Adapter: "qq-main", Chat: fmt.Sprint(1000 + n%50),
		Author:  chat.Member{ID: fmt.Sprint(n % 997), Name: "小明", Joined: start.Add(-time.Hour)},
		Message: chat.Message{ID: fmt.Sprintf("m%d", n), Text: fmt.Sprintf("加 薇 信 %d 领 红 包", n)}, Time: at,
	}
	id := review.CaseID(&e)
	c := &review.Case{
		ID: id, State: review.Open, Created: at, Due: at.Add(12 * time.Hour), Event: e, Strike: review.StrikeCounts,
		Verdict: rules.Verdict{Set: "3f2a", Folded: "加微信领红包", Hits: []rules.Hit{
			{Rule: "ads.contact", Title: lang.T("引流加微信", "contact-swapping ad"), Severity: rules.Major, Mode: rules.Live,
				Then: rules.Then{Answer: rules.Ladder}, Signals: []rules.Signal{{Word: "加微信", Span: rules.Span{Start: 0, End: 11}}}},
			{Rule: fmt.Sprintf("rule.%d", n%20), Severity: rules.Minor, Mode: rules.Live, Then: rules.Then{Answer: rules.Log}},
		}},
		Decision: ladder.Decision{Score: 3, Review: true, Strike: &ladder.Strike{
			Case: id, Rule: "ads.contact", Weight: 3, At: at, Until: at.Add(30 * 24 * time.Hour)}},
	}
	for _, step := range []struct {
		verb  chat.Verb
		state review.ActState
	}{{chat.Delete, review.Doing}, {chat.Mute, review.Due}, {chat.Ban, review.Held}} {
		c.Acts = append(c.Acts, review.Act{
			Case: id, Adapter: e.Adapter, State: step.state, Due: at, Action: chat.Action{
				Key: review.ActKey(id, step.verb), Verb: step.verb, Chat: e.Chat, Member: e.Author.ID, Name: e.Author.Name,
				Message: e.Message.ID, Sent: at, For: 10 * time.Minute, Reason: "patrol: ads.contact (" + id + ")"},
		})
	}
	return c
}

func decided(c *review.Case) []ledger.Entry {
	e := ledger.Entry{At: c.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID, Chat: review.ChatKey(c.Event.Adapter, c.Event.Chat), Member: c.Event.Author.ID, Set: c.Verdict.Set}
	for _, h := range c.Verdict.Hits {
		e.Rules = append(e.Rules, h.Rule)
	}
	return []ledger.Entry{e}
}

// record writes c and waits.
func record(tb testing.TB, s keeper, c *review.Case, entries ...ledger.Entry) (fresh bool) {
	tb.Helper()
	fresh, err := tryRecord(tb.Context(), s, c, entries...)
	if err != nil {
		tb.Fatal(err)
	}
	return fresh
}

func tryRecord(ctx context.Context, s keeper, c *review.Case, entries ...ledger.Entry) (bool, error) {
	type answer struct {
		fresh bool
		err   error
	}
	answers := make(chan answer, 1)
	if err := s.Record(ctx, c, entries, func(fresh bool, err error) { answers <- answer{fresh, err} }); err != nil {
		return false, err
	}
	a := <-answers
	return a.fresh, a.err
}

func settle(tb testing.TB, s keeper, u review.Update) error {
	tb.Helper()
	done := make(chan error, 1)
	if err := s.Settle(tb.Context(), u, func(err error) { done <- err }); err != nil {
		tb.Fatal(err)
	}
	return <-done
}
