package report

import (
	"context"
	"time"

	"patrol/bot/review"
)

// Report is one member's report of one message.
type Report struct {
	Case     string    // of the message
	Chat     string    // as review.ChatKey writes it
	Reporter string    // "connection/member"
	At       time.Time //
	Weight   float64   // what it weighed when it came
}

// Record is what became of somebody's reports.
type Record struct{ Upheld, Overturned int }

// Weight is what the next report of somebody with that record weighs, from 0 to 1:
// (upheld + 1) / (upheld + overturned + 2). That is a half for somebody unknown, 5/6
// after four good reports, and 1/10 after eight bad ones. Reports that nobody has
// decided on do not count.
func (r Record) Weight() float64 {
	return float64(r.Upheld+1) / float64(r.Upheld+r.Overturned+2)
}

// Filing is a report on its way into the store.
type Filing struct {
	Report
	Draft *review.Case                           // the case to be made where there is none yet
	Least float64                                // what the reports of a message have to weigh together for that
	Due   func(all review.Reports) time.Duration // how soon a person should look
}

// Store keeps reports.
type Store interface {
	// Reporter is what became of somebody's reports in that connection.
	Reporter(ctx context.Context, reporter string) (Record, error)
	// PutReport adds the report, unless its author has reported the message before,
	// and makes the case or adds to it, all in one transaction. It returns the
	// reports of the message with this one; fresh is false where it was there.
	PutReport(ctx context.Context, f Filing) (all review.Reports, fresh bool, err error)
	// Reports are those of a case, oldest first.
	Reports(ctx context.Context, caseID string) ([]Report, error)
}

// Journal keeps reports that were taken until they are filed, so that no crash loses
// one. What it keeps is the pipeline's own, by a key of its choosing.
type Journal interface {
	KeepReport(ctx context.Context, key string, data []byte) error
	KeptReports(ctx context.Context) (map[string][]byte, error)
	DropReport(ctx context.Context, key string) error
}
