package glyph

import (
	"slices"
	"unicode/utf8"
)

// filler stands for bytes that a joined character leaves over; it is that of
// package fold, which hides it.
const filler = 0x7F

// Joiner reads characters that are written in pieces. It is immutable.
type Joiner struct {
	ways   map[rune][]way // by the first piece
	starts []string
}

// way is one way to write a character in pieces after the first.
type way struct {
	rest   string
	pieces int
	whole  rune
}

// NewJoiner returns a Joiner for some characters; others stay in pieces.
func NewJoiner(characters string) *Joiner {
	j := &Joiner{ways: make(map[rune][]way)}
	seen := make(map[rune]bool)
	for _, r := range characters {
		if seen[r] || utf8.RuneLen(r) != 3 {
			continue
		}
		seen[r] = true
		for _, text := range Pieces(r) {
			first, size := utf8.DecodeRuneInString(text)
			j.ways[first] = append(j.ways[first], way{rest: text[size:], pieces: utf8.RuneCountInString(text) - 1, whole: r})
			second, _ := utf8.DecodeRuneInString(text[size:])
			for _, a := range forms(first) {
				for _, b := range forms(second) {
					j.starts = append(j.starts, string(a)+string(b))
				}
			}
		}
	}
	for _, ways := range j.ways {
		slices.SortStableFunc(ways, func(a, b way) int { return b.pieces - a.pieces })
	}
	slices.Sort(j.starts)
	j.starts = slices.Compact(j.starts)
	return j
}

// forms are a piece and the other forms in which it is typed.
func forms(piece rune) []rune {
	all := []rune{piece}
	for form, plain := range typed {
		if plain == piece {
			all = append(all, form)
		}
	}
	return all
}

// Starts returns pairs of characters one of which is in every text that Join
// changes.
func (j *Joiner) Starts() []string { return j.starts }

// Join appends text to dst with the characters that are written in pieces
// whole: as many bytes as text has, the whole character in place of its first
// piece and 0x7F in place of the others.
func (j *Joiner) Join(dst []byte, text string) []byte {
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		whole, taken := rune(0), 0
		if size == 3 {
			whole, taken = j.at(r, text[i+size:])
		}
		if taken == 0 {
			dst = append(dst, text[i:i+size]...)
			i += size
			continue
		}
		dst = utf8.AppendRune(dst, whole)
		for range taken {
			dst = append(dst, filler)
		}
		i += size + taken
	}
	return dst
}

// at finds the character of which r and what follows are the pieces, and how
// many bytes of what follows are.
func (j *Joiner) at(r rune, rest string) (whole rune, taken int) {
	for _, w := range j.ways[Plain(r)] {
		at := 0
		matched := true
		for _, piece := range w.rest {
			next, size := utf8.DecodeRuneInString(rest[at:])
			if Plain(next) != piece {
				matched = false
				break
			}
			at += size
		}
		if matched {
			return w.whole, at
		}
	}
	return 0, 0
}
