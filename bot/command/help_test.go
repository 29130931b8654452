package command

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/alecthomas/kong"

	"patrol/adapters/jsonl"
	"patrol/rules/lang"
)

var update = flag.Bool("update", false, "write golden files anew")

func helpFor(t *testing.T, l lang.Lang) (string, *kong.Kong) {
	t.Helper()
	var out bytes.Buffer
	s := newShell(Env{Stdout: &out}.withDefaults(), l)
	parser, err := s.parser(&grammar{})
	if err != nil {
		t.Fatal(err)
	}
	each(parser.Model.Node, func(n *kong.Node) {
		out.WriteString("---------- patrol " + pathOf(n) + "\n")
		if err := s.help(parser, n); err != nil {
			t.Fatal(err)
		}
	})
	return out.String(), parser
}

func each(n *kong.Node, visit func(*kong.Node)) {
	visit(n)
	for _, child := range n.Children {
		each(child, visit)
	}
}

func TestHelpOfEveryCommandInBothLanguages(t *testing.T) {
	for _, l := range []lang.Lang{lang.Zh, lang.En} {
		got, _ := helpFor(t, l)
		golden := filepath.Join("testdata", "help."+string(l)+".golden")
		if *update {
			if err := os.MkdirAll("testdata", 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s is stale: look at the difference, then run go test ./bot/command -run Help -update", golden)
		}
		if strings.Contains(got, "${") {
			t.Error("a variable is left")
		}
		for line := range strings.SplitSeq(got, "\n") {
			if n := columns.StringWidth(line); n > helpWidth {
				t.Errorf("%d columns wide: %s", n, line)
			}
		}
	}
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) })
}

func TestEveryTextIsThereInBothLanguages(t *testing.T) {
	_, parser := helpFor(t, lang.En)
	used := map[string]bool{}
	check := func(what string, text lang.Text) {
		if text.Zh == "" || text.En == "" {
			t.Errorf("%s: said in one language at most: %+v", what, text)
		}
		if !hasHan(text.Zh) || text.Zh == text.En {
			t.Errorf("%s: the Chinese is not Chinese: %s", what, text.Zh)
		}
		if en, _, _ := strings.Cut(text.En, "Such as: "); hasHan(en) {
			t.Errorf("%s: the English is not English: %s", what, text.En)
		}
	}
	each(parser.Model.Node, func(n *kong.Node) {
		path := pathOf(n)
		check("patrol "+path, commandTexts[path])
		used[path] = true
		if detail, ok := commandDetails[path]; ok {
			check("more about patrol "+path, detail)
		}
		var names []string
		for _, f := range n.Flags {
			names = append(names, "--"+f.Name)
		}
		for _, a := range n.Positional {
			names = append(names, "<"+a.Name+">")
		}
		for _, name := range names {
			check(path+" "+name, flagText(path, name))
			own := strings.TrimSpace(path + " " + name)
			if _, special := flagTexts[own]; !special {
				own = name
			}
			used[own] = true
		}
	})
	for _, texts := range []map[string]lang.Text{commandTexts, flagTexts, commandDetails} {
		for key := range texts {
			if !used[key] {
				t.Errorf("the text of %q belongs to nothing", key)
			}
		}
	}
	for value, text := range terms {
		if value == "" || text.Zh == "" || text.En == "" || !hasHan(text.Zh) {
			t.Errorf("term %q: %+v", value, text)
		}
	}
}

func TestEveryTopicInBothLanguages(t *testing.T) {
	var names []string
	for _, x := range topics {
		zh, _, zhErr := topic(x.name, lang.Zh)
		en, _, enErr := topic(x.name, lang.En)
		if zhErr != nil || enErr != nil || !hasHan(zh) || len(en) < 200 || zh == en || x.title.Zh == "" || x.title.En == "" {
			t.Errorf("%s: %v, %v, %d and %d bytes", x.name, zhErr, enErr, len(zh), len(en))
		}
		names = append(names, x.name+".en.txt", x.name+".zh.txt")
	}
	files, err := topicFiles.ReadDir("topics")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.Contains(names, f.Name()) {
			t.Errorf("%s is not listed", f.Name())
		}
	}
}

func TestTheEventsOfTheHelpAreEvents(t *testing.T) {
	for _, l := range []lang.Lang{lang.Zh, lang.En} {
		text, _, err := topic("events", l)
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for line := range strings.SplitSeq(text, "\n") {
			if !strings.HasPrefix(line, "{") {
				continue
			}
			e, err := jsonl.DecodeEvent([]byte(line))
			if err != nil {
				t.Errorf("%s: %v", line, err)
			}
			kinds[string(e.Kind)] = true
		}
		if len(kinds) != 7 {
			t.Errorf("%s: examples of %v", l, kinds)
		}
	}
}

func TestHelpAboutRulesListsEveryKey(t *testing.T) {
	for l, about := range map[lang.Lang]string{lang.Zh: "关键词", lang.En: "regular expressions"} {
		text, _, err := topic("rules", l)
		if err != nil {
			t.Fatal(err)
		}
		_, keys, _ := strings.Cut(text, map[lang.Lang]string{lang.Zh: "所有的键：", lang.En: "Every key:"}[l])
		for _, key := range []string{"rules", "keywords", "keyword_files", "regexp", "flood", "merge_paste", "exempt", "trusted", "when", "then", "tests", "hit"} {
			if !strings.Contains(keys, " "+key+" ") {
				t.Errorf("%s: no %s in\n%s", l, key, keys)
			}
		}
		if !strings.Contains(keys, about) {
			t.Errorf("%s: the keys are not explained:\n%s", l, keys)
		}
	}
}

func TestWrapBreaksChineseBetweenCharacters(t *testing.T) {
	for text, want := range map[string][]string{
		"加微信，领红包":       {"加微", "信，", "领红", "包"},
		"one two three": {"one", "two", "three"},
		"a\nb":          {"a", "b"},
		"":              {""},
		"unbreakable":   {"unbreakable"},
		"用 -r 给":        {"用 -r", "给"},
	} {
		if got := wrap(text, 5); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
