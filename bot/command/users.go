package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"patrol/bot/console"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type usersGroup struct {
	Add     userAddCommand     `cmd:""`
	Passwd  userPasswdCommand  `cmd:""`
	Rights  userRightsCommand  `cmd:""`
	List    userListCommand    `cmd:""`
	Disable userDisableCommand `cmd:""`
	Enable  userEnableCommand  `cmd:""`
	Logout  userLogoutCommand  `cmd:""`

	ResetFactor userResetFactorCommand `cmd:""`
	RenewKey    userRenewKeyCommand    `cmd:""`
}

// userVerb is what the commands that change an account have in common.
type userVerb struct {
	configFlag
	asFlag
	Name string `arg:"" name:"name"`
}

// put writes the account, ends its logins, and says so in the ledger.
func (v *userVerb) put(ctx context.Context, s *shell, st *store.Store, r review.Reviewer, what lang.Text) error {
	by, err := v.actor(s)
	if err != nil {
		return err
	}
	entry := ledger.Entry{At: s.Now(), Kind: ledger.Account, Actor: by, Ground: what}
	if err := st.PutReviewer(ctx, r, entry); err != nil {
		return err
	}
	_, err = fmt.Fprintln(s.Stdout, Plain(what.In(s.lang)))
	return err
}

// account is the account of that name.
func (v *userVerb) account(ctx context.Context, st *store.Store) (review.Reviewer, error) {
	r, err := st.Reviewer(ctx, v.Name)
	if err != nil {
		return r, fmt.Errorf("%s: %w", Plain(v.Name), err)
	}
	return r, nil
}

type passwordFlag struct {
	PasswordStdin bool
}

// hash asks for a password, twice on a terminal, and returns its hash.
func (p *passwordFlag) hash(s *shell) (string, error) {
	password, err := p.ask(s)
	if err != nil {
		return "", err
	}
	return console.HashPassword(password)
}

func (p *passwordFlag) ask(s *shell) (string, error) {
	if p.PasswordStdin {
		line, err := bufio.NewReader(io.LimitReader(s.Stdin, console.MaxPassword+2)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	if s.ReadPassword == nil {
		return "", &misuse{lang.T("没有终端可以输入密码：请用 --password-stdin", "there is no terminal to ask for the password: use --password-stdin")}
	}
	fmt.Fprintf(s.Stderr, s.say("密码（至少 %d 个字符）：", "Password (%d characters or more): "), console.MinPassword)
	first, err := s.ReadPassword()
	fmt.Fprintln(s.Stderr)
	if err != nil {
		return "", err
	}
	fmt.Fprint(s.Stderr, s.say("再输一遍：", "Once more: "))
	again, err := s.ReadPassword()
	fmt.Fprintln(s.Stderr)
	if err != nil {
		return "", err
	}
	if first != again {
		return "", errors.New("the two passwords differ / 两次输入的密码不同")
	}
	return first, nil
}

// chatsFlag limits an account to chats.
type chatsFlag struct {
	Chat []string `sep:"none" placeholder:"CONNECTION/CHAT"`
}

// reach is the chats that are given, every one where none is.
func (c *chatsFlag) reach(role string) (review.Reach, error) {
	switch {
	case len(c.Chat) == 0:
		return review.Reach{}, nil
	case review.Role(role) == review.Admin:
		return review.Reach{}, &misuse{lang.T("管理员总能看到所有群：--chat 不能与 admin 同用", "an admin sees every chat: --chat does not go with admin")}
	}
	only, err := review.ParseReach(c.Chat)
	if err != nil {
		return only, &misuse{lang.T(err.Error(), err.Error())}
	}
	return only, nil
}

type userAddCommand struct {
	userVerb
	passwordFlag
	chatsFlag
	Role string `enum:"viewer,reviewer,admin" default:"reviewer" placeholder:"viewer|reviewer|admin"`
}

// Run adds an account.
func (c *userAddCommand) Run(ctx context.Context, s *shell) error {
	if !accountName(c.Name) {
		return &misuse{lang.F("%q 不能作用户名：请用字母、数字和 . _ - @，最多 64 个字符", "%q can't be a name: use letters, digits and . _ - @, 64 at most", excerpt(c.Name, 40))}
	}
	only, err := c.reach(c.Role)
	if err != nil {
		return err
	}
	if _, err := c.actor(s); err != nil {
		return err
	}
	return c.within(ctx, s, true, func(st *store.Store) error {
		switch _, err := st.Reviewer(ctx, c.Name); {
		case err == nil:
			return fmt.Errorf("%s: the name is taken / 用户名已存在", c.Name)
		case !errors.Is(err, review.ErrNoReviewer):
			return err
		}
		hash, err := c.hash(s)
		if err != nil {
			return err
		}
		r := review.Reviewer{Name: c.Name, Hash: hash, Role: review.Role(c.Role), Created: s.Now(), Only: only}
		return c.put(ctx, s, st, r, lang.F("添加账号 %[1]s（%[2]s）", "added account %[1]s (%[2]s)", c.Name, review.Rights(r.Role, only)))
	})
}

type userRightsCommand struct {
	userVerb
	chatsFlag
	Role string `required:"" enum:"viewer,reviewer,admin" placeholder:"viewer|reviewer|admin"`
}

// Run changes what an account may do, and where.
func (c *userRightsCommand) Run(ctx context.Context, s *shell) error {
	only, err := c.reach(c.Role)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := c.account(ctx, st)
		if err != nil {
			return err
		}
		if r.Source != "" {
			return fmt.Errorf("the rights of %s come from its groups at the single sign-on / 此账号的权限由单点登录的组决定", Plain(c.Name))
		}
		r.Role, r.Only = review.Role(c.Role), only
		return c.put(ctx, s, st, r, lang.F("更改 %[1]s 的权限：%[2]s", "changed the rights of %[1]s: %[2]s", c.Name, review.Rights(r.Role, only)))
	})
}

type userPasswdCommand struct {
	userVerb
	passwordFlag
}

// Run gives an account a new password and ends its logins.
func (c *userPasswdCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := c.account(ctx, st)
		if err != nil {
			return err
		}
		if r.Source != "" {
			return fmt.Errorf("%s comes in by single sign-on and has no password / 此账号通过单点登录进入，没有密码", Plain(c.Name))
		}
		if r.Hash, err = c.hash(s); err != nil {
			return err
		}
		return c.put(ctx, s, st, r, lang.F("为 %s 设置了新密码", "gave %s a new password", c.Name))
	})
}

type userDisableCommand struct{ userVerb }

// Run keeps an account from logging in.
func (c *userDisableCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := c.account(ctx, st)
		if err != nil {
			return err
		}
		r.Disabled = true
		return c.put(ctx, s, st, r, lang.F("停用账号 %s", "disabled account %s", c.Name))
	})
}

type userEnableCommand struct{ userVerb }

// Run lets a disabled account log in again.
func (c *userEnableCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := c.account(ctx, st)
		if err != nil {
			return err
		}
		r.Disabled = false
		return c.put(ctx, s, st, r, lang.F("启用账号 %s", "enabled account %s", c.Name))
	})
}

type userLogoutCommand struct{ userVerb }

// Run ends every login of an account.
func (c *userLogoutCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := c.account(ctx, st)
		if err != nil {
			return err
		}
		return c.put(ctx, s, st, r, lang.F("退出 %s 的所有登录", "ended every login of %s", c.Name))
	})
}

type userResetFactorCommand struct{ userVerb }

// Run takes the second factor of an account away.
func (c *userResetFactorCommand) Run(ctx context.Context, s *shell) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		what := lang.F("重置 %s 的两步验证", "reset the second factor of %s", c.Name)
		entry := ledger.Entry{At: s.Now(), Kind: ledger.Account, Actor: by, Ground: what}
		if err := st.DeleteFactor(ctx, c.Name, entry); err != nil {
			return fmt.Errorf("%s: %w", Plain(c.Name), err)
		}
		_, err := fmt.Fprintln(s.Stdout, Plain(what.In(s.lang)))
		return err
	})
}

type userRenewKeyCommand struct {
	configFlag
	asFlag
}

// Run seals every second factor with a new key.
func (c *userRenewKeyCommand) Run(ctx context.Context, s *shell) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		what := lang.T("更换了两步验证的密钥", "renewed the key of the second factors")
		n, err := st.RenewKey(ctx, ledger.Entry{At: s.Now(), Kind: ledger.Account, Actor: by, Ground: what})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(s.Stdout, s.say("%s，重新加密了 %d 个\n", "%s, and sealed %d anew\n"), what.In(s.lang), n)
		return err
	})
}

type userListCommand struct {
	configFlag
	JSON bool `name:"json"`
}

// Run lists the accounts, without their passwords.
func (c *userListCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		all, err := st.Reviewers(ctx)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.Stdout, accounts(all))
		}
		head := []string{s.say("用户名", "NAME"), s.say("角色", "ROLE"), s.say("创建时间", "CREATED"), s.say("状态", "STATE"), s.say("登录", "LOGIN"), s.say("群", "CHATS")}
		var rows [][]cell
		for _, r := range all {
			state := cell{s.say("启用", "active"), ""}
			if r.Disabled {
				state = cell{s.say("已停用", "disabled"), red}
			}
			rows = append(rows, []cell{{excerpt(r.Name, 64), bold}, {s.term(string(r.Role)), ""}, {s.at(r.Created), ""}, state, {s.loginOf(&r), ""}, {s.chatsOf(&r), ""}})
		}
		return table(s.Stdout, s.out, head, rows)
	})
}

// loginOf is how somebody proves who they are.
func (s *shell) loginOf(r *review.Reviewer) string {
	switch {
	case r.Source != "":
		return s.say("单点登录", "single sign-on")
	case r.Factor:
		return s.say("密码+两步验证", "password+code")
	}
	return s.say("密码", "password")
}

func (s *shell) chatsOf(r *review.Reviewer) string {
	if reach := r.Reach(); reach.Limited {
		return excerpt(strings.Join(reach.Chats, " "), 60)
	}
	return s.say("所有", "all")
}

// account is what `users list --json` writes of each.
type account struct {
	Name     string      `json:"name"`
	Role     review.Role `json:"role"`
	Created  time.Time   `json:"created"`
	Disabled bool        `json:"disabled"`
	SSO      bool        `json:"sso"`    // a single sign-on vouches for the person
	Factor   bool        `json:"factor"` // a second factor is set up
	Chats    []string    `json:"chats"`  // null: all
}

func accounts(all []review.Reviewer) []account {
	out := []account{}
	for _, r := range all {
		out = append(out, account{r.Name, r.Role, r.Created, r.Disabled, r.Source != "", r.Factor, r.Reach().Chats})
	}
	return out
}
