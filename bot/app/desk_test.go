package app

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// TestWhatIsOverdueIsHandedUpOnce: a case that waits, and one of which nobody has
// done by hand what was asked for.
func TestWhatIsOverdueIsHandedUpOnce(t *testing.T) {
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "patrol.db"), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a := &App{store: s, queue: review.NewQueue(review.Config{Store: s}), log: zerolog.Nop()}
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	record := func(id string, state review.State, due time.Time, acts ...review.Act) {
		c := &review.Case{ID: id, State: state, Created: now.Add(-time.Hour), Due: due, Acts: acts, Event: chat.Event{ID: id, Adapter: "w", Chat: "1", Author: chat.Member{ID: "7"}}}
		done := make(chan error, 1)
		if err := s.Record(t.Context(), c, []ledger.Entry{{Kind: ledger.Decided, Actor: ledger.Bot, Case: id}}, func(_ bool, err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	asked := func(id string, due time.Time) review.Act {
		return review.Act{Case: id, Adapter: "w", State: review.Asked, Hand: review.HandOnly, Due: due, Action: chat.Action{Key: review.ActKey(id, chat.Remove), Verb: chat.Remove, Chat: "1", Member: "7"}}
	}
	record("waitslong222", review.Open, now.Add(-time.Minute))
	record("waitsbit2222", review.Open, now.Add(time.Minute))
	record("askedlong222", review.Acted, time.Time{}, asked("askedlong222", now.Add(-time.Minute)))
	record("askedbit2222", review.Acted, time.Time{}, asked("askedbit2222", now.Add(time.Minute)))
	for _, want := range []int{2, 0} {
		if n, err := a.escalateOverdue(t.Context(), now); n != want || err != nil {
			t.Errorf("%d handed up, want %d: %v", n, want, err)
		}
	}
	for id, want := range map[string]string{"waitslong222": ledger.Bot, "askedlong222": ledger.Bot, "waitsbit2222": "", "askedbit2222": ""} {
		c, err := s.Case(t.Context(), id)
		if err != nil || c.Escalated.By != want || want != "" && c.State != review.Open {
			t.Errorf("%s is %s, handed up by %q: %v", id, c.State, c.Escalated.By, err)
		}
	}
}
