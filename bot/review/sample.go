package review

import (
	"errors"
	"time"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// Frame is of what a case was drawn.
type Frame string

// The frames.
const (
	OfActed  Frame = "acted"  // the bot acted alone
	OfLogged Frame = "logged" // a rule hit, and it was only written down
	OfPassed Frame = "passed" // no rule hit: the case has a message and no hit
)

// Frames are all of them.
var Frames = []Frame{OfActed, OfLogged, OfPassed}

// Sample says that a case waits for a person because it was drawn by chance, so
// that it is known how right the bot is where nobody has a reason to look. Being
// drawn does nothing to anyone. The zero Sample was not drawn.
type Sample struct {
	Of          Frame   `json:"of"`
	Probability float64 `json:"probability"`     // with which it was drawn, whatever it turns out to be
	Twice       bool    `json:"twice,omitempty"` // a second person is asked as well
}

// Drawn reports whether it was.
func (s Sample) Drawn() bool { return s.Of != "" }

// Sampling says how much is drawn. The zero Sampling draws nothing.
type Sampling struct {
	Acted  float64       // share of the cases on which the bot acted alone, or that it only wrote down
	Passed float64       // share of the messages on which no rule hit
	PerDay int           // of each frame at most; from half of it on the share falls, step by step
	Second float64       // share of what is drawn that a second person judges too
	Due    time.Duration // how soon people should judge it
}

// Rate is the share of the frame that is drawn while the day has not seen much.
func (s Sampling) Rate(of Frame) float64 {
	if s.PerDay <= 0 {
		return 0
	}
	if of == OfPassed {
		return s.Passed
	}
	return s.Acted
}

// Chance is the share of the frame that is drawn once so many of it were drawn that
// day, where the frame had before units on the day before (0: not known). It is never
// so great that a day like the one before would use up more than half of PerDay; in
// the second half it is halved with each further sixteenth, and 0 at the end. It goes
// by what was there before a message and by nothing else: so the chance of a message
// never depends on what the message is.
func (s Sampling) Chance(of Frame, drawn int, before int64) float64 {
	rate, half := s.Rate(of), (s.PerDay+1)/2
	if drawn >= s.PerDay {
		return 0
	}
	if before > 0 {
		rate = min(rate, float64(half)/float64(before))
	}
	for step := max(1, s.PerDay/16); drawn >= half; drawn -= step {
		rate /= 2
	}
	return rate
}

// Chance is the probability with which a case like this comes before a person
// whatever it turns out to be: 1 where the bot asks first, that of the draw where
// it was drawn, and 0 where a person looks at it for a reason that has to do with
// how right it is (an appeal, a report, an escalation).
func (c *Case) Chance() float64 {
	switch {
	case c.Sample.Drawn():
		return c.Sample.Probability
	case c.Decision.Review:
		return 1
	}
	return 0
}

// Draw makes a case one that was drawn: it waits for a person from then on. What
// was decided to be done is done all the same.
func (c *Case) Draw(s Sample, due time.Time) { c.Sample, c.State, c.Due = s, Open, due }

// Opinion is what a second person said of a case that was drawn, without being
// shown what the first had said. It changes nothing: it tells how far people agree.
type Opinion struct {
	By     string    `json:"by"`
	At     time.Time `json:"at"`
	Upheld bool      `json:"upheld"`

	First       string `json:"first"` // who had decided then
	FirstUpheld bool   `json:"first_upheld"`
}

// ErrNoSecond is what Opine says of a case that needs no second opinion, or not
// that person's.
var ErrNoSecond = errors.New("no second opinion of yours is wanted / 这个案件不需要你的第二意见")

// WantsSecond reports whether by may give a second opinion: the case was drawn to
// be judged twice, somebody else has decided it, and nobody has given one.
func (c *Case) WantsSecond(by string) bool {
	decided := c.State == Upheld || c.State == Overturned
	return c.Sample.Twice && decided && c.DecidedBy != by && c.Second.By == ""
}

// Opine writes down the second opinion of w.By: what they would have decided.
func (c *Case) Opine(w Word, upheld bool) ([]ledger.Entry, error) {
	if !c.WantsSecond(w.By) {
		return nil, ErrNoSecond
	}
	c.Second = Opinion{By: w.By, At: w.At, Upheld: upheld, First: c.DecidedBy, FirstUpheld: c.State == Upheld}
	e := c.entry(ledger.Opined, w.By, w.At)
	e.Ground = lang.T("推翻", "overturn")
	if upheld {
		e.Ground = lang.T("维持", "uphold")
	}
	return []ledger.Entry{e}, nil
}

// AskedAt is since when a person had been waited for when the case was decided, the
// zero time where nobody had: since it was recorded, or since the appeal, report or
// escalation that brought it up.
func (c *Case) AskedAt() time.Time {
	if c.Before == nil || c.Before.State != Open {
		return time.Time{}
	}
	causes := []time.Time{c.Appeal.At}
	if c.Chance() == 0 {
		causes = append(causes, c.Reported.Last)
		if c.Escalated.By != ledger.Bot {
			causes = append(causes, c.Escalated.At)
		}
	}
	asked := c.Created
	for _, cause := range causes {
		if cause.After(asked) && !cause.After(c.DecidedAt) {
			asked = cause
		}
	}
	return asked
}
