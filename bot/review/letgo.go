package review

import (
	"slices"
	"time"

	"patrol/bot/ledger"
	"patrol/rules"
	"patrol/rules/lang"
)

// HeldBy reports whether an act of the case waits for nothing but the brake of
// that id.
func (c *Case) HeldBy(brake string) bool {
	return slices.ContainsFunc(c.Acts, func(a Act) bool { return a.State == Held && a.Brake == brake })
}

// LetGo makes what only the brake of that id holds due. It is no verdict: a case
// that no rule wanted a person for is again one on which the bot acted alone, and
// every other stays open. Where the brake holds nothing of the case, nothing
// changes.
func (c *Case) LetGo(brake, by string, now time.Time) ([]ledger.Entry, error) {
	if !c.HeldBy(brake) {
		return nil, nil
	}
	if err := c.heldAgainst(by, now); err != nil {
		return nil, err
	}
	for i := range c.Acts {
		if a := &c.Acts[i]; a.State == Held && a.Brake == brake {
			a.release(now, DueIn{}.For(c.Verdict.Severity()))
		}
	}
	waits := slices.ContainsFunc(c.Acts, func(a Act) bool { return a.State == Held })
	if c.State == Open && !waits && !c.asked() {
		c.State, c.Due, c.Trouble = Acted, time.Time{}, lang.Text{}
		c.free()
	}
	return []ledger.Entry{c.entry(ledger.LetGo, by, now)}, nil
}

// asked reports whether a rule that hit, or a person, wants a person to look in any
// case.
func (c *Case) asked() bool {
	return c.Escalated.By != "" || c.Proposed.By != "" || slices.ContainsFunc(c.Verdict.Hits, func(h rules.Hit) bool {
		return h.Mode == rules.Live && (h.Then.Answer == rules.Review || h.Then.Review)
	})
}
