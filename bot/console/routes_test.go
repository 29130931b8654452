package console

import (
	"net/http"
	"strings"
	"testing"

	"patrol/bot/review"
)

// TestEveryRouteAsksForItsPower walks the table of routes as nobody, as each
// role, and as somebody whose account was disabled after the login.
func TestEveryRouteAsksForItsPower(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	people := map[string]*person{"nobody": h.somebody(), "vera": h.as("vera"), "rui": h.as("rui"), "ada": h.as("ada"), "李雷": h.as("李雷")}
	roles := map[string]review.Role{"vera": review.Viewer, "rui": review.Desk, "ada": review.Admin}
	tokens := map[string]string{}
	for name := range roles {
		tokens[name] = people[name].token()
	}
	if a := people["ada"].send("/accounts/李雷/disable"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	for _, route := range h.console.routes() {
		method, path, ok := strings.Cut(route.pattern, " ")
		if !ok {
			method, path = http.MethodGet, "/nowhere"
		}
		path = strings.NewReplacer("{$}", "", "{id}", cases[0].ID, "{name}", "nobody-of-that-name", "{file}", "console.css").Replace(path)
		if path == "/events" || path == "/logout" {
			continue // the one never ends and the other ends the login: each has a test of its own
		}
		for name, p := range people {
			var a answer
			if method == http.MethodGet {
				a = p.get(path)
			} else {
				a = p.post(path, "csrf", tokens[name], "ground", "x", "text", "x", "lang", "en")
			}
			may := route.needs == anybody || roles[name].May(route.needs)
			known := roles[name] != review.NoRights
			switch {
			case may && (a.StatusCode == http.StatusUnauthorized && path != "/login" || a.StatusCode == http.StatusForbidden && path != "/account/password" ||
				a.StatusCode >= 500 || a.Header.Get("Location") == "/login"):
				t.Errorf("%s may %s, but: %s", name, route.pattern, a.Status)
			case !may && known && a.StatusCode != http.StatusForbidden:
				t.Errorf("%s may not %s, but: %s", name, route.pattern, a.Status)
			case !may && !known && method == http.MethodGet && !strings.HasPrefix(a.Header.Get("Location"), "/login"):
				t.Errorf("%s may not %s and is not sent to the login: %s %s", name, route.pattern, a.Status, a.Header.Get("Location"))
			case !may && !known && method == http.MethodPost && a.StatusCode != http.StatusUnauthorized:
				t.Errorf("%s may not %s, but: %s", name, route.pattern, a.Status)
			}
		}
	}
	if c := h.load(cases[1].ID); c.State != review.Open {
		t.Errorf("a case that nobody touched is %s", c.State)
	}
}

// TestRefusedVerbsChangeNothing is the other half: a refusal is no mere status.
func TestRefusedVerbsChangeNothing(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	vera := h.as("vera")
	for _, verb := range []string{"claim", "release", "uphold", "overturn", "note"} {
		vera.send("/cases/"+cases[0].ID+"/"+verb, "ground", "x", "text", "x")
		h.somebody().post("/cases/"+cases[0].ID+"/"+verb, "ground", "x", "text", "x")
	}
	c := h.load(cases[0].ID)
	if c.State != review.Open || c.ClaimedBy != "" || len(c.Remarks) != 0 {
		t.Errorf("a viewer has changed the case: %s, held by %q, %d notes", c.State, c.ClaimedBy, len(c.Remarks))
	}
}

func TestPostsAreNotTakenFromElsewhere(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	rui := h.as("rui")
	token := rui.token()
	path := "/cases/" + cases[0].ID + "/overturn"
	form := "ground=x&csrf=" + token
	for _, c := range []struct {
		name   string
		body   string
		header []string
		want   int
	}{
		{"from another site", form, []string{"Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"from a sibling host", form, []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"from another origin, by an old browser", form, []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"without the token", "ground=x", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusForbidden},
		{"with another token", "ground=x&csrf=" + strings.Repeat("0", 64), []string{"Sec-Fetch-Site", "same-origin"}, http.StatusForbidden},
		{"with the token in the address only", "ground=x", []string{"Sec-Fetch-Site", "same-origin", "X-Query", "csrf=" + token}, http.StatusForbidden},
		{"too long", form + "&x=" + strings.Repeat("a", maxForm), []string{"Sec-Fetch-Site", "same-origin"}, http.StatusBadRequest},
		{"from here", form, []string{"Sec-Fetch-Site", "same-origin"}, http.StatusSeeOther},
	} {
		t.Run(c.name, func(t *testing.T) {
			to := path
			for i, name := range c.header {
				if name == "X-Query" {
					to += "?" + c.header[i+1]
				}
			}
			r := rui.request(http.MethodPost, to, strings.NewReader(c.body), append(c.header, "Content-Type", "application/x-www-form-urlencoded")...)
			if a := rui.do(r); a.StatusCode != c.want {
				t.Fatalf("got %s, want %d", a.Status, c.want)
			}
			want := review.Open
			if c.want == http.StatusSeeOther {
				want = review.Overturned
			}
			if got := h.load(cases[0].ID).State; got != want {
				t.Errorf("the case is %s, want %s", got, want)
			}
		})
	}
}

func TestGetChangesNothing(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	rui := h.as("rui")
	for _, verb := range []string{"claim", "uphold", "overturn"} {
		if a := rui.get("/cases/" + cases[0].ID + "/" + verb + "?csrf=" + rui.token() + "&ground=x"); a.StatusCode != http.StatusNotFound {
			t.Errorf("GET %s: %s", verb, a.Status)
		}
	}
	if c := h.load(cases[0].ID); c.State != review.Open || c.ClaimedBy != "" {
		t.Errorf("the case is %s, held by %q", c.State, c.ClaimedBy)
	}
}

func TestEveryAnswerCarriesItsProtection(t *testing.T) {
	h := open(t, nil)
	ada := h.as("ada")
	for _, path := range []string{"/", "/login", "/nowhere", "/accounts", "/assets/console.js", "/assets/nothing"} {
		a := ada.get(path)
		policy := a.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %q: %s", path, want, policy)
			}
		}
		if a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: %v", path, a.Header)
		}
		if strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") && a.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached: %s", path, a.Header.Get("Cache-Control"))
		}
	}
}

func TestRedirectsStayHere(t *testing.T) {
	for target, want := range map[string]string{
		"/cases/abcd?from=tab%3Dall": "/cases/abcd?from=tab%3Dall", "": "/", "cases": "/", "//evil.example": "/", "/\\evil.example": "/",
		"https://evil.example/": "/", "javascript:alert(1)": "/", "/\n/evil.example": "/", "/\t/evil.example": "/", "http:/x": "/",
	} {
		if got := localPath(target); got != want {
			t.Errorf("%q leads to %q, want %q", target, got, want)
		}
	}
}
