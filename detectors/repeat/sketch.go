package repeat

import (
	"math"
	"math/bits"
	"unicode/utf8"
)

// Sketch stands for a text. The zero value is that of an empty one, which is like
// nothing.
type Sketch struct {
	bits [2]uint64 // 32 buckets of four bits, 0 for a bucket without a piece
	all  int32     // pieces, each as often as it is there
	size int32     // of them in quarters of a Chinese character
}

const (
	buckets = 32
	// values is how many values a bucket has that is not empty.
	values = 15.0
)

// Take makes the Sketch that of a text, folded by the caller. It allocates
// nothing.
func (s *Sketch) Take(folded string) {
	var most [buckets]uint32 // 0 where there is no piece
	s.all, s.size = 0, 0
	var before, last rune
	for i := 0; i < len(folded); {
		r, size := rune(folded[i]), 1
		switch {
		case r < utf8.RuneSelf:
		case r >= hanFirst && r <= hanLast && i+2 < len(folded) && folded[i+1]>>6 == 2 && folded[i+2]>>6 == 2:
			r, size = r&15<<12|rune(folded[i+1]&63)<<6|rune(folded[i+2]&63), 3
		default:
			r, size = utf8.DecodeRuneInString(folded[i:])
		}
		i += size
		if r >= '0' && r <= '9' {
			r = '0'
		}
		if r == last {
			continue
		}
		s.all++
		piece := uint64(r) | uint64(last)<<21
		if r < wide {
			piece |= uint64(before) << 42
			s.size++
		} else {
			s.size += 4
		}
		before, last = last, r
		bucket, value := hash(piece)
		most[bucket] = max(most[bucket], value)
	}
	s.bits = [2]uint64{}
	for i, value := range most {
		s.bits[i/16] |= uint64(value&15) << (i % 16 * 4)
	}
}

// Size is how much the text says, in Chinese characters: other letters count a
// quarter, and what comes again and again counts once, as far as a sketch tells:
// a cry of one emote ten times has that of the emote.
func (s *Sketch) Size() int {
	filled := nibbles(s.bits[0]) + nibbles(s.bits[1])
	if filled == 0 {
		return 0
	}
	// So many different pieces fill so many buckets as a rule (linear counting:
	// K.-Y. Whang and others, ACM Transactions on Database Systems 15, 1990).
	different := float64(s.all)
	if filled < buckets {
		different = min(different, buckets*math.Log(buckets/float64(buckets-filled)))
	}
	return int(float64(s.size)/4*different/float64(s.all) + 0.5)
}

// wide is where the scripts begin that write a word with one or two characters.
const wide = 0x2E80

// hanFirst and hanLast are the first bytes of most Chinese characters, which are
// read here faster than by the library.
const hanFirst, hanLast = 0xE3, 0xE9

// hash spreads a piece over buckets and values, of which the last four bits are
// never 0 (the finisher of SplitMix64, by G. Steele, D. Lea and C. Flood, OOPSLA
// 2014).
func hash(piece uint64) (bucket, value uint32) {
	h := (piece ^ piece>>30) * 0xBF58476D1CE4E5B9
	h = (h ^ h>>27) * 0x94D049BB133111EB
	h ^= h >> 31
	if h&15 == 0 {
		h |= h >> 32 & 14
		h |= 1
	}
	return uint32(h >> 59), uint32(h)
}

// Similarity is how alike two texts are, from 0 to 1: the share of their pieces
// that both have.
func (s *Sketch) Similarity(t *Sketch) float64 {
	either, differ := 0, 0
	for i := range s.bits {
		either += nibbles(s.bits[i] | t.bits[i])
		differ += nibbles(s.bits[i] ^ t.bits[i])
	}
	if either == 0 {
		return 0
	}
	// One in fifteen buckets is the same by chance.
	same := float64(either-differ) / float64(either)
	return max(0, (same*values-1)/(values-1))
}

// bar says quickly whether a similarity is reached: of the buckets that are not
// empty, at most so many in 1024 may differ.
type bar int

func newBar(similarity float64) bar {
	return bar((1-similarity)*(values-1)/values*1024 + 0.5)
}

func (b bar) reached(s, t *Sketch) bool {
	if b == 0 && s.all != t.all {
		return false // a few pieces more may leave no trace
	}
	differ := nibbles(s.bits[0] ^ t.bits[0])
	if differ*1024 > int(b)*buckets {
		return false // whatever the rest is
	}
	differ += nibbles(s.bits[1] ^ t.bits[1])
	either := nibbles(s.bits[0]|t.bits[0]) + nibbles(s.bits[1]|t.bits[1])
	return differ*1024 <= int(b)*either && either > 0
}

// nibbles counts the groups of four bits that are not all 0.
func nibbles(x uint64) int {
	x |= x >> 1
	x |= x >> 2
	return bits.OnesCount64(x & 0x1111111111111111)
}

// bands are parts of a Sketch: texts that are alike have one in common as a rule,
// others hardly ever.
func (s *Sketch) bands() [4]uint64 {
	return [4]uint64{s.bits[0] << 32, s.bits[0]>>32<<32 | 1, s.bits[1]<<32 | 2, s.bits[1]>>32<<32 | 3}
}
