package chattest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"patrol/adapters/chat"
)

// stage is one check under way: a Rig, the adapter's Run, and what it delivered.
type stage struct {
	*testing.T
	Rig
	harness Harness
	keys    atomic.Int64

	mu     sync.Mutex
	events []chat.Event
}

func newStage(t *testing.T, h Harness, r Rig) *stage { return &stage{T: t, Rig: r, harness: h} }

// running is an adapter's Run on its own goroutine.
type running struct {
	stop context.CancelFunc
	done chan struct{}
	err  error
}

// start runs a with deliver; the check's end stops it.
func (s *stage) start(a chat.Adapter, deliver func(context.Context, chat.Event) error) *running {
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{stop: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = a.Run(ctx, deliver)
	}()
	s.Cleanup(func() {
		cancel()
		<-r.done
	})
	return r
}

// open runs the Rig's adapter, keeps and acknowledges what it delivers, and
// waits until the bot is ready.
func (s *stage) open() *running {
	s.Helper()
	r := s.start(s.Adapter, s.take)
	s.eventually("the bot to be ready", s.Ready)
	return r
}

func (s *stage) take(_ context.Context, e chat.Event) error {
	s.keep(e)
	if e.Ack != nil {
		e.Ack()
	}
	return nil
}

func (s *stage) keep(e chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, e)
}

func (s *stage) delivered() []chat.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]chat.Event(nil), s.events...)
}

func (s *stage) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = nil
}

// eventually waits for ok, and ends the check where it stays away too long.
func (s *stage) eventually(what string, ok func() bool) {
	s.Helper()
	deadline := time.Now().Add(s.harness.Patience)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			s.Fatalf("waited %s in vain for %s", s.harness.Patience, what)
		}
		<-tick.C
	}
}

// heard waits for a delivered event that fits.
func (s *stage) heard(what string, fits func(chat.Event) bool) chat.Event {
	s.Helper()
	var found chat.Event
	s.eventually(what, func() bool {
		for _, e := range s.delivered() {
			if fits(e) {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// said lets who say text and waits until the adapter has delivered it.
func (s *stage) said(who, text string) (e chat.Event, ref string) {
	s.Helper()
	ref = s.Say(who, text)
	return s.heard(fmt.Sprintf("%q by %s", text, who), messageWith(text)), ref
}

// messageWith fits the new message that says text.
func messageWith(text string) func(chat.Event) bool {
	return func(e chat.Event) bool { return e.Kind == chat.KindMessage && e.Message.Text == text }
}

// text is a text that was not said before in this check.
func (s *stage) text(prefix string) string { return fmt.Sprintf("%s %d", prefix, s.keys.Add(1)) }

// action is v against the author of e, as the pipeline would ask for it.
func (s *stage) action(v chat.Verb, e chat.Event) chat.Action {
	a := chat.Action{
		Key: s.key(), Verb: v, Chat: e.Chat, Member: e.Author.ID, Name: e.Author.Name,
		Message: e.Message.ID, Sent: e.Time, Reason: "conformance check",
	}
	switch v {
	case chat.Warn:
		a.Text = s.text("请不要刷屏 / please do not flood")
	case chat.Mute:
		a.For = 10 * time.Minute
	}
	return a
}

func (s *stage) key() string { return fmt.Sprintf("check-%d", s.keys.Add(1)) }

// do carries a out, which must succeed in bounded time.
func (s *stage) do(a chat.Action) chat.Receipt {
	s.Helper()
	r, err := s.try(s.Adapter, a)
	if err != nil {
		s.Fatalf("%s was refused: %v", a.Verb, err)
	}
	return r
}

// try carries a out within the harness's patience. Any error must be a
// *chat.Error with an Op.
func (s *stage) try(by chat.Adapter, a chat.Action) (chat.Receipt, error) {
	s.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), s.harness.Patience)
	defer cancel()
	type outcome struct {
		receipt chat.Receipt
		err     error
	}
	done := make(chan outcome, 1)
	go func() {
		r, err := by.Do(ctx, a)
		done <- outcome{r, err}
	}()
	select {
	case o := <-done:
		s.wellFormed(a.Verb, o.err)
		return o.receipt, o.err
	case <-time.After(s.harness.Patience + time.Second):
		s.Fatalf("Do(%s) hangs past the end of its context", a.Verb)
		return chat.Receipt{}, nil
	}
}
