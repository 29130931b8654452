// Package appeal lets the punished speak: by a direct message to the bot, or by a
// link that works once.
//
//	desk := appeal.New(appeal.Config{Store: store, Queue: queue, URL: "https://patrol.example.org"})
//	link, err := desk.Link(ctx, caseID)     // for a notice; only the hash of its token is kept
//	c, err := desk.Case(ctx, token)         // what the page behind the link shows
//	c, err = desk.File(ctx, token, "it was a joke")
//	answer := desk.Hear(ctx, &event)        // what somebody wrote to the bot alone
//
// There is one appeal a case. It opens the case again for another reviewer than the
// one who has decided it: review.Case.FileAppeal. Whoever appeals sees where their
// appeal stands, and nothing else of the case than what was done to them.
package appeal
