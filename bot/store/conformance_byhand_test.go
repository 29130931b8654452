package store_test

import (
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// askedForByHand lists what people are to do by hand, what is due first first, and
// nothing that is done, cancelled or out of reach.
func askedForByHand(t *testing.T, s keeper) {
	var cases []*review.Case
	for i := range 6 {
		c := sample(i)
		c.State = review.Acted
		due := start.Add(time.Duration(6-i) * time.Hour)
		state := review.Asked
		if i == 5 {
			state = review.Held
		}
		c.Acts = []review.Act{{
			Action: chat.Action{Key: review.ActKey(c.ID, chat.Ban), Verb: chat.Ban, Chat: c.Event.Chat, Member: "7"},
			Case:   c.ID, Adapter: c.Event.Adapter, State: state, Due: due, Hand: review.HandOnly,
		}}
		record(t, s, c, decided(c)...)
		cases = append(cases, c)
	}
	list := func(f review.Filter, want ...int) {
		t.Helper()
		var got []int
		for {
			f.Limit = 2
			page, err := s.Cases(t.Context(), f)
			if err != nil {
				t.Fatal(err)
			}
			for i := range page.Cases {
				for at, c := range cases {
					if c.ID == page.Cases[i].ID {
						got = append(got, at)
					}
				}
			}
			if f.After = page.Next; page.Next == "" {
				break
			}
		}
		if diff(want, got) != "" {
			t.Errorf("%+v lists %v, want %v", f, got, want)
		}
		if n, err := s.Count(t.Context(), f, 100); n != len(want) || err != nil {
			t.Errorf("%+v counts %d, %v", f, n, err)
		}
	}
	list(review.Filter{Asked: true}, 4, 3, 2, 1, 0)
	list(review.Filter{Asked: true, AskedBefore: start.Add(3 * time.Hour)}, 4)
	list(review.Filter{Asked: true, Chats: []string{review.ChatKey(cases[2].Event.Adapter, cases[2].Event.Chat)}, Member: cases[2].Event.Author.ID}, 2)
	if acts, _, err := s.TakeDue(t.Context(), start.Add(100*time.Hour), 10); len(acts) != 0 || err != nil {
		t.Errorf("the bot takes what people do: %+v, %v", acts, err)
	}
	if acts, err := s.Interrupted(t.Context()); len(acts) != 0 || err != nil {
		t.Errorf("a crash has cut short what people do: %+v, %v", acts, err)
	}
	q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return start }})
	if _, err := q.Did(t.Context(), cases[3].ID, cases[3].Acts[0].Action.Key, "li", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Overturn(t.Context(), cases[1].ID, "li", "x"); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Uphold(t.Context(), cases[5].ID, "li", "x"); err != nil {
		t.Fatal(err)
	}
	list(review.Filter{Asked: true}, 4, 2, 0, 5)
	c := load(t, s, cases[3].ID)
	if a := c.Acts[0]; a.State != review.Done || a.Hand != review.HandOnly || a.Receipt.Note != "by hand: li" {
		t.Errorf("%+v", a)
	}
	kept := 0
	for r, err := range s.Entries(t.Context(), entriesOf(cases[3].ID)) {
		e, broken := r.Entry()
		if err != nil || broken != nil {
			t.Fatal(err, broken)
		}
		if e.Kind == ledger.Done && e.Actor == "li" && e.Verb == "ban" {
			kept++
		}
	}
	if kept != 1 {
		t.Errorf("the ledger has it %d times", kept)
	}
}

func entriesOf(caseID string) store.EntryFilter { return store.EntryFilter{Case: caseID} }
