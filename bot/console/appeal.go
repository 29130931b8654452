package console

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"patrol/bot/appeal"
	"patrol/bot/review"
)

type appealPage struct {
	frame
	CaseID  string
	Rule    string
	At      moment
	Acts    []actView
	State   string // where the appeal stands
	May     bool   // it can be made
	Text    string // typed, and refused
	Problem string
	Max     int
}

// perVisitor is how many void links one address may try: a person has one or two,
// and somebody who guesses needs very many. A good link always opens, also for many
// people behind one proxy.
var perVisitor = allowance{burst: 30, refill: 6 * time.Second, slowest: 2 * time.Minute, keys: 4096}

var tooMany = &refusal{http.StatusTooManyRequests, "error.slow"}

// appealed is what the token in the address opens. Nobody is logged in here: what
// the token does not open is not found, and how often that is tried is limited.
func (c *Console) appealed(r *http.Request, v *visit) (review.Case, error) {
	if c.config.Appeals == nil {
		return review.Case{}, notFound
	}
	one, err := c.config.Appeals.Case(r.Context(), r.PathValue("token"))
	if !errors.Is(err, appeal.ErrToken) && !errors.Is(err, review.ErrNotFound) {
		return one, err
	}
	if c.visitors.take(c.config.Address(r), v.now) > 0 {
		return one, tooMany
	}
	return one, notFound
}

func (c *Console) showAppeal(w http.ResponseWriter, r *http.Request, v *visit) error {
	one, err := c.appealed(r, v)
	if err != nil {
		return err
	}
	return c.write(w, v, http.StatusOK, "appeal", c.appealPage(r, v, &one))
}

func (c *Console) fileAppeal(w http.ResponseWriter, r *http.Request, v *visit) error {
	one, err := c.appealed(r, v)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	after, err := c.config.Appeals.File(r.Context(), r.PathValue("token"), text)
	switch {
	case err == nil:
		http.Redirect(w, r, appeal.Path+r.PathValue("token"), http.StatusSeeOther)
		return nil
	case errors.Is(err, appeal.ErrEmpty):
		p := c.appealPage(r, v, &one)
		p.Problem = v.say("appeal.empty")
		return c.write(w, v, http.StatusUnprocessableEntity, "appeal", p)
	case errors.Is(err, review.ErrAppealed), errors.Is(err, review.ErrNoAppeal):
		if after.ID != "" {
			one = after
		}
		p := c.appealPage(r, v, &one)
		p.Problem = v.say("appeal.closed")
		return c.write(w, v, http.StatusConflict, "appeal", p)
	}
	return err
}

// appealPage shows what was done, and not the message: whoever has the link need
// not be its author.
func (c *Console) appealPage(r *http.Request, v *visit, one *review.Case) *appealPage {
	p := &appealPage{
		frame: c.frame(r, v, "appeal.title"), CaseID: one.ID, Rule: appeal.Rule(one).In(v.lang), At: v.moment(one.Created),
		State: appeal.StateText(one).In(v.lang), May: one.Appealable(), Max: review.MaxAppeal,
	}
	p.Here = r.URL.Path
	for i := range one.Acts {
		a := &one.Acts[i]
		if a.State == review.Cancelled || a.State == review.Failed {
			continue
		}
		p.Acts = append(p.Acts, actView{
			Name: v.step(string(a.Action.Verb), a.Action.For), State: a.State, Until: v.moment(a.Receipt.Until), At: v.moment(a.Settled),
		})
	}
	return p
}

// AppealsOnly serves the page for appeals and what it needs, and nothing else: for
// a server that everybody can reach.
func (c *Console) AppealsOnly() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for _, open := range []string{appeal.Path, "/assets/", "/language"} {
			if strings.HasPrefix(r.URL.Path, open) {
				c.handler.ServeHTTP(w, r)
				return
			}
		}
		http.NotFound(w, r)
	})
}
