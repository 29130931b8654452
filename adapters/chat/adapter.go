package chat

import "context"

// Adapter is one connection to one platform, for as many chats as the bot is in.
type Adapter interface {
	// Capabilities is what the bot may really do in chat at this moment, from what
	// the adapter has probed. It must not block or do I/O: it is called for every
	// violation. A chat that the adapter does not know yet gets what the platform
	// can do in general, at its most careful.
	Capabilities(chat string) Capabilities

	// Run connects, delivers events, and reconnects with back-off, until ctx ends
	// (it returns nil) or the platform is lost for good: a refused token, a closed
	// input (it returns why, or io.EOF where the input simply ended). deliver
	// returns once the event is queued, and waits while the queue is full; its
	// error means that ctx ended and the event was not taken. Run waits for every
	// goroutine that it started.
	Run(ctx context.Context, deliver func(context.Context, Event) error) error

	// Do carries out one action and returns when the platform has confirmed it, as
	// far as the platform confirms anything. Any error is an *Error. It may be
	// called from many goroutines, and again with the same Action.Key.
	Do(ctx context.Context, a Action) (Receipt, error)
}

// Roster is the optional role of an adapter that can look a member up. The
// pipeline asks it right before a mute, removal or ban, so that somebody who
// became an admin after the event is not acted on.
type Roster interface {
	// Member is the member's present state; an *Error of kind NotFound when they
	// are not in the chat.
	Member(ctx context.Context, chat, id string) (Member, error)
}

// Census is the optional role of an adapter that knows how large a chat is. The
// brake on shares asks it for every violation.
type Census interface {
	// Members is how many members chat has, the bot included, as last heard; 0
	// where that is not known. It must not block or do I/O.
	Members(chat string) int
}

// Messenger is the optional role of an adapter whose platform lets the bot and a
// member write to each other alone. What a member writes to the bot arrives as an
// event of KindDirect.
type Messenger interface {
	// Tell writes text to the member alone and returns once the platform has taken
	// it. room is a chat that both are or were in, which some platforms need; it may
	// be empty. Any error is an *Error: of kind NotFound or Forbidden where the
	// member can't be reached.
	Tell(ctx context.Context, room string, to Member, text string) error
}

// Archive is the optional role of an adapter that can fetch a message by its id,
// for reports of messages that the bot no longer remembers.
type Archive interface {
	// Message is the message in chat of that id with its author and time; an *Error
	// of kind NotFound where it is gone.
	Message(ctx context.Context, chat, id string) (Event, error)
}
