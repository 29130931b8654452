package fold

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// The writers of this file take eight bytes at a time: most chat is ASCII and
// plain Chinese, which need no look at the table.

const (
	lanes = 0x0101010101010101
	tops  = 0x80 * lanes // the top bit of each byte, where comparisons leave their answer

	smallBit = 0x20 * lanes // what a lower-case ASCII letter has over its upper case
)

// The first bytes of the unified ideographs, U+4E00 to U+9FFF.
const (
	hanFirst = 0xE4
	hanLast  = 0xE9
)

// load returns the eight bytes of b from i on, the first in the lowest lane.
func load(b []byte, i int) uint64 { return binary.LittleEndian.Uint64(b[i:]) }

// store puts the eight bytes of x into b from i on.
func store(b []byte, i int, x uint64) { binary.LittleEndian.PutUint64(b[i:], x) }

// ascii returns how many of the eight bytes from the lowest on are ASCII.
func ascii(x uint64) int { return bits.TrailingZeros64(x&tops) / 8 }

// within returns the top bit of each lane of x that lies from lo to hi. Only
// lanes below the first that is not ASCII mean anything.
func within(x uint64, lo, hi uint64) uint64 {
	return (x + (0x80-lo)*lanes) &^ (x + (0x7F-hi)*lanes) & tops
}

// lower returns x with A to Z in lower case.
func lower(x uint64) uint64 { return x | within(x, 'A', 'Z')>>2 }

// lowerASCII folds the ASCII characters at t.in under Keep.
func (t *Text) lowerASCII() {
	t.follow()
	in, out := t.in, t.out
	for width := 8; width == 8 && in < t.end; {
		x := load(t.src, in)
		width = min(ascii(x), t.end-in)
		store(t.buf, out, lower(x))
		in += width
		out += width
	}
	t.in, t.out = in, out
}

// squeezeASCII folds the ASCII characters at t.in under Drop: letters and
// digits stay.
func (t *Text) squeezeASCII() {
	for width := 64; width == 64 && t.in < t.end; {
		var kept uint64
		kept, width = t.wordBytes()
		t.squeeze(kept)
		t.in += width
	}
}

// wordBytes looks at the ASCII bytes at t.in, width of them and 64 at most. Bit
// k of kept says whether byte k is a letter or a digit.
func (t *Text) wordBytes() (kept uint64, width int) {
	rest := min(64, t.end-t.in)
	for width < rest {
		x := load(t.src, t.in+width)
		n := ascii(x)
		top := within(x|smallBit, 'a', 'z') | within(x, '0', '9')
		byByte := top >> 7 * 0x0102040810204080 >> 56 // gathers the top bits
		kept |= (byByte & (1<<n - 1)) << width
		width += n
		if n < 8 {
			break
		}
	}
	return kept, min(width, rest) // what is beyond the end is NUL and not kept
}

// squeeze copies in lower case those of the 64 bytes at t.in whose bit is set.
func (t *Text) squeeze(kept uint64) {
	at, out, delta := t.in, t.out, t.delta
	stretches := slices.Grow(t.stretches, 32) // as many as there may be in 64 bytes
	for kept != 0 {
		skip := bits.TrailingZeros64(kept)
		kept >>= skip
		at += skip
		if at-out != delta {
			delta = at - out
			stretches = append(stretches, stretch{fold: uint32(out), orig: uint32(at)})
		}
		run := bits.TrailingZeros64(^kept)
		kept >>= run
		for done := 0; done < run; done += 8 {
			store(t.buf, out+done, load(t.src, at+done)|smallBit) // digits have that bit anyway
		}
		at += run
		out += run
	}
	t.stretches, t.out, t.delta = stretches, out, delta
}

// The bits of a character of three bytes that UTF-8 fixes, and their values, for
// one such character in the lowest lanes and for two.
const (
	oneHanMask  = 0xC0C0F0
	oneHanShape = 0x8080E0
	twoHanMask  = oneHanMask<<24 | oneHanMask
	twoHanShape = oneHanShape<<24 | oneHanShape
)

// hanSet is a set of characters of three bytes in UTF-8: a word for those that
// share the first two bytes, in which the third is the number of a bit.
type hanSet [1 << 10]uint64

func (s *hanSet) add(r rune) { s[r>>6&0x3FF] |= 1 << (r & 0x3F) }

// at returns 1 in the lowest bit where the three lowest bytes of x, which must
// have the shape of one character, are in the set.
func (s *hanSet) at(x uint64) uint64 {
	return s[x&0xF<<6|x>>8&0x3F] >> (x >> 16 & 0x3F)
}

// copyHan copies the plain ideographs at t.in and says whether there were any.
func (t *Text) copyHan() bool {
	in, out, plain := t.in, t.out, &t.table.plainHan
	for {
		x := load(t.src, in)
		if x&twoHanMask == twoHanShape && plain.at(x)&plain.at(x>>24)&1 != 0 {
			store(t.buf, out, x)
			in += 6
			out += 6
			continue
		}
		if x&oneHanMask == oneHanShape && plain.at(x)&1 != 0 {
			store(t.buf, out, x)
			in += 3
			out += 3
		}
		break
	}
	if in == t.in {
		return false
	}
	t.follow()
	t.in, t.out = in, out
	return true
}
