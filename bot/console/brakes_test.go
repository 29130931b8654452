package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// brakeOn records the cases as held by a brake that is on.
func (h *house) brakeOn(cases []*review.Case) brake.Brake {
	h.Helper()
	b := brake.Brake{
		ID: "abcd2345", Kind: brake.Rule, Scope: "ads.<b>contact</b>", At: noon.Add(-time.Minute), Until: noon.Add(9 * time.Minute),
		Why: lang.T("规则处置的人太多", "the rule acted on too many"),
	}
	if err := h.store.PutBrake(h.Context(), b, ledger.Entry{At: b.At, Kind: ledger.Braked, Actor: ledger.Bot}); err != nil {
		h.Fatal(err)
	}
	for _, c := range cases {
		c.State, c.Due, c.Trouble = review.Open, noon.Add(time.Hour), b.Why
		for i := range c.Acts {
			c.Acts[i].State, c.Acts[i].Brake, c.Acts[i].Settled = review.Held, b.ID, time.Time{}
		}
	}
	h.record(cases...)
	return b
}

// withActs are those of the lively cases on which something was done.
func withActs() (found []*review.Case) {
	for _, c := range lively() {
		if len(c.Acts) > 0 && c.State != review.Logged {
			found = append(found, c)
		}
	}
	return found
}

func TestEveryPageSaysThatABrakeIsOn(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	if page := rui.get("/"); strings.Contains(page.body, `href="/brakes"`) {
		t.Error("a brake is spoken of, and none is on")
	}
	h.brakeOn(withActs()[:2])
	for _, path := range []string{"/", "/account", "/brakes"} {
		if page := rui.get(path); !strings.Contains(page.body, `href="/brakes"`) {
			t.Errorf("%s does not say that a brake is on", path)
		}
	}
	if page := h.somebody().get("/login"); strings.Contains(page.body, `href="/brakes"`) {
		t.Error("who is not logged in is told of a brake")
	}
	page := rui.get("/brakes")
	if strings.Contains(page.body, "<b>contact") || !strings.Contains(page.body, "abcd2345") {
		t.Error("the brake is not shown, or not safely")
	}
}

func TestABrakeIsReleasedOrCancelled(t *testing.T) {
	for verb, want := range map[string]review.State{"release": review.Acted, "cancel": review.Overturned} {
		t.Run(verb, func(t *testing.T) {
			h := open(t, nil)
			cases := withActs()[:3]
			b := h.brakeOn(cases)
			h.clock.advance(time.Second)
			if _, err := h.queue.Claim(t.Context(), cases[2].ID, "李雷"); err != nil {
				t.Fatal(err)
			}
			a := h.as("rui").send(fmt.Sprintf("/brakes/%s/%s", b.ID, verb))
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, cases[2].ID) {
				t.Fatalf("%s; the case that another holds is not named", a.Status)
			}
			for i, c := range cases {
				got := h.load(c.ID)
				if i == 2 {
					if got.State != review.Open || !got.HeldBy(b.ID) {
						t.Errorf("the case that another holds is %s", got.State)
					}
					continue
				}
				asked := got.State == review.Open && verb == "release" && len(got.Verdict.Hits) > 0 && got.Verdict.Hits[0].Then.Answer == "review"
				if got.HeldBy(b.ID) || got.State != want && !asked {
					t.Errorf("case %d is %s, want %s", i, got.State, want)
				}
			}
		})
	}
}

func TestAViewerCantReleaseABrake(t *testing.T) {
	h := open(t, nil)
	cases := withActs()[:1]
	b := h.brakeOn(cases)
	if a := h.as("vera").send("/brakes/" + b.ID + "/release"); a.StatusCode != http.StatusForbidden {
		t.Errorf("%s", a.Status)
	}
	if c := h.load(cases[0].ID); !c.HeldBy(b.ID) {
		t.Error("a viewer has let it go")
	}
	if a := h.as("rui").send("/brakes/zzzz/release"); a.StatusCode != http.StatusNotFound {
		t.Errorf("a brake that there is not: %s", a.Status)
	}
}

// Who releases all that a brake holds must know that more is held than is listed.
func TestABrakeSaysHowManyItDoesNotList(t *testing.T) {
	h := open(t, nil)
	cases := withActs()
	if len(cases) <= heldShown {
		t.Fatalf("%d cases are all listed", len(cases))
	}
	h.brakeOn(cases)
	page := h.as("rui").get("/brakes", "Accept-Language", "en")
	if want := fmt.Sprintf("%d more cases are not listed", len(cases)-heldShown); !strings.Contains(page.body, want) {
		t.Errorf("%q is not on the page", want)
	}
}
