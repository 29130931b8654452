package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// metrics is what Prometheus may ask. It observes the pipeline.
type metrics struct {
	registry   *prometheus.Registry
	hits       *prometheus.CounterVec
	actions    *prometheus.CounterVec
	latency    prometheus.Histogram
	reloads    *prometheus.CounterVec
	rulesStale prometheus.Gauge
	alarms     prometheus.Counter
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		hits:     prometheus.NewCounterVec(prometheus.CounterOpts{Name: "patrol_hits_total", Help: "Rules that hit, by rule and mode."}, []string{"rule", "mode"}),
		actions:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "patrol_actions_total", Help: "Actions settled, by verb and how they ended."}, []string{"verb", "state"}),
		latency: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "patrol_decision_seconds", Help: "From the arrival of an event that was flagged to its decision.", Buckets: prometheus.ExponentialBuckets(1e-6, 4, 12),
		}),
		reloads:    prometheus.NewCounterVec(prometheus.CounterOpts{Name: "patrol_rule_reloads_total", Help: "Rule sets that were taken or refused."}, []string{"result"}),
		rulesStale: prometheus.NewGauge(prometheus.GaugeOpts{Name: "patrol_rules_stale", Help: "1 while the rule files are refused and an older set is at work."}),
		alarms:     prometheus.NewCounter(prometheus.CounterOpts{Name: "patrol_alarms_total", Help: "Times that an operator should have been told something."}),
	}
	m.registry.MustRegister(m.hits, m.actions, m.latency, m.reloads, m.rulesStale, m.alarms,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// watch adds what the pipeline counts by itself.
func (m *metrics) watch(p *pipeline.Pipeline) {
	counter := func(name, help string, value func(pipeline.Stats) float64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return value(p.Stats()) }))
	}
	gauge := func(name, help string, value func(pipeline.Stats) float64) {
		m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help}, func() float64 { return value(p.Stats()) }))
	}
	counter("patrol_events_total", "Events taken from adapters.", func(s pipeline.Stats) float64 { return float64(s.Events) })
	counter("patrol_duplicate_events_total", "Events that came again.", func(s pipeline.Stats) float64 { return float64(s.Duplicates) })
	counter("patrol_flagged_events_total", "Events that became a case.", func(s pipeline.Stats) float64 { return float64(s.Flagged) })
	counter("patrol_drawn_events_total", "Events that were drawn by chance for people to judge.", func(s pipeline.Stats) float64 { return float64(s.Drawn) })
	counter("patrol_panics_total", "Events skipped after a panic.", func(s pipeline.Stats) float64 { return float64(s.Panics) })
	counter("patrol_brake_trips_total", "Times that a brake tripped.", func(s pipeline.Stats) float64 { return float64(s.BrakeTrips) })
	gauge("patrol_brakes_on", "Brakes that are on: what is heavier than a warning is held.", func(s pipeline.Stats) float64 { return float64(s.BrakesOn) })
	gauge("patrol_queued_events", "Events that wait for a shard.", func(s pipeline.Stats) float64 { return float64(s.Queued) })
	gauge("patrol_waiting_actions", "Actions that wait for their turn or another try.", func(s pipeline.Stats) float64 { return float64(s.Waiting) })
}

// Judged counts the hits of a flagged event.
func (m *metrics) Judged(_ *chat.Event, v *rules.Verdict, c *review.Case, came time.Time) {
	if c == nil {
		return
	}
	m.latency.Observe(time.Since(came).Seconds())
	for i := range v.Hits {
		m.hits.WithLabelValues(v.Hits[i].Rule, string(v.Hits[i].Mode)).Inc()
	}
}

// Settled counts an action.
func (m *metrics) Settled(a *review.Act) {
	m.actions.WithLabelValues(string(a.Action.Verb), string(a.State)).Inc()
}

// Alarmed counts an alarm.
func (m *metrics) Alarmed(string, lang.Text) { m.alarms.Inc() }

// observers tells several.
type observers []pipeline.Observer

// Judged tells all.
func (o observers) Judged(e *chat.Event, v *rules.Verdict, c *review.Case, came time.Time) {
	for _, x := range o {
		x.Judged(e, v, c, came)
	}
}

// Settled tells all.
func (o observers) Settled(a *review.Act) {
	for _, x := range o {
		x.Settled(a)
	}
}

// Alarmed tells all.
func (o observers) Alarmed(chatID string, what lang.Text) {
	for _, x := range o {
		x.Alarmed(chatID, what)
	}
}

// alarms tells whoever watches the terminal.
type alarms struct{ tell func(lang.Text) }

// Judged does nothing.
func (alarms) Judged(*chat.Event, *rules.Verdict, *review.Case, time.Time) {}

// Settled does nothing.
func (alarms) Settled(*review.Act) {}

// Alarmed tells the operator.
func (a alarms) Alarmed(_ string, what lang.Text) {
	a.tell(what)
}
