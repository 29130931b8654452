package keyword

import (
	"cmp"
	"slices"
)

// trie is the tree of the reversed words, numbered breadth first, as it stands while an automaton is built. State 0 is the
// root. The children of a state are neighbours, in ascending order of label.
type trie struct {
	label []uint16 // the symbol that leads to the state
	word  []uint32 // the word whose first symbol leads here, or noWord
	first []uint32 // the first child
	count []uint32 // how many children
}

// reversedWord is one word from its last symbol to its first. Head holds the first four of these symbols, which settle most
// comparisons.
type reversedWord struct {
	head  uint64
	codes []uint16
	word  uint32 // its ref
}

// reverseWords returns the reversed words in ascending order.
func reverseWords(words *lexicon, symbols *alphabet) []reversedWord {
	list := make([]reversedWord, 0, words.count)
	all := make([]uint16, 0, len(words.records))
	for ref := range words.all {
		from := len(all)
		all = symbols.appendReversed(all, string(words.word(ref)))
		codes := all[from:]
		head := uint64(0)
		for i := range 4 {
			head <<= 16
			if i < len(codes) {
				head |= uint64(codes[i])
			}
		}
		list = append(list, reversedWord{head, codes, ref})
	}
	slices.SortFunc(list, func(a, b reversedWord) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return slices.Compare(a.codes, b.codes)
	})
	return list
}

// newTrie builds the trie level by level: a state is a range of the sorted words, which its children divide.
func newTrie(words *lexicon, symbols *alphabet) *trie {
	list := reverseWords(words, symbols)
	type span struct{ from, to uint32 }
	n := countStates(list)
	t := &trie{
		label: make([]uint16, 0, n),
		word:  make([]uint32, 0, n),
		first: make([]uint32, 0, n),
		count: make([]uint32, 0, n),
	}
	spans := make([]span, 0, n)
	add := func(label uint16, s span) {
		t.label = append(t.label, label)
		t.word = append(t.word, noWord)
		t.first = append(t.first, 0)
		t.count = append(t.count, 0)
		spans = append(spans, s)
	}
	add(0, span{0, uint32(len(list))})
	for state, depth, levelEnd := 0, 0, 1; state < len(spans); state++ {
		if state == levelEnd {
			depth, levelEnd = depth+1, len(spans)
		}
		s := spans[state]
		if len(list[s.from].codes) == depth {
			t.word[state] = list[s.from].word
			s.from++
		}
		t.first[state] = uint32(len(spans))
		for s.from < s.to {
			label, to := list[s.from].codes[depth], s.from+1
			for to < s.to && list[to].codes[depth] == label {
				to++
			}
			add(label, span{s.from, to})
			t.count[state]++
			s.from = to
		}
	}
	return t
}

// countStates returns how many states the trie of the sorted words has: the root, and one for each symbol of a word that is
// not shared with the word before.
func countStates(list []reversedWord) int {
	n := 1
	for i, w := range list {
		shared := 0
		if i > 0 {
			previous := list[i-1].codes
			for shared < min(len(previous), len(w.codes)) && previous[shared] == w.codes[shared] {
				shared++
			}
		}
		n += len(w.codes) - shared
	}
	return n
}

// children returns the range of the states below state.
func (t *trie) children(state uint32) (from, to uint32) {
	return t.first[state], t.first[state] + t.count[state]
}
