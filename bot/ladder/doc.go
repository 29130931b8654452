// Package ladder turns a verdict into a decision: which steps are taken now,
// which wait for a person, and what is remembered. It is pure: no clock, no I/O,
// no state; the same input gives the same decision.
//
//	l := ladder.Default()
//	d := l.Decide(ladder.Input{Event: &event, Verdict: &verdict, Strikes: past, Capabilities: can})
//	for _, step := range d.Do { ... }
package ladder
