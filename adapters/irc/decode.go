package irc

import (
	"strconv"
	"strings"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

// spoken is what a PRIVMSG or NOTICE says; ok is false for a request or answer
// between clients (CTCP) that is not an action. Clients show an action whose
// closing \x01 is missing, so that is one.
func spoken(raw string) (text string, ok bool) {
	if rest, ctcp := strings.CutPrefix(raw, "\x01"); ctcp {
		command, words, _ := strings.Cut(strings.TrimSuffix(rest, "\x01"), " ")
		if !strings.EqualFold(command, girc.CTCP_ACTION) {
			return "", false
		}
		raw = words
	}
	return unformatted(raw), true
}

// unformatted is s without the codes that clients show as bold, italics, colour
// and so on (modern.ircdocs.horse/formatting).
func unformatted(s string) string {
	if !strings.ContainsAny(s, "\x02\x03\x04\x0f\x11\x16\x1d\x1e\x1f") {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case 0x02, 0x0f, 0x11, 0x16, 0x1d, 0x1e, 0x1f:
		case 0x03:
			i += colours(s[i+1:], 1, 2, isDigit)
		case 0x04:
			i += colours(s[i+1:], 6, 6, isHex)
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// colours is the length of a foreground, and perhaps a comma and a background, at
// the start of s, each of least to most signs.
func colours(s string, least, most int, sign func(byte) bool) int {
	length := func(s string) int {
		n := 0
		for n < len(s) && n < most && sign(s[n]) {
			n++
		}
		if n < least {
			return 0
		}
		return n
	}
	n := length(s)
	if n > 0 && n < len(s) && s[n] == ',' {
		if m := length(s[n+1:]); m > 0 {
			n += 1 + m
		}
	}
	return n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isHex(c byte) bool { return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F' }

// tag is the value of a message tag, decoded. girc decodes while it parses, and
// once more in its Get, which would be once too often.
func tag(e *girc.Event, key string) string { return e.Tags[key] }

// sentAt is the server's time of e (IRCv3 server-time), never later than now.
func sentAt(e *girc.Event, now time.Time) time.Time {
	t, err := time.Parse(time.RFC3339Nano, tag(e, "time"))
	if err != nil || t.After(now) {
		return now
	}
	return t
}

// stamp makes ids for events that have none of their own.
type stamp struct {
	stem string
	n    uint64
}

// newStamp makes ids that no other connection's stamp makes: it holds the time
// at which this one began.
func newStamp(began time.Time) stamp {
	return stamp{stem: strconv.FormatInt(began.UnixNano(), 36)}
}

func (s *stamp) next() string {
	s.n++
	return s.stem + "-" + strconv.FormatUint(s.n, 36)
}

// event fills in what all events have.
func (s *session) event(kind chat.Kind, e *girc.Event, x *room, p *person) chat.Event {
	return chat.Event{
		ID: s.stamp.next(), Kind: kind, Platform: s.config.Platform, Chat: x.name,
		Author: s.roster.member(x, p), Time: sentAt(e, time.Now()),
	}
}

// ifKnown is e alone, or nothing where its author could not be named: a member
// who goes before the server has told their address.
func ifKnown(e chat.Event) []chat.Event {
	if e.Author.ID == "" {
		return nil
	}
	return []chat.Event{e}
}

// message is the event of a PRIVMSG or NOTICE to a channel of ours; ok is false
// for anything else.
func (s *session) message(e *girc.Event) (m chat.Event, ok bool) {
	if len(e.Params) < 2 || e.Source == nil || !e.Source.IsHostmask() {
		return m, false // a server speaks, not a member
	}
	name, ok := s.server.channel(e.Params[0])
	x := s.roster.room(name)
	if !ok || x == nil {
		return m, false
	}
	text, ok := spoken(e.Last())
	if !ok {
		return m, false
	}
	p := s.speaker(e)
	m = s.event(chat.KindMessage, e, x, p)
	if id := tag(e, "msgid"); id != "" {
		m.ID = id
	}
	m.Message = chat.Message{ID: m.ID, Text: text, ReplyTo: tag(e, "+draft/reply"), Mentions: s.roster.mentions(x, text)}
	return m, true
}

// speaker is who sent e. Somebody who speaks from outside is not kept.
func (s *session) speaker(e *girc.Event) *person {
	p := s.roster.person(e.Source.Name)
	if p == nil {
		p = &person{}
	}
	p.nick = e.Source.Name
	p.moved(e.Source.Ident, e.Source.Host)
	if s.server.caps["account-tag"] {
		p.account = tag(e, "account")
	}
	return p
}
