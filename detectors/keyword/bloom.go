package keyword

import "math/bits"

// bloom is a blocked Bloom filter (Bloom 1970; Putze, Sanders and Singler 2007): a gram sets two bits of one block, so that
// a test is one load. There is a power of two of blocks.
type bloom []uint64

const (
	minBlocks = 1 << 11 // 16 KiB
	maxBlocks = 1 << 18 // 2 MiB; larger would leave every cache that one core has to itself
)

// newBloom makes an empty filter for about so many grams, at most perBlock of them to a block.
func newBloom(grams, perBlock int) bloom {
	return make(bloom, min(max(1<<bits.Len(uint(grams/perBlock)), minBlocks), maxBlocks))
}

// block returns the block that a hash chooses. Written like this, the compiler knows that no index is out of bounds.
func (b bloom) block(hash uint64) *uint64 { return &b[hash&uint64(len(b)-1)] }

// add makes the filter pass hash.
func (b bloom) add(hash uint64) { *b.block(hash >> 40) |= 1<<(hash>>58) | 1<<(hash>>34&63) }

// passes returns 1 if hash may have been added, else 0.
func (b bloom) passes(hash uint64) uint64 {
	x := *b.block(hash >> 40)
	return x >> (hash >> 58) & (x >> (hash >> 34 & 63)) & 1
}

func (b bloom) size() int { return 8 * len(b) }
