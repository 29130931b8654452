package keyword

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// handsOver reports whether the filter gives up on a part of text.
func handsOver(t testing.TB, words []string, text string) bool {
	t.Helper()
	_, at := mustNew(t, words, Options{}).search.(*filter).sift(nil, text, 0)
	return at < len(text)
}

// nested returns the prefixes of unit repeated, each a word.
func nested(unit string, n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Repeat(unit, i+1)
	}
	return words
}

// hardTexts are such that looking closer at each position costs much more than the automaton.
var hardTexts = []struct {
	name  string
	words []string
	text  string
}{
	{"one letter, nested words", nested("a", 82), strings.Repeat("a", 3000)},
	{"one character, nested words", nested("中", 30), strings.Repeat("中", 1500)},
	{"near misses of long words", append(nested("ab", 20), strings.Repeat("ab", 60)+"c"), strings.Repeat("ab", 1500)},
	{"words that differ after the hashed part", longTails(300), strings.Repeat(strings.Repeat("x", 60)+"-", 60)},
	{"broken words", nested("\xb8\xe4", 40), strings.Repeat("\xb8\xe4", 1500)},
	{"hard only in the middle", nested("中", 30), strings.Repeat("harmless ", 300) + strings.Repeat("中", 900) + strings.Repeat(" 无害", 300)},
}

func longTails(n int) []string {
	words := make([]string, n)
	for i := range words {
		words[i] = strings.Repeat("x", 60) + string(rune('A'+i))
	}
	return words
}

func TestHandOver(t *testing.T) {
	for _, c := range hardTexts {
		t.Run(c.name, func(t *testing.T) {
			if !handsOver(t, c.words, c.text) {
				t.Error("the filter never handed over to the automaton")
			}
			checkAgainstNaive(t, c.words, c.text, Own)
		})
	}
}

func TestFilterKeepsOrdinaryText(t *testing.T) {
	words, texts := generate(2000, 500)
	for _, text := range texts {
		if handsOver(t, words[:50], text) {
			t.Errorf("the filter handed over %q", text)
		}
	}
}

// TestAutomatonAlone checks the automaton on texts that the filter would keep.
func TestAutomatonAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(wordOf(someLetters(t)), 1, 12).Draw(t, "words")
		text := strings.Join(rapid.SliceOfN(wordOf(someLetters(t)), 0, 30).Draw(t, "text"), "")
		for _, only := range semantics {
			s, err := New(words, Options{Semantics: only})
			if err != nil {
				t.Fatal(err)
			}
			got := s.search.(*filter).behind.find(nil, text, 0, len(text), only == LeftmostLongest)
			if only == LeftmostLongest {
				got = leftmostLongest(got, 0)
			}
			want := naive(words, text, only)
			if len(got) != len(want) {
				t.Fatalf("%v: words %q in %q: got %v, want %v", only, words, text, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%v: words %q in %q: got %v, want %v", only, words, text, got, want)
				}
			}
		}
	})
}

// TestFindsEveryWordOnce takes a list so long that some words share all that the tables hold of them.
func TestFindsEveryWordOnce(t *testing.T) {
	words, _ := generate(50_000, 0)
	f := mustNew(t, words, Options{}).search.(*filter)
	var got, want []Match
	for _, word := range words {
		got, want = f.find(got[:0], word), f.behind.find(want[:0], word, 0, len(word), false)
		if !slices.Equal(got, want) {
			t.Fatalf("in %q: filter %v, automaton %v", word, got, want)
		}
	}
}
