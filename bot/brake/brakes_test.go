package brake_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// book is a Book that may refuse.
type book struct {
	puts    []brake.Brake
	entries []ledger.Entry
	refuse  error
}

func (b *book) PutBrake(_ context.Context, one brake.Brake, entries ...ledger.Entry) error {
	b.puts, b.entries = append(b.puts, one), append(b.entries, entries...)
	return b.refuse
}

func (b *book) Brakes(context.Context, time.Time) (all []brake.Standing, err error) {
	for _, one := range b.puts {
		all = append(all, brake.Standing{Brake: one})
	}
	return all, nil
}

func removal(member string, at time.Time) brake.Demand {
	return brake.Demand{Event: member + at.String(), Chat: "qq/1", Size: 50, Member: member, Rules: []string{"ads"}, At: at, Removal: true, Silence: true}
}

func TestEachKindTripsAtItsLimit(t *testing.T) {
	for _, c := range []struct {
		name   string
		limits brake.Limits
		kind   brake.Kind
		scope  string
	}{
		{"removals of a chat", brake.Limits{Chat: brake.Limit{Most: 3, In: time.Minute}}, brake.Chat, "qq/1"},
		{"members of a rule", brake.Limits{Rule: brake.Limit{Most: 3, In: time.Minute}}, brake.Rule, "ads"},
		{"share of a chat", brake.Limits{Share: brake.ShareLimit{Percent: 6, In: time.Minute}}, brake.Share, "qq/1"},
		{"share of a small chat", brake.Limits{Share: brake.ShareLimit{Percent: 1, Least: 3, In: time.Minute}}, brake.Share, "qq/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := brake.New(c.limits)
			for i := range 3 {
				if held := b.Weigh(t.Context(), removal(fmt.Sprint("u", i), noon)); held != nil {
					t.Fatalf("%d is held: %s", i, held.Why.En)
				}
			}
			held := b.Weigh(t.Context(), removal("u4", noon))
			if held == nil || held.Kind != c.kind || held.Scope != c.scope || held.Why.Zh == "" || held.Why.En == "" {
				t.Fatalf("got %+v", held)
			}
			if again := b.Weigh(t.Context(), removal("u5", noon.Add(time.Second))); again == nil || again.ID != held.ID || b.Trips() != 1 {
				t.Errorf("got %+v after %d trips", again, b.Trips())
			}
			if b.Weigh(t.Context(), removal("u6", noon.Add(time.Hour))) != nil {
				t.Error("it is still on after an hour of rest")
			}
		})
	}
}

func TestWhatOtherChatsAndRulesDoIsNotHeld(t *testing.T) {
	b := brake.New(brake.Limits{Chat: brake.Limit{Most: 1, In: time.Minute}, Rule: brake.Limit{Most: 2, In: time.Minute}})
	elsewhere, otherRule := removal("u3", noon), removal("u4", noon)
	elsewhere.Chat, otherRule.Rules, otherRule.Chat = "qq/2", []string{"spam"}, "qq/3"
	if b.Weigh(t.Context(), removal("u1", noon)) != nil || b.Weigh(t.Context(), removal("u2", noon)) == nil {
		t.Fatal("the brake of the chat does not hold")
	}
	if held := b.Weigh(t.Context(), elsewhere); held != nil {
		t.Errorf("another chat is held by %+v", held)
	}
	if held := b.Weigh(t.Context(), otherRule); held != nil {
		t.Errorf("another rule in a third chat is held by %+v", held)
	}
}

func TestEveryDemandKeepsItOnAndTheBookIsNotWrittenEachTime(t *testing.T) {
	kept := &book{}
	b := brake.New(brake.Limits{Chat: brake.Limit{Most: 1, In: time.Minute}, Hold: 10 * time.Minute})
	b.Book = kept
	b.Weigh(t.Context(), removal("u1", noon))
	for i := range 1000 { // for 50 minutes
		if at := noon.Add(time.Duration(i) * 3 * time.Second); b.Weigh(t.Context(), removal("u2", at)) == nil {
			t.Fatalf("let through after %s", at.Sub(noon))
		}
	}
	if len(kept.entries) != 1 || kept.entries[0].Kind != ledger.Braked || kept.entries[0].Chat != "qq/1" {
		t.Errorf("the ledger got %+v", kept.entries)
	}
	if n := len(kept.puts); n < 90 || n > 110 {
		t.Errorf("the book was written %d times", n)
	}
}

func TestItHoldsThoughTheBookRefuses(t *testing.T) {
	var fault error
	b := brake.New(brake.Limits{Chat: brake.Limit{Most: 1, In: time.Minute}})
	b.Book, b.Fault = &book{refuse: errors.New("disk full")}, func(err error) { fault = err }
	b.Weigh(t.Context(), removal("u1", noon))
	if b.Weigh(t.Context(), removal("u2", noon)) == nil || fault == nil {
		t.Errorf("fault %v", fault)
	}
}

func TestWhatWasCountedBeforeARestartCounts(t *testing.T) {
	b := brake.New(brake.Limits{Chat: brake.Limit{Most: 3, In: time.Minute}, Share: brake.ShareLimit{Percent: 50, Least: 2, In: time.Hour}})
	b.Restore(nil, []brake.Demand{removal("u1", noon.Add(-time.Hour)), removal("u2", noon.Add(-time.Second)), removal("u3", noon)})
	if b.Weigh(t.Context(), removal("u4", noon.Add(time.Second))) != nil {
		t.Fatal("held too early")
	}
	if b.Weigh(t.Context(), removal("u5", noon.Add(2*time.Second))) == nil {
		t.Error("what was counted before is forgotten")
	}
}

func TestALiftedBrakeCountsAnew(t *testing.T) {
	kept := &book{}
	b := brake.New(brake.Limits{Chat: brake.Limit{Most: 2, In: time.Hour}})
	b.Book = kept
	for _, who := range []string{"u1", "u2", "u3"} {
		b.Weigh(t.Context(), removal(who, noon))
	}
	kept.puts[0].LiftedBy = "ann"
	if err := b.Refresh(t.Context(), noon); err != nil || len(b.On(noon)) != 0 {
		t.Fatalf("%+v, %v", b.On(noon), err)
	}
	for i, who := range []string{"u4", "u5", "u6"} {
		if held := b.Weigh(t.Context(), removal(who, noon)); (held != nil) != (i == 2) {
			t.Errorf("%s: held %v", who, held != nil)
		}
	}
}
