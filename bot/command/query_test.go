package command_test

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"patrol/bot/command"
	"patrol/bot/stats"
)

func TestQuery(t *testing.T) {
	bot := someCases(t)
	run(t, "query", "-c", bot, "SELECT rule, action FROM cases WHERE action = 'mute'").must(t, command.Fine).says(t, "rule", "ads.sale")
	counted := run(t, "query", "-c", bot, "--count", "--order", "platform", "SELECT platform FROM cases").must(t, command.Fine)
	if got := strings.Fields(counted.out); strings.Join(got, " ") != "count platform 3 qq" {
		t.Errorf("counted: %q", got)
	}
	var answer struct {
		Rows    []map[string]any
		Partial bool
	}
	decode(t, run(t, "query", "-c", bot, "--json", "SELECT verb, minutes FROM actions WHERE verb = 'mute'").must(t, command.Fine).out, &answer)
	if len(answer.Rows) == 0 || answer.Rows[0]["verb"] != "mute" || answer.Partial {
		t.Errorf("as JSON: %+v", answer)
	}
	hostile := run(t, "query", "-c", bot, "SELECT text, name FROM cases").must(t, command.Fine)
	if strings.ContainsAny(hostile.out, "\x1b\u202e") {
		t.Errorf("a terminal gets %q", hostile.out)
	}
	records, err := csv.NewReader(strings.NewReader(run(t, "query", "-c", bot, "--csv", "SELECT member, rule FROM cases").must(t, command.Fine).out)).ReadAll()
	if err != nil || len(records) != 4 || records[0][0] != "member" {
		t.Errorf("as CSV: %q, %v", records, err)
	}
	part := run(t, "query", "-c", bot, "--rows", "1", "SELECT id FROM cases").must(t, command.Fine)
	if !strings.Contains(part.err, "This is a part") {
		t.Errorf("nothing says that it is a part: %s", part.err)
	}
	run(t, "--lang=zh", "query", "--schema").must(t, command.Fine).says(t, "cases", "已执行的最重动作", "strikes", "整数")
}

func TestQueriesThatCannotBe(t *testing.T) {
	bot := botFile(t)
	for _, args := range [][]string{
		{"query", "-c", bot},
		{"query", "-c", bot, "--rows", "0", "SELECT id FROM cases"},
		{"query", "-c", bot, "--csv", "--json", "SELECT id FROM cases"},
	} {
		run(t, args...).must(t, command.Misused)
	}
	cases := someCases(t)
	run(t, "query", "-c", cases, "DROP TABLE cases").must(t, command.Misused)
	wrong := run(t, "--lang=zh", "query", "-c", cases, "SELECT id FROM cases ORDER BY id").must(t, command.Misused)
	if !strings.Contains(wrong.err, "第 22 字") || !strings.Contains(wrong.err, "--order") {
		t.Errorf("it says %s", wrong.err)
	}
}

// A rule that people overturn too often asks first, and says so.
func TestStats(t *testing.T) {
	bot := someCases(t)
	change(t, bot, "review: {", "review: {precision: {target: 0.6, after: 1, within: 30d}, ")
	ids := caseIDs(t, bot)
	run(t, "cases", "overturn", "-c", bot, ids[2], "--as", "li").must(t, command.Fine) // of ads.sale
	run(t, "cases", "uphold", "-c", bot, ids[1], "--as", "li").must(t, command.Fine)   // of ads.boost
	run(t, "stats", "-c", bot).must(t, command.Fine).says(t, "ads.sale", "asks first", "0.0 (0.0–79.3)", "100.0 (20.7–100.0)")
	var report stats.Report
	decode(t, run(t, "stats", "-c", bot, "--json", "--since", "1d").must(t, command.Fine).out, &report)
	i := slices.IndexFunc(report.Rules, func(r stats.RuleLine) bool { return r.Rule == "ads.sale" })
	if report.Upheld != 1 || report.Overturned != 1 || i < 0 || report.Rules[i].Overturned != 1 || !report.Rules[i].AsksFirst || report.Messages < 3 || report.Hits < 3 {
		t.Errorf("%+v", report)
	}
	rows, err := csv.NewReader(strings.NewReader(run(t, "stats", "-c", bot, "--csv").must(t, command.Fine).out)).ReadAll()
	if err != nil || len(rows) < 100 || !slices.Equal(rows[0], []string{"measure", "of", "day", "n", "value", "low", "high"}) {
		t.Errorf("%d rows, %v", len(rows), err)
	}
	run(t, "--lang=zh", "stats", "-c", bot).must(t, command.Fine).says(t, "推翻率", "准确率", "漏处置", "最忙的群", "main/")
	run(t, "stats", "-c", bot, "--chat", "main/nowhere").must(t, command.Fine).says(t, "messages  0")
	run(t, "stats", "-c", bot, "--chat", "nowhere").must(t, command.Misused)
	run(t, "stats", "-c", bot, "--since", "soon").must(t, command.Misused)

	p := startPatrol(t, bot)
	p.hear(t, "e9", "u9", "低价卖 号", 0)
	eventually(t, "the case waits for a person", func() bool {
		return strings.Contains(run(t, "cases", "list", "-c", bot, "--member", "u9").out, "ads.sale")
	})
	p.stop(t)
	if strings.Contains(p.out.String(), `"member":"u9"`) {
		t.Errorf("a rule in doubt acted alone:\n%s", p.out.String())
	}
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "ads.sale", "overturned too often")
}
