package pipeline

import (
	"context"
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
)

// tellOfBrakes lets whoever watches know what the brakes do.
func (p *Pipeline) tellOfBrakes() {
	p.config.Brakes.Told = func(b brake.Brake) {
		p.config.Log.Warn().Str("brake", b.ID).Str("kind", string(b.Kind)).Str("scope", b.Scope).Msg(b.Why.En)
		p.config.Observer.Alarmed(b.Scope, b.Why)
	}
	p.config.Brakes.Fault = func(err error) {
		p.config.Log.Error().Err(err).Msg("the store did not take that a brake is on: it holds all the same")
	}
}

// watchBrakes hears of brakes that people lift, until ctx ends.
func (p *Pipeline) watchBrakes(ctx context.Context) {
	if p.config.Brakes.Book == nil {
		return
	}
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if err := p.config.Brakes.Refresh(ctx, p.config.Now()); err != nil && ctx.Err() == nil {
			p.config.Log.Error().Err(err).Msg("the brakes can't be read")
		}
	}
}

// brakeOn is the brake that holds d, nil where none does. What is carried out is
// counted.
func (s *shard) brakeOn(ctx context.Context, e *chat.Event, v *rules.Verdict, d *ladder.Decision) *brake.Brake {
	asked, heavy := demand(e, v, d.Do)
	if !heavy {
		return nil
	}
	if census, ok := s.p.adapters[e.Adapter].(chat.Census); ok {
		asked.Size = census.Members(e.Chat)
	}
	return s.p.config.Brakes.Weigh(ctx, asked)
}

// Demanded is what c, when it was recorded, had carried out at once, for brakes
// that are to be restored; heavy is false where that was at most a warning.
func Demanded(c *review.Case) (asked brake.Demand, heavy bool) {
	return demand(&c.Event, &c.Verdict, c.Decision.Do)
}

func demand(e *chat.Event, v *rules.Verdict, do []rules.Step) (asked brake.Demand, heavy bool) {
	for _, x := range do {
		heavy = heavy || x.Verb.Weight() > chat.Warn.Weight()
		asked.Removal = asked.Removal || wantsRemoval(x.Verb)
		asked.Silence = asked.Silence || x.Verb.Weight() >= chat.Mute.Weight()
	}
	if !heavy {
		return asked, false
	}
	asked.Event, asked.Chat = string(e.Kind)+"/"+e.ID, review.ChatKey(e.Adapter, e.Chat)
	asked.Member, asked.At = e.Author.ID, e.Time
	for i := range v.Hits {
		if h := &v.Hits[i]; h.Mode == rules.Live && (h.Then.Answer == rules.Ladder || h.Then.Answer == rules.Steps) {
			asked.Rules = append(asked.Rules, h.Rule)
		}
	}
	return asked, true
}

func wantsRemoval(v chat.Verb) bool { return v == chat.Remove || v == chat.Ban }

// heldBy notes on c which of its acts wait for b alone, and why.
func heldBy(c *review.Case, b *brake.Brake) {
	if b == nil {
		return
	}
	for i := range c.Acts {
		a := &c.Acts[i]
		if a.State == review.Held && slices.ContainsFunc(c.Decision.Braked, func(x rules.Step) bool { return x.Verb == a.Action.Verb }) {
			a.Brake, c.Trouble = b.ID, b.Why
		}
	}
}
