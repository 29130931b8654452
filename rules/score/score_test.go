package score_test

import (
	"fmt"
	"math"
	"testing"

	"patrol/rules"
	"patrol/rules/score"
)

func hit(rule string, answer rules.Answer) rules.Hit {
	return rules.Hit{Rule: rule, Mode: rules.Live, Then: rules.Then{Answer: answer}}
}

func Example() {
	sheet := score.New([]rules.Rule{{ID: "ads"}})
	for range 9 {
		sheet.Add(score.Line{Spam: true, Hits: []rules.Hit{hit("ads", rules.Ladder)}})
	}
	sheet.Add(score.Line{Spam: true})
	sheet.Add(score.Line{Spam: false})
	fmt.Println(sheet.Report().Acted.Recall.Percent())
	// Output: 90.0 (59.6–98.2)
}

// TestIntervalsAreThoseOfWilson compares with figures that are published
// (R. G. Newcombe, Statistics in Medicine 17, 1998, table I, method 3).
func TestIntervalsAreThoseOfWilson(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		sheet := score.New(nil)
		for i := range c.n {
			l := score.Line{Spam: true}
			if i < c.k {
				l.Hits = []rules.Hit{hit("x", rules.Ladder)}
			}
			sheet.Add(l)
		}
		r := sheet.Report().Acted.Recall
		if math.Abs(r.Low-c.low) > 0.0001 || math.Abs(r.High-c.high) > 0.0001 {
			t.Errorf("%d of %d: %.4f to %.4f, want %.4f to %.4f", c.k, c.n, r.Low, r.High, c.low, c.high)
		}
	}
}

func TestTheHeaviestAnswerCounts(t *testing.T) {
	steps := func(then rules.Then, mode rules.Mode) rules.Hit {
		return rules.Hit{Rule: "x", Mode: mode, Then: then}
	}
	mute := []rules.Step{{Verb: "mute"}}
	for name, c := range map[string]struct {
		hits []rules.Hit
		want rules.Answer
	}{
		"nothing":                       {nil, ""},
		"log below review":              {[]rules.Hit{hit("a", rules.Log), hit("b", rules.Review)}, rules.Review},
		"ladder above review":           {[]rules.Hit{hit("a", rules.Ladder), hit("b", rules.Review)}, rules.Ladder},
		"steps act":                     {[]rules.Hit{steps(rules.Then{Answer: rules.Steps, Steps: mute, Review: true}, rules.Live)}, rules.Ladder},
		"steps that only ask":           {[]rules.Hit{steps(rules.Then{Answer: rules.Steps, Review: true}, rules.Live)}, rules.Review},
		"a rule in shadow mode records": {[]rules.Hit{steps(rules.Then{Answer: rules.Ladder}, rules.Shadow)}, rules.Log},
	} {
		l := score.Line{Hits: c.hits}
		if got := l.Asked(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestRatesAreThereOnlyWhereTheyMeanSomething(t *testing.T) {
	sheet := score.New(nil)
	if r := sheet.Report(); r.Acted.Recall != nil || r.Acted.FalseAlarms != nil || r.Acted.Precision != nil || r.Acted.F1 != nil {
		t.Errorf("no line has the rates %+v", r.Acted)
	}
	sheet.Add(score.Line{Hits: []rules.Hit{hit("x", rules.Ladder)}})
	r := sheet.Report().Acted
	if r.Recall != nil || r.Precision != nil || r.F1 != nil || r.FalseAlarms == nil || r.FalseAlarms.Value != 10_000 {
		t.Errorf("harmless lines alone have the rates %+v", r)
	}
}

func TestF1IsTheHarmonicMean(t *testing.T) {
	sheet := score.New([]rules.Rule{{ID: "x"}, {ID: "y"}})
	for i := range 100 {
		l := score.Line{Spam: i < 40}
		if i%3 == 0 {
			l.Hits = append(l.Hits, hit("x", rules.Review))
		}
		if i%5 == 0 {
			l.Hits = append(l.Hits, hit("y", rules.Log))
		}
		sheet.Add(l)
	}
	report := sheet.Report()
	r := report.Flagged
	if want := 2 * r.Precision.Value * r.Recall.Value / (r.Precision.Value + r.Recall.Value); math.Abs(r.F1.Value-want) > 1e-12 || !(r.F1.Low < want && want < r.F1.High) {
		t.Errorf("F1 is %+v, want %g", r.F1, want)
	}
	if x := report.Rules[0]; x.Queued.Spam != 14 || x.Queued.Harmless != 20 || x.Only != 11 {
		t.Errorf("x is %+v", x)
	}
	if report.Noted.Spam != 14+8-3 {
		t.Errorf("noted %+v", report.Noted.Counts)
	}
}
