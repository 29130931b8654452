package irc

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
)

// live is a bot on a network.
type live struct {
	*network
	*Adapter
	events chan chat.Event
	end    func()
}

// enlist starts a bot that is an operator of the channel when it returns.
func (n *network) enlist(c Config) *live {
	n.t.Helper()
	l := &live{network: n, Adapter: open(n.t, c), events: make(chan chat.Event, 1000)}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- l.Run(ctx, func(ctx context.Context, e chat.Event) error {
			select {
			case l.events <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	ended := false
	l.end = func() {
		if stop(); !ended {
			ended = true
			if err := <-done; err != nil {
				n.t.Errorf("Run returned %v", err)
			}
		}
	}
	n.t.Cleanup(l.end)
	n.until("the bot to be an operator", func() bool { return n.ready(l.Adapter) })
	return l
}

func (n *network) until(what string, ok func() bool) {
	n.t.Helper()
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline:
			n.t.Fatalf("waited in vain for %s", what)
		case <-tick.C:
		}
	}
}

// heard is the next event of that kind and, for messages, text.
func (l *live) heard(kind chat.Kind, text string) chat.Event {
	l.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		select {
		case e := <-l.events:
			if e.Kind == kind && e.Message.Text == text {
				return e
			}
		case <-deadline:
			l.t.Fatalf("no %s %q", kind, text)
		}
	}
}

func (l *live) must(v chat.Verb, about chat.Event, d time.Duration) chat.Receipt {
	l.t.Helper()
	r, err := l.Do(l.t.Context(), chat.Action{
		Key: fmt.Sprint(v, time.Now().UnixNano()), Verb: v, Chat: channel, Member: about.Author.ID, Name: about.Author.Name,
		Message: about.Message.ID, Text: "请不要刷屏 / please stop", Reason: "flood", For: d,
	})
	if err != nil {
		l.t.Fatalf("%s: %v", v, err)
	}
	l.t.Logf("%s %s: %+v; bans %q", v, about.Author.ID, r, l.boss.Bans(channel))
	return r
}

func eachServer(t *testing.T, f func(t *testing.T, b backend)) {
	for name, b := range backends() {
		t.Run(name, func(t *testing.T) { f(t, b) })
	}
}

// TestFlooder follows one member through every measure, as a bystander sees it.
func TestFlooder(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "mallory", "witness")
		l := n.enlist(config(n.addr))
		mallory, witness := n.client("mallory"), n.client("witness")

		if can := l.Capabilities(channel); can.Mute != b.mute || !can.Remove || !can.Ban || !can.Unban || can.Delete {
			t.Errorf("an operator can %+v", can)
		}
		var last chat.Event
		for i := range 30 {
			mallory.Say(channel, fmt.Sprintf("buy %d", i))
		}
		for i := range 30 {
			last = l.heard(chat.KindMessage, fmt.Sprintf("buy %d", i))
		}
		mallory.Ask("NICK innocent") // does not help
		if m, err := l.Member(t.Context(), channel, last.Author.ID); err != nil || m.Name != "innocent" {
			t.Errorf("the member is %+v, %v", m, err)
		}
		l.must(chat.Warn, last, 0)
		witness.Expect(":patrol!", "PRIVMSG "+channel+" :innocent: 请不要刷屏")

		r := l.must(chat.Mute, last, time.Hour)
		if (b.mute == chat.MuteTimed) != (r.Until.After(time.Now().Add(59 * time.Minute))) {
			t.Errorf("the mute ends at %s", r.Until)
		}
		mallory.Ask("PRIVMSG " + channel + " :muted words")
		l.must(chat.Unmute, last, 0)
		mallory.Ask("PRIVMSG " + channel + " :words again")
		witness.Expect("PRIVMSG " + channel + " :words again")
		if witness.Heard("muted words") {
			t.Error("the mute was heard")
		}

		l.must(chat.Remove, last, 0)
		witness.Expect(":patrol!", "KICK "+channel+" innocent")
		mallory.Join(channel)

		l.must(chat.Ban, last, 0)
		witness.Expect(":patrol!", "KICK "+channel+" innocent")
		if !holds(mallory.Ask("JOIN "+channel), " 474 ") {
			t.Error("a banned member came in")
		}
		l.must(chat.Unban, last, 0)
		mallory.Join(channel)
		witness.Expect("JOIN")
		if !slices.Contains(n.boss.Members(channel), "innocent") {
			t.Error("the unbanned member is not in")
		}
	})
}

func TestAMuteAndABanAreLiftedByThemselves(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "mallory")
		l := n.enlist(config(n.addr))
		mallory := n.client("mallory")
		mallory.Say(channel, "spam")
		e := l.heard(chat.KindMessage, "spam")
		l.must(chat.Mute, e, time.Hour)
		l.must(chat.Ban, e, 0)
		l.must(chat.Unmute, e, 0)
		if !holds(mallory.Ask("JOIN "+channel), " 474 ") {
			t.Error("the end of a mute ended the ban")
		}
		l.must(chat.Mute, e, time.Hour)
		l.must(chat.Unban, e, 0)
		if bans := n.boss.Bans(channel); len(bans) != 1 {
			t.Errorf("the end of a ban left %q, want the mute", bans)
		}
	})
}

// TestUnbanAfterARestart has a fresh bot lift what another one set, with the
// member long gone.
func TestUnbanAfterARestart(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "mallory")
		l := n.enlist(config(n.addr))
		n.client("mallory").Say(channel, "spam")
		e := l.heard(chat.KindMessage, "spam")
		l.must(chat.Ban, e, 0)
		l.must(chat.Mute, e, 0)
		n.boss.Ask("MODE " + channel + " +b *!*@elsewhere.test")
		n.client("mallory").Close()
		l.end()

		l = n.enlist(config(n.addr))
		l.must(chat.Unban, e, 0)
		l.must(chat.Unmute, e, 0)
		if bans := n.boss.Bans(channel); !slices.Equal(bans, []string{"*!*@elsewhere.test"}) {
			t.Errorf("the ban list is %q", bans)
		}
	})
}

func TestATimedMuteEnds(t *testing.T) {
	b := backends()["inspircd"]
	n := newNetwork(t, b, "mallory")
	l := n.enlist(config(n.addr))
	n.client("mallory").Say(channel, "spam")
	e := l.heard(chat.KindMessage, "spam")
	l.must(chat.Mute, e, time.Hour)
	l.must(chat.Mute, e, time.Second) // the later one counts
	n.until("the server to lift the mute", func() bool { return len(n.boss.Bans(channel)) == 0 })
	if !n.speaks("mallory") {
		t.Error("the member is still mute")
	}
}

func TestAnOperatorOfTheNetworkIsUntouchable(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "guard")
		l := n.enlist(config(n.addr))
		n.client("guard").Say(channel, "hello")
		e := l.heard(chat.KindMessage, "hello")
		if e.Author.Role.Untouchable() {
			t.Errorf("before: %+v", e.Author)
		}
		n.client("guard").Send("OPER admin admin")
		n.client("guard").Expect(" 381 ")
		if m, err := l.Member(t.Context(), channel, e.Author.ID); err != nil || m.Role != chat.RoleAdmin {
			t.Errorf("after: %+v, %v", m, err)
		}
	})
}

func TestTheBotIsKickedAndComesBack(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b)
		l := n.enlist(config(n.addr))
		n.boss.Ask("KICK " + channel + " patrol :try again")
		n.until("the bot to notice", func() bool { return !l.Capabilities(channel).Ban || n.present("patrol") })
		n.until("the bot to be back", func() bool { return n.ready(l.Adapter) })
	})
}

func TestANickThatIsTaken(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "patrol")
		l := &live{network: n, Adapter: open(t, config(n.addr))}
		ctx, stop := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- l.Run(ctx, func(context.Context, chat.Event) error { return nil }) }()
		n.until("the bot under another nick", func() bool { return slices.Contains(n.boss.Members(channel), "@patrol_") })
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestHostileNamesAndTexts(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "mallory", "witness")
		l := n.enlist(config(n.addr))
		n.client("mallory").Send("PRIVMSG %s :caf\xe9 \x0304,05red\x03 \x02bold", channel)
		e := l.heard(chat.KindMessage, "caf\uFFFD red bold")
		_, err := l.Do(t.Context(), chat.Action{
			Key: "k", Verb: chat.Warn, Chat: channel, Member: e.Author.ID, Name: "x\r\nQUIT", Text: "stop\r\nPART " + channel + " :bye\x01" + strings.Repeat("长", 400),
		})
		if err != nil {
			t.Fatal(err)
		}
		n.client("witness").Expect("PRIVMSG " + channel + " :mallory: stop  PART " + channel)
		got := 0
		n.client("witness").Ask()
		for _, line := range n.client("witness").Lines() {
			got += strings.Count(line, "长")
		}
		if got != 400 {
			t.Errorf("%d of 400 runes came through whole", got)
		}
		if !n.present("patrol") {
			t.Error("a text made the bot leave")
		}
	})
}

func TestWithoutRightsOnlyWarnings(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		n := newNetwork(t, b, "mallory")
		l := n.enlist(config(n.addr))
		n.client("mallory").Say(channel, "spam")
		e := l.heard(chat.KindMessage, "spam")
		n.boss.Ask("MODE " + channel + " -o patrol")
		n.until("the bot to notice", func() bool { return !l.Capabilities(channel).Ban })
		l.must(chat.Warn, e, 0)
		for _, v := range []chat.Verb{chat.Mute, chat.Unmute, chat.Remove, chat.Ban, chat.Unban} {
			_, err := l.Do(t.Context(), chat.Action{Key: "k", Verb: v, Chat: channel, Member: e.Author.ID, Name: e.Author.Name})
			var refused *chat.Error
			// A ban list that everybody may read, and that does not hold the mask, leaves
			// nothing to be refused.
			if lifts := v.Weight() == 0; !errors.As(err, &refused) && !lifts || err != nil && refused.Kind != chat.Forbidden {
				t.Errorf("%s: %v", v, err)
			}
		}
	})
}

func TestARosterOfManyLines(t *testing.T) {
	eachServer(t, func(t *testing.T, b backend) {
		var crowd []string
		for i := range 60 {
			crowd = append(crowd, fmt.Sprintf("member%02d", i))
		}
		n := newNetwork(t, b, crowd...)
		l := n.enlist(config(n.addr))
		for _, nick := range []string{crowd[0], crowd[59]} {
			if m, err := l.Member(t.Context(), channel, b.address(nick)); err != nil || m.Name != nick {
				t.Errorf("%s: %+v, %v", nick, m, err)
			}
		}
	})
}

// TestAccountMasks shows that InspIRCd takes the masks of accounts; without
// services nobody is logged in who could feel them.
func TestAccountMasks(t *testing.T) {
	n := newNetwork(t, backends()["inspircd"])
	l := n.enlist(config(n.addr))
	bobby := chat.Event{Author: chat.Member{ID: "account:bobby", Name: "bob"}}
	l.must(chat.Mute, bobby, time.Hour)
	l.must(chat.Ban, bobby, 0)
	if bans := n.boss.Bans(channel); !slices.Equal(bans, []string{"m:R:bobby", "R:bobby"}) {
		t.Errorf("the ban list is %q", bans)
	}
	l.must(chat.Unmute, bobby, 0)
	l.must(chat.Unban, bobby, 0)
	if bans := n.boss.Bans(channel); len(bans) != 0 {
		t.Errorf("left are %q", bans)
	}
}
