package chattest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
)

// allVerbs are the verbs of the contract.
func allVerbs() []chat.Verb {
	return []chat.Verb{chat.Warn, chat.Delete, chat.Mute, chat.Unmute, chat.Remove, chat.Ban, chat.Unban}
}

func verbChecks() []check {
	return []check{
		{"warn", nothing, (*stage).warn},
		{"delete", nothing, (*stage).delete},
		{"mute", nothing, (*stage).mute},
		{"remove", nothing, (*stage).remove},
		{"ban", nothing, (*stage).ban},
		{"twice", nothing, (*stage).twice},
		{"unclaimed verbs", nothing, (*stage).unclaimed},
		{"unknown verb", nothing, (*stage).unknownVerb},
		{"unknown chat", nothing, (*stage).unknownChat},
		{"roster", nothing, (*stage).roster},
		{"direct messages", nothing, (*stage).directMessages},
		{"census", nothing, (*stage).census},
		{"archive", nothing, (*stage).archive},
	}
}

// claimed reports whether v is claimed; where it is not, there is nothing to
// check beyond its refusal, which "unclaimed verbs" does.
func (s *stage) claimed(v chat.Verb) bool {
	s.Helper()
	ok := s.Adapter.Capabilities(s.Chat).Can(v)
	if !ok {
		s.Logf("%s is not claimed, see the check of unclaimed verbs", v)
	}
	return ok
}

// need ends the check where the Rig can't show what a claimed verb did.
func (s *stage) need(parts ...part) {
	s.Helper()
	if missing := firstMissing(parts...); missing != "" {
		s.Fatalf("the Rig has no %s, so a claimed verb can't be checked", missing)
	}
}

func (s *stage) warn() {
	s.open()
	if !s.claimed(chat.Warn) {
		return
	}
	s.need(part{"See.Notices", s.See.Notices != nil})
	e, _ := s.said(s.Member, s.text("spam"))
	a := s.action(chat.Warn, e)
	s.do(a)
	s.eventually("the notice", func() bool { return s.posted(a.Text) > 0 })
	if n := s.posted(a.Text); n != 1 {
		s.Errorf("the notice was posted %d times", n)
	}

	// A notice quotes names, and names are hostile: markup in it must stay text.
	hostile := s.action(chat.Warn, e)
	hostile.Text = s.text(hostileText)
	s.do(hostile)
	s.eventually("a notice with markup in it, unchanged", func() bool { return s.posted(hostile.Text) > 0 })
}

// posted counts the notices that hold text.
func (s *stage) posted(text string) int {
	n := 0
	for _, notice := range s.See.Notices() {
		if strings.Contains(notice, text) {
			n++
		}
	}
	return n
}

func (s *stage) delete() {
	s.open()
	if !s.claimed(chat.Delete) {
		return
	}
	s.need(part{"See.Deleted", s.See.Deleted != nil})
	kept, keptRef := s.said(s.Member, s.text("fine"))
	e, ref := s.said(s.Member, s.text("spam"))
	if kept.Message.ID == e.Message.ID {
		s.Fatalf("two messages share the id %q", e.Message.ID)
	}
	s.do(s.action(chat.Delete, e))
	s.eventually("the message to be gone", func() bool { return s.See.Deleted(ref) })
	if s.See.Deleted(keptRef) {
		s.Error("another message of the member is gone too")
	}
}

func (s *stage) mute() {
	s.open()
	if !s.claimed(chat.Mute) {
		return
	}
	s.need(part{"See.Muted", s.See.Muted != nil})
	e, _ := s.said(s.Member, s.text("spam"))
	a := s.action(chat.Mute, e)
	receipt := s.do(a)
	s.eventually("the member to be mute", func() bool { return s.See.Muted(s.Member) })
	if s.See.Muted(s.Other) {
		s.Error("another member is mute too")
	}
	s.muteEnds(a, receipt)
	s.do(s.action(chat.Unmute, e))
	s.eventually("the member to have their voice back", func() bool { return !s.See.Muted(s.Member) })
	s.said(s.Member, s.text("I can speak again"))
}

// muteEnds checks that the receipt says who must lift the mute, and when.
func (s *stage) muteEnds(a chat.Action, r chat.Receipt) {
	s.Helper()
	c := s.Adapter.Capabilities(s.Chat)
	if c.Mute == chat.MuteUntimed {
		if !r.Until.IsZero() {
			s.Errorf("the platform does not lift mutes, but the receipt says it will at %s", r.Until)
		}
		return
	}
	want := time.Now().Add(c.ClampMute(a.For))
	if d := r.Until.Sub(want); d < -time.Minute || d > time.Minute {
		s.Errorf("the receipt says that the mute ends at %s, want about %s", r.Until, want)
	}
}

func (s *stage) remove() {
	s.open()
	if !s.claimed(chat.Remove) {
		return
	}
	s.need(part{"See.Present", s.See.Present != nil}, part{"Join", s.Join != nil})
	e, _ := s.said(s.Member, s.text("spam"))
	s.do(s.action(chat.Remove, e))
	s.eventually("the member to be out", func() bool { return !s.See.Present(s.Member) })
	if !s.See.Present(s.Other) {
		s.Error("another member is out too")
	}
	s.Join(s.Member)
	s.eventually("a removed member to be able to come back", func() bool { return s.See.Present(s.Member) })
}

func (s *stage) ban() {
	s.open()
	if !s.claimed(chat.Ban) {
		return
	}
	s.need(part{"See.Present", s.See.Present != nil}, part{"See.Banned", s.See.Banned != nil})
	e, _ := s.said(s.Member, s.text("spam"))
	s.do(s.action(chat.Ban, e))
	s.eventually("the member to be out and banned", func() bool { return !s.See.Present(s.Member) && s.See.Banned(s.Member) })
	if s.See.Banned(s.Other) || !s.See.Present(s.Other) {
		s.Error("another member is banned or out too")
	}
	if !s.claimed(chat.Unban) {
		return
	}
	s.need(part{"Join", s.Join != nil})
	s.do(s.action(chat.Unban, e))
	s.eventually("the ban to be lifted", func() bool { return !s.See.Banned(s.Member) })
	s.Join(s.Member)
	s.eventually("the member to be able to come back", func() bool { return s.See.Present(s.Member) })
}

// twice: an action that is done again, as after a crash, does no more harm. The
// second time it may find nothing left to do. Two notices are the most.
func (s *stage) twice() {
	s.open()
	e, _ := s.said(s.Member, s.text("spam"))
	for _, v := range allVerbs() {
		if !s.Adapter.Capabilities(s.Chat).Can(v) {
			continue
		}
		a := s.action(v, e)
		s.do(a)
		if _, err := s.try(s.Adapter, a); err != nil && chat.KindOf(err) != chat.NotFound {
			s.Errorf("%s done twice: %v", v, err)
		}
		s.sameAfterTwice(a)
		if v == chat.Remove && s.Join != nil {
			s.Join(s.Member)
			s.eventually("the member to be back", func() bool { return s.See.Present(s.Member) })
		}
	}
}

func (s *stage) sameAfterTwice(a chat.Action) {
	s.Helper()
	switch a.Verb {
	case chat.Warn:
		s.eventually("the notice", func() bool { return s.posted(a.Text) > 0 })
		if n := s.posted(a.Text); n > 2 {
			s.Errorf("a notice asked for twice was posted %d times", n)
		}
	case chat.Mute:
		s.eventually("the member to stay mute", func() bool { return s.See.Muted(s.Member) })
	case chat.Unmute:
		s.eventually("one lifting to undo both mutes", func() bool { return !s.See.Muted(s.Member) })
	case chat.Remove:
		s.eventually("the member to be out", func() bool { return !s.See.Present(s.Member) })
	case chat.Ban:
		s.eventually("the member to stay banned", func() bool { return s.See.Banned(s.Member) })
	case chat.Unban:
		s.eventually("one lifting to undo both bans", func() bool { return !s.See.Banned(s.Member) })
	}
}

// unclaimed: what can't be done is refused as such, so that the ladder's next
// step is tried and nobody is told that something was done.
func (s *stage) unclaimed() {
	s.open()
	e, _ := s.said(s.Member, s.text("spam"))
	for _, v := range allVerbs() {
		if !s.Adapter.Capabilities(s.Chat).Can(v) {
			s.refused(s.action(v, e), chat.Unsupported)
		}
	}
}

func (s *stage) unknownVerb() {
	s.open()
	e, _ := s.said(s.Member, s.text("spam"))
	s.refused(s.action("applaud", e), chat.Unsupported)
}

// unknownChat: Capabilities answers for any chat, known or not, at once.
func (s *stage) unknownChat() {
	s.Adapter.Capabilities("no such chat") // before Run
	s.open()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Adapter.Capabilities("no such chat")
		s.Adapter.Capabilities("")
	}()
	select {
	case <-done:
	case <-time.After(s.harness.Patience):
		s.Fatal("Capabilities blocks for a chat that it does not know")
	}
}

// roster: an adapter that can look members up tells the truth about them.
func (s *stage) roster() {
	roster, ok := s.Adapter.(chat.Roster)
	if !ok {
		s.Log("the adapter can't look members up")
		return
	}
	s.open()
	ctx, cancel := context.WithTimeout(context.Background(), s.harness.Patience)
	defer cancel()
	e, _ := s.said(s.Member, s.text("here"))
	m, err := roster.Member(ctx, s.Chat, e.Author.ID)
	if err != nil || m.ID != e.Author.ID || m.Role.Untouchable() {
		s.Errorf("the member is %+v, %v; want an ordinary member %q", m, err, e.Author.ID)
	}
	if s.Admin != "" {
		e, _ := s.said(s.Admin, s.text("here too"))
		if m, err := roster.Member(ctx, s.Chat, e.Author.ID); err != nil || !m.Role.Untouchable() {
			s.Errorf("the admin is %+v, %v", m, err)
		}
	}
	if _, err := roster.Member(ctx, s.Chat, "999999999"); chat.KindOf(err) != chat.NotFound {
		s.Errorf("somebody who is not there: %v, want not_found", err)
	} else {
		s.wellFormed("look-up", err)
	}
}

// refused carries a out, which must fail with the given kind.
func (s *stage) refused(a chat.Action, kind chat.ErrorKind) {
	s.Helper()
	_, err := s.try(s.Adapter, a)
	if err == nil {
		s.Errorf("%s was said to be done, want it refused as %s", a.Verb, kind)
	} else if chat.KindOf(err) != kind {
		s.Errorf("%s: %v (%s), want it refused as %s", a.Verb, err, chat.KindOf(err), kind)
	}
}

// wellFormed checks that an error of Do is what the contract says.
func (s *stage) wellFormed(v chat.Verb, err error) {
	s.Helper()
	if err == nil {
		return
	}
	e, ok := errors.AsType[*chat.Error](err)
	if !ok {
		s.Errorf("%s failed with %T, want *chat.Error: %v", v, err, err)
	} else if e.Op == "" {
		s.Errorf("%s failed without saying what was tried: %v", v, err)
	} else if e.After != 0 && e.Kind != chat.RateLimited {
		s.Errorf("%s failed with After although it is %s: %v", v, e.Kind, err)
	}
}

// errorChecks are one check for each kind of error that a platform may produce.
func errorChecks() []check {
	var all []check
	for _, k := range []chat.ErrorKind{chat.Transient, chat.RateLimited, chat.Forbidden, chat.NotFound, chat.Other} {
		all = append(all, check{
			name:  "error " + k.String(),
			needs: func(r Rig) string { return firstMissing(part{"Failing[" + k.String() + "]", r.Failing[k] != nil}) },
			run: func(s *stage) {
				s.open()
				s.said(s.Member, s.text("here"))
				a := s.Failing[k]()
				if a.Key == "" {
					a.Key = s.key()
				}
				if !slices.Contains(allVerbs(), a.Verb) {
					s.Fatalf("Failing returned the verb %q", a.Verb)
				}
				s.refused(a, k)
			},
		})
	}
	return all
}
