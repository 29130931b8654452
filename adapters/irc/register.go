package irc

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/lrstanley/girc"
)

const (
	capRedaction = "draft/message-redaction"
	capEcho      = "echo-message"
	maxNickTries = 8
)

// wanted are the capabilities that change what we see, besides sasl.
func wanted() []string {
	return []string{
		"account-notify", "account-tag", "chghost", capEcho, "extended-join", "message-tags", "multi-prefix",
		"server-time", "userhost-in-names", capRedaction,
	}
}

// refusal is the server's word that it does not want us: trying again will not
// help unless somebody changes something.
type refusal struct{ why string }

func (r *refusal) Error() string { return "the server refuses us: " + r.why }

var errNoSASL = errors.New("the server offers no SASL login now")

// entry is the state of a registration.
type entry struct {
	offered   []string // by CAP LS
	open      int      // CAP REQ not answered yet
	sasl      bool     // logged in
	nickTries int
	refused   error  // why we were not let in
	farewell  string // the text of ERROR
}

// register says who we are. The rest of it answers the server's lines.
func (s *session) register() {
	c := s.config
	if c.Password != "" {
		_ = s.link.send(girc.PASS, string(c.Password))
	}
	_ = s.link.send(girc.CAP, girc.CAP_LS, "302")
	_ = s.link.send(girc.NICK, c.Nick)
	_ = s.link.send(girc.USER, c.User, "0", "*", c.RealName)
}

// refuse ends the session for a reason that another try will not change. mu is held.
func (s *session) refuse(e *girc.Event) {
	if s.registered || s.entry.refused != nil {
		return
	}
	s.entry.refused = &refusal{fmt.Sprintf("%s %s", e.Command, e.Last())}
	s.link.close(s.entry.refused)
}

// admission handles the lines of a registration. mu is held.
func (s *session) admission(e *girc.Event) {
	switch e.Command {
	case girc.CAP:
		s.negotiate(e)
	case girc.AUTHENTICATE:
		s.authenticate(e)
	case girc.RPL_SASLSUCCESS, girc.ERR_SASLALREADY:
		s.entry.sasl = true
		_ = s.link.send(girc.CAP, girc.CAP_END)
	case girc.ERR_PASSWDMISMATCH, girc.ERR_YOUREBANNEDCREEP, girc.RPL_NICKLOCKED, girc.ERR_SASLFAIL, girc.ERR_SASLTOOLONG, girc.ERR_SASLABORTED:
		s.refuse(e)
	case girc.RPL_WELCOME:
		s.welcome(e)
	case girc.RPL_MYINFO:
		if len(e.Params) > 2 {
			s.server.version = e.Params[2]
		}
	case girc.RPL_ISUPPORT:
		if len(e.Params) > 2 {
			s.server.learn(e.Params[1 : len(e.Params)-1])
		}
	case girc.RPL_ENDOFMOTD, girc.ERR_NOMOTD:
		s.settle()
	case girc.ERR_NICKNAMEINUSE, girc.ERR_NICKCOLLISION, girc.ERR_UNAVAILRESOURCE, girc.ERR_ERRONEUSNICKNAME:
		s.nickTaken(e)
	case girc.ERROR:
		s.entry.farewell = e.Last()
	}
}

// negotiate asks for each capability by itself, so that a server that refuses one
// still grants the others.
func (s *session) negotiate(e *girc.Event) {
	if len(e.Params) < 3 {
		return
	}
	names := strings.Fields(e.Last())
	switch e.Params[1] {
	case girc.CAP_LS:
		s.entry.offered = append(s.entry.offered, names...)
		if !s.registered && e.Params[2] != "*" {
			s.request()
		}
	case girc.CAP_ACK, girc.CAP_NAK:
		for _, name := range names {
			s.server.caps[strings.TrimPrefix(name, "-")] = e.Params[1] == girc.CAP_ACK && name[0] != '-'
		}
		if s.entry.open--; s.entry.open == 0 && !s.registered {
			s.endNegotiation()
		}
	case girc.CAP_DEL:
		for _, name := range names {
			delete(s.server.caps, name)
		}
	}
}

func (s *session) request() {
	want := wanted()
	if s.config.SASL.Mechanism != "" {
		want = append(want, "sasl")
	}
	var ask []string
	for _, offer := range s.entry.offered {
		name, _, _ := strings.Cut(offer, "=")
		if slices.Contains(want, name) && !slices.Contains(ask, name) {
			ask = append(ask, name)
		}
	}
	s.entry.open = len(ask)
	for _, name := range ask {
		_ = s.link.send(girc.CAP, girc.CAP_REQ, name)
	}
	if len(ask) == 0 {
		s.endNegotiation()
	}
}

func (s *session) endNegotiation() {
	switch {
	case s.config.SASL.Mechanism == "":
		_ = s.link.send(girc.CAP, girc.CAP_END)
	case s.server.caps["sasl"]:
		_ = s.link.send(girc.AUTHENTICATE, s.mechanism().Method())
	default:
		s.link.close(errNoSASL)
	}
}

func (s *session) mechanism() girc.SASLMech {
	if strings.EqualFold(s.config.SASL.Mechanism, "external") {
		return &girc.SASLExternal{}
	}
	return &girc.SASLPlain{User: s.config.SASL.User, Pass: string(s.config.SASL.Password)}
}

// saslChunk is the longest part of an answer that AUTHENTICATE carries (IRCv3 sasl-3.1).
const saslChunk = 400

func (s *session) authenticate(e *girc.Event) {
	if s.config.SASL.Mechanism == "" || s.entry.sasl {
		return
	}
	answer := s.mechanism().Encode(e.Params)
	for len(answer) >= saslChunk {
		_ = s.link.send(girc.AUTHENTICATE, answer[:saslChunk])
		answer = answer[saslChunk:]
	}
	if answer == "" {
		answer = "+"
	}
	_ = s.link.send(girc.AUTHENTICATE, answer)
}

func (s *session) welcome(e *girc.Event) {
	if s.config.SASL.Mechanism != "" && !s.entry.sasl {
		s.link.close(errNoSASL)
		return
	}
	if len(e.Params) > 0 {
		s.roster.self = e.Params[0]
	}
}

// settle ends registration: the server has told all about itself.
func (s *session) settle() {
	if s.registered {
		return
	}
	s.registered = true
	s.regained = s.began
	s.roster.refold()
	if n := s.config.NickServ; n.Password != "" {
		s.identify(n)
	}
	if s.server.muteExtban() != "" {
		// Without parameters it does nothing, but tells whether it is there.
		_ = s.link.send(commandTBAN)
	}
	s.chooseMasks()
	s.accepted(s)
	for _, x := range s.roster.rooms {
		s.join(x)
	}
}

func (s *session) identify(n NickServ) {
	words := "IDENTIFY "
	if n.Account != "" {
		words += n.Account + " "
	}
	_ = s.link.send(girc.PRIVMSG, "NickServ", words+string(n.Password))
}

// chooseMasks decides how members are named and muted on this server. Where a
// plain ban mutes, a ban and a mute of an account could not be told apart, so
// members are named by address.
func (s *session) chooseMasks() {
	s.masks = masks{server: &s.server, style: s.server.style(s.config.Mute), byHost: s.config.BanBy == "host"}
	s.roster.byAcct = s.server.accountExtban() != "" && s.masks.style != StyleBan
}

// nickTaken tries another nick while we have none. A nick that is asked for again
// later is not urgent.
func (s *session) nickTaken(e *girc.Event) {
	if s.registered {
		if len(e.Params) > 1 {
			s.notAdmitted(e.Params[1]) // 437 is also about channels
		}
		return
	}
	if e.Command == girc.ERR_ERRONEUSNICKNAME && s.entry.nickTries == 0 {
		s.refuse(e)
		return
	}
	if s.entry.nickTries++; s.entry.nickTries > maxNickTries {
		s.link.close(fmt.Errorf("no nick is free: %s", e.Last()))
		return
	}
	s.roster.self = s.otherNick()
	_ = s.link.send(girc.NICK, s.roster.self)
}

// otherNick is the nick with _ behind it, and then with a number in place of its
// end, because servers allow as few as nine letters (RFC 1459 section 1.2).
func (s *session) otherNick() string {
	if s.entry.nickTries == 1 {
		return s.config.Nick + "_"
	}
	return fmt.Sprintf("%.6s%03d", s.config.Nick, rand.IntN(1000))
}
