package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

type tokensGroup struct {
	Add    tokenAddCommand    `cmd:""`
	List   tokenListCommand   `cmd:""`
	Revoke tokenRevokeCommand `cmd:""`
}

type tokenAddCommand struct {
	configFlag
	asFlag
	Label   string   `arg:"" name:"label"`
	Owner   string   `required:"" placeholder:"NAME"`
	Scope   []string `required:"" enum:"cases:read,cases:decide,ledger:read,rules:read" placeholder:"SCOPE"`
	Expires string   `default:"90d" placeholder:"TIME"`
}

// Run makes a token and shows it once.
func (c *tokenAddCommand) Run(ctx context.Context, s *shell) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	life, err := rules.ParseDuration(c.Expires)
	if err != nil {
		return &misuse{lang.F("--expires %q 不是时长，例如 30d", "--expires %q is no length of time, such as 30d", excerpt(c.Expires, 40))}
	}
	token, secret, err := review.NewToken(c.Owner, c.Label, c.Scope, s.Now(), life)
	if err != nil {
		return &misuse{lang.T(err.Error(), err.Error())}
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		entry := ledger.Entry{
			At: s.Now(), Kind: ledger.Account, Actor: by,
			Ground: lang.F("为 %s 生成令牌 %s（%s）", "made the token %[2]s (%[3]s) for %[1]s", c.Owner, token.ID, token.Label),
		}
		if err := st.PutToken(ctx, token, entry); err != nil {
			return fmt.Errorf("%s: %w", Plain(c.Owner), err)
		}
		fmt.Fprintf(s.Stderr, s.say("令牌 %s，有效至 %s，只显示这一次：\n", "The token %s, valid until %s, shown this once:\n"), token.ID, s.at(token.Expires))
		_, err := fmt.Fprintln(s.Stdout, secret)
		return err
	})
}

type tokenListCommand struct {
	configFlag
	Owner string `placeholder:"NAME"`
	JSON  bool   `name:"json"`
}

// token is what `tokens list --json` writes of each.
type token struct {
	ID      string    `json:"id"`
	Owner   string    `json:"owner"`
	Label   string    `json:"label"`
	Scopes  []string  `json:"scopes"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	Used    time.Time `json:"used,omitzero"`
}

// Run lists tokens, without what they are made of.
func (c *tokenListCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		all, err := st.Tokens(ctx, c.Owner)
		if err != nil {
			return err
		}
		out, rows := []token{}, [][]cell(nil)
		for i := range all {
			t := &all[i]
			out = append(out, token{t.ID, t.Owner, t.Label, t.Scopes, t.Created, t.Expires, t.Used})
			used := s.say("从未", "never")
			if !t.Used.IsZero() {
				used = s.at(t.Used)
			}
			rows = append(rows, []cell{{t.ID, bold}, {excerpt(t.Owner, 64), ""}, {excerpt(t.Label, 40), ""}, {strings.Join(t.Scopes, " "), ""}, {s.at(t.Expires), ""}, {used, ""}})
		}
		if c.JSON {
			return writeJSON(s.Stdout, out)
		}
		head := []string{s.say("令牌", "TOKEN"), s.say("主人", "OWNER"), s.say("用途", "LABEL"), s.say("权限范围", "SCOPES"), s.say("有效至", "EXPIRES"), s.say("最近使用", "USED")}
		return table(s.Stdout, s.out, head, rows)
	})
}

type tokenRevokeCommand struct {
	configFlag
	asFlag
	ID string `arg:"" name:"id"`
}

// Run revokes a token.
func (c *tokenRevokeCommand) Run(ctx context.Context, s *shell) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		what := lang.F("吊销令牌 %s", "revoked the token %s", c.ID)
		err := st.DeleteToken(ctx, c.ID, "", ledger.Entry{At: s.Now(), Kind: ledger.Account, Actor: by, Ground: what})
		if errors.Is(err, review.ErrNoToken) {
			return fmt.Errorf("%s: %w", Plain(c.ID), err)
		}
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(s.Stdout, Plain(what.In(s.lang)))
		return err
	})
}
