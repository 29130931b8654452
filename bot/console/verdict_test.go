package console

import (
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
)

// policed is a house with a ladder that goes to a ban, which takes two people.
func policed(t *testing.T) *house {
	t.Helper()
	h := open(t, nil)
	h.queue = review.NewQueue(review.Config{Store: h.store, Now: h.clock.now, Policy: review.Policy{
		Second:   []chat.Verb{chat.Ban},
		Measures: []rules.Step{{Verb: chat.Mute, For: 3600e9}, {Verb: chat.Ban}},
		Rungs:    []ladder.Rung{{At: 1, Do: []rules.Step{{Verb: chat.Warn}}}, {At: 9, Do: []rules.Step{{Verb: chat.Ban}}, Hold: true}},
	}})
	h.console.config.Queue = h.queue
	return h
}

// TestTwoReviewersRace lets two people press at the same moment, many times: one of
// them decides, the other is told so, and the ledger has one decision.
func TestTwoReviewersRace(t *testing.T) {
	h := open(t, nil)
	cases := many(20)
	h.record(cases...)
	rui, lei := h.as("rui"), h.as("李雷")
	ruis, leis := rui.token(), lei.token()
	for _, c := range cases {
		var both sync.WaitGroup
		var up, down answer
		both.Go(func() { up = rui.post("/cases/"+c.ID+"/uphold", "csrf", ruis) })
		both.Go(func() { down = lei.post("/cases/"+c.ID+"/overturn", "csrf", leis, "ground", "no") })
		both.Wait()
		won, lost := up, down
		if down.StatusCode == http.StatusSeeOther {
			won, lost = down, up
		}
		if won.StatusCode != http.StatusSeeOther || lost.StatusCode != http.StatusConflict || !strings.Contains(lost.body, "Nothing was done") {
			t.Fatalf("%s and %s", up.Status, down.Status)
		}
		entries, err := h.timeline(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		decisions := 0
		for _, e := range entries {
			if e.Kind == "upheld" || e.Kind == "overturned" {
				decisions++
			}
		}
		if decisions != 1 {
			t.Errorf("the ledger has %d decisions", decisions)
		}
	}
}

func TestABanIsProposedAndConfirmed(t *testing.T) {
	h := policed(t)
	cases := lively()
	h.record(cases...)
	path := "/cases/" + cases[0].ID
	rui, lei := h.as("rui"), h.as("李雷")
	page := rui.get(path).body
	for _, want := range []string{`<option value="">as planned: remove</option>`, `<option value="none">nothing to the member</option>`, `<option value="mute 1h0m0s">mute 1 h</option>`, `<option value="ban">ban</option>`, "Next time", "minor (score 8): warn", "major (score 10): ban, once a person confirms"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if a := rui.send(path+"/uphold", "instead", "ban", "ground", "a scam"); !strings.Contains(a.Header.Get("Location"), "done=proposed") {
		t.Fatalf("%s to %s", a.Status, a.Header.Get("Location"))
	}
	if c := h.load(cases[0].ID); c.State != review.Open || c.Proposed.By != "rui" {
		t.Fatalf("one word was enough: %s", c.State)
	}
	if a := rui.send(path+"/uphold", "instead", "ban"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "another person has to confirm your proposal") {
		t.Errorf("the same person twice: %s", a.Status)
	}
	if page := lei.get(path).body; !strings.Contains(page, "rui proposes to uphold") || !strings.Contains(page, "as proposed: ban") || !strings.Contains(page, "will do: ban") {
		t.Error("the other is not told of the proposal")
	}
	if page := lei.get("/").body; !strings.Contains(page, "proposed by rui") {
		t.Error("the queue does not tell of the proposal")
	}
	if a := lei.send(path + "/uphold"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if c := h.load(cases[0].ID); c.State != review.Upheld || c.DecidedBy != "李雷" {
		t.Errorf("the second word did not decide: %s", c.State)
	}
	if a := lei.send(path+"/uphold", "instead", "mute 5m"); a.StatusCode != http.StatusConflict {
		t.Errorf("upheld twice: %s", a.Status)
	}
	if a := rui.send("/cases/"+cases[1].ID+"/uphold", "instead", "mute 5m"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "no such measure") {
		t.Errorf("a measure that the ladder lacks: %s", a.Status)
	}
}

func TestAnEscalatedCaseIsForAnAdmin(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	path := "/cases/" + cases[3].ID
	rui, ada := h.as("rui"), h.as("ada")
	if a := rui.send(path+"/escalate", "ground", "an old member"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if got := listed(ada.get("/?tab=escalated").body); len(got) != 1 || got[0] != cases[3].ID {
		t.Errorf("escalated are %v", got)
	}
	if a := rui.send(path+"/overturn", "ground", "x"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "an admin decides it") {
		t.Errorf("a reviewer decides it: %s", a.Status)
	}
	if page := rui.get(path).body; !strings.Contains(page, "an old member") || !strings.Contains(page, "Take it back") || strings.Contains(page, `action="`+path+`/uphold"`) {
		t.Error("the page does not say who has escalated it and why, or offers to decide it")
	}
	if a := ada.send(path+"/overturn", "ground", "fine"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("an admin may not decide it: %s", a.Status)
	}
	rui.send("/cases/" + cases[4].ID + "/escalate")
	if a := rui.send("/cases/" + cases[4].ID + "/undo"); a.StatusCode != http.StatusSeeOther || h.load(cases[4].ID).Escalated.By != "" {
		t.Errorf("an escalation can't be taken back: %s", a.Status)
	}
}

func TestManyAreDecidedAtOnceAndTakenBack(t *testing.T) {
	h := open(t, nil)
	raid := raidOf(40)
	h.record(raid...)
	others := many(3)
	h.record(others...)
	rui := h.as("rui")
	page := rui.get("/").body
	rows := listed(page)
	if len(rows) != 4 || !strings.Contains(page, "40 alike") {
		t.Fatalf("the raid is not one row of %d", len(rows))
	}
	link := regexp.MustCompile(`href="(/\?alike=[0-9a-f]+)"`).FindStringSubmatch(page)
	if link == nil || len(listed(rui.get(link[1]).body)) != 40 {
		t.Errorf("the raid can't be looked at: %v", link)
	}
	h.as("李雷").send("/cases/" + raid[5].ID + "/claim")
	if a := rui.send("/bulk", "verb", "overturned", "alike", raid[0].ID); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "needs a ground") {
		t.Errorf("an overturn without a ground: %s", a.Status)
	}
	if a := rui.send("/bulk", "verb", "upheld"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "no case was selected") {
		t.Errorf("nothing was ticked: %s", a.Status)
	}
	if a := rui.send("/bulk", "verb", "explode", "id", raid[0].ID); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an unknown verb: %s", a.Status)
	}
	a := rui.send("/bulk", "verb", "upheld", "alike", raid[0].ID, "id", others[1].ID, "from", "severity=major")
	page = rui.get(a.Header.Get("Location")).body
	if !strings.Contains(a.Header.Get("Location"), "severity=major") || !strings.Contains(page, "40 cases upheld. 1 more were left alone") || !strings.Contains(page, `action="/bulk/undo"`) {
		t.Fatalf("%s to %s", a.Status, a.Header.Get("Location"))
	}
	if h.load(raid[39].ID).State != review.Upheld || h.load(others[1].ID).State != review.Upheld || h.load(raid[5].ID).State != review.Open || h.load(others[0].ID).State != review.Open {
		t.Error("the wrong cases were decided")
	}
	if page := h.as("李雷").get(a.Header.Get("Location")).body; strings.Contains(page, "40 cases upheld") {
		t.Error("another person is told of the batch")
	}
	a = rui.send("/bulk/undo")
	if page := rui.get(a.Header.Get("Location")).body; !strings.Contains(page, "40 cases taken back") || strings.Contains(page, "/bulk/undo") {
		t.Errorf("the batch is not taken back: %s", a.Status)
	}
	if h.load(raid[39].ID).State != review.Open {
		t.Error("a case of the batch is still decided")
	}
	if a := rui.send("/bulk/undo"); a.StatusCode != http.StatusConflict {
		t.Errorf("taken back twice: %s", a.Status)
	}
}
