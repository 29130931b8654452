package review

import (
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// heldAgainst is the refusal where somebody else than by holds the case at now.
func (c *Case) heldAgainst(by string, now time.Time) error {
	if c.ClaimedBy == "" || c.ClaimedBy == by || !now.Before(c.ClaimedUntil) {
		return nil
	}
	return &ClaimedError{By: c.ClaimedBy, Until: c.ClaimedUntil}
}

// Claim takes the case for by until now+lease.
func (c *Case) Claim(by string, now time.Time, lease time.Duration) ([]ledger.Entry, error) {
	if err := c.heldAgainst(by, now); err != nil {
		return nil, err
	}
	renewed := c.ClaimedBy == by && now.Before(c.ClaimedUntil)
	c.ClaimedBy, c.ClaimedUntil = by, now.Add(lease)
	if renewed {
		return nil, nil
	}
	return []ledger.Entry{c.entry(ledger.Claimed, by, now)}, nil
}

// Release gives the case back.
func (c *Case) Release(by string, now time.Time) ([]ledger.Entry, error) {
	if err := c.heldAgainst(by, now); err != nil {
		return nil, err
	}
	if c.ClaimedBy == "" {
		return nil, nil
	}
	c.free()
	return []ledger.Entry{c.entry(ledger.Released, by, now)}, nil
}

// Note adds what by wrote. The ledger gets the digest of the note: a note may
// quote the message, and the ledger holds no message text.
func (c *Case) Note(by, text string, now time.Time) []ledger.Entry {
	c.Remarks = append(c.Remarks, Remark{By: by, At: now, Text: text})
	e := c.entry(ledger.Noted, by, now)
	e.Digest = ledger.Digest([]byte(text))
	return []ledger.Entry{e}
}

// Uphold agrees with the bot: held acts become due, or what w chose in their place,
// and a pending strike counts. Where p asks for two people, the first uphold is a
// proposal: the case stays as it is until another person confirms it.
//
// Upholding what was overturned takes the overturn back as far as that is still
// possible: acts that it cancelled become due again, undo acts that still wait
// are cancelled (the timer of a mute gets its own time back), the strike counts
// again. What was undone in the meantime stays undone: the member was let go for
// this message once, and is not punished for it a second time.
func (c *Case) Uphold(w Word, p *Policy) ([]ledger.Entry, error) {
	if err := c.decidable(Upheld, &w); err != nil {
		return nil, err
	}
	if w.Instead == nil && c.Proposed.By != "" && c.Proposed.By != w.By {
		w.Instead = c.Proposed.Instead
	}
	if w.Instead != nil && !p.allows(c, *w.Instead) {
		return nil, ErrMeasure
	}
	if c.needsTwo(&w, p) && !c.confirms(&w) {
		return c.propose(w)
	}
	overturned := c.State == Overturned
	entries := []ledger.Entry{c.decide(ledger.Upheld, Upheld, w)}
	for i := range c.Acts {
		a := &c.Acts[i]
		switch punishing := a.Action.Verb.Weight() > 0; {
		case punishing && w.replaces(a, overturned):
			entries = append(entries, c.cancel(a, w.By, w.At))
		case punishing && (a.State == Held || overturned && a.State == Cancelled):
			a.release(w.At.Add(p.Grace), c.byHand(p))
		case !punishing && overturned && (a.State == Due || a.State == Asked):
			if end, timed := c.timerOf(a); timed {
				a.Due = end
				continue
			}
			entries = append(entries, c.cancel(a, w.By, w.At))
		}
	}
	c.measure(&w, p)
	if c.Strike != StrikeNone {
		c.Strike = StrikeCounts
	}
	return entries, nil
}

// Overturn disagrees with the bot: held and due acts are cancelled, each act
// that was done, or that may just be done, and can be undone is undone, and the
// strike is void.
func (c *Case) Overturn(w Word, p *Policy) ([]ledger.Entry, error) {
	if err := c.decidable(Overturned, &w); err != nil {
		return nil, err
	}
	entries := []ledger.Entry{c.decide(ledger.Overturned, Overturned, w)}
	entries = append(entries, c.stopAll(w.By, w.At)...)
	if c.Strike != StrikeNone {
		c.Strike = StrikeVoid
	}
	c.Proposed = Proposal{}
	c.undoAll(w.At)
	c.apologize(w.At, p)
	return entries, nil
}

// decidable refuses a decision that is made already, and one by somebody who
// can't know how the case stands: another person holds it, or another person has
// decided otherwise and by has not claimed it since.
func (c *Case) decidable(to State, w *Word) error {
	if err := c.heldAgainst(w.By, w.At); err != nil {
		return err
	}
	if err := c.mayDecideAppeal(w.By); err != nil {
		return err
	}
	if c.State != Upheld && c.State != Overturned {
		if by := c.Escalated.By; w.Below && by != "" && by != ledger.Bot {
			return ErrAbove
		}
		return nil
	}
	knows := c.DecidedBy == w.By || c.ClaimedBy == w.By && w.At.Before(c.ClaimedUntil)
	if c.State == to || !knows {
		return &DecidedError{State: c.State, Wanted: to, By: c.DecidedBy, At: c.DecidedAt}
	}
	return nil
}

func (c *Case) decide(kind ledger.Kind, to State, w Word) ledger.Entry {
	c.Before = c.standing()
	c.State, c.DecidedBy, c.DecidedAt, c.Ground = to, w.By, w.At, w.Ground
	c.Due = time.Time{}
	c.free()
	return c.saying(kind, &w)
}

// saying is an entry of that kind with the ground that the person gave.
func (c *Case) saying(kind ledger.Kind, w *Word) ledger.Entry {
	e := c.entry(kind, w.By, w.At)
	e.Ground = lang.T(w.Ground, w.Ground)
	return e
}

func (c *Case) free() { c.ClaimedBy, c.ClaimedUntil = "", time.Time{} }

func (c *Case) cancel(a *Act, by string, now time.Time) ledger.Entry {
	a.State, a.Settled = Cancelled, now
	e := c.entry(ledger.Cancelled, by, now)
	e.Act, e.Verb = a.Action.Key, string(a.Action.Verb)
	return e
}

// stopAll cancels every act that punishes and waits.
func (c *Case) stopAll(by string, now time.Time) (entries []ledger.Entry) {
	for i := range c.Acts {
		a := &c.Acts[i]
		if a.Action.Verb.Weight() > 0 && (a.State == Held || a.State == Due || a.State == Asked) {
			entries = append(entries, c.cancel(a, by, now))
		}
	}
	return entries
}

// undoAll makes sure that every act that has an undo, and that has reached the
// platform or is about to, is undone after that.
func (c *Case) undoAll(now time.Time) { c.undo(now, func(*Act) bool { return true }) }

// undo is undoAll for the acts that are wanted to be undone.
func (c *Case) undo(now time.Time, wanted func(*Act) bool) {
	for i := range c.Acts {
		a := c.Acts[i]
		verb := a.Action.Verb.Undo()
		if verb == "" || a.State != Doing && a.State != Done || a.lapsed(now) || !wanted(&a) {
			continue
		}
		undo := c.act(ActKey(c.ID, verb))
		switch {
		case undo == nil:
			c.Acts = append(c.Acts, c.undoOf(&a, verb, now))
		case undo.State == Asked:
			undo.Due = earlier(undo.Due, now.Add(undoByHandWithin))
		case undo.State == Due && undo.Attempts == 0:
			undo.Due = earlier(undo.Due, now) // a timer waits: brought forward, not doubled
		case undo.State == Done && undo.Settled.Before(a.Settled), undo.State == Cancelled, undo.State == Failed:
			undo.Attempts, undo.Error = 0, ""
			undo.release(now, undoByHandWithin)
		}
	}
}

// lapsed reports whether the platform itself has ended the mute, so that lifting
// it could only lift somebody else's.
func (a *Act) lapsed(now time.Time) bool {
	return a.State == Done && !a.Receipt.Until.IsZero() && !now.Before(a.Receipt.Until)
}

func (c *Case) undoOf(a *Act, verb chat.Verb, due time.Time) Act {
	undo := Act{Case: c.ID, Adapter: a.Adapter, Action: a.Action, Hand: a.Hand}
	undo.release(due, undoByHandWithin)
	undo.Action.Key, undo.Action.Verb = ActKey(c.ID, verb), verb
	undo.Action.For, undo.Action.Text, undo.Action.Message, undo.Action.Sent = 0, "", "", time.Time{}
	return undo
}

// timerOf reports when the last of the timed mutes that a lifts was to end, where
// the platform does not lift them by itself.
func (c *Case) timerOf(a *Act) (end time.Time, timed bool) {
	for i := range c.Acts {
		m := &c.Acts[i]
		if m.State != Done || m.Action.Verb.Undo() != a.Action.Verb || m.Action.For == 0 || !m.Receipt.Until.IsZero() {
			continue
		}
		if until := m.Settled.Add(m.Action.For); !timed || until.After(end) {
			end, timed = until, true
		}
	}
	return end, timed
}

func (c *Case) act(key string) *Act {
	i := slices.IndexFunc(c.Acts, func(a Act) bool { return a.Action.Key == key })
	if i < 0 {
		return nil
	}
	return &c.Acts[i]
}

func (c *Case) dueBy(now time.Time) bool {
	return slices.ContainsFunc(c.Acts, func(a Act) bool { return a.State == Due && !a.Due.After(now) })
}

// entry is an entry of that kind about the case.
func (c *Case) entry(kind ledger.Kind, by string, now time.Time) ledger.Entry {
	return ledger.Entry{
		At: now, Kind: kind, Actor: by, Case: c.ID,
		Chat: ChatKey(c.Event.Adapter, c.Event.Chat), Member: c.Event.Author.ID, Set: c.Verdict.Set,
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
