package review

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// Appeal is what the member against whom a case was decided says to it.
type Appeal struct {
	At    time.Time `json:"at"`
	Via   string    `json:"via"`             // "direct" (a direct message) or "link"
	Text  string    `json:"text,omitempty"`  // hostile
	First string    `json:"first,omitempty"` // the person who had decided before, and may not decide on the appeal
}

// MaxAppeal is how long the text of an appeal may be, in bytes; what is longer is cut.
const MaxAppeal = 2000

// AppealState is where an appeal stands, as the member may know it.
type AppealState string

// The states of an appeal.
const (
	NoAppeal       AppealState = "none"     // none was made
	AppealWaits    AppealState = "waiting"  // a person has to decide
	AppealAccepted AppealState = "accepted" // the case was overturned
	AppealRejected AppealState = "rejected" // the case was upheld
)

// The errors of appeals.
var (
	ErrAppealed = errors.New("an appeal was made already / 已经申诉过")
	ErrNoAppeal = errors.New("there is nothing to appeal against / 没有可申诉的处置")
	ErrFirst    = errors.New("another person has to decide the appeal / 申诉须由另一位审核员裁决")
)

// AppealState is where the appeal of the case stands.
func (c *Case) AppealState() AppealState {
	switch {
	case c.Appeal.At.IsZero():
		return NoAppeal
	case c.State == Overturned:
		return AppealAccepted
	case c.State == Upheld:
		return AppealRejected
	}
	return AppealWaits
}

// Appealable reports whether the member may appeal: the bot has done something, or
// counts a strike, and nobody has appealed or overturned it yet.
func (c *Case) Appealable() bool {
	return c.Appeal.At.IsZero() && c.State != Overturned && c.State != Logged && (c.reached() || c.Strike != StrikeNone)
}

// FileAppeal opens the case again, for somebody else than who has decided it: their
// overturn accepts the appeal, their uphold rejects it. There is one appeal a case.
func (c *Case) FileAppeal(a Appeal, due time.Duration) ([]ledger.Entry, error) {
	switch {
	case !c.Appeal.At.IsZero():
		return nil, ErrAppealed
	case !c.Appealable():
		return nil, ErrNoAppeal
	}
	a.Text = strings.ToValidUTF8(strings.TrimSpace(a.Text), "\uFFFD")
	if len(a.Text) > MaxAppeal {
		end := MaxAppeal
		for !utf8.RuneStart(a.Text[end]) {
			end--
		}
		a.Text = a.Text[:end]
	}
	a.First = ""
	if c.State == Upheld {
		a.First = c.DecidedBy
	}
	c.Appeal, c.Before = a, nil
	if by := a.At.Add(due); c.Due.IsZero() || by.Before(c.Due) {
		c.Due = by
	}
	c.State = Open
	e := c.entry(ledger.Appealed, ledger.Bot, a.At)
	e.Digest = ledger.Digest([]byte(a.Text))
	e.Ground = lang.F("成员提出申诉（%s）", "the member appeals (%s)", a.Via)
	return []ledger.Entry{e}, nil
}

// mayDecideAppeal refuses who has decided the case before an appeal that waits.
func (c *Case) mayDecideAppeal(by string) error {
	if c.AppealState() == AppealWaits && c.Appeal.First != "" && c.Appeal.First == by {
		return ErrFirst
	}
	return nil
}
