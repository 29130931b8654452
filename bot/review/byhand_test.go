package review_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
)

// handmade is an act that a person is asked for.
func handmade(v chat.Verb, s review.ActState) review.Act {
	a := act(v, s)
	a.Hand, a.Due = review.HandOnly, start.Add(time.Hour)
	return a
}

func on(platform string, c review.Case) review.Case {
	c.Event.Platform = platform
	return c
}

func TestWhatIsDoneByHandIsAnActLikeAnyOther(t *testing.T) {
	q, m, now := policed(on("wechat", kase(review.StrikeCounts, handmade(chat.Remove, review.Asked))), review.Policy{})
	c, err := q.Did(t.Context(), id, id+"/remove", "li", "")
	if err != nil || states(c)[chat.Remove] != review.Done || !c.Acts[0].Settled.Equal(*now) || c.Acts[0].Receipt.Note != "by hand: li" {
		t.Fatalf("%+v, %v", c.Acts, err)
	}
	if e := m.entries[0]; e.Kind != ledger.Done || e.Actor != "li" || e.Verb != "remove" || e.Act != id+"/remove" || e.Ground.En != "by hand" {
		t.Errorf("the ledger says %+v", e)
	}
	for key, want := range map[string]error{id + "/remove": review.ErrNotAsked, id + "/ban": review.ErrNotAsked, "": review.ErrNotAsked} {
		if _, err := q.Did(t.Context(), id, key, "wu", ""); !errors.Is(err, want) {
			t.Errorf("%q again: %v", key, err)
		}
	}
	if !c.Appealable() {
		t.Error("nobody may appeal against what was done by hand")
	}
}

func TestWhatCouldNotBeDoneByHandAsksAPerson(t *testing.T) {
	acted := on("wechat", kase(review.StrikeCounts, handmade(chat.Remove, review.Asked)))
	acted.State, acted.Due = review.Acted, time.Time{}
	q, m, now := policed(acted, review.Policy{})
	if _, err := q.CouldNot(t.Context(), id, id+"/remove", "li", " "); !errors.Is(err, review.ErrEmpty) {
		t.Errorf("without a ground: %v", err)
	}
	c, err := q.CouldNot(t.Context(), id, id+"/remove", "li", "I am no admin there")
	if err != nil || states(c)[chat.Remove] != review.Failed || c.State != review.Open || !c.Due.After(*now) || c.Trouble.IsZero() {
		t.Fatalf("%+v, %v", c, err)
	}
	if e := m.entries[0]; e.Kind != ledger.Failed || e.Actor != "li" || e.Ground.En != "I am no admin there" {
		t.Errorf("the ledger says %+v", e)
	}
	// Another person who can does it after all; a slip is mended the same way.
	if c, err = q.Did(t.Context(), id, id+"/remove", "wu", ""); err != nil || states(c)[chat.Remove] != review.Done {
		t.Fatalf("%+v, %v", c.Acts, err)
	}
	if c, err = q.CouldNot(t.Context(), id, id+"/remove", "wu", "wrong window"); err != nil || states(c)[chat.Remove] != review.Failed {
		t.Fatalf("%+v, %v", c.Acts, err)
	}
}

func TestUpholdingAsksAPersonForWhatTheBotCanNotDo(t *testing.T) {
	q, _, now := policed(on("wechat", kase(review.StrikePending, handmade(chat.Remove, review.Held))), review.Policy{Grace: 5 * time.Second, DueIn: review.DueIn{Minor: time.Hour}})
	c, err := q.Uphold(t.Context(), id, "li", "")
	if err != nil || states(c)[chat.Remove] != review.Asked || !c.Acts[0].Due.Equal(now.Add(5*time.Second+time.Hour)) {
		t.Fatalf("%+v, %v", c.Acts, err)
	}
	c, err = q.TakeBack(t.Context(), id, "li")
	if err != nil || states(c)[chat.Remove] != review.Held {
		t.Fatalf("taken back: %+v, %v", c.Acts, err)
	}
	if _, err = q.Did(t.Context(), id, id+"/remove", "li", ""); !errors.Is(err, review.ErrNotAsked) {
		t.Errorf("what is held was done: %v", err)
	}
}

// TestWhatWasDoneByHandIsUndoneByHand goes the whole way: a ban by hand, the
// overturn, the unban by hand; and a mute that ends.
func TestWhatWasDoneByHandIsUndoneByHand(t *testing.T) {
	q, m, now := policed(on("wechat", kase(review.StrikeCounts, handmade(chat.Ban, review.Asked), handmade(chat.Delete, review.Asked))), review.Policy{})
	if _, err := q.Did(t.Context(), id, id+"/ban", "li", ""); err != nil {
		t.Fatal(err)
	}
	c, err := q.Overturn(t.Context(), id, "li", "a friend")
	if err != nil {
		t.Fatal(err)
	}
	if got := byKey(c); got["ban"] != review.Done || got["delete"] != review.Cancelled || got["unban"] != review.Asked {
		t.Fatalf("after the overturn: %v", got)
	}
	unban := c.Acts[len(c.Acts)-1]
	if unban.Due.After(now.Add(time.Hour)) || unban.Hand != review.HandOnly {
		t.Errorf("the unban waits until %s", unban.Due)
	}
	if c, err = q.Did(t.Context(), id, id+"/unban", "wu", ""); err != nil || byKey(c)["unban"] != review.Done {
		t.Fatalf("%+v, %v", c.Acts, err)
	}
	if got := kinds(m.entries); !slices.Equal(got, []ledger.Kind{ledger.Done, ledger.Overturned, ledger.Cancelled, ledger.Done}) {
		t.Errorf("the ledger has %v", got)
	}
}

func TestAMuteByHandEnds(t *testing.T) {
	for platform, timed := range map[string]bool{"qq": true, "dingtalk": false} {
		t.Run(platform, func(t *testing.T) {
			q, _, now := policed(on(platform, kase(review.StrikeCounts, handmade(chat.Mute, review.Asked))), review.Policy{})
			c, err := q.Did(t.Context(), id, id+"/mute", "li", "")
			if err != nil {
				t.Fatal(err)
			}
			if end := now.Add(time.Hour); timed != c.Acts[0].Receipt.Until.Equal(end) {
				t.Errorf("the platform ends it at %v", c.Acts[0].Receipt.Until)
			}
			if timed {
				if len(c.Acts) != 1 {
					t.Errorf("a person has to end what the platform ends: %+v", c.Acts)
				}
				return
			}
			if len(c.Acts) != 2 || c.Acts[1].State != review.Due || !c.Acts[1].Due.Equal(now.Add(time.Hour)) || c.Acts[1].Hand != review.HandOnly {
				t.Fatalf("nobody is asked to end it: %+v", c.Acts)
			}
			// Overturned before that, it is asked for at once.
			if c, err = q.Overturn(t.Context(), id, "li", "wrong"); err != nil || c.Acts[1].Due.After(*now) {
				t.Fatalf("%+v, %v", c.Acts, err)
			}
		})
	}
}
