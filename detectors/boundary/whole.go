package boundary

import (
	_ "embed" // for the words
	"strings"
	"unicode"
	"unicode/utf8"
)

// wholeWords are words and set phrases in which a word that rules often look for
// means something else: 丝袜奶茶 is tea, 处女座 a star sign, a student loan nobody's
// bait. They are written down from general knowledge, without what somebody may
// well want to find: 强奸犯 is still about 强奸. Chinese ones are in simplified
// characters, others in lower case with single spaces.
//
//go:embed data/whole.txt
var wholeWords string

// maxWhole is how many characters a whole word of Chinese has at most.
const maxWhole = 7

// readWholes fills the set of whole words: those of a line with Chinese in it are
// many, any other line is one phrase.
func readWholes(lines string) map[string]struct{} {
	all := make(map[string]struct{})
	for line := range strings.Lines(lines) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if first, _ := utf8.DecodeRuneInString(line); !han(first) {
			all[line] = struct{}{}
			continue
		}
		for word := range strings.FieldsSeq(line) {
			all[word] = struct{}{}
		}
	}
	return all
}

// whole is a whole word around the hit that is longer than it.
func (l *Lexicon) whole(p *passage) (word string, found bool) {
	var buffer [utf8.UTFMax * maxWhole]byte
	for i := max(0, p.end-maxWhole); i <= p.start; i++ {
		b := buffer[:0]
		for j := i; j < min(p.n, i+maxWhole); j++ {
			b = utf8.AppendRune(b, p.runes[j])
			if j+1 < p.end || i == p.start && j+1 == p.end {
				continue
			}
			if _, known := l.wholes[string(b)]; known {
				return p.text[p.at[i]:p.at[j+1]], true
			}
		}
	}
	return "", false
}

// number is the Chinese number that the hit is a part of: digits alone are one
// (六四), but not where units count them (六四二十四).
func (p *passage) number() (number string, found bool) {
	for _, r := range p.runes[p.start:p.end] {
		if !strings.ContainsRune(digits, r) {
			return "", false
		}
	}
	from, to := p.start, p.end
	for from > 0 && strings.ContainsRune(digits+units, p.runes[from-1]) {
		from--
	}
	for to < p.n && strings.ContainsRune(digits+units, p.runes[to]) {
		to++
	}
	number = p.text[p.at[from]:p.at[to]]
	return number, strings.ContainsAny(number, units)
}

const (
	digits = "〇零一二两三四五六七八九"
	units  = "十百千万亿"
)

// phrase is a set phrase of up to three words of a script with spaces that the hit is a
// part of, or the call of a function of that name: free() frees nobody.
func (l *Lexicon) phrase(text string, start, end int) (phrase string, found bool) {
	if strings.HasPrefix(text[end:], "()") {
		return text[start:end] + "()", true
	}
	before, after := wordBefore(text, start), wordAfter(text, end)
	for _, span := range [...][2]int{{before, end}, {start, after}, {before, after}, {wordBefore(text, before), end}, {start, wordAfter(text, after)}} {
		if span == [2]int{start, end} {
			continue
		}
		written := text[span[0]:span[1]]
		if len(written) > longestPhrase {
			continue
		}
		plain := strings.ReplaceAll(strings.ToLower(written), "-", " ")
		if _, known := l.wholes[plain]; known {
			return written, true
		}
	}
	return "", false
}

// longestPhrase bounds in bytes what is looked up as a phrase.
const longestPhrase = 64

// wordBefore is where the word begins that stands before at, one space or hyphen
// away; at where none does.
func wordBefore(text string, at int) int {
	rest := strings.TrimRight(text[:at], " -")
	if len(text[:at])-len(rest) != 1 {
		return at
	}
	word := strings.TrimRightFunc(rest, spelled)
	if len(word) == len(rest) {
		return at
	}
	return len(word)
}

// wordAfter is where the word ends that stands after at, one space or hyphen
// away; at where none does.
func wordAfter(text string, at int) int {
	rest := strings.TrimLeft(text[at:], " -")
	if len(text[at:])-len(rest) != 1 {
		return at
	}
	word := strings.TrimLeftFunc(rest, spelled)
	if len(word) == len(rest) {
		return at
	}
	return len(text) - len(word)
}

// spelled reports whether r is a letter of a script with spaces.
func spelled(r rune) bool { return unicode.IsLetter(r) && !han(r) }
