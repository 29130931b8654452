package rules

import "patrol/detectors/keyword"

// useKind says what a word of a lexicon is to the rule that uses it.
type useKind uint8

const (
	useKeyword useKind = iota
	useExcept
	useJoin    // no word, but the start of a character in pieces
	useReverse // no word, but what says that a text is written backwards
	usePattern // a literal without which a pattern can't match
)

// use is one rule's use of a word: entry is an index into the rule's entries, or
// for usePattern into its patterns.
type use struct {
	rule  int32
	entry int32
	kind  useKind
	group int16 // of the rule's groups
}

// lexicon gathers the words of all rules, so that one automaton finds them.
type lexicon struct {
	ids   map[string]int32
	words []string
	uses  [][]use
}

func newLexicon() *lexicon { return &lexicon{ids: make(map[string]int32)} }

func (x *lexicon) add(word string, u use) {
	id, known := x.ids[word]
	if !known {
		id = int32(len(x.words))
		x.ids[word] = id
		x.words = append(x.words, word)
		x.uses = append(x.uses, nil)
	}
	x.uses[id] = append(x.uses[id], u)
}

// vocabulary is a lexicon made ready to scan. It is nil where no rule has a word.
type vocabulary struct {
	scanner *keyword.Scanner
	first   []int32 // uses of word w are uses[first[w]:first[w+1]]
	uses    []use
}

func (v *vocabulary) of(word int32) []use { return v.uses[v.first[word]:v.first[word+1]] }

// build makes the lexicon's automaton.
func (x *lexicon) build(o Options) (*vocabulary, error) {
	if len(x.words) == 0 {
		return nil, nil
	}
	s, err := keyword.New(x.words, keyword.Options{Engine: o.Engine})
	if err != nil {
		return nil, err
	}
	v := &vocabulary{scanner: s, first: make([]int32, 0, len(x.words)+1)}
	for _, uses := range x.uses {
		v.first = append(v.first, int32(len(v.uses)))
		v.uses = append(v.uses, uses...)
	}
	v.first = append(v.first, int32(len(v.uses)))
	return v, nil
}
