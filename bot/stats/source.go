package stats

import (
	"context"
	"time"

	"patrol/bot/review"
	"patrol/rules/score"
)

// What of a tally says what was counted.
type What string

// All that is counted. Name says of what: of hits the rule, of actions the verb.
const (
	Messages What = "messages" // messages and edits that the bot took
	Passed   What = "passed"   // those of them on which no rule hit and that the bot might have acted on
	Hits     What = "hits"     // of live rules; several rules may hit one message
	Acted    What = "acted"    // cases on which the bot acted alone
	Logged   What = "logged"   // cases that were only written down
	Asked    What = "asked"    // cases about which a person was asked first
	Actions  What = "actions"  // actions that platforms confirmed
)

// Tally is how often something happened in a chat on a day. The day is that on
// which the bot took the message, by the clock of its machine.
type Tally struct {
	Day  string // 2006-01-02
	Chat string // review.ChatKey; "" is all chats together
	What What
	Name string
	N    int64
}

// DayForm is how days are written.
const DayForm = time.DateOnly

// Range is a time from the beginning of one day to the end of another.
type Range struct {
	From, To string    // the first day and the last, both included
	Since    time.Time // when the first begins
	Until    time.Time // when the last ends
}

// Days is the last n days up to now, today included. Days are those of now's zone.
func Days(n int, now time.Time) Range {
	y, m, d := now.Date()
	first, after := time.Date(y, m, d-max(n, 1)+1, 0, 0, 0, 0, now.Location()), time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	return Range{From: first.Format(DayForm), To: now.Format(DayForm), Since: first, Until: after}
}

// Last is the time from that long ago to the end of today.
func Last(d time.Duration, now time.Time) Range {
	r := Days(1, now)
	r.Since = now.Add(-d)
	r.From = r.Since.Format(DayForm)
	return r
}

// Each is the days of the range, oldest first.
func (r Range) Each() (days []string) {
	y, m, d := r.Since.Date()
	for at := r.Since; at.Before(r.Until); {
		days = append(days, at.Format(DayForm))
		d++
		at = time.Date(y, m, d, 0, 0, 0, 0, r.Since.Location())
	}
	return days
}

// Source is what is known of a time. Only chats in reach of ctx count.
type Source interface {
	// Tallies are the counts of the range by day, what and name, over all chats: Chat
	// is "".
	Tallies(ctx context.Context, r Range) ([]Tally, error)
	// Busiest are the counts of the range of those chats in which most was said, most of them at
	// most: Day is "".
	Busiest(ctx context.Context, r Range, most int) ([]Tally, error)
	// Outcomes is how people judged in the range.
	Outcomes(ctx context.Context, r Range) (Outcomes, error)
}

// Outcomes is how people judged in a time.
type Outcomes struct {
	Verdicts  []review.RuleVerdicts // by rule, of cases decided in the time
	Decisions []Decision            // the newest, MostDecisions at most, oldest first
	Waiting   []Decision            // the cases that wait now, as many at most; undecided
	Samples   []Samples             // of what was drawn in the time, by frame
	Pairs     score.Pairs           // of what was drawn in the time: yes is uphold
}

// MostDecisions bounds how many decisions are looked at one by one.
const MostDecisions = 50_000

// Decision is one case that was decided, or that waits.
type Decision struct {
	Chat    string
	Rule    string // the first that hit; "" of a message that was let pass
	Upheld  bool
	Asked   time.Time // since when a person was waited for; zero where nobody was
	Due     time.Time // when a person should have decided
	Decided time.Time // zero while it waits
	Chance  float64   // review.Case.Chance
	Sampled bool      // it was drawn by chance
}

// Samples is what was drawn of one frame.
type Samples struct {
	Of    review.Frame
	Drawn int          // in all
	Units float64      // how many cases or messages the drawn ones stand for, judged or not
	Most  int          // how many were drawn on the day with most
	Right score.Sample // of those that are judged: whether what the bot made of it was upheld
}
