// Package undo takes back everything that one rule did between two times: the
// operator of a rule that was wrong does not look at a thousand cases one by one.
//
//	desk := &undo.Desk{Store: store, Queue: queue}
//	order := undo.Order{Rule: "ads.contact", Since: since, Until: until, By: "li"}
//	preview, err := desk.Preview(ctx, order)      // changes nothing
//	order, err = desk.Begin(ctx, order)           // from here on it survives a crash
//	tally, err := desk.Finish(ctx, order)
//
// Each case is overturned as a person would overturn it: what waits is cancelled,
// mutes and bans are lifted, timers brought forward, strikes void, all of it in the
// ledger. An order that was cut short is finished by Resume, in whatever process.
package undo
