package review

import (
	"errors"
	"slices"
	"time"

	"patrol/rules"
)

// Role is what a reviewer may do. Each role may do what the one before it may.
type Role string

// The roles, from the least to the most.
const (
	Viewer   Role = "viewer"   // sees cases and the ledger
	Desk     Role = "reviewer" // claims and decides cases
	Admin    Role = "admin"    // manages accounts and exports evidence
	NoRights Role = ""         // nothing at all
)

// Power is one thing that a role may allow.
type Power string

// The powers.
const (
	See    Power = "see"    // cases, their text, the ledger
	Decide Power = "decide" // claim, release, uphold, overturn, note
	Manage Power = "manage" // accounts, exports
)

// May reports whether the role allows p. An unknown role allows nothing.
func (r Role) May(p Power) bool {
	switch p {
	case See:
		return slices.Contains([]Role{Viewer, Desk, Admin}, r)
	case Decide:
		return r == Desk || r == Admin
	case Manage:
		return r == Admin
	}
	return false
}

// Rank orders the roles: what ranks higher may do more. NoRights, and what is no
// role, ranks 0.
func (r Role) Rank() int { return slices.Index([]Role{Viewer, Desk, Admin}, r) + 1 }

// ParseRole reads viewer, reviewer or admin.
func ParseRole(s string) (Role, bool) {
	r := Role(s)
	return r, r.May(See)
}

// Reviewer is the account of a person.
type Reviewer struct {
	Name     string // unique; what the ledger calls the person
	Hash     string // of the password, in PHC string form ("$argon2id$..."); never the password
	Role     Role
	Created  time.Time
	Disabled bool   // may not log in; the name stays, for the ledger speaks of it
	Only     Reach  // the chats that the person may see; an admin sees all
	Source   string // "issuer subject" of a single sign-on that vouches for the person; "" where a password does
	Epoch    int64  // counts the changes of the account; the store sets it
	Factor   bool   // a second factor is set up; the store sets it
}

// May reports whether the account is in use and its role allows p.
func (r *Reviewer) May(p Power) bool { return !r.Disabled && r.Role.May(p) }

// Reach is of which chats the person may see cases.
func (r *Reviewer) Reach() Reach {
	if r.Role == Admin {
		return Reach{}
	}
	return r.Only
}

// The errors of looking up an account or what belongs to one.
var (
	ErrNoReviewer = errors.New("no such reviewer / 没有这个审核员")
	ErrNoSession  = errors.New("no such session / 没有这个会话")
	ErrNoFactor   = errors.New("no second factor is set up / 没有设置两步验证")
	ErrUsedCode   = errors.New("the code was used before / 验证码已使用过")
	ErrNoToken    = errors.New("no such token / 没有这个令牌")
)

// Session is one login of a reviewer.
type Session struct {
	Hash    string // of the token that the browser holds; the token itself is never stored
	Name    string // Reviewer.Name
	CSRF    string // what a form of this session must carry
	Created time.Time
	Seen    time.Time // last used
	Expires time.Time // from then on it is void
	Epoch   int64     // Reviewer.Epoch that was looked at on logging in; not kept
	Method  string    // how the person proved who they are: "password", "sso", "link"
	Address string    // where the login came from
	Agent   string    // what the browser called itself
}

// ID names the session to people; its token can't be found by it.
func (s *Session) ID() string { return s.Hash[:min(len(s.Hash), 16)] }

// Factor is the second factor of a reviewer: a secret that their telephone shares
// and turns into codes (RFC 6238).
type Factor struct {
	Secret   string // base32
	Created  time.Time
	Step     int64    // with PutFactor: the time step of the last code that was taken
	Recovery []string // with PutFactor: the hashes of codes that work once without the telephone
}

// Token lets a program act for a reviewer: with the reviewer's role and reach as
// they are when it is used, as far as its scopes go.
type Token struct {
	ID      string // names it to people
	Hash    string // of the token; the token itself is never stored
	Owner   string // Reviewer.Name
	Label   string // what it is for
	Scopes  []string
	Created time.Time
	Expires time.Time
	Used    time.Time // last; zero where never
}

// DueIn says how soon a person should decide, by the gravest hit. Zero fields
// mean an hour, 12 hours and 72 hours.
type DueIn struct {
	Severe, Major, Minor time.Duration
}

// For is the time that a case of severity s may wait. An unknown severity waits
// as long as a minor one.
func (d DueIn) For(s rules.Severity) time.Duration {
	or := func(wanted, usual time.Duration) time.Duration {
		if wanted > 0 {
			return wanted
		}
		return usual
	}
	switch s {
	case rules.Severe:
		return or(d.Severe, time.Hour)
	case rules.Major:
		return or(d.Major, 12*time.Hour)
	}
	return or(d.Minor, 72*time.Hour)
}
