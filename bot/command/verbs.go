package command

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"patrol/bot/app"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

// verbFlags are what the commands that change cases have in common.
type verbFlags struct {
	configFlag
	asFlag
	JSON bool `name:"json"`
}

// caseVerb is a command that changes one case.
type caseVerb struct {
	verbFlags
	ID string `arg:"" name:"case"`
}

// casesVerb is a command that changes one case or several.
type casesVerb struct {
	verbFlags
	IDs []string `arg:"" name:"cases"`
}

// verb is one that is done to one case.
type verb func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error)

func (v *caseVerb) do(ctx context.Context, s *shell, do verb) error {
	return v.each(ctx, s, []string{v.ID}, do)
}

func (v *casesVerb) do(ctx context.Context, s *shell, do verb) error {
	return v.each(ctx, s, v.IDs, do)
}

// each applies do to the cases that begin with those ids, and tells what came of
// it. A case that is refused does not keep the others back.
func (v *verbFlags) each(ctx context.Context, s *shell, prefixes []string, do verb) error {
	by, err := v.actor(s)
	if err != nil {
		return err
	}
	bot, err := v.load(s)
	if err != nil {
		return err
	}
	return v.within(ctx, s, false, func(st *store.Store) error {
		queue := review.NewQueue(review.Config{Store: st, Now: s.Now, Policy: app.ReviewPolicy(bot)})
		ctx, err := deciding(ctx, st, by)
		if err != nil {
			return err
		}
		before, ids, err := theCases(ctx, st, prefixes)
		if err != nil {
			return err
		}
		tally := queue.Each(ctx, ids, func(ctx context.Context, id string) (review.Case, error) { return do(ctx, queue, id, by) })
		return errors.Join(v.tell(s, before, tally.Done), refusals(tally.Refused))
	})
}

// theCases are the cases whose ids begin like that, each once.
func theCases(ctx context.Context, st *store.Store, prefixes []string) (map[string]review.Case, []string, error) {
	found := map[string]review.Case{}
	var ids []string
	for _, prefix := range prefixes {
		c, err := theCase(ctx, st, prefix)
		if err != nil {
			return nil, nil, err
		}
		if _, twice := found[c.ID]; !twice {
			found[c.ID], ids = c, append(ids, c.ID)
		}
	}
	return found, ids, nil
}

func (v *verbFlags) tell(s *shell, before map[string]review.Case, after []review.Case) error {
	switch {
	case v.JSON && len(before) == 1 && len(after) == 1:
		return writeJSON(s.Stdout, after[0])
	case v.JSON:
		return writeJSON(s.Stdout, append([]review.Case{}, after...))
	}
	for i := range after {
		was := before[after[i].ID]
		if _, err := fmt.Fprint(s.Stdout, s.changes(&was, &after[i])); err != nil {
			return err
		}
	}
	return nil
}

func refusals(refused []review.Refusal) error {
	var all []error
	for _, r := range refused {
		all = append(all, fmt.Errorf("%s: %w", r.ID, r.Err))
	}
	return errors.Join(all...)
}

type claimCommand struct{ casesVerb }

// Run takes the cases for a while.
func (c *claimCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Claim(ctx, id, by)
	})
}

type releaseCommand struct{ casesVerb }

// Run gives the cases back.
func (c *releaseCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Release(ctx, id, by)
	})
}

type upholdCommand struct {
	casesVerb
	Ground  string `short:"m" placeholder:"TEXT"`
	Instead string `placeholder:"STEP"`
}

// Run agrees with the bot.
func (c *upholdCommand) Run(ctx context.Context, s *shell) error {
	word := review.Word{Ground: c.Ground}
	if c.Instead != "" {
		word.Instead = &rules.Step{}
		if c.Instead != "none" {
			step, err := rules.ParseStep(c.Instead)
			if err != nil {
				return &misuse{lang.T(err.Error(), err.Error())}
			}
			word.Instead = &step
		}
	}
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		mine := word
		mine.By = by
		return q.Decide(ctx, id, review.Upheld, mine)
	})
}

type overturnCommand struct {
	casesVerb
	Ground string `short:"m" placeholder:"TEXT"`
}

// Run disagrees with the bot, and undoes what it did.
func (c *overturnCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Overturn(ctx, id, by, c.Ground)
	})
}

type escalateCommand struct {
	casesVerb
	Ground string `short:"m" placeholder:"TEXT"`
}

// Run hands the cases up.
func (c *escalateCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Escalate(ctx, id, by, c.Ground)
	})
}

type secondCommand struct {
	caseVerb
	Opinion string `arg:"" name:"opinion" enum:"uphold,overturn"`
}

// Run writes down what the person would have decided.
func (c *secondCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Opine(ctx, id, by, c.Opinion == "uphold")
	})
}

type undoCommand struct{ casesVerb }

// Run takes the person's own last word back.
func (c *undoCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.TakeBack(ctx, id, by)
	})
}

type repostCommand struct{ casesVerb }

// Run has the texts of deleted messages posted again.
func (c *repostCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
		return q.Repost(ctx, id, by)
	})
}

type noteCommand struct {
	caseVerb
	Text []string `arg:"" name:"text"`
}

// Run writes a note on the case.
func (c *noteCommand) Run(ctx context.Context, s *shell) error {
	return c.do(ctx, s, func(ctx context.Context, q *review.Queue, id, by string) (review.Case, error) {
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
	if p := after.Proposed; p.By != "" && p.By != before.Proposed.By && after.State == before.State {
		state += s.say("，提议已记下，需要另一人确认", ", proposed: another person has to confirm")
	}
	if after.Escalated.By != "" && before.Escalated.By == "" {
		state += s.say("，已上报", ", escalated")
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
