package command

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"patrol/bot/monthly"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type monthlyCommand struct {
	configFlag
	Chat   string `required:"" placeholder:"CONNECTION/CHAT"`
	Month  string `placeholder:"YYYY-MM"`
	Output string `short:"o" default:"." placeholder:"FOLDER"`
	JSON   bool   `name:"json"`
}

// auditFor is how long the ledger is audited for a report: as good as for ever.
const auditFor = 24 * time.Hour

// Run writes the report of a group over a month as a page, JSON and CSV.
func (c *monthlyCommand) Run(ctx context.Context, s *shell) error {
	month, err := monthOf(c.Month, s.Now())
	if err != nil {
		return err
	}
	if adapter, room, ok := strings.Cut(c.Chat, "/"); !ok || adapter == "" || room == "" {
		return &misuse{lang.F("--chat %q 应写成 连接名/群号", "--chat %q is not of the form CONNECTION/CHAT", excerpt(c.Chat, 60))}
	}
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	policy := bot.RetentionPolicy()
	return c.within(ctx, s, false, func(st *store.Store) error {
		r, err := monthly.Of(ctx, st, monthly.Order{
			Chat: c.Chat, Month: month, Made: s.Now(), Check: auditFor, Retention: monthly.Retention{Text: policy.Text, Ledger: policy.Ledger},
		})
		if err != nil {
			return err
		}
		if r.Messages == 0 && r.Cases.All == 0 {
			fmt.Fprintln(s.Stderr, Plain(fmt.Sprintf(s.say("%s 在 %s 没有任何记录：群号写对了吗？", "nothing is known of %s in %s: is that the chat?"), c.Chat, r.Month)))
		}
		if c.JSON {
			return r.JSON(s.Stdout)
		}
		return c.write(s, r)
	})
}

func (c *monthlyCommand) write(s *shell, r *monthly.Report) error {
	stem := filepath.Join(c.Output, monthly.FileName(r.Chat, r.Month))
	for _, form := range []struct {
		ext   string
		write func(io.Writer) error
	}{{".html", r.HTML}, {".json", r.JSON}, {".csv", r.CSV}} {
		var content bytes.Buffer
		if err := form.write(&content); err != nil {
			return err
		}
		if err := writeNew(stem+form.ext, content.Bytes(), 0o600); err != nil {
			return err
		}
		if _, err := fmt.Fprintln(s.Stdout, stem+form.ext); err != nil {
			return err
		}
	}
	if r.Proof.Fault != "" {
		s.complain(s.say("账本有问题：", "the ledger does not hold: ") + r.Proof.Fault)
		return errFound
	}
	return nil
}

// monthOf reads YYYY-MM; where nothing is given it is the month before this one.
func monthOf(text string, now time.Time) (time.Time, error) {
	here := now.Local()
	y, m, _ := here.Date()
	before := time.Date(y, m-1, 1, 0, 0, 0, 0, here.Location())
	month, err := time.ParseInLocation("2006-01", cmp.Or(text, before.Format("2006-01")), here.Location())
	switch {
	case err != nil:
		return month, &misuse{lang.F("--month %q 应写成 2026-11", "--month %q is not of the form 2026-11", excerpt(text, 20))}
	case month.After(now):
		return month, &misuse{lang.F("%s 还没有到", "%s has not begun yet", month.Format("2006-01"))}
	}
	return month, nil
}
