package command_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patrol/bot/command"
)

func TestRulesCheckSaysEveryFaultWithItsPlace(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one.yaml"), "rules:\n- {id: a, keywrods: [x]}\n- {id: b, severity: huge, keywords: [卖号]}\n")
	two := write(t, filepath.Join(dir, "two.yml"), "rules:\n- {id: c, keywords: [日志], then: [mute]}\n")
	got := run(t, "rules", "check", dir).must(t, command.Wrong)
	for _, place := range []string{one + ":2:", one + ":3:", two + ":2:"} {
		if !strings.Contains(got.out, place) {
			t.Errorf("no fault at %s in\n%s", place, got.out)
		}
	}
	run(t, "--lang=zh", "rules", "check", one, two).must(t, command.Wrong).says(t, one+":2:", "处错误")
	run(t, "rules", "check", filepath.Join(dir, "*.yaml")).must(t, command.Wrong).says(t, "1 files: ", one)

	var report struct {
		Files  []string
		Faults []struct {
			File, Path string
			Line       int
			Problem    struct{ Zh, En string }
		}
	}
	decode(t, run(t, "rules", "check", "--json", dir).must(t, command.Wrong).out, &report)
	if len(report.Files) != 2 || len(report.Faults) < 3 || report.Faults[0].Line != 2 || report.Faults[0].Problem.Zh == "" {
		t.Errorf("report: %+v", report)
	}
}

func TestRulesCheckWarnsAndIsFine(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "r.yaml"), "rules:\n- {id: a, keywords: [卖号, 卖 号]}\n")
	run(t, "rules", "check", file).must(t, command.Fine).says(t, file+":2:", "warning", "1 warnings")
}

func TestRulesTestSaysWhatFailed(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "r.yaml"), `rules:
- id: a
  keywords: [卖号]
  tests:
    hit: [没有的事]
    pass: [低价卖号]
- {id: b, keywords: [日志]}
`)
	run(t, "rules", "test", file).must(t, command.Wrong).says(t, file+":5:", file+":6:", "must hit", "must not hit", "2 rules (1 without a test), 2 tests, 2 failed")
	run(t, "--lang=zh", "rules", "test", file).must(t, command.Wrong).says(t, "必须命中", "2 个失败")
	var report struct {
		Rules, Tests, Untested int
		Failures               []struct {
			Rule, Text string
			Line       int
		}
	}
	decode(t, run(t, "rules", "test", "--json", file).must(t, command.Wrong).out, &report)
	if report.Rules != 2 || report.Tests != 2 || report.Untested != 1 || len(report.Failures) != 2 || report.Failures[0].Line != 5 {
		t.Errorf("report: %+v", report)
	}
	run(t, "rules", "test", ruleFile(t)).must(t, command.Fine).says(t, "7 rules (6 without a test), 2 tests, 0 failed")
}

func TestRulesExplain(t *testing.T) {
	file := ruleFile(t)
	run(t, "rules", "explain", "-r", file, "低价卖 号，不卖号").must(t, command.Fine).
		says(t, "folded: 低价卖号不卖号", "● hit ads.sale · selling accounts · major", "  低价【卖 号】，不卖号", "[6:13] 卖 号 · word: 卖号 · written as",
			"○ excused ads.sale", "by the ladder", "first offence: delete, mute 10m, warn", "1 flood rules")
	run(t, "--lang=zh", "rules", "explain", "-r", file, "卖号", "--score", "5").must(t, command.Fine).
		says(t, "● 命中 ads.sale · 卖号 · 较重", "初犯：撤回、禁言 10m、警告", "已有 5 分时：撤回；待人工确认：移出")
	run(t, "rules", "explain", "-r", file, "大家好").must(t, command.Fine).says(t, "No rule hits.", "first offence: nothing is done")
	run(t, "rules", "explain", "-r", file, "卖号", "--role", "admin").must(t, command.Fine).says(t, "excused", "nothing is done")
	run(t, "rules", "explain", "-r", file, "测试中").must(t, command.Fine).says(t, "shadow: only recorded", "a shadow rule would: delete, warn")
	run(t, "rules", "explain", "-r", file, "骗子").must(t, command.Fine).says(t, "then: delete, mute 1h")

	heard := write(t, filepath.Join(t.TempDir(), "heard.yaml"), "rules: [{id: ads.contact, keywords: [加微信], disguise: phonetic}]\n")
	run(t, "rules", "explain", "-r", heard, "加微信").must(t, command.Fine).says(t, "then: by the ladder", "first offence: delete, warn")
	run(t, "rules", "explain", "-r", heard, "佳薇❤").must(t, command.Fine).says(t, "then: a person decides", "waits for a person: delete, warn")
	run(t, "rules", "explain", "-r", file, "问卷").must(t, command.Fine).says(t, "a person")
}

func TestRulesExplainPutsTogetherWhatOneRuleWeighs(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "r.yaml"), `
rules:
- id: ads.weighed
  score: {act: 4, review: 2}
  evidence:
  - {title: {zh: 招揽, en: offer}, weight: 1, up_to: 2, keywords: [兼职, 日结]}
  - {title: {zh: 留号, en: contact}, weight: 1.5, contact: qq}
  - {title: {zh: 短, en: short}, weight: 1, when: message.length < 30}
`)
	got := run(t, "rules", "explain", "-r", file, "兼职 日 结，QQ 2233445566").must(t, command.Fine)
	got.says(t, "● hit ads.weighed", "  【兼职】 【日 结】，QQ 【2233445566】\n", "  why: evidence 4.5 of 4: offer 2 + contact 1.5 + short 1\n    [0:6] 兼职 · offer +1\n",
		"    [7:14] 日 结 · word: 日结 · offer +1: written as", "· contact +1.5: a QQ number\n", "    short +1\n  then: by the ladder")
	if n := strings.Count(got.out, "● hit"); n != 1 {
		t.Errorf("%d blocks for one rule:\n%s", n, got.out)
	}
	run(t, "--lang=zh", "rules", "explain", "-r", file, "这个暑假我在学校旁边的书店里做了一个月的兼职，挣的钱刚好够买一辆自行车").must(t, command.Fine).
		says(t, "○ 放过 ads.weighed", "一个月的【兼职】，挣", "  说明：证据 1，满 2 算数：招揽 1\n    [60:66] 兼职 · 招揽 +1\n")
}

func TestRulesExplainTakesFilesThatAShellExpanded(t *testing.T) {
	dir := t.TempDir()
	one := write(t, filepath.Join(dir, "one.yaml"), "rules:\n- {id: one, keywords: [卖号]}\n")
	two := write(t, filepath.Join(dir, "two.yaml"), "rules:\n- {id: two, keywords: [卖号]}\n")
	run(t, "rules", "explain", "-r", one, two, "卖号").must(t, command.Fine).says(t, "hit one", "hit two")
	run(t, "rules", "explain", "-r", one, "-r", two, "卖号").must(t, command.Fine).says(t, "hit one", "hit two")
}

func TestRulesExplainUsesTheLadderOfTheBotFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), someRules)
	bot := write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\nladder: {steps: [{at: 1, do: [ban]}]}\n")
	run(t, "rules", "explain", "-c", bot, "卖号").must(t, command.Fine).says(t, "first offence: ban")
}

func TestRulesExplainForPrograms(t *testing.T) {
	var got struct {
		Text, Folded string
		Candidates   []struct {
			Rule, Text string
			Span       struct{ Start, End int }
			Counted    bool
		}
		First, Then struct {
			Do    []struct{ Verb string }
			Score int
		}
	}
	decode(t, run(t, "rules", "explain", "--json", "-r", ruleFile(t), "--score", "1", "a 卖号").must(t, command.Fine).out, &got)
	if got.Text != "a 卖号" || len(got.Candidates) != 1 || got.Candidates[0].Span.Start != 2 || got.Candidates[0].Span.End != 8 || !got.Candidates[0].Counted {
		t.Errorf("got %+v", got)
	}
	if got.First.Score != 3 || got.Then.Score != 4 {
		t.Errorf("scores: %d, %d", got.First.Score, got.Then.Score)
	}
}

func TestRulesSchemaIsJSON(t *testing.T) {
	var schema map[string]any
	decode(t, run(t, "rules", "schema").must(t, command.Fine).out, &schema)
	if schema["properties"] == nil {
		t.Errorf("no properties: %v", schema)
	}
}

func TestTheRulesOfTheFolderAreUsedWithoutFlags(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	feed(t, "卖号\n", "scan").must(t, command.Misused).says(t, "-r")
	write(t, filepath.Join(dir, "r.yaml"), someRules)
	write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\n")
	feed(t, "卖号\n", "scan").must(t, command.Fine).says(t, `"rule":"ads.sale"`)
	if err := os.Remove(filepath.Join(dir, "r.yaml")); err != nil {
		t.Fatal(err)
	}
	feed(t, "卖号\n", "scan").must(t, command.Failed)
}

func decode(t *testing.T, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v in\n%s", err, text)
	}
}
