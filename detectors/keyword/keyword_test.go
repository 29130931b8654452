package keyword

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustNew(t testing.TB, words []string, o Options) *Scanner {
	t.Helper()
	s, err := New(words, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// naive is the definition of what Scan returns, written for being right.
func naive(words []string, text string, only Semantics) []Match {
	var all []Match
	for start := range len(text) {
		for end := start + 1; end <= len(text); end++ {
			for i, w := range words {
				if text[start:end] == w {
					all = append(all, Match{int32(i), int32(start), int32(end)})
				}
			}
		}
	}
	if only == Overlapping {
		return all
	}
	var kept []Match
	free := int32(0)
	for i := 0; i < len(all); {
		start, longest := all[i].Start, all[i].End
		for _, m := range all {
			if m.Start == start {
				longest = max(longest, m.End)
			}
		}
		for ; i < len(all) && all[i].Start == start; i++ {
			if start >= free && all[i].End == longest {
				kept = append(kept, all[i])
			}
		}
		if start >= free {
			free = longest
		}
	}
	return kept
}

func TestScanEqualsNaive(t *testing.T) {
	letters := rapid.SampledFrom([]string{"a", "b", "ab", "中", "国", "é", "\xe4", "\xb8", "😀", "\x00", "中国人民"})
	word := rapid.Custom(func(t *rapid.T) string {
		w := ""
		for _, x := range rapid.SliceOfN(letters, 1, 8).Draw(t, "w") {
			w += x
		}
		return w
	})
	valid := rapid.SampledFrom([]string{"a", "b", "ab", "abababab", "中", "国", "é", "😀", "\x00", "中国人民"})
	validWord := rapid.Custom(func(t *rapid.T) string {
		w := ""
		for _, x := range rapid.SliceOfN(valid, 1, 8).Draw(t, "w") {
			w += x
		}
		return w
	})
	rapid.Check(t, func(t *rapid.T) {
		gen := word
		if rapid.Bool().Draw(t, "valid") {
			gen = validWord
		}
		words := rapid.SliceOfN(gen, 0, 12).Draw(t, "words")
		text := ""
		for _, x := range rapid.SliceOfN(rapid.OneOf(letters, word), 0, 60).Draw(t, "text") {
			text += x
		}
		for _, only := range []Semantics{Overlapping, LeftmostLongest} {
			want := naive(words, text, only)
			for _, e := range []Engine{Own, Cloudflare} {
				s, err := New(words, Options{Engine: e, Semantics: only})
				if err != nil {
					t.Fatal(err)
				}
				got := s.Scan(nil, text)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Fatalf("%v %v words %q text %q: %s", e, only, words, text, diff)
				}
			}
		}
	})
}
