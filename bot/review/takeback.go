package review

import (
	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// standing is how the case stands, for TakeBack.
func (c *Case) standing() *Standing {
	s := &Standing{
		State: c.State, Due: c.Due, Strike: c.Strike,
		DecidedBy: c.DecidedBy, DecidedAt: c.DecidedAt, Ground: c.Ground, Proposed: c.Proposed,
	}
	for i := range c.Acts {
		s.Acts = append(s.Acts, ActStood{c.Acts[i].Action.Key, c.Acts[i].State})
	}
	return s
}

// Escalate hands the case up: it waits for a person again, before others.
func (c *Case) Escalate(w Word) ([]ledger.Entry, error) {
	if err := c.heldAgainst(w.By, w.At); err != nil {
		return nil, err
	}
	if c.State == Upheld || c.State == Overturned {
		return nil, &DecidedError{State: c.State, Wanted: Open, By: c.DecidedBy, At: c.DecidedAt}
	}
	if c.Due.IsZero() {
		c.Due = w.At
	}
	c.State, c.Escalated = Open, Escalation{By: w.By, At: w.At, Ground: w.Ground}
	if w.By != ledger.Bot {
		c.free()
	}
	return []ledger.Entry{c.saying(ledger.Escalated, &w)}, nil
}

// TakeBack undoes the last thing that the person has said about the case: a
// verdict, a proposal, an escalation. The case stands as it stood before, as far as
// that is still possible: what the verdict let happen and already has happened is
// undone where the platform can, what it has undone stays undone.
func (c *Case) TakeBack(w Word) ([]ledger.Entry, error) {
	if err := c.heldAgainst(w.By, w.At); err != nil {
		return nil, err
	}
	decided := c.State == Upheld || c.State == Overturned
	var what lang.Text
	switch {
	case c.Proposed.By == w.By && !c.Proposed.At.Before(c.DecidedAt):
		c.Proposed, what = Proposal{}, lang.T("提议", "the proposal")
	case decided && c.DecidedBy != w.By:
		return nil, &DecidedError{State: c.State, Wanted: Open, By: c.DecidedBy, At: c.DecidedAt}
	case decided && c.Before != nil:
		return c.restore(w), nil
	case !decided && c.Escalated.By == w.By:
		c.Escalated, what = Escalation{}, lang.T("上报", "the escalation")
	default:
		return nil, ErrNothing
	}
	e := c.entry(ledger.TakenBack, w.By, w.At)
	e.Ground = what
	return []ledger.Entry{e}, nil
}

func (c *Case) restore(w Word) []ledger.Entry {
	before := c.Before
	entries := []ledger.Entry{c.entry(ledger.TakenBack, w.By, w.At)}
	entries[0].Ground = lang.T("维持", "the uphold")
	if c.State == Overturned {
		entries[0].Ground = lang.T("推翻", "the overturn")
	}
	c.State, c.Due, c.Strike = before.State, before.Due, before.Strike
	c.DecidedBy, c.DecidedAt, c.Ground, c.Proposed = before.DecidedBy, before.DecidedAt, before.Ground, before.Proposed
	c.Before = nil
	undo := map[string]bool{}
	for i := range c.Acts {
		a := &c.Acts[i]
		was, known := before.act(a.Action.Key)
		waits := a.waits()
		switch punishing := a.Action.Verb.Weight() > 0; {
		case punishing && (a.State == Doing || a.State == Done) && (!known || was == Held || was == Cancelled):
			undo[a.Action.Key] = true
		case waits && was == Held:
			a.State = Held
		case waits && !punishing:
			if end, timed := c.timerOf(a); timed {
				a.Due = end
			} else if !known || was == Cancelled {
				entries = append(entries, c.cancel(a, w.By, w.At))
			}
		case waits && (!known || was == Cancelled):
			entries = append(entries, c.cancel(a, w.By, w.At))
		case a.State == Cancelled && (was == Held || was == Due || was == Doing || was == Asked):
			a.Attempts, a.Error = 0, ""
			a.release(w.At, undoByHandWithin)
			if was == Held {
				a.State = Held
			}
			if end, timed := c.timerOf(a); timed {
				a.Due = end
			}
		}
	}
	c.undo(w.At, func(a *Act) bool { return undo[a.Action.Key] })
	if c.State == Overturned {
		entries = append(entries, c.stopAll(w.By, w.At)...)
		c.undoAll(w.At)
	}
	return entries
}
