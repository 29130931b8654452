// Package rules loads rule files, and judges chat events by them.
//
//	set, faults := rules.Load([]string{"ads.yaml", "flood.yaml"}, rules.Options{})
//	if set == nil {
//		return faults.Err() // every fault of every file, each with file:line:col
//	}
//	var scratch rules.Scratch // one for each goroutine
//	verdict := set.Eval(&event, &scratch)
//	for _, hit := range verdict.Hits {
//		fmt.Println(hit.Rule, hit.Severity, hit.Then.Answer)
//	}
//
// A rule reads messages (keywords, regexp), counts events (flood), notices that
// nearly the same text comes again (repeat), or is only a condition (when); a
// condition may also narrow any of the others.
// Schema describes every key of a rule file.
//
// # How a message is read
//
// The text is folded once (package fold: case, width, look-through of
// separators) and scanned once for the words of all rules together. A rule with
// disguise: exact reads the text as it was written. A regular expression runs
// only on messages with a literal that all its matches contain, on the text
// folded but with its spaces and punctuation. What is found counts unless
//
//   - an except phrase of the rule lies around it,
//   - its letters stand apart as they do in separate words or sentences,
//   - it is a part of a longer word, or cuts through Chinese words (boundary),
//   - the rule does not hold here (where) or for this member (exempt), or
//   - its condition does not hold or can't be worked out.
//
// A text with signs of more disguise is read again in the ways that they suggest (leet, codes
// for characters, split characters, repetitions, backwards), for words and for regular
// expressions. Words of rules with disguise: phonetic are also looked for by what they
// sound and look like (package phonetic); what is found only so asks a person.
//
// # What seeing through disguise costs
//
// Of a clean message, in nanoseconds, on two cores at work (BenchmarkEvalSteps, and the
// benchmarks of packages fold, phonetic and boundary; the least of six runs):
//
//	                                                   10 keywords   400 alike
//	Eval with disguise: exact                                   70          70
//	Eval with disguise: folded                                 150         200
//	    folding, without separators                             75          75
//	    signs that there is more to it                          40          40
//	Eval with disguise: phonetic                               300        1100
//	    the gate, which keeps most messages back                70          40
//	    then, of those that it lets through:
//	    folding, with separators                                60          60
//	    listening                                              310        4200
//	boundary: auto, of each hit                        45 alone to 1000 in a row
//
// A condition that fails never punishes anybody: the rule does not hit, Explain
// says why, and Set.Failures counts it.
//
// Time is the event's own: nothing here looks at a clock.
package rules
