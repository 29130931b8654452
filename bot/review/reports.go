package review

import (
	"time"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// Reports is what members have said against the message of a case. Who they are is
// not known here.
type Reports struct {
	Count  int       `json:"count"`
	Weight float64   `json:"weight"` // of all of them together; see bot/report
	Last   time.Time `json:"last"`
}

// HearReports notes what members have reported by now. A case that was only written
// down waits for a person from then on; one that waits already, by within the time
// that due gives at the latest. One that was acted on or decided stays as it is.
func (c *Case) HearReports(all Reports, due time.Duration) []ledger.Entry {
	c.Reported = all
	by := all.Last.Add(due)
	switch c.State {
	case Logged:
		c.State, c.Due = Open, by
	case Open:
		if c.Due.IsZero() || by.Before(c.Due) {
			c.Due = by
		}
	}
	e := c.entry(ledger.Reported, ledger.Bot, all.Last)
	e.Ground = lang.F("有成员举报，共 %d 次", "members have reported it: %d times by now", all.Count)
	return []ledger.Entry{e}
}
