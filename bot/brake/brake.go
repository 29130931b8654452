package brake

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"patrol/rules/lang"
)

// Kind says what a brake counts.
type Kind string

// The kinds, in the order in which they are asked.
const (
	Chat  Kind = "chat"  // removals and bans in one chat
	Share Kind = "share" // members of one chat who are muted or put out, as a share of all
	Rule  Kind = "rule"  // members, in all chats, against whom one rule asks for more than a warning
)

// Limit is how many are let through within a time. No brake where Most is 0.
type Limit struct {
	Most int
	In   time.Duration
}

// ShareLimit is what share of a chat's members is let through within a time. No
// brake where Percent is 0, and none in a chat whose size is not known.
type ShareLimit struct {
	Percent float64
	Least   int // so many are let through whatever the share: a small chat has small numbers
	In      time.Duration
}

// most is how many members of a chat of that size are let through.
func (l ShareLimit) most(members int) int {
	return max(l.Least, int(l.Percent*float64(members)/100))
}

// Limits are those of one bot. The zero value has no brakes.
type Limits struct {
	Chat  Limit
	Rule  Limit
	Share ShareLimit
	Hold  time.Duration // how long a brake stays on after the last demand; 10 m where 0
}

// Brake is one time that a brake tripped.
type Brake struct {
	ID    string // names it for people
	Kind  Kind
	Scope string    // what it holds: a chat ("connection/chat"), or the id of a rule
	At    time.Time // when it tripped
	Until time.Time // from then on it holds nothing new; what it holds waits on
	Why   lang.Text

	LiftedBy string // who lifted it before its time; "" where nobody did
}

// On reports whether it holds what is demanded at t.
func (b *Brake) On(t time.Time) bool { return b.LiftedBy == "" && t.Before(b.Until) }

// Demand is what one decision asks for, were there no brake.
type Demand struct {
	Event   string // its id: what comes twice counts once
	Chat    string // "connection/chat"
	Size    int    // members of the chat; 0 where not known
	Member  string
	Rules   []string // that hit and act
	At      time.Time
	Removal bool // it asks for a removal or ban
	Silence bool // it asks for a mute, removal or ban
}

func newID(k Kind, scope string, at time.Time) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{string(k), scope, at.UTC().Format(time.RFC3339Nano)}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:8]
}
