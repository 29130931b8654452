package console

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"patrol/bot/review"
)

func number(t *testing.T, s string) int {
	t.Helper()
	n, err := strconv.Atoi(s)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestLoginsAreListedAndEnded(t *testing.T) {
	h := open(t, nil)
	here, there, third, other := h.as("rui"), h.as("rui"), h.as("rui"), h.as("vera")
	all, err := h.store.Sessions(t.Context(), "rui")
	if err != nil || len(all) != 3 {
		t.Fatal(len(all), err)
	}
	body := here.get("/account").body
	if strings.Count(body, "/account/sessions/") != 2+1 || strings.Contains(body, all[0].Hash) {
		t.Errorf("the page lists %d logins to end, want 2, and no hash of a token", strings.Count(body, "/account/sessions/")-1)
	}
	foreign, err := h.store.Sessions(t.Context(), "vera")
	if err != nil {
		t.Fatal(err)
	}
	if a := here.send("/account/sessions/" + foreign[0].ID() + "/end"); a.StatusCode != http.StatusSeeOther || !other.in() {
		t.Errorf("ending somebody else's login: %s, it lives: %t", a.Status, other.in())
	}
	theirs, err := there.session()
	if err != nil {
		t.Fatal(err)
	}
	if here.send("/account/sessions/" + theirs.ID() + "/end"); there.in() || !third.in() || !here.in() {
		t.Error("ending one login ended another, or none")
	}
	if here.send("/account/sessions/end"); third.in() || !here.in() || !other.in() {
		t.Error("ending all others ended another, or none")
	}
}

// session is what the store has of the login.
func (p *person) session() (review.Session, error) {
	p.Helper()
	for _, c := range p.client.Jar.Cookies(p.request(http.MethodGet, "/", nil).URL) {
		if c.Name == "patrol" {
			return p.store.Session(p.Context(), hashToken(c.Value))
		}
	}
	return review.Session{}, review.ErrNoSession
}

// TestALoginBeginsAnew: a token that somebody planted in the browser before must
// not be the one that is logged in.
func TestALoginBeginsAnew(t *testing.T) {
	h := open(t, nil)
	p := h.as("rui")
	first, err := p.session()
	if err != nil {
		t.Fatal(err)
	}
	p.post("/login", "name", "rui", "password", password)
	second, err := p.session()
	if err != nil || second.Hash == first.Hash || second.CSRF == first.CSRF {
		t.Errorf("the login kept its token: %v", err)
	}
	if _, err := h.store.Session(t.Context(), first.Hash); err == nil {
		t.Error("the login before lives on")
	}
}

func TestAChangeOfRightsEndsTheLogins(t *testing.T) {
	h := open(t, nil)
	rui, ada := h.as("rui"), h.as("ada")
	if a := ada.send("/accounts/rui/rights", "role", "admin"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if rui.in() {
		t.Error("the login goes on with other rights")
	}
	if a := h.as("rui").get("/accounts"); a.StatusCode != http.StatusOK {
		t.Errorf("the new rights: %s", a.Status)
	}
	for name, form := range map[string][]string{
		"no role": {"limited", "1", "chats", "a/b"}, "no chats": {"role", "viewer", "limited", "1"},
		"no chat's name": {"role", "viewer", "limited", "1", "chats", "abc"}, "a limited admin": {"role", "admin", "limited", "1", "chats", "a/b"},
	} {
		if a := ada.send("/accounts/vera/rights", form...); a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: %s", name, a.Status)
		}
	}
	if a := ada.send("/accounts/ada/rights", "role", "viewer"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an admin gives up the last admin: %s", a.Status)
	}
	if a := ada.send("/accounts/vera/rights", "role", "reviewer", "limited", "1", "chats", "qq-main/814022\r\nirc-main/#help"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if r, err := h.store.Reviewer(t.Context(), "vera"); err != nil || !r.Only.Equal(review.Only("irc-main/#help", "qq-main/814022")) || r.Role != review.Desk {
		t.Errorf("%+v, %v", r, err)
	}
}
