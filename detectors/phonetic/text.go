package phonetic

import (
	"unicode"
	"unicode/utf8"
)

// kind is what an element is to a reader.
type kind uint8

const (
	separator kind = iota
	ideograph
	letter // an ASCII letter
	figure // an ASCII digit
	sign   // an emoji or another sign that has a name
	other  // a letter of another script
)

// element is a character of a text that is not a separator.
type element struct {
	r          rune
	start, end int32 // its bytes
	gap        uint8 // separators before it, 255 for as many or more
	kind       kind
	breaks     bool // a sentence ends in the gap
	clause     bool // a clause ends in the gap
}

// Scratch is the room that Scan works in, kept to be used again. The zero value
// is ready; one goroutine at a time may use it.
type Scratch struct {
	elements []element
}

// read splits a text into elements.
func (s *Scanner) read(sc *Scratch, text string) {
	sc.elements = sc.elements[:0]
	e := element{}
	dot := false
	spelled := 0 // up to where letters of Bopomofo have been read
	for at, r := range text {
		if at < spelled {
			continue
		}
		if isBopomofo(r) {
			pinyin, size := bopomofo(text[at:])
			e.kind, e.start, e.end = letter, int32(at), int32(at+size)
			for _, e.r = range pinyin {
				sc.elements = append(sc.elements, e)
				e.gap, e.breaks, e.clause = 0, false, false
			}
			e, dot, spelled = element{}, false, at+size
			continue
		}
		e.kind = s.kindOf(r)
		if e.kind != separator {
			e.r, e.start, e.end = r, int32(at), int32(at+utf8.RuneLen(r))
			sc.elements = append(sc.elements, e)
			e = element{}
			dot = false
			continue
		}
		if e.gap < 255 {
			e.gap++
		}
		switch r {
		case '。', '！', '？', '!', '?', '\n', '\r', '…':
			e.breaks = true
		case ',', '，', ';', '；', '、', ':', '：':
			e.clause = true
		case ' ', '\t', '\u3000':
			e.breaks = e.breaks || dot
		}
		dot = r == '.'
	}
}

// kindOf says what r is.
func (s *Scanner) kindOf(r rune) kind {
	switch {
	case isLetter(r):
		return letter
	case isDigit(r):
		return figure
	case isHan(r):
		return ideograph
	case r == '+':
		return sign
	case r < utf8.RuneSelf || r >= 0x3000 && r <= 0x303F || r >= 0xFF00 && r <= 0xFFEF || r >= 0x2000 && r <= 0x206F:
		return separator
	}
	if _, named := s.signs[r]; named {
		return sign
	}
	if unicode.IsLetter(r) || unicode.IsNumber(r) {
		return other
	}
	return separator
}
