package chattest

import (
	"context"
	"runtime"
	"time"

	"patrol/adapters/chat"
)

func linkChecks() []check {
	cut := func(r Rig) string {
		return firstMissing(part{"Link.Cut", r.Link.Cut != nil}, part{"Link.Mend", r.Link.Mend != nil})
	}
	return []check{
		{"redelivery", func(r Rig) string { return firstMissing(part{"Link.Redeliver", r.Link.Redeliver != nil}) }, (*stage).redelivery},
		{"acknowledgement", func(r Rig) string { return firstMissing(part{"Link.Reopen", r.Link.Reopen != nil}) }, (*stage).acknowledgement},
		{"back-pressure", nothing, (*stage).backPressure},
		{"stop", nothing, (*stage).stop},
		{"stop while blocked", nothing, (*stage).stopWhileBlocked},
		{"reconnect", cut, (*stage).reconnect},
		{"back-off", func(r Rig) string {
			return firstMissing(part{"Link.Cut and Mend", cut(r) == ""}, part{"Link.Attempts", r.Link.Attempts != nil})
		}, (*stage).backOff},
		{"stop while cut off", cut, (*stage).stopWhileCutOff},
	}
}

// redelivery: an event that comes again is known by its id.
func (s *stage) redelivery() {
	s.open()
	text := s.text("once")
	first, _ := s.said(s.Member, text)
	s.Link.Redeliver()
	s.said(s.Other, s.text("after"))
	for _, e := range s.delivered() {
		if e.Message.Text == text && e.ID != first.ID {
			s.Errorf("the event %q came again as %q", first.ID, e.ID)
		}
	}
}

// acknowledgement: what was not acknowledged comes again after a restart.
func (s *stage) acknowledgement() {
	deaf := s.start(s.Adapter, func(_ context.Context, e chat.Event) error {
		s.keep(e)
		return nil
	})
	s.eventually("the bot to be ready", s.Ready)
	text := s.text("not settled")
	first, _ := s.said(s.Member, text)
	if first.Ack == nil {
		s.Error("the event has no Ack")
	}
	s.ends(deaf)
	s.forget()

	s.Adapter = s.Link.Reopen()
	settled := s.open()
	again := s.heard("the event that was not acknowledged", messageWith(text))
	if again.ID != first.ID {
		s.Errorf("the event %q came again as %q", first.ID, again.ID)
	}
	s.ends(settled)
}

// backPressure: while nothing is taken, an adapter neither drops nor hoards.
func (s *stage) backPressure() {
	gate := make(chan struct{})
	s.start(s.Adapter, func(ctx context.Context, e chat.Event) error {
		select {
		case <-gate:
			return s.take(ctx, e)
		case <-ctx.Done():
			return ctx.Err()
		}
	})
	s.eventually("the bot to be ready", s.Ready)
	before := runtime.NumGoroutine()
	var texts []string
	for range s.harness.Burst {
		texts = append(texts, s.text("burst"))
		s.Say(s.Member, texts[len(texts)-1])
	}
	if n := runtime.NumGoroutine() - before; n > 20 && n > s.harness.Burst/4 {
		s.Errorf("%d goroutines more for %d messages that wait", n, s.harness.Burst)
	}
	close(gate)
	s.heard("the last message of the burst", messageWith(texts[len(texts)-1]))
	s.sameOrder(texts)
}

// ends stops r, which must return nil in bounded time.
func (s *stage) ends(r *running) {
	s.Helper()
	r.stop()
	select {
	case <-r.done:
	case <-time.After(s.harness.Patience):
		s.Fatalf("Run has not returned %s after its context ended", s.harness.Patience)
	}
	if r.err != nil {
		s.Errorf("Run returned %v after its context ended, want nil", r.err)
	}
}

// stop: Run ends when it is told to, and Do afterwards does not hang.
func (s *stage) stop() {
	r := s.open()
	e, _ := s.said(s.Member, s.text("spam"))
	s.ends(r)
	for _, v := range allVerbs() {
		_, _ = s.try(s.Adapter, s.action(v, e)) // fails or not, but must return, without a panic
	}
}

// stopWhileBlocked: Run ends although nobody takes the event in its hands.
func (s *stage) stopWhileBlocked() {
	blocked := make(chan struct{}, 1)
	r := s.start(s.Adapter, func(ctx context.Context, _ chat.Event) error {
		select {
		case blocked <- struct{}{}:
		default:
		}
		<-ctx.Done()
		return ctx.Err()
	})
	s.eventually("the bot to be ready", s.Ready)
	s.Say(s.Member, s.text("nobody takes this"))
	select {
	case <-blocked:
	case <-time.After(s.harness.Patience):
		s.Fatal("the event never came")
	}
	s.ends(r)
}

// reconnect: an outage is survived, and during it Do fails at once as transient.
func (s *stage) reconnect() {
	s.open()
	e, _ := s.said(s.Member, s.text("before"))
	s.Link.Cut()
	s.transientWhileCut(e)
	s.Link.Mend()
	s.eventually("the bot to be back", s.Ready)
	s.said(s.Member, s.text("after"))

	// And once more: the second connection must be as good as the first.
	s.Link.Cut()
	s.Link.Mend()
	s.eventually("the bot to be back again", s.Ready)
	s.said(s.Member, s.text("after the second"))
}

// transientWhileCut tries the lightest claimed verb that a platform confirms.
func (s *stage) transientWhileCut(e chat.Event) {
	s.Helper()
	for _, v := range allVerbs() {
		if !s.Adapter.Capabilities(s.Rig.Chat).Can(v) {
			continue
		}
		// The adapter may need a moment to notice; a Do in that moment must fail too,
		// because nobody confirms it, so the very first one counts.
		s.refused(s.action(v, e), chat.Transient)
		return
	}
	s.Error("no verb is claimed during an outage: nothing could be retried")
}

// backOff: attempts to reconnect get rarer.
func (s *stage) backOff() {
	s.open()
	s.Link.Cut()
	s.eventually("four attempts to reconnect", func() bool { return len(s.Link.Attempts()) >= 4 })
	at := s.Link.Attempts()
	// Jitter may shorten a single wait, so the second wait after the first is compared.
	if first, third := at[1].Sub(at[0]), at[3].Sub(at[2]); third <= first {
		s.Errorf("waits between attempts do not grow: %s, %s, %s", first, at[2].Sub(at[1]), third)
	}
	s.Link.Mend()
	s.eventually("the bot to be back", s.Ready)
}

// stopWhileCutOff: a bot that is waiting to reconnect stops as well.
func (s *stage) stopWhileCutOff() {
	r := s.open()
	s.Link.Cut()
	s.ends(r)
}
