package review

import (
	"errors"
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/manual"
	"patrol/rules"
	"patrol/rules/lang"
)

// Word is what one person says about a case at one time.
type Word struct {
	By     string
	At     time.Time
	Ground string
	Below  bool // may not decide what a person has handed up

	// Instead, with Uphold, is what is done to the member in place of what is held:
	// lighter, heavier, or, where it is the zero step, nothing. nil is what is held,
	// or what another person has proposed.
	Instead *rules.Step
}

// Policy is what the bot file says about verdicts. The zero Policy lets one person
// do everything at once, and says nothing to anybody.
type Policy struct {
	// Second is the verbs that two people must want before they are done.
	Second []chat.Verb

	// Grace is how long what a person made due waits before it is done, so that
	// taking the verdict back comes in time also where nothing can undo the act.
	Grace time.Duration

	// ByHand is the verbs that a person is asked to do on the platform where the bot
	// can't, and DueIn how soon.
	ByHand []chat.Verb
	DueIn  DueIn

	// Apology is the text of the notice that follows when something that was done is
	// overturned; nothing is posted where it is nil or returns "".
	Apology func(*Case) string

	// Language is that of notices; "" is both.
	Language lang.Lang

	// Measures are what a person may choose in place of what is held: the steps of
	// the ladder. Nothing at all may always be chosen.
	Measures []rules.Step

	// Rungs is the ladder, to tell what follows when a member does it again.
	Rungs []ladder.Rung
}

// hand is who does v in the chat of the case.
func (p *Policy) hand(c *Case, v chat.Verb) Hand {
	if _, can := manual.For(c.Event.Platform, v); can && slices.Contains(p.ByHand, v) {
		return HandElse
	}
	return HandNever
}

// allows reports whether step may be chosen in place of what the case holds.
func (p *Policy) allows(c *Case, step rules.Step) bool {
	return step.Verb == "" || slices.Contains(p.Choices(c), step)
}

// Choices are the steps that may be chosen in place of what the case holds, from
// the lightest to the heaviest, what is held among them: only steps against the
// member, for a warning and a deleted message leave nothing to choose.
func (p *Policy) Choices(c *Case) []rules.Step {
	var steps []rules.Step
	add := func(s rules.Step) {
		if restricts(s.Verb) && !slices.Contains(steps, s) {
			steps = append(steps, s)
		}
	}
	for _, s := range p.Measures {
		add(s)
	}
	for i := range c.Acts {
		if a := &c.Acts[i]; a.State == Held {
			add(rules.Step{Verb: a.Action.Verb, For: a.Action.For})
		}
	}
	slices.SortStableFunc(steps, func(a, b rules.Step) int {
		if d := a.Verb.Weight() - b.Verb.Weight(); d != 0 {
			return d
		}
		return int(min(max(longer(a)-longer(b), -1), 1))
	})
	return steps
}

// longer is how long a mute lasts, where one without an end is the longest.
func longer(s rules.Step) time.Duration {
	if s.Verb == chat.Mute && s.For == 0 {
		return 1<<63 - 1
	}
	return s.For
}

// restricts reports whether the verb is against the member, not the message.
func restricts(v chat.Verb) bool { return v.Weight() >= chat.Mute.Weight() }

// Proposal is an uphold that waits for a second person, because of what it would do.
type Proposal struct {
	By      string      `json:"by"`
	At      time.Time   `json:"at"`
	Ground  string      `json:"ground,omitempty"`
	Instead *rules.Step `json:"instead,omitempty"`
}

// Escalation says that a case was handed up: by a person, to somebody who may
// decide more, or by the bot, because nobody decided in time.
type Escalation struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Ground string    `json:"ground,omitempty"`
}

// Standing is how a case stood before it was decided, so that the verdict can be
// taken back.
type Standing struct {
	State     State       `json:"state"`
	Due       time.Time   `json:"due,omitzero"`
	Strike    StrikeState `json:"strike,omitempty"`
	DecidedBy string      `json:"decided_by,omitempty"`
	DecidedAt time.Time   `json:"decided_at,omitzero"`
	Ground    string      `json:"ground,omitempty"`
	Proposed  Proposal    `json:"proposed,omitzero"`
	Acts      []ActStood  `json:"acts,omitempty"`
}

// ActStood is the state of the act of that key then.
type ActStood struct {
	Key   string   `json:"key"`
	State ActState `json:"state"`
}

func (s *Standing) act(key string) (ActState, bool) {
	i := slices.IndexFunc(s.Acts, func(a ActStood) bool { return a.Key == key })
	if i < 0 {
		return "", false
	}
	return s.Acts[i].State, true
}

// The errors of words that can't be taken as they are.
var (
	ErrSecond  = errors.New("another person has to confirm this / 需要另一人确认")
	ErrAbove   = errors.New("the case was handed up / 案件已上报，由管理员裁决")
	ErrMeasure = errors.New("the ladder has no such measure / 阶梯中没有这一处置")
	ErrNothing = errors.New("there is nothing of yours to take back / 没有可撤回的操作")
	ErrIntact  = errors.New("the message was not deleted by the bot, or has no text / 消息未被删除，或没有文字")
)
