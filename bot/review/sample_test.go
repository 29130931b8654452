package review_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
)

func TestTheChanceFallsWithWhatWasDrawn(t *testing.T) {
	s := review.Sampling{Acted: 0.5, Passed: 0.01, PerDay: 64}
	last := 1.0
	for n := range 80 {
		chance := s.Chance(review.OfPassed, n, 0)
		switch {
		case n < 32 && chance != 0.01, n >= 64 && chance != 0, n < 64 && chance <= 0, chance > last:
			t.Errorf("after %d: %g, before it %g", n, chance, last)
		}
		last = chance
	}
	if s.Chance(review.OfActed, 0, 0) != 0.5 || s.Chance(review.OfLogged, 32, 0) != 0.25 {
		t.Error("what a rule hit has another share than what none did")
	}
	if s.Chance(review.OfPassed, 0, 100) != 0.01 || s.Chance(review.OfPassed, 0, 32_000_000_000) != 1e-9 {
		t.Error("a day that was busy does not make the next one's share smaller")
	}
	for _, off := range []review.Sampling{{}, {Acted: 1, Passed: 1}, {PerDay: 10}} {
		if off.Chance(review.OfActed, 0, 0) != 0 || off.Chance(review.OfPassed, 0, 1) != 0 {
			t.Errorf("%+v draws", off)
		}
	}
	for perDay := 1; perDay < 40; perDay++ {
		few := review.Sampling{Passed: 1, PerDay: perDay}
		if few.Chance(review.OfPassed, 0, 0) != 1 || few.Chance(review.OfPassed, perDay-1, 0) <= 0 || few.Chance(review.OfPassed, perDay, 0) != 0 {
			t.Errorf("%d a day: %g at first, %g for the last", perDay, few.Chance(review.OfPassed, 0, 0), few.Chance(review.OfPassed, perDay-1, 0))
		}
	}
}

// verdictsOf plays a rule that is right with that probability: some of what it did
// alone is drawn, and of the rest people look at what is appealed.
func verdictsOf(r *rand.Rand, n int, right, drawn, appealedIfWrong, appealedIfRight float64) review.RuleVerdicts {
	v := review.RuleVerdicts{Rule: "x"}
	for range n {
		yes := r.Float64() < right
		sampled := r.Float64() < drawn
		if sampled {
			v.Samples++
			v.Drawn.Add(yes, drawn)
		}
		appealed := r.Float64() < appealedIfRight
		if !yes {
			appealed = r.Float64() < appealedIfWrong
		}
		switch {
		case !sampled && !appealed:
		case yes:
			v.Upheld++
		default:
			v.Overturned++
		}
	}
	return v
}

// TestTheGateGoesByTheSample: with a sample a good rule is not held back because
// only its faults were looked at, and a bad one not let off because only its
// successes were.
func TestTheGateGoesByTheSample(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	target := review.Target{Precision: 0.6, After: 10}
	const runs = 400
	wronged, letOff, fooled, blind := 0, 0, 0, 0
	for range runs {
		good := verdictsOf(r, 1000, 0.97, 0.05, 0.9, 0)
		if target.Missed(good) {
			wronged++
		}
		good.Samples = 0 // as if nothing had been drawn
		good.Upheld -= good.Drawn.K
		good.Overturned -= good.Drawn.N - good.Drawn.K
		if good.Judged() >= target.After && target.Missed(good) {
			fooled++
		}
		bad := verdictsOf(r, 1000, 0.45, 0.05, 0, 0.3)
		if !target.Missed(bad) {
			letOff++
		}
		bad.Samples = 0
		if !target.Missed(bad) {
			blind++
		}
	}
	t.Logf("of %d: good rules held back %d (by appeals alone %d), bad ones let off %d (by what is looked at %d)", runs, wronged, fooled, letOff, blind)
	if wronged > runs/50 || letOff > runs/50 {
		t.Errorf("good rules held back %d times, bad ones let off %d times, of %d", wronged, letOff, runs)
	}
	if fooled < runs/2 || blind < runs/2 {
		t.Errorf("the world of this test is too kind to show anything: %d, %d", fooled, blind)
	}
}

func TestASecondOpinionChangesNothing(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := review.Case{ID: "abcd", Created: now, State: review.Acted, Strike: review.StrikeCounts, Event: chat.Event{Adapter: "qq", Chat: "1"},
		Acts: []review.Act{{State: review.Done, Action: chat.Action{Key: "abcd/mute", Verb: chat.Mute}}}}
	c.Draw(review.Sample{Of: review.OfActed, Probability: 0.1, Twice: true}, now.Add(time.Hour))
	if len(c.Acts) != 1 || c.Acts[0].State != review.Done || c.Strike != review.StrikeCounts {
		t.Errorf("drawing did something: %+v, %s", c.Acts, c.Strike)
	}
	if _, err := c.Opine(review.Word{By: "wu", At: now}, true); !errors.Is(err, review.ErrNoSecond) {
		t.Errorf("before the first: %v", err)
	}
	if _, err := c.Overturn(review.Word{By: "li", At: now, Ground: "no"}, &review.Policy{}); err != nil {
		t.Fatal(err)
	}
	if !c.AskedAt().Equal(now) || c.Chance() != 0.1 {
		t.Errorf("asked at %s, chance %g", c.AskedAt(), c.Chance())
	}
	acts := len(c.Acts)
	if _, err := c.Opine(review.Word{By: "wu", At: now}, true); err != nil {
		t.Fatal(err)
	}
	if c.State != review.Overturned || len(c.Acts) != acts || c.DecidedBy != "li" || !c.Second.Upheld || c.Second.FirstUpheld || c.Second.First != "li" {
		t.Errorf("it is %s by %s, %+v", c.State, c.DecidedBy, c.Second)
	}
}

func TestAskedSinceTheAppeal(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	c := review.Case{ID: "abcd", Created: now, State: review.Acted}
	if _, err := c.Uphold(review.Word{By: "li", At: now.Add(time.Minute)}, &review.Policy{}); err != nil || !c.AskedAt().IsZero() {
		t.Errorf("nobody was waited for, since %s: %v", c.AskedAt(), err)
	}
	c = review.Case{ID: "abcd", Created: now, State: review.Open, Appeal: review.Appeal{At: now.Add(time.Hour)}}
	if _, err := c.Uphold(review.Word{By: "li", At: now.Add(2 * time.Hour)}, &review.Policy{}); err != nil || !c.AskedAt().Equal(now.Add(time.Hour)) {
		t.Errorf("waited for since %s: %v", c.AskedAt(), err)
	}
	if c.Chance() != 0 {
		t.Errorf("an appeal is no chance: %g", c.Chance())
	}
}
