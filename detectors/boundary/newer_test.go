package boundary

import (
	"strings"
	"testing"
)

func TestNewerWordsAreWordsOfSeveralCharactersListedOnce(t *testing.T) {
	words := strings.Fields(newerWords)
	if len(words) < 100 {
		t.Fatalf("%d words, want at least 100", len(words))
	}
	seen := make(map[string]bool)
	for _, word := range words {
		if _, ok := keyOf([]rune(word)); !ok || len([]rune(word)) < 2 {
			t.Errorf("%s is no word of two to %d characters", word, longestWord)
		}
		if seen[word] {
			t.Errorf("%s is listed twice", word)
		}
		seen[word] = true
	}
}
