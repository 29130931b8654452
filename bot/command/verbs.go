package command

import (
	"context"
	"fmt"
	"strings"

	"patrol/bot/review"
	"patrol/bot/store"
)

// caseVerb is what the commands that change a case have in common.
type caseVerb struct {
	configFlag
	asFlag
	JSON bool   `name:"json"`
	ID   string `arg:"" name:"case"`
}

// do applies verb to the case, and tells what came of it.
func (v *caseVerb) do(ctx context.Context, s *shell, verb func(q *review.Queue, id, by string) (review.Case, error)) error {
	by, err := v.actor(s)
	if err != nil {
		return err
	}
	return v.within(ctx, s, false, func(st *store.Store) error {
		before, err := theCase(ctx, st, v.ID)
		if err != nil {
			return err
		}
		queue := review.NewQueue(review.Config{Store: st, Now: s.Now})
		after, err := verb(queue, before.ID, by)
		if err != nil {
			return fmt.Errorf("%s: %w", before.ID, err)
		}
		if v.JSON {
			return writeJSON(s.Stdout, after)
		}
		_, err = fmt.Fprint(s.Stdout, s.changes(&before, &after))
		return err
	})
}

type claimCommand struct{ caseVerb }

// Run takes the case for a while.
func (c *claimCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(q *review.Queue, id, by string) (review.Case, error) { return q.Claim(ctx, id, by) })
}

type releaseCommand struct{ caseVerb }

// Run gives the case back.
func (c *releaseCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(q *review.Queue, id, by string) (review.Case, error) { return q.Release(ctx, id, by) })
}

type upholdCommand struct {
	caseVerb
	Ground string `short:"m" placeholder:"TEXT"`
}

// Run agrees with the bot.
func (c *upholdCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(q *review.Queue, id, by string) (review.Case, error) { return q.Uphold(ctx, id, by, c.Ground) })
}

type overturnCommand struct {
	caseVerb
	Ground string `short:"m" placeholder:"TEXT"`
}

// Run disagrees with the bot, and undoes what it did.
func (c *overturnCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(q *review.Queue, id, by string) (review.Case, error) { return q.Overturn(ctx, id, by, c.Ground) })
}

type noteCommand struct {
	caseVerb
	Text []string `arg:"" name:"text"`
}

// Run writes a note on the case.
func (c *noteCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(q *review.Queue, id, by string) (review.Case, error) {
		return q.Note(ctx, id, by, strings.Join(c.Text, " "))
	})
}

// changes says what a verb changed in a case, one thing a line.
func (s *shell) changes(before, after *review.Case) string {
	var p page
	state := s.term(string(after.State))
	if after.ClaimedBy != "" && after.ClaimedBy != before.ClaimedBy {
		state += s.say("，处理人 ", ", held by ") + Plain(after.ClaimedBy)
	}
	p.line(s.out.paint(bold, after.ID) + "  " + state)
	due := false
	for i := range after.Acts {
		a := &after.Acts[i]
		switch was := actOf(before, a.Action.Key); {
		case was != nil && was.State == a.State && was.Due.Equal(a.Due):
			if after.State == review.Overturned && before.State != review.Overturned && a.State == review.Done && a.Action.Verb.Weight() > 0 && a.Action.Verb.Undo() == "" {
				p.line("  " + s.say("无法撤销：", "can't be undone: ") + s.act(a))
			}
		case a.State == review.Due:
			due = true
			p.line("  " + s.say("将执行：", "to be done: ") + s.act(a))
		case a.State == review.Cancelled:
			p.line("  " + s.say("取消：", "cancelled: ") + s.act(a))
		default:
			p.line("  " + s.act(a))
		}
	}
	if after.Strike != before.Strike {
		p.line("  " + s.say("积分：", "strike: ") + s.term(string(after.Strike)))
	}
	if due {
		p.line("  " + s.out.paint(dim, s.say("由 patrol run 执行；它没有运行的话，启动后执行。", "patrol run carries it out, at once where it runs, else once it starts.")))
	}
	return p.String()
}

func actOf(c *review.Case, key string) *review.Act {
	for i := range c.Acts {
		if c.Acts[i].Action.Key == key {
			return &c.Acts[i]
		}
	}
	return nil
}
