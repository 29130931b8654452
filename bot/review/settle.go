package review

import (
	"time"

	"patrol/bot/ledger"
)

// Settle writes down what became of acts, and returns the entries that are to be
// added to u.Entries. It reads and changes State, Acts, Due and Trouble, and of
// the rest needs only ID, DecidedAt and what entries name: chat and member.
//
// A person's word stands. What was cancelled stays so, unless u says how it truly
// ended. Once the case is overturned no act that punishes is tried, or tried again:
// it is cancelled. A worker who asks for either gets a *CancelledError that names
// the acts, after everything else in u was applied; so a worker finds out whether
// an act is still wanted by settling it as Doing. Whatever turns out to be done
// after the overturn is undone.
func (c *Case) Settle(u Update) ([]ledger.Entry, error) {
	var (
		entries []ledger.Entry
		refused CancelledError
	)
	for _, a := range u.Acts {
		a.Case = c.ID
		stored := c.act(a.Action.Key)
		switch {
		case a.State == Done || a.State == Failed || a.State == Cancelled:
			c.put(a)
		case stored != nil && stored.State == Cancelled:
			refused.Keys = append(refused.Keys, a.Action.Key)
		case c.State == Overturned && a.Action.Verb.Weight() > 0:
			refused.Keys = append(refused.Keys, a.Action.Key)
			c.put(a)
			entries = append(entries, c.cancel(c.act(a.Action.Key), ledger.Bot, c.DecidedAt))
		case c.State == Overturned && stored != nil && a.State == Due && a.Attempts == 0:
			// The timer of a mute that was overturned: the undo act that is there
			// already comes sooner.
		default:
			c.put(a)
		}
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
