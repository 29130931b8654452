package chat

import "time"

// Verb is what a platform is asked to do.
type Verb string

// The verbs, from light to heavy, and those that undo.
const (
	Warn   Verb = "warn"   // post a notice that names the member
	Delete Verb = "delete" // recall the message (撤回)
	Mute   Verb = "mute"   // take the member's voice for a time (禁言)
	Remove Verb = "remove" // put the member out; they may come back (移出)
	Ban    Verb = "ban"    // put the member out; they may not come back (封禁)
	Unmute Verb = "unmute" // undoes Mute
	Unban  Verb = "unban"  // undoes Ban
)

// Tell is a notice that punishes nobody: an apology, a text given back. No adapter
// is asked for it: whoever carries actions out asks for a Warn instead, which posts
// Action.Text as it is.
const Tell Verb = "tell"

// Weight orders the verbs that punish: a heavier verb has a greater weight. Verbs
// that undo, and unknown ones, weigh 0.
func (v Verb) Weight() int {
	switch v {
	case Warn:
		return 1
	case Delete:
		return 2
	case Mute:
		return 3
	case Remove:
		return 4
	case Ban:
		return 5
	}
	return 0
}

// Undo is the verb that takes v back, or "" where nothing can (a notice was
// read, a message is gone, a removed member has to come back by themselves).
func (v Verb) Undo() Verb {
	switch v {
	case Mute:
		return Unmute
	case Ban:
		return Unban
	}
	return ""
}

// Action is one thing that a platform is asked to do to one member or message.
type Action struct {
	Key     string        `json:"key"`               // two actions with one key are one act: doing it again must be harmless
	Verb    Verb          `json:"verb"`              //
	Chat    string        `json:"chat"`              //
	Member  string        `json:"member,omitempty"`  // Member.ID of whom it is done to
	Name    string        `json:"name,omitempty"`    // Member.Name, for notices
	Message string        `json:"message,omitempty"` // Message.ID: what a delete deletes and a warning answers
	Sent    time.Time     `json:"sent,omitzero"`     // when that message was sent, for recall windows
	For     time.Duration `json:"for,omitempty"`     // how long a mute lasts; 0 until it is lifted
	Text    string        `json:"text,omitempty"`    // the notice of a warning, ready to be shown
	Reason  string        `json:"reason,omitempty"`  // short, for the platform's own audit log
}

// Receipt is a platform's word that an action was done.
type Receipt struct {
	ID    string    `json:"id,omitempty"`   // what the platform calls the result: a posted notice's id
	Until time.Time `json:"until,omitzero"` // when a mute ends by itself; zero when it must be lifted
	Note  string    `json:"note,omitempty"` // what a person should know ("was already gone")
}
