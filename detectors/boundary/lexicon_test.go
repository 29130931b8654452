package boundary_test

import (
	"strings"
	"sync"
	"testing"

	"patrol/detectors/boundary"
)

var shared = sync.OnceValues(func() (*boundary.Lexicon, error) { return boundary.New(boundary.Options{}) })

// lexicon is the one with the words that come with the package, built once.
func lexicon(t testing.TB) *boundary.Lexicon {
	t.Helper()
	l, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALexiconNeedsWords(t *testing.T) {
	tests := []struct{ name, words, problem string }{
		{"no Chinese word", "hello 3\n", "the words hold no Chinese word"},
		{"only words that are too long", "中华人民共和国 5\n", "the words hold no Chinese word"},
		{"a word without a number", "麻烦 7\n大麻\n", `line 2 of the words: "大麻" is no word with its inverse document frequency`},
		{"a number that is none", "麻烦 NaN\n", `line 1 of the words: "麻烦 NaN" is no word with its inverse document frequency`},
		{"a negative number", "麻烦 -1", `line 1 of the words: "麻烦 -1" is no word with its inverse document frequency`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if l, err := boundary.New(boundary.Options{Words: tt.words}); l != nil || err == nil || err.Error() != tt.problem {
				t.Errorf("lexicon %v, error %v, want %q", l, err, tt.problem)
			}
		})
	}
}

func TestALexiconOfGivenWordsKnowsNoOthers(t *testing.T) {
	l, err := boundary.New(boundary.Options{Words: "火星 3\r\n星人 9\r\n\r\n火 9\r\n人 9\r\n"})
	if err != nil {
		t.Fatal(err)
	}
	if cut, words := l.Cuts("到火星人", 6, 12); !cut || strings.Join(words, " ") != "火星 人" {
		t.Errorf("cut %v into %q, want 火星 人", cut, words)
	}
	if cut, words := l.Cuts("24口交换机", 2, 8); cut {
		t.Errorf("cut into %q by words that were not given", words)
	}
}

func TestCommonWords(t *testing.T) {
	l, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{"简直": true, "卫生": true, "橡木": false, "威芯": false, "我": false, "卫生间门口": false, "vx": false, "": false} {
		if got := l.Common(text); got != want {
			t.Errorf("%q is common: %v, want %v", text, got, want)
		}
	}
}
