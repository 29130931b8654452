package fold

import "math/bits"

// Signs is a set of hints that a text may say more when it is read another way.
type Signs uint8

// The signs.
const (
	Mingled    Signs = 1 << iota // letters beside digits, signs or other alphabets that look like letters: n1gg3r, I000, fяee
	Escaped                      // a percent sign, or what other codes for characters begin with
	Stretched                    // a character three times in a row, or two characters twice each
	Overridden                   // a control that makes text run backwards
)

// step is how many bytes Signs looks at before the next eight: what a sign is
// made of spans three bytes at most.
const step = 6

// Signs returns the hints in the text that was folded, at a fraction of the cost
// of folding. They are hints only: a sign may be there without anything to read.
func (t *Text) Signs() Signs {
	var found Signs
	double := -step * 2 // where the last character stood that the next one repeats
	for i := 0; i < t.end; i += step {
		x, next := load(t.src, i), load(t.src, i+1)
		plain := x &^ tops
		ascii := ^x & tops
		if ascii != 0 {
			if (within(plain, '!', '@')|zeroes((x|0x20*lanes)^'|'*lanes))&ascii != 0 { // \ and | differ in one bit
				found |= t.mingled(i)
			}
			if same := zeroes(x^next) & ascii & within(plain|0x20*lanes, 'a', 'z'); same&(same>>8|same>>16) != 0 {
				found |= Stretched
			}
		}
		if ascii == tops {
			if digits := within(plain, '0', '9'); digits != 0 && digits != tops && digits|within(plain|0x20*lanes, 'a', 'z') == tops {
				found |= Escaped // as base64 may be
			}
			continue
		}
		if lead := next & tops & within(next&^tops, 0x4E, 0x54); lead&within(plain|0x20*lanes, 'a', 'z')&ascii != 0 {
			found |= Mingled
		}
		if zeroes(x^0xF0*lanes) != 0 && zeroes(load(t.src, i+1)^0x9F*lanes)&zeroes(load(t.src, i+2)^0x87*lanes) != 0 {
			found |= Mingled
		}
		if zeroes(x^0xE2*lanes) != 0 && zeroes(x^0xE2*lanes)&zeroes(next^0x80*lanes)&zeroes(load(t.src, i+2)^0xAE*lanes) != 0 {
			found |= Overridden
		}
		repeats := zeroes(x^load(t.src, i+3)) &^ ascii
		leads := x & (x << 1) // the bytes that characters begin with
		for repeats &= (repeats >> 8) & (repeats >> 16) & leads; repeats != 0; repeats &= repeats - 1 {
			at := i + bits.TrailingZeros64(repeats)/8
			if at-double == 3 || at-double == 6 {
				found |= Stretched
			}
			double = max(double, at)
		}
	}
	return found
}

// zeroes returns the top bit of each lane of x that is zero.
func zeroes(x uint64) uint64 { return ^((x&^tops + 0x7F*lanes) | x) & tops }

// mingled looks closer at the characters from i on.
func (t *Text) mingled(i int) (found Signs) {
	for at := i; at < min(i+step, t.end); at++ {
		c := t.src[at]
		switch {
		case c == '%', c == '&' && (t.src[at+1] == '#' || isLetter(t.src[at+1])), c == '\\' && (t.src[at+1] == 'u' || t.src[at+1] == 'x'), c == '-' && t.src[at+1] == '-' && at > 1 && t.src[at-1]|0x20 == 'n':
			found |= Escaped
		case c == '\\' || c == '|':
			if t.letterAt(at+1) || t.src[at+1] == '/' {
				found |= Mingled
			}
		case isFigure(c):
			if t.letterAt(at+1) || t.letterBefore(at) {
				found |= Mingled
			}
		case c == '@' || c == '$' || c == '!':
			if t.letterAt(at+1) && at > 0 && t.src[at-1] != ' ' || t.letterBefore(at) && isFigure(t.src[at+1]) {
				found |= Mingled
			}
		}
	}
	return found
}

// letterAt reports whether a letter stands at a byte that digits are mixed with:
// a Latin one, one of two bytes such as those of Greek and Cyrillic, or one of
// full width. Chinese characters are none.
func (t *Text) letterAt(at int) bool {
	c := t.src[at]
	return isLetter(c) || c >= 0xC3 && c <= 0xD6 || c == 0xEF
}

// letterBefore reports whether such a letter ends before a byte.
func (t *Text) letterBefore(at int) bool {
	switch {
	case at == 0:
		return false
	case t.src[at-1] < 0x80:
		return isLetter(t.src[at-1])
	}
	return at >= 2 && t.src[at-2] >= 0xC3 && t.src[at-2] <= 0xD6 || at >= 3 && t.src[at-3] == 0xEF
}
