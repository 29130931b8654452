package rules

import (
	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// imitated looks for members whose names look like an admin's, and notes what the
// admins are called. Names come with messages and joins.
func (s *Set) imitated(ev *chat.Event, sc *Scratch) {
	if len(s.memory.imitates) == 0 || ev.Author.Name == "" || !reads(ev.Kind) && ev.Kind != chat.KindJoin {
		return
	}
	key := sc.place.keys()[perMember]
	if role := ev.Author.Role; role == chat.RoleAdmin || role == chat.RoleOwner {
		s.memory.names.Admin(key.Scope, key.Subject, ev.Author.Name)
		return
	}
	of, ok := s.memory.names.Imitates(key.Scope, key.Subject, ev.Author.Name)
	if !ok {
		return
	}
	sc.imitated = of
	for _, id := range s.memory.imitates {
		sc.found = append(sc.found, finding{rule: id, kind: foundImitation})
	}
}

// imitationSignal says whom a member looks like.
func imitationSignal(name, of string) Signal {
	return Signal{Why: lang.T("名字“"+name+"”像管理员“"+of+"”", "the name \""+name+"\" looks like the admin \""+of+"\"")}
}

// imitates checks what the rule says about names.
func (c *checker) imitates() {
	switch c.in.Imitates {
	case "":
	case "admin":
		c.l.set.memory.imitates = append(c.l.set.memory.imitates, c.index)
	default:
		c.unknown(c.at("imitates"), c.in.Imitates, []string{"admin"})
	}
}
