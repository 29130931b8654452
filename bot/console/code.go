package console

import (
	"errors"
	"net/http"
	"sync"
	"time"

	"patrol/bot/review"
)

// The password is half of a login where there is a second factor. The half is
// known by a cookie, and kept in memory only.
const (
	halfLife    = 5 * time.Minute
	halvesMax   = 4096
	codesByHalf = 5 // wrong codes after which the password is asked for again
)

type halves struct {
	mu     sync.Mutex
	byHash map[string]*half
}

type half struct {
	who   review.Reviewer // as the password was checked against
	next  string
	until time.Time
	wrong int
}

func (h *halves) add(token string, one half, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byHash == nil {
		h.byHash = map[string]*half{}
	}
	for hash, old := range h.byHash {
		if !now.Before(old.until) || len(h.byHash) >= halvesMax {
			delete(h.byHash, hash)
		}
	}
	h.byHash[hashToken(token)] = &one
}

func (h *halves) find(token string, now time.Time) (half, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one := h.byHash[hashToken(token)]
	if one == nil || !now.Before(one.until) {
		return half{}, false
	}
	return *one, true
}

// fail counts a wrong code.
func (h *halves) fail(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if one := h.byHash[hashToken(token)]; one != nil {
		if one.wrong++; one.wrong >= codesByHalf {
			delete(h.byHash, hashToken(token))
		}
	}
}

func (h *halves) end(token string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.byHash, hashToken(token))
}

func (c *Console) halfCookie() string { return c.cookieName() + "-half" }

func (c *Console) setHalfCookie(w http.ResponseWriter, token string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: c.halfCookie(), Value: token, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteStrictMode,
	})
}

// askForCode is what follows on the right password of somebody with a second factor.
func (c *Console) askForCode(w http.ResponseWriter, r *http.Request, v *visit, who review.Reviewer, next string) error {
	token := newToken()
	c.doors.halves.add(token, half{who: who, next: next, until: v.now.Add(halfLife)}, v.now)
	c.setHalfCookie(w, token, halfLife)
	return c.write(w, v, http.StatusOK, "code", &codePage{frame: c.frame(r, v, "code.title")})
}

type codePage struct {
	frame
	Problem string
}

// tryCode is the second half of a login.
func (c *Console) tryCode(w http.ResponseWriter, r *http.Request, v *visit) error {
	cookie, err := r.Cookie(c.halfCookie())
	if err != nil {
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return nil
	}
	one, ok := c.doors.halves.find(cookie.Value, v.now)
	if !ok {
		p := c.loginPage(r, v)
		p.Problem = v.say("code.late")
		return c.write(w, v, http.StatusUnauthorized, "login", p)
	}
	refuse := func(status int, problem string) error {
		return c.write(w, v, status, "code", &codePage{c.frame(r, v, "code.title"), problem})
	}
	got, err := c.prove(r, one.who.Name, r.PostFormValue("code"))
	switch {
	case err != nil:
		return err
	case got.wait > 0:
		c.tooFast(w, got.wait)
		return refuse(http.StatusTooManyRequests, v.say("login.slow", rough(max(got.wait, time.Second), v.lang)))
	case !got.ok:
		c.doors.halves.fail(cookie.Value)
		c.config.Log.Warn().Str("reviewer", one.who.Name).Str("address", c.config.Address(r)).Msg("console: a code was wrong")
		return refuse(http.StatusUnauthorized, v.say("code.wrong"))
	}
	c.doors.halves.end(cookie.Value)
	c.setHalfCookie(w, "", -time.Second)
	switch err := c.logIn(w, r, one.who, "password+code"); {
	case errors.Is(err, review.ErrNoReviewer):
		http.Redirect(w, r, "/login", http.StatusSeeOther)
		return nil
	case err != nil:
		return err
	}
	http.Redirect(w, r, localPath(one.next), http.StatusSeeOther)
	return nil
}
