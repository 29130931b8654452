package irc

import (
	"strings"
	"unicode/utf8"

	"github.com/lrstanley/girc"
)

// maxNameBytes bounds the name that a warning is addressed to; nicks are shorter.
const maxNameBytes = 64

// maxNoticeLines bounds how many lines one warning takes; the rest is cut.
const maxNoticeLines = 4

// notice is text as lines to a channel, each short enough to be relayed whole and
// each addressed to name. None begins with a sign that some bot or service could
// take for a command of ours: text quotes people whom nobody should obey.
func (s *session) notice(room, name, text string) []string {
	text = visible(text)
	prefix := "→ "
	if name = cut(visible(name), maxNameBytes); name != "" {
		prefix = strings.ReplaceAll(name, " ", "_") + ": "
		text = unaddressed(text, name)
	}
	room = girc.PRIVMSG + " " + room + " :"
	space := maxLine - len("\r\n") - s.prefixLength() - len(encode(room+prefix, s.charset))
	var lines []string
	for rest := text; rest != "" && len(lines) < maxNoticeLines; {
		var part string
		part, rest = s.split(rest, max(space, utf8.UTFMax))
		lines = append(lines, prefix+part)
	}
	return lines
}

// unaddressed is text without the name that it begins with: the line has it already.
func unaddressed(text, name string) string {
	rest, addressed := strings.CutPrefix(text, name)
	bare := strings.TrimLeft(rest, ",:，： ")
	if !addressed || bare == "" || bare == rest {
		return text
	}
	return bare
}

// prefixLength is how long the source is that the server puts before what we say.
func (s *session) prefixLength() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	user, host := s.server.number("USERLEN", 18), s.server.number("HOSTLEN", 63)
	if p := s.roster.person(s.roster.self); p != nil && p.host != "" {
		user, host = len(p.user), len(p.host)
	}
	return len(":!@ ") + max(len(s.roster.self), len(s.config.Nick)) + user + host
}

// split takes a part of at most space bytes, as they are sent, off text, between
// words where that costs less than a third of the line.
func (s *session) split(text string, space int) (part, rest string) {
	end, used := 0, 0
	for i, r := range text {
		n := utf8.RuneLen(r)
		if s.charset != nil {
			n = len(encode(string(r), s.charset))
		}
		if used+n > space {
			break
		}
		used += n
		end = i + utf8.RuneLen(r)
	}
	if end == len(text) {
		return text, ""
	}
	if gap := strings.LastIndexByte(text[:end], ' '); gap > end*2/3 {
		end = gap
	}
	return strings.TrimRight(text[:end], " "), strings.TrimLeft(text[end:], " ")
}

// visible is s on one line, without control characters: no CR LF that would begin
// a message of its own, no \x01 that would make a request of it, no colours.
func visible(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\u2028' || r == '\u2029' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return strings.TrimSpace(s)
}

// cut is s with at most n bytes, on a rune boundary.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
