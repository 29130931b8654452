package boundary

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// reach is how many characters are read on each side of a hit. A word has
	// four at most, and one of doubtful beginning is settled by the next.
	reach = 8
	// longestHit is how many characters a hit has at most that is judged.
	longestHit = 24
	longest    = reach + longestHit + reach
	// longestToken is how many letters of a word in another script are shown.
	longestToken = 12
)

// The weights that no list tells. They were weighed by plain sentences with a
// keyword and by sentences that only spell one.
const (
	// unknownHit is what a hit costs that is no word of the lexicon. Somebody
	// made a rule of it, so it is a word all the same.
	unknownHit = 10 * unit
	// alone is what a character costs besides that is a word by itself: it is
	// counted too often, as the pieces of names and unknown words are in the count.
	alone = 2 * unit
	// doubt is by how much the hit must be the likelier one where a known word
	// lies over its edge: that somebody writes a keyword at all is rare.
	doubt = 2 * unit
)

// Cuts reports whether text[start:end] cuts through words of the text, and if so
// which words stand there: those that overlap it or stand beside it, in order; or
// the one longer word or phrase that it is a part of and that means something else.
//
// A Chinese hit is not cut when it is doubtful: where no Chinese character stands beside
// a Chinese character at either edge, where it holds anything but letters and
// digits (加 微 信: somebody set it apart on purpose), where it has more than 24
// characters, or where the offsets cut a character or lie outside of the text.
// What is not cut costs no allocation.
func (l *Lexicon) Cuts(text string, start, end int) (cut bool, words []string) {
	return l.cuts(text, start, end, true)
}

// Crosses reports the same of a piece that is no word but only sounds like one: it is
// crossed wherever the likeliest row of words does not end at its edges, as in
// 打麻将 for 大麻.
func (l *Lexicon) Crosses(text string, start, end int) (crossed bool, words []string) {
	return l.cuts(text, start, end, false)
}

func (l *Lexicon) cuts(text string, start, end int, word bool) (cut bool, words []string) {
	var p passage
	if !p.take(text, start, end) {
		if !edged(text, start, end) {
			return false, nil
		}
		phrase, found := l.phrase(text, start, end)
		return found, appendToken(nil, phrase)
	}
	for i, r := range p.runes[:p.n] {
		if to, known := l.simple[r]; known {
			p.runes[i] = to
		}
	}
	if word, found := l.whole(&p); found {
		return true, []string{word}
	}
	if number, found := p.number(); found {
		return true, []string{number}
	}
	var rows lattice
	limit := cost(0)
	if word {
		limit = doubt
	}
	l.fill(&rows, &p, word)
	last := &rows[p.n]
	if last[across].cost >= last[apart].cost+limit {
		return false, nil
	}
	return true, p.words(&rows)
}

// Touches reports whether a hit could be cut at all: whether Cuts would look at
// words. It needs no Lexicon, so that one may be built when the first hit needs it.
func Touches(text string, start, end int) bool {
	var p passage
	return p.take(text, start, end) || edged(text, start, end)
}

// edged reports whether text[start:end] is made of letters of a script with
// spaces and has something beside it that could make a phrase of it.
func edged(text string, start, end int) bool {
	if start < 0 || start >= end || end > len(text) || end-start > longestPhrase {
		return false
	}
	for _, r := range text[start:end] {
		if !spelled(r) && r != ' ' {
			return false
		}
	}
	return strings.HasPrefix(text[end:], "()") || wordBefore(text, start) < start || wordAfter(text, end) > end
}

// passage is a hit with the characters around it that matter.
type passage struct {
	text       string
	runes      [longest]rune
	at         [longest + 1]int // where each rune begins in the text
	n          int
	start, end int // the hit, in runes
}

// take reads a hit and what is around it; ok is false for one that can't be cut.
func (p *passage) take(text string, start, end int) (ok bool) {
	if start < 0 || start >= end || end > len(text) {
		return false
	}
	from := start
	for range reach {
		r, size := utf8.DecodeLastRuneInString(text[:from])
		if !han(r) {
			break
		}
		from -= size
		p.start++
	}
	p.text, p.at[0] = text, from
	for p.at[p.n] < start {
		p.next()
	}
	for p.at[p.n] < end {
		if r := p.next(); p.n-p.start > longestHit || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
	}
	p.end = p.n
	if p.at[p.end] != end {
		return false
	}
	for range reach {
		if r, _ := utf8.DecodeRuneInString(text[p.at[p.n]:]); !han(r) {
			break
		}
		p.next()
	}
	return p.start > 0 && han(p.runes[p.start]) || p.end < p.n && han(p.runes[p.end-1])
}

// next reads one character more.
func (p *passage) next() rune {
	r, size := utf8.DecodeRuneInString(p.text[p.at[p.n]:])
	p.runes[p.n] = r
	p.n++
	p.at[p.n] = p.at[p.n-1] + size
	return r
}

// reading is what a row of words makes of the hit.
type reading int

const (
	apart  reading = iota // words end where it begins and where it ends
	across                // a word lies over one of its edges
	readings
)

// step is the best row of words up to some place, of one reading.
type step struct {
	cost   cost
	from   int     // where its last word begins
	before reading // the reading of the words before that
}

// lattice has the best rows up to each place.
type lattice [longest + 1][readings]step

// impossible is what a row costs that no words make.
const impossible cost = 1 << 30

// fill finds the best rows of words, shortest first, where the hit may be a word.
func (l *Lexicon) fill(rows *lattice, p *passage, word bool) {
	for i := range p.n + 1 {
		for k := range rows[i] {
			rows[i][k].cost = impossible
		}
	}
	rows[0][apart].cost = 0
	for i := range p.n {
		if word && i == p.start {
			p.add(rows, i, p.end, l.hitCost(p.runes[p.start:p.end]))
		}
		if !han(p.runes[i]) {
			p.add(rows, i, p.tokenEnd(i), 0)
			continue
		}
		key := uint64(0)
		for j := i; j < min(p.n, i+longestWord) && han(p.runes[j]); j++ {
			key = longer(key, p.runes[j])
			c, known := l.find(key)
			if j == i {
				c += alone
			}
			if known || j == i {
				p.add(rows, i, j+1, c)
			}
		}
	}
}

// hitCost is what a hit costs as one word.
func (l *Lexicon) hitCost(hit []rune) cost {
	if key, ok := keyOf(hit); ok {
		if c, known := l.find(key); known {
			return c
		}
	}
	return unknownHit + l.each
}

// tokenEnd is where the letters and digits of other scripts end that begin at i.
func (p *passage) tokenEnd(i int) int {
	for i < p.n && !han(p.runes[i]) {
		i++
	}
	return i
}

// add goes on from the best rows up to i with a word up to j.
func (p *passage) add(rows *lattice, i, j int, c cost) {
	word := apart
	if i < p.start && p.start < j || i < p.end && p.end < j {
		if p.holds(i, j) {
			return
		}
		word = across
	}
	for k := range rows[i] {
		before := reading(k)
		total := rows[i][before].cost + c
		if rows[i][before].cost == impossible {
			continue
		}
		if best := &rows[j][max(before, word)]; total < best.cost {
			*best = step{cost: total, from: i, before: before}
		}
	}
}

// holds reports whether a word from i to j has the whole hit as a part that
// keeps its meaning: 强奸 is still itself in 强奸犯, but 日 is not in 生日. Such a
// word tells nothing, the words that it is made of do.
func (p *passage) holds(i, j int) bool {
	return i <= p.start && p.end <= j && p.end-p.start > 1
}

// words are those of the best row over the hit's edges that touch it.
func (p *passage) words(rows *lattice) []string {
	var words []string
	if p.end == p.n {
		words = appendToken(words, tokenAfter(p.text[p.at[p.end]:]))
	}
	for j, of := p.n, across; j > 0; {
		last := rows[j][of]
		if last.from <= p.end && j >= p.start {
			words = append(words, p.text[p.at[last.from]:p.at[j]])
		}
		j, of = last.from, last.before
	}
	if p.start == 0 {
		words = appendToken(words, tokenBefore(p.text[:p.at[0]]))
	}
	slices.Reverse(words)
	return words
}

func appendToken(words []string, token string) []string {
	if token == "" {
		return words
	}
	return append(words, token)
}

// tokenBefore is the word of another script at the end of s, or its end.
func tokenBefore(s string) string {
	from := len(s)
	for range longestToken {
		r, size := utf8.DecodeLastRuneInString(s[:from])
		if !foreign(r) {
			break
		}
		from -= size
	}
	return s[from:]
}

// tokenAfter is the word of another script at the beginning of s, or its beginning.
func tokenAfter(s string) string {
	end := 0
	for range longestToken {
		r, size := utf8.DecodeRuneInString(s[end:])
		if !foreign(r) {
			break
		}
		end += size
	}
	return s[:end]
}

// foreign reports whether r is a letter or digit, but no Chinese character.
func foreign(r rune) bool { return !han(r) && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
