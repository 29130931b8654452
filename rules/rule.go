package rules

import (
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// Rule describes a rule of a Set to people and programs. It is a copy: changing
// it changes nothing.
type Rule struct {
	ID        string      `json:"id"`
	Title     lang.Text   `json:"title"`
	Category  string      `json:"category"`
	Severity  Severity    `json:"severity"`
	Mode      Mode        `json:"mode"`
	Then      Then        `json:"then"`
	Disguise  string      `json:"disguise,omitempty"` // exact, folded or phonetic; empty for a rule that reads no text
	Boundary  string      `json:"boundary,omitempty"` // auto, word or none; empty for a rule without keywords
	Keywords  int         `json:"keywords,omitempty"` // how many, files included
	Patterns  []string    `json:"regexp,omitempty"`
	Limits    []lang.Text `json:"limits,omitempty"` // "more than 5 messages in 10 s"
	Looks     []lang.Text `json:"looks,omitempty"`  // what it looks for beside words, and each piece of evidence with its weight
	When      string      `json:"when,omitempty"`
	Platforms []string    `json:"platforms,omitempty"` // where it holds; empty for everywhere
	Chats     []string    `json:"chats,omitempty"`
	File      string      `json:"file"`
	Line      int         `json:"line"`
	Tests     []Test      `json:"-"`
}

// Test is a test case that a rule carries.
type Test struct {
	Hit             bool     // whether the rule must hit, or must not
	Text            string   // the message
	Texts           []string // instead of it: several messages, in turn
	Admin           string   // an admin of this name has spoken before
	Chats           int      // at least 1: in how many chats, in turn
	Kind            chat.Kind
	Times           int // at least 1
	Every           time.Duration
	Members         int           // at least 1: how many take turns
	Age             time.Duration // since joining; 0 for unknown
	Role            chat.Role
	Name            string
	Mentions, Media int
	File            string
	Line, Col       int
}

// rule is a rule made ready to judge.
type rule struct {
	Rule
	exact        bool
	phonetic     bool // keywords are also found by what they sound like
	gapless      bool // the characters of a keyword may not stand apart
	boundary     boundaryMode
	entries      []string // keywords, then except phrases, as they are written
	excepts      int      // index in entries of the first except phrase
	patterns     []pattern
	limits       []limit
	across       time.Duration // keywords in pieces count that come so fast; 0 for none
	copies       *copies       // nil for a rule that does not look for repeats
	when         *condition
	phoneticThen Then    // what follows where nothing but sound tells
	groups       []group // one for each piece of evidence; one for a rule without
	score        score
	support      float64 // what its conditions could add to the evidence at best
	asksHits     bool    // a condition among its evidence asks for the hits
	alone        bool    // the rule has nothing but its condition; not even a list that is empty
	exempt       exemption
	where        place
}

type boundaryMode int

const (
	boundaryAuto boundaryMode = iota
	boundaryWord
	boundaryNone
)

// exemption says whom a rule does not bind.
type exemption struct {
	roles   []chat.Role
	members map[string]struct{}
	trusted *trust // nil: trusted members are bound as well
}

// trust says who is a trusted member.
type trust struct {
	after   time.Duration
	members map[string]struct{}
}

func (t *trust) holds(ev *chat.Event) bool {
	if _, listed := t.members[ev.Author.ID]; listed {
		return true
	}
	return !ev.Author.Joined.IsZero() && ev.Time.Sub(ev.Author.Joined) >= t.after
}

// covers reports whether the author of ev is exempt, and why.
func (e *exemption) covers(ev *chat.Event) (why lang.Text, exempt bool) {
	role := ev.Author.Role
	if role == "" {
		role = chat.RoleMember
	}
	if slices.Contains(e.roles, role) {
		return exemptRole[role], true
	}
	if _, listed := e.members[ev.Author.ID]; listed {
		return exemptListed, true
	}
	if e.trusted != nil && e.trusted.holds(ev) {
		return exemptTrusted, true
	}
	return lang.Text{}, false
}

var (
	exemptRole = map[chat.Role]lang.Text{
		chat.RoleOwner:  lang.T("群主不受此规则约束", "the rule does not bind owners"),
		chat.RoleAdmin:  lang.T("管理员不受此规则约束", "the rule does not bind admins"),
		chat.RoleMember: lang.T("普通成员不受此规则约束", "the rule does not bind ordinary members"),
	}
	exemptListed  = lang.T("此人在豁免名单中", "the member is on a list of exempt members")
	exemptTrusted = lang.T("老成员不受此规则约束", "the rule does not bind trusted members")
)

// place says where a rule holds: on all of the platforms and in all of the
// chats that it names, everywhere where it names none.
type place struct {
	platforms map[string]struct{}
	chats     map[string]struct{}
}

func (p *place) holds(ev *chat.Event) bool {
	if p.platforms != nil {
		if _, ok := p.platforms[ev.Platform]; !ok {
			return false
		}
	}
	if p.chats != nil {
		if _, ok := p.chats[ev.Chat]; !ok {
			return false
		}
	}
	return true
}
