package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"patrol/bot/review"
)

// hashesAtOnce bounds the memory that logins take: 64 MiB each.
const hashesAtOnce = 2

type loginPage struct {
	frame
	Name, Next string
	Problem    string // ready to be shown
	SignOn     string // what the single sign-on is called; "" where there is none
}

func (c *Console) loginPage(r *http.Request, v *visit) *loginPage {
	p := &loginPage{frame: c.frame(r, v, "login.title")}
	if c.config.SignOn != nil {
		p.SignOn = c.config.SignOn.Title
	}
	return p
}

func (c *Console) showLogin(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := c.loginPage(r, v)
	p.Next = r.URL.Query().Get("next")
	return c.write(w, v, http.StatusOK, "login", p)
}

func (c *Console) tryLogin(w http.ResponseWriter, r *http.Request, v *visit) error {
	name, password, next := r.PostFormValue("name"), r.PostFormValue("password"), r.PostFormValue("next")
	refuse := func(status int, key string, args ...any) error {
		p := c.loginPage(r, v)
		p.Name, p.Next, p.Problem = name, next, v.say(key, args...)
		return c.write(w, v, status, "login", p)
	}
	who, wait, err := c.check(r, name, password)
	switch {
	case err != nil:
		return err
	case wait > 0:
		c.tooFast(w, wait)
		return refuse(http.StatusTooManyRequests, "login.slow", rough(max(wait, time.Second), v.lang))
	case who == nil:
		c.config.Log.Warn().Str("address", c.config.Address(r)).Msg("console: a login failed")
		return refuse(http.StatusUnauthorized, "login.wrong")
	}
	if who.Factor {
		return c.askForCode(w, r, v, *who, next)
	}
	switch err := c.logIn(w, r, *who, "password"); {
	case errors.Is(err, review.ErrNoReviewer):
		return refuse(http.StatusUnauthorized, "login.wrong")
	case err != nil:
		return err
	}
	http.Redirect(w, r, localPath(next), http.StatusSeeOther)
	return nil
}

// check is the reviewer who has that name and password and may log in, nil where
// there is none, or how long to wait. It does the same work for a name that does
// not exist.
func (c *Console) check(r *http.Request, name, password string) (who *review.Reviewer, wait time.Duration, err error) {
	address, now := c.config.Address(r), c.config.Now()
	name = name[:min(len(name), MaxPassword)]
	if wait := max(c.doors.addresses.take(address, now), c.doors.accounts.take(name, now)); wait > 0 {
		return nil, wait, nil
	}
	reviewer, err := c.config.Store.Reviewer(r.Context(), name)
	if err != nil && !errors.Is(err, review.ErrNoReviewer) {
		return nil, 0, err
	}
	hash := reviewer.Hash
	if err != nil || hash == "" {
		hash = c.doors.decoy
	}
	verdict, err := c.verify(r.Context(), hash, password)
	if err != nil {
		return nil, 0, err
	}
	if errors.Is(verdict, ErrForeignHash) {
		c.config.Log.Error().Str("reviewer", name).Msg("console: the stored password hash can't be read; reset it")
	}
	if verdict != nil || reviewer.Disabled {
		return nil, 0, nil
	}
	c.doors.accounts.forgive(name) // not the address: its other guesses stand
	return &reviewer, 0, nil
}

// verify is VerifyPassword once there is room for it; err is that of ctx.
func (c *Console) verify(ctx context.Context, hash, password string) (verdict, err error) {
	select {
	case c.doors.hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-c.doors.hashing }()
	return VerifyPassword(hash, password), nil
}

func (c *Console) logOut(w http.ResponseWriter, r *http.Request, v *visit) error {
	if err := c.config.Store.DeleteSession(r.Context(), v.login.session.Hash); err != nil {
		return err
	}
	c.setCookie(w, "", -time.Second)
	http.Redirect(w, r, "/login", http.StatusSeeOther)
	return nil
}

// linkLife is how long a one-time link may be used, and linksAtOnce how many
// there can be.
const (
	linkLife    = 15 * time.Minute
	linksAtOnce = 64
)

// links are the one-time logins. They live in memory only.
type links struct {
	mu     sync.Mutex
	byHash map[string]link
}

type link struct {
	name  string
	until time.Time
}

// LoginLink is the path and query of a page that logs the reviewer of that name
// in without a password, once, within 15 minutes: put the console's address in
// front of it and hand it to nobody else. Opening the page does not use the link
// up (programs that look at links would), its button does. The account must
// exist by then. Links end with the process; of more than 64 the oldest is void.
func (c *Console) LoginLink(name string) string {
	token, now := newToken(), c.config.Now()
	c.doors.links.mu.Lock()
	defer c.doors.links.mu.Unlock()
	if c.doors.links.byHash == nil {
		c.doors.links.byHash = map[string]link{}
	}
	var oldest string
	for hash, l := range c.doors.links.byHash {
		if !now.Before(l.until) {
			delete(c.doors.links.byHash, hash)
		} else if o, ok := c.doors.links.byHash[oldest]; !ok || l.until.Before(o.until) {
			oldest = hash
		}
	}
	if len(c.doors.links.byHash) >= linksAtOnce {
		delete(c.doors.links.byHash, oldest)
	}
	c.doors.links.byHash[hashToken(token)] = link{name, now.Add(linkLife)}
	return "/login/link?token=" + url.QueryEscape(token)
}

// find is the name that token logs in; with use it never will again.
func (l *links) find(token string, now time.Time, use bool) (string, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	hash := hashToken(token)
	found, ok := l.byHash[hash]
	if use {
		delete(l.byHash, hash)
	}
	return found.name, ok && now.Before(found.until)
}

type linkPage struct {
	frame
	Name, Token string
	Void        bool
}

func (c *Console) showLink(w http.ResponseWriter, r *http.Request, v *visit) error {
	p := linkPage{frame: c.frame(r, v, "link.title"), Token: r.URL.Query().Get("token")}
	name, ok := c.doors.links.find(p.Token, v.now, false)
	p.Name, p.Void = name, !ok
	return c.write(w, v, linkStatus(ok), "link", &p)
}

func (c *Console) useLink(w http.ResponseWriter, r *http.Request, v *visit) error {
	void := func() error {
		return c.write(w, v, linkStatus(false), "link", &linkPage{frame: c.frame(r, v, "link.title"), Void: true})
	}
	name, ok := c.doors.links.find(r.PostFormValue("token"), v.now, true)
	if !ok {
		return void()
	}
	reviewer, err := c.config.Store.Reviewer(r.Context(), name)
	if err == nil {
		err = c.logIn(w, r, reviewer, "link")
	}
	if errors.Is(err, review.ErrNoReviewer) {
		return void()
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

func linkStatus(ok bool) int {
	if ok {
		return http.StatusOK
	}
	return http.StatusGone
}
