package review

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/rules"
	"patrol/rules/lang"
)

// State is where a case stands.
type State string

// The states. Only Open cases wait for a person; every other may still be
// overturned or upheld.
const (
	Open       State = "open"       // a person is asked to decide
	Acted      State = "acted"      // the bot acted alone
	Logged     State = "logged"     // written down, nothing done (log rules, shadow rules)
	Upheld     State = "upheld"     // a person agreed
	Overturned State = "overturned" // a person disagreed, and what was done is undone
)

// ActState is where one action of a case stands.
type ActState string

// The states of an action.
const (
	Held      ActState = "held"      // waits for a person
	Due       ActState = "due"       // to be carried out at Act.Due
	Doing     ActState = "doing"     // handed to the adapter; after a crash it is tried again
	Done      ActState = "done"      // the platform confirmed it
	Failed    ActState = "failed"    // given up; Act.Error says why
	Asked     ActState = "asked"     // a person is asked to do it by hand on the platform, until Act.Due
	Cancelled ActState = "cancelled" // a person decided otherwise before it was carried out
)

// Act is one action with its state: a row of the outbox.
type Act struct {
	Action   chat.Action  `json:"action"` // Action.Key is the act's identity
	Case     string       `json:"case"`
	Adapter  string       `json:"adapter"`
	State    ActState     `json:"state"`
	Due      time.Time    `json:"due"`                // not before then; a timer is an act that is due later
	Attempts int          `json:"attempts,omitempty"` // tries that may have reached the platform, the present one included
	Settled  time.Time    `json:"settled,omitzero"`   // when it was done, failed or cancelled
	Receipt  chat.Receipt `json:"receipt,omitzero"`
	Error    string       `json:"error,omitempty"`
	Brake    string       `json:"brake,omitempty"` // id of the brake that alone makes it Held
	Hand     Hand         `json:"hand,omitempty"`
	Private  string       `json:"private,omitempty"` // of a warning: what the member alone is told, where the platform can; Action.Text is posted else
}

// Hand says whether an act is done by hand: by a person on the platform.
type Hand string

// The ways in which people take part in carrying out an act.
const (
	HandNever Hand = ""     // the bot does it, or it is not done
	HandElse  Hand = "else" // a person is asked where the platform lets the bot not do it
	HandOnly  Hand = "only" // the bot can't: a person is asked
)

// Remark is what a person wrote on a case.
type Remark struct {
	By   string    `json:"by"`
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// StrikeState says whether a case's strike counts.
type StrikeState string

// The states of a strike.
const (
	StrikeNone    StrikeState = ""
	StrikeCounts  StrikeState = "counts"
	StrikePending StrikeState = "pending" // waits for a person
	StrikeVoid    StrikeState = "void"    // overturned
)

// Case is one event that a rule hit, with everything that a person needs to
// judge it, and what was done about it.
type Case struct {
	ID       string          `json:"id"`
	State    State           `json:"state"`
	Created  time.Time       `json:"created"`      // when it was recorded
	Due      time.Time       `json:"due,omitzero"` // with Open: when a person should have decided
	Event    chat.Event      `json:"event"`
	Verdict  rules.Verdict   `json:"verdict"`
	Decision ladder.Decision `json:"decision"`
	Context  []chat.Event    `json:"context,omitempty"` // the messages before it in the chat, oldest first
	Sample   Sample          `json:"sample,omitzero"`   // drawn by chance; zero where it was not
	Strike   StrikeState     `json:"strike,omitempty"`
	Acts     []Act           `json:"acts,omitempty"` // in the order they were planned

	ClaimedBy    string    `json:"claimed_by,omitempty"`
	ClaimedUntil time.Time `json:"claimed_until,omitzero"`
	DecidedBy    string    `json:"decided_by,omitempty"`
	DecidedAt    time.Time `json:"decided_at,omitzero"`
	Ground       string    `json:"ground,omitempty"` // what the person who decided gave as the reason
	Remarks      []Remark  `json:"remarks,omitempty"`
	Trouble      lang.Text `json:"trouble,omitzero"` // why the bot asks for help: an action failed, the brake is on

	Escalated Escalation `json:"escalated,omitzero"` // handed up; zero where it is not
	Proposed  Proposal   `json:"proposed,omitzero"`  // the first of two who must agree; kept once the second has
	Before    *Standing  `json:"before,omitempty"`   // the last verdict; nil where it can't be taken back
	Reported  Reports    `json:"reported,omitzero"`  // by members
	Appeal    Appeal     `json:"appeal,omitzero"`    // of the member
	Erased    Erasure    `json:"erased,omitzero"`    // of what people wrote; zero where it is still there
	Second    Opinion    `json:"second,omitzero"`    // of a case that was drawn to be judged twice
}

// Handling is what people, and failures, have added to a case since it was
// recorded: all that a store has to keep of it beside the case as recorded, where
// it stands, and its acts.
type Handling struct {
	ClaimedBy    string    `json:"claimed_by,omitempty"`
	ClaimedUntil time.Time `json:"claimed_until,omitzero"`
	DecidedBy    string    `json:"decided_by,omitempty"`
	DecidedAt    time.Time `json:"decided_at,omitzero"`
	Ground       string    `json:"ground,omitempty"`
	Remarks      []Remark  `json:"remarks,omitempty"`
	Trouble      lang.Text `json:"trouble,omitzero"`

	Escalated Escalation `json:"escalated,omitzero"`
	Proposed  Proposal   `json:"proposed,omitzero"`
	Before    *Standing  `json:"before,omitempty"`
	Reported  Reports    `json:"reported,omitzero"`
	Appeal    Appeal     `json:"appeal,omitzero"`
	Erased    Erasure    `json:"erased,omitzero"`
	Second    Opinion    `json:"second,omitzero"`
}

// Handling is that of the case.
func (c *Case) Handling() Handling {
	return Handling{c.ClaimedBy, c.ClaimedUntil, c.DecidedBy, c.DecidedAt, c.Ground, c.Remarks, c.Trouble, c.Escalated, c.Proposed, c.Before, c.Reported, c.Appeal, c.Erased, c.Second}
}

// SetHandling puts h in place of what the case has.
func (c *Case) SetHandling(h Handling) {
	c.ClaimedBy, c.ClaimedUntil, c.DecidedBy, c.DecidedAt = h.ClaimedBy, h.ClaimedUntil, h.DecidedBy, h.DecidedAt
	c.Ground, c.Remarks, c.Trouble = h.Ground, h.Remarks, h.Trouble
	c.Escalated, c.Proposed, c.Before = h.Escalated, h.Proposed, h.Before
	c.Reported, c.Appeal, c.Erased, c.Second = h.Reported, h.Appeal, h.Erased, h.Second
}

// CaseID names the case of an event. It depends on the event alone, so that an
// event which is delivered twice makes one case and one set of action keys.
func CaseID(e *chat.Event) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{e.Adapter, e.Chat, string(e.Kind), e.ID}, "\x00")))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:12]
}

// ActKeys are all names that actions of a case which do verb may have: as planned, as
// one that waits beside a shorter one, and as a person chose it.
func ActKeys(caseID string, verb chat.Verb) []string {
	key := ActKey(caseID, verb)
	return []string{key, key + ".held", key + ruled}
}

// ActKey names the action of a case that does verb.
func ActKey(caseID string, verb chat.Verb) string { return caseID + "/" + string(verb) }
