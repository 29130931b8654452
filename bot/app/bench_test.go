package app_test

import (
	"testing"
	"time"

	"patrol/bot/app"
)

func TestBenchFindsExactlyWhatItMade(t *testing.T) {
	for _, kind := range []string{"memory", "sqlite"} {
		r, err := app.Bench(t.Context(), app.BenchOptions{
			Events: 20_000, Chats: 50, Members: 1000, Words: 500, HitRate: 0.05, Store: kind, Rate: 5000, Duration: time.Second,
		})
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		if r.Violations < 1000 || r.Recorded != r.Violations || r.Actions != 2*r.Violations || r.P99 <= 0 {
			t.Errorf("%s: %+v", kind, r)
		}
	}
}

func BenchmarkPipeline(b *testing.B) {
	r, err := app.Bench(b.Context(), app.BenchOptions{Events: 500_000, Words: 10_000})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(r.PerSecond, "events/s")
	b.ReportMetric(r.CleanAllocs, "allocs/clean-event")
	b.ReportMetric(float64(r.Resident)/(1<<20), "MiB-resident")
}
