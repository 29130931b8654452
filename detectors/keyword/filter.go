package keyword

// filter is the own engine.
type filter struct {
	behind  *automaton
	longest bool
}

func newFilter(words *lexicon, only Semantics) *filter {
	return &filter{behind: newAutomaton(words), longest: only == LeftmostLongest}
}

// find implements searcher.
func (f *filter) find(dst []Match, text string) []Match {
	return f.behind.find(dst, text, 0, len(text), f.longest)
}

// size implements searcher.
func (f *filter) size() int { return f.behind.size() }
