package boundary

import (
	"strings"
	"testing"
)

func TestEveryWholeWordExcusesWhatItHolds(t *testing.T) {
	l, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	all := readWholes(wholeWords)
	for word := range all {
		if r := []rune(word); han(r[0]) {
			if len(r) < 3 || len(r) > maxWhole {
				t.Errorf("%s has %d characters", word, len(r))
			} else if cut, _ := l.Cuts(word, 0, len(string(r[:2]))); !cut {
				t.Errorf("%s does not excuse its beginning", word)
			}
			continue
		}
		first, last, _ := strings.Cut(word, " ")
		if cut, words := l.Cuts(word, 0, len(first)); !cut || words[0] != word {
			t.Errorf("%s does not excuse its first word: %q", word, words)
		}
		if cut, words := l.Cuts(word, len(word)-len(last), len(word)); !cut || words[0] != word {
			t.Errorf("%s does not excuse its last word: %q", word, words)
		}
	}
	if len(all) < 300 {
		t.Errorf("only %d words", len(all))
	}
}
