package irc

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

// whispered is the event of a PRIVMSG to us alone; ok is false for anything else. A
// NOTICE is no question: bots that answer those answer each other for ever.
func (s *session) whispered(e *girc.Event) (m chat.Event, ok bool) {
	if e.Command != girc.PRIVMSG || len(e.Params) < 2 || e.Source == nil || !e.Source.IsHostmask() || !s.roster.isSelf(e.Params[0]) || s.roster.isSelf(e.Source.Name) {
		return m, false
	}
	text, ok := spoken(e.Last())
	if !ok {
		return m, false
	}
	p := s.speaker(e)
	m = chat.Event{
		ID: s.stamp.next(), Kind: chat.KindDirect, Platform: s.config.Platform, Time: sentAt(e, time.Now()),
		Author: chat.Member{ID: s.roster.id(p), Name: p.nick}, Message: chat.Message{Text: text},
	}
	return m, m.Author.ID != ""
}

// Tell sends a member a NOTICE. They are found by their id where we see them in a
// channel, and by their name else.
func (a *Adapter) Tell(ctx context.Context, _ string, to chat.Member, text string) error {
	const op = girc.NOTICE
	ctx, cancel := context.WithTimeout(ctx, confirmLimit)
	defer cancel()
	s := a.current()
	if s == nil {
		return broken(op, errOffline)
	}
	nick := s.nickOf(to)
	if nick == "" || strings.ContainsFunc(nick, notInNick) {
		return &chat.Error{Op: op, Kind: chat.NotFound, Err: errors.New("nobody of that id is seen")}
	}
	for _, text := range s.notice(nick, "", text) {
		if err := a.paced(ctx, op); err != nil {
			return err
		}
		if err := s.told(ctx, nick, text); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) told(ctx context.Context, nick, text string) error {
	if err := s.begin(ctx); err != nil {
		return broken(girc.NOTICE, err)
	}
	defer s.finish()
	heard, err := s.ask(ctx, line{girc.NOTICE, nick, text})
	if err != nil {
		return broken(girc.NOTICE, err)
	}
	return fault(girc.NOTICE, heard)
}

// nickOf is what the member is called now. Somebody else who has taken their name
// is not told what is for them.
func (s *session) nickOf(m chat.Member) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.roster.person(m.Name); p != nil && s.roster.is(p, m.ID) {
		return p.nick
	}
	for _, p := range s.roster.persons {
		if s.roster.is(p, m.ID) {
			return p.nick
		}
	}
	if s.roster.person(m.Name) != nil {
		return ""
	}
	return m.Name
}

// Members is how many are in a channel of ours, as far as the server has told.
func (a *Adapter) Members(room string) int {
	s := a.current()
	if s == nil {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.roster.room(room)
	if x == nil {
		return 0
	}
	return len(x.members)
}
