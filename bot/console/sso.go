package console

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/sso"
	"patrol/rules/lang"
)

// Provider vouches for people: an *sso.Provider.
type Provider interface {
	Begin(ctx context.Context) (sso.Attempt, string, error)
	Finish(ctx context.Context, a sso.Attempt, code string) (sso.Person, error)
}

// SignOn is how people come in by single sign-on.
type SignOn struct {
	Provider Provider
	Title    string // what the button calls it

	// Rights is what the groups of a person allow here; false where that is nothing.
	Rights func(groups []string) (review.Role, review.Reach, bool)
}

// A login at the provider has to end within attemptLife; attempts live in memory.
const (
	attemptLife = 10 * time.Minute
	attemptsMax = 1024
)

type attempts struct {
	mu      sync.Mutex
	byState map[string]attempt
}

type attempt struct {
	sso.Attempt
	browser string // hash of what the browser's cookie holds
	next    string
	until   time.Time
}

func (a *attempts) add(one attempt, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byState == nil {
		a.byState = map[string]attempt{}
	}
	oldest := ""
	for state, known := range a.byState {
		if !now.Before(known.until) {
			delete(a.byState, state)
		} else if o, ok := a.byState[oldest]; !ok || known.until.Before(o.until) {
			oldest = state
		}
	}
	if len(a.byState) >= attemptsMax {
		delete(a.byState, oldest)
	}
	a.byState[hashToken(one.State)] = one
}

// take is the attempt of that state, which is used up, where this browser began it.
func (a *attempts) take(state, browser string, now time.Time) (attempt, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one, ok := a.byState[hashToken(state)]
	if !ok || !sameToken(hashToken(browser), one.browser) {
		return attempt{}, false
	}
	delete(a.byState, hashToken(state))
	return one, now.Before(one.until)
}

func (c *Console) attemptCookie() string { return c.cookieName() + "-sso" }

// setAttemptCookie sets a cookie that, unlike that of a login, comes along when
// the provider's page leads back here.
func (c *Console) setAttemptCookie(w http.ResponseWriter, value string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: c.attemptCookie(), Value: value, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteLaxMode,
	})
}

// beginSignOn sends the browser to the provider.
func (c *Console) beginSignOn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if c.config.SignOn == nil {
		return notFound
	}
	begun, address, err := c.config.SignOn.Provider.Begin(r.Context())
	if err != nil {
		c.config.Log.Error().Err(err).Msg("console: the identity provider does not answer")
		return c.refuseSignOn(w, r, v, http.StatusBadGateway, "sso.away")
	}
	browser := newToken()
	c.doors.attempts.add(attempt{begun, hashToken(browser), r.URL.Query().Get("next"), v.now.Add(attemptLife)}, v.now)
	c.setAttemptCookie(w, browser, attemptLife)
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (c *Console) refuseSignOn(w http.ResponseWriter, r *http.Request, v *visit, status int, key string) error {
	p := c.loginPage(r, v)
	p.Problem = v.say(key)
	return c.write(w, v, status, "login", p)
}

type arrivedPage struct {
	frame
	Next string
}

// endSignOn is where the provider sends the browser back to.
func (c *Console) endSignOn(w http.ResponseWriter, r *http.Request, v *visit) error {
	if c.config.SignOn == nil {
		return notFound
	}
	cookie, err := r.Cookie(c.attemptCookie())
	if err != nil {
		return c.refuseSignOn(w, r, v, http.StatusForbidden, "sso.lost")
	}
	q := r.URL.Query()
	one, ok := c.doors.attempts.take(q.Get("state"), cookie.Value, v.now)
	c.setAttemptCookie(w, "", -time.Second)
	if !ok {
		return c.refuseSignOn(w, r, v, http.StatusForbidden, "sso.lost")
	}
	if q.Get("error") != "" || q.Get("code") == "" {
		c.config.Log.Warn().Str("error", clean(q.Get("error"))).Msg("console: the identity provider refused a login")
		return c.refuseSignOn(w, r, v, http.StatusForbidden, "sso.refused")
	}
	person, err := c.config.SignOn.Provider.Finish(r.Context(), one.Attempt, q.Get("code"))
	switch {
	case errors.Is(err, sso.ErrRefused):
		c.config.Log.Warn().Err(err).Str("address", c.config.Address(r)).Msg("console: a single sign-on failed")
		return c.refuseSignOn(w, r, v, http.StatusForbidden, "sso.refused")
	case err != nil:
		c.config.Log.Error().Err(err).Msg("console: the identity provider does not answer")
		return c.refuseSignOn(w, r, v, http.StatusBadGateway, "sso.away")
	}
	return c.arrive(w, r, v, person, one.next)
}

// arrive logs in the person whom the provider vouches for.
func (c *Console) arrive(w http.ResponseWriter, r *http.Request, v *visit, person sso.Person, next string) error {
	reviewer, problem, err := c.accountOf(r.Context(), v, person)
	if err != nil {
		return err
	}
	if problem != "" {
		c.config.Log.Warn().Str("source", clean(person.Source)).Str("problem", problem).Msg("console: a single sign-on opened no account")
		return c.refuseSignOn(w, r, v, http.StatusForbidden, problem)
	}
	switch err := c.logIn(w, r, reviewer, "sso"); {
	case errors.Is(err, review.ErrNoReviewer):
		return c.refuseSignOn(w, r, v, http.StatusForbidden, "sso.disabled")
	case err != nil:
		return err
	}
	// A redirect would still be the provider's navigation, which the cookie of the
	// login does not go along with: the page leads on by itself.
	p := arrivedPage{frame: c.frame(r, v, "sso.arrived"), Next: localPath(next)}
	return c.write(w, v, http.StatusOK, "arrived", &p)
}

// accountOf is the account of the person, made or brought up to date by what
// their groups allow; problem says why there is none.
func (c *Console) accountOf(ctx context.Context, v *visit, person sso.Person) (r review.Reviewer, problem string, err error) {
	role, only, may := c.config.SignOn.Rights(person.Groups)
	r, err = c.config.Store.ReviewerFrom(ctx, person.Source)
	switch {
	case errors.Is(err, review.ErrNoReviewer) && may:
		return c.newcomer(ctx, v, person, role, only)
	case errors.Is(err, review.ErrNoReviewer):
		return r, "sso.nothing", nil
	case err != nil:
		return r, "", err
	case r.Disabled:
		return r, "sso.disabled", nil
	case !may:
		return r, "sso.nothing", c.config.Store.DeleteSessions(ctx, r.Name)
	case r.Role == role && r.Only.Equal(only):
		return r, "", nil
	}
	r.Role, r.Only = role, only
	return c.keep(ctx, v, r, lang.F("单点登录更改了 %s 的权限：%s", "single sign-on changed the rights of %s: %s", r.Name, review.Rights(role, only)))
}

func (c *Console) newcomer(ctx context.Context, v *visit, person sso.Person, role review.Role, only review.Reach) (review.Reviewer, string, error) {
	r := review.Reviewer{Name: person.Name, Role: role, Only: only, Source: person.Source, Created: v.now}
	if !accountName.MatchString(r.Name) || strings.EqualFold(r.Name, ledger.Bot) {
		return r, "sso.name", nil
	}
	switch _, err := c.config.Store.Reviewer(ctx, r.Name); {
	case err == nil:
		return r, "sso.taken", nil
	case !errors.Is(err, review.ErrNoReviewer):
		return r, "", err
	}
	return c.keep(ctx, v, r, lang.F("%s 首次通过单点登录进入：%s", "%s came in by single sign-on for the first time: %s", r.Name, review.Rights(role, only)))
}

// keep writes the account and returns it as it is then.
func (c *Console) keep(ctx context.Context, v *visit, r review.Reviewer, what lang.Text) (review.Reviewer, string, error) {
	entry := ledger.Entry{At: v.now, Kind: ledger.Account, Actor: r.Name, Ground: what}
	if err := c.config.Store.PutReviewer(ctx, r, entry); err != nil {
		return r, "", err
	}
	kept, err := c.config.Store.Reviewer(ctx, r.Name)
	return kept, "", err
}
