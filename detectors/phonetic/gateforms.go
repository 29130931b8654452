package phonetic

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/fold"
)

// forms are what characters become when they are folded.
type forms struct {
	han    map[rune]rune // ideographs that become another one
	others map[rune]bool // the other characters that become something that is no separator
}

// written is how characters are folded, found out when it is first needed.
var written = sync.OnceValue(func() *forms {
	f := &forms{han: make(map[rune]rune), others: make(map[rune]bool)}
	folder := fold.New(fold.Options{Separators: fold.Keep})
	var t fold.Text
	for r := rune(firstHan); r <= lastHan; r++ {
		folder.Fold(&t, string(r))
		if to, _ := utf8.DecodeRuneInString(t.String()); to != r && isHan(to) {
			f.han[r] = to
		}
	}
	for _, span := range foldingSpans {
		for r := span[0]; r <= span[1]; r++ {
			folder.Fold(&t, string(r))
			if to := t.String(); to != string(r) && strings.ContainsFunc(to, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '+' }) {
				f.others[r] = true
			}
		}
	}
	return f
})

// foldingSpans are where characters may fold into letters, digits or ideographs.
var foldingSpans = [...][2]rune{
	{0x00A0, 0x03FF}, {0x0530, 0x0590}, {0x0660, 0x0669}, {0x06F0, 0x06F9}, {0x0966, 0x096F}, {0x09E6, 0x09EF}, {0x0E50, 0x0E59}, {0x1D00, 0x2BFF}, {0x2C60, 0x2C7F},
	{0x2E80, 0x2FFF}, {0x3020, 0x303F}, {0x30FB, 0x33FF}, {0xA720, 0xA7FF}, {0xAB30, 0xAB6F}, {0xF900, 0xFAFF}, {0xFB00, 0xFB06}, {0xFE20, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F100, 0x1F2FF},
}
