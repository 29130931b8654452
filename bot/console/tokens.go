package console

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"time"

	"patrol/bot/review"
	"patrol/rules/lang"
)

type tokensPage struct {
	frame
	All     bool // everybody's, for an admin
	Base    string
	Rows    []tokenRow
	Scopes  []scopeView
	Lives   []int // days
	Label   string
	Secret  string // shown once
	Problem string
}

type tokenRow struct {
	ID      string
	Label   []piece
	Owner   string
	Scopes  []string
	Created moment
	Expires moment
	Used    moment
	Over    bool
}

type scopeView struct{ Name, About string }

// tokenLives are the days that a token may be made for.
var tokenLives = []int{7, 30, 90, 365}

func (c *Console) tokensPage(r *http.Request, v *visit, all bool) (*tokensPage, error) {
	p := &tokensPage{frame: c.frame(r, v, "tokens.title"), All: all, Base: "/account/tokens", Lives: tokenLives}
	owner := v.login.reviewer.Name
	if all {
		owner, p.Base = "", "/accounts/tokens"
	}
	p.Here = p.Base
	for _, s := range scopesFor(&v.login.reviewer) {
		p.Scopes = append(p.Scopes, scopeView{string(s), v.say("scope." + string(s))})
	}
	tokens, err := c.config.Store.Tokens(r.Context(), owner)
	for i := range tokens {
		t := &tokens[i]
		p.Rows = append(p.Rows, tokenRow{
			ID: t.ID, Label: brief(t.Label), Owner: t.Owner, Scopes: t.Scopes,
			Created: v.moment(t.Created), Expires: v.moment(t.Expires), Used: v.moment(t.Used), Over: !v.now.Before(t.Expires),
		})
	}
	return p, err
}

// scopesFor are those that the reviewer's role allows.
func scopesFor(who *review.Reviewer) []review.Scope {
	if who.May(review.Decide) {
		return review.Scopes
	}
	return slices.DeleteFunc(slices.Clone(review.Scopes), func(s review.Scope) bool { return s == review.DecideCases })
}

func (c *Console) renderTokens(w http.ResponseWriter, r *http.Request, v *visit, all bool) error {
	p, err := c.tokensPage(r, v, all)
	if err != nil {
		return err
	}
	return c.write(w, v, http.StatusOK, "tokens", p)
}

func (c *Console) listTokens(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.renderTokens(w, r, v, false)
}

func (c *Console) listAllTokens(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.renderTokens(w, r, v, true)
}

// addToken makes a token for the visitor and shows it once.
func (c *Console) addToken(w http.ResponseWriter, r *http.Request, v *visit) error {
	who := &v.login.reviewer
	days, _ := strconv.Atoi(r.PostFormValue("days"))
	scopes := r.PostForm["scope"]
	allowed := scopesFor(who)
	scopes = slices.DeleteFunc(scopes, func(s string) bool { return !slices.Contains(allowed, review.Scope(s)) })
	token, secret, err := review.NewToken(who.Name, r.PostFormValue("label"), scopes, v.now, time.Duration(days)*24*time.Hour)
	if err == nil {
		entry := accountEntry(v, lang.F("生成令牌 %s（%s）", "made the token %s (%s)", token.ID, token.Label))
		err = c.config.Store.PutToken(r.Context(), token, entry)
	}
	status, problem := http.StatusOK, ""
	switch {
	case errors.Is(err, review.ErrToken):
		status, problem, secret = http.StatusUnprocessableEntity, v.say("tokens.bad"), ""
	case err != nil:
		return err
	}
	p, err := c.tokensPage(r, v, false)
	if err != nil {
		return err
	}
	if p.Problem, p.Secret = problem, secret; problem != "" {
		p.Label = r.PostFormValue("label")
	}
	return c.write(w, v, status, "tokens", p)
}

func (c *Console) revokeToken(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.revoke(w, r, v, v.login.reviewer.Name, "/account/tokens")
}

func (c *Console) revokeAnyToken(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.revoke(w, r, v, "", "/accounts/tokens")
}

func (c *Console) revoke(w http.ResponseWriter, r *http.Request, v *visit, owner, back string) error {
	id := r.PathValue("token")
	entry := accountEntry(v, lang.F("吊销令牌 %s", "revoked the token %s", id))
	err := c.config.Store.DeleteToken(r.Context(), id, owner, entry)
	if errors.Is(err, review.ErrNoToken) {
		return notFound
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}
