package undo_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/bot/undo"
	"patrol/rules"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func openStore(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "patrol.db"), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func record(t interface{ Fatal(...any) }, s *store.Store, c *review.Case) {
	done := make(chan error, 1)
	err := s.Record(context.Background(), c, []ledger.Entry{{At: c.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID}}, func(_ bool, err error) { done <- err })
	if err == nil {
		err = <-done
	}
	if err != nil {
		t.Fatal(err)
	}
}

// drawn is a case as some rule may have made it: any acts in any state.
func drawn(t *rapid.T, id, rule string) *review.Case {
	c := &review.Case{
		ID: id, State: rapid.SampledFrom([]review.State{review.Open, review.Acted, review.Logged, review.Upheld, review.Overturned}).Draw(t, "state"),
		Created: noon.Add(time.Duration(rapid.IntRange(-30, 30).Draw(t, "minutes")) * time.Minute),
	}
	c.Event = chat.Event{
		ID: id, Kind: chat.KindMessage, Adapter: "qq", Chat: rapid.SampledFrom([]string{"1", "2"}).Draw(t, "chat"), Time: c.Created,
		Author: chat.Member{ID: fmt.Sprint("u", rapid.IntRange(0, 5).Draw(t, "member"))}, Message: chat.Message{ID: id, Text: "卖号"},
	}
	hits := rapid.SampledFrom([][]rules.Hit{
		{{Rule: rule, Mode: rules.Live}}, {{Rule: rule, Mode: rules.Live}, {Rule: "other", Mode: rules.Live}},
		{{Rule: "other", Mode: rules.Live}}, {{Rule: rule, Mode: rules.Shadow}, {Rule: "other", Mode: rules.Live}},
	}).Draw(t, "hits")
	c.Verdict = rules.Verdict{Hits: slices.Clone(hits)}
	for i := range c.Verdict.Hits {
		c.Verdict.Hits[i].Then.Answer = rules.Ladder
		c.Verdict.Hits[i].Severity = rules.Minor
	}
	if c.State == review.Upheld || c.State == review.Overturned {
		c.DecidedBy, c.DecidedAt = "wu", c.Created.Add(time.Second)
	}
	c.Decision.Strike = &ladder.Strike{Case: id, Rule: rule, Weight: 1, At: c.Created, Until: c.Created.Add(24 * time.Hour)}
	c.Strike = review.StrikeCounts
	if c.State == review.Overturned {
		c.Strike = review.StrikeVoid
		return c
	}
	states := []review.ActState{review.Held, review.Due, review.Doing, review.Done, review.Failed}
	for _, v := range rapid.SliceOfNDistinct(rapid.SampledFrom([]chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Warn}), 0, 5, rapid.ID).Draw(t, "verbs") {
		state := rapid.SampledFrom(states).Draw(t, "act")
		if c.State == review.Upheld && state == review.Held {
			state = review.Done
		}
		a := review.Act{
			Case: id, Adapter: "qq", State: state, Due: c.Created,
			Action: chat.Action{Key: review.ActKey(id, v), Verb: v, Chat: c.Event.Chat, Member: c.Event.Author.ID},
		}
		if v == chat.Mute {
			a.Action.For = time.Hour
		}
		if state == review.Done || state == review.Failed {
			a.Settled = c.Created
		}
		c.Acts = append(c.Acts, a)
		if v == chat.Mute && state == review.Done && rapid.Bool().Draw(t, "timer") {
			timer := a
			timer.Action.Key, timer.Action.Verb, timer.Action.For = review.ActKey(id, chat.Unmute), chat.Unmute, 0
			timer.State, timer.Due, timer.Settled = review.Due, c.Created.Add(time.Hour), time.Time{}
			c.Acts = append(c.Acts, timer)
		}
	}
	return c
}

// breaking is a store that gives up after some changes, as a killed process does.
type breaking struct {
	*store.Store
	left atomic.Int64
}

var errKilled = errors.New("killed")

func (b *breaking) Apply(ctx context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	if b.left.Add(-1) < 0 {
		return review.Case{}, errKilled
	}
	return b.Store.Apply(ctx, id, change)
}

var runs atomic.Int64

// TestAfterAnUndoNothingOfTheRuleStands undoes over any cases, interrupted anywhere,
// and looks at every case afterwards.
func TestAfterAnUndoNothingOfTheRuleStands(t *testing.T) {
	s := openStore(t)
	rapid.Check(t, func(t *rapid.T) {
		run := runs.Add(1)
		rule := fmt.Sprint("rule", run)
		var cases []*review.Case
		for i := range rapid.IntRange(1, 12).Draw(t, "cases") {
			c := drawn(t, fmt.Sprintf("c%05d%02d", run, i), rule)
			cases = append(cases, c)
			record(t, s, c)
		}
		o := undo.Order{
			Rule: rule, Since: noon.Add(-20 * time.Minute), Until: noon.Add(20 * time.Minute), By: "li", Ground: "坏词表",
			Upheld: rapid.Bool().Draw(t, "upheld"),
		}
		if rapid.Bool().Draw(t, "one chat") {
			o.Chats = []string{"qq/1"}
		}
		now := noon.Add(30 * time.Minute)
		clock := func() time.Time { return now }
		weak := &breaking{Store: s}
		weak.left.Store(int64(rapid.IntRange(0, 12).Draw(t, "killed after")))
		desk := &undo.Desk{Store: s, Queue: review.NewQueue(review.Config{Store: weak, Now: clock}), Now: clock}
		foreseen, err := desk.Preview(context.Background(), o)
		if err != nil {
			t.Fatal(err)
		}
		if o, err = desk.Begin(context.Background(), o); err != nil {
			t.Fatal(err)
		}
		if _, err := desk.Finish(context.Background(), o); err != nil && !errors.Is(err, errKilled) {
			t.Fatal(err)
		}
		desk.Queue = review.NewQueue(review.Config{Store: s, Now: clock})
		if err := desk.Resume(context.Background(), now.Add(time.Second)); err != nil {
			t.Fatal(err)
		}
		changed := 0
		for _, before := range cases {
			after, err := s.Case(context.Background(), before.ID)
			if err != nil {
				t.Fatal(err)
			}
			if stands(t, &o, before, &after, now) {
				changed++
			}
		}
		if changed != foreseen.Cases {
			t.Fatalf("%d cases were overturned, %d foreseen", changed, foreseen.Cases)
		}
	})
	if _, err := ledger.Verify(ledger.Head{}, s.Entries(t.Context(), store.EntryFilter{})); err != nil {
		t.Error(err)
	}
}

// stands fails where something of the rule is left of after, or where a case that
// is none of the order's was touched; it reports whether the order took the case.
func stands(t *rapid.T, o *undo.Order, before, after *review.Case, now time.Time) bool {
	hit := slices.ContainsFunc(before.Verdict.Hits, func(h rules.Hit) bool { return h.Rule == o.Rule && h.Mode == rules.Live })
	inTime := !before.Created.Before(o.Since) && before.Created.Before(o.Until)
	here := len(o.Chats) == 0 || before.Event.Chat == "1"
	wanted := before.State == review.Open || before.State == review.Acted || before.State == review.Upheld && o.Upheld
	if !hit || !inTime || !here || !wanted {
		if after.State != before.State || after.Strike != before.Strike || len(after.Acts) != len(before.Acts) {
			t.Fatalf("%s is none of the order's and became %s", before.ID, after.State)
		}
		return false
	}
	if after.State != review.Overturned || after.Strike == review.StrikeCounts || after.DecidedBy != "li" {
		t.Fatalf("%s is %s by %q, its strike %s", after.ID, after.State, after.DecidedBy, after.Strike)
	}
	for _, a := range after.Acts {
		if a.Action.Verb.Weight() > 0 && (a.State == review.Held || a.State == review.Due) {
			t.Fatalf("%s is still %s", a.Action.Key, a.State)
		}
		if a.Action.Verb.Undo() == "" || a.State != review.Done && a.State != review.Doing {
			continue
		}
		i := slices.IndexFunc(after.Acts, func(u review.Act) bool { return u.Action.Verb == a.Action.Verb.Undo() })
		if i < 0 || after.Acts[i].State != review.Due || after.Acts[i].Due.After(now) {
			t.Fatalf("nothing undoes %s now", a.Action.Key)
		}
	}
	return true
}

func TestPreviewCounts(t *testing.T) {
	s := openStore(t)
	at := func(id, member string, acts ...review.Act) *review.Case {
		c := &review.Case{
			ID: id, State: review.Acted, Created: noon, Strike: review.StrikeCounts,
			Event:    chat.Event{ID: id, Kind: chat.KindMessage, Adapter: "qq", Chat: "1", Author: chat.Member{ID: member}},
			Verdict:  rules.Verdict{Hits: []rules.Hit{{Rule: "ads", Mode: rules.Live, Severity: rules.Minor}}},
			Decision: ladder.Decision{Strike: &ladder.Strike{Case: id, Rule: "ads", Weight: 1, At: noon, Until: noon.Add(time.Hour)}},
		}
		for _, a := range acts {
			a.Case, a.Adapter, a.Action.Key = id, "qq", review.ActKey(id, a.Action.Verb)
			c.Acts = append(c.Acts, a)
		}
		return c
	}
	act := func(v chat.Verb, state review.ActState) review.Act {
		return review.Act{Action: chat.Action{Verb: v}, State: state, Settled: noon}
	}
	timer := act(chat.Unmute, review.Due)
	timer.Due = noon.Add(24 * time.Hour)
	record(t, s, at("caaaaa", "u1", act(chat.Delete, review.Done), act(chat.Mute, review.Done), timer, act(chat.Warn, review.Done)))
	record(t, s, at("cbbbbb", "u1", act(chat.Delete, review.Done), act(chat.Ban, review.Done)))
	record(t, s, at("cccccc", "u2", act(chat.Remove, review.Held)))
	record(t, s, at("cddddd", "u3", act(chat.Mute, review.Done)))
	both := at("ceeeee", "u4")
	both.Verdict.Hits = append(both.Verdict.Hits, rules.Hit{Rule: "flood", Mode: rules.Live, Severity: rules.Minor})
	record(t, s, both)
	upheld := at("cfffff", "u5")
	upheld.State, upheld.DecidedBy = review.Upheld, "wu"
	record(t, s, upheld)
	held := at("cggggg", "u6")
	held.ClaimedBy, held.ClaimedUntil = "wu", noon.Add(time.Hour)
	record(t, s, held)

	desk := &undo.Desk{Store: s, Queue: review.NewQueue(review.Config{Store: s}), Now: func() time.Time { return noon.Add(time.Minute) }}
	got, err := desk.Preview(t.Context(), undo.Order{Rule: "ads", Since: noon.Add(-time.Hour), Until: noon.Add(time.Hour), By: "li"})
	if err != nil {
		t.Fatal(err)
	}
	want := undo.Preview{
		Cases: 5, Members: 4, Mutes: 1, Bans: 1, Timers: 1, Strikes: 5, Waiting: 1, Others: 1, Upheld: 1, Held: 1,
		Gone: map[chat.Verb]int{chat.Delete: 2, chat.Warn: 1},
	}
	if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

func TestAnOrderThatSaysTooLittleIsRefused(t *testing.T) {
	s := openStore(t)
	desk := &undo.Desk{Store: s, Queue: review.NewQueue(review.Config{Store: s}), Now: func() time.Time { return noon }}
	for name, c := range map[string]struct {
		order undo.Order
		want  error
	}{
		"no rule":          {undo.Order{Since: noon.Add(-time.Hour), Until: noon, By: "li"}, undo.ErrNoRule},
		"no beginning":     {undo.Order{Rule: "ads", Until: noon, By: "li"}, undo.ErrNoTime},
		"an end before it": {undo.Order{Rule: "ads", Since: noon, Until: noon.Add(-time.Hour), By: "li"}, undo.ErrNoTime},
		"all of it ahead":  {undo.Order{Rule: "ads", Since: noon.Add(time.Hour), Until: noon.Add(2 * time.Hour), By: "li"}, undo.ErrNoTime},
		"nobody":           {undo.Order{Rule: "ads", Since: noon.Add(-time.Hour), Until: noon}, review.ErrNobody},
	} {
		if _, err := desk.Begin(t.Context(), c.order); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if all, err := s.Undos(t.Context(), 10); err != nil || len(all) != 0 {
		t.Errorf("%v, %v", all, err)
	}
}

func Example() {
	// A rule went wrong between ten and eleven. In a bot the store is the one of bot/store.
	order := undo.Order{
		Rule: "ads.contact", By: "li", Ground: "a word too many in the list",
		Since: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC), Until: time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC),
	}
	fmt.Println(order.Rule, order.Until.Sub(order.Since))
	// Output: ads.contact 1h0m0s
}
