package command

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"

	"patrol/bot/query"
	"patrol/bot/stats"
	"patrol/rules/score"
)

// statsRows are the lines of a report as CSV: what is measured, of what, on which day,
// out of how many, and the value with its interval.
type statsRows struct {
	out *csv.Writer
	err error
}

func (w *statsRows) line(measure, of, day string, n int64, value string, r *score.Rate) {
	low, high := "", ""
	if r != nil {
		value, low, high = decimal(r.Value), decimal(r.Low), decimal(r.High)
	}
	count := ""
	if n >= 0 {
		count = strconv.FormatInt(n, 10)
	}
	if err := w.out.Write([]string{measure, query.Harmless(of), day, count, value, low, high}); err != nil && w.err == nil {
		w.err = err
	}
}

func (w *statsRows) count(measure, of, day string, n int64) {
	w.line(measure, of, day, -1, strconv.FormatInt(n, 10), nil)
}

func decimal(v float64) string { return strconv.FormatFloat(v, 'f', 6, 64) }

// writeStatsCSV writes a report for a spreadsheet.
func writeStatsCSV(to io.Writer, r *stats.Report) error {
	w := &statsRows{out: csv.NewWriter(to)}
	w.err = w.out.Write([]string{"measure", "of", "day", "n", "value", "low", "high"})
	for name, n := range inOrder(map[string]int64{"messages": r.Messages, "hits": r.Hits, "actions": r.Actions, "acted": r.Acted, "asked": r.Asked, "logged": r.Logged, "waiting": int64(r.Queue.Waiting), "overdue": int64(r.Queue.Overdue)}) {
		w.count(name, "", "", n)
	}
	w.line("overturn_rate", "", "", int64(r.Upheld+r.Overturned), "", r.Overturns)
	w.line("precision", "", "", -1, "", r.Precision)
	w.line("recall", "", "", -1, "", r.Recall)
	w.line("misses_per_10000", "", "", -1, "", r.Misses)
	w.line("kappa", "", "", int64(r.Agreement.N), "", r.Agreement.Kappa)
	for _, s := range r.Samples {
		w.count("drawn", string(s.Of), "", int64(s.Drawn))
		w.line("drawn_right", string(s.Of), "", int64(s.Judged), "", s.Right)
	}
	w.timing("", &r.Timing)
	for i := range r.Rules {
		rule := &r.Rules[i]
		w.count("rule_hits", rule.Rule, "", rule.Hits)
		w.line("rule_precision", rule.Rule, "", int64(rule.Upheld+rule.Overturned), "", rule.Precision)
		w.line("rule_sampled_precision", rule.Rule, "", int64(rule.Samples), "", rule.Sampled)
		w.timing("rule "+rule.Rule, &rule.Timing)
	}
	for i := range r.Busiest {
		chat := &r.Busiest[i]
		w.count("chat_messages", chat.Chat, "", chat.Messages)
		w.count("chat_hits", chat.Chat, "", chat.Hits)
		w.count("chat_actions", chat.Chat, "", chat.Actions)
		w.timing("chat "+chat.Chat, &chat.Timing)
	}
	for i := range r.Days {
		w.day(&r.Days[i])
	}
	w.out.Flush()
	if w.err != nil {
		return w.err
	}
	return w.out.Error()
}

func (w *statsRows) day(d *stats.Day) {
	w.count("messages", "", d.Day, d.Messages)
	for rule, n := range inOrder(d.Hits) {
		w.count("hits", rule, d.Day, n)
	}
	for verb, n := range inOrder(d.Actions) {
		w.count("actions", verb, d.Day, n)
	}
	w.line("overturn_rate", "", d.Day, int64(d.Decided), "", score.Wilson(d.Overturned, d.Decided))
	w.count("waiting", "", d.Day, int64(d.Waiting))
	w.line("median_waited_hours", "", d.Day, int64(d.Waiting), decimal(d.WaitedFor), nil)
}

func (w *statsRows) timing(of string, t *stats.Timing) {
	if t.N == 0 {
		return
	}
	w.line("median_hours", of, "", int64(t.N), decimal(t.Median), nil)
	w.line("p90_hours", of, "", int64(t.N), decimal(t.P90), nil)
	w.line("in_time", of, "", int64(t.N), "", t.InTime)
}

// inOrder goes through counts by name.
func inOrder(counts map[string]int64) func(func(string, int64) bool) {
	return func(yield func(string, int64) bool) {
		for _, name := range slices.Sorted(maps.Keys(counts)) {
			if !yield(name, counts[name]) {
				return
			}
		}
	}
}
