package command_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/bot/command"
)

// outcome is what a command came to.
type outcome struct {
	code     int
	out, err string
}

// run runs a command in English with nothing on standard input.
func run(t *testing.T, args ...string) outcome {
	t.Helper()
	return runIn(t, command.Env{}, args...)
}

// feed is run with something on standard input.
func feed(t *testing.T, stdin string, args ...string) outcome {
	t.Helper()
	return runIn(t, command.Env{Stdin: strings.NewReader(stdin)}, args...)
}

func runIn(t *testing.T, env command.Env, args ...string) outcome {
	t.Helper()
	var out, err bytes.Buffer
	env.Stdout, env.Stderr = &out, &err
	if env.User == "" {
		env.User = "tester"
	}
	code := command.Run(t.Context(), args, env)
	return outcome{code, out.String(), err.String()}
}

func (o outcome) must(t *testing.T, code int) outcome {
	t.Helper()
	if o.code != code {
		t.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", o.code, code, o.out, o.err)
	}
	return o
}

func (o outcome) says(t *testing.T, what ...string) outcome {
	t.Helper()
	for _, w := range what {
		if !strings.Contains(o.out+o.err, w) {
			t.Errorf("it does not say %q\nstdout:\n%s\nstderr:\n%s", w, o.out, o.err)
		}
	}
	return o
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := writeFile(path, content); err != nil {
		t.Fatal(err)
	}
	return path
}

func writeFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(content), 0o600)
}

// someRules hit on 卖号 (ladder), 代练 (review), 日志 (log), 骗子 (steps), 测试 in
// shadow mode, and on a flood.
const someRules = `rules:
- {id: ads.sale, title: {zh: 卖号, en: selling accounts}, keywords: [卖号], except: [不卖号], severity: major, then: ladder, tests: {hit: [卖 号], pass: [我不卖号]}}
- {id: ads.boost, keywords: [代练], then: review}
- {id: talk.log, keywords: [日志], then: log}
- {id: fraud, keywords: [骗子], then: [delete, mute 1h]}
- {id: ask, keywords: [问卷], then: [review]}
- {id: trial, keywords: [测试中], mode: shadow}
- {id: flood, flood: {per: member, messages: 2, in: 1h}}
`

func ruleFile(t *testing.T) string {
	t.Helper()
	return write(t, filepath.Join(t.TempDir(), "r.yaml"), someRules)
}

func TestExitCodes(t *testing.T) {
	dir := t.TempDir()
	good := ruleFile(t)
	faulty := write(t, filepath.Join(dir, "faulty.yaml"), "rules:\n- {id: a, keywrods: [x]}\n")
	failing := write(t, filepath.Join(dir, "failing.yaml"), "rules:\n- {id: a, keywords: [日志], tests: {hit: [没有]}}\n")
	bot := write(t, filepath.Join(dir, "patrol.yaml"), "rules: [faulty.yaml]\nadapters: [{name: a, kind: jsonl}]\n")
	fresh := write(t, filepath.Join(t.TempDir(), "patrol.yaml"), "rules: [r.yaml]\nadapters: [{name: a, kind: jsonl}]\n")
	broken := write(t, filepath.Join(dir, "broken.yaml"), "ruels: []\n")
	for name, c := range map[string]struct {
		code int
		args []string
	}{
		"version":                              {0, []string{"version"}},
		"help":                                 {0, []string{"help"}},
		"help of a command":                    {0, []string{"cases", "overturn", "--help"}},
		"help of a group":                      {0, []string{"rules", "-h"}},
		"a topic":                              {0, []string{"help", "events"}},
		"a check without faults":               {0, []string{"rules", "check", good}},
		"tests that pass":                      {0, []string{"rules", "test", good}},
		"a schema":                             {0, []string{"rules", "schema"}},
		"an explanation of a hit":              {0, []string{"rules", "explain", "-r", good, "卖号"}},
		"a scan of nothing":                    {0, []string{"scan", "-r", good}},
		"a check with faults":                  {1, []string{"rules", "check", faulty}},
		"a test that fails":                    {1, []string{"rules", "test", failing}},
		"tests of rules with faults":           {1, []string{"rules", "test", faulty}},
		"no command":                           {2, nil},
		"a group without its command":          {2, []string{"rules"}},
		"an unknown command":                   {2, []string{"bogus"}},
		"an unknown flag":                      {2, []string{"run", "--bogus"}},
		"an unknown topic":                     {2, []string{"help", "bogus"}},
		"a missing argument":                   {2, []string{"rules", "check"}},
		"a value that is none of those":        {2, []string{"cases", "list", "--state", "bogus"}},
		"a number that is none":                {2, []string{"rules", "explain", "-r", good, "--score", "x", "卖号"}},
		"a negative score":                     {2, []string{"rules", "explain", "-r", good, "--score=-1", "卖号"}},
		"a language that is none":              {2, []string{"version", "--lang", "fr"}},
		"a keyword and rules":                  {2, []string{"scan", "-r", good, "--keyword", "x"}},
		"three columns":                        {2, []string{"scan", "--tsv", "a,b,c"}},
		"a demo at no speed":                   {2, []string{"demo", "--speed", "0"}},
		"a platform that is none":              {2, []string{"init", "--dir", dir, "--platform", "fax"}},
		"init with nobody to ask":              {2, []string{"init", "--dir", dir}},
		"rules that are not there":             {3, []string{"rules", "check", filepath.Join(dir, "none.yaml")}},
		"a pattern that matches nothing":       {3, []string{"rules", "check", filepath.Join(dir, "none*.yaml")}},
		"a folder without rules":               {3, []string{"rules", "check", t.TempDir()}},
		"a scan with faulty rules":             {3, []string{"scan", "-r", faulty}},
		"an explanation by faulty rules":       {3, []string{"rules", "explain", "-r", faulty, "x"}},
		"a bot file that is not there":         {3, []string{"run", "-c", filepath.Join(dir, "none.yaml")}},
		"a bot file with faults":               {3, []string{"run", "-c", broken}},
		"a bot file whose rules have faults":   {3, []string{"run", "-c", bot}},
		"a replay with faulty rules":           {3, []string{"replay", "-c", bot, good}},
		"a recording that is not there":        {3, []string{"replay", "-c", bot, filepath.Join(dir, "none.jsonl")}},
		"a recording that is a folder":         {3, []string{"replay", "-c", bot, dir}},
		"cases without a store":                {3, []string{"cases", "list", "-c", fresh}},
		"a ledger without a store":             {3, []string{"ledger", "verify", "-c", fresh}},
		"a password for nobody":                {3, []string{"users", "passwd", "-c", fresh, "li"}},
		"an account that is named like no one": {2, []string{"users", "add", "-c", bot, "a b"}},
		"an account that is named like us":     {2, []string{"users", "add", "-c", bot, "Patrol"}},
		"deciding as the bot":                  {2, []string{"cases", "uphold", "-c", bot, "abcd", "--as", "patrol"}},
		"deciding under a hostile name":        {2, []string{"cases", "uphold", "-c", bot, "abcd", "--as", "a\u202eb"}},
		"a head that is none":                  {2, []string{"ledger", "verify", "-c", bot, "--head", "7:zz"}},
		"a page of no cases":                   {2, []string{"cases", "list", "-c", bot, "--limit", "0"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := run(t, c.args...).must(t, c.code)
			if c.code == 0 && got.out == "" && c.args[0] != "scan" && c.args[0] != "rules" {
				t.Error("it says nothing")
			}
			if c.code > 1 && got.err == "" {
				t.Error("it does not say what is wrong")
			}
			zh := run(t, append(c.args, "--lang=zh")...)
			if c.args != nil && name != "a language that is none" && zh.code != c.code {
				t.Errorf("in Chinese the exit code is %d", zh.code)
			}
		})
	}
}

func TestTheLanguageIsThatOfTheFlagThenOfTheLocale(t *testing.T) {
	env := func(vars map[string]string) command.Env {
		return command.Env{Getenv: func(name string) string { return vars[name] }}
	}
	for name, c := range map[string]struct {
		vars map[string]string
		args []string
		want string
	}{
		"English by default":       {nil, []string{"help"}, "Usage: "},
		"the locale":               {map[string]string{"LANG": "zh_CN.UTF-8"}, []string{"help"}, "用法："},
		"our own variable first":   {map[string]string{"LANG": "zh_CN.UTF-8", "PATROL_LANG": "en"}, []string{"help"}, "Usage: "},
		"the flag before all":      {map[string]string{"LANG": "zh_CN.UTF-8"}, []string{"help", "--lang", "en"}, "Usage: "},
		"the flag as one word":     {nil, []string{"--lang=zh", "help"}, "用法："},
		"not behind a double dash": {nil, []string{"help", "--", "--lang=zh"}, "no help about"},
	} {
		got := runIn(t, env(c.vars), c.args...)
		if !strings.HasPrefix(got.out+strings.TrimPrefix(got.err, "patrol: there is "), c.want) {
			t.Errorf("%s: %s%s", name, got.out, got.err)
		}
	}
}

func TestComplaintsAboutTheCommandLineAreInChinese(t *testing.T) {
	for _, args := range [][]string{
		{"bogus"}, {"ruls"}, {"run", "--bogus"}, {"run", "--confg", "x"}, {"rules"}, {"rules", "check"},
		{"cases", "list", "--state", "x"}, {"cases", "list", "--limit", "x"}, {"run", "-c"}, {"ledger", "export"},
		{"demo", "--speed", "fast"}, {"version", "--json=maybe"},
	} {
		got := run(t, append([]string{"--lang=zh"}, args...)...).must(t, command.Misused)
		line, _, _ := strings.Cut(got.err[strings.Index(got.err, "patrol: "):], "\n")
		if !strings.ContainsAny(line, "没缺需不只是要") {
			t.Errorf("%v: %s", args, line)
		}
	}
}

func TestNothingHostileReachesTheTerminal(t *testing.T) {
	evil := "\x1b[2J\u202e卖号\x07"
	rules := ruleFile(t)
	for name, got := range map[string]outcome{
		"explain":      run(t, "rules", "explain", "-r", rules, evil),
		"scan":         feed(t, evil+"\n", "scan", "-r", rules),
		"a complaint":  run(t, "rules", "check", "/none/"+evil),
		"a bad flag":   run(t, "--"+evil),
		"a bad topic":  run(t, "help", evil),
		"a bad case":   run(t, "cases", "show", evil),
		"a bad column": feed(t, "a\tb\n", "scan", "--tsv", evil),
	} {
		if said := got.out + got.err; strings.ContainsAny(said, "\x1b\x07\u202e") || said == "" {
			t.Errorf("%s: %q", name, said)
		}
	}
}

func TestColourIsForTerminals(t *testing.T) {
	rules := ruleFile(t)
	colour := func(env command.Env) bool {
		return strings.Contains(runIn(t, env, "rules", "explain", "-r", rules, "卖号").must(t, 0).out, "\x1b[")
	}
	never := func(string) string { return "" }
	only := func(name string) func(string) string {
		return func(asked string) string { return map[string]string{name: "1"}[asked] }
	}
	if colour(command.Env{}) {
		t.Error("colour without a terminal")
	}
	if !colour(command.Env{StdoutTerminal: true, Getenv: never}) {
		t.Error("no colour on a terminal")
	}
	if colour(command.Env{StdoutTerminal: true, Getenv: only("NO_COLOR")}) {
		t.Error("colour in spite of NO_COLOR")
	}
}

func TestVersion(t *testing.T) {
	run(t, "version").must(t, 0).says(t, "patrol ", "go1.")
	run(t, "version", "--json").must(t, 0).says(t, `"go": "go1.`, `"version"`, `"platform"`)
}

// eventually runs check until it is true, or fails the test.
func eventually(t *testing.T, what string, check func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !check() {
		select {
		case <-ctx.Done():
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}
