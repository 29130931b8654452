package keyword

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// alphabets are so small that words are found, and between them have characters of every length and broken ones.
var alphabets = [][]string{
	{"a", "b"},
	{"a", "b", "c", "abcabcab"},
	{"中", "国"},
	{"中", "国", "q", "中国人民", "https://"},
	{"é", "ж", "😀", "a"},
	{"a", "中", "\xe4", "\xb8", "\xad", "\x00", "\xff", "\xf0\x9f"},
}

func someLetters(t *rapid.T) []string { return rapid.SampledFrom(alphabets).Draw(t, "letters") }

func wordOf(letters []string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(letters), 1, 9).Draw(t, "word"), "")
	})
}

func TestEnginesAgreeWithNaive(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := someLetters(t)
		words := rapid.SliceOfN(wordOf(letters), 0, 15).Draw(t, "words")
		parts := rapid.SliceOfN(rapid.OneOf(wordOf(letters), rapid.SampledFrom([]string{" ", "x", "好"})), 0, 60)
		checkAgainstNaive(t, words, strings.Join(parts.Draw(t, "text"), ""), engines...)
	})
}

// FuzzScan reads the words as lines.
func FuzzScan(f *testing.F) {
	for _, c := range [][]scanCase{basics, overlaps, chinese, brokenUTF8} {
		for _, c := range c {
			f.Add(strings.Join(c.words, "\n"), c.text)
		}
	}
	for _, c := range hardTexts {
		f.Add(strings.Join(c.words[:min(len(c.words), 25)], "\n"), c.text[:min(len(c.text), 300)])
	}
	f.Fuzz(func(t *testing.T, list, text string) {
		if len(list) > 2000 || len(text) > 5000 {
			t.Skip("too long for the slow engines")
		}
		words := strings.FieldsFunc(list, func(r rune) bool { return r == '\n' })
		checkAgainstNaive(t, words, text, engines...)
	})
}
