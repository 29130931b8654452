package command

import (
	"context"
	"errors"
	"fmt"

	"patrol/adapters/chat"
	"patrol/bot/manual"
	"patrol/bot/review"
	"patrol/rules"
)

// byHand is a word about what people are asked to do on the platform.
type byHand struct {
	caseVerb
	Verb string `enum:",delete,mute,remove,ban,unmute,unban" default:"" placeholder:"VERB"`
}

// answer gives say of every act that the case asks for, or of that of the verb.
func (h *byHand) answer(ctx context.Context, s *shell, say func(ctx context.Context, q *review.Queue, id, key, by string) (review.Case, error)) error {
	return h.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (c review.Case, err error) {
		said := false
		for _, v := range []chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Unmute, chat.Unban} {
			if h.Verb != "" && v != chat.Verb(h.Verb) {
				continue
			}
			for _, key := range review.ActKeys(id, v) {
				after, err := say(ctx, q, id, key, by)
				switch {
				case err == nil:
					c, said = after, true
				case !errors.Is(err, review.ErrNotAsked):
					return c, err
				}
			}
		}
		if !said {
			return c, review.ErrNotAsked
		}
		return c, nil
	})
}

type didCommand struct {
	byHand
	Ground string `short:"m" placeholder:"TEXT"`
}

// Run says that it was done.
func (c *didCommand) Run(ctx context.Context, s *shell) error {
	return c.answer(ctx, s, func(ctx context.Context, q *review.Queue, id, key, by string) (review.Case, error) {
		return q.Did(ctx, id, key, by, c.Ground)
	})
}

type couldNotCommand struct {
	byHand
	Ground string `short:"m" placeholder:"TEXT" required:""`
}

// Run says that it can't be done, and why.
func (c *couldNotCommand) Run(ctx context.Context, s *shell) error {
	return c.answer(ctx, s, func(ctx context.Context, q *review.Queue, id, key, by string) (review.Case, error) {
		return q.CouldNot(ctx, id, key, by, c.Ground)
	})
}

// stepsOf are how the case asks a person to do what the bot can't, for its page.
func (s *shell) stepsOf(p *page, c *review.Case) {
	for i := range c.Acts {
		a := &c.Acts[i]
		if a.State != review.Asked {
			continue
		}
		p.line(s.out.paint(bold, s.say("请人操作：", "by hand: ")+s.steps([]rules.Step{{Verb: a.Action.Verb, For: a.Action.For}})) + s.say("，期限 ", ", due ") + a.Due.Local().Format("01-02 15:04"))
		way, _ := manual.For(c.Event.Platform, a.Action.Verb)
		for n, step := range way.Steps {
			p.line(fmt.Sprintf("  %d. %s", n+1, step.In(s.lang)))
		}
	}
}
