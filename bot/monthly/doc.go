// Package monthly is the report of one group over one month, with which its owner
// shows that what breaks the rules is acted on, in time and fairly: what was said and
// hit, what was done and how soon, how long people took, what members reported and
// appealed, what was wrong and undone, what the brakes held, and by what anybody can
// check it in the ledger.
//
//	report, err := monthly.Of(ctx, store, monthly.Order{Chat: "qq-main/1001", Month: november, Made: time.Now()})
//	err = report.HTML(w) // or JSON, or CSV
//
// It has no message text and no member's name. Cases count in the month in which they
// were recorded, and stand as they stood when the report was made. What is out of
// reach of a context (review.WithReach) can't be reported on: review.ErrNotFound.
package monthly
