package irc

import (
	"strconv"
	"strings"
)

// server is what the server said of itself during registration.
type server struct {
	version string            // RPL_MYINFO
	support map[string]string // RPL_ISUPPORT
	caps    map[string]bool   // acknowledged by CAP
	tban    bool              // the command TBAN is there
}

func newServer() server {
	return server{support: map[string]string{}, caps: map[string]bool{}}
}

// learn takes the parameters of an RPL_ISUPPORT without the nick and the final
// remark.
func (s *server) learn(tokens []string) {
	for _, t := range tokens {
		if gone, ok := strings.CutPrefix(t, "-"); ok {
			delete(s.support, gone)
			continue
		}
		key, value, _ := strings.Cut(t, "=")
		s.support[key] = value
	}
}

// fold brings a nick or channel to the form in which the server compares it.
func (s *server) fold(name string) string {
	switch s.support["CASEMAPPING"] {
	case "ascii":
		return foldASCII(name)
	case "", "rfc1459", "rfc1459-strict", "strict-rfc1459":
		return foldRFC1459(name)
	}
	return strings.ToLower(name)
}

func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// foldRFC1459 also takes []\^ for the upper case of {}|~ (RFC 1459 section 2.2).
func foldRFC1459(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= '^' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}

// channel strips a leading status sign (STATUSMSG) from a message's target; ok is
// false where the target is no channel.
func (s *server) channel(target string) (name string, ok bool) {
	types, told := s.support["CHANTYPES"]
	if !told {
		types = "#&"
	}
	name = strings.TrimLeft(target, s.support["STATUSMSG"])
	if name == "" || !strings.ContainsRune(types, rune(name[0])) {
		return "", false
	}
	return name, true
}

// statuses are the modes that members may have, highest first, and their signs.
func (s *server) statuses() (modes, signs string) {
	p, told := s.support["PREFIX"]
	if !told {
		p = "(ov)@+"
	}
	modes, signs, ok := strings.Cut(strings.TrimPrefix(p, "("), ")")
	if !ok || len(modes) != len(signs) {
		return "", ""
	}
	return modes, signs
}

// split takes the status signs off an entry of RPL_NAMREPLY or the flags of a WHO
// reply, and returns them as modes.
func (s *server) split(entry string) (status, rest string) {
	modes, signs := s.statuses()
	for entry != "" {
		i := strings.IndexByte(signs, entry[0])
		if i < 0 {
			break
		}
		status += modes[i : i+1]
		entry = entry[1:]
	}
	return status, entry
}

// rules reports whether status lets its holder act on others: anything above voice.
func (s *server) rules(status string) bool {
	modes, _ := s.statuses()
	ops, _, _ := strings.Cut(modes, "v")
	return strings.ContainsAny(status, ops) && ops != ""
}

// takesParameter reports whether a channel mode has a parameter (ISUPPORT
// CHANMODES: lists, always, only when set, never).
func (s *server) takesParameter(mode byte, set bool) bool {
	if modes, _ := s.statuses(); strings.IndexByte(modes, mode) >= 0 {
		return true
	}
	kinds := strings.SplitN(s.chanModes(), ",", 5)
	for i, kind := range kinds {
		if strings.IndexByte(kind, mode) >= 0 {
			return i < 2 || i == 2 && set
		}
	}
	return false
}

func (s *server) chanModes() string {
	if m, told := s.support["CHANMODES"]; told {
		return m
	}
	return "beI,k,l,imnpst"
}

// hasQuiets reports whether +q is a list of masks, and not a status.
func (s *server) hasQuiets() bool {
	lists, _, _ := strings.Cut(s.chanModes(), ",")
	return strings.Contains(lists, "q")
}

// extban splits ISUPPORT EXTBAN into the sign before an extban and its letters.
func (s *server) extban() (sign, letters string, ok bool) {
	v, told := s.support["EXTBAN"]
	sign, letters, ok = strings.Cut(v, ",")
	return sign, letters, told && ok
}

// muteExtban is what goes before a mask to mute it, "" where the server has no
// such ban. InspIRCd and Ergo have m: without a sign; under UnrealIRCd's sign m
// means something else and q mutes.
func (s *server) muteExtban() string {
	sign, letters, ok := s.extban()
	switch {
	case ok && sign == "" && strings.Contains(letters, "m"):
		return "m:"
	case ok && sign == "~" && strings.Contains(letters, "q"):
		return "~q:"
	}
	return ""
}

// accountExtban is what goes before an account to ban it, "" where the server has
// no such ban: R: on InspIRCd, $a: on Solanum and its kin, ~a: on UnrealIRCd.
func (s *server) accountExtban() string {
	sign, letters, ok := s.extban()
	switch {
	case ok && sign == "" && strings.Contains(letters, "R"):
		return "R:"
	case ok && sign != "" && strings.Contains(letters, "a"):
		return sign + "a:"
	}
	return ""
}

// style is how members are muted where the config asks for want.
func (s *server) style(want Style) Style {
	extban := s.muteExtban() != ""
	switch {
	case want != StyleAuto:
		return want
	case extban && s.tban:
		return StyleTimed
	case extban:
		return StyleExtban
	case s.hasQuiets():
		return StyleQuiet
	case strings.HasPrefix(strings.ToLower(s.version), "ngircd"):
		return StyleBan
	}
	return StyleNone
}

func (s *server) number(key string, otherwise int) int {
	if n, err := strconv.Atoi(s.support[key]); err == nil && n > 0 {
		return n
	}
	return otherwise
}
