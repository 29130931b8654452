package pipeline_test

import (
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/pipeline"
	"patrol/bot/review"
)

func handy(c *pipeline.Config) {
	c.ByHand = []chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban}
}

// TestAPersonIsAskedForWhatThePlatformLacks: the bot does what it can at once, and a
// person is asked for the rest.
func TestAPersonIsAskedForWhatThePlatformLacks(t *testing.T) {
	p := newPlatform()
	p.can = chat.Capabilities{Warn: true, Mute: chat.MuteTimed, MuteMax: 30 * 24 * time.Hour}
	in(t, p, handy, func(b *bench) {
		b.say("u1", "throw me out")
		c := b.only()
		if got := states(c); got != "mute:done remove:asked" || p.verbs() != "mute" {
			t.Fatalf("acts %s, did %s", got, p.verbs())
		}
		if a := c.Acts[1]; a.Hand != review.HandOnly || !a.Due.After(time.Now()) || c.State != review.Acted {
			t.Errorf("%+v, the case is %s", a, c.State)
		}
	})
	p = newPlatform()
	p.can = chat.Capabilities{}
	in(t, p, handy, func(b *bench) {
		b.say("u1", "silence me")
		if got := states(b.only()); got != "delete:asked mute:asked" {
			t.Errorf("on a platform that can nothing: %s", got)
		}
	})
	// What no person can do either falls to the nearest step, as ever.
	p = newPlatform()
	p.can = chat.Capabilities{Warn: true}
	in(t, p, handy, func(b *bench) {
		b.n++
		b.send(chat.Event{ID: "e", Kind: chat.KindMessage, Platform: "irc", Chat: "#room", Author: chat.Member{ID: "u1", Name: "u"}, Message: chat.Message{ID: "m", Text: "silence me"}, Time: time.Now()})
		if got := states(b.only()); got != "warn:done mute:asked" {
			t.Errorf("on IRC, where nobody deletes: %s", got)
		}
	})
}

// TestAPersonIsAskedWhereTheBotMayNot hands over what the platform refuses, undoing
// included, and asks for the end of a mute when its time has come.
func TestAPersonIsAskedWhereTheBotMayNot(t *testing.T) {
	p := newPlatform()
	p.fail = func(a chat.Action, _ int) error {
		if a.Verb == chat.Ban || a.Verb == chat.Unban {
			return &chat.Error{Op: "ban", Kind: chat.Forbidden}
		}
		return nil
	}
	in(t, p, handy, func(b *bench) {
		b.say("u1", "ban me")
		c := b.only()
		if states(c) != "ban:asked" || c.State != review.Acted || c.Acts[0].Error == "" {
			t.Fatalf("%s, the case is %s", states(c), c.State)
		}
		entries := b.store.Entries()
		if last := entries[len(entries)-1]; last.Kind != ledger.Asked || last.Verb != "ban" || last.At.IsZero() {
			t.Errorf("the ledger ends with %+v", last)
		}
		if got := p.tries[c.Acts[0].Action.Key]; got != 1 {
			t.Errorf("tried %d times", got)
		}
	})
	// Without anybody to ask it fails, and a person decides, as ever.
	in(t, p, nil, func(b *bench) {
		b.say("u1", "ban me")
		if c := b.only(); states(c) != "ban:failed" || c.State != review.Open {
			t.Errorf("%s, the case is %s", states(c), c.State)
		}
	})
}

func TestTheEndOfAMuteByHandIsAskedForInTime(t *testing.T) {
	p := newPlatform()
	p.can = chat.Capabilities{Warn: true}
	in(t, p, handy, func(b *bench) {
		b.say("u1", "silence me")
		c := b.only()
		key := review.ActKey(c.ID, chat.Mute)
		_, err := b.store.Apply(t.Context(), c.ID, func(c *review.Case) ([]ledger.Entry, error) {
			return c.Did(key, review.Word{By: "li", At: time.Now()})
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := states(b.only()); got != "delete:asked mute:done unmute:due" {
			t.Fatal(got)
		}
		time.Sleep(11 * time.Minute)
		synctest.Wait()
		if got := states(b.only()); got != "delete:asked mute:done unmute:asked" || p.verbs() != "" {
			t.Errorf("%s, the bot did %q", got, p.verbs())
		}
	})
}
