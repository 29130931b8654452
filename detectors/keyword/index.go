package keyword

// index finds a word by the hash of its key: its first bytes, longKey of them at most. It is an open-addressing table whose
// entries hold 32 bits of the hash above the ref of the first word in order that has the key.
type index struct {
	entries []uint64
}

// newIndex makes the index of some words, in which those with the same key are neighbours and in order.
func newIndex(words *lexicon, refs []uint32) index {
	size := tableSize(len(refs))
	x := index{make([]uint64, size)}
	var previous []byte
	for _, ref := range refs {
		key := keyOf(words.word(ref))
		if string(key) == string(previous) {
			continue
		}
		previous = key
		at, tag := x.locate(keyHash(words.word(ref)))
		for x.entries[at] != 0 {
			at = (at + 1) & uint64(size-1)
		}
		x.entries[at] = tag | uint64(ref)
	}
	return x
}

// keyOf returns the part of word that is hashed.
func keyOf(word []byte) []byte { return word[:min(len(word), longKey)] }

// keyHash returns the hash of a word's key.
func keyHash(word []byte) uint64 {
	hash := newPrefixHash(string(word))
	return hash.of(min(len(word), longKey))
}

// locate returns where the search for a hash begins, and what entries hold above the ref.
func (x *index) locate(hash uint64) (at, tag uint64) {
	return hash >> 32 & uint64(len(x.entries)-1), hash << 32
}

// first returns the entry at which the search for a hash begins.
func (x *index) first(hash uint64) uint64 { return x.entries[hash>>32&uint64(len(x.entries)-1)] }

// lookup returns the first word whose key is key, or noWord, and what the comparisons have cost. Entry is what first says.
func (x *index) lookup(words *lexicon, hash, entry uint64, key string) (ref uint32, cost int) {
	for at := hash >> 32; entry != 0; {
		if uint32(entry>>32) == uint32(hash) {
			cost += 1 + len(key)>>3
			if ref := uint32(entry); string(keyOf(words.word(ref))) == key {
				return ref, cost
			}
		}
		at++
		entry = x.entries[at&uint64(len(x.entries)-1)]
	}
	return noWord, cost
}

func (x *index) size() int { return 8 * len(x.entries) }
