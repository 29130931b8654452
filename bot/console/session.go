package console

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"patrol/bot/review"
)

// touchAfter is how stale Session.Seen may be: a click a second need not be a
// write a second.
const touchAfter = time.Minute

func newToken() string {
	token := make([]byte, 32)
	rand.Read(token) // never fails: see crypto/rand
	return hex.EncodeToString(token)
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// cookieName has the prefix that makes browsers refuse the cookie from a sibling
// host, where they let us: only over HTTPS.
func (c *Console) cookieName() string {
	if c.config.Secure {
		return "__Host-patrol"
	}
	return "patrol"
}

// logIn opens a session for the reviewer in this browser, in place of the one it
// had. The reviewer must be as the store had it before it was checked who they are:
// review.ErrNoReviewer where the account has changed since.
func (c *Console) logIn(w http.ResponseWriter, r *http.Request, who review.Reviewer, method string) error {
	_, err := c.begin(w, r, who, method)
	return err
}

func (c *Console) begin(w http.ResponseWriter, r *http.Request, who review.Reviewer, method string) (*login, error) {
	if old, err := r.Cookie(c.cookieName()); err == nil {
		if err := c.config.Store.DeleteSession(r.Context(), hashToken(old.Value)); err != nil {
			return nil, err
		}
	}
	token, now := newToken(), c.config.Now()
	s := review.Session{
		Hash: hashToken(token), Name: who.Name, CSRF: newToken(), Created: now, Epoch: who.Epoch,
		Method: method, Address: c.config.Address(r), Agent: clean(r.UserAgent()),
	}
	c.extend(&s, now)
	if err := c.config.Store.PutSession(r.Context(), s); err != nil {
		return nil, err
	}
	c.setCookie(w, token, c.config.Absolute)
	c.config.Log.Info().Str("reviewer", who.Name).Str("address", s.Address).Str("method", method).Msg("console: logged in")
	return &login{session: s, reviewer: who}, nil
}

// maxAgent is how much is kept of what a browser calls itself.
const maxAgent = 200

func clean(agent string) string {
	agent = strings.ToValidUTF8(agent, "\uFFFD")
	for i := range agent {
		if i > maxAgent {
			return agent[:i]
		}
	}
	return agent
}

func (c *Console) setCookie(w http.ResponseWriter, token string, life time.Duration) {
	http.SetCookie(w, &http.Cookie{
		Name: c.cookieName(), Value: token, Path: "/", MaxAge: int(life.Seconds()),
		HttpOnly: true, Secure: c.config.Secure, SameSite: http.SameSiteStrictMode,
	})
}

func (c *Console) extend(s *review.Session, now time.Time) {
	s.Seen = now
	s.Expires = now.Add(c.config.Idle)
	if end := s.Created.Add(c.config.Absolute); end.Before(s.Expires) {
		s.Expires = end
	}
}

// login is a session with its account.
type login struct {
	session  review.Session
	reviewer review.Reviewer
}

// whoIs is the login that r carries, or nil. A request of a person keeps the
// session alive; one of the script, which comes by itself, does not.
func (c *Console) whoIs(r *http.Request) (*login, error) {
	cookie, err := r.Cookie(c.cookieName())
	if err != nil || cookie.Value == "" {
		return nil, nil
	}
	l, err := c.lookUp(r.Context(), hashToken(cookie.Value))
	if l == nil || err != nil {
		return nil, err
	}
	if now := c.config.Now(); !byScript(r) && now.Sub(l.session.Seen) >= touchAfter {
		c.extend(&l.session, now)
		err = c.config.Store.TouchSession(r.Context(), l.session)
		if errors.Is(err, review.ErrNoSession) {
			return nil, nil // ended while we looked
		}
	}
	return l, err
}

func (c *Console) lookUp(ctx context.Context, hash string) (*login, error) {
	s, err := c.config.Store.Session(ctx, hash)
	switch {
	case errors.Is(err, review.ErrNoSession):
		return nil, nil
	case err != nil:
		return nil, err
	case !c.config.Now().Before(s.Expires):
		return nil, nil
	}
	reviewer, err := c.config.Store.Reviewer(ctx, s.Name)
	switch {
	case errors.Is(err, review.ErrNoReviewer):
		return nil, nil
	case err != nil:
		return nil, err
	case reviewer.Disabled:
		return nil, nil
	}
	return &login{session: s, reviewer: reviewer}, nil
}

// byScript reports whether the page's own script asks, to show what has changed.
func byScript(r *http.Request) bool {
	return r.Header.Get("X-Patrol-Live") != "" || r.Header.Get("Accept") == "text/event-stream"
}
