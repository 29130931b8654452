package review

import (
	"slices"
	"strings"
	"time"

	"patrol/rules/score"
)

// RuleVerdicts is how people judged the cases of one rule. A case that several
// rules hit counts for each of them.
type RuleVerdicts struct {
	Rule       string `json:"rule"`
	Upheld     int    `json:"upheld"`
	Overturned int    `json:"overturned"`

	// Drawn is those of them that came before a person whatever they turned out to be:
	// what the bot asked about first, and what was drawn by chance of the rest. Samples
	// is how many of them were drawn by chance.
	Drawn   score.Sample `json:"drawn"`
	Samples int          `json:"samples"`
}

// Judged is how many cases people have decided.
func (v RuleVerdicts) Judged() int { return v.Upheld + v.Overturned }

// Precision is the share of upheld cases among those that were judged, with the
// interval in which the true share lies with a confidence of 95 % if those that
// were judged are like the others; nil where none was judged.
func (v RuleVerdicts) Precision() *score.Rate { return score.Wilson(v.Upheld, v.Judged()) }

// Target is how well a rule must do to act without asking a person first.
type Target struct {
	Precision float64       // the least lower bound of a rule's precision, 0 to 1; 0 turns the check off
	After     int           // how many verdicts it takes before a rule is measured against it
	Within    time.Duration // how far back verdicts count
}

// Measured is the precision that counts, and whether it is that of a sample.
//
// What people come to look at is not what a rule does: appeals bring up what is
// wrong, and a raid that is upheld with one press counts forty times. So once After
// cases of what the bot did alone were drawn by chance and judged, only what came
// before a person whatever it turned out to be counts, each case for as many as its
// chance makes it stand for (score.Sample): that is right on average for all that
// the rule hits. What people still leave undecided is taken to be like the rest.
// Until then, and where nothing is drawn, every verdict counts.
func (t Target) Measured(v RuleVerdicts) (precision *score.Rate, sampled bool) {
	if v.Samples > 0 && v.Samples >= t.After {
		return v.Drawn.Share(), true
	}
	return v.Precision(), false
}

// Missed reports whether the rule does too badly to act alone. A rule that few
// cases were judged of has the benefit of the doubt.
func (t Target) Missed(v RuleVerdicts) bool {
	precision, _ := t.Measured(v)
	return t.Precision > 0 && v.Judged() > 0 && v.Judged() >= t.After && precision.Low < t.Precision
}

// Doubted are the ids of the rules that miss the target, sorted.
func (t Target) Doubted(all []RuleVerdicts) []string {
	var doubted []string
	for _, v := range all {
		if t.Missed(v) {
			doubted = append(doubted, v.Rule)
		}
	}
	slices.SortFunc(doubted, strings.Compare)
	return doubted
}
