package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules/score"
)

// alone is sample(n) as the bot records it where it acts alone.
func alone(n int) *review.Case {
	c := sample(n)
	c.State, c.Due, c.Decision.Review = review.Acted, time.Time{}, false
	c.Acts, c.Verdict.Hits = c.Acts[:1], c.Verdict.Hits[:1]
	return c
}

// passedBy is a message of that number on which no rule hit.
func passedBy(n int) *review.Case {
	c := alone(n)
	c.Acts, c.Verdict.Hits, c.Decision.Strike, c.Strike = nil, nil, nil, review.StrikeNone
	return c
}

func drawn(c *review.Case, of review.Frame, probability float64, twice bool) *review.Case {
	c.Draw(review.Sample{Of: of, Probability: probability, Twice: twice}, c.Created.Add(24*time.Hour))
	return c
}

// days is a range around the cases of the tests.
func days() stats.Range { return stats.Days(3, start.Add(24*time.Hour)) }

// desk does what people do, at a time of the tests.
func deskAt(t *testing.T, s keeper, at time.Time) (*review.Queue, func(review.Case, error)) {
	queue := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return at }})
	return queue, func(_ review.Case, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func verdictsByChance(t *testing.T, s keeper) {
	queue, do := deskAt(t, s, start.Add(time.Hour))
	asked, appealed, one, other := sample(1), alone(2), drawn(alone(3), review.OfActed, 0.25, false), drawn(alone(4), review.OfActed, 0.5, false)
	asked.Verdict.Hits = asked.Verdict.Hits[:1]
	for _, c := range []*review.Case{asked, appealed, one, other} {
		record(t, s, c, decided(c)...)
	}
	do(queue.Uphold(t.Context(), asked.ID, "li", ""))
	do(queue.Overturn(t.Context(), appealed.ID, "li", "no"))
	do(queue.Uphold(t.Context(), one.ID, "li", ""))
	do(queue.Overturn(t.Context(), other.ID, "li", "no"))
	got, err := s.Verdicts(t.Context(), start)
	want := review.RuleVerdicts{Rule: "ads.contact", Upheld: 2, Overturned: 2, Samples: 2}
	want.Drawn.Add(true, 1)
	want.Drawn.Add(true, 0.25)
	want.Drawn.Add(false, 0.5)
	if err != nil || !slices.Equal(got, []review.RuleVerdicts{want}) {
		t.Errorf("%+v, %v; want %+v", got, err, want)
	}
}

func samplesJudged(t *testing.T, s keeper) {
	queue, do := deskAt(t, s, start.Add(time.Hour))
	acted, passed, missed, other := drawn(alone(1), review.OfActed, 0.0625, true), drawn(passedBy(2), review.OfPassed, 0.001, true), drawn(passedBy(3), review.OfPassed, 0.002, false), drawn(passedBy(4), review.OfPassed, 0.001, false)
	for _, c := range []*review.Case{acted, passed, missed, other} {
		record(t, s, c, decided(c)...)
	}
	if back := load(t, s, passed.ID); back.Sample != passed.Sample || back.State != review.Open {
		t.Errorf("came back as %+v, %s", back.Sample, back.State)
	}
	if n, err := s.Drawn(t.Context(), start); err != nil || n[review.OfPassed] != 3 || n[review.OfActed] != 1 {
		t.Errorf("drawn %v, %v", n, err)
	}
	ids := func(by string, second bool) (all []string) {
		t.Helper()
		cases, err := s.SecondOpinions(t.Context(), by, 10)
		if !second {
			var page review.Page
			page, err = s.Cases(t.Context(), review.Filter{Sampled: true})
			cases = page.Cases
		}
		if err != nil {
			t.Fatal(err)
		}
		for i := range cases {
			all = append(all, cases[i].ID)
		}
		return all
	}
	if got := ids("li", false); !slices.Equal(got, []string{acted.ID, passed.ID, missed.ID, other.ID}) {
		t.Errorf("%q wait", got)
	}
	do(queue.Uphold(t.Context(), acted.ID, "li", ""))
	do(queue.Uphold(t.Context(), passed.ID, "li", ""))
	do(queue.Overturn(t.Context(), missed.ID, "li", "an ad"))
	if got := ids("li", false); !slices.Equal(got, []string{other.ID}) {
		t.Errorf("%q still wait", got)
	}
	if mine, theirs := ids("li", true), ids("wu", true); len(mine) != 0 || !slices.Equal(theirs, []string{acted.ID, passed.ID}) {
		t.Errorf("second opinions are wanted of li on %q, of wu on %q", mine, theirs)
	}
	for name, refused := range map[string]func() error{
		"the first's own":             func() error { _, err := queue.Opine(t.Context(), acted.ID, "li", true); return err },
		"one that is judged once":     func() error { _, err := queue.Opine(t.Context(), missed.ID, "wu", true); return err },
		"one that nobody has decided": func() error { _, err := queue.Opine(t.Context(), other.ID, "wu", true); return err },
		"one that is there already": func() error {
			do(queue.Opine(t.Context(), passed.ID, "wu", false))
			_, err := queue.Opine(t.Context(), passed.ID, "xu", true)
			return err
		},
	} {
		if err := refused(); !errors.Is(err, review.ErrNoSecond) {
			t.Errorf("a second opinion on %s: %v", name, err)
		}
	}
	do(queue.Opine(t.Context(), acted.ID, "wu", true))
	if c := load(t, s, passed.ID); c.State != review.Upheld || c.Second.By != "wu" || c.Second.Upheld || !c.Second.FirstUpheld {
		t.Errorf("a second opinion makes it %s, %+v", c.State, c.Second)
	}
	if got := ids("xu", true); len(got) != 0 {
		t.Errorf("%q want a third opinion", got)
	}
	o, err := s.Outcomes(t.Context(), days())
	if err != nil {
		t.Fatal(err)
	}
	if want := (score.Pairs{YesYes: 1, YesNo: 1}); o.Pairs != want {
		t.Errorf("pairs %+v", o.Pairs)
	}
	want := []stats.Samples{{Of: review.OfActed, Drawn: 1, Units: 16, Most: 1}, {Of: review.OfPassed, Drawn: 3, Units: 2500, Most: 3}}
	want[0].Right.Add(true, 0.0625)
	want[1].Right.Add(true, 0.001)
	want[1].Right.Add(false, 0.002)
	if !slices.Equal(o.Samples, want) {
		t.Errorf("samples %+v, want %+v", o.Samples, want)
	}
	do(queue.TakeBack(t.Context(), missed.ID, "li"))
	if got := ids("li", false); !slices.Equal(got, []string{missed.ID, other.ID}) {
		t.Errorf("after one was taken back %q wait", got)
	}
	verify(t, s)

	reach := review.WithReach(t.Context(), review.Only("qq-main/1001"))
	if o, err := s.Outcomes(reach, days()); err != nil || len(o.Samples) != 1 || o.Samples[0].Of != review.OfActed || o.Pairs != (score.Pairs{YesYes: 1}) || len(o.Waiting) != 0 || len(o.Decisions) != 1 {
		t.Errorf("in reach of one chat: %+v, %v", o, err)
	}
	if page, err := s.Cases(reach, review.Filter{Sampled: true}); err != nil || len(page.Cases) != 0 {
		t.Errorf("%d of other chats wait, %v", len(page.Cases), err)
	}
	elsewhere := review.WithReach(t.Context(), review.Only("qq-main/9"))
	do(queue.TakeBack(t.Context(), acted.ID, "li"))
	do(queue.Uphold(t.Context(), acted.ID, "li", ""))
	if cases, err := s.SecondOpinions(elsewhere, "wu", 10); err != nil || len(cases) != 0 {
		t.Errorf("%d of other chats want a second opinion, %v", len(cases), err)
	}
}

func decisionsTimed(t *testing.T, s keeper) {
	asked, acted := sample(1), alone(2)
	for _, c := range []*review.Case{asked, acted, sample(3)} {
		record(t, s, c, decided(c)...)
	}
	first, do := deskAt(t, s, start.Add(2*time.Hour))
	do(first.Uphold(t.Context(), asked.ID, "li", ""))
	do(first.Overturn(t.Context(), acted.ID, "li", "no"))
	later, _ := deskAt(t, s, start.Add(5*time.Hour))
	do(later.Overturn(t.Context(), asked.ID, "li", "after all"))
	o, err := s.Outcomes(t.Context(), days())
	want := []stats.Decision{
		{Chat: "qq-main/1001", Rule: "ads.contact", Asked: asked.Created, Due: asked.Due, Decided: start.Add(2 * time.Hour), Chance: 1},
		{Chat: "qq-main/1002", Rule: "ads.contact", Decided: start.Add(2 * time.Hour)},
	}
	if err != nil || diff(want, o.Decisions) != "" {
		t.Error(diff(want, o.Decisions), err)
	}
	if len(o.Waiting) != 1 || o.Waiting[0].Chat != "qq-main/1003" || !o.Waiting[0].Asked.Equal(start.Add(3*time.Second)) {
		t.Errorf("waiting %+v", o.Waiting)
	}
	do(later.TakeBack(t.Context(), acted.ID, "li"))
	if o, err := s.Outcomes(t.Context(), days()); err != nil || len(o.Decisions) != 1 {
		t.Errorf("after one was taken back: %+v, %v", o.Decisions, err)
	}
	if o, err := s.Outcomes(t.Context(), stats.Days(1, start.Add(-24*time.Hour))); err != nil || len(o.Decisions) != 0 || len(o.Verdicts) != 0 {
		t.Errorf("of the day before: %+v, %v", o, err)
	}
}

func countsAddUp(t *testing.T, s keeper) {
	count := func(tallies ...stats.Tally) {
		t.Helper()
		done := make(chan error, 1)
		if err := s.AddCounts(t.Context(), tallies, func(err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	count(stats.Tally{Day: "2026-03-01", Chat: "a/1", What: stats.Messages, N: 10}, stats.Tally{Day: "2026-03-01", Chat: "a/2", What: stats.Messages, N: 30},
		stats.Tally{Day: "2026-03-01", Chat: "a/1", What: stats.Hits, Name: "ads", N: 2})
	count(stats.Tally{Day: "2026-03-01", Chat: "a/1", What: stats.Messages, N: 5}, stats.Tally{Day: "2026-03-02", Chat: "a/1", What: stats.Messages, N: 7},
		stats.Tally{Day: "2025-01-01", Chat: "a/1", What: stats.Messages, N: 1})
	tallies := func(reach review.Reach) []stats.Tally {
		t.Helper()
		all, err := s.Tallies(review.WithReach(t.Context(), reach), days())
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := []stats.Tally{
		{Day: "2026-03-01", What: stats.Hits, Name: "ads", N: 2}, {Day: "2026-03-01", What: stats.Messages, N: 45}, {Day: "2026-03-02", What: stats.Messages, N: 7},
	}
	if got := tallies(review.Reach{}); diff(want, got) != "" {
		t.Error(diff(want, got))
	}
	if got, want := tallies(review.Only("a/2", "b/9")), []stats.Tally{{Day: "2026-03-01", What: stats.Messages, N: 30}}; diff(want, got) != "" {
		t.Error(diff(want, got))
	}
	if got := tallies(review.Only()); len(got) != 0 {
		t.Errorf("nowhere: %+v", got)
	}
	busy := func(reach review.Reach, most int) []stats.Tally {
		t.Helper()
		all, err := s.Busiest(review.WithReach(t.Context(), reach), days(), most)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got, want := busy(review.Reach{}, 1), []stats.Tally{{Chat: "a/2", What: stats.Messages, N: 30}}; diff(want, got) != "" {
		t.Error(diff(want, got))
	}
	if got, want := busy(review.Only("a/1"), 5), []stats.Tally{{Chat: "a/1", What: stats.Hits, Name: "ads", N: 2}, {Chat: "a/1", What: stats.Messages, N: 22}}; diff(want, got) != "" {
		t.Error(diff(want, got))
	}
	if err := s.ForgetCounts(t.Context(), "2026-03-02"); err != nil {
		t.Fatal(err)
	}
	if got, want := tallies(review.Reach{}), []stats.Tally{{Day: "2026-03-02", What: stats.Messages, N: 7}}; diff(want, got) != "" {
		t.Error(diff(want, got))
	}
}
