package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"patrol/bot/review"
	"patrol/bot/seal"
	"patrol/rules/lang"
)

// anybody is the power that a route needs where nobody has to be logged in.
const anybody review.Power = ""

// route is one thing that the console answers to. This table is all of them.
type route struct {
	pattern string // http.ServeMux's
	needs   review.Power
	answer  func(w http.ResponseWriter, r *http.Request, v *visit) error
}

func (c *Console) routes() []route {
	return []route{
		{"GET /{$}", review.See, c.queue},
		{"GET /cases/{id}", review.See, c.showCase},
		{"POST /cases/{id}/claim", review.Decide, c.claim},
		{"POST /cases/{id}/release", review.Decide, c.release},
		{"POST /cases/{id}/uphold", review.Decide, c.uphold},
		{"POST /cases/{id}/overturn", review.Decide, c.overturn},
		{"POST /cases/{id}/escalate", review.Decide, c.escalate},
		{"POST /cases/{id}/undo", review.Decide, c.takeBack},
		{"POST /cases/{id}/repost", review.Decide, c.repost},
		{"POST /cases/{id}/did", review.Decide, c.did},
		{"POST /cases/{id}/could-not", review.Decide, c.couldNot},
		{"POST /cases/{id}/note", review.Decide, c.note},
		{"POST /bulk", review.Decide, c.bulk},
		{"POST /bulk/undo", review.Decide, c.undoBulk},
		{"GET /events", review.See, c.events},
		{"POST /views", review.See, c.addView},
		{"POST /views/{view}/home", review.See, c.homeView},
		{"POST /views/{view}/delete", review.See, c.deleteView},

		{"GET /query", review.See, c.ask},

		{"GET /stats", review.See, c.showStats},
		{"GET /samples", review.Decide, c.seconds},
		{"GET /samples/{id}", review.Decide, c.showSample},
		{"POST /samples/{id}", review.Decide, c.opine},

		{"GET /brakes", review.See, c.listBrakes},
		{"POST /brakes/{id}/release", review.Decide, c.releaseBrake},
		{"POST /brakes/{id}/cancel", review.Decide, c.cancelBrake},

		{"GET /monthly", review.Decide, c.monthly},
		{"GET /monthly/{form}", review.Decide, c.takeMonthly},

		{"GET /undo", review.Manage, c.showUndo},
		{"POST /undo", review.Manage, c.undoAll},

		{"GET /account", review.See, c.showAccount},
		{"POST /account/password", review.See, c.changePassword},
		{"POST /account/sessions/{session}/end", review.See, c.endSession},
		{"POST /account/sessions/end", review.See, c.endOthers},
		{"GET /account/factor", review.See, c.showFactor},
		{"POST /account/factor", review.See, c.setUpFactor},
		{"POST /account/factor/recovery", review.See, c.renewRecovery},
		{"POST /account/factor/remove", review.See, c.removeFactor},
		{"GET /account/tokens", review.See, c.listTokens},
		{"POST /account/tokens", review.See, c.addToken},
		{"POST /account/tokens/{token}/revoke", review.See, c.revokeToken},
		{"POST /logout", review.See, c.logOut},

		{"GET /accounts", review.Manage, c.listAccounts},
		{"POST /accounts", review.Manage, c.addAccount},
		{"POST /accounts/{name}/rights", review.Manage, c.setRights},
		{"POST /accounts/{name}/disable", review.Manage, c.disableAccount},
		{"POST /accounts/{name}/enable", review.Manage, c.enableAccount},
		{"POST /accounts/{name}/reset", review.Manage, c.resetAccount},

		{"GET /accounts/tokens", review.Manage, c.listAllTokens},
		{"POST /accounts/tokens/{token}/revoke", review.Manage, c.revokeAnyToken},
		{"POST /accounts/{name}/factor/reset", review.Manage, c.resetFactor},

		{"GET /appeal/{token}", anybody, c.showAppeal},
		{"POST /appeal/{token}", anybody, c.fileAppeal},

		{"GET /login", anybody, c.showLogin},
		{"POST /login", anybody, c.tryLogin},
		{"POST /login/code", anybody, c.tryCode},
		{"GET /login/sso", anybody, c.beginSignOn},
		{"GET /login/sso/done", anybody, c.endSignOn},
		{"GET /login/link", anybody, c.showLink},
		{"POST /login/link", anybody, c.useLink},
		{"POST /language", anybody, c.chooseLanguage},
		{"GET /assets/{file}", anybody, c.asset},
		{"/", anybody, func(http.ResponseWriter, *http.Request, *visit) error { return notFound }},
	}
}

// maxForm is how much a form may send.
const maxForm = 64 << 10

func (c *Console) mux() http.Handler {
	mux := http.NewServeMux()
	for _, r := range c.routes() {
		mux.Handle(r.pattern, c.guarded(r))
	}
	for _, e := range c.endpoints() {
		mux.Handle(e.pattern, c.apiRoute(e))
	}
	mux.Handle("/api/", c.apiRoute(endpoint{needs: anybody, answer: func(*http.Request, *visit, any) (any, error) { return nil, notFound }}))
	sameSite := http.NewCrossOriginProtection()
	sameSite.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.fail(w, r, c.visit(r), crossSite)
	}))
	return withHeaders(sameSite.Handler(mux))
}

// guarded finds out who asks and lets pass who may.
func (c *Console) guarded(route route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := c.visit(r)
		if err := c.admit(w, r, v, route); err != nil {
			c.fail(w, r, v, err)
			return
		}
		r = r.WithContext(review.WithReach(r.Context(), v.reach()))
		if err := route.answer(w, r, v); err != nil {
			c.fail(w, r, v, err)
		}
	})
}

func (c *Console) admit(w http.ResponseWriter, r *http.Request, v *visit, route route) error {
	if route.needs != anybody {
		l, err := c.whoIs(r)
		if err != nil {
			return err
		}
		if l == nil {
			return loggedOut
		}
		v.login = l
		if !l.reviewer.May(route.needs) {
			return forbidden
		}
		if c.lacksFactor(&l.reviewer) && !beforeFactor[route.pattern] {
			return factorFirst
		}
	}
	if r.Method != http.MethodPost {
		return nil
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return badForm
	}
	if v.login != nil && !sameToken(r.PostFormValue("csrf"), v.login.session.CSRF) {
		return staleForm
	}
	return nil
}

// visit is what one request knows of who asks, and when.
type visit struct {
	lang  lang.Lang
	now   time.Time
	zone  *time.Location
	login *login // nil where nobody is logged in, or nobody needs to be

	policy *review.Policy
}

// reach is of which chats the visitor sees anything.
func (v *visit) reach() review.Reach {
	if v.login == nil {
		return review.Only()
	}
	return v.login.reviewer.Reach()
}

func (c *Console) visit(r *http.Request) *visit {
	return &visit{lang: language(r), now: c.config.Now(), zone: c.config.Zone, policy: c.config.Queue.Policy()}
}

// withHeaders sets what every answer carries. The policy lets a page load what
// the console serves and nothing else, and nothing inline.
func withHeaders(next http.Handler) http.Handler {
	const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
		"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// refusal is an answer that is a fault of the request.
type refusal struct {
	status int
	key    string // of words
}

// Error is the refusal in English.
func (e *refusal) Error() string { return say(e.key).En }

// The refusals.
var (
	notFound    = &refusal{http.StatusNotFound, "error.not.found"}
	forbidden   = &refusal{http.StatusForbidden, "error.forbidden"}
	crossSite   = &refusal{http.StatusForbidden, "error.cross"}
	staleForm   = &refusal{http.StatusForbidden, "error.token"}
	badForm     = &refusal{http.StatusBadRequest, "error.form"}
	factorFirst = &refusal{http.StatusForbidden, "factor.must"}
	loggedOut   = &refusal{http.StatusUnauthorized, "login.ended"}
	ambiguous   = &refusal{http.StatusNotFound, "error.ambiguous"}
	badPlace    = &refusal{http.StatusBadRequest, "error.place"}
	keyless     = &refusal{http.StatusServiceUnavailable, "error.key"}
	closing     = &refusal{http.StatusServiceUnavailable, "error.closing"}
	crowded     = &refusal{http.StatusServiceUnavailable, "error.streams"}
)

// fail answers a request that can't be answered otherwise.
func (c *Console) fail(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	var known *refusal
	switch {
	case errors.As(err, &known):
	case errors.Is(err, review.ErrNotFound), errors.Is(err, review.ErrNoReviewer):
		known = notFound
	case errors.Is(err, review.ErrAmbiguous):
		known = ambiguous
	case errors.Is(err, review.ErrPlace):
		known = badPlace
	case errors.Is(err, seal.ErrKey):
		c.config.Log.Error().Err(err).Msg("console: second factors can't be checked")
		known = keyless
	case r.Context().Err() != nil:
		return // nobody reads the answer
	default:
		c.config.Log.Error().Err(err).Str("method", r.Method).Str("path", r.URL.Path).Msg("console: a page failed")
		known = &refusal{http.StatusInternalServerError, "error.fault"}
	}
	if known == factorFirst && r.Method == http.MethodGet && !byScript(r) {
		http.Redirect(w, r, "/account/factor", http.StatusSeeOther)
		return
	}
	if known == loggedOut && r.Method == http.MethodGet && !byScript(r) {
		target := "/login"
		if r.URL.Path != "/" || r.URL.RawQuery != "" {
			target += "?next=" + url.QueryEscape(r.URL.RequestURI())
		}
		http.Redirect(w, r, target, http.StatusSeeOther)
		return
	}
	p := errorPage{frame: c.frame(r, v, "error.title"), Status: known.status, Text: say(known.key)}
	if err := c.write(w, v, known.status, "error", &p); err != nil {
		c.config.Log.Error().Err(err).Msg("console: the page for faults failed")
		http.Error(w, known.Error(), known.status)
	}
}

// localPath is target where it is a path of this console, and "/" otherwise: a
// redirect must not lead to another site.
func localPath(target string) string {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil ||
		!strings.HasPrefix(target, "/") || strings.HasPrefix(target, "//") || strings.ContainsAny(target, "\\\r\n\t") {
		return "/"
	}
	return target
}
