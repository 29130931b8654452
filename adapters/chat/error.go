package chat

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// ErrorKind says what a caller can do about a failed action.
type ErrorKind int

// The kinds. Retry is decided from the kind alone, in the pipeline.
const (
	Other       ErrorKind = iota // unknown: tried a few times, then shown to a person
	Transient                    // the connection or the platform faltered: try again
	RateLimited                  // too fast: try again after Error.After
	Forbidden                    // the bot lacks the right: show a person
	NotFound                     // the message or member is gone: nothing is left to do
	Unsupported                  // this platform, or this chat, can't: fall back
)

// String is the kind's name as logs, metrics and the ledger write it.
func (k ErrorKind) String() string {
	switch k {
	case Transient:
		return "transient"
	case RateLimited:
		return "rate_limited"
	case Forbidden:
		return "forbidden"
	case NotFound:
		return "not_found"
	case Unsupported:
		return "unsupported"
	}
	return "other"
}

// Error is how an adapter says that something failed. Err holds the cause; it
// may quote the platform but never a secret.
type Error struct {
	Op    string // what was tried: "set_group_ban", "MODE +b"
	Kind  ErrorKind
	After time.Duration // with RateLimited: how long to wait; 0 when the platform does not say
	Err   error
}

// Error is "op: kind: cause".
func (e *Error) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("%s: %s", e.Op, e.Kind)
	}
	return fmt.Sprintf("%s: %s: %v", e.Op, e.Kind, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of the first *Error in err's chain; an ended context is
// Transient, and anything else Other.
func KindOf(err error) ErrorKind {
	var e *Error
	switch {
	case errors.As(err, &e):
		return e.Kind
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return Transient
	}
	return Other
}
