package pipeline_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/review"
)

// whisperer is a platform where members can be written to alone.
type whisperer struct {
	*platform
	mu     sync.Mutex
	refuse error
	told   []string
}

// refuses makes every further attempt end so.
func (w *whisperer) refuses(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.refuse = err
}

func (w *whisperer) Tell(_ context.Context, room string, to chat.Member, text string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.refuse != nil {
		return w.refuse
	}
	w.told = append(w.told, room+" "+to.ID+" "+text)
	return nil
}

func newWhisperer(refuse error) *whisperer {
	w := &whisperer{platform: newPlatform(), refuse: refuse}
	w.as = w
	return w
}

// quietly tells each member alone, with a link that is made for it.
func quietly(links *int) func(*pipeline.Config) {
	return func(c *pipeline.Config) {
		c.Private = func(c *review.Case) string { return "in private, " + c.ID + ": " + pipeline.LinkMark }
		c.Talk.Link = func(context.Context, string) (string, error) {
			*links++
			return "https://patrol.example.org/appeal/token", nil
		}
	}
}

func TestAMemberIsToldAlone(t *testing.T) {
	links := 0
	w := newWhisperer(nil)
	in(t, w.platform, quietly(&links), func(b *bench) {
		b.say("u1", "please buy now")
		c := b.only()
		if states(c) != "delete:done warn:done" || w.verbs() != "delete" {
			t.Fatalf("%s; in the chat: %s", states(c), w.verbs())
		}
		if len(w.told) != 1 || w.told[0] != "room u1 in private, "+c.ID+": https://patrol.example.org/appeal/token" || links != 1 {
			t.Errorf("told %q, with %d links", w.told, links)
		}
		if note := c.Acts[1].Receipt.Note; note != "told the member alone" || strings.Contains(c.Acts[1].Private, "token") {
			t.Errorf("the case says %q, and keeps %q", note, c.Acts[1].Private)
		}
	})
}

// TestWhoCanNotBeToldAloneIsToldInTheChat, without a link: everybody reads that.
func TestWhoCanNotBeToldAloneIsToldInTheChat(t *testing.T) {
	links := 0
	w := newWhisperer(&chat.Error{Op: "tell", Kind: chat.Forbidden})
	in(t, w.platform, quietly(&links), func(b *bench) {
		b.say("u1", "please buy now")
		if got := w.verbs(); got != "delete warn" || strings.Contains(w.done[1].Text, "appeal/") {
			t.Fatalf("%s: %q", got, w.done[1].Text)
		}
		if note := b.only().Acts[1].Receipt.Note; !strings.Contains(note, "posted") {
			t.Errorf("the case says %q", note)
		}
	})
	// A fault that passes is tried again, alone.
	w = newWhisperer(&chat.Error{Op: "tell", Kind: chat.RateLimited})
	in(t, w.platform, quietly(&links), func(b *bench) {
		b.say("u1", "please buy now")
		if w.verbs() != "delete" {
			t.Fatalf("posted because of a fault that passes: %s", w.verbs())
		}
		w.refuses(nil)
		time.Sleep(time.Minute)
		synctest.Wait()
		if states(b.only()) != "delete:done warn:done" || w.verbs() != "delete" {
			t.Errorf("%s; in the chat: %s", states(b.only()), w.verbs())
		}
	})
}
