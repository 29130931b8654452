// Package ledger is the append-only, hash-chained record of who did what to
// whom and on what ground.
//
// Entry n is stored as its body (one JSON object) and its hash
//
//	hash(n) = SHA-256( hash(n-1) || SHA-256(body(n)) ),   hash(0) = 32 zero bytes
//
// so that changing, removing or reordering any entry breaks every hash after
// it, and a chain can be shown to an outsider with other groups' bodies replaced
// by their digests.
//
// # What can be erased
//
// A body holds no text that people wrote, only digests of it: Entry.Digest of an
// entry of kind Decided is Commit of the case's two parts, the case as recorded
// without its texts and the texts; Entry.Said is the digest of the ground that a
// person gave. The texts are kept beside the chain, each with a random salt in it.
// They can be erased later, with their salts, and the chain still verifies; what is
// left says nothing about them, but whoever has kept a copy can still prove that it
// is genuine, and nobody can put another text in the place of an erased one. An
// entry of kind Redacted says when it was done, by whom and on what ground.
//
// Entries that are old enough are pruned: their bodies go, and with them the cases
// that they are about. Of an entry between others that stay the digest is left, so
// that the chain can still be followed (a hollow record); of those before the first
// that stays nothing is left, and the chain begins after them. An entry of kind
// Pruned says which they were, by what period, and with which head the chain begins
// now. Audit checks all of it.
package ledger

import (
	"time"

	"patrol/rules/lang"
)

// Kind says what an entry is about.
type Kind string

// The kinds of entry.
const (
	Decided    Kind = "decided"    // the bot judged an event; Digest covers the case as first recorded
	Done       Kind = "done"       // an action was carried out
	Failed     Kind = "failed"     // an action was given up
	Asked      Kind = "asked"      // a person is asked to carry an action out by hand: the bot can't
	Cancelled  Kind = "cancelled"  // an action that waited will not be carried out
	Claimed    Kind = "claimed"    // a person took a case
	Released   Kind = "released"   // a person gave a case back
	Upheld     Kind = "upheld"     // a person agreed with the bot
	Overturned Kind = "overturned" // a person disagreed: what was done is undone
	Noted      Kind = "noted"      // a person wrote a note; Digest covers its text
	Escalated  Kind = "escalated"  // a case was handed up: by a person, or by the bot because nobody decided in time
	Proposed   Kind = "proposed"   // a person agreed with the bot, and another one has to
	TakenBack  Kind = "taken_back" // a person took back their verdict, proposal or escalation
	Reposted   Kind = "reposted"   // a person asked for a deleted text to be posted again
	Opined     Kind = "opined"     // a second person said, unasked by the first, what they would have decided
	Braked     Kind = "braked"     // a brake tripped
	Lifted     Kind = "lifted"     // a person lifted a brake
	LetGo      Kind = "let_go"     // a person let go what a brake held
	Appealed   Kind = "appealed"   // the member appealed; Digest covers what they said
	Reported   Kind = "reported"   // members reported a message; who they are is not in the ledger
	Revealed   Kind = "revealed"   // a person looked up who had reported a message
	Looked     Kind = "looked"     // a person at the machine looked at cases with the rights of a reviewer
	Batch      Kind = "batch"      // a person had everything undone that a rule did: ordered, or finished
	Reloaded   Kind = "reloaded"   // a new rule set took over
	Doubted    Kind = "doubted"    // rules ask a person first from now on, or no longer do: those in Rules do
	Account    Kind = "account"    // a reviewer's account was added or changed
	Redacted   Kind = "redacted"   // what people wrote in and about a case was erased
	Pruned     Kind = "pruned"     // old entries, and the cases they are about, have gone
)

// Bot is the actor of what no person did.
const Bot = "patrol"

// Entry is one thing that happened. Append numbers it.
type Entry struct {
	Seq    int64     `json:"seq"`
	At     time.Time `json:"at"`
	Kind   Kind      `json:"kind"`
	Actor  string    `json:"actor"`            // Bot, or the name of a reviewer
	Case   string    `json:"case,omitempty"`   //
	Chat   string    `json:"chat,omitempty"`   // "adapter/chat"
	Member string    `json:"member,omitempty"` // id
	Act    string    `json:"act,omitempty"`    // key of the action
	Verb   string    `json:"verb,omitempty"`   //
	Set    string    `json:"set,omitempty"`    // version of the rule set
	Rules  []string  `json:"rules,omitempty"`  // ids of the rules that hit
	Ground lang.Text `json:"ground,omitzero"`  // why, for people; never message text
	Digest string    `json:"digest,omitempty"` // hex SHA-256: Commit with Decided, of the text with Noted and Appealed
	Said   string    `json:"said,omitempty"`   // hex SHA-256 of the part that can be erased; Prepare fills it

	Pruned *Pruning `json:"pruned,omitempty"` // with Pruned

	Salt []byte `json:"-"` // of that part; random where nil
}
