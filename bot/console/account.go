package console

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

type accountPage struct {
	frame
	Problem, Done string // ready to be shown
	Least         int    // characters of a password
	SSO, Factor   bool
	Reach         []string // the chats that the reviewer is for
	Limited       bool
	Sessions      []sessionView
}

func (c *Console) accountPage(r *http.Request, v *visit) (*accountPage, error) {
	who := &v.login.reviewer
	p := accountPage{
		frame: c.frame(r, v, "account.title"), Least: MinPassword,
		SSO: who.Source != "", Factor: who.Factor, Reach: who.Reach().Chats, Limited: who.Reach().Limited,
	}
	p.Here = "/account"
	var err error
	p.Sessions, err = c.sessionViews(r, v)
	return &p, err
}

func (c *Console) showAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	p, err := c.accountPage(r, v)
	if err != nil {
		return err
	}
	if r.URL.Query().Get("done") == "saved" {
		p.Done = v.say("account.saved")
	}
	return c.write(w, v, http.StatusOK, "account", p)
}

// changePassword ends every login of the account but a new one in this browser.
func (c *Console) changePassword(w http.ResponseWriter, r *http.Request, v *visit) error {
	refuse := func(status int, key string, args ...any) error {
		p, err := c.accountPage(r, v)
		if err != nil {
			return err
		}
		p.Problem = v.say(key, args...)
		return c.write(w, v, status, "account", p)
	}
	chosen := r.PostFormValue("new")
	if chosen != r.PostFormValue("again") {
		return refuse(http.StatusUnprocessableEntity, "account.differ")
	}
	reviewer, wait, err := c.check(r, v.login.reviewer.Name, r.PostFormValue("old"))
	switch {
	case err != nil:
		return err
	case wait > 0:
		c.tooFast(w, wait)
		return refuse(http.StatusTooManyRequests, "login.slow", rough(max(wait, time.Second), v.lang))
	case reviewer == nil:
		return refuse(http.StatusForbidden, "account.wrong")
	}
	hash, err := c.hash(r.Context(), chosen)
	switch {
	case errors.Is(err, ErrWeakPassword), errors.Is(err, ErrLongPassword):
		return refuse(http.StatusUnprocessableEntity, "account.weak")
	case err != nil:
		return err
	}
	reviewer.Hash = hash
	entry := accountEntry(v, lang.F("%s 修改了自己的密码", "%s changed the own password", reviewer.Name))
	if err := c.config.Store.PutReviewer(r.Context(), *reviewer, entry); err != nil {
		return err
	}
	if err := c.comeBack(w, r, v, reviewer.Name); err != nil {
		return err
	}
	http.Redirect(w, r, "/account?done=saved", http.StatusSeeOther)
	return nil
}

// comeBack logs the visitor in anew, after a change of the account has ended all
// its logins.
func (c *Console) comeBack(w http.ResponseWriter, r *http.Request, v *visit, name string) error {
	changed, err := c.config.Store.Reviewer(r.Context(), name)
	if err != nil {
		return err
	}
	anew, err := c.begin(w, r, changed, v.login.session.Method)
	if err == nil {
		v.login = anew // what is shown now belongs to it
	}
	return err
}

func accountEntry(v *visit, ground lang.Text) ledger.Entry {
	return ledger.Entry{At: v.now, Kind: ledger.Account, Actor: v.login.reviewer.Name, Ground: ground}
}

func (c *Console) tooFast(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int(wait/time.Second)+1))
}
