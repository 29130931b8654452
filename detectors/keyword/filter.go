package keyword

// filter is the own engine: a first look that rules out nearly every position of ordinary text, a table of the few words
// that may begin at each that is left, and an exact comparison; and an automaton for the stretches where all this would take
// too long.
type filter struct {
	words   *lexicon
	first   firstLook
	second  bloom // over the grams in heads
	heads   heads
	keys    bloom // of the index
	index   index // of the words that heads doesn't lead to
	behind  *automaton
	longest bool // only the longest word at each start is wanted

	asciiStubs lengthSet  // the lengths of stubs that begin with ASCII
	otherStubs lengthSet  // the lengths of all other stubs
	deepStubs  bool       // one of these may be followed by a byte that isn't ASCII, or has one after its third
	inner      bool       // a word begins with a byte that only continues a character
	whole      bool       // no word begins inside or ends after the first byte of a character of several
	single     [256]uint8 // 1 for each byte that is a word
}

func newFilter(words *lexicon, only Semantics) *filter {
	f := &filter{words: words, behind: newAutomaton(words), longest: only == LeftmostLongest}
	var rest []uint32
	f.heads, rest = newHeads(words)
	f.second = newBloom(len(f.heads)/2, 4)
	pairs := 0
	for ref := range words.all {
		word := words.word(ref)
		f.inner = f.inner || word[0]>>6 == 2
		if classOf(string(word)) != stub {
			continue
		}
		rest = append(rest, ref)
		if word[0] < 0x80 {
			f.asciiStubs |= lengthOf(string(word))
		} else {
			f.otherStubs |= lengthOf(string(word))
			f.deepStubs = f.deepStubs || len(word) < 4 || word[3] >= 0x80
		}
		if len(word) == 2 {
			pairs++
		}
	}
	f.whole = !f.inner && f.otherStubs&oneByte == 0
	f.index = newIndex(words, rest)
	f.keys = newBloom(len(rest), 8)
	for _, ref := range rest {
		f.keys.add(keyHash(words.word(ref)))
	}
	f.first = newFirstLook(words.count + pairs*128)
	for ref := range words.all {
		if word := string(words.word(ref)); len(word) == 1 {
			f.single[word[0]] = 1
		} else {
			f.first.add(word)
			if classOf(word) != stub {
				f.second.add(headHash(word))
			}
		}
	}
	return f
}

// size implements searcher.
func (f *filter) size() int {
	return f.behind.size() + f.index.size() + f.first.size() + f.second.size() + f.keys.size() + 8*len(f.heads) + len(f.single)
}
