package review_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"patrol/bot/review"
)

func TestARuleBelowItsTargetIsDoubted(t *testing.T) {
	target := review.Target{Precision: 0.6, After: 10}
	for _, c := range []struct {
		name               string
		upheld, overturned int
		missed             bool
	}{
		{"never judged", 0, 0, false},
		{"too few to say", 0, 9, false},
		{"always wrong", 0, 10, true},
		{"always right", 10, 0, false},
		{"nine of ten could be five of ten", 9, 1, true},
		{"ninety of a hundred could not", 90, 10, false},
		{"two thirds of many", 200, 100, false},
		{"half of many", 500, 500, true},
	} {
		if got := target.Missed(review.RuleVerdicts{Upheld: c.upheld, Overturned: c.overturned}); got != c.missed {
			t.Errorf("%s: missed is %v", c.name, got)
		}
	}
	off := review.Target{After: 10}
	if off.Missed(review.RuleVerdicts{Overturned: 1000}) {
		t.Error("a check that is off doubts")
	}
	got := target.Doubted([]review.RuleVerdicts{{Rule: "b", Overturned: 10}, {Rule: "a", Overturned: 20}, {Rule: "c", Upheld: 20}})
	if !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("doubted are %v", got)
	}
}

// More upheld cases never bring a rule into doubt, more overturned ones never out
// of it.
func TestDoubtFollowsTheVerdicts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		target := review.Target{Precision: rapid.Float64Range(0.01, 0.99).Draw(t, "target"), After: 1}
		v := review.RuleVerdicts{Upheld: rapid.IntRange(0, 500).Draw(t, "upheld"), Overturned: rapid.IntRange(1, 500).Draw(t, "overturned")}
		better, worse := v, v
		better.Upheld++
		worse.Overturned++
		if target.Missed(better) && !target.Missed(v) {
			t.Fatalf("%+v is trusted, one more upheld and it is not", v)
		}
		if target.Missed(v) && !target.Missed(worse) {
			t.Fatalf("%+v is doubted, one more overturned and it is not", v)
		}
	})
}
