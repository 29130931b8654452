package review_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

const id = "qtvc4pn47gfq"

// act is an act of the case in that state.
func act(v chat.Verb, s review.ActState) review.Act {
	a := review.Act{Case: id, Adapter: "qq-main", State: s, Due: start, Action: chat.Action{Key: review.ActKey(id, v), Verb: v, Chat: "1001", Member: "7"}}
	if v == chat.Mute {
		a.Action.For = time.Hour
	}
	if s == review.Done || s == review.Failed || s == review.Cancelled {
		a.Settled = start
	}
	return a
}

// kase is an open case with those acts and a strike in that state.
func kase(strike review.StrikeState, acts ...review.Act) review.Case {
	return review.Case{
		ID: id, State: review.Open, Created: start, Due: start.Add(time.Hour), Strike: strike, Acts: acts,
		Event: chat.Event{Adapter: "qq-main", Chat: "1001", Author: chat.Member{ID: "7"}},
	}
}

// desk is a queue over a store with c, at a time that the test moves.
func desk(c review.Case) (*review.Queue, *memory, *time.Time, *int) {
	m, now, woken := newMemory(c), start.Add(time.Minute), 0
	q := review.NewQueue(review.Config{Store: m, Now: func() time.Time { return now }, Wake: func() { woken++ }})
	return q, m, &now, &woken
}

func states(c review.Case) map[chat.Verb]review.ActState {
	all := map[chat.Verb]review.ActState{}
	for _, a := range c.Acts {
		all[a.Action.Verb] = a.State
	}
	return all
}

func kinds(entries []ledger.Entry) []ledger.Kind {
	var all []ledger.Kind
	for _, e := range entries {
		all = append(all, e.Kind)
	}
	return all
}

func TestOnlyOnePersonHoldsACase(t *testing.T) {
	q, m, now, _ := desk(kase(review.StrikeNone))
	if _, err := q.Claim(t.Context(), id, "li"); err != nil {
		t.Fatal(err)
	}
	until := now.Add(10 * time.Minute)
	for verb, do := range map[string]func() (review.Case, error){
		"claim":    func() (review.Case, error) { return q.Claim(t.Context(), id, "wu") },
		"release":  func() (review.Case, error) { return q.Release(t.Context(), id, "wu") },
		"uphold":   func() (review.Case, error) { return q.Uphold(t.Context(), id, "wu", "") },
		"overturn": func() (review.Case, error) { return q.Overturn(t.Context(), id, "wu", "") },
	} {
		c, err := do()
		var claimed *review.ClaimedError
		if !errors.As(err, &claimed) || !errors.Is(err, review.ErrClaimed) || claimed.By != "li" || !claimed.Until.Equal(until) {
			t.Errorf("%s: %v", verb, err)
		}
		if c.ClaimedBy != "li" {
			t.Errorf("%s: the case as it stands is not returned", verb)
		}
	}
	if _, err := q.Note(t.Context(), id, "wu", "I know this member"); err != nil {
		t.Errorf("a note by another: %v", err)
	}
	*now = until
	if _, err := q.Uphold(t.Context(), id, "wu", ""); err != nil {
		t.Errorf("after the lease: %v", err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Claimed, ledger.Noted, ledger.Upheld}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestClaimingAgainMakesTheLeaseLongerWithoutAnEntry(t *testing.T) {
	q, m, now, _ := desk(kase(review.StrikeNone))
	for range 3 {
		*now = now.Add(5 * time.Minute)
		c, err := q.Claim(t.Context(), id, "li")
		if err != nil || !c.ClaimedUntil.Equal(now.Add(10*time.Minute)) {
			t.Fatal(c.ClaimedUntil, err)
		}
	}
	c, err := q.Release(t.Context(), id, "li")
	if err != nil || c.ClaimedBy != "" || !c.ClaimedUntil.IsZero() {
		t.Fatal(c, err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Claimed, ledger.Released}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestUpholdingLetsWhatWasHeldHappen(t *testing.T) {
	q, m, now, woken := desk(kase(review.StrikePending, act(chat.Delete, review.Done), act(chat.Remove, review.Held), act(chat.Warn, review.Failed)))
	c, err := q.Uphold(t.Context(), id, "li", "an ad")
	if err != nil {
		t.Fatal(err)
	}
	if c.State != review.Upheld || c.Strike != review.StrikeCounts || c.DecidedBy != "li" || c.Ground != "an ad" || !c.Due.IsZero() {
		t.Errorf("got %+v", c)
	}
	if s := states(c); s[chat.Remove] != review.Due || s[chat.Delete] != review.Done || s[chat.Warn] != review.Failed {
		t.Errorf("acts are %v", s)
	}
	if !c.Acts[1].Due.Equal(*now) || *woken != 1 {
		t.Errorf("due %v, woken %d times", c.Acts[1].Due, *woken)
	}
	e := m.entries[0]
	if e.Kind != ledger.Upheld || e.Actor != "li" || e.Ground != lang.T("an ad", "an ad") || e.Chat != "qq-main/1001" || e.Member != "7" || e.Case != id {
		t.Errorf("the ledger says %+v", e)
	}
}

func TestOverturningUndoesCancelsAndVoids(t *testing.T) {
	q, m, now, woken := desk(kase(review.StrikeCounts,
		act(chat.Delete, review.Done), act(chat.Mute, review.Done), act(chat.Ban, review.Doing), act(chat.Remove, review.Held), act(chat.Warn, review.Due)))
	c, err := q.Overturn(t.Context(), id, "li", "a question")
	if err != nil {
		t.Fatal(err)
	}
	want := map[chat.Verb]review.ActState{
		chat.Delete: review.Done, chat.Mute: review.Done, chat.Ban: review.Doing, chat.Remove: review.Cancelled, chat.Warn: review.Cancelled,
		chat.Unmute: review.Due, chat.Unban: review.Due,
	}
	if got := states(c); len(c.Acts) != len(want) || !equal(got, want) {
		t.Errorf("acts are %v", got)
	}
	undo := c.Acts[5]
	if undo.Action != (chat.Action{Key: review.ActKey(id, chat.Unmute), Verb: chat.Unmute, Chat: "1001", Member: "7"}) || undo.Adapter != "qq-main" || !undo.Due.Equal(*now) {
		t.Errorf("the undo act is %+v", undo)
	}
	if c.State != review.Overturned || c.Strike != review.StrikeVoid || *woken != 1 {
		t.Errorf("state %s, strike %s, woken %d times", c.State, c.Strike, *woken)
	}
	if got := kinds(m.entries); !slices.Equal(got, []ledger.Kind{ledger.Overturned, ledger.Cancelled, ledger.Cancelled}) || m.entries[1].Act != review.ActKey(id, chat.Remove) {
		t.Errorf("the ledger says %+v", m.entries)
	}
}

func equal(a, b map[chat.Verb]review.ActState) bool {
	if len(a) != len(b) {
		return false
	}
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return true
}

func TestOverturningBringsTheTimerOfAMuteForward(t *testing.T) {
	timer := act(chat.Unmute, review.Due)
	timer.Due = start.Add(time.Hour)
	q, _, now, _ := desk(kase(review.StrikeCounts, act(chat.Mute, review.Done), timer))
	c, err := q.Overturn(t.Context(), id, "li", "")
	if err != nil || len(c.Acts) != 2 || !c.Acts[1].Due.Equal(*now) {
		t.Fatalf("got %+v, %v", c.Acts, err)
	}
	*now = now.Add(time.Second)
	c, err = q.Uphold(t.Context(), id, "li", "no, an ad after all")
	if err != nil || c.Acts[1].State != review.Due || !c.Acts[1].Due.Equal(start.Add(time.Hour)) {
		t.Fatalf("upholding again does not put the timer back: %+v, %v", c.Acts, err)
	}
}

func TestAMuteThatThePlatformHasEndedIsNotLiftedAgain(t *testing.T) {
	mute := act(chat.Mute, review.Done)
	mute.Receipt.Until = start.Add(30 * time.Second)
	q, _, _, woken := desk(kase(review.StrikeCounts, mute))
	c, err := q.Overturn(t.Context(), id, "li", "")
	if err != nil || len(c.Acts) != 1 || *woken != 0 {
		t.Fatalf("got %+v, %v", c.Acts, err)
	}
}

func TestDecidingTheSameAgainChangesNothingAndIsReported(t *testing.T) {
	q, m, now, _ := desk(kase(review.StrikeCounts, act(chat.Mute, review.Done)))
	first, err := q.Overturn(t.Context(), id, "li", "a question")
	if err != nil {
		t.Fatal(err)
	}
	*now = now.Add(time.Hour)
	for _, by := range []string{"li", "wu"} {
		c, err := q.Overturn(t.Context(), id, by, "")
		var decided *review.DecidedError
		if !errors.As(err, &decided) || decided.By != "li" || decided.State != review.Overturned || !decided.At.Equal(first.DecidedAt) {
			t.Errorf("%s: %v", by, err)
		}
		if c.State != review.Overturned || c.DecidedBy != "li" || len(m.entries) != 1 {
			t.Errorf("%s: changed to %+v", by, c)
		}
	}
}

func TestAnotherPersonDecidesOtherwiseOnlyKnowingly(t *testing.T) {
	q, _, _, _ := desk(kase(review.StrikePending, act(chat.Ban, review.Held)))
	if _, err := q.Uphold(t.Context(), id, "li", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := q.Overturn(t.Context(), id, "wu", ""); !errors.Is(err, review.ErrDecided) || !strings.Contains(err.Error(), "claim it first") {
		t.Fatalf("without having seen the decision: %v", err)
	}
	if c, err := q.Claim(t.Context(), id, "wu"); err != nil || c.State != review.Upheld {
		t.Fatal(c.State, err)
	}
	c, err := q.Overturn(t.Context(), id, "wu", "")
	if err != nil || c.State != review.Overturned || states(c)[chat.Ban] != review.Cancelled || c.DecidedBy != "wu" {
		t.Fatal(c, err)
	}
}

func TestUpholdingWhatWasOverturned(t *testing.T) {
	q, m, now, _ := desk(kase(review.StrikeCounts, act(chat.Mute, review.Done), act(chat.Ban, review.Held)))
	if _, err := q.Overturn(t.Context(), id, "li", "a slip"); err != nil {
		t.Fatal(err)
	}
	t.Run("while the undo waits takes it back", func(t *testing.T) {
		c, err := q.Uphold(t.Context(), id, "li", "")
		if err != nil || c.Strike != review.StrikeCounts {
			t.Fatal(c.Strike, err)
		}
		// The mute has no end of its own on the platform: it gets its timer.
		if s := states(c); s[chat.Ban] != review.Due || s[chat.Unmute] != review.Due || !c.Acts[2].Due.Equal(start.Add(time.Hour)) {
			t.Fatalf("acts are %+v", c.Acts)
		}
	})
	t.Run("after the undo was done leaves it undone", func(t *testing.T) {
		*now = now.Add(time.Second)
		if _, err := q.Overturn(t.Context(), id, "li", ""); err != nil {
			t.Fatal(err)
		}
		undone := m.cases[id].Acts[2]
		undone.State, undone.Settled = review.Done, *now
		if err := m.settle(review.Update{Case: id, Acts: []review.Act{undone}}); err != nil {
			t.Fatal(err)
		}
		c, err := q.Uphold(t.Context(), id, "li", "")
		if err != nil || states(c)[chat.Unmute] != review.Done || states(c)[chat.Mute] != review.Done {
			t.Fatalf("acts are %v, %v", states(c), err)
		}
	})
}

func TestAnActThatWaitsForAnotherTryIsDroppedByAnOverturn(t *testing.T) {
	for _, asks := range []review.ActState{review.Doing, review.Due} {
		t.Run(string(asks), func(t *testing.T) {
			trying := act(chat.Mute, review.Doing)
			trying.Attempts = 1
			q, m, now, _ := desk(kase(review.StrikeCounts, trying, act(chat.Delete, review.Doing)))
			if _, err := q.Overturn(t.Context(), id, "li", ""); err != nil {
				t.Fatal(err)
			}
			trying.State, trying.Attempts, trying.Due = asks, 2, now.Add(time.Minute)
			deleted := act(chat.Delete, review.Done)
			err := m.settle(review.Update{Case: id, Acts: []review.Act{trying, deleted}})
			var cancelled *review.CancelledError
			if !errors.As(err, &cancelled) || !errors.Is(err, review.ErrCancelled) || !slices.Equal(cancelled.Keys, []string{trying.Action.Key}) {
				t.Errorf("got %v", err)
			}
			// The first try may have reached the platform: it is undone in any case.
			want := map[chat.Verb]review.ActState{chat.Mute: review.Cancelled, chat.Delete: review.Done, chat.Unmute: review.Due}
			if got := states(m.cases[id]); !equal(got, want) {
				t.Errorf("acts are %v", got)
			}
			if e := m.entries[len(m.entries)-1]; e.Kind != ledger.Cancelled || e.Actor != ledger.Bot || e.Act != trying.Action.Key {
				t.Errorf("the ledger says %+v", e)
			}
		})
	}
}

func TestTroubleAsksAPersonUnlessOneHasDecided(t *testing.T) {
	trouble := lang.T("没有权限", "no right")
	for state, want := range map[review.State]review.State{
		review.Open: review.Open, review.Acted: review.Open, review.Logged: review.Open, review.Upheld: review.Upheld, review.Overturned: review.Overturned,
	} {
		c := kase(review.StrikeNone)
		c.State = state
		if _, err := c.Settle(review.Update{Case: id, Trouble: trouble, Due: start}); err != nil {
			t.Fatal(err)
		}
		if c.State != want || c.Trouble != trouble {
			t.Errorf("a case that was %s is %s, trouble %q", state, c.State, c.Trouble.En)
		}
	}
}

func TestUpholdingDoesNotReviveWhatWasCancelledForAnotherReason(t *testing.T) {
	timer := act(chat.Unmute, review.Due)
	timer.Due = start.Add(time.Hour)
	q, _, _, _ := desk(kase(review.StrikeCounts, act(chat.Ban, review.Cancelled), timer))
	c, err := q.Uphold(t.Context(), id, "li", "")
	if err != nil || c.Acts[0].State != review.Cancelled || c.Acts[1].State != review.Due || !c.Acts[1].Due.Equal(timer.Due) {
		t.Fatalf("got %+v, %v", c.Acts, err)
	}
}

func TestAVerbNeedsAPersonANoteNeedsText(t *testing.T) {
	q, m, _, _ := desk(kase(review.StrikeNone))
	if _, err := q.Uphold(t.Context(), id, " ", ""); !errors.Is(err, review.ErrNobody) {
		t.Error(err)
	}
	if _, err := q.Note(t.Context(), id, "li", "\n"); !errors.Is(err, review.ErrEmpty) {
		t.Error(err)
	}
	if _, err := q.Claim(t.Context(), "nothing", "li"); !errors.Is(err, review.ErrNotFound) {
		t.Error(err)
	}
	if len(m.entries) != 0 {
		t.Error(m.entries)
	}
}

func TestANoteStaysOutOfTheLedger(t *testing.T) {
	q, m, _, _ := desk(kase(review.StrikeNone))
	c, err := q.Note(t.Context(), id, "li", "wrote 加微信 before")
	if err != nil || len(c.Remarks) != 1 || c.Remarks[0].Text != "wrote 加微信 before" {
		t.Fatal(c.Remarks, err)
	}
	if e := m.entries[0]; !e.Ground.IsZero() || e.Digest != ledger.Digest([]byte("wrote 加微信 before")) {
		t.Errorf("the ledger says %+v", e)
	}
}

func TestRoles(t *testing.T) {
	for _, c := range []struct {
		role review.Role
		may  []review.Power
	}{
		{review.Viewer, []review.Power{review.See}},
		{review.Desk, []review.Power{review.See, review.Decide}},
		{review.Admin, []review.Power{review.See, review.Decide, review.Manage}},
		{"", nil},
		{"root", nil},
	} {
		for _, p := range []review.Power{review.See, review.Decide, review.Manage, "", "all"} {
			r := review.Reviewer{Name: "li", Role: c.role}
			if got, want := r.May(p), slices.Contains(c.may, p); got != want {
				t.Errorf("%q may %q: %v", c.role, p, got)
			}
			if r.Disabled = true; r.May(p) {
				t.Errorf("a disabled %q may %q", c.role, p)
			}
		}
		if _, ok := review.ParseRole(string(c.role)); ok != (c.may != nil) {
			t.Errorf("ParseRole(%q): %v", c.role, ok)
		}
	}
}

func TestDueIn(t *testing.T) {
	d := review.DueIn{Major: time.Minute}
	for s, want := range map[rules.Severity]time.Duration{rules.Severe: time.Hour, rules.Major: time.Minute, rules.Minor: 72 * time.Hour, "": 72 * time.Hour} {
		if got := d.For(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}
