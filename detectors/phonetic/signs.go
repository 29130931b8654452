package phonetic

import (
	_ "embed" // for the data
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// The names of emoji and other signs: each file says where it is from.
var (
	//go:embed data/emoji.txt
	emojiData string
	//go:embed data/additions.txt
	additionData string
)

// signNames are what signs are called, read when they are first needed.
var signNames = sync.OnceValue(func() map[rune][]string {
	names := make(map[rune][]string)
	for _, data := range []string{emojiData, additionData} {
		for line := range strings.Lines(data) {
			r, size := utf8.DecodeRuneInString(line)
			if r != '#' {
				names[r] = append(names[r], strings.Fields(line[size:])...)
			}
		}
	}
	return names
})

// called are the signs by what they are called in one character.
var called = sync.OnceValue(func() map[string][]rune {
	signs := make(map[string][]rune)
	for r, names := range signNames() {
		for _, name := range names {
			if utf8.RuneCountInString(name) == 1 {
				signs[name] = append(signs[name], r)
			}
		}
	}
	return signs
})

// kin are the signs that are called the same as r in one character, r among them: 🐮
// for 🐂.
func (s *Scanner) kin(r rune) []rune {
	all := []rune{r}
	for _, name := range s.signs[r] {
		for _, other := range called()[name] {
			if !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all
}

// standing are the characters that signs may stand for: those with which their
// names begin, and each of a name of two.
var standing = sync.OnceValue(func() map[rune][]rune {
	stands := make(map[rune][]rune)
	for r, names := range signNames() {
		for _, name := range names {
			n := utf8.RuneCountInString(name)
			for _, c := range name {
				if !slices.Contains(stands[r], c) {
					stands[r] = append(stands[r], c)
				}
				if n != 2 {
					break
				}
			}
		}
	}
	return stands
})
