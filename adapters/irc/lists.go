package irc

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

var errSilentRefusal = errors.New("the server neither did it nor said why not")

// set puts m onto a list of the channel. That it was there already is success.
func (s *session) set(ctx context.Context, room string, m mask) error {
	op := "MODE +" + string(m.mode)
	heard, err := s.ask(ctx, line{girc.MODE, room, "+" + string(m.mode), m.text})
	if err != nil {
		return broken(op, err)
	}
	if s.wasChanged(heard, room, m, true) {
		return nil
	}
	if err := fault(op, heard); err != nil {
		return err
	}
	return s.mustBeThere(ctx, op, room, m)
}

// setTimed puts m onto the ban list for a time. A ban that is there already is
// taken off first, because the server would not give it a new end.
func (s *session) setTimed(ctx context.Context, room string, m mask, length time.Duration) error {
	const op = commandTBAN
	heard, err := s.ask(ctx, line{girc.MODE, room, "-b", m.text}, line{commandTBAN, room, timed(length), m.text})
	switch {
	case err != nil:
		return broken(op, err)
	case s.wasChanged(heard, room, m, true):
		return nil
	}
	if err := fault(op, heard); err != nil {
		return err
	}
	return &chat.Error{Op: op, Kind: chat.Other, Err: errSilentRefusal}
}

// mustBeThere looks m up where the server has said nothing to its setting: most
// servers are silent where nothing changes.
func (s *session) mustBeThere(ctx context.Context, op, room string, m mask) error {
	list, err := s.list(ctx, op, room, m.mode)
	if err != nil {
		return err
	}
	for _, entry := range list {
		if s.same(entry, m.text) {
			return nil
		}
	}
	return &chat.Error{Op: op, Kind: chat.Other, Err: errSilentRefusal}
}

// lift takes m off its list, as the list itself spells it, so that it works
// whoever set it and whenever. What else still keeps the member is noted, but
// left to whoever set it.
func (s *session) lift(ctx context.Context, a chat.Action, m mask) (chat.Receipt, error) {
	op := "MODE -" + string(m.mode)
	list, err := s.list(ctx, op, a.Chat, m.mode)
	if err != nil {
		return chat.Receipt{}, err
	}
	var receipt chat.Receipt
	who, extban := s.target(a).address, s.muteExtban()
	lifted := false
	for _, entry := range list {
		switch {
		case s.same(entry, m.text):
			if err := s.unset(ctx, op, a.Chat, mask{m.mode, entry}); err != nil {
				return chat.Receipt{}, err
			}
			lifted = true
		case who != "" && covers(entry, extban, who):
			receipt.Note = joined("still matched by "+entry, receipt.Note)
		}
	}
	if !lifted {
		receipt.Note = joined("was not set", receipt.Note)
	}
	return receipt, nil
}

func (s *session) unset(ctx context.Context, op, room string, m mask) error {
	heard, err := s.ask(ctx, line{girc.MODE, room, "-" + string(m.mode), m.text})
	switch {
	case err != nil:
		return broken(op, err)
	case s.wasChanged(heard, room, m, false):
		return nil
	}
	if err := fault(op, heard); err != nil {
		return err
	}
	list, err := s.list(ctx, op, room, m.mode)
	if err != nil {
		return err
	}
	for _, entry := range list {
		if s.same(entry, m.text) {
			return &chat.Error{Op: op, Kind: chat.Other, Err: errSilentRefusal}
		}
	}
	return nil // somebody else was faster
}

// list is the channel's list of bans (b) or quiets (q).
func (s *session) list(ctx context.Context, op, room string, mode byte) ([]string, error) {
	heard, err := s.ask(ctx, line{girc.MODE, room, "+" + string(mode)})
	if err != nil {
		return nil, broken(op, err)
	}
	if err := fault(op, heard); err != nil {
		return nil, err
	}
	var all []string
	for _, e := range heard {
		switch { // me channel mask setter time; quiets have their mode before the mask
		case mode == 'b' && e.Command == girc.RPL_BANLIST && len(e.Params) > 2:
			all = append(all, e.Params[2])
		case mode == 'q' && e.Command == rplQuietList && len(e.Params) > 3:
			all = append(all, e.Params[3])
		}
	}
	return all, nil
}

func (s *session) muteExtban() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server.muteExtban()
}

// same compares two masks as the server does.
func (s *session) same(a, b string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server.fold(a) == s.server.fold(b)
}

// wasChanged reports whether the server has announced that m was set or taken off.
func (s *session) wasChanged(heard []*girc.Event, room string, m mask, set bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := false
	for _, e := range heard {
		if e.Command != girc.MODE || len(e.Params) < 3 || s.server.fold(e.Params[0]) != s.server.fold(room) {
			continue
		}
		for _, c := range s.server.changes(e.Params[1], e.Params[2:]) {
			if c.mode == m.mode && s.server.fold(c.param) == s.server.fold(m.text) {
				done = c.set == set
			}
		}
	}
	return done
}

// Member looks a member up: what they are in the channel now, and whether they
// are an operator of the network. It asks the server.
func (a *Adapter) Member(ctx context.Context, room, id string) (chat.Member, error) {
	const op = girc.WHO
	ctx, cancel := context.WithTimeout(ctx, confirmLimit)
	defer cancel()
	s, err := a.admitted(ctx, op, room)
	if err != nil {
		return chat.Member{}, err
	}
	defer s.finish()
	missing := &chat.Error{Op: op, Kind: chat.NotFound, Err: errors.New("not in the channel")}
	nicks := s.nicks(room, id)
	if !validID(id) || len(nicks) == 0 {
		return chat.Member{}, missing
	}
	var lines []line
	for _, nick := range nicks {
		lines = append(lines, s.whoLine(nick))
	}
	if _, err := s.ask(ctx, lines...); err != nil {
		return chat.Member{}, broken(op, err)
	}
	m, ok := s.highest(room, id)
	if !ok {
		return chat.Member{}, missing
	}
	return m, nil
}

// maxAlike bounds how many people of one address are looked up for a member.
const maxAlike = 4

func (s *session) nicks(room, id string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, p := range s.roster.find(s.roster.room(room), id, "") {
		if len(all) < maxAlike {
			all = append(all, p.nick)
		}
	}
	return all
}

// highest is the member of that id; of several the one with the highest role,
// because an action on one would hit them all.
func (s *session) highest(room, id string) (best chat.Member, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.roster.room(room)
	for _, p := range s.roster.find(x, id, "") {
		m := s.roster.member(x, p)
		if !ok || !best.Role.Untouchable() && m.Role.Untouchable() {
			best, ok = m, true
		}
	}
	best.ID = strings.TrimSpace(id)
	return best, ok
}

func (s *session) whoLine(nick string) line {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, whox := s.server.support["WHOX"]; whox {
		return line{girc.WHO, nick, whoxFields + "," + whoxToken}
	}
	return line{girc.WHO, nick}
}
