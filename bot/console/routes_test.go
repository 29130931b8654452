package console

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"patrol/bot/review"
)

// powers says for every route what it needs, beside the table of routes itself: a
// new route has to be thought about twice.
var powers = map[string]review.Power{
	"GET /{$}": review.See, "GET /events": review.See,
	"GET /cases/{id}": review.See, "POST /cases/{id}/claim": review.Decide, "POST /cases/{id}/release": review.Decide,
	"POST /cases/{id}/uphold": review.Decide, "POST /cases/{id}/overturn": review.Decide, "POST /cases/{id}/note": review.Decide,
	"POST /views": review.See, "POST /views/{view}/home": review.See, "POST /views/{view}/delete": review.See,
	"POST /cases/{id}/did": review.Decide, "POST /cases/{id}/could-not": review.Decide,
	"GET /query":  review.See,
	"GET /brakes": review.See, "POST /brakes/{id}/release": review.Decide, "POST /brakes/{id}/cancel": review.Decide,
	"GET /stats": review.See, "GET /samples": review.Decide, "GET /samples/{id}": review.Decide, "POST /samples/{id}": review.Decide,
	"GET /monthly": review.Decide, "GET /monthly/{form}": review.Decide,
	"GET /undo": review.Manage, "POST /undo": review.Manage,
	"POST /cases/{id}/escalate": review.Decide, "POST /cases/{id}/undo": review.Decide, "POST /cases/{id}/repost": review.Decide,
	"POST /bulk": review.Decide, "POST /bulk/undo": review.Decide,
	"GET /account": review.See, "POST /account/password": review.See, "POST /logout": review.See,
	"POST /account/sessions/{session}/end": review.See, "POST /account/sessions/end": review.See,
	"GET /account/factor": review.See, "POST /account/factor": review.See,
	"POST /account/factor/recovery": review.See, "POST /account/factor/remove": review.See,
	"POST /accounts/{name}/factor/reset": review.Manage, "POST /login/code": anybody, "GET /login/sso": anybody, "GET /login/sso/done": anybody,
	"GET /account/tokens": review.See, "POST /account/tokens": review.See, "POST /account/tokens/{token}/revoke": review.See,
	"GET /accounts/tokens": review.Manage, "POST /accounts/tokens/{token}/revoke": review.Manage,
	"GET /accounts": review.Manage, "POST /accounts": review.Manage, "POST /accounts/{name}/rights": review.Manage,
	"POST /accounts/{name}/disable": review.Manage, "POST /accounts/{name}/enable": review.Manage, "POST /accounts/{name}/reset": review.Manage,
	"GET /appeal/{token}": anybody, "POST /appeal/{token}": anybody,
	"GET /login": anybody, "POST /login": anybody, "GET /login/link": anybody, "POST /login/link": anybody,
	"POST /language": anybody, "GET /assets/{file}": anybody, "/": anybody,
}

// walk is a way along all routes: what their placeholders stand for, and how each
// is asked.
type walk struct {
	fill map[string]string
	form []string
}

func (w walk) path(t *testing.T, pattern string) (method, path string) {
	t.Helper()
	method, path, ok := strings.Cut(pattern, " ")
	if !ok {
		method, path = http.MethodGet, "/nowhere"
	}
	path = strings.ReplaceAll(path, "{$}", "")
	for name, value := range w.fill {
		path = strings.ReplaceAll(path, "{"+name+"}", value)
	}
	if strings.Contains(path, "{") {
		t.Fatalf("%s: say in this test what its placeholder stands for, and whether a limited reviewer may have it", pattern)
	}
	return method, path
}

func (w walk) ask(t *testing.T, p *person, pattern, token string) answer {
	t.Helper()
	method, path := w.path(t, pattern)
	if method == http.MethodGet {
		return p.get(path)
	}
	return p.post(path, append([]string{"csrf", token}, w.form...)...)
}

// apart are routes that a walk can't take, with the test that asks them: the one
// never ends, the other ends the login.
var apart = map[string]string{"GET /events": "TestStreamsNeedALogin", "POST /logout": "TestLogin"}

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
	way := walk{
		fill: map[string]string{"id": cases[0].ID, "name": "nobody-of-that-name", "session": "none", "token": "none", "view": "none", "file": "console.css", "form": "csv"},
		form: []string{"ground", "x", "text", "x", "lang", "en"},
	}
	seen := map[string]bool{}
	for _, route := range h.console.routes() {
		seen[route.pattern] = true
		if needs, listed := powers[route.pattern]; !listed || needs != route.needs {
			t.Errorf("%s needs %q; this test has %q (listed: %t)", route.pattern, route.needs, needs, listed)
			continue
		}
		if apart[route.pattern] != "" {
			continue
		}
		_, path := way.path(t, route.pattern)
		for name, p := range people {
			a := way.ask(t, p, route.pattern, tokens[name])
			get := a.Request.Method == http.MethodGet
			may := route.needs == anybody || roles[name].May(route.needs)
			known := roles[name] != review.NoRights
			switch {
			case may && (a.StatusCode == http.StatusUnauthorized && path != "/login" || a.StatusCode == http.StatusForbidden && path != "/account/password" ||
				a.StatusCode >= 500 || a.Header.Get("Location") == "/login" && !strings.HasPrefix(path, "/login")):
				t.Errorf("%s may %s, but: %s", name, route.pattern, a.Status)
			case !may && known && a.StatusCode != http.StatusForbidden:
				t.Errorf("%s may not %s, but: %s", name, route.pattern, a.Status)
			case !may && !known && get && !strings.HasPrefix(a.Header.Get("Location"), "/login"):
				t.Errorf("%s may not %s and is not sent to the login: %s %s", name, route.pattern, a.Status, a.Header.Get("Location"))
			case !may && !known && !get && a.StatusCode != http.StatusUnauthorized:
				t.Errorf("%s may not %s, but: %s", name, route.pattern, a.Status)
			}
		}
	}
	for pattern := range powers {
		if !seen[pattern] {
			t.Errorf("there is no route %s", pattern)
		}
	}
	if c := h.load(cases[1].ID); c.State != review.Open {
		t.Errorf("a case that nobody touched is %s", c.State)
	}
}

// limited is somebody who reviews the chat of c and no other.
func (h *house) limited(name string, c *review.Case) *person {
	h.Helper()
	hash := hashAt(cost{time: 1, memory: 64, threads: 1}, password)
	r := review.Reviewer{Name: name, Hash: hash, Role: review.Desk, Created: noon, Only: review.Only(review.ChatKey(c.Event.Adapter, c.Event.Chat))}
	if err := h.store.PutReviewer(h.Context(), r); err != nil {
		h.Fatal(err)
	}
	return h.as(name)
}

// TestALimitedReviewerSeesNothingOfOtherGroups walks the table of routes as
// somebody who reviews one group, with the case of another one in the address and
// in the form.
func TestALimitedReviewerSeesNothingOfOtherGroups(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	ours, theirs := cases[0], cases[1]
	theirs.Event.Message.Text, theirs.Event.Author.Name = "marker-of-theirs", "marker-of-theirs"
	h.record(cases...)
	if _, err := h.queue.Note(t.Context(), theirs.ID, "rui", "marker-of-theirs"); err != nil {
		t.Fatal(err)
	}
	before := h.load(theirs.ID)
	mia := h.limited("mia", ours)
	token := mia.token()
	if a := mia.get("/cases/" + ours.ID); a.StatusCode != http.StatusOK {
		t.Fatalf("the own case: %s", a.Status)
	}
	way := walk{
		fill: map[string]string{"id": theirs.ID, "name": "rui", "session": "none", "token": "none", "view": "none", "file": "console.css", "form": "csv"},
		form: []string{"ground", "x", "text", "x", "lang", "en", "id", theirs.ID, "case", theirs.ID, "cases", theirs.ID},
	}
	foreign := []string{theirs.ID, "marker-of-theirs", theirs.Event.Chat, theirs.Event.Author.ID, "8821"} // and the raid's members
	for _, route := range h.console.routes() {
		if apart[route.pattern] != "" || !strings.HasPrefix(string(route.needs), string(review.See)) && route.needs != review.Decide {
			continue
		}
		queries := []string{""}
		if !strings.HasPrefix(route.pattern, "POST") {
			queries = append(queries, "?tab=all", "?tab=all&member="+url.QueryEscape(theirs.Event.Author.ID), "?tab=all&q=marker",
				"?tab=all&chat="+url.QueryEscape(review.ChatKey(theirs.Event.Adapter, theirs.Event.Chat)), "?from=tab%3Dall", "?tab=all&rule=scam.invest")
		}
		for _, query := range queries {
			a := way.ask(t, mia, route.pattern+query, token)
			if strings.Contains(route.pattern, "{id}") && a.StatusCode != http.StatusNotFound {
				t.Errorf("%s with a case of another group: %s", route.pattern+query, a.Status)
			}
			for _, marker := range foreign {
				asked := strings.Contains(query, url.QueryEscape(marker)) || marker == theirs.ID && strings.Contains(route.pattern, "{id}")
				if !asked && strings.Contains(a.body, marker) {
					t.Errorf("%s shows %q of another group", route.pattern+query, marker)
				}
			}
		}
	}
	if after := h.load(theirs.ID); after.State != before.State || after.ClaimedBy != "" || len(after.Remarks) != len(before.Remarks) {
		t.Errorf("the case of another group was changed: %s, held by %q, %d notes", after.State, after.ClaimedBy, len(after.Remarks))
	}
}

// TestTheOthersCasesAreNotCounted compares the counts of the queue with those of a
// house that holds nothing else.
func TestTheOthersCasesAreNotCounted(t *testing.T) {
	tabs := func(only bool) string {
		h := open(t, nil)
		cases := lively()
		for _, c := range cases {
			if c.Event.Chat == cases[0].Event.Chat || !only {
				h.record(c)
			}
		}
		body := h.limited("mia", cases[0]).get("/").body
		_, rest, _ := strings.Cut(body, `<nav class="tabs"`)
		bar, _, ok := strings.Cut(rest, "</nav>")
		if !ok {
			t.Fatal("the queue has no tabs")
		}
		return bar
	}
	if alone, among := tabs(true), tabs(false); alone != among {
		t.Errorf("alone:\n%s\namong others:\n%s", alone, among)
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
