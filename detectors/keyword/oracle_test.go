package keyword

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	engines   = []Engine{Own, Cloudflare}
	semantics = []Semantics{Overlapping, LeftmostLongest}
)

func mustNew(t testing.TB, words []string, o Options) *Scanner {
	t.Helper()
	s, err := New(words, o)
	if err != nil {
		t.Fatalf("New(%q): %v", words, err)
	}
	return s
}

// naive is the definition of what Scan returns, written to be seen to be right.
func naive(words []string, text string, only Semantics) []Match {
	var all []Match
	for start := range len(text) {
		for i, w := range words {
			if strings.HasPrefix(text[start:], w) {
				all = append(all, Match{int32(i), int32(start), int32(start + len(w))})
			}
		}
	}
	slices.SortFunc(all, compareMatches)
	if only == Overlapping {
		return all
	}
	var kept []Match
	free := int32(0)
	for i := 0; i < len(all); {
		start := all[i].Start
		end := i
		for end < len(all) && all[end].Start == start {
			end++
		}
		if start >= free {
			free = all[end-1].End
			kept = append(kept, slices.DeleteFunc(slices.Clone(all[i:end]), func(m Match) bool { return m.End != free })...)
		}
		i = end
	}
	return kept
}

// fataler is what both *testing.T and *rapid.T can do.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

// checkAgainstNaive fails the test if an engine finds anything but what naive does, or touches what dst held before.
func checkAgainstNaive(t fataler, words []string, text string, engines ...Engine) {
	t.Helper()
	held := []Match{{Word: -1, Start: -2, End: -3}}
	for _, only := range semantics {
		want := append(slices.Clone(held), naive(words, text, only)...)
		for _, engine := range engines {
			s, err := New(words, Options{Engine: engine, Semantics: only})
			if err != nil {
				t.Fatalf("New(%q): %v", words, err)
			}
			got := s.Scan(slices.Clone(held), text)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("%v, %v: words %q in %q (-want +got):\n%s", engine, only, words, text, diff)
			}
		}
	}
}
