package keyword

import "math/bits"

// A word is looked for by two grams: a short one, which is its first four bytes if it begins with ASCII, else six (two
// Chinese characters); and a longer one of six or eight bytes. A word that has both is called long here, one that has the
// short gram only is called short, and one without even that is a stub.

// shortGram returns the short gram that begins w.
func shortGram(w uint64) uint64 { return w & (0xFFFFFFFF | startsOther(w)>>16) }

// longGram returns the longer gram that begins w.
func longGram(w uint64) uint64 { return w & (0xFFFFFFFFFFFF | startsOther(w)) }

// startsOther returns 0 if w begins with ASCII, else all ones.
func startsOther(w uint64) uint64 { return uint64(int64(w<<56) >> 63) }

// gramSizes returns the sizes in bytes of the two grams that begin w.
func gramSizes(w uint64) (short, long int) {
	if w&0x80 == 0 {
		return 4, 6
	}
	return 6, 8
}

// class says by what a word is found.
type class int

const (
	stub class = iota
	short
	long
)

// classOf returns the class of a word.
func classOf(word string) class {
	s, l := gramSizes(load(word, 0))
	switch {
	case len(word) >= l:
		return long
	case len(word) >= s:
		return short
	}
	return stub
}

// firstLook is a blocked Bloom filter such that one load tells whether a word may begin at a place.
type firstLook struct {
	bloom
	pick *[256]uint64 // two bits by a byte
}

const minFirst = 1 << 13 // blocks, 64 KiB

func newFirstLook(grams int) firstLook {
	f := firstLook{newBloom(max(grams, 2*minFirst-1), 2), new([256]uint64)}
	for i := range f.pick {
		// The lower bit tells apart bytes that follow each other, the upper those that are 64 apart.
		f.pick[i] = 1<<(i&63) | 1<<(uint64(i+1)*mulPick>>58)
	}
	return f
}

// Where a word begins with ASCII, bytes 0 and 1 choose 32 blocks, byte 2 one of these and byte 3 two bits. A word of three
// bytes can therefore have all of one block, and a word of two bytes all of 32: whatever follows them passes. Stubs that
// begin with other bytes are kept so, too.

func asciiBlock(w uint64) uint64 { return w&0xFFFF*mulPair>>40 ^ w>>16&31 }

// lacks4 returns 0 only if the first four bytes of w may begin a word, as far as this depends on them.
func (f firstLook) lacks4(w uint64) uint64 { return f.pick[w>>24&0xFF] &^ *f.block(asciiBlock(w)) }

// passes4 returns 1 where lacks4 returns 0, else 0.
func (f firstLook) passes4(w uint64) uint64 { return isZero(f.lacks4(w)) }

// isZero returns 1 if x is 0, else 0.
func isZero(x uint64) uint64 { return (x - 1) &^ x >> 63 }

// full reports whether the first two or three bytes of w may be a stub.
func (f firstLook) full(w uint64) bool { return *f.block(asciiBlock(w)) == ^uint64(0) }

// Where a word begins otherwise, its short gram chooses a block, which is turned so that the lowest bit is this gram's. The
// word sets that bit and a second one: if it is long, one chosen by its last byte in the longer gram, which tells most
// about a Chinese character that the gram cuts off; else the one half a block away.

// passes8 returns 1 if the first six to eight bytes of w may begin a word that isn't a stub, else 0.
func (f firstLook) passes8(w uint64) uint64 {
	hash := w & 0xFFFFFFFFFFFF * mulGram
	x := bits.RotateLeft64(*f.block(hash >> 40), -int(hash>>58))
	return x & (x>>32 | x>>(w>>56&63)) & 1
}

// add makes the filter pass a word.
func (f firstLook) add(word string) {
	w, kind := load(word, 0), classOf(word)
	if w&0x80 != 0 && kind != stub {
		hash := w & 0xFFFFFFFFFFFF * mulGram
		second := uint64(32)
		if kind == long {
			second = w >> 56 & 63
		}
		*f.block(hash >> 40) |= bits.RotateLeft64(1|1<<second, int(hash>>58))
		return
	}
	switch at := asciiBlock(w); len(word) {
	case 2:
		for third := range uint64(32) {
			*f.block(at ^ third) = ^uint64(0)
		}
	case 3:
		*f.block(at) = ^uint64(0)
	default:
		*f.block(at) |= f.pick[w>>24&0xFF]
	}
}

func (f firstLook) size() int { return f.bloom.size() + 8*len(f.pick) }
