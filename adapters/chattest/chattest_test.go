package chattest_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
)

// rig is the scripted platform as the conformance checks want it.
func rig(c chattest.Config) chattest.Rig {
	p := chattest.NewPlatform(c)
	for _, m := range []chat.Member{{ID: "mallory"}, {ID: "bob"}, {ID: "alice", Role: chat.RoleAdmin}} {
		p.Add("room", m)
	}
	adapter := p.Adapter()
	up := true
	return chattest.Rig{
		Adapter: adapter, Chat: "room", Member: "mallory", Other: "bob", Admin: "alice",
		Ready:    func() bool { return up },
		Say:      func(who, text string) string { return p.Say("room", who, text) },
		SayAsBot: func(text string) { p.Say("room", chattest.Self, text) },
		Edit:     func(who, ref, text string) { p.Edit("room", who, ref, text) },
		Join:     func(who string) { p.Join("room", who) },
		Leave:    func(who string) { p.Leave("room", who) },
		See: chattest.Sight{
			Present: func(who string) bool { _, present := p.Member("room", who); return present },
			Muted:   func(who string) bool { return p.Muted("room", who) },
			Banned:  func(who string) bool { return p.Banned("room", who) },
			Deleted: func(ref string) bool { return p.Deleted("room", ref) },
			Notices: func() []string {
				var texts []string
				for _, n := range p.Notices("room") {
					texts = append(texts, n.Text)
				}
				return texts
			},
		},
		Link: chattest.Link{
			Redeliver: p.Redeliver, Reopen: func() chat.Adapter { return p.Adapter() },
			Cut: p.Cut, Mend: p.Mend, Attempts: p.Attempts,
		},
		Failing: failing(p),
	}
}

func failing(p *chattest.Platform) map[chat.ErrorKind]func() chat.Action {
	all := map[chat.ErrorKind]func() chat.Action{}
	for _, k := range []chat.ErrorKind{chat.Transient, chat.RateLimited, chat.Forbidden, chat.NotFound, chat.Other} {
		all[k] = func() chat.Action {
			p.Fail(chat.Warn, &chat.Error{Op: "warn", Kind: k, Err: errors.New("as planned")})
			return chat.Action{Verb: chat.Warn, Chat: "room", Member: "mallory", Text: "stop"}
		}
	}
	return all
}

func TestTheScriptedPlatformConforms(t *testing.T) {
	untimed := chattest.Everything()
	untimed.Mute = chat.MuteUntimed
	noUnban := chattest.Everything()
	noUnban.Unban = false
	for name, can := range map[string]chat.Capabilities{
		"all verbs, timed mutes":      chattest.Everything(),
		"mutes that must be lifted":   untimed,
		"bans that can't be lifted":   noUnban,
		"nothing but warnings, edits": {Warn: true, Edits: true},
	} {
		t.Run(name, func(t *testing.T) {
			chattest.Run(t, chattest.Harness{Open: func(*testing.T) chattest.Rig { return rig(chattest.Config{Can: can}) }})
		})
	}
}

func act(v chat.Verb) chat.Action {
	return chat.Action{Key: "k", Verb: v, Chat: "room", Member: "mallory", For: time.Minute, Text: "stop"}
}

func TestMutesLapse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := chattest.NewPlatform(chattest.Config{})
		p.Add("room", chat.Member{ID: "mallory"})
		if _, err := p.Adapter().Do(t.Context(), act(chat.Mute)); err != nil {
			t.Fatal(err)
		}
		if id := p.Say("room", "mallory", "let me speak"); id != "" {
			t.Error("a mute member could speak")
		}
		time.Sleep(time.Minute) // the bubble's clock
		if p.Muted("room", "mallory") || p.Say("room", "mallory", "at last") == "" {
			t.Error("the mute did not lapse")
		}
	})
}

func TestLimitsAreEnforced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		can := chattest.Everything()
		can.WarnsPerMinute, can.DeleteWindow = 2, 2*time.Minute
		p := chattest.NewPlatform(chattest.Config{Can: can})
		a := p.Adapter()
		old := act(chat.Delete)
		old.Message = p.Say("room", "mallory", "spam")
		var after []time.Duration
		for range 3 {
			_, err := a.Do(t.Context(), act(chat.Warn))
			var e *chat.Error
			if errors.As(err, &e) && e.Kind == chat.RateLimited {
				after = append(after, e.After)
			}
			time.Sleep(time.Second)
		}
		if want := []time.Duration{58 * time.Second}; !slices.Equal(after, want) {
			t.Errorf("three notices at a limit of two: told to wait %v, want %v", after, want)
		}
		time.Sleep(2 * time.Minute)
		if _, err := a.Do(t.Context(), old); chat.KindOf(err) != chat.Unsupported {
			t.Errorf("recalled after the window: %v", err)
		}
		p.Demote("room")
		if _, err := a.Do(t.Context(), act(chat.Mute)); chat.KindOf(err) != chat.Forbidden {
			t.Errorf("muted without the right to: %v", err)
		}
	})
}

func TestAdminsCannotBeActedOn(t *testing.T) {
	p := chattest.NewPlatform(chattest.Config{})
	p.Add("room", chat.Member{ID: "mallory", Role: chat.RoleAdmin})
	if _, err := p.Adapter().Do(t.Context(), act(chat.Ban)); chat.KindOf(err) != chat.Forbidden || p.Banned("room", "mallory") {
		t.Errorf("an admin was banned: %v", err)
	}
}

func ExamplePlatform() {
	p := chattest.NewPlatform(chattest.Config{})
	p.Add("room", chat.Member{ID: "mallory", Name: "Mallory"})
	p.Say("room", "mallory", "buy followers now")

	ctx, stop := context.WithCancel(context.Background())
	adapter := p.Adapter()
	err := adapter.Run(ctx, func(ctx context.Context, e chat.Event) error {
		fmt.Printf("%s: %s\n", e.Author.Name, e.Message.Text)
		_, err := adapter.Do(ctx, chat.Action{Key: "1", Verb: chat.Delete, Chat: e.Chat, Message: e.Message.ID})
		fmt.Println("deleted:", p.Deleted("room", e.Message.ID), err)
		e.Ack()
		stop()
		return nil
	})
	fmt.Println(err, len(p.Unsettled()))
	// Output:
	// Mallory: buy followers now
	// deleted: true <nil>
	// <nil> 0
}
