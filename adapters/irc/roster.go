package irc

import (
	"slices"
	"strings"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

// person is somebody in at least one channel of ours.
type person struct {
	nick, user, host string
	account          string // "" where not logged in, or not known
	oper             bool   // an operator of the network
	former           []string
}

// maxFormer bounds how many earlier addresses of a person are kept.
const maxFormer = 4

// address is the person's user@host, as ids write it; "" while unknown.
func (p *person) address() string { return address(p.user, p.host) }

func address(user, host string) string {
	if user == "" || host == "" {
		return ""
	}
	return foldASCII(user + "@" + host)
}

// moved gives p a new address; the old one still finds them.
func (p *person) moved(user, host string) {
	old := p.address()
	p.user, p.host = user, host
	if old == "" || old == p.address() || slices.Contains(p.former, old) {
		return
	}
	p.former = append(p.former, old)
	if len(p.former) > maxFormer {
		p.former = p.former[1:]
	}
}

// room is a channel of ours.
type room struct {
	name    string            // as configured: it is the chat's name in events
	joined  bool              // we are inside and know who else is
	asked   bool              // the WHO that tells everybody's address has not been answered yet
	members map[string]string // folded nick -> status modes
}

// roster knows who is in our channels. It is guarded by session.mu.
type roster struct {
	server  *server
	self    string             // our nick
	rooms   map[string]*room   // by folded name
	persons map[string]*person // by folded nick
	byAcct  bool               // ids may be accounts
}

func newRoster(s *server, nick string) *roster {
	return &roster{server: s, self: nick, rooms: map[string]*room{}, persons: map[string]*person{}}
}

func (r *roster) room(name string) *room { return r.rooms[r.server.fold(name)] }

func (r *roster) person(nick string) *person { return r.persons[r.server.fold(nick)] }

func (r *roster) isSelf(nick string) bool { return r.server.fold(nick) == r.server.fold(r.self) }

// refold is for when the server has told how it compares names, before any join.
func (r *roster) refold() {
	rooms := map[string]*room{}
	for _, x := range r.rooms {
		rooms[r.server.fold(x.name)] = x
	}
	r.rooms = rooms
}

// known is the person of that nick, made where they are new, with the address
// that from shows.
func (r *roster) known(from *girc.Source) *person {
	key := r.server.fold(from.Name)
	p := r.persons[key]
	if p == nil {
		p = &person{}
		r.persons[key] = p
	}
	p.nick = from.Name
	if from.Ident != "" && from.Host != "" {
		p.moved(from.Ident, from.Host)
	}
	return p
}

// enter puts the person of that nick into x.
func (r *roster) enter(x *room, from *girc.Source, status string) *person {
	p := r.known(from)
	x.members[r.server.fold(from.Name)] = status
	return p
}

// leave takes nick out of x, and forgets them where that was the last room.
func (r *roster) leave(x *room, nick string) {
	key := r.server.fold(nick)
	delete(x.members, key)
	r.forget(key)
}

func (r *roster) forget(key string) {
	for _, x := range r.rooms {
		if _, in := x.members[key]; in {
			return
		}
	}
	delete(r.persons, key)
}

// empty is for when we are no longer in x.
func (r *roster) empty(x *room) {
	x.joined, x.asked = false, false
	gone := x.members
	x.members = map[string]string{}
	for key := range gone {
		r.forget(key)
	}
}

// roomsOf are the rooms that nick is in, by name.
func (r *roster) roomsOf(nick string) []*room {
	key := r.server.fold(nick)
	var in []*room
	for _, x := range r.rooms {
		if _, ok := x.members[key]; ok {
			in = append(in, x)
		}
	}
	slices.SortFunc(in, func(a, b *room) int { return strings.Compare(a.name, b.name) })
	return in
}

// rename moves everything known of a nick to a new one.
func (r *roster) rename(from, to string) {
	if r.isSelf(from) {
		r.self = to
	}
	old, key := r.server.fold(from), r.server.fold(to)
	p := r.persons[old]
	if p == nil {
		return
	}
	p.nick = to
	delete(r.persons, old)
	r.persons[key] = p
	for _, x := range r.rooms {
		if status, in := x.members[old]; in {
			delete(x.members, old)
			x.members[key] = status
		}
	}
}

// setStatus gives or takes one status mode.
func (r *roster) setStatus(x *room, nick string, mode byte, set bool) {
	key := r.server.fold(nick)
	status, in := x.members[key]
	if !in {
		return
	}
	status = strings.ReplaceAll(status, string(mode), "")
	if set {
		status += string(mode)
	}
	x.members[key] = status
}

// ruled reports whether we may act on others in x.
func (r *roster) ruled(x *room) bool {
	return x.joined && r.server.rules(x.members[r.server.fold(r.self)])
}

// id is what names p for good; "" while nothing is known that could.
func (r *roster) id(p *person) string {
	if r.byAcct && p.account != "" {
		return accountID(p.account)
	}
	return p.address()
}

const accountPrefix = "account:"

func accountID(account string) string { return accountPrefix + foldASCII(account) }

// is reports whether id names p, be it by an address that they no longer have.
func (r *roster) is(p *person, id string) bool {
	if account, ok := strings.CutPrefix(id, accountPrefix); ok {
		return p.account != "" && foldASCII(p.account) == foldASCII(account)
	}
	id = foldASCII(id)
	return id == p.address() || slices.Contains(p.former, id)
}

// find is everybody in x whom id names, the one called name first.
func (r *roster) find(x *room, id, name string) []*person {
	var found []*person
	for key := range x.members {
		if p := r.persons[key]; p != nil && r.is(p, id) {
			found = append(found, p)
		}
	}
	called := r.server.fold(name)
	slices.SortFunc(found, func(a, b *person) int {
		if x, y := r.server.fold(a.nick) == called, r.server.fold(b.nick) == called; x != y {
			if x {
				return -1
			}
			return 1
		}
		return strings.Compare(a.nick, b.nick)
	})
	return found
}

// role is what p may do in x.
func (r *roster) role(x *room, p *person) chat.Role {
	status := x.members[r.server.fold(p.nick)]
	switch {
	case r.isSelf(p.nick):
		return chat.RoleSelf
	case strings.Contains(status, "q") && r.server.rules("q"):
		return chat.RoleOwner
	case p.oper, r.server.rules(status):
		return chat.RoleAdmin
	}
	return chat.RoleMember
}

// member is p in the contract's terms.
func (r *roster) member(x *room, p *person) chat.Member {
	return chat.Member{ID: r.id(p), Name: p.nick, Role: r.role(x, p)}
}

// mentions are the ids of the members of x whom text names.
func (r *roster) mentions(x *room, text string) []string {
	var ids []string
	for word := range strings.FieldsFuncSeq(text, notInNick) {
		key := r.server.fold(word)
		if _, in := x.members[key]; !in {
			continue
		}
		if id := r.id(r.persons[key]); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// notInNick reports whether r can't be part of a nick. Servers allow letters of
// any script, and RFC 2812 section 2.3.1 these signs.
func notInNick(r rune) bool {
	inNick := r >= 0x80 || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("[]\\`_^{|}-", r)
	return !inNick
}
