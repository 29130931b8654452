package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"patrol/bot/appeal"
	"patrol/bot/review"
	"patrol/bot/store"
)

// appealing is a house with the page for appeals, and a link to that of a case.
func appealing(t *testing.T) (h *house, c *review.Case, path string) {
	t.Helper()
	h = open(t, func(config *Config) {
		config.Appeals = appeal.New(appeal.Config{Store: config.Store.(*store.Store), URL: "https://patrol.example.org", Now: config.Now})
	})
	for _, one := range withActs() {
		if one.State == review.Acted {
			c = one
			break
		}
	}
	h.record(c)
	link, err := h.console.config.Appeals.Link(t.Context(), c.ID)
	if err != nil {
		t.Fatal(err)
	}
	return h, c, strings.TrimPrefix(link, "https://patrol.example.org")
}

func TestThePunishedAppealByLink(t *testing.T) {
	h, c, path := appealing(t)
	nobody := h.somebody()
	page := nobody.get(path)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, c.ID) {
		t.Fatalf("%s\n%s", page.Status, page.body)
	}
	if strings.Contains(page.body, c.Event.Message.Text) || strings.Contains(page.body, c.Event.Author.ID) {
		t.Error("the page shows the message or its author to whoever has the link")
	}
	if a := nobody.post(path, "text", "  "); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("nothing said: %s", a.Status)
	}
	if a := nobody.post(path, "text", "<script>alert(1)</script> 冤枉"); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%s", a.Status)
	}
	if a := nobody.post(path, "text", "again"); a.StatusCode != http.StatusConflict {
		t.Errorf("a second appeal: %s", a.Status)
	}
	got := h.load(c.ID)
	if got.State != review.Open || got.Appeal.Via != "link" {
		t.Fatalf("the case is %s, the appeal %+v", got.State, got.Appeal)
	}
	seen := h.as("rui").get("/cases/" + c.ID).body
	if !strings.Contains(seen, "冤枉") || strings.Contains(seen, "<script>alert") {
		t.Error("the reviewer does not see the appeal, or not safely")
	}
	if a := h.as("rui").send("/cases/"+c.ID+"/overturn", "ground", "true"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	after := nobody.get(path, "Accept-Language", "en").body
	if !strings.Contains(after, "accepted") || strings.Contains(after, "<textarea") {
		t.Errorf("the outcome is not shown:\n%s", after)
	}
}

func TestTheFirstReviewerIsToldThatAnotherHasToDecide(t *testing.T) {
	h, c, path := appealing(t)
	if a := h.as("rui").send("/cases/"+c.ID+"/uphold", "ground", "an ad"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := h.somebody().post(path, "text", "冤枉"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := h.as("rui").send("/cases/"+c.ID+"/uphold", "ground", "an ad"); a.StatusCode != http.StatusConflict {
		t.Errorf("who decided first decides again: %s", a.Status)
	}
	if a := h.as("李雷").send("/cases/"+c.ID+"/uphold", "ground", "an ad"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another reviewer: %s", a.Status)
	}
}

func TestGuessingLinksIsSlowedDownAndGoodLinksStayOpen(t *testing.T) {
	h, _, path := appealing(t)
	nobody := h.somebody()
	last := 0
	for range 60 {
		last = nobody.get("/appeal/" + strings.Repeat("a", 26)).StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the sixtieth guess: %d", last)
	}
	if a := nobody.get(path); a.StatusCode != http.StatusOK {
		t.Errorf("a good link after that: %s", a.Status)
	}
}

func TestTheServerForAppealsServesNothingElse(t *testing.T) {
	h, _, path := appealing(t)
	public := h.console.AppealsOnly()
	for target, want := range map[string]int{path: 200, "/assets/console.css": 200, "/": 404, "/login": 404, "/cases/x": 404, "/accounts": 404, "/appeal/../login": 404} {
		w := httptest.NewRecorder()
		public.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil))
		if target == "/appeal/../login" && w.Code == http.StatusOK || target != "/appeal/../login" && w.Code != want {
			t.Errorf("%s: %d, want %d", target, w.Code, want)
		}
	}
}
