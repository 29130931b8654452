package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/undo"
	"patrol/rules/lang"
)

type brakes interface {
	brake.Book
	brake.Holdings
	undo.Store
}

func undosKept(t *testing.T, s keeper) {
	first := undo.Order{ID: "u1", Rule: "ads", Since: start, Until: start.Add(time.Hour), By: "li", At: start.Add(time.Hour), Chats: []string{"qq/1"}}
	second := undo.Order{ID: "u2", Rule: "flood", Since: start, Until: start.Add(time.Hour), By: "wu", At: start.Add(2 * time.Hour)}
	for _, o := range []undo.Order{first, second} {
		if err := s.PutUndo(t.Context(), o, ledger.Entry{At: o.At, Kind: ledger.Batch, Actor: o.By}); err != nil {
			t.Fatal(err)
		}
	}
	first.Finished, first.Cases = start.Add(3*time.Hour), 7
	if err := s.PutUndo(t.Context(), first); err != nil {
		t.Fatal(err)
	}
	got, err := s.Undos(t.Context(), 10)
	if want := []undo.Order{second, first}; err != nil || diff(want, got) != "" {
		t.Error(diff(want, got), err)
	}
	if got, err := s.Undos(t.Context(), 1); err != nil || len(got) != 1 || got[0].ID != "u2" {
		t.Errorf("the newest: %+v, %v", got, err)
	}
	if head := verify(t, s); head.Seq != 2 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
}

// brakesInReach looks at the brake of one chat, and at b2, which spans all, as who
// reaches that chat only.
func brakesInReach(t *testing.T, s keeper, one brake.Brake, held []string) {
	t.Helper()
	first := load(t, s, held[0])
	key := review.ChatKey(first.Event.Adapter, first.Event.Chat)
	want := 0
	for _, id := range held {
		if c := load(t, s, id); review.ChatKey(c.Event.Adapter, c.Event.Chat) == key {
			want++
		}
	}
	ctx := review.WithReach(t.Context(), review.Only(one.Scope))
	if got, err := s.Brakes(ctx, start); err != nil || len(got) != 1 || got[0].ID != one.ID {
		t.Errorf("in reach: %+v, %v", got, err)
	}
	if got, err := s.Held(review.WithReach(t.Context(), review.Only(key)), "b2"); err != nil || len(got) != want || want == len(held) {
		t.Errorf("held in reach: %d of %d, want %d, %v", len(got), len(held), want, err)
	}
	for _, id := range []string{"b2", "none"} {
		if err := s.LiftBrake(ctx, id, "li"); !errors.Is(err, brake.ErrNone) {
			t.Errorf("a brake out of reach is lifted: %v", err)
		}
	}
}

func brakesKept(t *testing.T, s keeper) {
	one := brake.Brake{ID: "b1", Kind: brake.Chat, Scope: "qq/1", At: start, Until: start.Add(time.Hour), Why: lang.T("刹车", "the brake")}
	other := brake.Brake{ID: "b2", Kind: brake.Rule, Scope: "ads", At: start.Add(time.Minute), Until: start.Add(2 * time.Minute)}
	for _, b := range []brake.Brake{one, other} {
		if err := s.PutBrake(t.Context(), b, ledger.Entry{At: b.At, Kind: ledger.Braked, Actor: ledger.Bot}); err != nil {
			t.Fatal(err)
		}
	}
	var ids []string
	for i := range 3 {
		c := sample(i)
		c.State, c.Acts[1].State, c.Acts[1].Brake = review.Open, review.Held, "b2"
		record(t, s, c, decided(c)...)
		ids = append(ids, c.ID)
	}
	one.Until = start.Add(90 * time.Minute)
	if err := s.PutBrake(t.Context(), one); err != nil {
		t.Fatal(err)
	}
	standing := func(at time.Time) []brake.Standing {
		t.Helper()
		all, err := s.Brakes(t.Context(), at)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got, want := standing(start), []brake.Standing{{Brake: other, Holds: 3}, {Brake: one}}; diff(want, got) != "" {
		t.Error(diff(want, got))
	}
	if got := standing(start.Add(24 * time.Hour)); len(got) != 1 || got[0].ID != "b2" {
		t.Errorf("a day later: %+v", got)
	}
	held, err := s.Held(t.Context(), "b2")
	if err != nil || !slices.Equal(held, ids) {
		t.Errorf("held %v, %v, want %v", held, err, ids)
	}
	brakesInReach(t, s, one, ids)
	queue := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return start.Add(time.Minute) }})
	desk := &brake.Desk{Store: s, Queue: queue, Now: func() time.Time { return start.Add(time.Minute) }}
	if _, err := queue.Overturn(t.Context(), ids[0], "li", ""); err != nil {
		t.Fatal(err)
	}
	if held, err := s.Held(t.Context(), "b2"); err != nil || !slices.Equal(held, ids[1:]) {
		t.Errorf("held %v, %v", held, err)
	}
	if tally, err := desk.Release(t.Context(), "b2", "li"); err != nil || tally.Done != 2 {
		t.Fatalf("%+v, %v", tally, err)
	}
	if err := s.LiftBrake(t.Context(), "b2", "wu", ledger.Entry{At: start, Kind: ledger.Lifted, Actor: "wu"}); err != nil {
		t.Fatal(err)
	}
	if got := standing(start); len(got) != 2 || got[0].LiftedBy != "li" || got[0].Holds != 0 {
		t.Errorf("after the release: %+v", got)
	}
	for _, id := range ids[1:] {
		c := load(t, s, id)
		i := slices.IndexFunc(c.Acts, func(a review.Act) bool { return a.Action.Verb == chat.Mute })
		if c.Acts[i].State != review.Due {
			t.Errorf("%s is %s", c.Acts[i].Action.Key, c.Acts[i].State)
		}
	}
	verify(t, s)
}
