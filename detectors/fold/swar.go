package fold

import (
	"encoding/binary"
	"math/bits"
)

// The writers of this file take eight bytes at a time: most chat is ASCII and
// plain Chinese, which need no look at the table.

const (
	lanes = 0x0101010101010101
	tops  = 0x80 * lanes // the top bit of each byte, where comparisons leave their answer
)

// The unified ideographs U+4E00 to U+9FFF, by the first two of their three bytes.
const (
	hanFirst = 0xE4B8
	hanLast  = 0xE9BF
)

// load returns the eight bytes of s from i on, the first in the lowest lane;
// past the end of s they are NUL.
func load(s string, i int) uint64 {
	if rest := s[i:]; len(rest) >= 8 {
		return load8(rest)
	}
	if len(s) >= 8 {
		return load8(s[len(s)-8:]) >> (8 * (8 - (len(s) - i)))
	}
	var x uint64
	for k := len(s) - 1; k >= i; k-- {
		x = x<<8 | uint64(s[k])
	}
	return x
}

// load8 returns the first eight bytes of s, which must be there.
func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

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
func (t *Text) lowerASCII(src string) {
	t.follow()
	for t.in < len(src) {
		x := load(src, t.in)
		n := min(ascii(x), len(src)-t.in)
		binary.LittleEndian.PutUint64(t.buf[t.out:], lower(x))
		t.in += n
		t.out += n
		if n < 8 {
			return
		}
	}
}

// squeezeASCII folds the ASCII characters at t.in under Drop: letters and
// digits stay.
func (t *Text) squeezeASCII(src string) {
	in, out, delta := t.in, t.out, t.delta
	for in < len(src) {
		x := load(src, in)
		n := min(ascii(x), len(src)-in)
		x = lower(x)
		kept := within(x, 'a', 'z') | within(x, '0', '9')
		kept &= 1<<(8*n) - 1 // with n = 8 the shift gives 0, and so all ones
		for at := in; kept != 0; {
			skip := bits.TrailingZeros64(kept) / 8
			x >>= 8 * skip
			kept >>= 8 * skip
			at += skip
			if at-out != delta {
				delta = at - out
				t.stretches = append(t.stretches, stretch{fold: uint32(out), orig: uint32(at)})
			}
			run := bits.TrailingZeros64(^kept&tops) / 8
			binary.LittleEndian.PutUint64(t.buf[out:], x)
			x >>= 8 * run
			kept >>= 8 * run
			at += run
			out += run
		}
		in += n
		if n < 8 {
			break
		}
	}
	t.in, t.out, t.delta = in, out, delta
}

// copyHan copies the unified ideographs at t.in and says whether there were any.
func (t *Text) copyHan(src string) bool {
	in, out := t.in, t.out
	for in+3 <= len(src) {
		lead := uint(src[in])<<8 | uint(src[in+1])
		if lead-hanFirst > hanLast-hanFirst || src[in+1]&0xC0 != 0x80 || src[in+2]&0xC0 != 0x80 {
			break
		}
		t.buf[out], t.buf[out+1], t.buf[out+2] = src[in], src[in+1], src[in+2]
		in += 3
		out += 3
	}
	if in == t.in {
		return false
	}
	t.follow()
	t.in, t.out = in, out
	return true
}
