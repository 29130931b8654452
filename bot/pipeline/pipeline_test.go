package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

const ruleFile = `
rules:
  - {id: ad, title: {zh: 广告, en: advertising}, keywords: [buy now], severity: minor, then: ladder}
  - {id: silence, keywords: [silence me], severity: minor, then: [delete, mute 10m]}
  - {id: out, keywords: [throw me out], severity: minor, then: [remove]}
  - {id: never, keywords: [ban me], severity: minor, then: [ban]}
  - {id: ask, keywords: [maybe bad], severity: major, then: review}
  - {id: note, keywords: [write it down], severity: minor, then: log}
`

func ruleSet(t testing.TB) *rules.Set {
	t.Helper()
	set, faults := rules.Parse("rules.yaml", []byte(ruleFile), rules.Options{})
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

// platform is a chat of one adapter, scripted by the test.
type platform struct {
	can    chat.Capabilities
	fail   func(a chat.Action, attempt int) error // nil: everything succeeds
	before func(a chat.Action)                    // called before an action takes effect
	as     chat.Adapter                           // what is attached in its place, with more roles; nil: itself
	roles  map[string]chat.Role                   // what a look-up says; nil: no look-ups fail or find anything

	mu    sync.Mutex
	done  []chat.Action
	tries map[string]int
	ready chan func(context.Context, chat.Event) error
}

func newPlatform() *platform {
	return &platform{
		can: chat.Capabilities{
			Warn: true, Delete: true, Remove: true, Ban: true, Unban: true,
			Mute: chat.MuteTimed, MuteMin: time.Minute, MuteMax: 30 * 24 * time.Hour,
		},
		tries: map[string]int{}, ready: make(chan func(context.Context, chat.Event) error, 1),
	}
}

func (p *platform) Capabilities(string) chat.Capabilities { return p.can }

func (p *platform) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	p.ready <- deliver
	<-ctx.Done()
	return nil
}

func (p *platform) Do(_ context.Context, a chat.Action) (chat.Receipt, error) {
	if p.before != nil {
		p.before(a)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tries[a.Key]++
	if p.fail != nil {
		if err := p.fail(a, p.tries[a.Key]); err != nil {
			return chat.Receipt{}, err
		}
	}
	p.done = append(p.done, a)
	return chat.Receipt{}, nil
}

func (p *platform) Member(_ context.Context, _, id string) (chat.Member, error) {
	role, known := p.roles[id]
	if !known {
		return chat.Member{}, &chat.Error{Op: "member", Kind: chat.NotFound}
	}
	return chat.Member{ID: id, Role: role}, nil
}

func (p *platform) verbs() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, a := range p.done {
		out = append(out, string(a.Verb))
	}
	return strings.Join(out, " ")
}

// bench is a running pipeline in a synctest bubble.
type bench struct {
	t        *testing.T
	platform *platform
	store    *pipeline.Volatile
	pipeline *pipeline.Pipeline
	deliver  func(context.Context, chat.Event) error
	stop     func()
	n        int
}

func start(t *testing.T, p *platform, s *pipeline.Volatile, change func(*pipeline.Config)) *bench {
	t.Helper()
	l, err := ladder.New(ladder.Default())
	if err != nil {
		t.Fatal(err)
	}
	c := pipeline.Config{Ladder: l, Rules: ruleSet(t), Store: s, Shards: 2}
	if change != nil {
		change(&c)
	}
	line, err := pipeline.New(c)
	if err != nil {
		t.Fatal(err)
	}
	attached := p.as
	if attached == nil {
		attached = p
	}
	if err := line.Attach("main", attached); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- line.Run(ctx) }()
	b := &bench{t: t, platform: p, store: s, pipeline: line, deliver: <-p.ready}
	b.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return b
}

// say delivers a message of member and waits until everything came to rest.
func (b *bench) say(member, text string) chat.Event {
	b.t.Helper()
	b.n++
	e := chat.Event{
		ID: fmt.Sprintf("e%d", b.n), Kind: chat.KindMessage, Platform: "test", Chat: "room",
		Author:  chat.Member{ID: member, Name: "Name of " + member},
		Message: chat.Message{ID: fmt.Sprintf("m%d", b.n), Text: text}, Time: time.Now(),
	}
	b.send(e)
	return e
}

func (b *bench) send(e chat.Event) {
	b.t.Helper()
	if err := b.deliver(b.t.Context(), e); err != nil {
		b.t.Fatal(err)
	}
	synctest.Wait()
}

// only is the one case that the store holds.
func (b *bench) only() review.Case {
	b.t.Helper()
	cases := b.store.Cases()
	if len(cases) != 1 {
		b.t.Fatalf("%d cases, want 1", len(cases))
	}
	return cases[0]
}

func states(c review.Case) string {
	var out []string
	for _, a := range c.Acts {
		out = append(out, string(a.Action.Verb)+":"+string(a.State))
	}
	return strings.Join(out, " ")
}

// in runs a test in a bubble: time stands still until everything waits.
func in(t *testing.T, p *platform, change func(*pipeline.Config), test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		b := start(t, p, pipeline.NewVolatile(false), change)
		defer b.stop()
		test(b)
	})
}

func TestViolationIsRecordedBeforeItIsActedOn(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		p.before = func(a chat.Action) {
			if len(b.store.Cases()) == 0 {
				t.Errorf("%s before its case was in the store", a.Verb)
			}
		}
		b.say("u1", "please buy now")
		if got := p.verbs(); got != "delete warn" {
			t.Fatalf("did %q", got)
		}
		c := b.only()
		if c.State != review.Acted || states(c) != "delete:done warn:done" || c.Strike != review.StrikeCounts {
			t.Errorf("case %s, acts %s, strike %s", c.State, states(c), c.Strike)
		}
		notice := p.done[1].Text
		for _, want := range []string{"Name of u1", "广告", "advertising", "消息已撤回", "was deleted", c.ID} {
			if !strings.Contains(notice, want) {
				t.Errorf("the notice lacks %q: %s", want, notice)
			}
		}
	})
}

func TestCleanAndOwnMessagesLeaveNoTrace(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		acked := 0
		for i, text := range []string{"good morning", "buy now"} {
			b.send(chat.Event{
				ID: fmt.Sprint(i), Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "bot", Role: chat.RoleSelf},
				Message: chat.Message{ID: "m", Text: text}, Time: time.Now(), Ack: func() { acked++ },
			})
		}
		b.say("u1", "good morning")
		if n := len(b.store.Cases()); n != 0 || p.verbs() != "" || acked != 2 {
			t.Errorf("%d cases, did %q, %d acknowledged", n, p.verbs(), acked)
		}
	})
}

func TestAdminsAreNeverActedOn(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		for _, role := range []chat.Role{chat.RoleAdmin, chat.RoleOwner} {
			b.send(chat.Event{
				ID: string(role), Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "a", Role: role},
				Message: chat.Message{ID: "m", Text: "throw me out, ban me"}, Time: time.Now(),
			})
		}
		if n := len(b.store.Cases()); n != 0 || p.verbs() != "" {
			t.Errorf("%d cases, did %q", n, p.verbs())
		}
	})
}

func TestSomebodyWhoBecameAdminMeanwhileIsNotActedOn(t *testing.T) {
	p := newPlatform()
	p.roles = map[string]chat.Role{"u1": chat.RoleAdmin, "u2": chat.RoleMember}
	in(t, p, nil, func(b *bench) {
		b.say("u1", "throw me out")
		if c := b.only(); p.verbs() != "" || states(c) != "remove:cancelled" {
			t.Errorf("did %q, acts %s", p.verbs(), states(c))
		}
		b.say("u2", "throw me out")
		if p.verbs() != "remove" {
			t.Errorf("an ordinary member: did %q", p.verbs())
		}
	})
}

func TestRedeliveryMakesOneCaseAndIsAcknowledgedWithIt(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		acked := 0
		e := chat.Event{
			ID: "same", Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "u1"},
			Message: chat.Message{ID: "m1", Text: "buy now"}, Time: time.Now(), Ack: func() { acked++ },
		}
		b.store.Refuse(errors.New("disk full"))
		b.send(e)
		b.send(e)
		if acked != 0 || p.verbs() != "" {
			t.Fatalf("%d acknowledged and did %q before the store took the case", acked, p.verbs())
		}
		if !b.pipeline.Stats().StoreFailing {
			t.Error("nobody is told that the store refuses")
		}
		b.store.Refuse(nil)
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if b.only(); acked != 2 || p.verbs() != "delete warn" {
			t.Errorf("%d acknowledged, did %q", acked, p.verbs())
		}
	})
}

func TestRestartDoesNotRepeatAKnownEvent(t *testing.T) {
	p := newPlatform()
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b := start(t, p, store, nil)
		e := b.say("u1", "buy now")
		b.stop()
		b = start(t, p, store, nil)
		defer b.stop()
		b.send(e)
		if b.only(); p.verbs() != "delete warn" {
			t.Errorf("did %q", p.verbs())
		}
	})
}

func TestStrikesClimbTheLadderEvenWithinOneBurst(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		for range 3 {
			b.say("u1", "buy now")
		}
		b.say("u2", "buy now")
		if got := p.verbs(); got != "delete warn delete warn delete mute warn delete warn" {
			t.Errorf("did %q", got)
		}
	})
}

func TestOldEventsAreOnlyReviewed(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		b.send(chat.Event{
			ID: "old", Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "u1"},
			Message: chat.Message{ID: "m", Text: "buy now"}, Time: time.Now().Add(-time.Hour),
		})
		c := b.only()
		if p.verbs() != "" || c.State != review.Open || c.Strike != review.StrikePending || c.Due.IsZero() {
			t.Errorf("did %q, case %s, strike %s, due %v", p.verbs(), c.State, c.Strike, c.Due)
		}
	})
}

func TestLogRulesWriteACaseAndNothingElse(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		b.say("u1", "write it down")
		if c := b.only(); p.verbs() != "" || c.State != review.Logged || c.Strike != review.StrikeNone {
			t.Errorf("did %q, case %s, strike %q", p.verbs(), c.State, c.Strike)
		}
	})
}

func TestErrorKindsDecideAboutRetries(t *testing.T) {
	broken := func(kind chat.ErrorKind, after time.Duration, times int) func(chat.Action, int) error {
		return func(_ chat.Action, attempt int) error {
			if attempt <= times {
				return &chat.Error{Op: "test", Kind: kind, After: after, Err: errors.New("scripted")}
			}
			return nil
		}
	}
	always := 1 << 30
	for _, c := range []struct {
		name    string
		text    string
		fail    func(chat.Action, int) error
		wait    time.Duration
		did     string
		acts    string
		state   review.State
		trouble bool
	}{
		{"transient errors are tried again", "throw me out", broken(chat.Transient, 0, 2), time.Minute, "remove", "remove:done", review.Acted, false},
		{"the platform's own pause is kept", "throw me out", broken(chat.RateLimited, 40*time.Second, 1), 39 * time.Second, "", "remove:doing", review.Acted, false},
		{"and then it is done", "throw me out", broken(chat.RateLimited, 40*time.Second, 1), 41 * time.Second, "remove", "remove:done", review.Acted, false},
		{"a right that is missing is a person's business", "throw me out", broken(chat.Forbidden, 0, always), time.Hour, "", "remove:failed", review.Open, true},
		{"so is what the platform can't", "ban me", broken(chat.Unsupported, 0, always), time.Hour, "", "ban:failed", review.Open, true},
		{"who is gone need not be removed", "throw me out", broken(chat.NotFound, 0, always), time.Hour, "", "remove:done", review.Acted, false},
		{"but must still be banned", "ban me", broken(chat.NotFound, 0, always), time.Hour, "", "ban:failed", review.Open, true},
		{"an error without a name is given up soon", "throw me out", broken(chat.Other, 0, always), time.Hour, "", "remove:failed", review.Open, true},
		{"a connection that stays away is given up in the end", "throw me out", broken(chat.Transient, 0, always), 3 * time.Hour, "", "remove:failed", review.Open, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlatform()
			p.fail = c.fail
			in(t, p, nil, func(b *bench) {
				b.say("u1", c.text)
				time.Sleep(c.wait)
				synctest.Wait()
				k := b.only()
				if p.verbs() != c.did || states(k) != c.acts || k.State != c.state || k.Trouble.IsZero() == c.trouble {
					t.Errorf("did %q, acts %s, case %s, trouble %q", p.verbs(), states(k), k.State, k.Trouble.En)
				}
			})
		})
	}
}

func TestWarningIsPostedAtMostTwiceWhateverThePlatformSays(t *testing.T) {
	p := newPlatform()
	posted := 0
	p.fail = func(a chat.Action, _ int) error {
		if a.Verb != chat.Warn {
			return nil
		}
		posted++ // it reached the chat, but the answer was lost
		return &chat.Error{Op: "send", Kind: chat.Transient, Err: context.DeadlineExceeded}
	}
	in(t, p, nil, func(b *bench) {
		b.say("u1", "buy now")
		time.Sleep(time.Hour)
		synctest.Wait()
		if c := b.only(); posted != 2 || states(c) != "delete:done warn:failed" {
			t.Errorf("posted %d times, acts %s", posted, states(c))
		}
	})
}

func TestMuteThatThePlatformDoesNotLiftIsLiftedByUsEvenAfterARestart(t *testing.T) {
	for _, restart := range []bool{false, true} {
		t.Run(fmt.Sprintf("restart %v", restart), func(t *testing.T) {
			p := newPlatform()
			p.can.Mute = chat.MuteUntimed
			synctest.Test(t, func(t *testing.T) {
				store := pipeline.NewVolatile(false)
				b := start(t, p, store, nil)
				b.say("u1", "silence me")
				time.Sleep(9 * time.Minute)
				if restart {
					b.stop()
					b = start(t, p, store, nil)
				}
				defer func() { b.stop() }()
				if got := p.verbs(); got != "delete mute" {
					t.Fatalf("did %q", got)
				}
				time.Sleep(2 * time.Minute)
				synctest.Wait()
				if got := p.verbs(); got != "delete mute unmute" {
					t.Errorf("did %q", got)
				}
			})
		})
	}
}

func overturn(b *bench, id string) {
	b.t.Helper()
	q := review.NewQueue(review.Config{Store: shelf{b.store}, Wake: b.pipeline.Wake})
	if _, err := q.Overturn(b.t.Context(), id, "ann", "a joke among friends"); err != nil {
		b.t.Fatal(err)
	}
	time.Sleep(2 * time.Second)
	synctest.Wait()
}

// shelf is a review.Store that lists nothing.
type shelf struct{ *pipeline.Volatile }

func (shelf) Cases(context.Context, review.Filter) (review.Page, error) { return review.Page{}, nil }

func TestOverturnUndoes(t *testing.T) {
	for _, c := range []struct{ text, did string }{
		{"silence me", "delete mute unmute"},
		{"ban me", "ban unban"},
		{"throw me out", "remove"},
	} {
		p := newPlatform()
		in(t, p, nil, func(b *bench) {
			b.say("u1", c.text)
			overturn(b, b.only().ID)
			if got := p.verbs(); got != c.did {
				t.Errorf("%s: did %q", c.text, got)
			}
			b.say("u1", "buy now")
			if cases := b.store.Cases(); cases[1].Decision.Score != 1 {
				t.Errorf("%s: the strike of an overturned case still counts: score %d", c.text, cases[1].Decision.Score)
			}
		})
	}
}

func TestOverturnStopsWhatStillWaits(t *testing.T) {
	p := newPlatform()
	p.fail = func(a chat.Action, attempt int) error {
		if attempt < 5 && a.Verb.Weight() > 0 {
			return &chat.Error{Op: "test", Kind: chat.Transient, Err: errors.New("away")}
		}
		return nil
	}
	for _, c := range []struct{ text, did string }{{"throw me out", ""}, {"ban me", "unban"}} {
		p.done, p.tries = nil, map[string]int{}
		in(t, p, nil, func(b *bench) {
			b.say("u1", c.text)
			overturn(b, b.only().ID)
			time.Sleep(time.Hour)
			synctest.Wait()
			if got := p.verbs(); got != c.did {
				t.Errorf("%s: did %q after the overturn", c.text, got)
			}
		})
	}
}

func TestHeldActionsAreDoneWhenUpheld(t *testing.T) {
	p := newPlatform()
	in(t, p, nil, func(b *bench) {
		b.say("u1", "maybe bad")
		c := b.only()
		if p.verbs() != "" || c.State != review.Open || states(c) != "delete:held mute:held warn:held" {
			t.Fatalf("did %q, case %s, acts %s", p.verbs(), c.State, states(c))
		}
		q := review.NewQueue(review.Config{Store: shelf{b.store}, Wake: b.pipeline.Wake})
		if _, err := q.Uphold(b.t.Context(), c.ID, "ann", ""); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		verbs := strings.Fields(p.verbs())
		slices.Sort(verbs)
		if strings.Join(verbs, " ") != "delete mute warn" {
			t.Errorf("did %q, acts %s", p.verbs(), states(b.only()))
		}
	})
}

func TestWhatACrashCutShortIsFinished(t *testing.T) {
	for _, c := range []struct {
		name     string
		text     string
		attempts int
		away     time.Duration
		did      string
		acts     string
	}{
		{"a removal is tried again", "throw me out", 1, time.Minute, "remove", "remove:done"},
		{"a warning is posted once more", "buy now", 1, time.Minute, "delete warn", "delete:done warn:done"},
		{"but not a third time", "buy now", 2, time.Minute, "delete", "delete:done warn:failed"},
		{"nor after a long time", "buy now", 1, time.Hour, "delete", "delete:done warn:failed"},
		{"a mute that would be over is not begun", "silence me", 1, time.Hour, "delete", "delete:done mute:failed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlatform()
			p.fail = func(chat.Action, int) error { return &chat.Error{Op: "test", Kind: chat.Transient} }
			synctest.Test(t, func(t *testing.T) {
				store := pipeline.NewVolatile(false)
				b := start(t, p, store, nil)
				b.say("u1", c.text)
				b.stop()
				crash(t, store, c.attempts)
				time.Sleep(c.away)
				p.fail = nil
				b = start(t, p, store, nil)
				defer b.stop()
				synctest.Wait()
				if k := b.only(); sorted(p.verbs()) != c.did || states(k) != c.acts {
					t.Errorf("did %q, acts %s", p.verbs(), states(k))
				}
			})
		})
	}
}

func TestMuteKeepsItsEndHoweverOftenItIsInterrupted(t *testing.T) {
	p := newPlatform()
	p.fail = func(chat.Action, int) error { return &chat.Error{Op: "test", Kind: chat.Transient} }
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b := start(t, p, store, nil)
		began := time.Now()
		b.say("u1", "silence me")
		for range 5 {
			b.stop()
			crash(t, store, 1)
			time.Sleep(time.Minute)
			b = start(t, p, store, nil)
			synctest.Wait()
		}
		b.stop()
		crash(t, store, 1)
		p.fail = nil
		b = start(t, p, store, nil)
		defer func() { b.stop() }()
		synctest.Wait()
		last := p.done[len(p.done)-1]
		if end := time.Now().Add(last.For); last.Verb != chat.Mute || end.Sub(began) != 10*time.Minute {
			t.Errorf("%s ends %s after the message, want 10m", last.Verb, end.Sub(began))
		}
	})
}

// crash leaves every action as a process leaves it that was killed at its n-th
// attempt.
func crash(t *testing.T, s *pipeline.Volatile, n int) {
	t.Helper()
	for _, c := range s.Cases() {
		_, err := s.Apply(t.Context(), c.ID, func(c *review.Case) ([]ledger.Entry, error) {
			for i := range c.Acts {
				c.Acts[i].State, c.Acts[i].Attempts, c.Acts[i].Error = review.Doing, n, ""
			}
			return nil, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func sorted(verbs string) string {
	list := strings.Fields(verbs)
	slices.Sort(list)
	return strings.Join(list, " ")
}

func TestFullQueueMakesTheAdapterWaitAndLosesNothing(t *testing.T) {
	p := newPlatform()
	var gate chan struct{}
	slow := func(c *pipeline.Config) {
		gate = make(chan struct{}) // inside the bubble
		c.Shards, c.Queue = 1, 4
		c.Observer = &watcher{judged: func() { <-gate }}
	}
	in(t, p, slow, func(b *bench) {
		delivered := make(chan int, 1)
		go func() {
			n := 0
			for ; n < 20; n++ {
				e := chat.Event{ID: fmt.Sprint("x", n), Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "u"}, Message: chat.Message{Text: "hello"}, Time: time.Now()}
				if b.deliver(b.t.Context(), e) != nil {
					break
				}
			}
			delivered <- n
		}()
		synctest.Wait()
		select {
		case n := <-delivered:
			t.Fatalf("%d events went into a queue of 4", n)
		default:
		}
		close(gate)
		if n := <-delivered; n != 20 {
			t.Fatalf("%d delivered", n)
		}
		synctest.Wait()
		if got := b.pipeline.Stats().Events; got != 20 {
			t.Errorf("%d handled", got)
		}
	})
}

func TestPaceIsKept(t *testing.T) {
	p := newPlatform()
	p.can.ActsPerMinute = 60
	var at []time.Time
	p.before = func(chat.Action) { at = append(at, time.Now()) }
	in(t, p, nil, func(b *bench) {
		for i := range 30 {
			b.say(fmt.Sprint("u", i), "throw me out")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		if len(at) != 30 {
			t.Fatalf("%d of 30 done", len(at))
		}
		if took := at[29].Sub(at[0]); took < 19*time.Second {
			t.Errorf("30 actions in %s, at 60 a minute with a burst of 10", took)
		}
	})
}

func TestRunFailsOnlyWhenEveryConnectionIsLost(t *testing.T) {
	l, _ := ladder.New(ladder.Default())
	line, err := pipeline.New(pipeline.Config{Ladder: l, Rules: ruleSet(t), Store: pipeline.NewVolatile(false)})
	if err != nil {
		t.Fatal(err)
	}
	if err := line.Attach("bad", lost{}); err != nil {
		t.Fatal(err)
	}
	if err := line.Attach("bad", lost{}); err == nil {
		t.Error("two adapters of one name")
	}
	if err := line.Run(t.Context()); !errors.Is(err, pipeline.ErrNoAdapter) || !strings.Contains(err.Error(), "token refused") {
		t.Errorf("got %v", err)
	}
}

type lost struct{}

func (lost) Capabilities(string) chat.Capabilities { return chat.Capabilities{} }
func (lost) Do(context.Context, chat.Action) (chat.Receipt, error) {
	return chat.Receipt{}, &chat.Error{Op: "do", Kind: chat.Transient}
}
func (lost) Run(context.Context, func(context.Context, chat.Event) error) error {
	return errors.New("token refused")
}

type watcher struct {
	judged func()
	alarm  func(lang.Text)
}

func (w *watcher) Judged(*chat.Event, *rules.Verdict, *review.Case, time.Time) {
	if w.judged != nil {
		w.judged()
	}
}
func (w *watcher) Settled(*review.Act) {}
func (w *watcher) Alarmed(_ string, what lang.Text) {
	if w.alarm != nil {
		w.alarm(what)
	}
}
