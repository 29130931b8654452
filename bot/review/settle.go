package review

import (
	"time"

	"patrol/bot/ledger"
)

// Settle writes down what became of acts, and returns the entries that are to be
// added to u.Entries. It reads and changes State, Acts, Due and Trouble, and of
// the rest needs only ID, DecidedAt, Event and Verdict.Set.
//
// A person's word stands. What was cancelled stays so, unless u says how it truly
// ended: taking it up again is refused with a *CancelledError, after everything
// else in u was applied. Once the case is overturned no act that punishes waits
// for another try: it is cancelled. And whatever turns out to be done after the
// overturn is undone.
func (c *Case) Settle(u Update) ([]ledger.Entry, error) {
	var (
		entries []ledger.Entry
		refused CancelledError
	)
	for _, a := range u.Acts {
		a.Case = c.ID
		switch stored := c.act(a.Action.Key); {
		case a.State == Done || a.State == Failed || a.State == Cancelled:
			c.put(a)
		case stored != nil && stored.State == Cancelled:
			refused.Keys = append(refused.Keys, a.Action.Key)
		case c.State != Overturned:
			c.put(a)
		case a.Action.Verb.Weight() > 0:
			c.put(a)
			entries = append(entries, c.cancel(c.act(a.Action.Key), ledger.Bot, c.DecidedAt))
			if a.State == Doing { // the worker asks before it tries: it must not
				refused.Keys = append(refused.Keys, a.Action.Key)
			}
		case a.State == Doing:
			c.put(a)
		case stored == nil || a.Attempts > 0:
			c.put(a)
		}
		// What is left is the timer of a mute that was overturned: the undo act that
		// is there already comes sooner.
	}
	if c.State == Overturned {
		c.undoAll(c.latest())
	}
	if !u.Trouble.IsZero() {
		c.Trouble = u.Trouble
		if c.State != Upheld && c.State != Overturned {
			c.State, c.Due = Open, u.Due
		}
	}
	if len(refused.Keys) > 0 {
		return entries, &refused
	}
	return entries, nil
}

// latest is the last thing known to have happened to the case: its clock where
// there is no other.
func (c *Case) latest() time.Time {
	last := c.DecidedAt
	for i := range c.Acts {
		if c.Acts[i].Settled.After(last) {
			last = c.Acts[i].Settled
		}
	}
	return last
}

func (c *Case) put(a Act) {
	if stored := c.act(a.Action.Key); stored != nil {
		*stored = a
		return
	}
	c.Acts = append(c.Acts, a)
}
