package phonetic

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// Nearly every message holds no word in disguise, and must be let through at
// once. The gate does that in one pass over a message as it was written: a table
// says of each character with which words it may begin, and with which it may be second,
// as sets. Where the sets of no two neighbours meet, there is nothing to find. Letters count by the token: one may be
// an alias, or be made of syllables. What the gate lets through may still
// be harmless; what it keeps back is.

// set is a set of words. Each word has one bit in each of its halves, by two
// hashes, so that sets without a word in common seldom meet.
type set [2]uint64

// every is the set of all words.
var every = set{^uint64(0), ^uint64(0)}

// member is the set of one word, written in whole characters in their order or
// otherwise.
func member(id int32, otherwise bool) set {
	x := uint32(id) << 1
	if otherwise {
		x |= 1
	}
	return set{1 << (x * 0x9E3779B1 >> 26), 1 << (x * 0x85EBCA77 >> 26)}
}

func (a *set) add(b set) {
	a[0] |= b[0]
	a[1] |= b[1]
}

// meets reports whether two sets may have a word in common.
func (a set) meets(b set) bool { return a[0]&b[0] != 0 && a[1]&b[1] != 0 }

// common are the words that are in two sets, and maybe others.
func (a set) common(b set) set { return set{a[0] & b[0], a[1] & b[1]} }

func (a set) isEmpty() bool { return a[0] == 0 || a[1] == 0 }

// place is what a character may be to the words: with which they may begin, be
// second, or for which it stands alone.
type place struct{ first, second, alone set }

// gate is the table of a Scanner.
type gate struct {
	han      [lastHan - firstHan + 1]uint16 // by character as it is written: an index of places
	places   []place
	letters  [26]set        // with which words a letter may be second
	figures  [10]place      // the same of digits, and with which they may begin
	foreign  bool           // words have letters of other scripts
	kana     map[rune]place // of kana, which are pieces of characters
	signs    map[rune]place // of emoji and other signs
	plus     place          // of +
	tokens   [27*27*27/64 + 1]uint64
	classes  []set   // by class of sounds: the words that may begin with it
	initials [26]set // by letter: the words whose first character's sound is spelled with it first
	singles  set     // the words of one character
}

// endOfToken stands after the last letter of a token in gate.tokens.
const endOfToken = 26

func trigram(a, b, c byte) int { return (int(a)*27+int(b))*27 + int(c) }

// May reports whether a word may stand, disguised, in a text, which is the one that was
// written and need not be folded. Where it reports false, Scan finds nothing
// in the folded text; it costs far less than folding does, and no allocation.
func (s *Scanner) May(text string) bool {
	g := &s.gate
	var last, held set // the words with which the last character may begin, and the one before a single letter or digit
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= 0xE4 && c <= 0xE9 && i+2 < len(text):
			r := rune(c&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F)
			if r < firstHan || text[i+1]&0xC0 != 0x80 || text[i+2]&0xC0 != 0x80 {
				return true // a rare character, or no text
			}
			p := &g.places[g.han[r-firstHan]]
			if last.meets(p.second) || p.alone != (set{}) || held.meets(p.second) {
				return true
			}
			last, held = p.first, set{}
			i += 3
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(text[i:])
			if p, kept := g.strange(r); kept {
				if last.meets(p.second) || p.alone != (set{}) {
					return true
				}
				last, held = p.first, set{}
			}
			i += size
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			if last.meets(g.letters[c|0x20-'a']) {
				return true
			}
			end := i + 1
			for end < len(text) && text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z' {
				end++
			}
			if end < len(text) && text[end] >= utf8.RuneSelf && joinsToken(text[end:]) {
				return true
			}
			words, found := s.begins(text[i:end])
			if found {
				return true
			}
			held = set{}
			if end == i+1 {
				held = last
			}
			last = words
			i = end
		case isDigit(rune(c)):
			p := &g.figures[c-'0']
			if last.meets(p.second) || p.alone != (set{}) {
				return true
			}
			held = last
			last = p.first
			if i > 0 && isLetter(rune(text[i-1]|0x20)) {
				last.add(held) // a tone: jia1
			}
			i++
		case c == '+':
			if !last.isEmpty() || g.plus.alone != (set{}) {
				return true
			}
			last, held = g.plus.first, set{}
			i++
		default:
			i++
		}
	}
	return false
}

// joinsToken reports whether a text begins with something that a row of letters
// may go on with once it is folded.
func joinsToken(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	switch {
	case r >= 0x2E80 && r <= 0x3104, r >= 0x3400 && r <= lastHan, r >= 0xAC00 && r <= 0xD7A3, r >= 0x0400 && r <= 0x0481:
		return false
	case r >= 0xFF00 && r <= 0xFF0F, r >= 0x2010 && r <= 0x2027, r >= 0x1F300:
		return false
	}
	return true
}

// strange is the place of a character that is neither an ideograph nor ASCII;
// kept is false for what is read over.
func (g *gate) strange(r rune) (p place, kept bool) {
	switch {
	case r >= 0x1F300:
		p, kept = g.signs[r]
		if !kept && r >= 0x20000 {
			return anything, true
		}
		return p, kept
	case r >= 0xFE00 && r <= 0xFE0F:
		return place{}, false
	case kana(r):
		return g.kana[r], true
	case isBopomofo(r):
		return anything, true
	case foreign(r):
		if g.foreign {
			return anything, true
		}
		return place{}, true
	case written().others[r], r == utf8.RuneError, r >= 0x3400 && r < firstHan:
		return anything, true
	case r >= 0x3000 && r <= 0x303F, r >= 0xFF00 && r <= 0xFFEF, r >= 0x2000 && r <= 0x206F:
		return place{}, false
	}
	if p, named := g.signs[r]; named {
		return p, true
	}
	if unicode.IsLetter(r) || unicode.IsNumber(r) {
		if g.foreign {
			return anything, true
		}
		return place{}, true
	}
	return place{}, false
}

// anything is the place of a character that has to be looked at more closely.
var anything = place{every, every, every}

// foreign reports whether r is a letter of a script that is often written and folds into
// no other.
func foreign(r rune) bool {
	return r >= 0x0400 && r <= 0x0481 || r >= 0x048A && r <= 0x052F || r >= 0xAC00 && r <= 0xD7A3
}

func kana(r rune) bool { return r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA }

// begins reports whether a word may begin in a token and go on there, and if not,
// which words may begin with its last syllable.
func (s *Scanner) begins(token string) (last set, found bool) {
	k := trigramOf(token)
	if s.gate.opens(k) {
		return set{}, true
	}
	if len(token) == 1 {
		last = s.gate.initials[token[0]|0x20-'a']
	}
	if s.spoken.openings[k/64]>>(k%64)&1 == 0 || len(token) > maxToken {
		return last, false
	}
	words, found := s.syllabic(token)
	last.add(words)
	return last, found
}

// syllabic does the same for a token that may be made of syllables.
func (s *Scanner) syllabic(token string) (last set, found bool) {
	l, g := s.spoken, &s.gate
	var ends [maxToken]uint64 // by letter: where syllables end that begin there
	on := uint64(0)           // the letters where one begins with which a word may, and go on
	reached := uint64(1)
	var behind [maxToken]set // by letter: the words that may begin with the syllable from there to the end
	for todo := uint64(1); todo != 0; {
		i := bits.TrailingZeros64(todo)
		todo &^= 1 << i
		if i == len(token) {
			continue
		}
		node := uint16(0)
		for k := i; k < len(token); k++ {
			if node = l.next[node][token[k]|0x20-'a']; node == 0 {
				break
			}
			sound := l.ends[node]
			if sound == 0 {
				continue
			}
			ends[i] |= 1 << (k + 1)
			words := g.classes[l.class[sound]]
			switch {
			case words.meets(g.singles), k+1 < len(token) && words.meets(g.letters[token[k+1]|0x20-'a']):
				on |= 1 << i
			case k+1 == len(token):
				behind[i] = words
			}
		}
		todo |= ends[i] &^ reached
		reached |= ends[i]
	}
	if reached>>len(token)&1 == 0 {
		return set{}, false
	}
	whole := uint64(1) << len(token) // from where on the rest is syllables
	for i := len(token) - 1; i >= 0; i-- {
		if reached>>i&1 == 0 || ends[i]&whole == 0 {
			continue
		}
		whole |= 1 << i
		if on>>i&1 != 0 {
			return set{}, true
		}
		last.add(behind[i])
	}
	return last, false
}

func trigramOf(token string) int {
	at := [3]byte{endOfToken, endOfToken, endOfToken}
	for k := 0; k < len(token) && k < len(at); k++ {
		at[k] = token[k] | 0x20 - 'a'
	}
	return trigram(at[0], at[1], at[2])
}

// of is the place of an element.
func (g *gate) of(e *element) place {
	switch e.kind {
	case ideograph:
		return g.places[g.han[e.r-firstHan]]
	case letter:
		return place{every, g.letters[e.r-'a'], every}
	case figure:
		return g.figures[e.r-'0']
	case sign:
		if e.r == '+' {
			return g.plus
		}
		return g.signs[e.r]
	case other:
		if kana(e.r) {
			return g.kana[e.r]
		}
	}
	return anything
}

// opens reports whether a word may begin with the whole of a token whose first letters
// are those of a trigram.
func (g *gate) opens(trigram int) bool { return g.tokens[trigram/64]>>(trigram%64)&1 != 0 }
