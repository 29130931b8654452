package store_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/appeal"
	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/report"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/bot/undo"
	"patrol/rules/lang"
)

type brakes interface {
	brake.Book
	brake.Holdings
	undo.Store
	report.Store
	report.Journal
	appeal.Tokens
}

func reportsKept(t *testing.T, s keeper) {
	draft := func(id string) *review.Case {
		c := sample(1)
		c.ID, c.Event.ID = id, id
		c.State, c.Due, c.Acts, c.Strike, c.Decision.Strike = review.Open, start.Add(72*time.Hour), nil, review.StrikeNone, nil
		c.ClaimedBy, c.ClaimedUntil = "", time.Time{}
		return c
	}
	put := func(kase, by string, weight float64) (review.Reports, bool) {
		t.Helper()
		all, fresh, err := s.PutReport(t.Context(), report.Filing{
			Report: report.Report{Case: kase, Chat: "qq-main/1", Reporter: by, At: start, Weight: weight},
			Draft:  draft(kase), Least: 0.5, Due: func(all review.Reports) time.Duration { return time.Duration(10/all.Weight) * time.Hour },
		})
		if err != nil {
			t.Fatal(err)
		}
		return all, fresh
	}
	put("rone11111111", "qq-main/a", 0.25)
	if _, err := s.Case(t.Context(), "rone11111111"); !errors.Is(err, review.ErrNotFound) {
		t.Errorf("a report that weighs too little has made a case: %v", err)
	}
	if all, fresh := put("rone11111111", "qq-main/a", 0.25); fresh || all.Count != 1 {
		t.Errorf("the same member again: %+v, fresh %v", all, fresh)
	}
	if all, fresh := put("rone11111111", "qq-main/b", 0.5); !fresh || all.Count != 2 || all.Weight != 0.75 {
		t.Errorf("the second member: %+v, fresh %v", all, fresh)
	}
	c := load(t, s, "rone11111111")
	if c.State != review.Open || c.Reported.Count != 2 || !c.Due.Equal(start.Add(13*time.Hour)) {
		t.Errorf("the case is %s, reported %+v, due %v", c.State, c.Reported, c.Due)
	}
	all, err := s.Reports(t.Context(), c.ID)
	if err != nil || len(all) != 2 || all[0].Reporter != "qq-main/a" || all[1].Weight != 0.5 {
		t.Errorf("%+v, %v", all, err)
	}
	q := review.NewQueue(review.Config{Store: s})
	if _, err := q.Uphold(t.Context(), c.ID, "li", ""); err != nil {
		t.Fatal(err)
	}
	put("rtwo22222222", "qq-main/b", 1)
	if _, err := q.Overturn(t.Context(), "rtwo22222222", "li", ""); err != nil {
		t.Fatal(err)
	}
	put("rthree333333", "qq-main/b", 1)
	for by, want := range map[string]report.Record{"qq-main/a": {Upheld: 1}, "qq-main/b": {Upheld: 1, Overturned: 1}, "qq-main/c": {}} {
		if got, err := s.Reporter(t.Context(), by); err != nil || got != want {
			t.Errorf("%s: %+v, %v, want %+v", by, got, err, want)
		}
	}
	if late, _ := put(c.ID, "qq-main/c", 1); late.Count != 3 || load(t, s, c.ID).State != review.Upheld {
		t.Errorf("a report of a decided case: %+v", late)
	}
	verify(t, s)
	for r, err := range s.Entries(t.Context(), store.EntryFilter{}) {
		if err != nil || bytes.Contains(r.Body, []byte("qq-main/a")) || bytes.Contains(r.Body, []byte("qq-main/b")) {
			t.Errorf("the ledger names a reporter: %s, %v", r.Body, err)
		}
	}
}

func appealTokensKept(t *testing.T, s keeper) {
	one := appeal.Token{Hash: "h1", Case: "c1", Expires: start.Add(time.Hour)}
	other := appeal.Token{Hash: "h2", Case: "c1", Expires: start.Add(2 * time.Hour)}
	for _, token := range []appeal.Token{one, other} {
		if err := s.PutAppealToken(t.Context(), token); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := s.AppealToken(t.Context(), "h1"); err != nil || diff(one, got) != "" {
		t.Error(diff(one, got), err)
	}
	if _, err := s.AppealToken(t.Context(), "h3"); !errors.Is(err, appeal.ErrToken) {
		t.Errorf("an unknown token: %v", err)
	}
	if err := s.ExpireAppealTokens(t.Context(), start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AppealToken(t.Context(), "h1"); !errors.Is(err, appeal.ErrToken) {
		t.Errorf("an expired token: %v", err)
	}
	if _, err := s.AppealToken(t.Context(), "h2"); err != nil {
		t.Error(err)
	}
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

func reportsJournaled(t *testing.T, s keeper) {
	holds := func(want map[string][]byte) {
		t.Helper()
		if kept, err := s.KeptReports(t.Context()); diff(want, kept) != "" || err != nil {
			t.Errorf("kept: %v, %v", kept, err)
		}
	}
	holds(map[string][]byte{})
	for key, data := range map[string]string{"a/1": "one", "a/2": "two"} {
		if err := s.KeepReport(t.Context(), key, []byte(data)); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.KeepReport(t.Context(), "a/1", []byte("again")); err != nil {
		t.Errorf("delivered twice: %v", err)
	}
	holds(map[string][]byte{"a/1": []byte("one"), "a/2": []byte("two")})
	for range 2 {
		if err := s.DropReport(t.Context(), "a/1"); err != nil {
			t.Fatal(err)
		}
	}
	holds(map[string][]byte{"a/2": []byte("two")})
}
