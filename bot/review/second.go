package review

import (
	"reflect"
	"slices"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules"
)

// replaces reports whether the person has chosen something in place of a.
func (w *Word) replaces(a *Act, overturned bool) bool {
	return w.Instead != nil && restricts(a.Action.Verb) && (a.State == Held || overturned && a.State == Cancelled) && !w.chooses(a)
}

// chooses reports whether a does just what the person has chosen.
func (w *Word) chooses(a *Act) bool {
	return a.Action.Verb == w.Instead.Verb && a.Action.For == w.Instead.For
}

// needsTwo reports whether upholding as w says does something that two people must
// want.
func (c *Case) needsTwo(w *Word, p *Policy) bool {
	if w.Instead != nil && slices.Contains(p.Second, w.Instead.Verb) {
		return true
	}
	overturned := c.State == Overturned
	return slices.ContainsFunc(c.Acts, func(a Act) bool {
		becomesDue := a.State == Held || overturned && a.State == Cancelled
		return becomesDue && a.Action.Verb.Weight() > 0 && !w.replaces(&a, overturned) && slices.Contains(p.Second, a.Action.Verb)
	})
}

// confirms reports whether another person has proposed the very same.
func (c *Case) confirms(w *Word) bool {
	return c.Proposed.By != "" && c.Proposed.By != w.By && reflect.DeepEqual(c.Proposed.Instead, w.Instead)
}

func (c *Case) propose(w Word) ([]ledger.Entry, error) {
	if c.Proposed.By == w.By && reflect.DeepEqual(c.Proposed.Instead, w.Instead) {
		return nil, ErrSecond
	}
	c.Proposed = Proposal{By: w.By, At: w.At, Ground: w.Ground, Instead: w.Instead}
	c.free()
	return []ledger.Entry{c.saying(ledger.Proposed, &w)}, nil
}

// ruled marks the key of an act that a person chose, beside one of the same verb
// that the bot planned.
const ruled = ".ruled"

// measure adds what the person chose in place of what was held.
func (c *Case) measure(w *Word, p *Policy) {
	if w.Instead == nil || w.Instead.Verb == "" {
		return
	}
	if slices.ContainsFunc(c.Acts, func(a Act) bool { return (a.State == Due || a.State == Asked) && w.chooses(&a) }) {
		return
	}
	a := c.planned(*w.Instead)
	a.Hand = p.hand(c, a.Action.Verb)
	a.State, a.Due = Due, w.At.Add(p.Grace)
	if known := c.act(a.Action.Key); known == nil {
		c.Acts = append(c.Acts, a)
	} else if known.State != Doing && known.State != Done {
		*known = a
	}
}

// planned is an act against the member of the case.
func (c *Case) planned(s rules.Step) Act {
	e := &c.Event
	return Act{
		Case: c.ID, Adapter: e.Adapter, Action: chat.Action{
			Key: ActKey(c.ID, s.Verb) + ruled, Verb: s.Verb, Chat: e.Chat, Member: e.Author.ID, Name: e.Author.Name,
			Message: e.Message.ID, Sent: e.Time, For: s.For, Reason: "patrol (" + c.ID + ")",
		},
	}
}
