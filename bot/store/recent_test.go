package store

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
)

// acting is a case with an act under way.
func acting(n int) *review.Case {
	c, _ := small(n)
	c.Event.Adapter = "irc"
	c.Acts = []review.Act{{
		Case: c.ID, Adapter: "irc", State: review.Doing, Attempts: 1, Due: time.Unix(int64(n), 0),
		Action: chat.Action{Key: review.ActKey(c.ID, chat.Mute), Verb: chat.Mute, Chat: "1", Sent: time.Now()},
	}}
	return c
}

func written(t *testing.T, s *Store, c *review.Case) {
	t.Helper()
	answer := make(chan error, 1)
	if err := s.Record(t.Context(), c, nil, func(_ bool, err error) { answer <- err }); err != nil {
		t.Fatal(err)
	}
	if err := <-answer; err != nil {
		t.Fatal(err)
	}
}

func settled(t *testing.T, s *Store, a review.Act) error {
	t.Helper()
	answer := make(chan error, 1)
	if err := s.Settle(t.Context(), review.Update{Case: a.Case, Acts: []review.Act{a}}, func(err error) { answer <- err }); err != nil {
		t.Fatal(err)
	}
	return <-answer
}

func TestAnOutcomeIsWrittenWithoutReading(t *testing.T) {
	s := opened(t, Config{})
	c := acting(1)
	written(t, s, c)
	if s.writer.tx.recent.find(c.ID) == nil {
		t.Fatal("a case with an act under way is not remembered")
	}
	a := c.Acts[0]
	c.Acts[0].Action.Key = "the caller's to change"
	a.State, a.Settled, a.Receipt.ID = review.Done, time.Now(), "7"
	if err := settled(t, s, a); err != nil {
		t.Fatal(err)
	}
	for id := range s.writer.tx.statements {
		if id == selectCase+"WHERE c.id = ?" {
			t.Error("the case was read")
		}
	}
	got, err := s.Case(t.Context(), c.ID)
	if err != nil || len(got.Acts) != 1 || !sameAct(got.Acts[0], a) {
		t.Errorf("got %+v, %v", got.Acts, err)
	}
	if s.writer.tx.recent.find(c.ID) != nil {
		t.Error("a case that is over is still remembered")
	}
}

func TestWhatOthersWroteIsHeeded(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	s, other := opened(t, Config{Path: path}), opened(t, Config{Path: path})
	for name, overturn := range map[string]*Store{"by this process": s, "by another process": other} {
		c := acting(len(name))
		written(t, s, c)
		if _, err := review.NewQueue(review.Config{Store: overturn}).Overturn(t.Context(), c.ID, "li", ""); err != nil {
			t.Fatal(err)
		}
		if err := settled(t, s, c.Acts[0]); !errors.Is(err, review.ErrCancelled) {
			t.Errorf("overturned %s, and still carried out: %v", name, err)
		}
	}
}

func TestATransactionThatFailedIsForgotten(t *testing.T) {
	s := opened(t, Config{})
	c := acting(1)
	written(t, s, c)
	release := hold(t, s)
	done := make(chan error, 2)
	a := c.Acts[0]
	a.State = review.Failed
	if err := s.Settle(t.Context(), review.Update{Case: c.ID, Acts: []review.Act{a}}, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	if err := s.writer.queue(t.Context(), job{write: func(*transaction) error { return errors.New("bad") }, done: func(err error) { done <- err }}); err != nil {
		t.Fatal(err)
	}
	release()
	if err := errors.Join(<-done, <-done); err == nil {
		t.Fatal("nothing failed")
	}
	if got, err := s.Case(t.Context(), c.ID); err != nil || got.Acts[0].State != review.Failed {
		t.Errorf("got %+v, %v", got.Acts, err)
	}
}

func TestOnlySoManyCasesAreRemembered(t *testing.T) {
	r := newRecent(100)
	for n := range 110 {
		r.remember(acting(n), int64(n), nil)
	}
	if len(r.cases) != 100 || len(r.order) != 100 {
		t.Errorf("%d cases, %d ids", len(r.cases), len(r.order))
	}
	if first, _ := small(9); r.find(first.ID) != nil {
		t.Error("the oldest is still there")
	}
}
