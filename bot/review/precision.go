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
}

// Judged is how many cases people have decided.
func (v RuleVerdicts) Judged() int { return v.Upheld + v.Overturned }

// Precision is the share of upheld cases among those that were judged, with the
// interval in which the true share lies with a confidence of 95 %; nil where none
// was judged.
func (v RuleVerdicts) Precision() *score.Rate { return score.Wilson(v.Upheld, v.Judged()) }

// Target is how well a rule must do to act without asking a person first.
type Target struct {
	Precision float64       // the least lower bound of a rule's precision, 0 to 1; 0 turns the check off
	After     int           // how many verdicts it takes before a rule is measured against it
	Within    time.Duration // how far back verdicts count
}

// Missed reports whether the rule does too badly to act alone. A rule that few
// cases were judged of has the benefit of the doubt. Every verdict counts, also on
// cases that a person looked at for a reason: this errs on the side of asking.
func (t Target) Missed(v RuleVerdicts) bool {
	return t.Precision > 0 && v.Judged() > 0 && v.Judged() >= t.After && v.Precision().Low < t.Precision
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
