package phonetic

import (
	"slices"
)

// Ways is the set of ways in which the characters of a match are written.
type Ways uint16

// The ways.
const (
	Sound   Ways = 1 << iota // another character that sounds the same
	Spelled                  // in pinyin
	Initial                  // by the first letter of its sound
	Alias                    // by another name
	Sign                     // as an emoji or another sign
	Figure                   // as a digit that sounds the same
	Split                    // in pieces
	Look                     // a rarer character that looks like it
	Swapped                  // in another order
	Noise                    // with a letter or digit between its characters
)

// maxSpelling is the length of the longest syllable in pinyin.
const maxSpelling = 6

// The bounds of a match.
const (
	maxGap     = 8 // separators read over between two characters
	maxSkipped = 3 // signs read over between two characters
)

// tally counts how the characters of a keyword are written.
type tally struct {
	ways                                                          Ways
	exact, sound, near, spelled, initial, sign, rare              int
	alias, aliasUnits                                             int
	split, look, alike, like, figure, hint, code, noise, particle int
	pairs, gaps, clauses                                          int  // neighbours, those set apart, and by a comma
	lone                                                          bool // one character or letter that needs company
	whole                                                         bool // all of the word is an alias
}

// matcher looks for words in one text.
type matcher struct {
	scanner  *Scanner
	elements []element
	found    []Match
	word     *word
	start    int
	end      int
	ways     Ways
	whole    bool // the match is an alias of the whole word
	budget   int  // steps that are left for the word at its place
	left     int  // and for all words from here on
	allowed  set  // the words that may begin at start
	token    token
}

// The bounds of the work, in steps.
const (
	maxSteps   = 400    // on one word at one place
	leastSteps = 24     // the same where the text has used up its own: few ways to write a word need more
	textSteps  = 10_000 // on all words in a text, and
	placeSteps = 20     // more for each element that the scan gets to
)

// try tries a word at an element. A text made to cost as much as it can, such as
// signs between letters that fit a word in many ways, is looked at less closely
// while it goes on like that.
func (m *matcher) try(id int32, at int) {
	if m.left <= 0 {
		return
	}
	given := min(maxSteps, max(leastSteps, m.left))
	m.word, m.start, m.budget = &m.scanner.words[id], at, given
	defer func() { m.left -= given - m.budget }()
	if !m.plain(at) && m.step(0, at, tally{}) {
		m.found = append(m.found, Match{Word: id, Start: m.elements[at].start, End: m.elements[m.end-1].end, Ways: m.ways, Unasked: m.whole && !m.invited()})
	}
}

// plain reports whether the word stands at an element as it is, so that a part
// of it (微) is not taken for another name of it (微信).
func (m *matcher) plain(at int) bool {
	for k := range m.word.units {
		if at+k >= len(m.elements) || m.elements[at+k].r != m.word.units[k].r {
			return false
		}
	}
	return true
}

// step matches the units from i on with the elements from at on.
func (m *matcher) step(i, at int, t tally) bool {
	if i == len(m.word.units) {
		m.end, m.ways, m.whole = at, t.ways, t.whole
		return m.accept(t)
	}
	if m.budget--; m.budget < 0 || at >= len(m.elements) {
		return false
	}
	e := &m.elements[at]
	if at > m.start {
		if e.breaks || int(e.gap) > maxGap {
			return false
		}
		t.pairs++
		if e.gap > 0 {
			t.gaps++
		}
		if e.clause {
			t.clauses++
		}
	}
	if m.aliases(i, at, t) || m.unit(i, at, t) {
		return true
	}
	if at > m.start && m.noise(at) && isHan(m.word.units[i].r) {
		t.noise++
		t.pairs--
		t.ways |= Noise
		return m.step(i, at+1, t)
	}
	if e.kind == sign && at > m.start {
		t.gaps++
		for skipped := 1; skipped <= maxSkipped; skipped++ {
			if at+skipped >= len(m.elements) {
				return false
			}
			if m.elements[at+skipped].kind != sign {
				t.pairs--
				return m.step(i, at+skipped, t)
			}
		}
	}
	return false
}

// aliases tries the other names of the units from i on.
func (m *matcher) aliases(i, at int, t tally) bool {
	for k := range m.word.aliases {
		a := &m.word.aliases[k]
		if a.from != i || !a.spoken && a.name[0] != m.elements[at].r && m.elements[at].kind != sign {
			continue
		}
		m.left--
		way, gaps, named := m.named(a, at)
		if !named {
			continue
		}
		next := t
		next.ways |= way
		next.pairs += gaps
		next.gaps += gaps
		next.alias++
		next.aliasUnits += a.to - a.from
		next.ways |= a.way
		next.whole = a.from == 0 && a.to == len(m.word.units)
		next.lone = len(a.name) == 1 && m.elements[at].kind != sign
		if len(a.name) == 1 && a.to-a.from == 1 && m.elements[at].kind == ideograph && !m.scanner.same(m.word.units[i].r, m.elements[at].r) {
			next.code++
		}
		if m.step(a.to, at+len(a.name), next) {
			return true
		}
	}
	return false
}

// named reports whether an alias stands at an element, how it is disguised in turn,
// and how many of its characters are set apart.
func (m *matcher) named(a *alias, at int) (way Ways, gaps int, named bool) {
	if at+len(a.name) > len(m.elements) {
		return 0, 0, false
	}
	exact := 0
	for k, r := range a.name {
		e := &m.elements[at+k]
		if k > 0 && e.gap > 0 && a.marks>>k&1 == 0 {
			if gaps++; !a.spoken || e.gap > 1 || e.breaks || e.clause {
				return 0, 0, false
			}
		}
		switch {
		case e.r == r:
			exact++
		case a.spoken && m.scanner.same(r, e.r):
			way |= Sound
		case a.spoken && k > 0 && e.kind == letter && !m.inToken(at+k) && !m.inToken(at+k+1) && m.scanner.initial(r, e.r):
			way |= Initial
		case e.kind == sign && slices.Contains(m.scanner.kin(r), e.r):
			way |= Sign
			exact++
		default:
			return 0, 0, false
		}
	}
	if exact == 0 || gaps > 0 && (gaps < len(a.name)-1 || way != 0) {
		return 0, 0, false
	}
	if isLetter(a.name[0]) && m.inToken(at) {
		return 0, 0, false
	}
	last := at + len(a.name) - 1
	return way, gaps, !isLetter(m.elements[last].r) || !m.inToken(last+1)
}

// initial reports whether a character's sound is spelled with a letter first.
func (s *Scanner) initial(r, letter rune) bool {
	for _, sound := range s.spoken.of(r) {
		if sound != 0 && rune(s.spoken.spelling[sound][0]) == letter {
			return true
		}
	}
	return false
}

// inToken reports whether the element goes on with a row of letters.
func (m *matcher) inToken(at int) bool {
	return at > 0 && at < len(m.elements) && m.elements[at].kind == letter && m.elements[at].gap == 0 && m.elements[at-1].kind == letter
}
