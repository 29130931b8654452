package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules/lang"
)

func actTakenOnce(t *testing.T, s keeper) {
	for i := range 10 {
		c := sample(i)
		record(t, s, c, decided(c)...)
	}
	now := start.Add(4 * time.Second) // five mutes are due
	first, next, err := s.TakeDue(t.Context(), now, 3)
	if err != nil || len(first) != 3 || !next.Equal(start.Add(3*time.Second)) {
		t.Fatalf("%d acts, next %v, %v", len(first), next, err)
	}
	second, next, err := s.TakeDue(t.Context(), now, 9)
	if err != nil || len(second) != 2 || !next.Equal(start.Add(5*time.Second)) {
		t.Fatalf("%d acts, next %v, %v", len(second), next, err)
	}
	third, next, err := s.TakeDue(t.Context(), now, 9)
	if err != nil || len(third) != 0 || !next.Equal(start.Add(5*time.Second)) {
		t.Fatalf("%d acts, next %v, %v", len(third), next, err)
	}
	for i, a := range slices.Concat(first, second) {
		if a.Action.Key != review.ActKey(sample(i).ID, chat.Mute) || a.State != review.Doing || a.Attempts != 1 {
			t.Errorf("%d is %+v", i, a)
		}
		if got := load(t, s, a.Case).Acts[1]; diff(a, got) != "" {
			t.Error(diff(a, got))
		}
	}
}

func interrupted(t *testing.T, s keeper) {
	for i := range 3 {
		c := sample(i)
		record(t, s, c, decided(c)...)
	}
	if _, _, err := s.TakeDue(t.Context(), start, 9); err != nil {
		t.Fatal(err)
	}
	acts, err := s.Interrupted(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, a := range acts {
		keys = append(keys, a.Action.Key)
	}
	want := []string{review.ActKey(sample(0).ID, chat.Delete), review.ActKey(sample(0).ID, chat.Mute), review.ActKey(sample(1).ID, chat.Delete), review.ActKey(sample(2).ID, chat.Delete)}
	if !slices.Equal(keys, want) {
		t.Errorf("got %v", keys)
	}
}

func outcomeWritten(t *testing.T, s keeper) {
	c := sample(1)
	record(t, s, c, decided(c)...)
	done, timer := c.Acts[0], c.Acts[1]
	done.State, done.Settled, done.Attempts, done.Receipt.Note = review.Done, start.Add(time.Minute), 2, "已经不在了"
	timer.Action.Verb, timer.Action.Key, timer.Due = chat.Unmute, review.ActKey(c.ID, chat.Unmute), start.Add(time.Hour)
	if err := settle(t, s, review.Update{Case: c.ID, Acts: []review.Act{done, timer}, Entries: fourEntries(c)[1:2]}); err != nil {
		t.Fatal(err)
	}
	got := load(t, s, c.ID)
	if len(got.Acts) != 4 || diff(done, got.Acts[0]) != "" || diff(timer, got.Acts[3]) != "" || diff(c.Acts[1], got.Acts[1]) != "" {
		t.Errorf("got %+v", got.Acts)
	}
	if head := verify(t, s); head.Seq != 2 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
	if err := settle(t, s, review.Update{Case: "nothing", Acts: []review.Act{done}}); !errors.Is(err, review.ErrNotFound) {
		t.Error(err)
	}
}

func troubleOpens(t *testing.T, s keeper) {
	c := sample(1)
	c.State, c.Due = review.Acted, time.Time{}
	record(t, s, c, decided(c)...)
	u := review.Update{Case: c.ID, Trouble: lang.T("机器人没有权限", "the bot lacks the right"), Due: start.Add(time.Hour)}
	if err := settle(t, s, u); err != nil {
		t.Fatal(err)
	}
	if got := load(t, s, c.ID); got.State != review.Open || got.Trouble != u.Trouble || !got.Due.Equal(u.Due) {
		t.Errorf("got %+v", got)
	}
	if open, _, err := s.Waiting(t.Context(), start); open != 1 || err != nil {
		t.Errorf("%d open, %v", open, err)
	}
	q := review.NewQueue(review.Config{Store: s})
	if _, err := q.Uphold(t.Context(), c.ID, "li", ""); err != nil {
		t.Fatal(err)
	}
	if err := settle(t, s, u); err != nil {
		t.Fatal(err)
	}
	if got := load(t, s, c.ID); got.State != review.Upheld {
		t.Errorf("a decided case became %s", got.State)
	}
}

func cancelledStays(t *testing.T, s keeper) {
	c := sample(1)
	record(t, s, c, decided(c)...)
	if _, err := review.NewQueue(review.Config{Store: s}).Overturn(t.Context(), c.ID, "li", ""); err != nil {
		t.Fatal(err)
	}
	late, other := c.Acts[1], c.Acts[0]
	late.State, other.State, other.Settled = review.Doing, review.Done, start
	err := settle(t, s, review.Update{Case: c.ID, Acts: []review.Act{late, other}})
	var cancelled *review.CancelledError
	if !errors.As(err, &cancelled) || !slices.Equal(cancelled.Keys, []string{late.Action.Key}) {
		t.Errorf("got %v", err)
	}
	if got := load(t, s, c.ID).Acts; got[1].State != review.Cancelled || got[0].State != review.Done {
		t.Errorf("got %+v", got)
	}
}
