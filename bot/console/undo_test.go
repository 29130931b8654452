package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"patrol/bot/review"
)

func TestAnAdminUndoesARule(t *testing.T) {
	h := open(t, nil)
	cases := withActs()
	h.record(cases...)
	rule := cases[0].Verdict.Hits[0].Rule
	ada := h.as("ada")
	zone := time.FixedZone("", 8*3600)
	form := url.Values{
		"rule": {rule}, "since": {noon.Add(-1000 * time.Hour).In(zone).Format(timeForm)}, "until": {noon.Add(time.Minute).In(zone).Format(timeForm)},
	}
	preview := ada.get("/undo?" + form.Encode())
	if preview.StatusCode != http.StatusOK || !strings.Contains(preview.body, "cases overturned") && !strings.Contains(preview.body, "推翻的案件") {
		t.Fatalf("%s\n%s", preview.Status, preview.body)
	}
	if c := h.load(cases[0].ID); c.State == review.Overturned {
		t.Fatal("a preview has overturned")
	}
	send := func(more ...string) answer {
		pairs := more
		for key := range form {
			pairs = append(pairs, key, form.Get(key))
		}
		return ada.send("/undo", pairs...)
	}
	if a := send(); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a ground: %s", a.Status)
	}
	h.clock.advance(time.Minute)
	if a := send("ground", "词表有错"); a.StatusCode != http.StatusOK {
		t.Fatalf("%s\n%s", a.Status, a.body)
	}
	for _, c := range cases {
		hit := false
		for _, x := range c.Verdict.Hits {
			hit = hit || x.Rule == rule && x.Mode == "live"
		}
		got := h.load(c.ID)
		wants := hit && (c.State == review.Open || c.State == review.Acted) && (c.ClaimedBy == "" || c.ClaimedBy == "ada")
		if wants && got.State != review.Overturned || !hit && got.State != c.State {
			t.Errorf("case %s (%v) was %s and is %s", c.ID, hit, c.State, got.State)
		}
	}
	orders, err := h.store.Undos(t.Context(), 5)
	if err != nil || len(orders) != 1 || orders[0].By != "ada" || orders[0].Finished.IsZero() {
		t.Errorf("%+v, %v", orders, err)
	}
	for _, query := range []string{"?rule=x&since=nonsense&until=2026-03-14T12:00", "?rule=x&since=2026-03-14T12:00&until=2026-03-14T11:00"} {
		if a := ada.get("/undo" + query); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `role="alert"`) {
			t.Errorf("%s: %s", query, a.Status)
		}
	}
}

func TestOnlyAdminsUndoARule(t *testing.T) {
	h := open(t, nil)
	for _, name := range []string{"vera", "rui"} {
		if a := h.as(name).get("/undo"); a.StatusCode != http.StatusForbidden {
			t.Errorf("%s: %s", name, a.Status)
		}
	}
}
