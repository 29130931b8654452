package pipeline

import (
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/manual"
	"patrol/bot/review"
	"patrol/rules"
)

// byHand is what a person on that platform can be asked to do.
func (p *Pipeline) byHand(platform string) (can []chat.Verb) {
	for _, v := range p.config.ByHand {
		if _, ok := manual.For(platform, v); ok {
			can = append(can, v)
		}
	}
	return can
}

// ask plans what a person is to do by hand: at once, and once the case is upheld.
func (p *Pipeline) ask(c *review.Case, now time.Time) {
	add := func(step rules.Step, state review.ActState) {
		a := p.act(c, step, now.Add(p.config.Due(c.Verdict.Severity())))
		a.State, a.Hand = state, review.HandOnly
		if slices.ContainsFunc(c.Acts, func(o review.Act) bool { return o.Action.Key == a.Action.Key }) {
			a.Action.Key += ".held"
		}
		c.Acts = append(c.Acts, a)
	}
	for i := range c.Acts {
		if a := &c.Acts[i]; slices.Contains(p.byHand(c.Event.Platform), a.Action.Verb) {
			a.Hand = review.HandElse
		}
	}
	for _, step := range c.Decision.ByHand {
		add(step, review.Asked)
	}
	for _, step := range c.Decision.Later {
		add(step, review.Held)
	}
}

// handOver asks a person to do what the platform does not let the bot do.
func (l *lane) handOver(a *review.Act) {
	if a.Hand == review.HandNever {
		return
	}
	p := l.outbox.p
	within := p.config.Due(rules.Major)
	if a.Action.Verb.Weight() == 0 {
		within = min(within, time.Hour) // somebody stays punished until it is done
	}
	a.Hand, a.State, a.Settled, a.Due = review.HandOnly, review.Asked, time.Time{}, p.config.Now().Add(within)
}
