package fold

import (
	_ "embed" // for the data
	"strings"
	"unicode"
	"unicode/utf8"
)

// The characters that are read as others, one group a line: the character that
// stays, then those that become it. simplified.txt is taken from OpenCC
// (Apache 2.0), lookalikes.txt from the confusables of Unicode Technical
// Standard 39 (Unicode licence); a test compares them with their sources.
// additions.txt is our own.
var (
	//go:embed data/simplified.txt
	simplifiedData string
	//go:embed data/lookalikes.txt
	lookalikeData string
	//go:embed data/additions.txt
	additionData string
)

// alike says as what each of the characters that are read as another is read.
type alike map[rune]rune

// readAlike reads groups of characters.
func readAlike(into alike, data string) {
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "#") || line == "" {
			continue
		}
		to, size := utf8.DecodeRuneInString(line)
		for _, from := range line[size:] {
			into[from] = to
		}
	}
}

// readings returns what the characters of words are read as. The forms of
// Chinese characters are one in every folded text; letters that only look alike
// are one where words are looked for, which does not show their shape to anyone.
func readings(drop bool) alike {
	all := make(alike)
	readAlike(all, simplifiedData)
	if drop {
		readAlike(all, lookalikeData)
	}
	readAlike(all, additionData)
	for from, to := range all {
		for again, more := all[to]; more; again, more = all[again] {
			to = again
		}
		all[from] = to
		if !drop && to < utf8.RuneSelf || strings.ContainsRune(strokes, to) {
			delete(all, from)
		}
	}
	return all
}

// of returns what r is read as.
func (a alike) of(r rune) rune {
	if to, other := a[r]; other {
		return to
	}
	return r
}

// digitOf returns the ASCII digit of the same value as r, or r where r is no digit.
func digitOf(r rune) rune {
	if r < utf8.RuneSelf || !unicode.IsDigit(r) {
		return r
	}
	zero := r
	for unicode.IsDigit(zero - 1) {
		zero--
	}
	return '0' + (r-zero)%10
}
