package keyword

import "math/bits"

// longKey is how many bytes of a word are hashed at most. The lengths of all keys fit the 48 bits of a lengthSet.
const longKey = 47

// lengthSet is a set of key lengths: bit n stands for keys of n bytes, bit longKey for words at least that long.
type lengthSet = uint64

// heads says, for the first bytes of a word, how long the words are that begin with them. It is an open-addressing table
// whose entries hold 16 bits of the hash above a lengthSet. An answer may hold lengths that are wrong, never lack one.
type heads struct {
	entries []uint64
	mask    uint64
}

const lengthBits = 48

func newHeads(lengths map[uint64]lengthSet) heads {
	h := heads{entries: make([]uint64, tableSize(len(lengths)))}
	h.mask = uint64(len(h.entries) - 1)
	for hash, set := range lengths {
		at := hash >> 32 & h.mask
		for h.entries[at] != 0 && h.entries[at]>>lengthBits != headTag(hash) {
			at = (at + 1) & h.mask
		}
		// Two heads that can't be told apart share an entry: lookup stops at the first that fits.
		h.entries[at] |= headTag(hash)<<lengthBits | set
	}
	return h
}

// lookup returns the lengths of the words whose head has this hash.
func (h *heads) lookup(hash uint64) lengthSet {
	for at := hash >> 32 & h.mask; ; at = (at + 1) & h.mask {
		entry := h.entries[at]
		if entry == 0 {
			return 0
		}
		if entry>>lengthBits == headTag(hash) {
			return entry & (1<<lengthBits - 1)
		}
	}
}

// headTag returns the 16 bits of the hash that an entry holds.
func headTag(hash uint64) uint64 { return hash >> 16 & 0xFFFF }

// tableSize returns the size of an open-addressing table for n entries: a power of two, at most 5/8 full, so that a search
// for what isn't there ends soon.
func tableSize(n int) int {
	return 1 << bits.Len(uint(n*8/5))
}

// index finds a word by the hash of its key. It is an open-addressing table whose entries hold 32 bits of the hash above
// the ref of the first word in order that has the key.
type index struct {
	entries []uint64
	mask    uint64
}

func newIndex(words *lexicon) index {
	size := tableSize(words.count)
	x := index{entries: make([]uint64, size), mask: uint64(size - 1)}
	var previous []byte
	for ref := range words.all {
		key := keyOf(words.word(ref))
		if string(key) == string(previous) {
			continue
		}
		previous = key
		at, tag := x.locate(keyHash(key))
		for x.entries[at] != 0 {
			at = (at + 1) & x.mask
		}
		x.entries[at] = tag | uint64(ref)
	}
	return x
}

// keyOf returns the part of word that is hashed.
func keyOf(word []byte) []byte { return word[:min(len(word), longKey)] }

// keyHash returns the hash of a key.
func keyHash(key []byte) uint64 {
	hash := newPrefixHash(string(key))
	return hash.of(len(key))
}

// locate returns where the search for a hash begins, and what entries hold above the ref.
func (x *index) locate(hash uint64) (at, tag uint64) {
	return hash >> 32 & x.mask, hash << 32
}

// first returns the entry at which the search for a hash begins.
func (x *index) first(hash uint64) uint64 { return x.entries[hash>>32&x.mask] }

// lookup returns the first word whose key is key, or noWord, and what the comparisons have cost. Entry is what first says.
func (x *index) lookup(words *lexicon, hash, entry uint64, key string) (ref uint32, cost int) {
	at, tag := x.locate(hash)
	for entry != 0 {
		if entry>>32 == tag>>32 {
			cost += 1 + len(key)>>3
			if ref := uint32(entry); string(keyOf(words.word(ref))) == key {
				return ref, cost
			}
		}
		at = (at + 1) & x.mask
		entry = x.entries[at]
	}
	return noWord, cost
}

func (x *index) size() int { return 8 * len(x.entries) }
