package keyword

import "math/bits"

// heads is an open-addressing table from the grams that words begin with to these words. Most grams belong to one word: for
// those the table says which, how long it is, and a part of its hash, so that nearly all text that goes on otherwise is
// dismissed without a look at the word. For the others it says how long the words are.
type heads []head

// head is one entry; 0 is a free place. From the top: 12 bits of the hash of the gram; 1 bit that says whether there is one
// word; and then, if so, 14 bits of the hash of its key, 6 with the length of the key and 31 with its ref; if not, the
// lengths of the keys.
type head uint64

const (
	gramTags = head(0xFFF) << 52
	oneWord  = head(1) << 51
	keyTags  = head(0x3FFF) << 37
	lengthAt = 31
)

func shortHash(w uint64) uint64 { return fold(shortGram(w), mulShortHead) }

func longHash(w uint64) uint64 { return fold(longGram(w), mulLongHead) }

// headHash returns the hash of the gram by which a word is found, or 0 if it is a stub.
func headHash(word string) uint64 {
	switch w := load(word, 0); classOf(word) {
	case short:
		return shortHash(w)
	case long:
		return longHash(w)
	}
	return 0
}

// gramTag returns the bits of the hash of a gram that an entry holds.
func gramTag(hash uint64) head { return head(hash) << 32 & gramTags }

// keyTag returns the bits of the hash of a key that an entry holds.
func keyTag(hash uint64) head { return head(hash) >> 4 & keyTags }

func (h head) fits(hash uint64) bool { return (h^gramTag(hash))&gramTags == 0 }

func (h head) isOne() bool { return h&oneWord != 0 }

// one returns the word and the length of its key. It may be it only if its hash has keyTag.
func (h head) one() (ref uint32, length int) {
	return uint32(h & (1<<lengthAt - 1)), int(h >> lengthAt & 0x3F)
}

func (h head) lengths() lengthSet { return lengthSet(h & (1<<lengthBits - 1)) }

// longKey is how many bytes of a word are hashed at most. The lengths of all keys fit the lengthBits of a lengthSet.
const (
	longKey    = 47
	lengthBits = 48
)

// lengthSet is a set of key lengths: bit n stands for keys of n bytes, bit longKey for words at least that long.
type lengthSet = uint64

const oneByte lengthSet = 1 << 1

func lengthOf(word string) lengthSet { return 1 << min(len(word), longKey) }

// place returns where the search for a hash begins.
func (h heads) place(hash uint64) uint64 { return hash >> 32 & uint64(len(h)-1) }

// first returns the entry where the search for a hash begins.
func (h heads) first(hash uint64) head { return h[h.place(hash)] }

// find goes on with the search for a hash whose entry at its first place is entry. It returns the entry that fits, or 0.
func (h heads) find(hash uint64, entry head) head {
	for at := h.place(hash); entry != 0 && !entry.fits(hash); entry = h[at] {
		at = (at + 1) & uint64(len(h)-1)
	}
	return entry
}

// tableSize returns the size of an open-addressing table for n entries: a power of two, at most 5/8 full, so that a search
// for what isn't there ends soon.
func tableSize(n int) int {
	return 1 << bits.Len(uint(n*8/5))
}

// group is the words of one class that begin with the same gram.
type group struct {
	hash    uint64
	refs    []uint32
	lengths lengthSet
	shares  bool // its entry is also that of other groups
}

// groups returns the groups of all short and all long words.
func groups(words *lexicon) []group {
	all := make([]uint32, 0, words.count)
	var found []group
	for _, wanted := range []class{short, long} {
		for ref := range words.all {
			word := string(words.word(ref))
			if classOf(word) != wanted {
				continue
			}
			if hash := headHash(word); len(found) == 0 || found[len(found)-1].hash != hash {
				found = append(found, group{hash: hash, refs: all[len(all):]})
			}
			all = append(all, ref)
			g := &found[len(found)-1]
			g.refs = g.refs[:len(g.refs)+1]
			g.lengths |= lengthOf(word)
		}
	}
	return found
}

// isOne reports whether the entry is for one word.
func (g *group) isOne() bool { return len(g.refs) == 1 && !g.shares }

// entry returns the entry for the group.
func (g *group) entry(words *lexicon) head {
	if !g.isOne() {
		return gramTag(g.hash) | head(g.lengths)
	}
	word := words.word(g.refs[0])
	return gramTag(g.hash) | oneWord | keyTag(keyHash(word)) | head(len(keyOf(word)))<<lengthAt | head(g.refs[0])
}

// newHeads makes the table, and returns the words that it doesn't lead to.
func newHeads(words *lexicon) (h heads, rest []uint32) {
	all := groups(words)
	h = make(heads, tableSize(len(all)))
	owners := make([]*group, len(h))
	for i := range all {
		g := &all[i]
		at := h.place(g.hash)
		for owners[at] != nil && !gramTag(owners[at].hash).fits(g.hash) {
			at = (at + 1) & uint64(len(h)-1)
		}
		if owner := owners[at]; owner != nil {
			owner.lengths |= g.lengths
			owner.shares = true
			rest = append(rest, g.refs...)
			continue
		}
		owners[at] = g
	}
	for at, g := range owners {
		if g == nil {
			continue
		}
		h[at] = g.entry(words)
		if !h[at].isOne() {
			rest = append(rest, g.refs...)
		}
	}
	return h, rest
}
