package monthly

import (
	"context"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules"
	"patrol/rules/lang"
)

// Format names the form of a Report as JSON.
const Format = "patrol-monthly/1"

// Report is one group over one month.
type Report struct {
	Format string    `json:"format"`
	Chat   string    `json:"chat"`  // review.ChatKey
	Month  string    `json:"month"` // 2006-01
	From   time.Time `json:"from"`
	Until  time.Time `json:"until"` // not included
	Made   time.Time `json:"made"`
	Over   bool      `json:"over"` // the month was, when the report was made
	Gone   bool      `json:"gone"` // some of the month was older than cases are kept

	Messages int64    `json:"messages"` // that the bot took; 0 where they were not counted
	Cases    Cases    `json:"cases"`
	Rules    []Rule   `json:"rules"`   // the most frequent first
	Actions  []Action `json:"actions"` // the lightest first
	Days     []Day    `json:"days"`

	ToAct    Times `json:"to_act"`    // from a message to the first thing that the bot did about it
	ToDecide Times `json:"to_decide"` // from when a person was asked to their decision
	Late     int   `json:"late"`      // cases that wait for a person now, past their time

	Reports   Reports   `json:"reports"`
	Appeals   Appeals   `json:"appeals"`
	Wrong     Wrong     `json:"wrong"`
	Brakes    []Brake   `json:"brakes"`
	Retention Retention `json:"retention"`
	Proof     Proof     `json:"proof"`
}

// Cases is how many there were, and how they stand.
type Cases struct {
	All        int `json:"all"`
	Acted      int `json:"acted"`      // the bot acted alone, and nobody has looked yet
	Logged     int `json:"logged"`     // only written down
	Open       int `json:"open"`       // wait for a person
	Upheld     int `json:"upheld"`     // a person agreed
	Overturned int `json:"overturned"` // a person disagreed
}

// Rule is how often one hit, and how its cases ended.
type Rule struct {
	ID         string         `json:"id"`
	Title      lang.Text      `json:"title"`
	Severity   rules.Severity `json:"severity"`
	Cases      int            `json:"cases"`
	Upheld     int            `json:"upheld"`
	Overturned int            `json:"overturned"`
}

// Action is what became of one kind of action.
type Action struct {
	Verb      chat.Verb `json:"verb"`
	Done      int       `json:"done"`
	ByHand    int       `json:"by_hand"` // of those done, by a person on the platform
	Failed    int       `json:"failed"`
	Cancelled int       `json:"cancelled"`
	Waiting   int       `json:"waiting"` // held, or not carried out yet
}

// Day is one day of the month.
type Day struct {
	Day      string `json:"day"`
	Messages int64  `json:"messages"`
	Cases    int    `json:"cases"`
	Done     int    `json:"done"` // actions
}

// Times are how long something took: the median, and what nine in ten were within
// (nearest rank), in seconds. All is zero where there were none.
type Times struct {
	N      int     `json:"n"`
	Median float64 `json:"median"`
	P90    float64 `json:"p90"`
	Most   float64 `json:"most"`
	Due    int     `json:"due"`     // of how many there was a time by which they had to be
	InTime int     `json:"in_time"` // and how many of those were
}

// Share is InTime of Due, in percent; 0 where nothing had a time.
func (t Times) Share() float64 {
	if t.Due == 0 {
		return 0
	}
	return 100 * float64(t.InTime) / float64(t.Due)
}

// PromptlyIn is what an action of the bot counts as in time within, after the
// message.
const PromptlyIn = time.Minute

// Reports is what members reported.
type Reports struct {
	Cases      int `json:"cases"`   // with at least one
	Reports    int `json:"reports"` // in all
	Upheld     int `json:"upheld"`
	Overturned int `json:"overturned"`
	Open       int `json:"open"`
}

// Appeals is what the punished said against it.
type Appeals struct {
	Made     int `json:"made"`
	Accepted int `json:"accepted"`
	Rejected int `json:"rejected"`
	Waiting  int `json:"waiting"`
}

// Wrong is what was overturned, and what of it could be undone.
type Wrong struct {
	Cases    int `json:"cases"`
	Undone   int `json:"undone"`   // mutes and bans lifted
	Reposted int `json:"reposted"` // texts posted again
	Strikes  int `json:"strikes"`  // made void
}

// Brake is one time that a brake tripped in the group, or in all groups at once.
type Brake struct {
	Kind  brake.Kind `json:"kind"`
	Scope string     `json:"scope"`
	At    time.Time  `json:"at"`
	Until time.Time  `json:"until"`
	Why   lang.Text  `json:"why"`
}

// Retention is how long what is kept, and what has gone of the month's cases.
type Retention struct {
	Text   time.Duration `json:"text"` // 0: for good
	Ledger time.Duration `json:"ledger"`
	Erased int           `json:"erased"` // cases whose texts are gone
}

// Proof is by what the report can be checked in the ledger.
type Proof struct {
	Entries int64       `json:"entries"` // about the month's cases
	First   int64       `json:"first"`   // the number of the first of them; 0 for none
	Last    int64       `json:"last"`
	Start   ledger.Head `json:"start"`   // the chain begins after it; zero where it is whole
	Head    ledger.Head `json:"head"`    // its end when the report was made
	Checked bool        `json:"checked"` // the whole ledger was audited for this report
	Fault   string      `json:"fault"`   // what was wrong then; "" where it holds
}

// Source is where a report comes from: cases, counts, and the record beside them.
type Source interface {
	Cases(ctx context.Context, f review.Filter) (review.Page, error)
	Counts
	Record
}

// Counts are what stats counts.
type Counts interface {
	Tallies(ctx context.Context, r stats.Range) ([]stats.Tally, error)
	Outcomes(ctx context.Context, r stats.Range) (stats.Outcomes, error)
}

// Record is what the store keeps beside cases.
type Record interface {
	// BrakesOf are the brakes that tripped between the two times in the chat, or for a
	// rule in all chats.
	BrakesOf(ctx context.Context, chat string, from, until time.Time) ([]brake.Brake, error)
	// Proof are the entries about cases of the chat that were recorded between the two
	// times, and where the chain begins and ends.
	Proof(ctx context.Context, chat string, from, until time.Time) (Proof, error)
	// Audit is ledger.Audit of the whole ledger.
	Audit(ctx context.Context, known ...ledger.Head) (ledger.Report, error)
}

// Order is what report is wanted.
type Order struct {
	Chat      string    // review.ChatKey
	Month     time.Time // any time in it; months are those of its zone
	Made      time.Time
	Retention Retention     // Erased does not matter
	Check     time.Duration // how long the ledger may be audited for; 0: not at all
}
