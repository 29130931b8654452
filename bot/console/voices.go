package console

import (
	"strconv"

	"patrol/bot/appeal"
	"patrol/bot/review"
)

// voicesView is what members say to a case: those who reported it, and the one
// whom it is about.
type voicesView struct {
	Reports string
	Appeal  bool
	State   string
	At      moment
	Text    textView
	First   string // who decided first, where that matters
}

func (v *visit) voices(c *review.Case) (out voicesView) {
	if c.Reported.Count > 0 {
		out.Reports = v.say("report.of", strconv.Itoa(c.Reported.Count), strconv.FormatFloat(c.Reported.Weight, 'f', 1, 64))
	}
	if c.AppealState() == review.NoAppeal {
		return out
	}
	out.Appeal, out.State, out.At = true, appeal.StateText(c).In(v.lang), v.moment(c.Appeal.At)
	out.Text = textView{Pieces: brief(c.Appeal.Text)}
	if c.AppealState() == review.AppealWaits {
		out.State = v.say("appeal.how")
		if c.Appeal.First != "" {
			out.First = v.say("appeal.first", c.Appeal.First)
		}
	}
	return out
}
