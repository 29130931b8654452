package keyword

import "math/bits"

// bloom is a blocked Bloom filter (Bloom 1970; Putze, Sanders and Singler 2007): a gram sets two bits of one block, so that
// a test is one load.
type bloom struct {
	blocks []uint64
	mask   uint64
	pick   [256]uint64 // the two bits by a byte of the hash
}

const (
	minBlocks = 1 << 13 // 64 KiB
	maxBlocks = 1 << 18 // 2 MiB; larger would leave every cache that one core has to itself
)

// newBloom makes an empty filter for about so many grams, at most perBlock of them to a block.
func newBloom(grams, perBlock int) *bloom {
	n := min(max(1<<bits.Len(uint(grams/perBlock)), minBlocks), maxBlocks)
	b := &bloom{blocks: make([]uint64, n), mask: uint64(n - 1)}
	for i := range b.pick {
		// The lower bit tells apart bytes that follow each other, the upper those that are 64 apart.
		b.pick[i] = 1<<(i&63) | 1<<(uint64(i+1)*mulPick>>58)
	}
	return b
}

// A gram of four bytes is looked for in one of the 32 blocks that belong to its first two. A word of three bytes can
// therefore have all of one block, and a word of two bytes all of 32: whatever follows them passes.

func (b *bloom) addGram4(w uint64, length int) {
	at := gram4Block(w)
	switch length {
	case 2:
		for third := range uint64(32) {
			b.blocks[gram4Block(w|third<<16)&b.mask] = ^uint64(0)
		}
	case 3:
		b.blocks[at&b.mask] = ^uint64(0)
	default:
		b.blocks[at&b.mask] |= b.pick[w>>24&0xFF]
	}
}

func gram4Block(w uint64) uint64 { return w&0xFFFF*mulGram4>>40 ^ w>>16&31 }

// lacks4 returns 0 if the first four bytes of w may be those of a word.
func (b *bloom) lacks4(w uint64) uint64 {
	return b.pick[w>>24&0xFF] &^ b.blocks[gram4Block(w)&b.mask]
}

// full4 reports whether the first two or three bytes of w may be a word.
func (b *bloom) full4(w uint64) bool { return b.blocks[gram4Block(w)&b.mask] == ^uint64(0) }

func gram6(w uint64) uint64 { return w & 0xFFFFFFFFFFFF * mulGram6 }

// add makes the filter pass hash.
func (b *bloom) add(hash uint64) { b.blocks[hash>>40&b.mask] |= b.pick[hash>>32&0xFF] }

// lacks returns 0 if hash may have been added.
func (b *bloom) lacks(hash uint64) uint64 { return b.pick[hash>>32&0xFF] &^ b.blocks[hash>>40&b.mask] }

func (b *bloom) size() int { return 8 * (len(b.blocks) + len(b.pick)) }
