package console

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"patrol/bot/review"
)

func TestPassword(t *testing.T) {
	hash, err := HashPassword("长长的密码也可以用中文写")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=65536,t=3,p=4$") {
		t.Errorf("not the recommended cost: %s", hash)
	}
	if err := VerifyPassword(hash, "长长的密码也可以用中文写"); err != nil {
		t.Errorf("the right password: %v", err)
	}
	if err := VerifyPassword(hash, "长长的密码也可以用中文写 "); !errors.Is(err, ErrWrongPassword) {
		t.Errorf("a wrong password: %v", err)
	}
	if _, err := HashPassword("elevenchars"); !errors.Is(err, ErrWeakPassword) {
		t.Errorf("eleven characters: %v", err)
	}
	if _, err := HashPassword(strings.Repeat("x", MaxPassword+1)); !errors.Is(err, ErrLongPassword) {
		t.Errorf("a password without end: %v", err)
	}
}

func TestPasswordHashesThatAreNone(t *testing.T) {
	good := hashAt(cost{1, 64, 1}, "x")
	if err := VerifyPassword(good, "x"); err != nil {
		t.Fatalf("the hash that the others are made from: %v", err)
	}
	for _, hash := range []string{
		"", "x", "$2a$10$abcdefghijklmnopqrstuv", strings.Replace(good, "argon2id", "argon2i", 1), strings.Replace(good, "v=19", "v=16", 1),
		strings.Replace(good, "m=64", "m=99999999", 1), strings.Replace(good, "t=1", "t=0", 1), strings.Replace(good, "t=1", "t=999", 1),
		strings.Replace(good, "p=1", "p=0", 1), strings.Replace(good, "p=1", "p=1,x=2", 1), good + "$x", good[:len(good)-30], good + "!",
	} {
		if err := VerifyPassword(hash, "x"); err == nil {
			t.Errorf("%q was taken for a hash of the password", hash)
		}
	}
}

// TestDecoyCostsTheSame guards the work that is done for names that do not exist.
func TestDecoyCostsTheSame(t *testing.T) {
	c, _, key, err := parseHash(decoy)
	if err != nil || c != recommended || len(key) != keyBytes {
		t.Errorf("cost %+v, key of %d bytes, error %v; want that of HashPassword, %+v", c, len(key), err, recommended)
	}
}

func TestLogin(t *testing.T) {
	h := open(t, nil)
	p := h.somebody()
	if a := p.get("/cases/abcd?from=tab%3Dall"); a.Header.Get("Location") != "/login?next=%2Fcases%2Fabcd%3Ffrom%3Dtab%253Dall" {
		t.Errorf("nobody is sent to %q", a.Header.Get("Location"))
	}
	wrong := p.post("/login", "name", "rui", "password", "not it at all")
	unknown := p.post("/login", "name", "rvi", "password", "not it at all")
	if wrong.StatusCode != http.StatusUnauthorized || unknown.StatusCode != http.StatusUnauthorized {
		t.Errorf("wrong %s, unknown %s", wrong.Status, unknown.Status)
	}
	if strings.ReplaceAll(wrong.body, "rui", "rvi") != unknown.body {
		t.Error("the answers to a wrong password and to an unknown name differ")
	}
	a := p.post("/login", "name", "rui", "password", password, "next", "/?tab=all")
	if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/?tab=all" {
		t.Fatalf("%s to %q", a.Status, a.Header.Get("Location"))
	}
	cookie := a.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || cookie.Secure || len(cookie.Value) != 64 {
		t.Errorf("the cookie is %v", cookie)
	}
	if _, err := h.store.Session(t.Context(), cookie.Value); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("the store knows the token itself: %v", err)
	}
	if s, err := h.store.Session(t.Context(), hashToken(cookie.Value)); err != nil || s.Name != "rui" {
		t.Errorf("the session is %+v, %v", s, err)
	}
	if a := p.get("/"); a.StatusCode != http.StatusOK {
		t.Error(a.Status)
	}
	if a := p.send("/logout"); a.StatusCode != http.StatusSeeOther {
		t.Error(a.Status)
	}
	if _, err := h.store.Session(t.Context(), hashToken(cookie.Value)); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("the session outlives its logout: %v", err)
	}
}

func TestCookieOverHTTPS(t *testing.T) {
	h := open(t, func(c *Config) { c.Secure = true })
	a := h.somebody().post("/login", "name", "rui", "password", password)
	if cookie := a.Cookies()[0]; !cookie.Secure || !strings.HasPrefix(cookie.Name, "__Host-") || cookie.Path != "/" {
		t.Errorf("the cookie is %v", cookie)
	}
}

func TestLoginsEnd(t *testing.T) {
	h := open(t, func(c *Config) { c.Idle, c.Absolute = time.Hour, 5*time.Hour })
	in := func(p *person) bool { return p.get("/").StatusCode == http.StatusOK }
	idle, busy, tab := h.as("rui"), h.as("rui"), h.as("rui")
	for range 9 {
		h.clock.advance(30 * time.Minute)
		if !in(busy) {
			t.Fatalf("a login in use ended at %s", h.clock.now().Sub(noon))
		}
		tab.get("/", "X-Patrol-Live", "1")
	}
	if in(idle) {
		t.Error("a login that nobody used for hours lives")
	}
	if in(tab) {
		t.Error("an open page kept its login alive without a person")
	}
	h.clock.advance(31 * time.Minute)
	if in(busy) {
		t.Error("a login outlives its absolute limit")
	}
}

func TestDisabledAccountsAreOutAtOnce(t *testing.T) {
	h := open(t, nil)
	rui, ada := h.as("rui"), h.as("ada")
	if a := ada.send("/accounts/rui/disable"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := rui.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a disabled reviewer sees the queue: %s", a.Status)
	}
	if a := h.somebody().post("/login", "name", "rui", "password", password); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("a disabled reviewer can log in: %s", a.Status)
	}
	if a := ada.send("/accounts/ada/disable"); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "own account") {
		t.Errorf("an admin can lock themselves out: %s", a.Status)
	}
}

func TestLoginsAreSlowedDown(t *testing.T) {
	h := open(t, nil)
	p := h.somebody()
	attempt := func() answer { return p.post("/login", "name", "nobody", "password", "guess") }
	for i := range perAccount.burst {
		if a := attempt(); a.StatusCode != http.StatusUnauthorized {
			t.Fatalf("attempt %d: %s", i, a.Status)
		}
	}
	a := attempt()
	if a.StatusCode != http.StatusTooManyRequests || a.Header.Get("Retry-After") == "" {
		t.Errorf("%s, Retry-After %q", a.Status, a.Header.Get("Retry-After"))
	}
	if a := p.post("/login", "name", "rui", "password", password); a.StatusCode != http.StatusSeeOther {
		t.Errorf("another account is slowed down too: %s", a.Status)
	}
	h.clock.advance(time.Hour)
	if a := attempt(); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("an hour later: %s", a.Status)
	}
}

func TestLimiter(t *testing.T) {
	l := newLimiter(allowance{burst: 2, refill: time.Second, slowest: 4 * time.Second, keys: 3})
	now := noon
	for range 2 {
		if wait := l.take("a", now); wait != 0 {
			t.Fatalf("the burst waits %s", wait)
		}
	}
	var waits []string
	for range 4 {
		waits = append(waits, l.take("a", now).Round(time.Millisecond).String())
	}
	if got := fmt.Sprint(waits); got != "[2s 4s 4s 4s]" {
		t.Errorf("the waits are %s", got)
	}
	if l.take("a", now.Add(5*time.Second)) != 0 {
		t.Error("a refused key is never let in again")
	}
	rested := now.Add(time.Minute)
	var fresh []string
	for range 3 {
		fresh = append(fresh, l.take("a", rested).Round(time.Millisecond).String())
	}
	if got := fmt.Sprint(fresh); got != "[0s 0s 2s]" {
		t.Errorf("a key that has rested is not treated as a new one: its waits are %s", got)
	}
	l.forgive("a")
	for range 2 {
		if l.take("a", now) != 0 {
			t.Error("a success does not give the whole burst back")
		}
	}
	for i := range 100 {
		l.take(fmt.Sprint("k", i), now.Add(time.Duration(i)*time.Millisecond))
	}
	if len(l.bucket) > 3 {
		t.Errorf("%d keys are remembered", len(l.bucket))
	}
}

func TestLoginLink(t *testing.T) {
	h := open(t, nil)
	link := h.console.LoginLink("ada")
	_, token, _ := strings.Cut(link, "token=")
	p := h.somebody()
	for range 3 {
		if a := p.get(link); a.StatusCode != http.StatusOK || !strings.Contains(a.body, token) || len(a.Cookies()) != 0 {
			t.Fatalf("looking at the link: %s", a.Status)
		}
	}
	if a := p.post("/login/link", "token", token); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/" {
		t.Fatalf("using the link: %s", a.Status)
	}
	if a := p.get("/accounts"); a.StatusCode != http.StatusOK {
		t.Errorf("logged in by the link: %s", a.Status)
	}
	if a := h.somebody().post("/login/link", "token", token); a.StatusCode != http.StatusGone {
		t.Errorf("using it again: %s", a.Status)
	}
	_, late, _ := strings.Cut(h.console.LoginLink("ada"), "token=")
	_, ghost, _ := strings.Cut(h.console.LoginLink("nobody"), "token=")
	if a := h.somebody().post("/login/link", "token", ghost); a.StatusCode != http.StatusGone {
		t.Errorf("a link for an account that does not exist: %s", a.Status)
	}
	h.clock.advance(linkLife)
	if a := h.somebody().post("/login/link", "token", late); a.StatusCode != http.StatusGone {
		t.Errorf("using it too late: %s", a.Status)
	}
	for range 3 * linksAtOnce {
		h.console.LoginLink("ada")
	}
	if n := len(h.console.doors.links.byHash); n > linksAtOnce {
		t.Errorf("%d links are remembered", n)
	}
}

func TestChangePassword(t *testing.T) {
	h := open(t, nil)
	rui, elsewhere := h.as("rui"), h.as("rui")
	for _, c := range []struct {
		name, old, new, again string
		want                  int
	}{
		{"the old one is wrong", "x", "a new password", "a new password", http.StatusForbidden},
		{"the new ones differ", password, "a new password", "a new passwords", http.StatusUnprocessableEntity},
		{"the new one is short", password, "short", "short", http.StatusUnprocessableEntity},
		{"all is well", password, "a new password", "a new password", http.StatusSeeOther},
	} {
		if a := rui.send("/account/password", "old", c.old, "new", c.new, "again", c.again); a.StatusCode != c.want {
			t.Fatalf("%s: %s", c.name, a.Status)
		}
	}
	if a := rui.get("/account?done=saved"); a.StatusCode != http.StatusOK || !strings.Contains(a.body, "Your password was changed") {
		t.Errorf("this browser: %s", a.Status)
	}
	if a := elsewhere.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("the other browser is still in: %s", a.Status)
	}
	if a := h.somebody().post("/login", "name", "rui", "password", "a new password"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("logging in with the new one: %s", a.Status)
	}
}

func TestAccounts(t *testing.T) {
	h := open(t, nil)
	ada := h.as("ada")
	for _, c := range []struct{ name, role, want string }{
		{"ada", "viewer", "That name is taken"}, {"", "viewer", "not valid"}, {"a b", "viewer", "not valid"}, {"<b>", "viewer", "not valid"},
		{"Patrol", "viewer", "not valid"}, {"new", "root", "Choose a role"}, {"x\u202ey", "viewer", "not valid"},
	} {
		if a := ada.send("/accounts", "name", c.name, "role", c.role); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.want) {
			t.Errorf("adding %q as %q: %s, want %q", c.name, c.role, a.Status, c.want)
		}
	}
	a := ada.send("/accounts", "name", "韩梅梅", "role", "reviewer")
	secret := secretOf(t, a)
	meimei := h.somebody()
	if a := meimei.post("/login", "name", "韩梅梅", "password", secret); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("logging in with the password shown: %s", a.Status)
	}
	if strings.Contains(ada.get("/accounts").body, secret) {
		t.Error("the password is shown twice")
	}
	if reset := secretOf(t, ada.send("/accounts/韩梅梅/reset")); reset == secret {
		t.Error("a reset gives the same password")
	}
	if a := meimei.get("/"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a reset leaves the old login: %s", a.Status)
	}
	var grounds []string
	for record, err := range h.store.Entries(t.Context(), entriesAll) {
		if err != nil {
			t.Fatal(err)
		}
		e, err := record.Entry()
		if err != nil {
			t.Fatal(err)
		}
		grounds = append(grounds, e.Actor+": "+e.Ground.En)
	}
	if got := strings.Join(grounds, "\n"); got != "ada: added account 韩梅梅 (reviewer)\nada: reset the password of 韩梅梅" {
		t.Errorf("the ledger says:\n%s", got)
	}
}

func secretOf(t *testing.T, a answer) string {
	t.Helper()
	_, rest, ok := strings.Cut(a.body, `<code class="secret">`)
	secret, _, _ := strings.Cut(rest, "<")
	if a.StatusCode != http.StatusOK || !ok || len(secret) != 29 {
		t.Fatalf("%s shows no password: %q", a.Status, secret)
	}
	return secret
}

// TestAddressesBehindAProxy: what a browser writes into the header itself must not
// let it choose whose allowance it uses up.
func TestAddressesBehindAProxy(t *testing.T) {
	for name, c := range map[string]struct {
		header []string
		want   string
	}{
		"no header": {nil, "192.0.2.1"}, "one": {[]string{"198.51.100.7"}, "198.51.100.7"},
		"what the browser wrote, then the proxy": {[]string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"on lines of their own":                  {[]string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		"IPv6":                                   {[]string{"2001:DB8::1"}, "2001:db8::1"}, "nonsense": {[]string{"<script>"}, "192.0.2.1"},
	} {
		r := &http.Request{RemoteAddr: "192.0.2.1:5000", Header: http.Header{"X-Forwarded-For": c.header}}
		if got := ForwardedFor(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
