// Package stats is what a bot and its people did in a time: how much was said, what
// rules hit, what was done, how people judged, how right the bot is where nobody had
// a reason to look, how long people took and how far they agree.
//
//	report, err := stats.Of(ctx, store, stats.Days(7, time.Now()), stats.Options{Target: target})
//	fmt.Println(report.Messages, report.Recall.Percent())
//
// The store keeps rows and sums; all that is estimated is worked out here, and is
// the same on the console, at the command line and in the API. What is out of reach
// of a context (review.WithReach) is in none of the numbers.
package stats
