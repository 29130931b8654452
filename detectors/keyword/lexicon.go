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

// lexicon is the list of words without repeats, in byte order, without pointers. The engines know a word by its ref, the
// place of its record. All that a match needs stands in the record, so that it costs one cache miss and not one for each
// property; only there is the index kept that the word has in the list given to New.
//
// A record is three little-endian numbers of 32 bits (length, index, the ref of the longest word that is a proper prefix)
// and the word itself.
type lexicon struct {
	records []byte
	groups  []int32 // of words that are repeated: how many indices, then these, ascending
	given   int     // how many words were given
	count   int     // how many of them are distinct
	longest int     // the length of the longest word in bytes
}

const (
	atLength = 0
	atIndex  = 4 // with the highest bit set: where in groups the indices are
	atPrefix = 8
	atText   = 12

	repeated = 1 << 31
	noWord   = 0 // no ref: the first record begins after a gap
	firstRef = 4
)

// newLexicon sorts words, and refuses an empty word and more text than 32-bit offsets reach.
func newLexicon(words []string) (*lexicon, error) {
	order, err := sortWords(words)
	if err != nil {
		return nil, err
	}
	total := 0
	for i, w := range words {
		if i == 0 || w != words[i-1] {
			total += atText + len(w)
		}
	}
	l := &lexicon{given: len(words), records: make([]byte, firstRef, firstRef+total)}
	for from := 0; from < len(order); {
		w, to := words[order[from]], from+1
		for to < len(order) && words[order[to]] == w {
			to++
		}
		l.add(w, order[from:to])
		from = to
	}
	l.records = slices.Clip(l.records)
	return l, nil
}

// add appends the record of a word with its indices.
func (l *lexicon) add(word string, indices []int32) {
	index := uint32(indices[0])
	if len(indices) > 1 {
		index = repeated | uint32(len(l.groups))
		l.groups = append(l.groups, int32(len(indices)))
		l.groups = append(l.groups, indices...)
	}
	l.records = binary.LittleEndian.AppendUint32(l.records, uint32(len(word)))
	l.records = binary.LittleEndian.AppendUint32(l.records, index)
	l.records = binary.LittleEndian.AppendUint32(l.records, noWord)
	l.records = append(l.records, word...)
	l.count++
	l.longest = max(l.longest, len(word))
}

// sortWords returns the indices of words in byte order, equal words in ascending order of index.
func sortWords(words []string) ([]int32, error) {
	type entry struct {
		head uint64 // the first eight bytes, which settle most comparisons without a look at the word
		id   int32
	}
	total := 0
	entries := make([]entry, len(words))
	for i, w := range words {
		if w == "" {
			return nil, fmt.Errorf("word %d is empty", i)
		}
		total += atText + len(w)
		if total > math.MaxInt32 {
			return nil, errListTooLong
		}
		var head [8]byte
		copy(head[:], w)
		entries[i] = entry{binary.BigEndian.Uint64(head[:]), int32(i)}
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

// all yields the refs of the words in byte order.
func (l *lexicon) all(yield func(ref uint32) bool) {
	for ref := uint32(firstRef); l.has(ref); ref = l.next(ref) {
		if !yield(ref) {
			return
		}
	}
}

// has reports whether a ref that next gave is still a word.
func (l *lexicon) has(ref uint32) bool { return ref < uint32(len(l.records)) }

// next returns the ref of the word after.
func (l *lexicon) next(ref uint32) uint32 { return ref + atText + l.number(ref+atLength) }

func (l *lexicon) number(at uint32) uint32 { return binary.LittleEndian.Uint32(l.records[at:]) }

// word returns the bytes of a word.
func (l *lexicon) word(ref uint32) []byte {
	return l.records[ref+atText:][:l.number(ref+atLength)]
}

// prefix returns the longest word that is a proper prefix of the word at ref, or noWord.
func (l *lexicon) prefix(ref uint32) uint32 { return l.number(ref + atPrefix) }

func (l *lexicon) setPrefix(ref, prefix uint32) {
	binary.LittleEndian.PutUint32(l.records[ref+atPrefix:], prefix)
}

// indices returns the indices in the given list of the word at ref, ascending. A single one is written to one.
func (l *lexicon) indices(ref uint32, one *[1]int32) []int32 {
	index := l.number(ref + atIndex)
	if index&repeated != 0 {
		return l.group(index)
	}
	one[0] = int32(index)
	return one[:]
}

// group returns the indices of a repeated word.
func (l *lexicon) group(index uint32) []int32 {
	at := index &^ repeated
	return l.groups[at+1:][:l.groups[at]]
}

// appendMatches appends a match at start of the word at ref for each of its indices.
func (l *lexicon) appendMatches(dst []Match, ref uint32, start int32) []Match {
	record := l.records[ref:]
	end := start + int32(binary.LittleEndian.Uint32(record[atLength:]))
	index := binary.LittleEndian.Uint32(record[atIndex:])
	if index&repeated == 0 {
		return append(dst, Match{Word: int32(index), Start: start, End: end})
	}
	for _, id := range l.group(index) {
		dst = append(dst, Match{Word: id, Start: start, End: end})
	}
	return dst
}

// size returns the bytes that the arrays hold.
func (l *lexicon) size() int { return len(l.records) + 4*len(l.groups) }
