package ladder

import (
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// Strike is what is remembered against a member of a chat.
type Strike struct {
	Case   string    `json:"case"` // the case that it comes from
	Rule   string    `json:"rule"`
	Weight int       `json:"weight"`
	At     time.Time `json:"at"`
	Until  time.Time `json:"until"` // from then on it no longer counts
}

// Counts reports whether the strike still weighs at time t.
func (s Strike) Counts(t time.Time) bool { return !s.At.After(t) && t.Before(s.Until) }

// Input is everything that a decision depends on.
type Input struct {
	Event        *chat.Event
	Verdict      *rules.Verdict
	Strikes      []Strike // the member's strikes in this chat, lapsed ones included or not
	Capabilities chat.Capabilities
	ByHand       []chat.Verb   // what a person is asked to do where the bot can't
	Braked       bool          // a brake is on: what is heavier than a warning is held
	Doubted      []string      // rules that people overturn too often: they ask before anything is done
	Stale        bool          // the event is too old to be acted on as if it were new
	Age          time.Duration // how old the message is by now, for the platform's recall window
}

// Decision is what follows from a verdict. The zero Decision is "nothing".
type Decision struct {
	Do      []rules.Step `json:"do,omitempty"`      // now, in this order
	Held    []rules.Step `json:"held,omitempty"`    // only when a person upholds the case
	Braked  []rules.Step `json:"braked,omitempty"`  // those of Held that nothing but the brake holds
	ByHand  []rules.Step `json:"by_hand,omitempty"` // by a person on the platform, now: the bot can't
	Later   []rules.Step `json:"later,omitempty"`   // by a person on the platform, once a person upholds the case
	Shadow  []rules.Step `json:"shadow,omitempty"`  // what rules in shadow mode would have done
	Strike  *Strike      `json:"strike,omitempty"`  // counted at once, or, with Held and nothing done, when upheld
	Pending bool         `json:"pending,omitempty"` // the strike waits for a person
	Review  bool         `json:"review,omitempty"`  // a person is asked to look
	Score   int          `json:"score,omitempty"`   // the member's score with this strike
	Why     []lang.Text  `json:"why,omitempty"`     // each turn that the decision took, for people
}

// Nothing reports whether the decision asks for no action, no strike and no
// person.
func (d *Decision) Nothing() bool {
	return len(d.Do) == 0 && len(d.Held) == 0 && len(d.ByHand) == 0 && len(d.Later) == 0 && len(d.Shadow) == 0 && d.Strike == nil && !d.Review
}
