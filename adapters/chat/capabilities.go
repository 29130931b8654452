package chat

import "time"

// Muting says how a platform takes a member's voice.
type Muting string

// The ways of muting.
const (
	MuteNone    Muting = ""        // it can't
	MuteTimed   Muting = "timed"   // for a time; the platform lifts it
	MuteUntimed Muting = "untimed" // until lifted; whoever muted must lift it
)

// Capabilities is what this bot may really do in one chat now: probed, with
// limits, not assumed from the platform's name. A zero limit means "no limit
// known".
type Capabilities struct {
	Warn   bool `json:"warn"`
	Delete bool `json:"delete"` // other members' messages
	Remove bool `json:"remove"`
	Ban    bool `json:"ban"`
	Unban  bool `json:"unban"`

	Mute    Muting        `json:"mute,omitempty"`
	MuteMin time.Duration `json:"mute_min,omitempty"` // shorter mutes are rounded up to it
	MuteMax time.Duration `json:"mute_max,omitempty"` // longer mutes are cut to it

	DeleteWindow   time.Duration `json:"delete_window,omitempty"`    // a message older than this can't be deleted
	WarnsPerMinute int           `json:"warns_per_minute,omitempty"` // notices posted into one chat
	ActsPerMinute  int           `json:"acts_per_minute,omitempty"`  // all actions of this connection together
	RemovalsPerDay int           `json:"removals_per_day,omitempty"` // removals and bans of this connection together
	Edits          bool          `json:"edits,omitempty"`            // edits arrive as events
}

// Can reports whether the platform can do v at all.
func (c Capabilities) Can(v Verb) bool {
	switch v {
	case Warn, Tell:
		return c.Warn
	case Delete:
		return c.Delete
	case Mute, Unmute:
		return c.Mute != MuteNone
	case Remove:
		return c.Remove
	case Ban:
		return c.Ban
	case Unban:
		return c.Unban
	}
	return false
}

// ClampMute is d brought within the platform's limits. A d of 0 (until lifted)
// becomes the longest mute where the platform has one.
func (c Capabilities) ClampMute(d time.Duration) time.Duration {
	switch {
	case d == 0 && c.Mute == MuteTimed:
		return c.MuteMax
	case d == 0:
		return 0
	case c.MuteMin > 0 && d < c.MuteMin:
		return c.MuteMin
	case c.MuteMax > 0 && d > c.MuteMax:
		return c.MuteMax
	}
	return d
}
