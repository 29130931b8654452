package console

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"patrol/bot/review"
	"patrol/rules/lang"
)

// endpoint is one thing that the API answers to. The table of them is all of it,
// and the OpenAPI document is made from it.
type endpoint struct {
	pattern string // http.ServeMux's
	needs   review.Power
	scope   review.Scope // "" where any token will do
	about   lang.Text
	query   []parameter
	body    any // zero value of what is sent; nil where nothing is
	gives   any // zero value of what comes back
	answer  func(r *http.Request, v *visit, body any) (any, error)
}

// parameter is one of a query.
type parameter struct {
	name  string
	about lang.Text
	enum  []string
	form  string // "string", "integer", "date-time"
	many  bool   // may be given several times
}

// apiBurst and apiPace bound what one token, or one login, may ask.
var perToken = allowance{burst: 120, refill: 50 * time.Millisecond, slowest: 50 * time.Millisecond, keys: 4096}

// apiRoute serves the endpoint.
func (c *Console) apiRoute(e endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := c.visit(r)
		answer, err := c.callAPI(w, r, v, e)
		if err != nil {
			c.failAPI(w, r, v, err)
			return
		}
		writeJSON(w, http.StatusOK, "application/json", answer)
	})
}

func writeJSON(w http.ResponseWriter, status int, kind string, v any) {
	data, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer can't be written", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(append(data, '\n'))
}

func (c *Console) callAPI(w http.ResponseWriter, r *http.Request, v *visit, e endpoint) (any, error) {
	if err := c.admitAPI(r, v, e); err != nil {
		return nil, err
	}
	body, err := readBody(w, r, e.body)
	if err != nil {
		return nil, err
	}
	if err := checkQuery(r, e.query); err != nil {
		return nil, err
	}
	return e.answer(r.WithContext(review.WithReach(r.Context(), v.reach())), v, body)
}

// admitAPI finds out who asks, by a token or by the login of a page, and lets pass
// who may.
func (c *Console) admitAPI(r *http.Request, v *visit, e endpoint) error {
	if e.needs == anybody {
		return nil
	}
	key, err := c.whoCalls(r, v, e.scope)
	if err != nil {
		return err
	}
	if wait := c.calls.take(key, v.now); wait > 0 {
		return &slowDown{wait}
	}
	if !v.login.reviewer.May(e.needs) {
		return forbidden
	}
	if c.lacksFactor(&v.login.reviewer) {
		return factorFirst
	}
	return nil
}

// whoCalls fills in v.login and returns what the caller's pace is counted by.
func (c *Console) whoCalls(r *http.Request, v *visit, scope review.Scope) (key string, err error) {
	if secret, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		return c.byToken(r, v, strings.TrimSpace(secret), scope)
	}
	l, err := c.whoIs(r)
	if err != nil {
		return "", err
	}
	if l == nil {
		return "", unknownCaller
	}
	if r.Method != http.MethodGet && !sameToken(r.Header.Get("X-Patrol-CSRF"), l.session.CSRF) {
		return "", staleForm
	}
	v.login = l
	return "session " + l.session.Hash, nil
}

func (c *Console) byToken(r *http.Request, v *visit, secret string, scope review.Scope) (key string, err error) {
	token, err := c.config.Store.Token(r.Context(), review.HashToken(secret))
	var reviewer review.Reviewer
	if err == nil {
		reviewer, err = c.config.Store.Reviewer(r.Context(), token.Owner)
	}
	switch {
	case errors.Is(err, review.ErrNoToken), errors.Is(err, review.ErrNoReviewer), err == nil && (reviewer.Disabled || !v.now.Before(token.Expires)):
		if wait := c.doors.addresses.take(c.config.Address(r), v.now); wait > 0 {
			return "", &slowDown{wait}
		}
		return "", unknownCaller
	case err != nil:
		return "", err
	case scope != "" && !token.Allows(scope, v.now):
		return "", outOfScope
	}
	if v.now.Sub(token.Used) >= touchAfter {
		if err := c.config.Store.TouchToken(r.Context(), token.ID, v.now); err != nil {
			return "", err
		}
	}
	v.login = &login{reviewer: reviewer}
	return "token " + token.ID, nil
}

// readBody reads a body of the kind of like, strictly; nil where like is.
func readBody(w http.ResponseWriter, r *http.Request, like any) (any, error) {
	if like == nil {
		return nil, nil
	}
	body := newOf(like)
	if r.ContentLength == 0 {
		return body, nil
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return nil, &badRequest{http.StatusUnsupportedMediaType, "media_type", lang.T("请求体须为 application/json", "the body has to be application/json")}
	}
	in := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxForm))
	in.DisallowUnknownFields()
	err := in.Decode(body)
	if err == nil {
		if _, more := in.Token(); !errors.Is(more, io.EOF) {
			err = errors.New("there is more than one value")
		}
	}
	if err != nil {
		return nil, &badRequest{http.StatusBadRequest, "bad_body", lang.F("请求体有误：%v", "the body is wrong: %v", err)}
	}
	return body, nil
}

// checkQuery refuses what the endpoint does not know: a filter that is misspelt
// must not mean everything.
func checkQuery(r *http.Request, known []parameter) error {
	bad := func(zh, en, name string) error {
		return &badRequest{http.StatusBadRequest, "bad_parameter", lang.F(zh, en, name)}
	}
	for name, values := range r.URL.Query() {
		p := findParameter(known, name)
		switch {
		case p == nil:
			return bad("没有参数 %.40q", "there is no parameter %.40q", name)
		case len(values) > 1 && !p.many:
			return bad("参数 %q 只能给一次", "the parameter %q is given more than once", name)
		}
		for _, value := range values {
			if !p.takes(value) {
				return bad("参数 %q 的值无效", "the parameter %q has no such value", name)
			}
		}
	}
	return nil
}

// badRequest is a fault of the call that no page has.
type badRequest struct {
	status int
	code   string
	text   lang.Text
}

// Error is the fault in English.
func (e *badRequest) Error() string { return e.text.En }

// slowDown refuses a call that came too fast.
type slowDown struct{ wait time.Duration }

// Error says how long to wait.
func (e *slowDown) Error() string { return "too many calls: wait " + e.wait.String() }

var (
	unknownCaller = &refusal{http.StatusUnauthorized, "api.unknown"}
	outOfScope    = &refusal{http.StatusForbidden, "api.scope"}
)

// problem is what every refusal looks like (RFC 9457).
type problem struct {
	Type   string `json:"type" jsonschema:"enum=about:blank"`
	Title  string `json:"title"` // for people, in the language of the request
	Status int    `json:"status"`
	Code   string `json:"code"` // for programs
}

// codes name the refusals to programs.
var codes = map[*refusal]string{
	notFound: "not_found", forbidden: "forbidden", crossSite: "cross_site", staleForm: "csrf", badForm: "bad_body", loggedOut: "unauthorized",
	ambiguous: "not_found", badPlace: "bad_cursor", factorFirst: "second_factor", unknownCaller: "unauthorized", outOfScope: "scope",
}

// verbErrors are the refusals of verbs.
var verbErrors = []struct {
	is     error
	status int
	code   string
}{
	{review.ErrClaimed, http.StatusConflict, "claimed"},
	{review.ErrDecided, http.StatusConflict, "decided"},
	{review.ErrSecond, http.StatusConflict, "second_person"},
	{review.ErrAbove, http.StatusConflict, "handed_up"},
	{review.ErrNothing, http.StatusConflict, "nothing_to_take_back"},
	{review.ErrNotAsked, http.StatusConflict, "not_asked"},
	{review.ErrIntact, http.StatusConflict, "not_deleted"},
	{review.ErrMeasure, http.StatusUnprocessableEntity, "no_such_measure"},
	{review.ErrEmpty, http.StatusUnprocessableEntity, "empty_note"},
	{errNoGround, http.StatusUnprocessableEntity, "no_ground"},
	{review.ErrNoSecond, http.StatusConflict, "no_second_opinion"},
	{errNoOpinion, http.StatusUnprocessableEntity, "no_opinion"},
	{review.ErrPlace, http.StatusBadRequest, "bad_cursor"},
	{review.ErrNotFound, http.StatusNotFound, "not_found"},
	{review.ErrAmbiguous, http.StatusNotFound, "not_found"},
}

// problemOf is how err is told; known is false for a fault of the server.
func problemOf(err error, v *visit) (p problem, known bool) {
	p = problem{Type: "about:blank"}
	var (
		bad  *badRequest
		slow *slowDown
		page *refusal
	)
	switch {
	case errors.As(err, &bad):
		p.Status, p.Code, p.Title = bad.status, bad.code, bad.text.In(v.lang)
		return p, true
	case errors.As(err, &slow):
		p.Status, p.Code, p.Title = http.StatusTooManyRequests, "too_fast", v.say("login.slow", rough(max(slow.wait, time.Second), v.lang))
		return p, true
	case errors.As(err, &page):
		p.Status, p.Code, p.Title = page.status, codes[page], v.say(page.key)
		return p, true
	}
	for _, e := range verbErrors {
		if errors.Is(err, e.is) {
			p.Status, p.Code, p.Title = e.status, e.code, oneLanguage(err.Error(), v.lang)
			return p, true
		}
	}
	p.Status, p.Code, p.Title = http.StatusInternalServerError, "fault", v.say("error.fault")
	return p, false
}

// oneLanguage is the half of "English / 中文" that is wanted; errors are written so.
func oneLanguage(text string, l lang.Lang) string {
	en, zh, both := strings.Cut(text, " / ")
	switch {
	case !both:
		return text
	case l == lang.Zh:
		return zh
	}
	return en
}

func (c *Console) failAPI(w http.ResponseWriter, r *http.Request, v *visit, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // nobody reads the answer
	}
	p, known := problemOf(err, v)
	if !known {
		c.config.Log.Error().Err(err).Str("method", r.Method).Str("path", r.URL.Path).Msg("console: a call failed")
	}
	if slow, ok := errors.AsType[*slowDown](err); ok {
		c.tooFast(w, slow.wait)
	}
	if p.Status == http.StatusUnauthorized {
		w.Header().Set("WWW-Authenticate", `Bearer realm="patrol"`)
	}
	writeJSON(w, p.Status, "application/problem+json", p)
}
