package pipeline

import (
	"context"
	"slices"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// plan makes the case of a decision, with its actions bound to the event.
func (p *Pipeline) plan(e *chat.Event, v *rules.Verdict, d ladder.Decision, now time.Time) *review.Case {
	c := &review.Case{
		ID: review.CaseID(e), State: review.Acted, Created: now,
		Event: *e, Verdict: *v, Decision: d,
	}
	c.Event.Ack = nil
	if d.Strike != nil {
		strike := *d.Strike
		strike.Case = c.ID
		c.Decision.Strike = &strike
		d.Strike.Case = c.ID
		c.Strike = review.StrikeCounts
		if d.Pending {
			c.Strike = review.StrikePending
		}
	}
	switch {
	case d.Review:
		c.State = review.Open
		c.Due = now.Add(p.config.Due(v.Severity()))
	case d.Strike == nil && len(d.Do) == 0 && len(d.ByHand) == 0:
		c.State = review.Logged
	}
	for _, step := range d.Do {
		a := p.act(c, step, now)
		a.State, a.Attempts = review.Doing, 1
		c.Acts = append(c.Acts, a)
	}
	for _, step := range d.Held {
		a := p.act(c, step, now)
		a.State = review.Held
		if slices.ContainsFunc(c.Acts, func(o review.Act) bool { return o.Action.Key == a.Action.Key }) {
			a.Action.Key += ".held" // a longer mute waits while a shorter one is done
		}
		c.Acts = append(c.Acts, a)
	}
	p.ask(c, now)
	return c
}

func (p *Pipeline) act(c *review.Case, step rules.Step, now time.Time) review.Act {
	e := &c.Event
	a := chat.Action{
		Key: review.ActKey(c.ID, step.Verb), Verb: step.Verb, Chat: e.Chat,
		Member: e.Author.ID, Name: e.Author.Name, Message: e.Message.ID, Sent: e.Time, For: step.For,
		Reason: reason(c),
	}
	act := review.Act{Action: a, Case: c.ID, Adapter: e.Adapter, Due: now}
	if step.Verb == chat.Warn {
		act.Action.Text, act.Private = p.config.Notice(c), p.config.Private(c)
	}
	return act
}

// reason is for the platform's own audit log: rule and case, never message text.
func reason(c *review.Case) string {
	for i := range c.Verdict.Hits {
		if h := &c.Verdict.Hits[i]; h.Mode == rules.Live {
			return "patrol: " + h.Rule + " (" + c.ID + ")"
		}
	}
	return "patrol (" + c.ID + ")"
}

// record hands the case to the store; the answer comes back over s.settled. A
// store that refuses is tried again until it takes the case or the process ends:
// until then nothing is done and the event is not acknowledged.
func (s *shard) record(ctx context.Context, id uint64, c *review.Case) {
	answer := func(fresh bool, err error) { s.settled <- settled{id, fresh, err} }
	if err := s.p.config.Store.Record(ctx, c, []ledger.Entry{decided(c)}, answer); err != nil {
		go answer(false, err) // never from the shard itself: its channel may be full
	}
}

func decided(c *review.Case) ledger.Entry {
	e := ledger.Entry{
		At: c.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID,
		Chat: c.Event.Adapter + "/" + c.Event.Chat, Member: c.Event.Author.ID, Set: c.Verdict.Set,
	}
	for i := range c.Verdict.Hits {
		e.Rules = append(e.Rules, c.Verdict.Hits[i].Rule)
	}
	e.Ground = drawnGround(c.Sample)
	return e
}

// recordAgainAfter is how long a refused record waits.
const recordAgainAfter = time.Second

// settle takes the store's answer: acknowledge, and hand the actions over.
func (s *shard) settle(ctx context.Context, done settled) {
	rec := s.pending[done.id]
	c := rec.kase
	if done.err != nil && s.draining {
		s.p.config.Log.Error().Err(done.err).Str("case", c.ID).Msg("the store refuses a case: its event is not acknowledged and comes again where the platform can")
		delete(s.pending, done.id)
		return
	}
	if done.err != nil {
		s.failing.Add(1)
		s.p.config.Log.Error().Err(done.err).Str("case", c.ID).Msg("the store refuses a case: trying again, nothing is done meanwhile")
		time.AfterFunc(recordAgainAfter, func() {
			s.failing.Add(-1)
			s.record(ctx, done.id, c)
		})
		return
	}
	delete(s.pending, done.id)
	r := rec.room
	r.strikes = slices.DeleteFunc(r.strikes, func(p pendingStrike) bool { return p.strike.Case == c.ID })
	for _, ack := range rec.acks {
		ack()
	}
	if done.fresh && !s.p.config.Replay {
		s.p.countCase(c)
		s.p.outbox.add(c.Acts)
	}
}

// logDecision writes the one canonical line of a decision. It holds no message
// text: that is in the case, for those who may see it.
func logDecision(log zerolog.Logger, c *review.Case) {
	line := log.Info()
	if line == nil {
		return
	}
	var ids []string
	for i := range c.Verdict.Hits {
		ids = append(ids, c.Verdict.Hits[i].Rule)
	}
	names := func(steps []rules.Step) (out []string) {
		for _, s := range steps {
			out = append(out, s.String())
		}
		return out
	}
	line.Str("case", c.ID).Str("event", c.Event.ID).Str("kind", string(c.Event.Kind)).
		Str("adapter", c.Event.Adapter).Str("chat", c.Event.Chat).Str("member", c.Event.Author.ID).
		Strs("rules", ids).Str("severity", string(c.Verdict.Severity())).Str("set", c.Verdict.Set).
		Strs("do", names(c.Decision.Do)).Strs("held", names(c.Decision.Held)).Strs("shadow", names(c.Decision.Shadow)).
		Int("score", c.Decision.Score).Str("state", string(c.State)).Time("at", c.Event.Time).Msg("decision")
}
