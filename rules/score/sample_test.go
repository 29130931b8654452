package score_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"patrol/rules/score"
)

func ExampleSample() {
	var acted score.Sample // one in ten of what the bot did alone was looked at
	for i := range 40 {
		acted.Add(i > 1, 0.1)
	}
	var asked score.Sample // and all that it asked about
	for i := range 60 {
		asked.Add(i > 11, 1)
	}
	fmt.Println(acted.Share().Percent())
	fmt.Println(acted.Plus(asked).Share().Percent()) // 400 of the first for 60 of the second
	// Output:
	// 95.0 (83.5–98.6)
	// 93.0 (82.8–97.4)
}

// trial is one world and one draw from it: the truth, and what is said of it.
type trial func(r *rand.Rand) (truth float64, said *score.Rate)

// expect draws many times and compares: the estimate must be right on average, and
// the interval hold the truth nearly as often as it says. runs are fixed.
func expect(t *testing.T, name string, bias, covers float64, one trial) {
	t.Helper()
	const runs = 3000
	r := rand.New(rand.NewPCG(7, 11))
	var off, offSquared, held, width float64
	n := 0.0
	for range runs {
		truth, said := one(r)
		if said == nil {
			continue
		}
		if said.Low > said.Value || said.Value > said.High || math.IsNaN(said.Low+said.Value+said.High) {
			t.Fatalf("%s: %+v is no interval", name, said)
		}
		n++
		d := said.Value - truth
		off, offSquared, width = off+d, offSquared+d*d, width+said.High-said.Low
		if said.Low <= truth && truth <= said.High {
			held++
		}
	}
	if n < 0.9*runs {
		t.Fatalf("%s: only %g of %d draws say something", name, n, runs)
	}
	mean := off / n
	noise := 4 * math.Sqrt((offSquared/n-mean*mean)/n)
	t.Logf("%s: off by %+.4f (noise %.4f), holds the truth in %.1f %%, mean width %.3f", name, mean, noise, 100*held/n, width/n)
	if math.Abs(mean) > bias+noise {
		t.Errorf("%s: off by %+.4f on average, which chance does not explain (%.4f)", name, mean, noise)
	}
	if held/n < covers {
		t.Errorf("%s: the interval holds the truth in %.1f %% only", name, 100*held/n)
	}
}

func TestASampleOfUnequalChancesIsRightOnAverage(t *testing.T) {
	for _, c := range []struct {
		name            string
		alone, asked    int     // units of each kind
		pAlone, pAsked  float64 // the truth about each
		chance          float64 // to be drawn, for the first kind; the second is seen whole
		tolerated, held float64
	}{
		{"a rule that is mostly right", 600, 60, 0.9, 0.98, 0.1, 0.005, 0.93},
		{"a rule that is wrong half of the time", 400, 100, 0.5, 0.9, 0.15, 0.005, 0.93},
		{"a small sample", 200, 30, 0.8, 0.6, 0.08, 0.01, 0.92},
		{"what is rare", 20_000, 0, 0.02, 0, 0.02, 0.005, 0.93},
	} {
		expect(t, c.name, c.tolerated, c.held, func(r *rand.Rand) (float64, *score.Rate) {
			var s score.Sample
			right := 0
			for range c.alone {
				yes := r.Float64() < c.pAlone
				if yes {
					right++
				}
				if r.Float64() < c.chance {
					s.Add(yes, c.chance)
				}
			}
			for range c.asked {
				yes := r.Float64() < c.pAsked
				if yes {
					right++
				}
				s.Add(yes, 1)
			}
			return float64(right) / float64(c.alone+c.asked), s.Share()
		})
	}
}

// TestLookingWhereThereIsAReasonToIsNotASample is why samples are drawn at all: the
// same world, judged by what people came to look at, is far off.
func TestLookingWhereThereIsAReasonToIsNotASample(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 5))
	var drawn, appealed score.Sample
	for range 20_000 {
		right := r.Float64() < 0.95
		if r.Float64() < 0.05 {
			drawn.Add(right, 0.05)
		}
		if !right && r.Float64() < 0.5 || right && r.Float64() < 0.01 {
			appealed.Add(right, 1)
		}
	}
	if s := drawn.Share(); s.Low > 0.95 || s.High < 0.95 {
		t.Errorf("the sample says %s", s.Percent())
	}
	if s := appealed.Share(); s.High > 0.5 {
		t.Errorf("appeals say %s: this world is too kind to show anything", s.Percent())
	}
}

// TestAChanceThatFallsAsTheDayFillsIsFair draws as the pipeline does: the chance is
// halved again and again the more was drawn, so that the number of draws is bounded
// whatever comes; spam comes late in the day, when the chance is low.
func TestAChanceThatFallsAsTheDayFillsIsFair(t *testing.T) {
	total, truth, runs := 0.0, 0.0, 2000
	r := rand.New(rand.NewPCG(13, 17))
	for range runs {
		var s score.Sample
		chance, drawn := 0.02, 0
		for i := range 20_000 {
			yes := i > 12_000 && r.Float64() < 0.2
			if yes {
				truth++
			}
			if r.Float64() < chance {
				s.Add(yes, chance)
				if drawn++; drawn >= 25 && drawn%4 == 0 {
					chance /= 2
				}
			}
		}
		if drawn > 60 {
			t.Fatalf("%d draws in a day", drawn)
		}
		total += s.Y
	}
	if off := total/truth - 1; math.Abs(off) > 0.03 {
		t.Errorf("the sum is off by %+.1f %%", 100*off)
	}
}

func TestRecallIsOfWhatWasMissedToo(t *testing.T) {
	for _, c := range []struct {
		name           string
		spam           float64 // share of all
		caught, chance float64 // share of spam that is caught; chance of what is let pass to be drawn
	}{
		{"most is caught", 0.05, 0.9, 0.05},
		{"half is caught", 0.05, 0.5, 0.05},
		{"little is missed and seldom drawn", 0.02, 0.97, 0.03},
	} {
		expect(t, c.name, 0.03, 0.93, func(r *rand.Rand) (float64, *score.Rate) {
			var acted, passed score.Sample
			caught, missed, acts := 0.0, 0.0, 0.0
			for range 10_000 {
				spam := r.Float64() < c.spam
				flagged := spam && r.Float64() < c.caught || !spam && r.Float64() < 0.002
				switch {
				case spam && flagged:
					caught++
				case spam:
					missed++
				}
				if flagged {
					acts++
				}
				if flagged && r.Float64() < 0.2 {
					acted.Add(spam, 0.2)
				}
				if !flagged && r.Float64() < c.chance {
					passed.Add(spam, c.chance)
				}
			}
			return caught / (caught + missed), score.Recall(acted.Total(acts), passed.Total(10_000-acts))
		})
	}
}

func TestRecallWhereNothingIsKnown(t *testing.T) {
	some := &score.Rate{Value: 100, Low: 80, High: 120}
	none := &score.Rate{Value: 0, Low: 0, High: 40}
	if score.Recall(nil, none) != nil || score.Recall(some, nil) != nil || score.Recall(none, none) != nil {
		t.Error("there is a recall of nothing")
	}
	if r := score.Recall(some, none); r.Value != 1 || r.High != 1 || r.Low < 0.6 || r.Low > 0.8 {
		t.Errorf("nothing missed came up: %s", r.Percent())
	}
	if r := score.Recall(none, some); r.Value != 0 || r.Low != 0 || r.High < 0.2 {
		t.Errorf("nothing caught came up: %s", r.Percent())
	}
}

func TestKappaIsThatOfCohen(t *testing.T) {
	// 20 and 15 alike, 5 and 10 not: 0.7 agree, 0.5 would by chance.
	k := score.Pairs{YesYes: 20, YesNo: 5, NoYes: 10, NoNo: 15}.Kappa()
	if math.Abs(k.Value-0.4) > 1e-12 || k.Low > 0.15 || k.High < 0.6 {
		t.Errorf("kappa is %+v", k)
	}
	for name, p := range map[string]score.Pairs{"nothing": {}, "always the same": {YesYes: 9}, "always the other": {NoNo: 9}} {
		if p.Kappa() != nil {
			t.Errorf("%s has a kappa: %+v", name, p.Kappa())
		}
	}
	if k := (score.Pairs{YesYes: 12, NoNo: 8}).Kappa(); k.Value != 1 || k.High != 1 || k.Low < 0.5 || k.Low > 0.95 {
		t.Errorf("always alike: %+v", k)
	}
	if k := (score.Pairs{YesNo: 10, NoYes: 10}).Kappa(); k.Value != -1 || k.Low != -1 {
		t.Errorf("never alike: %+v", k)
	}
}

func TestKappaIsRightOnAverage(t *testing.T) {
	for _, c := range []struct {
		n          int
		yes, kappa float64
	}{{60, 0.8, 0.7}, {60, 0.5, 0.4}, {150, 0.9, 0.6}, {40, 0.7, 0.85}} {
		expect(t, fmt.Sprintf("%d pairs, %.0f %% yes, kappa %.2f", c.n, 100*c.yes, c.kappa), 0.03, 0.93, func(r *rand.Rand) (float64, *score.Rate) {
			var p score.Pairs
			both := c.yes * (1 - c.yes)
			for range c.n {
				switch u := r.Float64(); {
				case u < c.yes*c.yes+both*c.kappa:
					p.YesYes++
				case u < c.yes*c.yes+both*c.kappa+both*(1-c.kappa):
					p.YesNo++
				case u < c.yes*c.yes+both*c.kappa+2*both*(1-c.kappa):
					p.NoYes++
				default:
					p.NoNo++
				}
			}
			return c.kappa, p.Kappa()
		})
	}
}
