package console

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/rs/zerolog"

	"patrol/bot/review"
	"patrol/bot/sso"
	"patrol/bot/sso/ssotest"
)

// signOnHouse is a house whose people come from a real provider: mods review one
// chat, root manages.
func signOnHouse(t *testing.T, change func(*Config)) (*house, *ssotest.Provider) {
	t.Helper()
	there := ssotest.Start(t,
		ssotest.User{Name: "mia", Groups: []string{"mods"}}, ssotest.User{Name: "zoe", Groups: []string{"root"}},
		ssotest.User{Name: "tom"}, ssotest.User{Name: "rui", Groups: []string{"mods"}}, ssotest.User{Name: "Patrol", Groups: []string{"root"}})
	h := open(t, func(c *Config) {
		c.SignOn = &SignOn{Title: "Example ID", Rights: func(groups []string) (review.Role, review.Reach, bool) {
			switch {
			case slices.Contains(groups, "root"):
				return review.Admin, review.Reach{}, true
			case slices.Contains(groups, "mods"):
				return review.Desk, review.Only("qq-main/814022"), true
			}
			return "", review.Reach{}, false
		}}
		if change != nil {
			change(c)
		}
	})
	done := h.server.URL + "/login/sso/done"
	there.Register(done)
	h.console.config.SignOn.Provider = sso.New(sso.Config{Issuer: there.Issuer, ClientID: ssotest.ClientID, ClientSecret: ssotest.Secret, Redirect: done})
	return h, there
}

// comes logs the person in at the provider and brings back what it says.
func (p *person) comes(there *ssotest.Provider, name string) answer {
	p.Helper()
	begun := p.get("/login/sso?next=" + url.QueryEscape("/?tab=all"))
	if begun.StatusCode != http.StatusSeeOther {
		p.Fatal(begun.Status)
	}
	return p.get(strings.TrimPrefix(there.LogIn(begun.Header.Get("Location"), name), p.server.URL))
}

func TestSignOn(t *testing.T) {
	var log bytes.Buffer
	h, there := signOnHouse(t, func(c *Config) { c.Log = zerolog.New(&log) })
	h.record(lively()...)
	mia := h.somebody()
	if a := mia.get("/login?next=/x"); !strings.Contains(a.body, "/login/sso?next=%2fx") || !strings.Contains(a.body, "Example ID") {
		t.Error("the page of logins has no button for it")
	}
	if a := mia.comes(there, "mia"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, `content="0;url=/?tab=all"`) || !mia.in() {
		t.Fatalf("%s\n%s", a.Status, a.body)
	}
	r, err := h.store.Reviewer(t.Context(), "mia")
	if err != nil || r.Role != review.Desk || !r.Only.Equal(review.Only("qq-main/814022")) || r.Hash != "" || !strings.HasSuffix(r.Source, " id-mia") {
		t.Errorf("the account is %+v, %v", r, err)
	}
	if body := mia.get("/?tab=all").body; strings.Contains(body, "#trading") || !strings.Contains(body, "814022") {
		t.Error("the reach is not that of the groups")
	}
	if a := h.somebody().post("/login", "name", "mia", "password", ""); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a password: %s", a.Status)
	}
	if !h.wrote("came in by single sign-on for the first time") {
		t.Error("the ledger does not tell of it")
	}
	if strings.Contains(log.String(), "code=") || strings.Contains(log.String(), ssotest.Secret) {
		t.Error("the log has secrets")
	}

	again := h.somebody()
	there.Groups("mia", "root")
	if again.comes(there, "mia"); again.get("/accounts").StatusCode != http.StatusOK || mia.in() {
		t.Error("the groups have changed, and the account has not; or the login with the old rights goes on")
	}
	there.Groups("mia")
	if a := h.somebody().comes(there, "mia"); a.StatusCode != http.StatusForbidden || again.in() {
		t.Errorf("without any group: %s, the login goes on: %t", a.Status, again.in())
	}
}

func TestSignOnsThatOpenNothing(t *testing.T) {
	h, there := signOnHouse(t, nil)
	for name, why := range map[string]string{"tom": "no rights", "rui": "another account of your name", "Patrol": "can&#39;t be used"} {
		p := h.somebody()
		if a := p.comes(there, name); a.StatusCode != http.StatusForbidden || !strings.Contains(a.body, why) || p.in() {
			t.Errorf("%s: %s, in: %t\n%s", name, a.Status, p.in(), a.body)
		}
	}
	if r, err := h.store.Reviewer(t.Context(), "rui"); err != nil || r.Source != "" {
		t.Errorf("the account with a password was taken over: %+v, %v", r, err)
	}
	ada := h.as("ada")
	mia := h.somebody()
	mia.comes(there, "mia")
	page := ada.get("/accounts").body
	if !strings.Contains(page, "single sign-on") || strings.Contains(page, "/accounts/mia/reset") || strings.Contains(page, "/accounts/mia/rights") {
		t.Error("the account is not shown as what it is")
	}
	for _, path := range []string{"/accounts/mia/reset", "/accounts/mia/rights"} {
		if a := ada.send(path, "role", "admin"); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if a := ada.send("/accounts/mia/disable"); a.StatusCode != http.StatusSeeOther || mia.in() {
		t.Errorf("disabling: %s, in: %t", a.Status, mia.in())
	}
	p := h.somebody()
	if a := p.comes(there, "mia"); a.StatusCode != http.StatusForbidden || p.in() {
		t.Errorf("a disabled account comes in: %s", a.Status)
	}
}

func TestSignOnsThatAreForged(t *testing.T) {
	h, there := signOnHouse(t, nil)
	mia, mallory := h.somebody(), h.somebody()
	begun := mia.get("/login/sso").Header.Get("Location")
	back := strings.TrimPrefix(there.LogIn(begun, "mia"), h.server.URL)
	if a := mallory.get(back); a.StatusCode != http.StatusForbidden || mallory.in() {
		t.Errorf("another browser, without a login begun: %s", a.Status)
	}
	mallory.get("/login/sso")
	if a := mallory.get(back); a.StatusCode != http.StatusForbidden || mallory.in() {
		t.Errorf("another browser that has begun a login: %s", a.Status)
	}
	if a := mia.get("/login/sso/done?code=x&state=nonsense"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a state that is none: %s", a.Status)
	}
	mia.get("/login/sso") // the cookie of the first is gone with the forged one
	if a := mia.get(back); a.StatusCode != http.StatusForbidden || mia.in() {
		t.Errorf("an attempt of before: %s", a.Status)
	}
	if a := mia.comes(there, "mia"); a.StatusCode != http.StatusOK {
		t.Fatal(a.Status)
	}
	late := h.somebody()
	begun = late.get("/login/sso").Header.Get("Location")
	back = strings.TrimPrefix(there.LogIn(begun, "mia"), h.server.URL)
	h.clock.advance(attemptLife)
	if a := late.get(back); a.StatusCode != http.StatusForbidden || late.in() {
		t.Errorf("too late: %s", a.Status)
	}
	refused := h.somebody()
	state, err := url.Parse(refused.get("/login/sso").Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	if a := refused.get("/login/sso/done?error=access_denied&state=" + state.Query().Get("state")); a.StatusCode != http.StatusForbidden {
		t.Errorf("refused by the provider: %s", a.Status)
	}
	there.Close()
	if a := late.comesToNothing(there); a.StatusCode != http.StatusBadGateway {
		t.Errorf("the provider is away: %s", a.Status)
	}
	for range 2 * attemptsMax {
		h.console.doors.attempts.add(attempt{Attempt: sso.Attempt{State: newToken()}, until: h.clock.now().Add(attemptLife)}, h.clock.now())
	}
	if n := len(h.console.doors.attempts.byState); n > attemptsMax {
		t.Errorf("%d attempts are remembered", n)
	}
}

// comesToNothing comes back with a code that the provider can't be asked about.
func (p *person) comesToNothing(*ssotest.Provider) answer {
	p.Helper()
	begun := p.get("/login/sso").Header.Get("Location")
	address, err := url.Parse(begun)
	if err != nil {
		p.Fatal(err)
	}
	return p.get("/login/sso/done?code=x&state=" + address.Query().Get("state"))
}

func TestNoSignOn(t *testing.T) {
	h := open(t, nil)
	p := h.somebody()
	for _, path := range []string{"/login/sso", "/login/sso/done?code=x&state=y"} {
		if a := p.get(path); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, a.Status)
		}
	}
	if strings.Contains(p.get("/login").body, "/login/sso") {
		t.Error("there is a button for nothing")
	}
}

// TestSignOnInABrowser comes from a page of another site: the cookie of the login
// must be there when the desk is shown.
func TestSignOnInABrowser(t *testing.T) {
	ctx := browser(t)
	h, there := signOnHouse(t, nil)
	h.record(lively()...)
	goTo(t, ctx, h.server.URL+"/login?next=%2F%3Ftab%3Dall")
	shot(t, ctx, "sso-login")
	signIn(t, ctx, there, "mia")
	until(t, ctx, `document.readyState === "complete" && location.pathname + location.search === "/?tab=all" && document.querySelector(".tabs") !== null`)
	if who := eval[string](t, ctx, `document.querySelector(".who bdi").textContent`); who != "mia" {
		t.Errorf("logged in as %q", who)
	}
	goTo(t, ctx, h.server.URL+"/account")
	shot(t, ctx, "sso-account")
}

func signIn(t *testing.T, ctx context.Context, there *ssotest.Provider, name string) {
	t.Helper()
	do(t, ctx, chromedp.Click(chromedp.CSS(`a[href^="/login/sso"]`)))
	until(t, ctx, `document.readyState === "complete" && document.querySelector("#username") !== null && location.origin === "`+there.Issuer+`"`)
	do(t, ctx,
		chromedp.SendKeys(chromedp.CSS("#username"), name),
		chromedp.SendKeys(chromedp.CSS("#password"), ssotest.Password+kb.Enter),
	)
}
