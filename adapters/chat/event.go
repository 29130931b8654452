package chat

import "time"

// Kind says what sort of thing happened.
type Kind string

// The kinds of event. A platform that lacks one never delivers it.
const (
	KindMessage Kind = "message" // a new message
	KindEdit    Kind = "edit"    // new text for an old message: scanned, never counted as new
	KindJoin    Kind = "join"    // a member came in
	KindLeave   Kind = "leave"   // a member left or was removed
	KindReport  Kind = "report"  // a member reports the message in Message.ReplyTo
	KindCommand Kind = "command" // a member speaks to the bot
	KindDirect  Kind = "direct"  // somebody writes to the bot alone; Event.Chat is empty
)

// Role is what a member may do in a chat. The zero value is an ordinary member.
type Role string

// The roles, from the one that may be acted on to those that may not.
const (
	RoleMember Role = "member"
	RoleAdmin  Role = "admin"
	RoleOwner  Role = "owner"
	RoleSelf   Role = "self" // the bot itself
)

// Untouchable reports whether no rule may ever act on a member of this role.
func (r Role) Untouchable() bool {
	return r == RoleAdmin || r == RoleOwner || r == RoleSelf
}

// Member is somebody in a chat, as the platform described them with the event.
type Member struct {
	ID     string    `json:"id"`              // the platform's id, stable while the member stays; never a display name where there is an id
	Name   string    `json:"name,omitempty"`  // what people see; hostile text
	Role   Role      `json:"role,omitempty"`  // empty means RoleMember
	Joined time.Time `json:"joined,omitzero"` // when the member joined the chat; zero when the platform does not say
}

// Message is what was said. Text is hostile: it may hold anything.
type Message struct {
	ID          string       `json:"id,omitempty"`       // the platform's id, what a delete needs
	Text        string       `json:"text,omitempty"`     // what the member wrote, without platform markup
	ReplyTo     string       `json:"reply_to,omitempty"` // id of the message this one answers
	Mentions    []string     `json:"mentions,omitempty"` // ids of the members it mentions; "all" for everyone
	Attachments []Attachment `json:"attachments,omitempty"`
}

// Attachment is something in a message that is not text.
type Attachment struct {
	Kind string `json:"kind"`           // image, video, audio, file, sticker, card, forward or other
	URL  string `json:"url,omitempty"`  // where the platform keeps it, when it says
	Name string `json:"name,omitempty"` // a file's name or a card's title; hostile text
}

// Event is one thing that happened in one chat.
//
// ID names the event for good within its platform: a redelivery carries the same
// one, and that is how it is known. Time is the platform's own, not the time of
// arrival; an adapter clamps a time in the future to now.
type Event struct {
	ID       string    `json:"id"`
	Kind     Kind      `json:"kind"`
	Platform string    `json:"platform"`          // what `where: {platforms: [...]}` names: qq, irc, telegram ...
	Adapter  string    `json:"adapter,omitempty"` // the configured name of the connection; filled by the pipeline
	Chat     string    `json:"chat"`
	Author   Member    `json:"author"`
	Message  Message   `json:"message,omitzero"`
	Time     time.Time `json:"time"`

	// Ack, where an adapter sets it, is called exactly once when the event is
	// settled: nothing to do, or recorded. It must not block. An event whose Ack
	// was not called before a crash must be delivered again by a platform that
	// can (a cursor, an offset, a webhook answered late).
	Ack func() `json:"-"`
}
