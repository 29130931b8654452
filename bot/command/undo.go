package command

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/bot/undo"
	"patrol/rules"
	"patrol/rules/lang"
)

type undoAllCommand struct {
	configFlag
	asFlag
	yesFlag
	Rule    string   `required:"" placeholder:"ID"`
	Since   string   `required:"" placeholder:"TIME"`
	Until   string   `placeholder:"TIME"`
	Chat    []string `sep:"none" placeholder:"CONNECTION/CHAT"`
	Upheld  bool
	Ground  string `short:"m" placeholder:"TEXT"`
	Preview bool
	JSON    bool `name:"json"`
}

// Run undoes everything that a rule did in a time.
func (c *undoAllCommand) Run(ctx context.Context, s *shell) error {
	order, err := c.order(s)
	if err != nil {
		return err
	}
	return c.withQueue(ctx, s, func(st *store.Store, queue *review.Queue) error {
		desk := &undo.Desk{Store: st, Queue: queue, Now: s.Now}
		preview, err := desk.Preview(ctx, order)
		if err != nil {
			return err
		}
		if c.JSON && c.Preview {
			return writeJSON(s.Stdout, preview)
		}
		if c.Preview {
			_, err := fmt.Fprint(s.Stdout, s.previewText(&order, &preview))
			return err
		}
		fmt.Fprint(s.Stderr, s.previewText(&order, &preview))
		if preview.Cases == 0 {
			return nil
		}
		if sure, err := c.sure(s, s.say("全部撤销？", "Undo all of it?")); err != nil || !sure {
			return err
		}
		if order, err = desk.Begin(ctx, order); err != nil {
			return err
		}
		tally, err := desk.Finish(ctx, order)
		if c.JSON && err == nil {
			return writeJSON(s.Stdout, undone{order.ID, tally.Done, len(tally.Refused)})
		}
		return s.came(tally, err)
	})
}

// undone is what `undo --json` writes.
type undone struct {
	ID    string `json:"id"`
	Cases int    `json:"cases"`
	Left  int    `json:"left"`
}

func (c *undoAllCommand) order(s *shell) (o undo.Order, err error) {
	o = undo.Order{Rule: c.Rule, Chats: c.Chat, Upheld: c.Upheld, Ground: c.Ground, Until: s.Now()}
	if o.By, err = c.actor(s); err != nil {
		return o, err
	}
	if o.Since, err = moment("--since", c.Since, s.Now()); err != nil {
		return o, err
	}
	if c.Until != "" {
		o.Until, err = moment("--until", c.Until, s.Now())
	}
	return o, err
}

// moment reads a time: RFC 3339, a date and time of day here, a time of today, or
// a length of time before now.
func moment(flag, text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	here := now.Local()
	for _, form := range []string{"2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02T15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(form, text, here.Location()); err == nil {
			return t, nil
		}
	}
	for _, form := range []string{"15:04:05", "15:04"} {
		if t, err := time.Parse(form, text); err == nil {
			return time.Date(here.Year(), here.Month(), here.Day(), t.Hour(), t.Minute(), t.Second(), 0, here.Location()), nil
		}
	}
	if d, err := rules.ParseDuration(text); err == nil {
		return now.Add(-d), nil
	}
	return time.Time{}, &misuse{lang.F(
		"%s：看不懂 %q。可以写 2026-03-01 12:00、12:00（今天）、2h（多久以前）或 RFC 3339",
		"%s: %q is no time. Say 2026-03-01 12:00, 12:00 (of today), 2h (so long ago) or RFC 3339", flag, excerpt(text, 40))}
}

func (s *shell) previewText(o *undo.Order, p *undo.Preview) string {
	var out page
	out.line(fmt.Sprintf(s.say("规则 %s，%s 至 %s：", "rule %s, %s to %s:"), s.out.paint(bold, Plain(o.Rule)), s.at(o.Since), s.at(o.Until)))
	figure := func(n int, zh, en string) {
		if n > 0 {
			out.line(fmt.Sprintf("  %5d  %s", n, s.say(zh, en)))
		}
	}
	figure(p.Cases, "个案件将推翻", "cases to be overturned")
	figure(p.Members, "名成员", "members")
	figure(p.Mutes, "个禁言将解除", "mutes to be lifted")
	figure(p.Timers, "个到期解除的禁言将提前解除", "mutes that a timer was to lift, to be lifted now")
	figure(p.Bans, "个封禁将解除", "bans to be lifted")
	figure(p.Strikes, "笔积分将作废", "strikes to become void")
	figure(p.Waiting, "个等待中的动作将取消", "actions that wait, to be cancelled")
	figure(p.Others, "个案件同时触犯了别的规则，也一并推翻", "of the cases another rule hit as well: they are overturned too")
	for _, verb := range []chat.Verb{chat.Delete, chat.Warn, chat.Remove} {
		if n := p.Gone[verb]; n > 0 {
			out.line(s.out.paint(dim, fmt.Sprintf(s.say("  %5d  次%s无法撤销", "  %5d  can't be undone: %s"), n, s.term(string(verb)))))
		}
	}
	figure(p.Upheld, "个案件有人维持过，不动（--upheld 也推翻）", "upheld by a person, left alone (--upheld takes them as well)")
	figure(p.Held, "个案件正由他人处理，不动", "held by another person, left alone")
	if p.Cases == 0 {
		out.line(s.say("没有可以撤销的。", "There is nothing to undo."))
	}
	return out.String()
}

type undosCommand struct {
	configFlag
	JSON  bool `name:"json"`
	Limit int  `default:"20" placeholder:"N"`
}

// Run lists the orders.
func (c *undosCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		all, err := st.Undos(ctx, max(1, c.Limit))
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.Stdout, slices.Concat([]undo.Order{}, all))
		}
		head := []string{s.say("编号", "ID"), s.say("时间", "AT"), s.say("操作人", "BY"), s.say("规则", "RULE"), s.say("从", "SINCE"), s.say("到", "UNTIL"), s.say("结果", "STATE")}
		var rows [][]cell
		for i := range all {
			o := &all[i]
			state := s.say("未完成", "not finished")
			if !o.Finished.IsZero() {
				state = fmt.Sprintf(s.say("推翻 %d 个，%d 个未动", "%d overturned, %d left alone"), o.Cases, o.Left)
			}
			rows = append(rows, []cell{
				{o.ID, bold}, {s.at(o.At), ""}, {excerpt(o.By, 16), ""}, {excerpt(o.Rule, 24), ""}, {s.at(o.Since), ""}, {s.at(o.Until), ""}, {state, ""},
			})
		}
		return table(s.Stdout, s.out, head, rows)
	})
}
