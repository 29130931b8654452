// Package script finds letters that people hardly ever type and that hide words
// from programs: disguise as such, whatever it hides.
//
//	signs := script.Look("加𝐯信 a\u200bb")
//	signs[script.Styled].Count // 1: 𝐯
//	signs[script.Hidden].Count // 1: the zero-width space between a and b
//
// None of it proves anything alone. Of the kinds, hidden, styled, circled and
// wide letters stand in a few of a hundred advertisements in Chinese and in
// hardly any harmless line; mixed words stand in one of fifteen harmless
// Russian lines, where a keyboard was left in the wrong layout: that kind is
// only ever evidence beside other evidence.
//
// Look reads each character once, allocates nothing, and is safe for
// concurrent use.
package script

import (
	"unicode"
	"unicode/utf8"
)

// Kind is a kind of disguise.
type Kind int

// The kinds.
const (
	Hidden  Kind = iota // invisible characters and changes of direction between letters: zero-width spaces, tags, bidi overrides
	Styled              // mathematical and small letters and digits: 𝐯𝐱, ᴠx
	Circled             // letters and digits in circles, squares or brackets: ⓥ, ①, 🅥
	Wide                // full-width Latin letters: ｖｘ
	Marks               // marks stacked on letters that no script puts there: 车͇队͇
	Mixed               // words of Latin and look-alike Cyrillic or Greek letters: pаypal
	Stray               // letters of scripts that nobody chats in: ᚠ, ⲁ
	Kinds               // how many kinds there are
)

// names are how rule files call the kinds.
var names = [Kinds]string{"hidden", "styled", "circled", "wide", "marks", "mixed", "stray"}

// String is the kind's name: hidden, styled and so on.
func (k Kind) String() string {
	if k < 0 || k >= Kinds {
		return "unknown"
	}
	return names[k]
}

// Parse is the kind of a name; ok is false where none has it.
func Parse(name string) (k Kind, ok bool) {
	for i, known := range names {
		if known == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// Sign is what was seen of one kind of disguise.
type Sign struct {
	Count      int // characters, or words for Mixed
	Start, End int // bytes of the text from the first to the last of them
}

func (s *Sign) add(start, end int) {
	if s.Count == 0 {
		s.Start = start
	}
	s.Count++
	s.End = end
}

// Signs is what was seen, by Kind.
type Signs [Kinds]Sign

// Look reads a text. Any bytes will do; what is not UTF-8 is no sign.
func Look(text string) Signs {
	if plain(text) {
		return Signs{}
	}
	var l looker
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			l.ascii(i, text[i])
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		l.wide(i, size, r)
		i += size
	}
	l.endWord(len(text))
	return l.signs
}

// plain reports whether nothing in a text can be a sign, which is so for most.
func plain(text string) bool {
	latin, twins := false, false // letters that may resemble each other
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c < utf8.RuneSelf:
			latin = latin || c >= 'A'
			i++
			continue
		case c > 0xE3 && c < 0xEA && i+2 < len(text) && !utf8.RuneStart(text[i+1]) && !utf8.RuneStart(text[i+2]): // Chinese
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if kindOf(r) != Kinds {
			return false
		}
		latin = latin || r < 0x0250
		twins = twins || r >= 0x0370 && r <= 0x052F
		i += size
	}
	return !latin || !twins
}

// looker is the state of Look.
type looker struct {
	signs   Signs
	word    word
	pending Sign // invisible characters since the last letter, with no letter after them yet
	last    rune // the character before, 0 at the start
	marked  bool // the letter under way has a mark already
}

// word is the row of letters under way.
type word struct {
	start        int
	latin, other bool // it has Latin letters, and Cyrillic or Greek ones
	unlike       bool // it has Cyrillic or Greek letters that resemble no Latin one
	started      bool
}

func (l *looker) ascii(at int, c byte) {
	letter := c|0x20 >= 'a' && c|0x20 <= 'z'
	switch {
	case letter:
		l.begin(at)
		l.word.latin = true
	case c < '0' || c > '9':
		l.endWord(at)
	}
	if letter || c >= '0' && c <= '9' {
		l.reveal()
	} else {
		l.pending = Sign{}
	}
	l.last, l.marked = rune(c), false
}

func (l *looker) wide(at, size int, r rune) {
	if r >= 0x4E00 && r <= 0x9FFF { // most of what is written in Chinese
		l.endWord(at)
		l.reveal()
		l.last, l.marked = r, false
		return
	}
	switch kind := kindOf(r); {
	case kind == Hidden:
		if l.last != 0 && carries(l.last) && !joiner(r, l.last) {
			l.pending.add(at, at+size)
		}
		return
	case kind == Marks:
		if l.odd(r) {
			l.signs[Marks].add(at, at+size)
		}
		l.marked = true
		return
	case kind != Kinds:
		l.signs[kind].add(at, at+size)
	}
	if !unicode.IsLetter(r) {
		l.endWord(at)
		l.pending = Sign{}
		l.last, l.marked = r, false
		return
	}
	l.letter(at, r)
	l.reveal()
	l.last, l.marked = r, false
}

// letter is a letter beyond ASCII and the common Chinese ones.
func (l *looker) letter(at int, r rune) {
	cyrillic := unicode.Is(unicode.Cyrillic, r)
	if !cyrillic && !unicode.Is(unicode.Greek, r) {
		if unicode.Is(unicode.Latin, r) {
			l.begin(at)
			l.word.latin = true
		} else {
			l.endWord(at)
		}
		return
	}
	l.begin(at)
	l.word.other = true
	l.word.unlike = l.word.unlike || !resemblesLatin(r)
}

// odd reports whether a mark on the letter before it is one that nobody writes:
// on Chinese or a digit, or a second one on the same letter.
func (l *looker) odd(r rune) bool {
	switch {
	case r >= 0x20D0 && r <= 0x20FF: // keycaps and crossed-out signs
		return l.last >= 0x2E80 && unicode.IsLetter(l.last)
	case l.last == 0:
		return false
	}
	return l.marked || !unicode.In(l.last, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// reveal counts the invisible characters before a letter: between letters they
// hide a word, anywhere else they are dirt that came along.
func (l *looker) reveal() {
	if l.pending.Count == 0 {
		return
	}
	s := &l.signs[Hidden]
	if s.Count == 0 {
		s.Start = l.pending.Start
	}
	s.Count += l.pending.Count
	s.End = l.pending.End
	l.pending = Sign{}
}

func (l *looker) begin(at int) {
	if !l.word.started {
		l.word = word{start: at, started: true}
	}
}

func (l *looker) endWord(at int) {
	// A word with letters of its own script that no Latin word has, as in
	// Telegram-канал without its hyphen, was put together by its author.
	if w := &l.word; w.started && w.latin && w.other && !w.unlike {
		l.signs[Mixed].add(w.start, at)
	}
	l.word = word{}
}

// carries reports whether an invisible character after r lies inside a word: it
// does so after letters and digits of the scripts that need none to be written.
func carries(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, shaping...)
}

// shaping are scripts whose letters are joined or kept apart by zero-width
// characters.
var shaping = []*unicode.RangeTable{
	unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari, unicode.Bengali, unicode.Gurmukhi,
	unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada, unicode.Malayalam, unicode.Sinhala,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Hangul,
}

// joiner reports whether r belongs to the sign before it, as the variation
// selector in 1️⃣ does.
func joiner(r, before rune) bool {
	return r == 0xFE0F || r == 0xFE0E || r == 0xAD && unicode.Is(unicode.Latin, before)
}
