package keyword

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"
)

// alphabet numbers the symbols that the words are made of, the most frequent first; 0 stands for every other symbol. A
// symbol is a character, or a single byte where the list holds a word that isn't valid UTF-8: such a word may stand across
// the characters of a text, so then nothing coarser than bytes will do.
type alphabet struct {
	single   [256]uint16 // the codes of ASCII characters, or, bytewise, of all bytes
	pages    []uint16    // by character >> 8: which row of codes
	codes    [][256]uint16
	count    uint32 // how many codes there are, 0 among them
	bytewise bool
}

func newAlphabet(words *lexicon) *alphabet {
	if freq := countCharacters(words); freq != nil && len(freq) < math.MaxUint16 {
		return newCharacterAlphabet(freq)
	}
	freq := make(map[rune]int)
	for ref := range words.all {
		for _, b := range words.word(ref) {
			freq[rune(b)]++
		}
	}
	a := &alphabet{bytewise: true, count: uint32(len(freq) + 1)}
	for i, b := range byFrequency(freq) {
		a.single[b] = uint16(i + 1)
	}
	return a
}

// countCharacters returns how often each character is in words, or nil if a word isn't valid UTF-8.
func countCharacters(words *lexicon) map[rune]int {
	freq := make(map[rune]int)
	for ref := range words.all {
		word := words.word(ref)
		if !utf8.Valid(word) {
			return nil
		}
		for _, r := range string(word) {
			freq[r]++
		}
	}
	return freq
}

func newCharacterAlphabet(freq map[rune]int) *alphabet {
	a := &alphabet{
		pages: make([]uint16, utf8.MaxRune>>8+1),
		codes: make([][256]uint16, 1), // row 0 is the empty page
		count: uint32(len(freq) + 1),
	}
	for i, r := range byFrequency(freq) {
		code := uint16(i + 1)
		if r < utf8.RuneSelf {
			a.single[r] = code
			continue
		}
		page := &a.pages[r>>8]
		if *page == 0 {
			*page = uint16(len(a.codes))
			a.codes = append(a.codes, [256]uint16{})
		}
		a.codes[*page][r&0xff] = code
	}
	a.codes = slices.Clip(a.codes)
	return a
}

// byFrequency returns the keys, the most frequent first.
func byFrequency(freq map[rune]int) []rune {
	symbols := make([]rune, 0, len(freq))
	for r := range freq {
		symbols = append(symbols, r)
	}
	slices.SortFunc(symbols, func(a, b rune) int {
		return cmp.Or(cmp.Compare(freq[b], freq[a]), cmp.Compare(a, b))
	})
	return symbols
}

// before returns the code of the symbol that ends at text[:end], and the bytes it takes. A byte that belongs to no valid
// character is a symbol of its own.
func (a *alphabet) before(text string, end int) (code uint32, size int) {
	last := text[end-1]
	if last < utf8.RuneSelf || a.bytewise {
		return uint32(a.single[last]), 1
	}
	if r := threeBytes(text, end); r != 0 {
		return uint32(a.codes[a.pages[r>>8]][r&0xff]), 3
	}
	r, size := utf8.DecodeLastRuneInString(text[:end])
	if size == 1 {
		return 0, 1
	}
	return uint32(a.codes[a.pages[r>>8]][r&0xff]), size
}

// threeBytes returns the character of three bytes that ends at text[:end], as nearly all do that aren't ASCII in Chinese
// text, or 0. It takes surrogates for characters, which no word holds.
func threeBytes(text string, end int) uint32 {
	if end < 3 {
		return 0
	}
	b := text[end-3 : end]
	r := uint32(b[0]&0xF)<<12 | uint32(b[1]&0x3F)<<6 | uint32(b[2]&0x3F)
	if b[0]>>4 != 0xE || b[1]>>6 != 2 || b[2]>>6 != 2 || r < 0x800 {
		return 0
	}
	return r
}

// appendReversed appends the codes of word from its last symbol to its first.
func (a *alphabet) appendReversed(dst []uint16, word string) []uint16 {
	for end := len(word); end > 0; {
		code, size := a.before(word, end)
		dst = append(dst, uint16(code))
		end -= size
	}
	return dst
}

// size returns the bytes that the tables hold.
func (a *alphabet) size() int { return 2*(len(a.single)+len(a.pages)) + 512*len(a.codes) }
