package irc

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
)

const byUs = ":patrol!p@bot.test "

func TestVerbsOnTheWire(t *testing.T) {
	const (
		kicked = byUs + "KICK #chat mallory :ads"
		entry  = "m:*!mal@evil.test"
	)
	member := func(id string) func(*chat.Action) { return func(a *chat.Action) { a.Member, a.Name = id, "bob" } }
	for name, c := range map[string]struct {
		verb    chat.Verb
		support string // besides what all servers here have
		change  func(*chat.Action)
		on      [][]string // a line of ours, and what is said to it
		note    string
		kind    chat.ErrorKind
		fails   bool
	}{
		"a warning":                                    {verb: chat.Warn, on: [][]string{{"PRIVMSG #chat :mallory: stop"}}},
		"a warning that may not be posted":             {verb: chat.Warn, on: [][]string{{"PRIVMSG", ":srv 404 patrol #chat :Cannot send"}}, fails: true, kind: chat.Forbidden},
		"a removal":                                    {verb: chat.Remove, on: [][]string{{"KICK #chat mallory ads\r", kicked}}},
		"a removal of somebody who is just gone":       {verb: chat.Remove, on: [][]string{{"KICK", ":srv 441 patrol mallory #chat :They aren't on that channel"}}, fails: true, kind: chat.NotFound},
		"a removal that the server keeps silent about": {verb: chat.Remove, on: [][]string{{"KICK"}}, fails: true, kind: chat.Other},
		"a removal without the right":                  {verb: chat.Remove, on: [][]string{{"KICK", ":srv 482 patrol #chat :You're not channel operator"}}, fails: true, kind: chat.Forbidden},
		"a removal from a channel that has lost us":    {verb: chat.Remove, on: [][]string{{"KICK", ":srv 442 patrol #chat :You're not on that channel"}}, fails: true, kind: chat.Transient},
		"a removal that comes too fast":                {verb: chat.Remove, on: [][]string{{"KICK", ":srv 263 patrol KICK :Please wait a while"}}, fails: true, kind: chat.RateLimited},
		"a removal of somebody who is not there":       {verb: chat.Remove, change: member("x@y.test"), fails: true, kind: chat.NotFound},
		"an id that is none":                           {verb: chat.Ban, change: member("x"), fails: true, kind: chat.NotFound},
		"an id that would be two parameters":           {verb: chat.Ban, change: member("x@y +o mallory"), fails: true, kind: chat.NotFound},
		"a ban":                                        {verb: chat.Ban, on: [][]string{{"MODE #chat +b *!mal@evil.test\r", byUs + "MODE #chat +b *!mal@evil.test"}, {"KICK #chat mallory", kicked}}},
		"a ban that was there":                         {verb: chat.Ban, on: [][]string{{"MODE #chat +b\r", ":srv 367 patrol #chat *!MAL@evil.test boss 1"}, {"KICK #chat mallory", kicked}}},
		"a ban of somebody who is gone":                {verb: chat.Ban, change: member("x@y.test"), on: [][]string{{"MODE #chat +b *!x@y.test", byUs + "MODE #chat +b *!x@y.test"}}, note: "nobody was put out"},
		"a ban of an account":                          {verb: chat.Ban, change: member("account:bobby"), on: [][]string{{"MODE #chat +b R:bobby\r", byUs + "MODE #chat +b R:bobby"}, {"KICK #chat bob ", byUs + "KICK #chat bob :ads"}}},
		"a ban of an account on Solanum":               {verb: chat.Ban, support: "EXTBAN=$,ajrxz", change: member("account:bobby"), on: [][]string{{"MODE #chat +b $a:bobby\r", byUs + "MODE #chat +b $a:bobby"}, {"KICK #chat bob ", byUs + "KICK #chat bob :ads"}}},
		"a ban on a full list":                         {verb: chat.Ban, on: [][]string{{"MODE #chat +b *", ":srv 478 patrol #chat b :Channel ban list is full"}}, fails: true, kind: chat.Other},
		"a ban that nothing comes of":                  {verb: chat.Ban, on: [][]string{{"MODE"}}, fails: true, kind: chat.Other},
		"an unban": {verb: chat.Unban, on: [][]string{
			{"MODE #chat +b\r", ":srv 367 patrol #chat *!*@else.test boss 1", ":srv 367 patrol #chat *!Mal@evil.test patrol 1", ":srv 367 patrol #chat m:*!mal@evil.test patrol 1"},
			{"MODE #chat -b *!Mal@evil.test\r", byUs + "MODE #chat -b *!Mal@evil.test"},
		}, note: "still matched by m:*!mal@evil.test"},
		"an unban of what is not banned":     {verb: chat.Unban, on: [][]string{{"MODE #chat +b\r", ":srv 368 patrol #chat :End"}}, note: "was not set"},
		"an unban without the right":         {verb: chat.Unban, on: [][]string{{"MODE #chat +b\r", ":srv 482 patrol #chat :You're not channel operator"}}, fails: true, kind: chat.Forbidden},
		"a timed mute":                       {verb: chat.Mute, change: func(a *chat.Action) { a.For = 90e9 }, on: [][]string{{"TBAN #chat 90s " + entry + "\r", byUs + "MODE #chat +b " + entry}}},
		"a timed mute that is renewed":       {verb: chat.Mute, change: func(a *chat.Action) { a.For = 90e9 }, on: [][]string{{"MODE #chat -b " + entry, byUs + "MODE #chat -b " + entry}, {"TBAN #chat", byUs + "MODE #chat +b " + entry}}},
		"a timed mute that nothing comes of": {verb: chat.Mute, change: func(a *chat.Action) { a.For = 90e9 }, on: [][]string{{"MODE #chat -b", byUs + "MODE #chat -b " + entry}, {"TBAN #chat", ":srv NOTICE patrol :Invalid ban mask"}}, fails: true, kind: chat.Other},
		"a mute until it is lifted":          {verb: chat.Mute, on: [][]string{{"MODE #chat +b " + entry + "\r", byUs + "MODE #chat +b " + entry}}},
		"a quiet":                            {verb: chat.Mute, support: "EXTBAN=$,a CHANMODES=beIq,k,l,imnpst PREFIX=(ov)@+", on: [][]string{{"MODE #chat +q *!mal@evil.test\r", byUs + "MODE #chat +q *!mal@evil.test"}}},
		"the end of a quiet": {verb: chat.Unmute, support: "EXTBAN=$,a CHANMODES=beIq,k,l,imnpst PREFIX=(ov)@+", on: [][]string{
			{"MODE #chat +q\r", ":srv 728 patrol #chat q *!mal@evil.test patrol 1", ":srv 729 patrol #chat q :End"}, {"MODE #chat -q *!mal@evil.test\r", byUs + "MODE #chat -q *!mal@evil.test"}}},
		"a mute on a server that has none": {verb: chat.Mute, support: "-EXTBAN CHANMODES=b,k,l,imnpst", fails: true, kind: chat.Unsupported},
		"a mute on UnrealIRCd":             {verb: chat.Mute, support: "EXTBAN=~,acmq", on: [][]string{{"MODE #chat +b ~q:*!mal@evil.test\r", byUs + "MODE #chat +b ~q:*!mal@evil.test"}}},
		"a deletion without the extension": {verb: chat.Delete, fails: true, kind: chat.Unsupported},
		"another channel":                  {verb: chat.Warn, change: func(a *chat.Action) { a.Chat = "#else" }, fails: true, kind: chat.NotFound},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, s *script) {
				s.on("USER", s.greeting("CASEMAPPING=ascii PREFIX=(qaohv)~&@%+ EXTBAN=,mR CHANMODES=beI,k,l,imnpst WHOX "+c.support)...)
				for _, on := range c.on {
					s.on(on[0], on[1:]...)
				}
				b := s.run(Config{}, 100)
				s.expect("WHO #chat")
				synctest.Wait()
				a := act(c.verb)
				if c.change != nil {
					c.change(&a)
				}
				r, err := b.Do(t.Context(), a)
				if (err != nil) != c.fails || c.fails && chat.KindOf(err) != c.kind {
					t.Fatalf("%v (%s), want failure %t (%s)", err, chat.KindOf(err), c.fails, c.kind)
				}
				if r.Note != c.note || !c.fails && (r.Until.IsZero() == (a.For > 0)) {
					t.Errorf("the receipt is %+v, want the note %q", r, c.note)
				}
				for _, on := range c.on {
					if !c.fails {
						s.expect(on[0])
					}
				}
				s.end(b)
			})
		})
	}
}

func TestRemovesWhoeverHasTheIDNow(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		s.on("KICK #chat saint", byUs+"KICK #chat saint :ads")
		s.say(":mallory!mal@evil.test NICK saint", ":eve!e@x.test JOIN #chat", ":eve!e@x.test NICK mallory")
		synctest.Wait()
		if _, err := b.Do(t.Context(), act(chat.Remove)); err != nil {
			t.Error(err)
		}
		s.expect("KICK #chat saint")
		s.end(b)
	})
}

func TestANickChangeAtTheLastMomentDoesNotHelp(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		s.on("KICK #chat mallory", ":mallory!mal@evil.test NICK saint", ":srv 401 patrol mallory :No such nick")
		s.on("KICK #chat saint", byUs+"KICK #chat saint :ads")
		if _, err := b.Do(t.Context(), act(chat.Remove)); err != nil {
			t.Error(err)
		}
		s.end(b)
	})
}

func TestComingBackAtTheLastMomentDoesNotHelp(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		s.say(":mallory!mal@evil.test PART #chat")
		synctest.Wait()
		s.on("MODE #chat +b *", ":mallory!mal@evil.test JOIN #chat", byUs+"MODE #chat +b *!mal@evil.test")
		s.on("KICK #chat mallory", byUs+"KICK #chat mallory :ads")
		if r, err := b.Do(t.Context(), act(chat.Ban)); err != nil || r.Note != "" {
			t.Errorf("%+v, %v", r, err)
		}
		s.expect("KICK #chat mallory")
		s.end(b)
	})
}

func TestPeopleWhoShareAnAddress(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		s.on("MODE #chat +b *!mal@evil.test", byUs+"MODE #chat +b *!mal@evil.test")
		s.on("KICK #chat mallory", byUs+"KICK #chat mallory :ads")
		s.say(":twin!mal@evil.test JOIN #chat")
		synctest.Wait()
		if r, err := b.Do(t.Context(), act(chat.Ban)); err != nil || r.Note != "also matches twin" {
			t.Errorf("%+v, %v", r, err)
		}
		s.say(":third!mal@evil.test JOIN #chat", ":mallory!mal@evil.test NICK fourth")
		synctest.Wait()
		a := act(chat.Remove)
		if _, err := b.Do(t.Context(), a); chat.KindOf(err) != chat.Other {
			t.Errorf("it was guessed which of them is meant: %v", err)
		}
		s.end(b)
	})
}

func TestDeletesByRedaction(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		s.on("CAP LS", ":srv CAP * LS :draft/message-redaction=x")
		s.on("CAP REQ", ":srv CAP * ACK :draft/message-redaction")
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		if !b.Capabilities("#chat").Delete {
			t.Error("redaction is not claimed")
		}
		s.on("REDACT #chat m1 ads\r", byUs+"REDACT #chat m1 ads")
		if _, err := b.Do(t.Context(), act(chat.Delete)); err != nil {
			t.Error(err)
		}
		for code, want := range map[string]chat.ErrorKind{"UNKNOWN_MSGID": chat.NotFound, "REDACT_FORBIDDEN": chat.Forbidden, "REDACT_WINDOW_EXPIRED": chat.Unsupported, "OTHER": chat.Other} {
			s.on("REDACT", ":srv FAIL REDACT "+code+" #chat m1 :no")
			s.on("REDACT #chat m1 ads\r", ":srv FAIL REDACT "+code+" #chat m1 :no")
			if _, err := b.Do(t.Context(), act(chat.Delete)); chat.KindOf(err) != want {
				t.Errorf("%s: %v, want %s", code, err, want)
			}
		}
		s.end(b)
	})
}

func TestALongWarningIsSeveralLines(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		a := act(chat.Warn)
		a.Text = strings.Repeat("请不要刷屏。", 60)
		if _, err := b.Do(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		var got string
		for range 3 {
			part := strings.TrimPrefix(s.expect("PRIVMSG #chat :mallory: "), "PRIVMSG #chat :mallory: ")
			got += part
		}
		if got != a.Text {
			t.Errorf("the lines together are %q", got)
		}
		s.end(b)
	})
}

func TestAnAnswerThatNeverComes(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		s.setDeaf(true)
		if _, err := b.Do(t.Context(), act(chat.Ban)); chat.KindOf(err) != chat.Transient {
			t.Errorf("a ban that nobody confirms: %v", err)
		}
		s.end(b)
	})
}

func TestMemberAsksTheServer(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		s.on("WHO mallory", ":srv 354 patrol 717 #chat mal evil.test mallory H* 0", ":srv 315 patrol mallory :End")
		m, err := b.Member(t.Context(), "#chat", "mal@evil.test")
		if want := (chat.Member{ID: "mal@evil.test", Name: "mallory", Role: chat.RoleAdmin}); err != nil || !cmp.Equal(m, want) {
			t.Errorf("%+v, %v; want %+v", m, err, want)
		}
		if _, err := b.Member(t.Context(), "#chat", "mal@elsewhere.test"); chat.KindOf(err) != chat.NotFound {
			t.Errorf("a stranger: %v", err)
		}
		s.end(b)
	})
}

// TestNobodyIsTakenForGoneBeforeTheServerHasSaidWhoIsThere has a server that names
// only nicks on joining, and that is slow to tell the addresses by which ids know members.
func TestNobodyIsTakenForGoneBeforeTheServerHasSaidWhoIsThere(t *testing.T) {
	inBubble(t, func(t *testing.T, s *script) {
		s.on("WHO #chat")
		b := s.run(Config{}, 100)
		s.expect("WHO #chat")
		synctest.Wait()
		s.on("PING patrol-", ":srv 354 patrol 717 #chat mal evil.test mallory H 0", ":srv 315 patrol #chat :End")
		s.on("KICK #chat mallory", byUs+"KICK #chat mallory :ads")
		if _, err := b.Do(t.Context(), act(chat.Remove)); err != nil {
			t.Error(err)
		}
		s.end(b)
	})
}
