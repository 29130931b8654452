package keyword

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
)

var errListTooLong = errors.New("the list holds more than 2 GiB")

// lexicon is the list of words without repeats, in byte order, in arrays without pointers. The engines know a word by its
// place in this order; only a match carries the index that the word has in the list given to New.
type lexicon struct {
	text    string   // the distinct words, one after the other
	starts  []uint32 // word d is text[starts[d]:starts[d+1]]
	ids     []int32  // the indices in the given list, by word, equal words in ascending order
	idFrom  []uint32 // word d has the indices ids[idFrom[d]:idFrom[d+1]]; nil if no word is repeated
	longest int      // the length of the longest word in bytes
}

// newLexicon sorts words, and refuses an empty word and more text than 32-bit offsets reach.
func newLexicon(words []string) (*lexicon, error) {
	order, err := sortWords(words)
	if err != nil {
		return nil, err
	}
	l := &lexicon{starts: make([]uint32, 0, len(words)+1), ids: make([]int32, len(words))}
	var text strings.Builder
	idFrom := make([]uint32, 0, len(words)+1)
	for at, id := range order {
		w := words[id]
		l.ids[at] = id
		if at > 0 && w == words[order[at-1]] {
			continue
		}
		l.starts = append(l.starts, uint32(text.Len()))
		idFrom = append(idFrom, uint32(at))
		text.WriteString(w)
		l.longest = max(l.longest, len(w))
	}
	l.text = strings.Clone(text.String())
	l.starts = slices.Clip(append(l.starts, uint32(len(l.text))))
	if len(idFrom) < len(words) {
		l.idFrom = slices.Clip(append(idFrom, uint32(len(words))))
	}
	return l, nil
}

// sortWords returns the indices of words in byte order, equal words in ascending order of index.
func sortWords(words []string) ([]int32, error) {
	type entry struct {
		head uint64 // the first eight bytes, which settle most comparisons without a look at the word
		id   int32
	}
	if len(words) > math.MaxInt32 {
		return nil, errListTooLong
	}
	entries := make([]entry, len(words))
	total := 0
	for i, w := range words {
		if w == "" {
			return nil, fmt.Errorf("word %d is empty", i)
		}
		total += len(w)
		var head [8]byte
		copy(head[:], w)
		entries[i] = entry{binary.BigEndian.Uint64(head[:]), int32(i)}
	}
	if total > math.MaxInt32 {
		return nil, errListTooLong
	}
	slices.SortFunc(entries, func(a, b entry) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		if c := strings.Compare(words[a.id], words[b.id]); c != 0 {
			return c
		}
		return cmp.Compare(a.id, b.id)
	})
	order := make([]int32, len(entries))
	for i, e := range entries {
		order[i] = e.id
	}
	return order, nil
}

// count returns the number of distinct words.
func (l *lexicon) count() int { return len(l.starts) - 1 }

// word returns distinct word d.
func (l *lexicon) word(d uint32) string { return l.text[l.starts[d]:l.starts[d+1]] }

// indices returns the indices in the given list of distinct word d, ascending.
func (l *lexicon) indices(d uint32) []int32 {
	if l.idFrom == nil {
		return l.ids[d : d+1]
	}
	return l.ids[l.idFrom[d]:l.idFrom[d+1]]
}

// size returns the bytes that the arrays hold.
func (l *lexicon) size() int {
	return len(l.text) + 4*(len(l.starts)+len(l.ids)+len(l.idFrom))
}

// appendMatches appends a match of distinct word d at start for each of its indices.
func (l *lexicon) appendMatches(dst []Match, d uint32, start int) []Match {
	from, to := int32(start), int32(start+len(l.word(d)))
	for _, id := range l.indices(d) {
		dst = append(dst, Match{Word: id, Start: from, End: to})
	}
	return dst
}
