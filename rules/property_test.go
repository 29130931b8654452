package rules_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"patrol/detectors/fold"
	"patrol/detectors/keyword"
	"patrol/rules"
)

// pieces are what generated texts are made of: near misses of the keywords
// below, separators, and things that folding changes.
var pieces = []string{
	"加", "微", "信", "加微信", "ＷＥ", "we", "chat", "c", "a", "t", " ", "  ", ".", "-", "，", "。", "\n", "❤", "\u200b", "\u0301",
	"é", "1", "２", "①", "㍿", "か", "\u3099", "한", "ᄒ", "\u1161", "请勿", "x", "Я", "\xff", "\xe5\x8a", "qq", "://", "www.", "价格", "９",
}

const propertyRules = `
rules:
  - {id: folded, keywords: [加微信, wechat, 加V信, か, 한, qq号], except: [请勿加微信, a wechat], boundary: auto}
  - {id: word, keywords: [微信, chat], boundary: word}
  - {id: none, keywords: [微信, cat], boundary: none}
  - {id: exact, keywords: [ＷＥ, 加微信, "❤"], disguise: exact}
  - {id: pattern, regexp: ['价格[0-9]+', '(?:we|qq)\s*chat', '加.信']}
  - {id: rawpattern, regexp: ['价格.', '(?i)WE.?chat'], disguise: exact}
`

func generated(t *rapid.T) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 30).Draw(t, "pieces"), "")
}

func TestSpansLieInTheText(t *testing.T) {
	set, faults := rules.Parse("t.yaml", []byte(propertyRules), rules.Options{})
	if set == nil {
		t.Fatal(faults)
	}
	var sc rules.Scratch
	rapid.Check(t, func(t *rapid.T) {
		text := generated(t)
		ev := said(text)
		v := set.Eval(ev, &sc)
		checkSpans(t, text, &v)
		if again := eval(set, ev); !cmp.Equal(v, again) {
			t.Fatalf("used scratch and new scratch differ:\n%s", cmp.Diff(v, again))
		}
	})
}

func checkSpans(t interface{ Fatalf(string, ...any) }, text string, v *rules.Verdict) {
	var signals []rules.Signal
	for _, hit := range v.Hits {
		if len(hit.Signals) == 0 {
			t.Fatalf("%s hits %q without a signal", hit.Rule, text)
		}
		signals = append(signals, hit.Signals...)
	}
	for _, x := range v.Excused {
		signals = append(signals, x.Signal)
		if x.Why.Zh == "" || x.Why.En == "" {
			t.Fatalf("%s excuses %+v of %q without a reason", x.Rule, x.Signal, text)
		}
	}
	boundary := func(at int) bool { return at == len(text) || !utf8.ValidString(text) || utf8.RuneStart(text[at]) }
	for _, s := range signals {
		if s.Span == (rules.Span{}) {
			continue
		}
		if s.Span.Start < 0 || s.Span.End > len(text) || s.Span.Start >= s.Span.End || !boundary(s.Span.Start) || !boundary(s.Span.End) {
			t.Fatalf("span %+v of %q", s, text)
		}
	}
}

func TestTheEnginesAgree(t *testing.T) {
	own, _ := rules.Parse("t.yaml", []byte(propertyRules), rules.Options{Engine: keyword.Own})
	other, _ := rules.Parse("t.yaml", []byte(propertyRules), rules.Options{Engine: keyword.Cloudflare})
	rapid.Check(t, func(t *rapid.T) {
		ev := said(generated(t))
		if a, b := eval(own, ev), eval(other, ev); !cmp.Equal(a, b) {
			t.Fatalf("%q:\n%s", ev.Message.Text, cmp.Diff(a, b))
		}
	})
}

func TestInvisibleCharactersHideNothing(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微信, wechat]}]")
	rapid.Check(t, func(t *rapid.T) {
		keyword := rapid.SampledFrom([]string{"加微信", "WeChat"}).Draw(t, "keyword")
		var hidden strings.Builder
		for _, r := range keyword {
			hidden.WriteRune(r)
			hidden.WriteString(strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"\u200b", "\u2060", "\ufe0f", "\u00ad", "\u0301"}), 0, 3).Draw(t, "hidden"), ""))
		}
		if v := eval(set, said("看 "+hidden.String()+"！")); v.Clean() {
			t.Fatalf("%q is clean: %+v", hidden.String(), v.Excused)
		}
	})
}

// TestTheLiteralFilterMissesNoMatch compares patterns behind their literals
// with the same patterns run on every text.
func TestTheLiteralFilterMissesNoMatch(t *testing.T) {
	set, faults := rules.Parse("t.yaml", []byte(propertyRules), rules.Options{})
	if set == nil {
		t.Fatal(faults)
	}
	keep := fold.New(fold.Options{Separators: fold.Keep})
	naive := map[string][]*regexp.Regexp{
		"pattern":    {regexp.MustCompile(`(?i)价格[0-9]+`), regexp.MustCompile(`(?i)(?:we|qq)\s*chat`), regexp.MustCompile(`(?i)加.信`)},
		"rawpattern": {regexp.MustCompile(`价格.`), regexp.MustCompile(`(?i)WE.?chat`)},
	}
	rapid.Check(t, func(t *rapid.T) {
		text := generated(t)
		v := eval(set, said(text))
		hits := make(map[string]bool)
		for _, h := range v.Hits {
			hits[h.Rule] = true
		}
		for rule, patterns := range naive {
			subject := text
			if rule == "pattern" {
				subject = keep.Word(text)
			}
			want := false
			for _, p := range patterns {
				want = want || p.MatchString(subject)
			}
			if hits[rule] != want {
				t.Fatalf("%s on %q: hit %v, want %v", rule, text, hits[rule], want)
			}
		}
	})
}

// FuzzParse feeds anything as a rule file: Parse must not panic, and any set
// that it returns must judge.
func FuzzParse(f *testing.F) {
	seeds, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	shipped, err := filepath.Glob("../configs/rules/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(seeds, shipped...) {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data), "加 微 信 wechat")
	}
	f.Add(propertyRules, "加❤微~信")
	files := fstest.MapFS{"words.txt": {Data: []byte("加微信\nwechat\n")}}
	f.Fuzz(func(t *testing.T, source, text string) {
		set, faults := rules.Parse("t.yaml", []byte(source), rules.Options{FS: files})
		if (set == nil) != faults.Fatal() {
			t.Fatalf("a set: %v, faults: %v", set != nil, faults)
		}
		for _, fault := range faults {
			if fault.File == "" || fault.Problem.Zh == "" || fault.Problem.En == "" {
				t.Fatalf("a fault that does not say what is wrong, or where: %+v", fault)
			}
		}
		if set == nil {
			return
		}
		v := eval(set, said(text))
		checkSpans(t, text, &v)
		set.Explain(said(text))
	})
}
