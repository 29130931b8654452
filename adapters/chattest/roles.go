package chattest

import (
	"context"
	"strings"
	"time"

	"patrol/adapters/chat"
)

// directMessages lets a member and the bot write to each other alone.
func (s *stage) directMessages() {
	messenger, ok := s.Adapter.(chat.Messenger)
	if !ok {
		s.Log("the platform has no direct messages")
		return
	}
	s.need(part{"Whisper", s.Whisper != nil}, part{"See.Told", s.See.Told != nil})
	s.open()
	spoken, _ := s.said(s.Member, s.text("here"))
	text := s.text("申诉 appeal")
	s.Whisper(s.Member, text)
	e := s.heard("a direct message", func(e chat.Event) bool { return e.Kind == chat.KindDirect && e.Message.Text == text })
	if e.Author.ID != spoken.Author.ID || e.Author.ID == "" || e.Chat != "" || e.ID == "" || e.Time.IsZero() {
		s.Errorf("the direct message is %+v; want author %q, no chat, an id and a time", e, spoken.Author.ID)
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.harness.Patience)
	defer cancel()
	answer := s.text("收到 received")
	if err := messenger.Tell(ctx, "", e.Author, answer); err != nil {
		s.Fatalf("Tell: %v", err)
	}
	s.eventually("the member to be told", func() bool { return holdsText(s.See.Told(s.Member), answer) })
	if holdsText(s.See.Told(s.Other), answer) || s.See.Notices != nil && holdsText(s.See.Notices(), answer) {
		s.Error("what was for one member alone is seen by others")
	}
}

func holdsText(texts []string, part string) bool {
	for _, text := range texts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// census counts at least the people of the Rig and the bot.
func (s *stage) census() {
	census, ok := s.Adapter.(chat.Census)
	if !ok {
		s.Log("the adapter does not know how large a chat is")
		return
	}
	s.open()
	s.eventually("the members to be counted", func() bool { return census.Members(s.Chat) >= 3 })
	if n := census.Members("999999999"); n != 0 {
		s.Errorf("a chat that there is not has %d members", n)
	}
}

// archive finds a message by its id.
func (s *stage) archive() {
	archive, ok := s.Adapter.(chat.Archive)
	if !ok {
		s.Log("the adapter can't fetch messages")
		return
	}
	s.open()
	e, _ := s.said(s.Member, s.text("find me"))
	ctx, cancel := context.WithTimeout(context.Background(), s.harness.Patience)
	defer cancel()
	got, err := archive.Message(ctx, s.Chat, e.Message.ID)
	if err != nil || got.Message.Text != e.Message.Text || got.Author.ID != e.Author.ID || got.Time.Sub(e.Time).Abs() > time.Second {
		s.Errorf("found %+v, %v; want %q by %q", got, err, e.Message.Text, e.Author.ID)
	}
	if _, err := archive.Message(ctx, s.Chat, "123456789"); chat.KindOf(err) != chat.NotFound {
		s.Errorf("a message that there is not: %v, want not_found", err)
	}
}
