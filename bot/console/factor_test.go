package console

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// TestCodesAreThoseOfRFC6238 takes the values of its appendix B for SHA-1, cut to
// six digits.
func TestCodesAreThoseOfRFC6238(t *testing.T) {
	secret := secretEncoding.EncodeToString([]byte("12345678901234567890"))
	for unix, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		at := time.Unix(unix, 0)
		if got, err := codeAt(secret, stepAt(at)); got != want || err != nil {
			t.Errorf("at %d: %s, %v; want %s", unix, got, err, want)
		}
		for off, ok := range map[time.Duration]bool{0: true, -30 * time.Second: true, 30 * time.Second: true, -90 * time.Second: false, 90 * time.Second: false} {
			if _, got, err := matchStep(secret, want, at.Add(off)); got != ok || err != nil {
				t.Errorf("the code of %d, %s away: %t, %v", unix, off, got, err)
			}
		}
	}
}

var shownSecret = regexp.MustCompile(`id="factor-secret">([A-Z2-7 ]+)<`)

// enrol sets up a second factor as a person does, and returns its secret and the
// recovery codes.
func (p *person) enrol() (secret string, recovery []string) {
	p.Helper()
	found := shownSecret.FindStringSubmatch(p.get("/account/factor").body)
	if found == nil {
		p.Fatal("no secret is shown")
	}
	secret = strings.ReplaceAll(found[1], " ", "")
	a := p.send("/account/factor", "password", password, "code", p.code(secret))
	if a.StatusCode != http.StatusOK {
		p.Fatalf("%s\n%s", a.Status, a.body)
	}
	for _, c := range regexp.MustCompile(`<code>([A-Z2-7-]{19})</code>`).FindAllStringSubmatch(a.body, -1) {
		recovery = append(recovery, c[1])
	}
	if len(recovery) != recoveryCodes {
		p.Fatalf("%d recovery codes are shown", len(recovery))
	}
	if form := csrfField.FindStringSubmatch(a.body); form == nil || form[1] != p.token() {
		p.Error("the forms of the page carry the token of the login that was ended")
	}
	p.clock.advance(stepLength) // the next code is another one
	return secret, recovery
}

// code is what the telephone shows now.
func (p *person) code(secret string) string {
	p.Helper()
	code, err := codeAt(secret, stepAt(p.clock.now()))
	if err != nil {
		p.Fatal(err)
	}
	return code
}

func (p *person) in() bool { return p.get("/").StatusCode == http.StatusOK }

func TestSecondFactor(t *testing.T) {
	var log bytes.Buffer
	h := open(t, func(c *Config) { c.Log = zerolog.New(&log) })
	rui, elsewhere := h.as("rui"), h.as("rui")
	before := rui.token()
	secret, recovery := rui.enrol()
	if !rui.in() || elsewhere.in() {
		t.Errorf("after setting it up: this login %t, the one without a code %t", rui.in(), elsewhere.in())
	}
	if rui.token() == before {
		t.Error("the session was not rotated")
	}
	if body := rui.get("/account/factor").body; strings.Contains(body, secret) || strings.Contains(body, recovery[0]) {
		t.Error("the secret is shown again")
	}

	p := h.somebody()
	half := func(p *person) {
		t.Helper()
		if a := p.post("/login", "name", "rui", "password", password, "next", "/?tab=all"); a.StatusCode != http.StatusOK || p.in() {
			t.Fatalf("the password alone: %s, in: %t", a.Status, p.in())
		}
	}
	half(p)
	if a := p.post("/login/code", "code", "000000"); a.StatusCode != http.StatusUnauthorized || p.in() {
		t.Errorf("a wrong code: %s", a.Status)
	}
	code := p.code(secret)
	if a := p.post("/login/code", "code", code[:3]+" "+code[3:]); a.Header.Get("Location") != "/?tab=all" || !p.in() {
		t.Errorf("the right code: %s to %q", a.Status, a.Header.Get("Location"))
	}

	thief := h.somebody()
	half(thief)
	if a := thief.post("/login/code", "code", code); a.StatusCode != http.StatusUnauthorized || thief.in() {
		t.Errorf("a code a second time: %s", a.Status)
	}
	if a := thief.post("/login/code", "code", strings.ToLower(recovery[3])); a.StatusCode != http.StatusSeeOther || !thief.in() {
		t.Errorf("a recovery code: %s", a.Status)
	}
	again := h.somebody()
	half(again)
	if a := again.post("/login/code", "code", recovery[3]); a.StatusCode != http.StatusUnauthorized || again.in() {
		t.Errorf("a recovery code a second time: %s", a.Status)
	}
	if !h.wrote("used a recovery code") || !h.wrote("set up a second factor") {
		t.Error("the ledger does not tell of it")
	}
	for _, s := range []string{secret, recovery[0], recovery[3], code, password} {
		if strings.Contains(log.String(), s) {
			t.Errorf("the log has %q", s)
		}
	}
}

// wrote reports whether an entry of the ledger has that ground.
func (h *house) wrote(ground string) bool {
	h.Helper()
	for record, err := range h.store.Entries(h.Context(), entriesAll) {
		if err != nil {
			h.Fatal(err)
		}
		e, err := record.Entry()
		if err != nil {
			h.Fatal(err)
		}
		if e.Kind == ledger.Account && strings.Contains(e.Ground.En, ground) {
			return true
		}
	}
	return false
}

func TestCodesAreSlowedDownAndTheHalfLoginEnds(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	secret, _ := rui.enrol()
	p := h.somebody()
	half := func() { p.post("/login", "name", "rui", "password", password) }
	half()
	for range codesByHalf {
		p.post("/login/code", "code", "000000")
	}
	if a := p.post("/login/code", "code", p.code(secret)); a.StatusCode != http.StatusUnauthorized || !strings.Contains(a.body, `name="password"`) {
		t.Errorf("after %d wrong codes the password is not asked for again: %s", codesByHalf, a.Status)
	}
	slow := false
	for range perAccount.burst {
		half()
		if a := p.post("/login/code", "code", "000000"); a.StatusCode == http.StatusTooManyRequests {
			slow = a.Header.Get("Retry-After") != ""
		}
	}
	if !slow {
		t.Error("whoever knows the password may guess codes without end")
	}
	h.clock.advance(time.Hour)
	half()
	h.clock.advance(halfLife)
	if a := p.post("/login/code", "code", p.code(secret)); a.StatusCode != http.StatusUnauthorized || p.in() {
		t.Errorf("a half login does not end: %s", a.Status)
	}
	if a := h.somebody().post("/login/code", "code", "123456"); a.Header.Get("Location") != "/login" {
		t.Errorf("without a half login: %s", a.Status)
	}
}

// TestAHalfLoginDoesNotOutliveAChange: a password that was reset in between must
// not be enough.
func TestAHalfLoginDoesNotOutliveAChange(t *testing.T) {
	h := open(t, nil)
	rui, ada := h.as("rui"), h.as("ada")
	secret, _ := rui.enrol()
	p := h.somebody()
	p.post("/login", "name", "rui", "password", password)
	if a := ada.send("/accounts/rui/reset"); a.StatusCode != http.StatusOK {
		t.Fatal(a.Status)
	}
	if a := p.post("/login/code", "code", p.code(secret)); a.Header.Get("Location") != "/login" || p.in() {
		t.Errorf("%s to %q", a.Status, a.Header.Get("Location"))
	}
}

func TestAnAdminResetsALostFactor(t *testing.T) {
	h := open(t, nil)
	rui, ada := h.as("rui"), h.as("ada")
	rui.enrol()
	if a := ada.get("/accounts"); !strings.Contains(a.body, "/accounts/rui/factor/reset") {
		t.Error("the page has no button for it")
	}
	if a := ada.send("/accounts/rui/factor/reset"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if rui.in() {
		t.Error("the login goes on")
	}
	if !h.as("rui").in() {
		t.Error("the password alone is not enough")
	}
}

// TestALostKeyFileIsSaid: codes can't be checked, recovery codes can, and with one of
// them the factor is set up anew.
func TestALostKeyFileIsSaid(t *testing.T) {
	var log bytes.Buffer
	path := filepath.Join(t.TempDir(), "elsewhere.key")
	h := openAt(t, store.Config{Key: path}, func(c *Config) { c.Log = zerolog.New(&log) })
	rui := h.as("rui")
	secret, recovery := rui.enrol()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	p := h.somebody()
	p.post("/login", "name", "rui", "password", password)
	h.clock.advance(3 * stepLength)
	if a := p.post("/login/code", "code", p.code(secret)); a.StatusCode != http.StatusServiceUnavailable || !strings.Contains(a.body, "key file is missing") || p.in() {
		t.Errorf("with a code: %s\n%s", a.Status, a.body)
	}
	if !strings.Contains(log.String(), path) || !strings.Contains(log.String(), "the key file is not there") {
		t.Errorf("the log: %s", log.String())
	}
	if a := p.post("/login/code", "code", recovery[0]); a.StatusCode != http.StatusSeeOther || !p.in() {
		t.Errorf("with a recovery code: %s\n%s", a.Status, a.body)
	}
	if a := p.get("/account/factor"); a.StatusCode != http.StatusOK {
		t.Errorf("the page of the factor: %s", a.Status)
	}
	if a := p.send("/account/factor/remove", "code", recovery[1]); a.StatusCode != http.StatusSeeOther {
		t.Errorf("removing it: %s", a.Status)
	}
	h.clock.advance(3 * stepLength)
	p.enrol()
	if _, err := os.Stat(path); err != nil {
		t.Errorf("a new key: %v", err)
	}
}

func TestRemovingTheFactorTakesACode(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	secret, old := rui.enrol()
	if a := rui.send("/account/factor/remove", "code", "000000"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("without a code: %s", a.Status)
	}
	if a := rui.send("/account/factor/recovery", "code", rui.code(secret)); a.StatusCode != http.StatusOK || strings.Contains(a.body, old[0]) {
		t.Errorf("new recovery codes: %s", a.Status)
	}
	if a := rui.send("/account/factor/remove", "code", old[0]); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an old recovery code: %s", a.Status)
	}
	h.clock.advance(3 * stepLength)
	if a := rui.send("/account/factor/remove", "code", rui.code(secret)); a.StatusCode != http.StatusSeeOther || !rui.in() {
		t.Errorf("with a code: %s", a.Status)
	}
	if _, err := h.store.Factor(t.Context(), "rui"); !errors.Is(err, review.ErrNoFactor) {
		t.Error(err)
	}
}

func TestAFactorThatIsRequired(t *testing.T) {
	h := open(t, func(c *Config) { c.Factor = true })
	rui := h.as("rui")
	for _, path := range []string{"/", "/accounts"} {
		if a := rui.get(path); path == "/" && a.Header.Get("Location") != "/account/factor" || a.StatusCode == http.StatusOK {
			t.Errorf("%s: %s to %q", path, a.Status, a.Header.Get("Location"))
		}
	}
	cases := lively()
	h.record(cases...)
	if a := rui.send("/cases/" + cases[0].ID + "/claim"); a.StatusCode != http.StatusForbidden {
		t.Errorf("a verb: %s", a.Status)
	}
	secret, _ := rui.enrol()
	if !rui.in() {
		t.Error("after setting it up the queue stays shut")
	}
	if a := rui.send("/account/factor/remove", "code", rui.code(secret)); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("removing it: %s", a.Status)
	}
}

// TestTheQRCodeHasTheWholeSecret draws the path and looks for the three corners
// that every QR code has.
func TestTheQRCodeHasTheWholeSecret(t *testing.T) {
	view, err := drawQR(factorURL("李雷", newFactorSecret()))
	if err != nil {
		t.Fatal(err)
	}
	picture := image.NewGray(image.Rect(0, 0, view.Size, view.Size))
	for _, m := range regexp.MustCompile(`M(\d+) (\d+)h1v1h-1z`).FindAllStringSubmatch(view.Path, -1) {
		picture.Set(number(t, m[1]), number(t, m[2]), color.White)
	}
	corner := func(x, y int) bool {
		for i := range 7 {
			if picture.GrayAt(x+i, y).Y == 0 || picture.GrayAt(x, y+i).Y == 0 {
				return false
			}
		}
		return picture.GrayAt(x+1, y+1).Y == 0 && picture.GrayAt(x+3, y+3).Y != 0
	}
	far := view.Size - quietZone - 7
	if !corner(quietZone, quietZone) || !corner(far, quietZone) || !corner(quietZone, far) {
		t.Error("not a QR code")
	}
}
