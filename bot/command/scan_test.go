package command_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"patrol/bot/command"
)

// scanned is a line that scan writes.
type scanned struct {
	Text       string `json:"text"`
	TextBase64 string `json:"text_base64"`
	Keyword    string `json:"keyword"`
	Flagged    bool   `json:"flagged"`
	Action     string `json:"action"`
	Hits       []struct {
		Rule, Severity, Text string
		Start, End           int
	} `json:"hits"`
}

func scan(t *testing.T, stdin string, args ...string) []scanned {
	t.Helper()
	var all []scanned
	out := feed(t, stdin, append([]string{"scan"}, args...)...).must(t, command.Fine).out
	for line := range strings.Lines(out) {
		var s scanned
		decode(t, line, &s)
		if s.Hits == nil {
			t.Errorf("hits is null: %s", line)
		}
		all = append(all, s)
	}
	return all
}

func TestScanWritesOneObjectALine(t *testing.T) {
	rules := ruleFile(t)
	if got, want := feed(t, "a 卖号\nok\n", "scan", "-r", rules).out,
		`{"text":"a 卖号","flagged":true,"action":"ladder","hits":[{"rule":"ads.sale","severity":"major","start":2,"end":8,"text":"卖号"}]}`+"\n"+
			`{"text":"ok","flagged":false,"action":"none","hits":[]}`+"\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestScanActions(t *testing.T) {
	rules := ruleFile(t)
	for text, want := range map[string]string{
		"大家好": "none", "我不卖号": "none", "看日志": "log", "测试中": "log", "代练": "review", "问卷": "review", "卖号": "ladder",
		"骗子": "ladder", "日志 代练": "review", "代练 卖号": "ladder", "测试中 日志": "log",
	} {
		got := scan(t, text+"\n", "-r", rules)
		if len(got) != 1 || got[0].Action != want || got[0].Flagged != (want != "none") || (len(got[0].Hits) > 0) != (want != "none") {
			t.Errorf("%s: want %s, got %+v", text, want, got)
		}
	}
}

func TestScanTakesLinesAsTheyAre(t *testing.T) {
	rules := ruleFile(t)
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"nothing":                    {"", nil},
		"an empty line":              {"\n", []string{""}},
		"a last line without an end": {"a\nb", []string{"a", "b"}},
		"DOS line ends":              {"a\r\nb\r\n", []string{"a", "b"}},
		"a return inside":            {"a\rb\n", []string{"a\rb"}},
		"escapes stay":               {`a\nb\u4e00` + "\n", []string{`a\nb\u4e00`}},
		"spaces stay":                {"  a \n", []string{"  a "}},
		"what JSON must escape":      {"\"\\\t\x00\x1b\u2028\u202e<&>\n", []string{"\"\\\t\x00\x1b\u2028\u202e<&>"}},
		"far characters":             {"😀𝗔\n", []string{"😀𝗔"}},
		"bytes that are no text":     {"a\xffb\n", []string{"a\ufffdb"}},
	} {
		var texts []string
		for _, s := range scan(t, c.in, "-r", rules) {
			texts = append(texts, s.Text)
		}
		if strings.Join(texts, "|") != strings.Join(c.want, "|") || len(texts) != len(c.want) {
			t.Errorf("%s: got %q, want %q", name, texts, c.want)
		}
	}
}

func TestScanKeepsBytesThatAreNoText(t *testing.T) {
	in := "\xff\xfe卖号\xe5"
	got := scan(t, in+"\n", "-r", ruleFile(t))[0]
	raw, err := base64.StdEncoding.DecodeString(got.TextBase64)
	if err != nil || string(raw) != in {
		t.Errorf("got %q, %v", raw, err)
	}
	if len(got.Hits) != 1 || in[got.Hits[0].Start:got.Hits[0].End] != "卖号" {
		t.Errorf("the places are not those of the bytes given: %+v", got.Hits)
	}
}

func TestScanCountsNothing(t *testing.T) {
	for _, s := range scan(t, strings.Repeat("你好\n", 50), "-r", ruleFile(t)) {
		if s.Flagged {
			t.Fatalf("a flood rule hit: %+v", s)
		}
	}
}

func TestScanOneKeyword(t *testing.T) {
	for _, c := range []struct {
		text string
		hits int
		args []string
	}{
		{"加 微 信", 1, []string{"--keyword", "加微信"}},
		{"加 微 信", 0, []string{"--keyword", "加微信", "--disguise", "exact"}},
		{"casino", 0, []string{"--keyword", "sino"}},
		{"casino", 1, []string{"--keyword", "sino", "--boundary", "none"}},
		{"casino", 0, []string{"--keyword", "sino", "--boundary", "word"}},
		{"it's", 1, []string{"--keyword", "it's", "--disguise", "exact"}},
		{"a: [b] # c", 1, []string{"--keyword", "a: [b] # c", "--disguise", "exact", "--boundary", "none"}},
	} {
		got := scan(t, c.text+"\n", c.args...)[0]
		if len(got.Hits) != c.hits || c.hits > 0 && got.Hits[0].Rule != "keyword" {
			t.Errorf("%s %v: %+v", c.text, c.args, got.Hits)
		}
	}
	feed(t, "x\n", "scan", "--keyword", "。。").must(t, command.Failed)
}

func TestScanTables(t *testing.T) {
	table := "technique\tkeyword\ttext\tsource\n" +
		"spaces\t加微信\t加 微 信\there\n" +
		"nothing\t。。\t。。\there\n" +
		"none\t加微信\t大家好\there\n"
	out := feed(t, table, "scan", "--tsv", "keyword,text").must(t, command.Fine)
	if !strings.Contains(out.err, "line 3") {
		t.Errorf("the bad keyword is not told: %s", out.err)
	}
	var got []scanned
	for line := range strings.Lines(out.out) {
		var s scanned
		decode(t, line, &s)
		got = append(got, s)
	}
	if len(got) != 3 || !got[0].Flagged || got[0].Keyword != "加微信" || got[0].Text != "加 微 信" || got[1].Flagged || got[2].Flagged {
		t.Errorf("got %+v", got)
	}
	one := scan(t, "a\ttext\nx\t卖号\n", "-r", ruleFile(t), "--tsv", "text")
	if len(one) != 1 || one[0].Action != "ladder" || one[0].Text != "卖号" {
		t.Errorf("got %+v", one)
	}
	two := scan(t, "a\ttext\nx\t第一行\\n卖号\\t在\n", "-r", ruleFile(t), "--tsv", "text")
	if len(two) != 1 || two[0].Text != "第一行\n卖号\t在" || !two[0].Flagged {
		t.Errorf("got %+v", two)
	}
	for name, table := range map[string]string{"no column": "a\tb\n", "nothing": "", "a short line": "a\ttext\nx\n"} {
		if got := feed(t, table, "scan", "-r", ruleFile(t), "--tsv", "text"); got.code != command.Failed {
			t.Errorf("%s: exit code %d", name, got.code)
		}
	}
}

func TestScanOfALineThatIsTooLongFails(t *testing.T) {
	long := strings.Repeat("字", 1<<19)
	feed(t, "ok\n"+long+"\n", "scan", "-r", ruleFile(t)).must(t, command.Failed).says(t, `{"text":"ok"`, "line 2", "longer")
	almost := strings.Repeat("a", 1<<20-10)
	if got := scan(t, almost+"\n", "-r", ruleFile(t)); got[0].Text != almost {
		t.Error("a long line is cut")
	}
}

func TestScanPlaces(t *testing.T) {
	dir := t.TempDir()
	file := write(t, filepath.Join(dir, "r.yaml"), "rules:\n- {id: a, keywords: [卖号], where: {platforms: [qq], chats: ['1']}}\n")
	if got := scan(t, "卖号\n", "-r", file); got[0].Flagged {
		t.Error("a rule of one platform holds everywhere")
	}
	if got := scan(t, "卖号\n", "-r", file, "--platform", "qq", "--chat", "1"); !got[0].Flagged {
		t.Error("a rule does not hold where it should")
	}
}

// A program that writes a line and waits for the answer gets it.
func TestScanAnswersWhenTheInputPauses(t *testing.T) {
	questions, ask := io.Pipe()
	answer, answers := io.Pipe()
	code := make(chan int)
	go func() {
		code <- command.Run(t.Context(), []string{"scan", "-r", ruleFile(t)}, command.Env{Stdin: questions, Stdout: answers})
	}()
	lines := bufio.NewScanner(answer)
	for _, text := range []string{"卖号", "大家好", "代练"} {
		if _, err := io.WriteString(ask, text+"\n"); err != nil {
			t.Fatal(err)
		}
		if !lines.Scan() || !strings.Contains(lines.Text(), text) {
			t.Fatalf("no answer to %s: %q", text, lines.Text())
		}
	}
	if err := ask.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-code; got != command.Fine {
		t.Errorf("exit code %d", got)
	}
}

func FuzzScanIsJSON(f *testing.F) {
	rules := filepath.Join(f.TempDir(), "r.yaml")
	if err := writeFile(rules, someRules); err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "卖号", "a\x00b", "\xff卖\xe5号", "\u2028\u202e\"\\", "😀\ufffd"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, "\n\r") {
			t.Skip()
		}
		var out bytes.Buffer
		if code := command.Run(t.Context(), []string{"scan", "-r", rules}, command.Env{Stdin: strings.NewReader(text + "\n"), Stdout: &out}); code != command.Fine {
			t.Fatalf("exit code %d", code)
		}
		var got scanned
		if err := json.Unmarshal(out.Bytes(), &got); err != nil {
			t.Fatalf("%v: %s", err, out.String())
		}
		if want := strings.ToValidUTF8(text, "\ufffd"); strings.ReplaceAll(got.Text, "\ufffd", "") != strings.ReplaceAll(want, "\ufffd", "") {
			t.Fatalf("%q became %q", text, got.Text)
		}
		for _, h := range got.Hits {
			if part := text[h.Start:h.End]; strings.ToValidUTF8(part, "\ufffd") != strings.ToValidUTF8(h.Text, "\ufffd") && got.TextBase64 == "" {
				t.Fatalf("[%d:%d] of %q is %q, not %q", h.Start, h.End, text, part, h.Text)
			}
		}
	})
}

func BenchmarkScan(b *testing.B) {
	rules := filepath.Join(b.TempDir(), "r.yaml")
	if err := writeFile(rules, someRules); err != nil {
		b.Fatal(err)
	}
	input := strings.Repeat("昨晚的版本更新了吗，今天吃什么\n", 20000) + strings.Repeat("低价卖 号，先付款\n", 200)
	b.SetBytes(int64(len(input)))
	for b.Loop() {
		if code := command.Run(b.Context(), []string{"scan", "-r", rules}, command.Env{Stdin: strings.NewReader(input), Stdout: io.Discard}); code != command.Fine {
			b.Fatal(code)
		}
	}
}

func TestLinesAreNoPiecesOfEachOther(t *testing.T) {
	file := write(t, filepath.Join(t.TempDir(), "r.yaml"), "rules:\n- {id: a, keywords: [加微信], across: 20s}\n")
	for _, got := range scan(t, "加微\n信\n", "-r", file) {
		if got.Flagged {
			t.Errorf("%q is taken for the rest of the line before", got.Text)
		}
	}
	data := write(t, filepath.Join(t.TempDir(), "data.tsv"), "spam\ttext\n0\t加微\n0\t信\n")
	run(t, "eval", "-r", file, data, "--max-false-alarms", "0").must(t, command.Fine)
}
