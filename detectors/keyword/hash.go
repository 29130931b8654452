package keyword

// The multipliers are odd numbers with well spread bits (from splitmix64, xxHash and the golden ratio). Each kind of gram
// has its own, so that grams of different kinds meet in one table without correlation.
const (
	mulPair      = 0xC2B2AE3D27D4EB4F
	mulGram      = 0xD6E8FEB86659FD93
	mulPick      = 0x9E3779B97F4A7C15
	mulShortHead = 0xBF58476D1CE4E5B9
	mulLongHead  = 0x165667B19E3779F9
	mulNinth     = 0x94D049BB133111EB
	mulPrefix    = 0xFF51AFD7ED558CCD
	prefixSeed   = 0x8EBC6AF09C88C6E3
)

// load returns text[at:at+8] as a little-endian number, with zeros for what lies beyond the end of the text.
func load(text string, at int) uint64 {
	if rest := text[at:]; len(rest) >= 8 {
		return loadWhole(rest, 0)
	}
	return loadTail(text, at)
}

// loadWhole is load where eight bytes are left. The compiler makes one instruction of it.
func loadWhole(text string, at int) uint64 {
	b := text[at : at+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// loadTail is load for the last seven bytes and what is beyond.
func loadTail(text string, at int) uint64 {
	if at >= len(text) {
		return 0
	}
	if len(text) >= 8 {
		return loadWhole(text, len(text)-8) >> (8 * uint(at+8-len(text)) & 63)
	}
	w := uint64(0)
	for i := len(text) - 1; i >= at; i-- {
		w = w<<8 | uint64(text[i])
	}
	return w
}

// fold spreads the high half of x, which a multiplication alone would not carry down. Different x have different results.
func fold(x, mul uint64) uint64 { return (x ^ x>>32) * mul }

// prefixHash hashes longer and longer prefixes of one text.
type prefixHash struct {
	text  string
	sum   uint64 // of the blocks before the one under way
	block uint64 // the eight bytes under way
	done  int    // where they begin
}

func newPrefixHash(text string) prefixHash {
	return prefixHash{text: text, sum: prefixSeed, block: load(text, 0)}
}

// of returns the hash of the first length bytes, which must not be fewer than in the call before.
func (p *prefixHash) of(length int) uint64 {
	for length-p.done > 8 {
		p.sum = fold(p.sum^p.block, mulPrefix)
		p.done += 8
		p.block = load(p.text, p.done)
	}
	tail := p.block & (^uint64(0) >> ((64 - 8*uint(length-p.done)) & 63))
	return fold(p.sum^tail^uint64(length)*mulNinth, mulPrefix)
}
