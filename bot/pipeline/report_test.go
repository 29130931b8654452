package pipeline_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/report"
	"patrol/bot/review"
	"patrol/rules"
)

// listening is a running pipeline that takes reports.
func listening(t *testing.T, p *platform, test func(b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b := start(t, p, store, func(c *pipeline.Config) {
			c.Talk = pipeline.Talk{Reports: report.New(report.Config{}), Reported: store, Journal: store, Hide: true}
			c.Due = func(s rules.Severity) time.Duration {
				return map[rules.Severity]time.Duration{rules.Severe: time.Hour, rules.Major: 12 * time.Hour}[s] + time.Hour
			}
		})
		defer b.stop()
		test(b)
	})
}

// answer lets a member answer a message.
func (b *bench) answer(member, text, replyTo string) chat.Event {
	b.t.Helper()
	b.n++
	e := chat.Event{
		ID: fmt.Sprint("a", b.n), Kind: chat.KindMessage, Platform: "test", Chat: "room", Author: chat.Member{ID: member, Name: "Name of " + member},
		Message: chat.Message{ID: fmt.Sprint("answer", b.n), Text: text, ReplyTo: replyTo}, Time: time.Now(),
	}
	b.send(e)
	return e
}

func TestReportsOfOneMessageMakeOneCase(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		b.say("u2", "hello")
		bad := b.say("u1", "you are an idiot")
		for range 20 { // it is long out of the context by then
			b.say("u2", "and so on")
		}
		b.answer("u3", "举报", bad.Message.ID)
		c := b.only()
		if c.State != review.Open || c.Event.Author.ID != "u1" || c.Event.Message.Text != bad.Message.Text || c.Reported.Count != 1 || c.Reported.Weight != 0.5 {
			t.Fatalf("case %+v", c)
		}
		if len(c.Context) != 1 || c.Context[0].Message.Text != "hello" {
			t.Errorf("the context is %+v", c.Context)
		}
		if states(c) != "delete:held warn:held" || c.Strike != review.StrikePending {
			t.Errorf("acts %s, strike %s", states(c), c.Strike)
		}
		first := c.Due
		b.answer("u3", "举报", bad.Message.ID)
		b.answer("u4", "/report insult", bad.Message.ID)
		if c = b.only(); c.Reported.Count != 2 || c.Reported.Weight != 1 || c.Due.Before(first) {
			t.Errorf("after two more reports by two members: %+v, due %v, was %v", c.Reported, c.Due, first)
		}
		if got := p.verbs(); got != "delete delete delete" {
			t.Errorf("the messages that report are to be deleted: did %q", got)
		}
	})
}

func TestAReporterIsNamedNowhere(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		bad := b.say("u1", "you are an idiot")
		b.answer("sneak", "举报", bad.Message.ID)
		b.say("u1", "buy now") // a case whose context would hold the report
		for _, c := range b.store.Cases() {
			data, err := json.Marshal(c)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(data), "sneak") {
				t.Errorf("the case names the reporter: %s", data)
			}
		}
		data, err := json.Marshal(b.store.Entries())
		if err != nil || strings.Contains(string(data), "sneak") {
			t.Errorf("the ledger names the reporter: %s, %v", data, err)
		}
		for _, a := range p.done {
			if strings.Contains(a.Text, "sneak") {
				t.Errorf("a notice names the reporter: %s", a.Text)
			}
		}
		if len(b.store.Cases()) != 2 {
			t.Errorf("%d cases", len(b.store.Cases()))
		}
	})
}

func TestAReportOfAFlaggedMessageJoinsItsCase(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		bad := b.say("u1", "write it down")
		if c := b.only(); c.State != review.Logged {
			t.Fatalf("the case is %s", c.State)
		}
		b.answer("u3", "举报", bad.Message.ID)
		if c := b.only(); c.State != review.Open || c.Reported.Count != 1 || c.Due.IsZero() {
			t.Errorf("the case is %s, due %v, reported %+v", c.State, c.Due, c.Reported)
		}
	})
}

func TestWhoIsAlwaysWrongIsNotHeardAlone(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		q := review.NewQueue(review.Config{Store: shelf{b.store}})
		report := func(by string) review.Case {
			bad := b.say("u1", "good morning")
			b.answer(by, "举报", bad.Message.ID)
			cases := b.store.Cases()
			if len(cases) == 0 {
				return review.Case{}
			}
			return cases[len(cases)-1]
		}
		for range 2 {
			c := report("liar")
			if _, err := q.Overturn(t.Context(), c.ID, "ann", "nothing wrong"); err != nil {
				t.Fatal(err)
			}
		}
		before := len(b.store.Cases())
		bad := b.say("u1", "good evening")
		b.answer("liar", "举报", bad.Message.ID)
		if n := len(b.store.Cases()); n != before {
			t.Fatalf("a liar's word alone made a case")
		}
		b.answer("u5", "举报", bad.Message.ID)
		if n := len(b.store.Cases()); n != before+1 {
			t.Fatalf("with another member's word it is no case")
		}
		if c := b.store.Cases()[before]; c.Reported.Count != 2 || c.Reported.Weight != 0.75 {
			t.Errorf("reported %+v", c.Reported)
		}
	})
}

func TestWhatIsNoReportIsTalk(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		mine := b.say("u1", "hello")
		b.answer("u1", "举报", mine.Message.ID) // oneself
		b.say("u2", "举报 nobody-of-that-name")
		b.say("u2", "举报")
		if n := len(b.store.Cases()); n != 0 || p.verbs() != "" {
			t.Errorf("%d cases, did %q", n, p.verbs())
		}
		b.say("u2", "!report name") // of u1 the name is "Name of u1"
		b.say("u3", "举报 Name")
		if n := len(b.store.Cases()); n != 0 {
			t.Errorf("%d cases", n)
		}
	})
}

func TestAReportIsAcknowledgedOnceItIsInTheStore(t *testing.T) {
	p := newPlatform()
	listening(t, p, func(b *bench) {
		bad := b.say("u1", "you are an idiot")
		acked := 0
		send := func(id string, kind chat.Kind) {
			b.send(chat.Event{
				ID: id, Kind: kind, Chat: "room", Author: chat.Member{ID: "u-" + id}, Message: chat.Message{ID: "x" + id, Text: "举报", ReplyTo: bad.Message.ID},
				Time: time.Now(), Ack: func() { acked++ },
			})
		}
		b.store.Refuse(errors.New("disk full"))
		send("1", chat.KindMessage)
		send("2", chat.KindReport)
		if acked != 0 {
			t.Errorf("%d acknowledged before the store has taken them", acked)
		}
		b.store.Refuse(nil)
		send("3", chat.KindMessage)
		send("4", chat.KindReport)
		if acked != 2 || b.only().Reported.Count != 2 {
			t.Errorf("%d acknowledged, %d reports", acked, b.only().Reported.Count)
		}
	})
}
