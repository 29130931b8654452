package keyword

// filter is the own engine: a first look that rules out nearly every position of ordinary text, a second that knows which
// lengths are worth a look, and an exact comparison; and an automaton for the stretches where all this would take too long.
type filter struct {
	words   *lexicon
	first   *bloom // over the first four bytes (two to five for short words) or six bytes
	second  *bloom // over heads
	heads   heads
	index   index
	behind  *automaton
	longest bool // only the longest word at each start is wanted

	ascii  startKind  // words that begin with an ASCII byte
	other  startKind  // all other words
	inner  bool       // a word begins with a byte that only continues a character
	single [256]uint8 // 1 for each byte that is a word
}

// startKind says which short words there are among those that begin alike.
type startKind struct {
	single bool      // words of one byte
	short  lengthSet // the lengths of words too short for a head: up to three bytes for ASCII, up to five otherwise
}

func newFilter(words *lexicon, only Semantics) *filter {
	f := &filter{words: words, behind: newAutomaton(words), index: newIndex(words), longest: only == LeftmostLongest}
	lengths := make(map[uint64]lengthSet)
	pairs := 0
	for ref := range words.all {
		word := string(words.word(ref))
		f.addHead(word, lengths)
		if len(word) == 2 {
			pairs++
		}
	}
	f.heads = newHeads(lengths)
	f.second = newBloom(len(lengths)+words.count, 8)
	for hash := range lengths {
		f.second.add(hash)
	}
	for ref := range words.all {
		f.second.add(keyHash(keyOf(words.word(ref))))
	}
	f.first = newBloom(len(lengths)+pairs*128, 4)
	for ref := range words.all {
		f.addFirst(string(words.word(ref)))
	}
	return f
}

// addHead notes the length of word under its head, or among the short words.
func (f *filter) addHead(word string, lengths map[uint64]lengthSet) {
	w, set := load(word, 0), lengthSet(1)<<min(len(word), longKey)
	kind, long := &f.other, 6
	if word[0] < 0x80 {
		kind, long = &f.ascii, 4
	}
	f.inner = f.inner || word[0]>>6 == 2
	switch n := len(word); {
	case n < long:
		kind.short |= set
		kind.single = kind.single || n == 1
	case n < 8:
		lengths[headShort(w)] |= set
	default:
		lengths[head8(w)] |= set
	}
}

// addFirst makes the first look pass word.
func (f *filter) addFirst(word string) {
	w := load(word, 0)
	switch n := len(word); {
	case n == 1:
		f.single[word[0]] = 1
	case n < 6 || word[0] < 0x80:
		f.first.addGram4(w, n)
	default:
		f.first.add(gram6(w))
	}
}

// size implements searcher.
func (f *filter) size() int {
	return f.behind.size() + f.index.size() + f.first.size() + f.second.size() + 8*len(f.heads.entries) + len(f.single)
}
