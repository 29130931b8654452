package irc

import (
	"strings"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

const (
	commandTBAN    = "TBAN"
	commandAccount = "ACCOUNT"
	commandChgHost = "CHGHOST"
	whoxFields     = "%tcuhnfa" // token, channel, user, host, nick, flags, account
	whoxToken      = "717"
)

// handle takes one line in and returns the events that follow from it, in order.
func (s *session) handle(e *girc.Event) []chat.Event {
	if e.Command == girc.PING {
		_ = s.link.send(girc.PONG, e.Last())
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	events := s.change(e)
	s.overhear(e)
	return events
}

// change brings what we know up to date. mu is held.
func (s *session) change(e *girc.Event) []chat.Event {
	switch e.Command {
	case girc.PRIVMSG, girc.NOTICE:
		if m, ok := s.message(e); ok {
			return []chat.Event{m}
		}
		if m, ok := s.whispered(e); ok {
			return []chat.Event{m}
		}
	case girc.JOIN, girc.PART, girc.KICK, girc.QUIT:
		return s.moves(e)
	case girc.NICK, commandAccount, commandChgHost:
		s.changes(e)
	case girc.MODE:
		s.modes(e)
	case girc.RPL_NAMREPLY, girc.RPL_ENDOFNAMES, girc.RPL_WHOREPLY, girc.RPL_WHOSPCRPL, girc.RPL_ENDOFWHO:
		s.census(e)
	case girc.ERR_CHANNELISFULL, girc.ERR_INVITEONLYCHAN, girc.ERR_BANNEDFROMCHAN, girc.ERR_BADCHANNELKEY, girc.ERR_BADCHANMASK,
		girc.ERR_TOOMANYCHANNELS, girc.ERR_NOSUCHCHANNEL, "477", "489", "520":
		if len(e.Params) > 1 {
			s.notAdmitted(e.Params[1])
		}
	case girc.ERR_UNKNOWNCOMMAND, girc.ERR_NEEDMOREPARAMS:
		s.probed(e)
	default:
		s.admission(e)
	}
	return nil
}

// notAdmitted plans another try to join.
func (s *session) notAdmitted(name string) {
	if x := s.roster.room(name); x != nil && !x.joined {
		s.outside(x)
	}
}

// probed takes the answer to a command without parameters: it is there where the
// server misses them.
func (s *session) probed(e *girc.Event) {
	if len(e.Params) < 2 || !strings.EqualFold(e.Params[1], commandTBAN) || e.Command != girc.ERR_NEEDMOREPARAMS {
		return
	}
	s.server.tban = true
	s.chooseMasks()
	for _, x := range s.roster.rooms {
		if x.joined {
			s.publish(x)
		}
	}
}

// moves handles who comes and goes.
func (s *session) moves(e *girc.Event) []chat.Event {
	if e.Source == nil {
		return nil
	}
	if e.Command == girc.QUIT {
		return s.quits(e)
	}
	if len(e.Params) == 0 {
		return nil
	}
	x := s.roster.room(e.Params[0])
	switch {
	case x == nil:
		return nil
	case e.Command == girc.JOIN:
		return s.joins(e, x)
	case e.Command == girc.PART:
		return s.leaves(e, x, e.Source.Name)
	case len(e.Params) > 1:
		return s.leaves(e, x, e.Params[1])
	}
	return nil
}

func (s *session) joins(e *girc.Event, x *room) []chat.Event {
	if s.roster.isSelf(e.Source.Name) {
		s.roster.empty(x)
		s.roster.enter(x, e.Source, "")
		x.asked = true
		if _, whox := s.server.support["WHOX"]; whox {
			_ = s.link.send(girc.WHO, x.name, whoxFields+","+whoxToken)
		} else {
			_ = s.link.send(girc.WHO, x.name)
		}
		return nil
	}
	p := s.roster.enter(x, e.Source, "")
	if s.server.caps["extended-join"] && len(e.Params) > 1 {
		p.account = account(e.Params[1])
	} else if s.server.caps["account-tag"] {
		p.account = tag(e, "account")
	}
	joined := s.event(chat.KindJoin, e, x, p)
	joined.Author.Joined = joined.Time
	return ifKnown(joined)
}

// account is an account as lines of the server name it; they write * or 0 for none.
func account(name string) string {
	if name == "*" || name == "0" {
		return ""
	}
	return name
}

func (s *session) leaves(e *girc.Event, x *room, nick string) []chat.Event {
	if s.roster.isSelf(nick) {
		s.outside(x)
		return nil
	}
	p := s.roster.person(nick)
	if p == nil {
		return nil
	}
	left := s.event(chat.KindLeave, e, x, p)
	s.roster.leave(x, nick)
	return ifKnown(left)
}

func (s *session) quits(e *girc.Event) []chat.Event {
	var all []chat.Event
	if s.roster.isSelf(e.Source.Name) {
		return nil // ERROR follows
	}
	for _, x := range s.roster.roomsOf(e.Source.Name) {
		all = append(all, s.leaves(e, x, e.Source.Name)...)
	}
	return all
}

// changes handles what a member changes about themselves.
func (s *session) changes(e *girc.Event) {
	if e.Source == nil || len(e.Params) == 0 {
		return
	}
	p := s.roster.person(e.Source.Name)
	switch {
	case e.Command == girc.NICK:
		s.roster.rename(e.Source.Name, e.Params[0])
	case p == nil:
	case e.Command == commandAccount:
		p.account = account(e.Params[0])
	case len(e.Params) > 1:
		p.moved(e.Params[0], e.Params[1])
	}
}

// modes handles MODE of a channel: statuses are given and taken.
func (s *session) modes(e *girc.Event) {
	if len(e.Params) < 2 {
		return
	}
	x := s.roster.room(e.Params[0])
	if x == nil {
		return
	}
	statuses, _ := s.server.statuses()
	for _, c := range s.server.changes(e.Params[1], e.Params[2:]) {
		if strings.IndexByte(statuses, c.mode) >= 0 {
			s.roster.setStatus(x, c.param, c.mode, c.set)
		}
	}
	s.publish(x)
}

// change is one mode of a MODE line.
type change struct {
	set   bool
	mode  byte
	param string
}

// changes takes a MODE line apart.
func (s *server) changes(flags string, params []string) []change {
	var all []change
	set := true
	for i := 0; i < len(flags); i++ {
		switch flags[i] {
		case '+', '-':
			set = flags[i] == '+'
			continue
		}
		c := change{set: set, mode: flags[i]}
		if s.takesParameter(c.mode, set) && len(params) > 0 {
			c.param, params = params[0], params[1:]
		}
		all = append(all, c)
	}
	return all
}

// census handles the lists of who is in a room.
func (s *session) census(e *girc.Event) {
	switch e.Command {
	case girc.RPL_NAMREPLY:
		if len(e.Params) > 3 {
			s.named(e.Params[2], strings.Fields(e.Last()))
		}
	case girc.RPL_ENDOFNAMES:
		if len(e.Params) < 2 {
			return
		}
		if x := s.roster.room(e.Params[1]); x != nil && s.isIn(x) {
			s.inside(x)
		}
	case girc.RPL_WHOREPLY: // me channel user host server nick flags :hops name
		if len(e.Params) > 6 {
			s.described(e.Params[1], e.Params[5], e.Params[2], e.Params[3], e.Params[6], nil)
		}
	case girc.RPL_WHOSPCRPL: // me token channel user host nick flags account
		if len(e.Params) > 7 && e.Params[1] == whoxToken {
			acct := account(e.Params[7])
			s.described(e.Params[2], e.Params[5], e.Params[3], e.Params[4], e.Params[6], &acct)
		}
	case girc.RPL_ENDOFWHO:
		if len(e.Params) > 1 {
			s.counted(e.Params[1])
		}
	}
}

// counted is for when everybody in a channel has been described. mu is held.
func (s *session) counted(name string) {
	if x := s.roster.room(name); x != nil {
		x.asked = false
	}
}

func (s *session) isIn(x *room) bool {
	_, in := x.members[s.server.fold(s.roster.self)]
	return in
}

func (s *session) named(channel string, entries []string) {
	x := s.roster.room(channel)
	if x == nil {
		return
	}
	for _, entry := range entries {
		status, who := s.server.split(entry)
		if who != "" {
			s.roster.enter(x, girc.ParseSource(who), status)
		}
	}
}

// described takes in one line of a WHO reply. Its flags are H or G, * for an
// operator of the network, and the status in channel.
func (s *session) described(channel, nick, user, host, flags string, account *string) {
	p := s.roster.person(nick)
	if p == nil {
		return
	}
	p.moved(user, host)
	p.oper = strings.Contains(flags, "*")
	if account != nil {
		p.account = *account
	}
	x := s.roster.room(channel)
	if x == nil {
		return
	}
	if _, in := x.members[s.server.fold(nick)]; !in {
		return
	}
	status, _ := s.server.split(strings.TrimLeft(flags, "HG*!?dBrs"))
	for i := 0; i < len(status); i++ {
		s.roster.setStatus(x, nick, status[i], true)
	}
}
