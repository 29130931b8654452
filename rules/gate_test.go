package rules

import (
	"regexp"
	"testing"
)

// texts are the lines that are kept for the rules.
func texts(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, ev := range occasions(t) {
		all = append(all, ev.Message.Text)
	}
	return all
}

func TestAGateLetsPassWhatMatches(t *testing.T) {
	patterns := []string{
		`a`, `(?i)k`, `[0-9]{4} [0-9]{4}`, `(?:^|[^0-9])[0-9]+ ?(?:元|块)`, `[^a-z]`, `\p{Han}`, `[\p{Greek}\p{Cyrillic}]`, `^[\x{FEFF}\x{200B}-\x{200F}]`, `x*`, `a|`, `(?:ab)?c`, `.`,
		`(?i)[а-яё]{4}`, `[😂🤣]{2,}|哈哈`, `[\x{80}-\x{10FFFF}]`, `[一-鿿]`, `\bthe\b`, `加[^，]{0,3}[微薇]`, `(?s).{30}`,
	}
	for source := range conditionsOf(t) {
		for _, m := range regexp.MustCompile("(?:`([^`]*)`|\"([^\"]*)\")").FindAllStringSubmatch(source, -1) {
			patterns = append(patterns, m[1]+m[2])
		}
	}
	all := append(texts(t), "", "K", "K", "ſtop", "😂😂", "\ufeff看片", "\xff\xfe", "ΑΒΓ", "привет", "ПРИВЕТ мир", "𝐀𝐁𝐂")
	stopped, matched := 0, 0
	for _, p := range patterns {
		re, err := regexp.Compile(p)
		if err != nil {
			continue // a length of time, or the like
		}
		g := newGate(p)
		for _, text := range all {
			var set runeSet
			set.of(text)
			passes := g.passes(&set)
			if !passes {
				stopped++
			}
			if re.MatchString(text) {
				matched++
				if !passes {
					t.Errorf("%s matches %q, and the gate is shut", p, text)
				}
			}
		}
	}
	if matched < 1000 || stopped < 1000 {
		t.Errorf("%d matches and %d stopped, want many of both", matched, stopped)
	}
}

func FuzzGate(f *testing.F) {
	f.Add("加[微薇]+", "加微信")
	f.Add("(?i)[k-m]{2}|\\d", "K 3")
	f.Add("[^\\x{100}-\\x{3000}]x", "ax")
	f.Fuzz(func(t *testing.T, pattern, text string) {
		re, err := regexp.Compile(pattern)
		if err != nil || len(pattern) > 200 {
			return
		}
		var set runeSet
		set.of(text)
		if re.MatchString(text) && !newGate(pattern).passes(&set) {
			t.Fatalf("%q matches %q, and the gate is shut", pattern, text)
		}
	})
}
