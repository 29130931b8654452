package chattest

import (
	"time"

	"patrol/adapters/chat"
)

func eventChecks() []check {
	return []check{
		{"message", nothing, (*stage).message},
		{"text", nothing, (*stage).exactText},
		{"order", nothing, (*stage).order},
		{"authors", nothing, (*stage).authors},
		{"roles", func(r Rig) string { return firstMissing(part{"Admin", r.Admin != ""}) }, (*stage).roles},
		{"own messages", func(r Rig) string { return firstMissing(part{"SayAsBot", r.SayAsBot != nil}) }, (*stage).ownMessages},
		{"edit", func(r Rig) string { return firstMissing(part{"Edit", r.Edit != nil}) }, (*stage).edit},
		{"join", func(r Rig) string {
			return firstMissing(part{"Join", r.Join != nil}, part{"Leave", r.Leave != nil})
		}, (*stage).join},
		{"leave", func(r Rig) string { return firstMissing(part{"Leave", r.Leave != nil}) }, (*stage).leave},
	}
}

// message: a message arrives once, with all that an event must have.
func (s *stage) message() {
	began := time.Now()
	s.open()
	text := s.text("hello 大家好")
	e, _ := s.said(s.Member, text)
	s.complete(e, began)
	if e.Message.ID == "" && s.Adapter.Capabilities(s.Chat).Delete {
		s.Error("the message has no id, so the Delete that is claimed could never name it")
	}
	s.said(s.Member, s.text("after"))
	n := 0
	for _, d := range s.delivered() {
		if d.ID == e.ID {
			n++
		}
	}
	if n != 1 {
		s.Errorf("one message was delivered %d times", n)
	}
}

// complete checks what every event must have.
func (s *stage) complete(e chat.Event, began time.Time) {
	s.Helper()
	for _, p := range []part{
		{"ID", e.ID != ""}, {"Kind", e.Kind != ""}, {"Platform", e.Platform != ""}, {"Author.ID", e.Author.ID != ""},
		{"Time", !e.Time.IsZero()},
	} {
		if !p.there {
			s.Errorf("a %q event has no %s: %+v", e.Kind, p.name, e)
		}
	}
	if e.Chat != s.Chat {
		s.Errorf("the event is from chat %q, want %q", e.Chat, s.Chat)
	}
	// Platforms stamp whole seconds, and their clocks are not ours.
	if e.Time.Before(began.Add(-time.Minute)) {
		s.Errorf("the event is of %s, but was caused after %s", e.Time, began)
	}
	if e.Time.After(time.Now()) {
		s.Errorf("the event is of %s, in the future: clamp it", e.Time)
	}
	if e.Author.Role != "" && e.Author.Role != chat.RoleMember && !e.Author.Role.Untouchable() {
		s.Errorf("the author has the unknown role %q", e.Author.Role)
	}
}

// hostileText is one line that looks like every platform's markup at once.
const hostileText = `a&amp;b [CQ:at,qq=all] <@1> **x** \n "q" 加微信 ＶＸ 🐢 é %s {0} &#91;`

// exactText: what a member wrote arrives to the letter.
func (s *stage) exactText() {
	s.open()
	s.said(s.Member, hostileText)
}

// order: messages of a chat arrive in the order in which they were said.
func (s *stage) order() {
	s.open()
	var texts []string
	for range 20 {
		texts = append(texts, s.text("line"))
		s.Say(s.Member, texts[len(texts)-1])
	}
	s.heard("the last of 20 lines", messageWith(texts[19]))
	s.sameOrder(texts)
}

// sameOrder checks that texts were delivered, each once, in order.
func (s *stage) sameOrder(texts []string) {
	s.Helper()
	want := 0
	seen := map[string]bool{}
	for _, e := range s.delivered() {
		if e.Kind != chat.KindMessage || seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		if want < len(texts) && e.Message.Text == texts[want] {
			want++
		}
	}
	if want != len(texts) {
		s.Errorf("only %d of %d messages came in the order in which they were said; missing or late: %q", want, len(texts), texts[want])
	}
}

// authors: a member keeps one id, and no two share one.
func (s *stage) authors() {
	s.open()
	first, _ := s.said(s.Member, s.text("one"))
	again, _ := s.said(s.Member, s.text("two"))
	other, _ := s.said(s.Other, s.text("three"))
	if first.Author.ID != again.Author.ID {
		s.Errorf("one member has the ids %q and %q", first.Author.ID, again.Author.ID)
	}
	if first.Author.ID == other.Author.ID {
		s.Errorf("two members share the id %q", other.Author.ID)
	}
	if first.ID == again.ID || first.ID == other.ID {
		s.Errorf("two messages share the event id %q", first.ID)
	}
	if first.Author.Role.Untouchable() {
		s.Errorf("an ordinary member has the role %q", first.Author.Role)
	}
}

// roles: nobody may act on an admin, so their messages must say what they are.
func (s *stage) roles() {
	s.open()
	e, _ := s.said(s.Admin, s.text("I am in charge"))
	if e.Author.Role != chat.RoleAdmin && e.Author.Role != chat.RoleOwner {
		s.Errorf("an admin's message has the role %q", e.Author.Role)
	}
}

// ownMessages: the bot must know itself, or it would moderate its own notices.
func (s *stage) ownMessages() {
	s.open()
	own := s.text("a notice of my own")
	s.SayAsBot(own)
	s.said(s.Member, s.text("after"))
	for _, e := range s.delivered() {
		if e.Message.Text == own && e.Author.Role != chat.RoleSelf {
			s.Errorf("the bot's own message was delivered with the role %q", e.Author.Role)
		}
	}
}

// edit: new text for an old message arrives as what it is.
func (s *stage) edit() {
	s.open()
	if !s.Adapter.Capabilities(s.Chat).Edits {
		s.Error("the platform has edits, but Capabilities.Edits is false")
	}
	old, ref := s.said(s.Member, s.text("innocent"))
	text := s.text("changed")
	s.Edit(s.Member, ref, text)
	e := s.heard("the edit", func(e chat.Event) bool { return e.Kind == chat.KindEdit && e.Message.Text == text })
	if e.Message.ID != old.Message.ID {
		s.Errorf("the edit is of message %q, want %q", e.Message.ID, old.Message.ID)
	}
	if e.ID == old.ID {
		s.Error("the edit has the event id of the message, so it would be taken for a redelivery")
	}
}

// join: somebody who comes in is announced.
func (s *stage) join() {
	began := time.Now()
	s.open()
	old, _ := s.said(s.Member, s.text("here"))
	s.Leave(s.Member)
	s.Join(s.Member)
	e := s.heard("the join", func(e chat.Event) bool { return e.Kind == chat.KindJoin && e.Author.ID == old.Author.ID })
	s.complete(e, began)
}

// leave: somebody who goes is announced.
func (s *stage) leave() {
	began := time.Now()
	s.open()
	old, _ := s.said(s.Member, s.text("here"))
	s.Leave(s.Member)
	e := s.heard("the leave", func(e chat.Event) bool { return e.Kind == chat.KindLeave && e.Author.ID == old.Author.ID })
	s.complete(e, began)
}
