package app

import (
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/config"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// ReviewPolicy is what the bot file says about verdicts.
func ReviewPolicy(c *config.Config) review.Policy {
	p := review.Policy{Grace: time.Duration(c.Review.Grace), Language: c.Language.Lang()}
	for _, verb := range c.Review.SecondReviewer {
		p.Second = append(p.Second, chat.Verb(verb))
	}
	for _, verb := range c.Review.ByHand {
		p.ByHand = append(p.ByHand, chat.Verb(verb))
	}
	p.DueIn = DueIn(c)
	p.Rungs = c.LadderConfig().Rungs
	for _, rung := range p.Rungs {
		for _, step := range rung.Do {
			if !slices.Contains(p.Measures, step) {
				p.Measures = append(p.Measures, step)
			}
		}
	}
	if sorry := lang.T(c.Review.Apology.Zh, c.Review.Apology.En); !sorry.IsZero() {
		p.Apology = apology{c.Language.Lang(), sorry}.text
	}
	return p
}

// apology is the notice after an overturn: {name}, {rule} and {case} are filled in.
type apology struct {
	language lang.Lang // "" is both
	template lang.Text
}

func (a apology) text(c *review.Case) string {
	in := func(l lang.Lang) string {
		rule := ""
		for i := range c.Verdict.Hits {
			if h := &c.Verdict.Hits[i]; h.Mode == rules.Live {
				if rule = h.Title.In(l); rule == "" {
					rule = h.Rule
				}
				break
			}
		}
		return strings.NewReplacer("{name}", pipeline.Plain(c.Event.Author.Name), "{rule}", rule, "{case}", c.ID).Replace(a.template.In(l))
	}
	if a.language != "" {
		return in(a.language)
	}
	zh, en := in(lang.Zh), in(lang.En)
	if zh == en {
		return zh
	}
	return strings.TrimSpace(zh + "\n" + en)
}
