package phonetic

import (
	_ "embed" // for the data
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
