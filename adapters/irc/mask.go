package irc

import "strings"

// mask is one entry of a channel's lists.
type mask struct {
	mode byte // b or q
	text string
}

// masks builds the entries that stand for a member's id.
type masks struct {
	server *server
	style  Style
	byHost bool // *!*@host in place of *!user@host
}

// valid reports whether id is one of ours: it could be sent as it is.
func validID(id string) bool {
	if strings.ContainsFunc(id, func(r rune) bool { return r <= ' ' || r == 0x7f || r == ',' }) {
		return false
	}
	if account, ok := strings.CutPrefix(id, accountPrefix); ok {
		return account != ""
	}
	user, host, ok := strings.Cut(id, "@")
	return ok && user != "" && host != ""
}

// who matches the member, in the form that all lists share. nick is what the
// mask begins with.
func (m masks) who(id, nick string) string {
	if account, ok := strings.CutPrefix(id, accountPrefix); ok {
		return m.server.accountExtban() + literal(account)
	}
	user, host, _ := strings.Cut(id, "@")
	if m.byHost {
		user = "*"
	} else {
		user = literal(user)
	}
	return nick + "!" + user + "@" + literal(host)
}

// literal is s without a star that would match what s is not.
func literal(s string) string { return strings.ReplaceAll(s, "*", "?") }

// ban keeps the member out.
func (m masks) ban(id string) mask { return mask{'b', m.who(id, "*")} }

// mute takes the member's voice.
func (m masks) mute(id string) mask {
	switch m.style {
	case StyleQuiet:
		return mask{'q', m.who(id, "*")}
	case StyleBan:
		return mask{'b', m.who(id, "?*")}
	}
	return mask{'b', m.server.muteExtban() + m.who(id, "*")}
}

// covers reports whether a plain entry of a list matches nick!user@host. Extbans
// other than a mute are not understood, and do not match.
func covers(entry, muteExtban, who string) bool {
	if muteExtban != "" {
		entry = strings.TrimPrefix(entry, muteExtban)
	}
	return strings.Contains(entry, "!") && wild(foldASCII(entry), foldASCII(who))
}

// wild reports whether pattern, in which * is any text and ? any one byte,
// matches all of s.
func wild(pattern, s string) bool {
	star, retry := -1, 0
	p, i := 0, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			retry++
			p, i = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
