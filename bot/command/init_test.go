package command

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"patrol/adapters"
	"patrol/bot/config"
	"patrol/rules/lang"
)

func TestEveryPlatformHasAStarterThatLoads(t *testing.T) {
	kinds := offered()
	for _, kind := range adapters.Kinds() {
		if !slices.ContainsFunc(kinds, func(s starter) bool { return s.kind == kind }) {
			t.Errorf("init can't write a file for %s", kind)
		}
	}
	for _, k := range append(kinds, reversed(kinds)) {
		for _, language := range []string{"zh", "en", "both"} {
			for _, console := range []string{"127.0.0.1:8420", ""} {
				w := wish{starter: k, address: k.address, language: language, console: console}
				file, err := w.text()
				if err != nil {
					t.Fatal(err)
				}
				if err := w.check(file); err != nil {
					t.Errorf("%s, %s, %q: %v", k.kind, language, console, err)
				}
				c, _ := config.Parse("patrol.yaml", file)
				if c == nil || string(c.Language) != language || c.Console.Listen != console || c.Adapters[0].Kind != k.kind {
					t.Errorf("%s: the file says something else than was wished", k.kind)
				}
			}
		}
	}
}

// reversed is OneBot where the other side dials.
func reversed(kinds []starter) starter {
	i := slices.IndexFunc(kinds, func(s starter) bool { return s.kind == "onebot" })
	k := kinds[i]
	k.address = "127.0.0.1:8081"
	return k
}

func TestTheStarterSaysTheDefaults(t *testing.T) {
	file, err := (&wish{starter: offered()[0], address: offered()[0].address, language: "both"}).text()
	if err != nil {
		t.Fatal(err)
	}
	starter, faults := config.Parse("patrol.yaml", file)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	bare, faults := config.Parse("patrol.yaml", []byte("rules: [rules/*.yaml]\nadapters: [{name: a, kind: jsonl}]\n"))
	if faults.Fatal() {
		t.Fatal(faults)
	}
	if s, b := starter.LadderConfig(), bare.LadderConfig(); s.Memory != b.Memory || len(s.Rungs) != len(b.Rungs) {
		t.Errorf("the ladder is %+v, the default one %+v", s, b)
	} else {
		for i := range s.Rungs {
			if s.Rungs[i].At != b.Rungs[i].At || s.Rungs[i].Hold != b.Rungs[i].Hold || !slices.Equal(s.Rungs[i].Do, b.Rungs[i].Do) {
				t.Errorf("rung %d is %+v, the default one %+v", i, s.Rungs[i], b.Rungs[i])
			}
		}
	}
	if starter.Ladder.Brake.Removals != bare.Ladder.Brake.Removals || starter.Log != bare.Log || starter.Store != bare.Store {
		t.Error("the starter differs from the defaults that it explains")
	}
}

// The example is what init writes for the first platform.
func TestTheExampleIsWhatInitWrites(t *testing.T) {
	k := offered()[0]
	want, err := (&wish{starter: k, address: k.address, language: "both", console: "127.0.0.1:8420"}).text()
	if err != nil {
		t.Fatal(err)
	}
	example := filepath.Join("..", "..", "configs", "patrol.example.yaml")
	if *update {
		if err := os.WriteFile(example, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(example)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is stale (%v): run go test ./bot/command -run Example -update", example, err)
	}
	if c, faults := config.Load(example); len(faults) > 0 {
		t.Error(faults)
	} else if files, err := c.RuleFiles(); err != nil || len(files) < 4 {
		t.Errorf("%d rule files, %v", len(files), err)
	}
}

func answers(t *testing.T, l lang.Lang, typed string, args ...string) (int, string, string) {
	t.Helper()
	var out, err bytes.Buffer
	code := Run(t.Context(), append(args, "--lang", string(l)), Env{Stdin: strings.NewReader(typed), StdinTerminal: true, Stdout: &out, Stderr: &err})
	return code, out.String(), err.String()
}

func TestInitAsksThreeQuestions(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	jsonl := slices.IndexFunc(offered(), func(s starter) bool { return s.kind == "jsonl" }) + 1
	code, out, said := answers(t, lang.Zh, string(rune('0'+jsonl))+"\nzh\n", "init", "--dir", dir)
	if code != Fine || !strings.Contains(said, "要接哪个平台？") || !strings.Contains(said, "语言") || !strings.Contains(out, "接下来") {
		t.Fatalf("exit code %d\n%s\n%s", code, out, said)
	}
	c, faults := config.Load(filepath.Join(dir, "patrol.yaml"))
	if len(faults) > 0 || c.Language != "zh" || c.Adapters[0].Kind != "jsonl" {
		t.Errorf("%+v, %v", c, faults)
	}
	if info, err := os.Stat(filepath.Join(dir, "patrol.yaml")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("patrol.yaml will hold secrets: %v, %v", info.Mode(), err)
	}
	if code, _, said := answers(t, lang.En, "", "init", "--dir", t.TempDir()); code != Failed || !strings.Contains(said, "no answer") {
		t.Errorf("without an answer: %d, %s", code, said)
	}
	if code, _, said := answers(t, lang.En, "fax\n", "init", "--dir", t.TempDir()); code != Misused {
		t.Errorf("with a wrong answer: %d, %s", code, said)
	}
}

func TestInitOverwritesNothingAndThenWritesNothing(t *testing.T) {
	for _, there := range []string{"patrol.yaml", filepath.Join("rules", "ads.yaml")} {
		dir := t.TempDir()
		path := filepath.Join(dir, there)
		if err := writeNew(path, []byte("mine"), 0o600); err != nil {
			t.Fatal(err)
		}
		code, _, said := answers(t, lang.En, "", "init", "--dir", dir, "--yes")
		if code != Failed || !strings.Contains(said, path) {
			t.Errorf("%s: exit code %d, %s", there, code, said)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != "mine" {
			t.Errorf("%s is overwritten: %s, %v", there, data, err)
		}
		files := 0
		err := filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				files++
			}
			return err
		})
		if err != nil || files != 1 {
			t.Errorf("%s: %d files are there now, %v", there, files, err)
		}
	}
}

func TestInitTakesBackWhatItWroteWhereItFails(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "rules"), []byte("a file where a folder should be"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, said := answers(t, lang.En, "", "init", "--dir", dir, "--yes")
	if code != Failed {
		t.Fatalf("exit code %d, %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(dir, "patrol.yaml")); !os.IsNotExist(err) {
		t.Errorf("patrol.yaml was left: %v", err)
	}
}

func TestInitRefusesAnAddressThatThePlatformDoesNotTake(t *testing.T) {
	dir := t.TempDir()
	code, _, said := answers(t, lang.En, "", "init", "--dir", dir, "--yes", "--platform", "irc", "--address", "nowhere")
	if code != Failed || !strings.Contains(said, "server") {
		t.Errorf("exit code %d, %s", code, said)
	}
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("%d files were written, %v", len(entries), err)
	}
}
