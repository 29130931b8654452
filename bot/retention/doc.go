// Package retention lets go of what has been kept for long enough: first what
// people wrote, then whole cases with their ledger entries.
//
//	sweeper := &retention.Sweeper{Store: store, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}}
//	tally, err := sweeper.Sweep(ctx)
//
// # What goes, and when
//
// Policy.Text after somebody has last said something about a case, what people wrote
// goes: the message with its attachments, the messages around it, names, notes,
// grounds, the appeal, and the words by which the case is searched for. Who did what
// to whom, when and by which rule stays.
//
// Policy.Ledger after that, the case goes as a whole, and so do ledger entries of that
// age. Nothing goes of a case that waits for a person, whose appeal is not decided,
// or of which something is still to be done; a case stays as a whole while its strike
// counts.
//
// Everything that goes is in the ledger, whose chain still verifies: see package
// ledger. It goes in small steps, each a transaction of its own, so that nobody has
// to wait; what was cut short is gone on with by the next sweep. Two processes may
// sweep one store at once.
package retention
