package stats_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata" // for machines without it

	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules/score"
)

// noon is when every report is made.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.FixedZone("", 8*3600))

// source is what is known, written down.
type source struct {
	tallies, busy []stats.Tally
	outcomes      stats.Outcomes
	err           error
}

func (s *source) Tallies(context.Context, stats.Range) ([]stats.Tally, error) {
	return s.tallies, s.err
}
func (s *source) Busiest(context.Context, stats.Range, int) ([]stats.Tally, error) {
	return s.busy, s.err
}
func (s *source) Outcomes(context.Context, stats.Range) (stats.Outcomes, error) {
	return s.outcomes, s.err
}

func of(t testing.TB, s *source, days int, doubted ...string) *stats.Report {
	t.Helper()
	r, err := stats.Of(t.Context(), s, stats.Days(days, noon), stats.Options{Now: noon, Doubted: doubted})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func ExampleOf() {
	known := &source{tallies: []stats.Tally{{Day: "2026-03-14", What: stats.Messages, N: 1200}, {Day: "2026-03-14", What: stats.Hits, Name: "ads", N: 9}}}
	report, err := stats.Of(context.Background(), known, stats.Days(7, noon), stats.Options{Now: noon})
	if err != nil {
		panic(err)
	}
	fmt.Println(report.From, report.To, len(report.Days), report.Messages, report.Rules[0].Rule, report.Rules[0].Hits)
	// Output: 2026-03-08 2026-03-14 7 1200 ads 9
}

func TestDaysAreThoseOfTheClock(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	r := stats.Days(3, time.Date(2026, 3, 30, 1, 0, 0, 0, zone)) // the clocks went forward on the 29th
	if days := r.Each(); len(days) != 3 || days[0] != "2026-03-28" || days[2] != "2026-03-30" || r.Until.Sub(r.Since) != 71*time.Hour {
		t.Errorf("%q, %s", days, r.Until.Sub(r.Since))
	}
	if r := stats.Days(0, noon); r.From != r.To || r.Until.Sub(r.Since) != 24*time.Hour {
		t.Errorf("no day at all: %+v", r)
	}
}

func TestTimesToDecisionAndTheQueue(t *testing.T) {
	hour := func(h float64) time.Time { return noon.Add(time.Duration(h * float64(time.Hour))) }
	s := &source{outcomes: stats.Outcomes{
		Decisions: []stats.Decision{
			{Chat: "a/1", Rule: "ads", Upheld: true, Asked: hour(-40), Due: hour(-30), Decided: hour(-35)},
			{Chat: "a/1", Rule: "ads", Upheld: false, Asked: hour(-30), Due: hour(-20), Decided: hour(-10)},
			{Chat: "a/2", Rule: "scam", Upheld: true, Asked: hour(-5), Due: hour(-1), Decided: hour(-2)},
			{Chat: "a/2", Rule: "scam", Upheld: false, Decided: hour(-1)},               // nobody had waited
			{Chat: "a/2", Upheld: false, Decided: hour(-1), Chance: 0.1, Sampled: true}, // let pass
		},
		Waiting: []stats.Decision{{Chat: "a/1", Asked: hour(-26), Due: hour(-2)}, {Chat: "a/1", Asked: hour(-0.5), Due: hour(3)}},
	}, busy: []stats.Tally{{Chat: "a/1", What: stats.Messages, N: 5}, {Chat: "a/1", What: stats.Hits, Name: "ads", N: 2}}}
	r := of(t, s, 3, "quiet")
	if r.Upheld != 2 || r.Overturned != 2 || r.Overturns.Value != 0.5 {
		t.Errorf("%d upheld, %d overturned", r.Upheld, r.Overturned)
	}
	if r.Timing.N != 3 || r.Timing.Median != 5 || r.Timing.P90 != 20 || math.Abs(r.Timing.InTime.Value-2./3) > 1e-9 {
		t.Errorf("timing %+v", r.Timing)
	}
	if c := r.Busiest[0]; c.Chat != "a/1" || c.Messages != 5 || c.Hits != 2 || c.Timing.N != 2 || c.Timing.Median != 5 {
		t.Errorf("busiest %+v", c)
	}
	if q := r.Queue; q.Waiting != 2 || q.Overdue != 1 || q.Ages[0].N != 1 || q.Ages[4].N != 1 {
		t.Errorf("queue %+v", q)
	}
	// The first two days end 36 and 12 hours ago; today ends now.
	for i, want := range []struct {
		waiting int
		median  float64
	}{{1, 4}, {2, 14}, {2, 0.5}} {
		if d := r.Days[i]; d.Waiting != want.waiting || math.Abs(d.WaitedFor-want.median) > 1e-9 {
			t.Errorf("as %s ended %d waited for %g h, want %+v", d.Day, d.Waiting, d.WaitedFor, want)
		}
	}
	for _, line := range r.Rules {
		if line.AsksFirst != (line.Rule == "quiet") {
			t.Errorf("%+v", line)
		}
	}
	if len(r.Rules) != 1 {
		t.Errorf("%d rules", len(r.Rules))
	}
}

func TestNothingIsKnownOfNothing(t *testing.T) {
	r := of(t, &source{}, 30)
	if len(r.Days) != 30 || r.Precision != nil || r.Recall != nil || r.Misses != nil || r.Agreement.Kappa != nil || r.Timing.InTime != nil || r.Overturns != nil {
		t.Errorf("%+v", r)
	}
	broken := errors.New("disk")
	if _, err := stats.Of(t.Context(), &source{err: broken}, stats.Days(1, noon), stats.Options{Now: noon}); !errors.Is(err, broken) {
		t.Errorf("the source's error is lost: %v", err)
	}
}

// world is a chat that is moderated: how often it is spam, and what becomes of it.
type world struct {
	spam                 float64 // share of messages
	acted, asked, logged float64 // of spam: acted on alone, asked about, only written down
	wronged              float64 // of the rest: acted on alone
	judged               float64 // of what was drawn: judged by now
}

// live plays n messages of it, draws as s says, and returns what is known then and
// what is true.
func (w world) live(r *rand.Rand, n int, s review.Sampling) (known *source, precision, recall float64) {
	known = &source{}
	counts := map[stats.What]int64{}
	frames := map[review.Frame]*stats.Samples{}
	for _, of := range review.Frames {
		frames[of] = &stats.Samples{Of: of}
	}
	drawn := map[review.Frame]int{}
	draw := func(of review.Frame, right bool) {
		chance := s.Chance(of, drawn[of], 0)
		if r.Float64() >= chance {
			return
		}
		drawn[of]++
		f := frames[of]
		f.Drawn++
		f.Units += 1 / chance
		if r.Float64() < w.judged {
			f.Right.Add(right, chance)
		}
	}
	var spam, caught, acted, rightly float64
	for range n {
		bad := r.Float64() < w.spam
		if bad {
			spam++
		}
		switch u := r.Float64(); {
		case bad && u < w.acted, !bad && u < w.wronged:
			counts[stats.Acted]++
			acted++
			if bad {
				caught++
				rightly++
			}
			draw(review.OfActed, bad)
		case bad && u < w.acted+w.asked:
			caught++
			counts[stats.Asked]++
			known.outcomes.Decisions = append(known.outcomes.Decisions, stats.Decision{Upheld: true, Chance: 1, Decided: noon})
		case bad && u < w.acted+w.asked+w.logged:
			counts[stats.Logged]++
			draw(review.OfLogged, bad)
		default:
			counts[stats.Passed]++
			draw(review.OfPassed, !bad)
		}
	}
	for what, count := range counts {
		known.tallies = append(known.tallies, stats.Tally{Day: "2026-03-14", What: what, N: count})
	}
	for _, of := range review.Frames {
		if frames[of].Drawn > 0 {
			known.outcomes.Samples = append(known.outcomes.Samples, *frames[of])
		}
	}
	return known, rightly / acted, caught / spam
}

// TestEstimatesHoldTheTruth plays worlds of which the truth is known, also such in
// which the day's bound makes the chances fall and people leave some of it unjudged.
func TestEstimatesHoldTheTruth(t *testing.T) {
	for _, c := range []struct {
		name string
		world
		review.Sampling
		bias float64 // of recall: a ratio of sums that are right on average is not quite
	}{
		{"much is drawn", world{0.05, 0.6, 0.2, 0.05, 0.002, 1}, review.Sampling{Acted: 0.3, Passed: 0.1, PerDay: 5000}, 0.01},
		{"the day is bounded", world{0.05, 0.6, 0.2, 0, 0.002, 1}, review.Sampling{Acted: 0.3, Passed: 0.1, PerDay: 300}, 0.06},
		{"a third is left unjudged", world{0.08, 0.5, 0.1, 0.1, 0.004, 0.67}, review.Sampling{Acted: 0.3, Passed: 0.1, PerDay: 5000}, 0.01},
		{"little is missed", world{0.03, 0.95, 0.02, 0, 0.0005, 1}, review.Sampling{Acted: 0.3, Passed: 0.08, PerDay: 5000}, 0.01},
	} {
		r := rand.New(rand.NewPCG(19, 23))
		const runs = 300
		held := map[string]int{}
		off := map[string]float64{}
		for range runs {
			known, precision, recall := c.live(r, 12_000, c.Sampling)
			report := of(t, known, 1)
			for name, one := range map[string]struct {
				said *score.Rate
				is   float64
			}{"precision": {report.Precision, precision}, "recall": {report.Recall, recall}} {
				if one.said == nil {
					t.Fatalf("%s: no %s", c.name, name)
				}
				off[name] += (one.said.Value - one.is) / runs
				if one.said.Low <= one.is && one.is <= one.said.High {
					held[name]++
				}
			}
		}
		t.Logf("%s: off by %+.4f and %+.4f, holds the truth in %d and %d of %d", c.name, off["precision"], off["recall"], held["precision"], held["recall"], runs)
		for name := range off {
			if math.Abs(off[name]) > c.bias || held[name] < runs*92/100 {
				t.Errorf("%s: %s is off by %+.4f and holds the truth in %d of %d", c.name, name, off[name], held[name], runs)
			}
		}
	}
}
