package review_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// policed is a queue over c with that policy.
func policed(c review.Case, p review.Policy) (*review.Queue, *memory, *time.Time) {
	m, now := newMemory(c), start.Add(time.Minute)
	return review.NewQueue(review.Config{Store: m, Now: func() time.Time { return now }, Policy: p}), m, &now
}

func byKey(c review.Case) map[string]review.ActState {
	all := map[string]review.ActState{}
	for _, a := range c.Acts {
		all[strings.TrimPrefix(a.Action.Key, id+"/")] = a.State
	}
	return all
}

func TestABanNeedsTwoPeople(t *testing.T) {
	q, m, _ := policed(kase(review.StrikePending, act(chat.Ban, review.Held)), review.Policy{Second: []chat.Verb{chat.Ban}})
	c, err := q.Uphold(t.Context(), id, "li", "a scam")
	if err != nil || c.State != review.Open || states(c)[chat.Ban] != review.Held || c.Proposed.By != "li" || c.Strike != review.StrikePending {
		t.Fatalf("the first word decided alone: %+v, %v", c, err)
	}
	if _, err := q.Uphold(t.Context(), id, "li", "really"); !errors.Is(err, review.ErrSecond) {
		t.Errorf("the same person twice: %v", err)
	}
	c, err = q.Uphold(t.Context(), id, "wu", "yes, a scam")
	if err != nil || c.State != review.Upheld || states(c)[chat.Ban] != review.Due || c.DecidedBy != "wu" || c.Proposed.By != "li" || c.Strike != review.StrikeCounts {
		t.Fatalf("the second word did not decide: %+v, %v", c, err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Proposed, ledger.Upheld}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestTheSecondPersonMayDisagree(t *testing.T) {
	q, _, _ := policed(kase(review.StrikePending, act(chat.Ban, review.Held)), review.Policy{Second: []chat.Verb{chat.Ban}, Measures: []rules.Step{{Verb: chat.Mute, For: time.Hour}}})
	if _, err := q.Uphold(t.Context(), id, "li", ""); err != nil {
		t.Fatal(err)
	}
	mute := rules.Step{Verb: chat.Mute, For: time.Hour}
	c, err := q.Decide(t.Context(), id, review.Upheld, review.Word{By: "wu", Instead: &mute})
	if err != nil || c.State != review.Upheld || byKey(c)["ban"] != review.Cancelled || byKey(c)["mute.ruled"] != review.Due {
		t.Errorf("a lighter measure needs no second word: %v, %v", byKey(c), err)
	}
	q, _, _ = policed(kase(review.StrikePending, act(chat.Ban, review.Held)), review.Policy{Second: []chat.Verb{chat.Ban}})
	if _, err := q.Uphold(t.Context(), id, "li", ""); err != nil {
		t.Fatal(err)
	}
	if c, err = q.Overturn(t.Context(), id, "wu", "a joke"); err != nil || c.State != review.Overturned || c.Proposed.By != "" {
		t.Errorf("an overturn needs no second word: %+v, %v", c, err)
	}
}

func TestMeasuresAreThoseOfTheLadder(t *testing.T) {
	hour, day := rules.Step{Verb: chat.Mute, For: time.Hour}, rules.Step{Verb: chat.Mute, For: 24 * time.Hour}
	ban := rules.Step{Verb: chat.Ban}
	policy := review.Policy{Measures: []rules.Step{{Verb: chat.Warn}, day, {Verb: chat.Delete}, hour, ban}}
	held := kase(review.StrikePending, act(chat.Delete, review.Held), act(chat.Remove, review.Held))
	for _, c := range []struct {
		name string
		step *rules.Step
		want map[string]review.ActState
		err  error
	}{
		{"as held", nil, map[string]review.ActState{"delete": review.Due, "remove": review.Due}, nil},
		{"nothing", &rules.Step{}, map[string]review.ActState{"delete": review.Due, "remove": review.Cancelled}, nil},
		{"what is held, by name", &rules.Step{Verb: chat.Remove}, map[string]review.ActState{"delete": review.Due, "remove": review.Due}, nil},
		{"lighter", &hour, map[string]review.ActState{"delete": review.Due, "remove": review.Cancelled, "mute.ruled": review.Due}, nil},
		{"heavier", &ban, map[string]review.ActState{"delete": review.Due, "remove": review.Cancelled, "ban.ruled": review.Due}, nil},
		{"off the ladder", &rules.Step{Verb: chat.Mute, For: time.Minute}, nil, review.ErrMeasure},
		{"no measure at all", &rules.Step{Verb: chat.Unban}, nil, review.ErrMeasure},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, _, _ := policed(held, policy)
			after, err := q.Decide(t.Context(), id, review.Upheld, review.Word{By: "li", Instead: c.step})
			if !errors.Is(err, c.err) {
				t.Fatal(err)
			}
			if got := byKey(after); err == nil && fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("the acts are %v, want %v", got, c.want)
			}
		})
	}
	var said []string
	for _, s := range policy.Choices(&held) {
		said = append(said, s.String())
	}
	if got := strings.Join(said, ", "); got != "mute 1h0m0s, mute 24h0m0s, remove, ban" {
		t.Errorf("the choices are %s", got)
	}
}

func TestAVerdictIsTakenBackWithinTheGrace(t *testing.T) {
	q, m, now := policed(kase(review.StrikePending, act(chat.Remove, review.Held)), review.Policy{Grace: 5 * time.Second})
	c, err := q.Uphold(t.Context(), id, "li", "a slip")
	if err != nil || !c.Acts[0].Due.Equal(now.Add(5*time.Second)) {
		t.Fatalf("the removal is due at %v, %v", c.Acts[0].Due, err)
	}
	if _, err := q.TakeBack(t.Context(), id, "wu"); !errors.Is(err, review.ErrDecided) {
		t.Errorf("somebody else took it back: %v", err)
	}
	c, err = q.TakeBack(t.Context(), id, "li")
	if err != nil || c.State != review.Open || states(c)[chat.Remove] != review.Held || c.Strike != review.StrikePending || !c.Due.Equal(start.Add(time.Hour)) || c.DecidedBy != "" {
		t.Errorf("the case does not stand as before: %+v, %v", c, err)
	}
	if _, err := q.TakeBack(t.Context(), id, "li"); !errors.Is(err, review.ErrNothing) {
		t.Errorf("taken back twice: %v", err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Upheld, ledger.TakenBack}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestAnOverturnIsTakenBack(t *testing.T) {
	q, m, now := policed(kase(review.StrikeCounts, act(chat.Delete, review.Done), act(chat.Mute, review.Done), act(chat.Remove, review.Held)), review.Policy{Apology: func(*review.Case) string { return "sorry" }})
	c, err := q.Overturn(t.Context(), id, "li", "the wrong case")
	if err != nil || fmt.Sprint(byKey(c)) != "map[apology:due delete:done mute:done remove:cancelled unmute:due]" {
		t.Fatal(byKey(c), err)
	}
	c, err = q.TakeBack(t.Context(), id, "li")
	if err != nil || fmt.Sprint(byKey(c)) != "map[apology:cancelled delete:done mute:done remove:held unmute:due]" || c.Strike != review.StrikeCounts {
		t.Fatal(byKey(c), c.Strike, err)
	}
	if i := slices.IndexFunc(c.Acts, func(a review.Act) bool { return a.Action.Verb == chat.Unmute }); !c.Acts[i].Due.Equal(start.Add(time.Hour)) {
		t.Errorf("the unmute is due at %v and not when the mute ends", c.Acts[i].Due)
	}
	// Once the member has his voice back he keeps it.
	if _, err = q.Overturn(t.Context(), id, "li", ""); err != nil {
		t.Fatal(err)
	}
	undone := act(chat.Unmute, review.Done)
	undone.Settled = *now
	if err := m.settle(review.Update{Case: id, Acts: []review.Act{undone}}); err != nil {
		t.Fatal(err)
	}
	if c, err = q.TakeBack(t.Context(), id, "li"); err != nil || states(c)[chat.Unmute] != review.Done {
		t.Errorf("%v, %v", byKey(c), err)
	}
}

func TestWhatAVerdictLetHappenIsUndoneWithIt(t *testing.T) {
	q, m, now := policed(kase(review.StrikePending, act(chat.Ban, review.Held)), review.Policy{})
	if _, err := q.Uphold(t.Context(), id, "li", ""); err != nil {
		t.Fatal(err)
	}
	banned := act(chat.Ban, review.Done)
	banned.Settled = *now
	if err := m.settle(review.Update{Case: id, Acts: []review.Act{banned}}); err != nil {
		t.Fatal(err)
	}
	c, err := q.TakeBack(t.Context(), id, "li")
	if err != nil || c.State != review.Open || fmt.Sprint(byKey(c)) != "map[ban:done unban:due]" {
		t.Errorf("%s: %v, %v", c.State, byKey(c), err)
	}
}

func TestEscalatingHandsACaseUp(t *testing.T) {
	acted := kase(review.StrikeCounts, act(chat.Mute, review.Done))
	acted.State, acted.Due = review.Acted, time.Time{}
	q, m, now := policed(acted, review.Policy{})
	if _, err := q.Claim(t.Context(), id, "li"); err != nil {
		t.Fatal(err)
	}
	c, err := q.Escalate(t.Context(), id, "li", "I know this member")
	if err != nil || c.State != review.Open || c.ClaimedBy != "" || c.Escalated.By != "li" || !c.Due.Equal(*now) {
		t.Fatalf("%+v, %v", c, err)
	}
	if c, err = q.TakeBack(t.Context(), id, "li"); err != nil || c.Escalated.By != "" || c.State != review.Open {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err = q.Overturn(t.Context(), id, "wu", ""); err != nil {
		t.Fatal(err)
	}
	if _, err = q.Escalate(t.Context(), id, "li", ""); !errors.Is(err, review.ErrDecided) {
		t.Errorf("a decided case is escalated: %v", err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Claimed, ledger.Escalated, ledger.TakenBack, ledger.Overturned}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestADeletedTextIsRepostedOnce(t *testing.T) {
	deleted := kase(review.StrikeCounts, act(chat.Delete, review.Done))
	deleted.Event.Author.Name = "小\u202e王\n/kick"
	deleted.Event.Message.Text = "/ban all\u200b\n第二行"
	q, m, _ := policed(deleted, review.Policy{})
	if _, err := q.Repost(t.Context(), id, "li"); !errors.Is(err, review.ErrIntact) {
		t.Errorf("a case that stands was reposted: %v", err)
	}
	if _, err := q.Overturn(t.Context(), id, "li", "a question"); err != nil {
		t.Fatal(err)
	}
	c, err := q.Repost(t.Context(), id, "li")
	if err != nil || byKey(c)["repost"] != review.Due {
		t.Fatal(byKey(c), err)
	}
	last := c.Acts[len(c.Acts)-1].Action
	if want := "恢复被误删的消息，小王 说：\nA message that was deleted by mistake. 小王 said:\n> /ban all\n> 第二行"; last.Verb != chat.Tell || last.Text != want {
		t.Errorf("%s posts\n%s", last.Verb, last.Text)
	}
	if _, err := q.Repost(t.Context(), id, "li"); !errors.Is(err, review.ErrIntact) {
		t.Errorf("reposted twice: %v", err)
	}
	if got, want := kinds(m.entries), []ledger.Kind{ledger.Overturned, ledger.Reposted}; !slices.Equal(got, want) {
		t.Errorf("the ledger says %v", got)
	}
}

func TestAnApologyNeedsSomethingToBeSorryFor(t *testing.T) {
	for name, c := range map[string]struct {
		act  review.Act
		text string
		want bool
	}{
		"something was done":        {act(chat.Mute, review.Done), "sorry", true},
		"nothing was done":          {act(chat.Mute, review.Held), "sorry", false},
		"nothing is to be said":     {act(chat.Mute, review.Done), "", false},
		"it could not be done":      {act(chat.Delete, review.Failed), "sorry", false},
		"it may just be being done": {act(chat.Delete, review.Doing), "sorry", true},
	} {
		q, _, _ := policed(kase(review.StrikeCounts, c.act), review.Policy{Apology: func(*review.Case) string { return c.text }})
		after, err := q.Overturn(t.Context(), id, "li", "")
		if _, said := byKey(after)["apology"]; said != c.want || err != nil {
			t.Errorf("%s: %v, %v", name, byKey(after), err)
		}
	}
}

func TestABulkTellsWhatItCouldNotDo(t *testing.T) {
	var cases []review.Case
	var ids []string
	for i := range 100 {
		c := kase(review.StrikeNone, act(chat.Warn, review.Held))
		c.ID = fmt.Sprintf("case%08d", i)
		if i == 7 {
			c.ClaimedBy, c.ClaimedUntil = "wu", start.Add(time.Hour)
		}
		cases, ids = append(cases, c), append(ids, c.ID)
	}
	m := newMemory(cases...)
	q := review.NewQueue(review.Config{Store: m, Now: func() time.Time { return start }})
	ids = append(ids, "nosuchcase")
	tally := q.Each(t.Context(), ids, func(ctx context.Context, id string) (review.Case, error) { return q.Uphold(ctx, id, "li", "a raid") })
	if len(tally.Done) != 99 || len(tally.Refused) != 2 || tally.Refused[0].ID != ids[7] || !errors.Is(tally.Refused[0].Err, review.ErrClaimed) || !errors.Is(tally.Refused[1].Err, review.ErrNotFound) {
		t.Fatalf("%d done, refused %v", len(tally.Done), tally.Refused)
	}
	back := q.Each(t.Context(), ids, func(ctx context.Context, id string) (review.Case, error) { return q.TakeBack(ctx, id, "li") })
	if len(back.Done) != 99 || m.cases[ids[0]].State != review.Open || m.cases[ids[99]].Acts[0].State != review.Held {
		t.Errorf("%d taken back", len(back.Done))
	}
}
