package review

import (
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// Said is what people wrote, in a case as recorded: all of it that is text. A store
// keeps it apart from the rest, so that it can be erased while the rest still
// proves that the bot has acted, when and by which rule.
type Said struct {
	Salt        []byte            `json:"salt"` // random, so that the digest of the rest says nothing
	Name        string            `json:"name,omitempty"`
	Text        string            `json:"text,omitempty"`
	Mentions    []string          `json:"mentions,omitempty"`
	Attachments []chat.Attachment `json:"attachments,omitempty"`
	Folded      string            `json:"folded,omitempty"`
	Signals     [][]rules.Signal  `json:"signals,omitempty"` // of each hit: what was found, and where
	Excused     []rules.Excuse    `json:"excused,omitempty"`
	Context     []chat.Event      `json:"context,omitempty"`
	Acts        []SaidInAct       `json:"acts,omitempty"` // of each act
}

// SaidInAct is what an action carries of it.
type SaidInAct struct {
	Name    string `json:"name,omitempty"`
	Text    string `json:"text,omitempty"`
	Private string `json:"private,omitempty"`
}

// Split is the case as recorded in its two parts. c stays as it is, and shares
// memory with both.
func (c *Case) Split() (rest Case, said Said) {
	rest = *c
	e, v := &rest.Event, &rest.Verdict
	said = Said{
		Name: e.Author.Name, Text: e.Message.Text, Mentions: e.Message.Mentions, Attachments: e.Message.Attachments,
		Folded: v.Folded, Excused: v.Excused, Context: rest.Context,
	}
	e.Author.Name, e.Message.Text, e.Message.Mentions, e.Message.Attachments = "", "", nil, nil
	v.Folded, v.Excused, rest.Context = "", nil, nil
	if len(v.Hits) > 0 {
		v.Hits = slices.Clone(v.Hits)
		said.Signals = make([][]rules.Signal, len(v.Hits))
		for i := range v.Hits {
			said.Signals[i], v.Hits[i].Signals = v.Hits[i].Signals, nil
		}
	}
	if len(rest.Acts) > 0 {
		rest.Acts = slices.Clone(rest.Acts)
		said.Acts = make([]SaidInAct, len(rest.Acts))
		for i := range rest.Acts {
			a := &rest.Acts[i]
			said.Acts[i] = SaidInAct{a.Action.Name, a.Action.Text, a.Private}
			a.Action.Name, a.Action.Text, a.Private = "", "", ""
		}
	}
	return rest, said
}

// Join puts back what Split took out.
func (c *Case) Join(s *Said) {
	e, v := &c.Event, &c.Verdict
	e.Author.Name, e.Message.Text, e.Message.Mentions, e.Message.Attachments = s.Name, s.Text, s.Mentions, s.Attachments
	v.Folded, v.Excused, c.Context = s.Folded, s.Excused, s.Context
	for i := range min(len(v.Hits), len(s.Signals)) {
		v.Hits[i].Signals = s.Signals[i]
	}
	for i := range min(len(c.Acts), len(s.Acts)) {
		a := &c.Acts[i]
		a.Action.Name, a.Action.Text, a.Private = s.Acts[i].Name, s.Acts[i].Text, s.Acts[i].Private
	}
}

// Erasure says when the texts of a case were erased, by whom and why. They may be
// erased again, where somebody has written something since.
type Erasure struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Ground lang.Text `json:"ground,omitzero"`
}

// Erase takes out of the case, as it stands, all that people wrote: the event's
// texts, notes, grounds, the appeal, what platforms answered. Who did what, and
// when, stays. A verdict can't be taken back any more.
func (c *Case) Erase(how Erasure) {
	*c, _ = c.Split()
	for i := range c.Acts {
		c.Acts[i].Error, c.Acts[i].Receipt.Note = "", ""
	}
	c.Remarks = slices.Clone(c.Remarks)
	for i := range c.Remarks {
		c.Remarks[i].Text = ""
	}
	c.Ground, c.Trouble, c.Before = "", lang.Text{}, nil
	c.Escalated.Ground, c.Proposed.Ground, c.Appeal.Text = "", "", ""
	c.Erased = how
}

// Unsettled is why the texts of the case can't be erased yet, whatever their age;
// zero where they can.
func (c *Case) Unsettled(now time.Time) lang.Text {
	switch {
	case c.AppealState() == AppealWaits:
		return lang.T("申诉待裁决", "an appeal waits")
	case c.State == Open:
		return lang.T("案件待审", "it is open")
	case c.ClaimedBy != "" && now.Before(c.ClaimedUntil):
		return lang.T("有人正在处理", "somebody holds it")
	}
	for i := range c.Acts {
		if s := c.Acts[i].State; s == Held || s == Due || s == Doing || s == Asked {
			return lang.T("还有动作未完成", "something is still to be done")
		}
	}
	return lang.Text{}
}

// Touched is when something was last said about the case.
func (c *Case) Touched() time.Time {
	last := c.Created
	times := []time.Time{c.DecidedAt, c.Appeal.At, c.Escalated.At, c.Proposed.At, c.Reported.Last}
	for _, r := range c.Remarks {
		times = append(times, r.At)
	}
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

// Needed is why the case can't go as a whole yet, whatever its age; zero where it
// can.
func (c *Case) Needed(now time.Time) lang.Text {
	if k := c.Decision.Strike; k != nil && (c.Strike == StrikeCounts || c.Strike == StrikePending) && now.Before(k.Until) {
		return lang.T("积分仍有效", "its strike counts")
	}
	return c.Unsettled(now)
}
