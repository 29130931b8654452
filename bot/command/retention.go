package command

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"patrol/bot/retention"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type retentionCommand struct {
	configFlag
	asFlag
	Apply bool
	JSON  bool `name:"json"`
}

// kept is what `retention --json` writes.
type kept struct {
	Applied bool      `json:"applied"`
	Text    string    `json:"text"`   // how long; "off" for good
	Ledger  string    `json:"ledger"` //
	Texts   int       `json:"texts"`  // cases whose texts went, or would
	Cases   int       `json:"cases"`
	Entries int       `json:"entries"`
	Held    []holding `json:"held"`
}

// holding are cases that are old enough and stay.
type holding struct {
	What   string    `json:"what"` // texts or cases
	Why    lang.Text `json:"why"`
	Cases  int       `json:"cases"`
	Oldest string    `json:"oldest"`
}

// Run tells what has been kept for long enough, or lets it go.
func (c *retentionCommand) Run(ctx context.Context, s *shell) error {
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	policy := bot.RetentionPolicy()
	return c.within(ctx, s, false, func(st *store.Store) error {
		sweeper := &retention.Sweeper{Store: st, Policy: policy, By: by, Now: s.Now}
		do := sweeper.Preview
		if c.Apply {
			do = sweeper.Sweep
		}
		tally, err := do(ctx)
		if err != nil {
			return err
		}
		k := kept{Applied: c.Apply, Text: period(policy.Text), Ledger: period(policy.Ledger), Texts: tally.Texts.Cases, Cases: tally.Ledger.Cases, Entries: tally.Ledger.Entries}
		k.Held = append(held("texts", &tally.Texts), held("cases", &tally.Ledger)...)
		if c.JSON {
			return writeJSON(s.Stdout, k)
		}
		_, err = fmt.Fprint(s.Stdout, s.keptText(&k))
		return err
	})
}

func held(what string, step *retention.Step) []holding {
	all := []holding{}
	for _, why := range slices.SortedFunc(maps.Keys(step.Held), func(a, b lang.Text) int { return strings.Compare(a.En, b.En) }) {
		all = append(all, holding{what, why, step.Held[why], step.Oldest[why]})
	}
	return all
}

func (s *shell) keptText(k *kept) string {
	var out page
	out.line(fmt.Sprintf(s.say("保存期限：文字 %s，案件和账本 %s", "kept: texts %s, cases and the ledger %s"), s.length(k.Text), s.length(k.Ledger)))
	lead := s.say("将删除：", "would go:")
	if k.Applied {
		lead = s.say("已删除：", "gone:")
	}
	out.line(lead)
	out.line(fmt.Sprintf(s.say("  %6d  个案件里所写的文字", "  %6d  cases' texts"), k.Texts))
	out.line(fmt.Sprintf(s.say("  %6d  个案件", "  %6d  cases"), k.Cases))
	out.line(fmt.Sprintf(s.say("  %6d  条账本条目", "  %6d  ledger entries"), k.Entries))
	for i, h := range k.Held {
		if i == 0 {
			out.line(s.say("到期但保留：", "old enough, and they stay:"))
		}
		what := s.say("个案件的文字", "cases' texts")
		if h.What == "cases" {
			what = s.say("个案件", "cases")
		}
		out.line(fmt.Sprintf("  %6d  %s: %s (%s %s)", h.Cases, what, h.Why.In(s.lang), s.say("最早的是", "the oldest is"), h.Oldest))
	}
	if !k.Applied && k.Texts+k.Cases+k.Entries > 0 {
		out.line(s.say("什么也没有动：--apply 立即删除，patrol run 每小时自动删除。", "Nothing was touched: --apply lets it go now, and patrol run does every hour."))
	}
	return out.String()
}

// period is how long something is kept, for JSON.
func period(d time.Duration) string {
	if d == 0 {
		return "off"
	}
	return retention.Length(d)
}

// length is the same for people.
func (s *shell) length(l string) string {
	if l == "off" {
		return s.say("永久", "for good")
	}
	return l
}

type eraseCommand struct {
	configFlag
	asFlag
	yesFlag
	Case   []string `placeholder:"ID"`
	Member string   `placeholder:"CONNECTION/MEMBER"`
	Ground string   `short:"m" required:"" placeholder:"TEXT"`
	JSON   bool     `name:"json"`
}

// erasedCases is what `erase --json` writes.
type erasedCases struct {
	Erased  []string       `json:"erased"`
	Nothing []string       `json:"nothing"` // there was nothing to erase any more
	Refused []refusedErase `json:"refused"` // not settled yet
}

type refusedErase struct {
	Case string    `json:"case"`
	Why  lang.Text `json:"why"`
}

// Run erases what people wrote in some cases, whatever their age.
func (c *eraseCommand) Run(ctx context.Context, s *shell) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	adapter, member, named := strings.Cut(c.Member, "/")
	switch {
	case len(c.Case) == 0 && c.Member == "":
		return &misuse{lang.T("要写 --case 或 --member", "give --case or --member")}
	case c.Member != "" && (!named || adapter == "" || member == ""):
		return &misuse{lang.F("--member %q 应写成 连接名/成员号", "--member %q is not of the form CONNECTION/MEMBER", excerpt(c.Member, 60))}
	case strings.TrimSpace(c.Ground) == "":
		return &misuse{lang.T("--ground 不能为空：账本会永远记下为什么删除", "--ground can't be empty: the ledger keeps why it was erased")}
	}
	how := review.Erasure{At: s.Now(), By: by, Ground: lang.T(c.Ground, c.Ground)}
	return c.within(ctx, s, false, func(st *store.Store) error {
		_, ids, err := theCases(ctx, st, c.Case)
		if err != nil {
			return err
		}
		if c.Member != "" {
			theirs, err := st.CasesOf(ctx, adapter, member)
			if err != nil {
				return err
			}
			ids = append(ids, theirs...)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
		fmt.Fprintf(s.Stderr, s.say("%d 个案件里所写的文字将被永久删除：消息、前后文、备注、理由、申诉。\n", "What people wrote in %d cases will be erased for good: messages, those around them, notes, grounds, appeals.\n"), len(ids))
		if len(ids) == 0 {
			return nil
		}
		if sure, err := c.sure(s, s.say("删除？", "Erase it?")); err != nil || !sure {
			return err
		}
		done, err := erase(ctx, st, ids, how)
		if err != nil {
			return err
		}
		return errors.Join(s.erased(done, c.JSON), foundIf(len(done.Refused) > 0))
	})
}

func erase(ctx context.Context, st *store.Store, ids []string, how review.Erasure) (*erasedCases, error) {
	done := &erasedCases{Erased: []string{}, Nothing: []string{}, Refused: []refusedErase{}}
	for _, id := range ids {
		erased, err := st.EraseCase(ctx, id, how)
		unsettled, waits := errors.AsType[*store.UnsettledError](err)
		switch {
		case waits:
			done.Refused = append(done.Refused, refusedErase{id, unsettled.Why})
		case err != nil:
			return nil, err
		case erased:
			done.Erased = append(done.Erased, id)
		default:
			done.Nothing = append(done.Nothing, id)
		}
	}
	for more := true; more; {
		var err error
		if more, err = st.Shred(ctx); err != nil {
			return nil, err
		}
	}
	return done, nil
}

func (s *shell) erased(done *erasedCases, asJSON bool) error {
	if asJSON {
		return writeJSON(s.Stdout, done)
	}
	var out page
	out.line(fmt.Sprintf(s.say("已删除 %d 个案件里所写的文字", "erased the texts of %d cases"), len(done.Erased)))
	if n := len(done.Nothing); n > 0 {
		out.line(fmt.Sprintf(s.say("%d 个案件里早已没有文字", "%d had none left"), n))
	}
	if n := len(done.Refused); n > 0 {
		out.line(fmt.Sprintf(s.say("%d 个案件尚未了结，没有动；了结后再删除一次：", "%d are not settled and were left alone; erase them once they are:"), n))
		for _, r := range done.Refused {
			out.line("  " + r.Case + "  " + r.Why.In(s.lang))
		}
	}
	_, err := fmt.Fprint(s.Stdout, out.String())
	return err
}
