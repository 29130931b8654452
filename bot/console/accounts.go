package console

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

type accountsPage struct {
	frame
	Rows    []accountRow
	Roles   []review.Role
	Name    string // typed, and refused
	Chats   string // typed, and refused
	Problem string // ready to be shown
	Secret  string // a new password, and whose it is
	Owner   string
}

type accountRow struct {
	Name     string
	Role     review.Role
	Created  moment
	Disabled bool
	Self     bool
	Limited  bool
	Chats    string // one a line
	SSO      bool
	Factor   bool
}

func (c *Console) accountsPage(r *http.Request, v *visit) (*accountsPage, error) {
	p := &accountsPage{frame: c.frame(r, v, "accounts.title"), Roles: []review.Role{review.Viewer, review.Desk, review.Admin}}
	p.Here = "/accounts"
	reviewers, err := c.config.Store.Reviewers(r.Context())
	for _, one := range reviewers {
		p.Rows = append(p.Rows, accountRow{
			Name: one.Name, Role: one.Role, Created: v.moment(one.Created),
			Disabled: one.Disabled, Self: one.Name == v.login.reviewer.Name,
			Limited: one.Reach().Limited, Chats: strings.Join(one.Only.Chats, "\n"), SSO: one.Source != "", Factor: one.Factor,
		})
	}
	return p, err
}

func (c *Console) listAccounts(w http.ResponseWriter, r *http.Request, v *visit) error {
	p, err := c.accountsPage(r, v)
	if err != nil {
		return err
	}
	return c.write(w, v, http.StatusOK, "accounts", p)
}

// accountName is what a new account may be called.
var accountName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$`)

// addAccount makes the password itself and shows it once: nobody has to think of
// one, and none is weak.
func (c *Console) addAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	name := strings.TrimSpace(r.PostFormValue("name"))
	role, only, problem := readRights(r)
	switch _, err := c.config.Store.Reviewer(r.Context(), name); {
	case !accountName.MatchString(name) || strings.EqualFold(name, ledger.Bot):
		problem = "accounts.bad.name"
	case problem != "":
	case err == nil:
		problem = "accounts.taken"
	case !errors.Is(err, review.ErrNoReviewer):
		return err
	}
	if problem != "" {
		p, err := c.accountsPage(r, v)
		if err != nil {
			return err
		}
		p.Name, p.Chats, p.Problem = name, r.PostFormValue("chats"), v.say(problem)
		return c.write(w, v, http.StatusUnprocessableEntity, "accounts", p)
	}
	reviewer := review.Reviewer{Name: name, Role: role, Created: v.now, Only: only}
	return c.giveSecret(w, r, v, reviewer, accountEntry(v, lang.F("新建账号 %s（%s）", "added account %s (%s)", name, review.Rights(role, only))))
}

// readRights reads a role, and the chats that it is for; problem is the key of
// what is wrong with them.
func readRights(r *http.Request) (role review.Role, only review.Reach, problem string) {
	role, known := review.ParseRole(r.PostFormValue("role"))
	if !known {
		return role, only, "accounts.bad.role"
	}
	if r.PostFormValue("limited") == "" {
		return role, only, ""
	}
	only, err := review.ParseReach(strings.Fields(r.PostFormValue("chats")))
	switch {
	case err != nil, len(only.Chats) == 0:
		return role, only, "accounts.bad.chats"
	case role == review.Admin:
		return role, only, "accounts.admin.all"
	}
	return role, only, ""
}

// setRights changes what somebody may do, and where. It ends their logins.
func (c *Console) setRights(w http.ResponseWriter, r *http.Request, v *visit) error {
	reviewer, err := c.config.Store.Reviewer(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	role, only, problem := readRights(r)
	switch {
	case reviewer.Name == v.login.reviewer.Name:
		problem = "accounts.self.rights"
	case reviewer.Source != "":
		problem = "accounts.sso.rights"
	}
	if problem != "" {
		p, err := c.accountsPage(r, v)
		if err != nil {
			return err
		}
		p.Problem = v.say(problem)
		return c.write(w, v, http.StatusUnprocessableEntity, "accounts", p)
	}
	reviewer.Role, reviewer.Only = role, only
	entry := accountEntry(v, lang.F("更改 %s 的权限：%s", "changed the rights of %s: %s", reviewer.Name, review.Rights(role, only)))
	if err := c.config.Store.PutReviewer(r.Context(), reviewer, entry); err != nil {
		return err
	}
	http.Redirect(w, r, "/accounts", http.StatusSeeOther)
	return nil
}

func (c *Console) resetAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	reviewer, err := c.config.Store.Reviewer(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	if reviewer.Source != "" {
		p, err := c.accountsPage(r, v)
		if err != nil {
			return err
		}
		p.Problem = v.say("accounts.no.password")
		return c.write(w, v, http.StatusUnprocessableEntity, "accounts", p)
	}
	return c.giveSecret(w, r, v, reviewer, accountEntry(v, lang.F("重置 %s 的密码", "reset the password of %s", reviewer.Name)))
}

func (c *Console) giveSecret(w http.ResponseWriter, r *http.Request, v *visit, reviewer review.Reviewer, entry ledger.Entry) error {
	secret := newSecret()
	hash, err := c.hash(r.Context(), secret)
	if err != nil {
		return err
	}
	reviewer.Hash = hash
	if err := c.config.Store.PutReviewer(r.Context(), reviewer, entry); err != nil {
		return err
	}
	c.doors.accounts.forgive(reviewer.Name)
	p, err := c.accountsPage(r, v)
	if err != nil {
		return err
	}
	p.Secret, p.Owner = secret, reviewer.Name
	return c.write(w, v, http.StatusOK, "accounts", p)
}

// hash is HashPassword once there is room for it.
func (c *Console) hash(ctx context.Context, password string) (string, error) {
	select {
	case c.doors.hashing <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-c.doors.hashing }()
	return HashPassword(password)
}

// newSecret is a password of 120 bits that can be read aloud: 24 characters of
// the base32 alphabet in groups of four.
func newSecret() string {
	text := rand.Text()[:24]
	var groups []string
	for ; text != ""; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(groups, "-")
}

func (c *Console) disableAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	if r.PathValue("name") == v.login.reviewer.Name {
		p, err := c.accountsPage(r, v)
		if err != nil {
			return err
		}
		p.Problem = v.say("accounts.self")
		return c.write(w, v, http.StatusUnprocessableEntity, "accounts", p)
	}
	return c.setDisabled(w, r, v, true)
}

func (c *Console) enableAccount(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.setDisabled(w, r, v, false)
}

func (c *Console) setDisabled(w http.ResponseWriter, r *http.Request, v *visit, disabled bool) error {
	reviewer, err := c.config.Store.Reviewer(r.Context(), r.PathValue("name"))
	if err != nil {
		return err
	}
	ground := lang.F("启用账号 %s", "enabled account %s", reviewer.Name)
	if disabled {
		ground = lang.F("停用账号 %s", "disabled account %s", reviewer.Name)
	}
	reviewer.Disabled = disabled
	if err := c.config.Store.PutReviewer(r.Context(), reviewer, accountEntry(v, ground)); err != nil {
		return err
	}
	http.Redirect(w, r, "/accounts", http.StatusSeeOther)
	return nil
}
