package app

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"patrol/adapters/chat"
	"patrol/bot/config"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/bot/store"
)

// drawing is an app with nothing but a store, in which so many drawn messages wait
// from days ago and one from today.
func drawing(t *testing.T, begins time.Time, waiting int) *App {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "patrol.db"), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	c, faults := config.Parse("patrol.yaml", []byte("rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\nreview: {sample: {per_day: 3}}\n"))
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, waiting+2)
	for i := range waiting + 1 {
		e := chat.Event{ID: fmt.Sprint(i), Kind: chat.KindMessage, Adapter: "a", Chat: "1"}
		one := &review.Case{ID: review.CaseID(&e), Event: e, Created: begins.Add(-72 * time.Hour)}
		if i == waiting {
			one.Created = begins.Add(time.Hour)
		}
		one.Draw(review.Sample{Of: review.OfPassed, Probability: 0.1}, begins.Add(time.Hour))
		if err := s.Record(t.Context(), one, nil, func(_ bool, err error) { done <- err }); err != nil {
			t.Fatal(err)
		}
	}
	counts := []stats.Tally{
		{Day: begins.Add(-time.Hour).Format(stats.DayForm), Chat: "a/1", What: stats.Passed, N: 700},
		{Day: begins.Add(-time.Hour).Format(stats.DayForm), Chat: "a/1", What: stats.Acted, N: 9},
		{Day: begins.Format(stats.DayForm), Chat: "a/1", What: stats.Passed, N: 5},
	}
	if err := s.AddCounts(t.Context(), counts, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	for range waiting + 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	return &App{config: c, store: s, log: zerolog.Nop()}
}

func TestADayGoesOnWhereItWasAndKnowsTheOneBefore(t *testing.T) {
	begins := time.Date(2026, 3, 14, 0, 0, 0, 0, time.Local)
	d, err := drawing(t, begins, 5).drawDay(t.Context(), begins)
	if err != nil || d.Drawn[review.OfPassed] != 1 || d.Before[review.OfPassed] != 700 || d.Before[review.OfActed] != 9 || d.Before[review.OfLogged] != 0 {
		t.Errorf("%+v, %v", d, err)
	}
}

// TestNothingIsDrawnForNobody: where people don't judge what is drawn, no more of it
// is kept.
func TestNothingIsDrawnForNobody(t *testing.T) {
	begins := time.Date(2026, 3, 14, 0, 0, 0, 0, time.Local)
	a := drawing(t, begins, 29)
	d, err := a.drawDay(t.Context(), begins)
	if err != nil {
		t.Fatal(err)
	}
	for _, of := range review.Frames {
		if chance := a.config.Sampling().Chance(of, d.Drawn[of], d.Before[of]); chance != 0 {
			t.Errorf("of %s some are drawn still: %g", of, chance)
		}
	}
}
