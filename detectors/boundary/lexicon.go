package boundary

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-ego/gse"

	"patrol/detectors/fold"
)

// Options says where the words come from. The zero value is ready.
type Options struct {
	// Words lists words, one a line: the word, a space, and its inverse document
	// frequency, which is the natural logarithm of how many texts there are to
	// one that has the word. Words with anything but Chinese characters, of more
	// than four of them, or with a frequency from 13.5 on are read over. Empty
	// means the words that come with this package.
	Words string
}

// longestWord is how many characters a word has at most: as many as fit a key.
// Longer ones are names and sayings, which fall into words as well.
const longestWord = 4

// Lexicon knows words of Chinese and how common they are. It never changes: any
// number of goroutines may share it.
type Lexicon struct {
	keys   []uint64            // a hash table of words, 0 where free
	costs  []uint16            // of the word at the same place, in parts of unit
	shift  int                 // 64 less the binary logarithm of the table's size
	wholes map[string]struct{} // words and phrases that hold a hit which is none
	simple map[rune]rune       // traditional and variant characters to those of the words
	each   cost                // what every word costs besides, so that few words are likelier than many
}

// cost is how unlikely words are: the negative logarithm of their probability,
// in parts of unit.
type cost int32

const unit = 1024

const (
	// seldom is the inverse document frequency from which on a word is left out.
	// In the list that comes with this package those are the words of one single
	// text, and many of them are none.
	seldom = 13.5
	// newer is what a word of newerWords costs.
	newer = 19 * unit / 2
	// unknown is what a character costs of which no word is known.
	unknown = 14 * unit
)

// New builds a Lexicon of some five megabytes for the words that come with
// this package, which takes about a tenth of a second. It fails when a line of the words is not a word
// with a number, or when no word is left.
func New(o Options) (*Lexicon, error) {
	words, more, wholes := o.Words, "", ""
	if words == "" {
		words, more, wholes = gse.ZhIdf, newerWords, wholeWords
	}
	lines := strings.Count(words, "\n") + len(more)/utf8.UTFMax
	size := bits.Len(uint(lines*3/2 + 1))
	l := &Lexicon{keys: make([]uint64, 1<<size), costs: make([]uint16, 1<<size), shift: 64 - size, wholes: readWholes(wholes), simple: simplified()}
	for word := range strings.FieldsSeq(more) {
		if key, ok := keyOf([]rune(word)); ok {
			l.put(key, newer)
		}
	}
	if err := l.read(words); err != nil {
		return nil, err
	}
	return l, nil
}

// read puts in the words of a list.
func (l *Lexicon) read(words string) error {
	known, total := 0, 0.0
	for number := 1; words != ""; number++ {
		var line string
		line, words, _ = strings.Cut(words, "\n")
		if line = strings.TrimSuffix(line, "\r"); line == "" {
			continue
		}
		word, rarity, _ := strings.Cut(line, " ")
		idf, err := strconv.ParseFloat(rarity, 64)
		if err != nil || !(idf >= 0 && idf < 100) {
			return fmt.Errorf("line %d of the words: %.60q is no word with its inverse document frequency", number, line)
		}
		if idf >= seldom || len(word) > longestWord*len("字") {
			continue
		}
		if key, ok := keyOf([]rune(word)); ok {
			l.put(key, uint16(idf*unit))
			total += math.Exp(-idf)
			known++
		}
	}
	if known == 0 {
		return errors.New("the words hold no Chinese word")
	}
	// These are the shares of texts that have a word, and a text has many.
	l.each = max(0, cost(math.Log(total)*unit))
	return nil
}

// everyday is the inverse document frequency below which a word is common: one
// text in 60,000 has it.
const everyday = 11

// Common reports whether a text is one word that many texts have: 简直, 卫生, but
// not 橡木. Only words of two to four simplified characters are known.
func (l *Lexicon) Common(text string) bool {
	word := []rune(text)
	if len(word) < 2 {
		return false
	}
	key, ok := keyOf(word)
	if !ok {
		return false
	}
	at := l.place(key)
	return l.keys[at] != 0 && l.costs[at] < everyday*unit
}

// simplified is what the characters become that fold writes otherwise.
func simplified() map[rune]rune {
	var all []rune
	for _, span := range hanSpans {
		for r := span[0]; r <= span[1]; r++ {
			all = append(all, r)
		}
	}
	simple := make(map[rune]rune)
	folder := fold.New(fold.Options{})
	text := string(all)
	var t fold.Text
	for at, r := range text {
		folder.Fold(&t, text[at:at+utf8.RuneLen(r)])
		if to, size := utf8.DecodeRuneInString(t.String()); to != r && han(to) && size == len(t.String()) {
			simple[r] = to
		}
	}
	return simple
}

// keyOf packs a word of Chinese characters into a number; ok is false for what
// is no such word or does not fit.
func keyOf(word []rune) (key uint64, ok bool) {
	if len(word) > longestWord {
		return 0, false
	}
	for _, r := range word {
		if !han(r) {
			return 0, false
		}
		key = longer(key, r)
	}
	return key, key != 0
}

// longer is the key of a word with one more character.
func longer(key uint64, r rune) uint64 { return key<<16 | uint64(r) }

// han reports whether r is a Chinese character of Unicode's basic plane. Those
// beyond it are in no word that this package knows.
func han(r rune) bool {
	for _, span := range hanSpans {
		if r >= span[0] && r <= span[1] {
			return true
		}
	}
	return r == '々' || r == '〇'
}

var hanSpans = [...][2]rune{{0x4E00, 0x9FFF}, {0x3400, 0x4DBF}, {0xF900, 0xFAFF}}

func (l *Lexicon) put(key uint64, c uint16) {
	at := l.place(key)
	l.keys[at], l.costs[at] = key, c
}

// find is what a word costs; known is false for what is no word, which costs as
// much as a character of which nothing is known.
func (l *Lexicon) find(key uint64) (c cost, known bool) {
	at := l.place(key)
	if l.keys[at] == 0 {
		return unknown + l.each, false
	}
	return cost(l.costs[at]) + l.each, true
}

// place is where a key is in the table, or where it belongs. The multiplier is
// that of Fibonacci hashing (Knuth, The Art of Computer Programming, 6.4); a
// third of the table at least is free.
func (l *Lexicon) place(key uint64) int {
	at := int(key * 0x9E3779B97F4A7C15 >> l.shift)
	for l.keys[at] != 0 && l.keys[at] != key {
		at = (at + 1) & (len(l.keys) - 1)
	}
	return at
}
