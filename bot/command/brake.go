package command

import (
	"bufio"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"patrol/bot/app"
	"patrol/bot/brake"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type brakeGroup struct {
	List    brakeListCommand    `cmd:""`
	Release brakeReleaseCommand `cmd:""`
	Cancel  brakeCancelCommand  `cmd:""`
}

// withQueue opens the store for f, with the queue that the bot file asks for.
func (c *configFlag) withQueue(ctx context.Context, s *shell, f func(st *store.Store, queue *review.Queue) error) error {
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		return f(st, review.NewQueue(review.Config{Store: st, Now: s.Now, Policy: app.ReviewPolicy(bot)}))
	})
}

type brakeListCommand struct {
	configFlag
	JSON bool `name:"json"`
}

// standing is what `brake list --json` writes of each.
type standing struct {
	ID       string     `json:"id"`
	Kind     brake.Kind `json:"kind"`
	Scope    string     `json:"scope"`
	At       time.Time  `json:"at"`
	Until    time.Time  `json:"until"`
	On       bool       `json:"on"`
	LiftedBy string     `json:"lifted_by,omitempty"`
	Holds    int        `json:"holds"`
	Why      lang.Text  `json:"why"`
}

// Run lists the brakes that are on or hold something.
func (c *brakeListCommand) Run(ctx context.Context, s *shell) error {
	return c.withQueue(ctx, s, func(st *store.Store, queue *review.Queue) error {
		found, err := (&brake.Desk{Store: st, Queue: queue, Now: s.Now}).Standing(ctx)
		if err != nil {
			return err
		}
		all := []standing{}
		for _, b := range found {
			if on := b.On(s.Now()); on || b.Holds > 0 {
				all = append(all, standing{b.ID, b.Kind, b.Scope, b.At, b.Until, on, b.LiftedBy, b.Holds, b.Why})
			}
		}
		if c.JSON {
			return writeJSON(s.Stdout, all)
		}
		return s.brakeTable(all)
	})
}

func (s *shell) brakeTable(all []standing) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(s.Stderr, s.say("没有触发的刹车，也没有被刹车留住的案件。", "No brake is on, and none holds a case."))
		return err
	}
	head := []string{s.say("刹车", "BRAKE"), s.say("状态", "STATE"), s.say("触发", "TRIPPED"), s.say("对象", "SCOPE"), s.say("留住的案件", "HOLDS"), s.say("原因", "WHY")}
	var rows [][]cell
	for _, b := range all {
		state := cell{s.say("已过", "over"), dim}
		switch {
		case b.On:
			state = cell{s.say("生效，至 ", "on, until ") + b.Until.Local().Format("15:04"), red}
		case b.LiftedBy != "":
			state = cell{s.say("已解除：", "lifted: ") + Plain(b.LiftedBy), dim}
		}
		rows = append(rows, []cell{
			{b.ID, bold}, state, {b.At.Local().Format("01-02 15:04"), ""}, {s.say(scopes[b.Kind].Zh, scopes[b.Kind].En) + " " + excerpt(b.Scope, 24), ""},
			{fmt.Sprint(b.Holds), ""}, {excerpt(b.Why.In(s.lang), 60), ""},
		})
	}
	return table(s.Stdout, s.out, head, rows)
}

var scopes = map[brake.Kind]lang.Text{
	brake.Chat: lang.T("群", "chat"), brake.Share: lang.T("群（占比）", "share of"), brake.Rule: lang.T("规则", "rule"),
}

// brakeVerb is what the commands that empty a brake have in common.
type brakeVerb struct {
	configFlag
	asFlag
	yesFlag
	ID string `arg:"" name:"brake"`
}

type yesFlag struct {
	Yes bool
}

// sure asks a person for a yes. Where nobody can be asked, --yes has to say it.
func (y *yesFlag) sure(s *shell, question string) (bool, error) {
	if y.Yes {
		return true, nil
	}
	if !s.StdinTerminal {
		return false, &misuse{lang.T("没有终端可以确认：请写 --yes", "there is no terminal to ask: say --yes")}
	}
	fmt.Fprintf(s.Stderr, "%s [y/N] ", question)
	line, err := bufio.NewReader(s.Stdin).ReadString('\n')
	if line == "" && err != nil {
		return false, fmt.Errorf("no answer / 没有回答: %w", err)
	}
	answer := strings.ToLower(strings.TrimSpace(line))
	return slices.Contains([]string{"y", "yes", "是"}, answer), nil
}

func (v *brakeVerb) do(ctx context.Context, s *shell, question lang.Text, verb func(d *brake.Desk, id, by string) (review.Swept, error)) error {
	by, err := v.actor(s)
	if err != nil {
		return err
	}
	return v.withQueue(ctx, s, func(st *store.Store, queue *review.Queue) error {
		desk := &brake.Desk{Store: st, Queue: queue, Now: s.Now}
		one, err := desk.Find(ctx, v.ID)
		if err != nil {
			return err
		}
		fmt.Fprintln(s.Stderr, Plain(one.Why.In(s.lang)))
		if sure, err := v.sure(s, fmt.Sprintf(question.In(s.lang), one.Holds)); err != nil || !sure {
			return err
		}
		tally, err := verb(desk, one.ID, by)
		return s.came(tally, err)
	})
}

// came says what came of a batch.
func (s *shell) came(t review.Swept, err error) error {
	fmt.Fprintf(s.Stdout, s.say("已处理 %d 个案件。\n", "%d cases are done.\n"), t.Done)
	for _, id := range slices.Sorted(maps.Keys(t.Refused)) {
		fmt.Fprintf(s.Stdout, "%s: %s\n", id, PlainLines(t.Refused[id].Error()))
	}
	if err != nil {
		fmt.Fprintln(s.Stderr, s.say("没有全部做完；再运行一次会接着做。", "Not all was done; running it again goes on from here."))
	}
	return err
}

type brakeReleaseCommand struct{ brakeVerb }

// Run carries out what the brake holds, and lifts it.
func (c *brakeReleaseCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, lang.T("执行它留住的 %d 个案件的动作，并解除刹车？", "Carry out what it holds of %d cases, and lift the brake?"),
		func(d *brake.Desk, id, by string) (review.Swept, error) { return d.Release(ctx, id, by) })
}

type brakeCancelCommand struct{ brakeVerb }

// Run overturns every case of which the brake holds something.
func (c *brakeCancelCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, lang.T("推翻它留住的 %d 个案件？刹车仍然生效。", "Overturn the %d cases of which it holds something? The brake stays on."),
		func(d *brake.Desk, id, by string) (review.Swept, error) { return d.Cancel(ctx, id, by) })
}
