package review

import (
	"errors"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/manual"
	"patrol/rules/lang"
)

// ErrNotAsked refuses the word that something was done, or could not be, by hand of
// which the case does not ask it.
var ErrNotAsked = errors.New("nobody is asked to do that by hand / 没有请人操作这一项")

// undoByHandWithin is how soon a person should undo by hand what was wrong.
const undoByHandWithin = time.Hour

// release lets the act be carried out: by the bot at due, or by a person until
// within after that.
func (a *Act) release(due time.Time, within time.Duration) {
	a.State, a.Due, a.Settled = Due, due, time.Time{}
	if a.Hand == HandOnly {
		a.State, a.Due = Asked, due.Add(within)
	}
}

// waits reports whether nothing of the act was tried yet, and it is to be done.
func (a *Act) waits() bool { return a.State == Asked || a.State == Due && a.Attempts == 0 }

// byHand is how soon a person should do by hand what the case asks for.
func (c *Case) byHand(p *Policy) time.Duration { return p.DueIn.For(c.Verdict.Severity()) }

// Did writes down that w.By has done by hand what the act of that key asks for. From
// then on it is an act like any other that was done. A mute that the platform does
// not end by itself is to be lifted by hand in time.
//
// A person may correct themself, or another: what could not be done was done after
// all. The error is ErrNotAsked where the case does not ask for it.
func (c *Case) Did(key string, w Word) ([]ledger.Entry, error) {
	a := c.act(key)
	if a == nil || a.Hand != HandOnly || a.State != Asked && a.State != Failed {
		return nil, ErrNotAsked
	}
	a.State, a.Settled, a.Error = Done, w.At, ""
	a.Receipt.Note = "by hand: " + w.By
	done := *a
	if way, _ := manual.For(c.Event.Platform, a.Action.Verb); a.Action.For > 0 && way.Timed {
		a.Receipt.Until = w.At.Add(a.Action.For)
	} else if undo := a.Action.Verb.Undo(); a.Action.For > 0 && undo != "" && c.act(ActKey(c.ID, undo)) == nil {
		timer := c.undoOf(&done, undo, w.At)
		timer.State, timer.Due = Due, w.At.Add(a.Action.For) // nobody is asked before then
		c.Acts = append(c.Acts, timer)
	}
	if c.State == Overturned {
		c.undoAll(w.At) // it was done all the same
	}
	return []ledger.Entry{c.saidOf(&done, ledger.Done, &w)}, nil
}

// CouldNot writes down that what the act of that key asks for can't be done by hand,
// or was not done although somebody has said so, and why. A case that nobody has
// decided waits for a person then.
func (c *Case) CouldNot(key string, w Word, p *Policy) ([]ledger.Entry, error) {
	a := c.act(key)
	if a == nil || a.Hand != HandOnly || a.State != Asked && a.State != Done {
		return nil, ErrNotAsked
	}
	a.State, a.Settled, a.Error = Failed, w.At, w.Ground
	a.Receipt.Note, a.Receipt.Until = "", time.Time{}
	entries := []ledger.Entry{c.saidOf(a, ledger.Failed, &w)}
	if undo := c.act(ActKey(c.ID, a.Action.Verb.Undo())); undo != nil && undo.waits() {
		entries = append(entries, c.cancel(undo, w.By, w.At))
	}
	c.Trouble = lang.F("%s 没有做成：%s", "%s was not done: %s", a.Action.Verb, w.Ground)
	if c.State != Upheld && c.State != Overturned && c.State != Open {
		c.State, c.Due = Open, w.At.Add(c.byHand(p))
	}
	return entries, nil
}

// saidOf is an entry about one act.
func (c *Case) saidOf(a *Act, kind ledger.Kind, w *Word) ledger.Entry {
	e := c.saying(kind, w)
	e.Act, e.Verb = a.Action.Key, string(a.Action.Verb)
	if w.Ground == "" {
		e.Ground = lang.T("人工操作", "by hand")
	}
	return e
}
