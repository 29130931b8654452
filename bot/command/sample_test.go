package command_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"patrol/bot/command"
	"patrol/bot/review"
	"patrol/bot/stats"
)

// Everything is drawn; people judge it, one of them twice, and the numbers say so. A
// restart in between neither draws the same again nor loses a count.
func TestWhatIsDrawnIsJudgedAndCounted(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), someRules)
	bot := write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nreview: {sample: {acted: 1, passed: 1, per_day: 100, second: 1}}\nadapters: [{name: main, kind: jsonl}]\n")
	drawn := func() []review.Case {
		var page struct{ Cases []review.Case }
		if err := json.Unmarshal([]byte(run(t, "cases", "list", "-c", bot, "--sampled", "--json").must(t, command.Fine).out), &page); err != nil {
			t.Fatal(err)
		}
		return page.Cases
	}
	for half := range 2 {
		p := startPatrol(t, bot)
		for i := range 3 {
			p.hear(t, fmt.Sprint("h", half, i), fmt.Sprint("u", i), "大家好", 0)
		}
		p.hear(t, fmt.Sprint("a", half), fmt.Sprint("v", half), "低价卖 号", 3)
		eventually(t, "all of it was drawn", func() bool { return len(drawn()) == 4*(half+1) })
		p.stop(t)
	}
	var acted, passed string
	for _, c := range drawn() {
		if c.Sample.Of == review.OfActed {
			acted = c.ID
		} else {
			passed = c.ID
		}
		run(t, "cases", "uphold", "-c", bot, c.ID, "--as", "li").must(t, command.Fine)
	}
	if len(drawn()) != 0 {
		t.Errorf("%d still wait", len(drawn()))
	}
	run(t, "cases", "second", "-c", bot, acted, "overturn", "--as", "wu").must(t, command.Fine)
	run(t, "cases", "second", "-c", bot, passed, "uphold", "--as", "li").must(t, command.Failed)
	run(t, "cases", "second", "-c", bot, passed, "perhaps", "--as", "wu").must(t, command.Misused)
	run(t, "cases", "show", "-c", bot, passed).must(t, command.Fine).says(t, "drawn by chance (let pass", "rightly let pass")
	run(t, "--lang=zh", "cases", "show", "-c", bot, acted).must(t, command.Fine).says(t, "随机抽中", "第二意见", "wu")
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine)
	var report stats.Report
	decode(t, run(t, "stats", "-c", bot, "--json").must(t, command.Fine).out, &report)
	if report.Messages != 8 || report.Acted != 2 || report.Actions != 6 || report.Precision == nil || report.Precision.Value != 1 || report.Agreement.N != 1 || report.Recall == nil || report.Recall.Value != 1 {
		t.Errorf("%+v, precision %v, recall %v, agreement %+v", report, report.Precision, report.Recall, report.Agreement)
	}
	if len(report.Samples) != 2 || report.Samples[0].Judged != 2 || report.Samples[1].Judged != 6 {
		t.Errorf("samples %+v", report.Samples)
	}
}
