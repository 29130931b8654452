package command_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patrol/bot/command"
	"patrol/rules/score"
)

// evaluated is what eval writes as JSON.
type evaluated struct {
	Set   string `json:"set"`
	Files []struct {
		Data string `json:"data"`
		score.Report
		Misses, FalseAlarms []evalLine
	} `json:"files"`
	All score.Report `json:"all"`
}

type evalLine struct {
	Line    int      `json:"line"`
	Keyword string   `json:"keyword"`
	Text    string   `json:"text"`
	Answer  string   `json:"answer"`
	Rules   []string `json:"rules"`
	Found   []string `json:"found"`
}

func evaluate(t *testing.T, code int, args ...string) evaluated {
	t.Helper()
	var e evaluated
	decode(t, run(t, append([]string{"eval", "--json"}, args...)...).must(t, code).out, &e)
	return e
}

func table(t *testing.T, lines ...string) string {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "data.tsv"), strings.Join(lines, "\n")+"\n")
}

// TestTheShippedRulesLeaveHarmlessLinesAlone fails with the first false alarm:
// among the harmless lines are many that speak of what spam speaks of.
func TestTheShippedRulesLeaveHarmlessLinesAlone(t *testing.T) {
	run(t, "eval", "-r", "../../configs/rules", "../../configs/testdata/lines.tsv", "--max-false-alarms", "0", "--min-recall", "95", "--misses", "--false-alarms").
		must(t, command.Fine).says(t, "lines.tsv: 312 lines, 39 spam, 273 harmless")
}

func TestEvalCountsByWhatIsAskedFor(t *testing.T) {
	rules := ruleFile(t)
	data := table(t, "spam\ttext", "1\t卖号", "1\t代练", "1\t看日志", "1\t你好", "0\t卖号", "0\t测试中", "0\t大家好", "0\t我不卖号")
	e := evaluate(t, command.Fine, "-r", rules, data)
	for name, c := range map[string]struct {
		got  score.Score
		want score.Counts
	}{
		"acted":   {e.All.Acted, score.Counts{Spam: 1, Harmless: 1}},
		"flagged": {e.All.Flagged, score.Counts{Spam: 2, Harmless: 1}},
		"noted":   {e.All.Noted, score.Counts{Spam: 3, Harmless: 2}},
	} {
		if c.got.Counts != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got.Counts, c.want)
		}
	}
	if e.All.Lines != 8 || e.All.Spam != 4 || e.All.Flagged.Recall.Value != 0.5 || e.All.Flagged.FalseAlarms.Value != 2500 || e.Set == "" {
		t.Errorf("got %+v", e.All)
	}
}

func TestEvalKnowsTheTablesByTheirColumns(t *testing.T) {
	for name, c := range map[string]struct {
		lines          []string
		args           []string
		spam, harmless int // of the lines
		found, alarms  int
	}{
		"text alone is harmless": {[]string{"text", "卖号", "好"}, []string{"-r", ruleFile(t)}, 0, 2, 0, 1},
		"technique, keyword, text is spam, by its own keywords": {
			[]string{"technique\tkeyword\ttext", "spaces\t加微信\t加 微 信", "none\t大麻\t好"}, nil, 2, 0, 1, 0,
		},
		"a remark in brackets is no keyword": {
			[]string{"technique\tkeyword\ttext", "spaces\t加微信\t加 微 信", "none\t(any)\t好", "none\tQQ(扣扣)\t好"}, nil, 2, 0, 1, 0,
		},
		"rules judge lines with a remark as well": {
			[]string{"technique\tkeyword\ttext", "none\t(any)\t卖号"}, []string{"-r", ruleFile(t)}, 1, 0, 1, 0,
		},
		"keyword, text, why is harmless, by its own keywords": {
			[]string{"keyword\ttext\twhy", "口交\t24口交换机\tcross-word", "口交\t口交\tquoted"}, nil, 0, 2, 0, 1,
		},
		"rules that are given stand above keywords": {
			[]string{"technique\tkeyword\ttext", "none\t好\t好", "none\t好\t卖号"}, []string{"-r", ruleFile(t)}, 2, 0, 1, 0,
		},
		"a column spam stands above a technique": {
			[]string{"technique\tkeyword\ttext\tspam", "x\t好\t好\t0", "x\t好\t好\t1"}, nil, 1, 1, 1, 1,
		},
		"one keyword for all lines": {[]string{"spam\ttext", "1\t买 卖", "0\t卖"}, []string{"--keyword", "买卖"}, 1, 1, 1, 0},
		"letter for letter":         {[]string{"spam\ttext", "1\t买 卖"}, []string{"--keyword", "买卖", "--disguise", "exact"}, 1, 0, 0, 0},
		"without boundaries":        {[]string{"text", "24口交换机"}, []string{"--keyword", "口交", "--boundary", "none"}, 0, 1, 0, 1},
		"line breaks":               {[]string{"spam\ttext", `1` + "\t" + `加\n微信`}, []string{"--keyword", "加微信", "--boundary", "none"}, 1, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			e := evaluate(t, command.Fine, append(c.args, table(t, c.lines...))...)
			if e.All.Spam != c.spam || e.All.Harmless != c.harmless || e.All.Flagged.Spam != c.found || e.All.Flagged.Harmless != c.alarms {
				t.Errorf("got %+v", e.All)
			}
		})
	}
}

func TestEvalSaysHowManyLinesHaveNoKeyword(t *testing.T) {
	data := table(t, "technique\tkeyword\ttext", "spaces\t加微信\t加 微 信", "none\t(any)\t好", "none\t(number)\t1 2")
	run(t, "eval", data).must(t, command.Fine).says(t, "data.tsv: 1 lines, 1 spam", "2 more lines have a remark in brackets")
}

func TestEvalListsWhatCameOutWrong(t *testing.T) {
	data := table(t, "spam\ttext", "1\t你\\n好\x1b[31m", "0\t卖号 红包", "1\t卖号", "0\t代练")
	e := evaluate(t, command.Fine, "-r", ruleFile(t), data, "--misses", "--false-alarms")
	one := e.Files[0]
	if len(one.Misses) != 1 || one.Misses[0].Line != 2 || one.Misses[0].Text != "你\n好\x1b[31m" {
		t.Errorf("misses %+v", one.Misses)
	}
	out := run(t, "eval", "-r", ruleFile(t), data, "--misses", "--false-alarms").must(t, command.Fine).
		says(t, "missed spam:", data+":2:  你⏎好⟦U+001B⟧[31m", "false alarms:", data+":3:  acted on  ads.sale  卖号", data+":5:  queued").out
	if strings.Contains(out, "\x1b") {
		t.Error("an escape sequence reaches the terminal")
	}
	if got := run(t, "eval", "-r", ruleFile(t), data).must(t, command.Fine).out; strings.Contains(got, "missed") {
		t.Errorf("misses are listed unasked:\n%s", got)
	}
	if n := strings.Count(run(t, "eval", "-r", ruleFile(t), data, "--false-alarms", "--limit", "1").must(t, command.Fine).out, data+":"); n != 2 { // one of them is the title
		t.Errorf("%d places, want 2", n)
	}
}

func TestEvalReportsKindsApart(t *testing.T) {
	e := evaluate(t, command.Fine, table(t, "technique\tkeyword\ttext", "a\t卖号\t卖号", "b\t卖号\t卖|号", "a\t卖号\t卖好"))
	if g := e.All.Groups; len(g) != 2 || g[0].Group != "a" || g[0].Lines != 2 || g[0].Acted != 1 || g[1].Acted != 1 {
		t.Errorf("got %+v", g)
	}
}

func TestEvalSumsFilesUp(t *testing.T) {
	rules := ruleFile(t)
	e := evaluate(t, command.Fine, table(t, "spam\ttext", "1\t卖号"), rules, table(t, "text", "卖号", "好"))
	if len(e.Files) != 2 || e.All.Lines != 3 || e.All.Acted.Counts != (score.Counts{Spam: 1, Harmless: 1}) || e.Files[1].Harmless != 2 {
		t.Errorf("got %+v", e)
	}
	i := slices.IndexFunc(e.All.Rules, func(r score.RuleScore) bool { return r.Rule == "ads.sale" })
	if i < 0 || e.All.Rules[i].Acted != (score.Counts{Spam: 1, Harmless: 1}) || e.All.Rules[i].Only != 1 {
		t.Errorf("rules %+v", e.All.Rules)
	}
	run(t, "eval", "-r", rules, table(t, "text", "好"), table(t, "text", "好")).must(t, command.Fine).says(t, "all together: 2 lines, 0 spam, 2 harmless")
}

func TestEvalHoldsToBounds(t *testing.T) {
	rules, data := ruleFile(t), table(t, "spam\ttext", "1\t卖号", "1\t好", "0\t好", "0\t代练")
	run(t, "eval", "-r", rules, data, "--min-recall", "50", "--max-false-alarms", "5000").must(t, command.Fine)
	run(t, "eval", "-r", rules, data, "--min-recall", "51").must(t, command.Wrong).says(t, "50.0 % of the spam found, and 51 % are wanted")
	run(t, "eval", "-r", rules, data, "--max-false-alarms", "4999").must(t, command.Wrong).says(t, "5000.0 false alarms per 10,000, and 4999 are allowed")
}

func TestEvalSaysWhereTheDataIsWrong(t *testing.T) {
	rules := ruleFile(t)
	for name, c := range map[string]struct {
		data string
		says string
	}{
		"nothing":            {"", "data.tsv:1: the table is empty"},
		"no text":            {"spam\tline\n", `data.tsv:1: the table has no column text, but ["spam" "line"]`},
		"a column twice":     {"text\ttext\n", "data.tsv:1: the columns 1 and 2 are both called \"text\""},
		"too few columns":    {"spam\ttext\n1\ta\n1\n", "data.tsv:3: 1 columns, but the first line has 2"},
		"too many columns":   {"spam\ttext\n1\ta\tb\n", "data.tsv:2: 3 columns"},
		"an unknown label":   {"spam\ttext\nyes\ta\n", `data.tsv:2: spam is "yes": write 1 or 0`},
		"an empty label":     {"spam\ttext\n\ta\n", `data.tsv:2: spam is ""`},
		"second alone":       {"second\ttext\n1\ta\n", "data.tsv:1: the columns second and user need each other"},
		"no number":          {"second\tuser\ttext\nx\ta\tb\n", `data.tsv:2: second is "x"`},
		"a line without end": {"text\n" + strings.Repeat("a", 2<<20), "data.tsv:2: longer than"},
	} {
		t.Run(name, func(t *testing.T) {
			data := write(t, filepath.Join(t.TempDir(), "data.tsv"), c.data)
			run(t, "eval", "-r", rules, data).must(t, command.Failed).says(t, c.says)
		})
	}
	run(t, "eval", "-r", rules, "missing.tsv").must(t, command.Failed).says(t, "missing.tsv")
	run(t, "eval", "-r", rules).must(t, command.Misused)
	run(t, "eval", rules).must(t, command.Misused).says(t, "no labelled texts")
	run(t, "eval", "-r", rules, "--keyword", "x", "x.tsv").must(t, command.Misused).says(t, "can't be used together")
}

func TestEvalSaysWhichKeywordCannotBeUsed(t *testing.T) {
	data := table(t, "technique\tkeyword\ttext", "a\t!!!\t卖号", "a\t!!!\t好", "a\t卖号\t卖号")
	o := run(t, "eval", "--json", data).must(t, command.Fine)
	var e evaluated
	decode(t, o.out, &e)
	if e.All.Lines != 3 || e.All.Acted.Spam != 1 || strings.Count(o.err, "data.tsv:2:") != 1 {
		t.Errorf("got %+v\n%s", e.All, o.err)
	}
}

func TestEvalReadsStandardInput(t *testing.T) {
	feed(t, "\ufeffspam\ttext\r\n1\t卖号\r\n", "eval", "-r", ruleFile(t), "-").must(t, command.Fine).says(t, "-: 1 lines, 1 spam")
}

func TestEvalCountsInRecordedChats(t *testing.T) {
	rules := write(t, filepath.Join(t.TempDir(), "r.yaml"), "rules: [{id: flood, flood: {per: member, messages: 2, in: 10s}}]")
	data := table(t, "room\tsecond\tuser\tis_mod\ttext", "a\t1\tx\t0\t1", "a\t1\tx\t0\t2", "a\t2\tx\t0\t3", "b\t2\tx\t0\t4", "a\t2.5\ty\t0\t5",
		"a\t3\tm\t1\t6", "a\t3\tm\t1\t7", "a\t3\tm\t1\t8", "a\t60\tx\t0\t9")
	if e := evaluate(t, command.Fine, "-r", rules, data, data); e.Files[0].Acted.Harmless != 1 || e.Files[1].Acted.Harmless != 1 || e.Files[0].Lines != 9 {
		t.Errorf("got %+v", e.All)
	}
}
