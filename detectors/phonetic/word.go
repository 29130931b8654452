package phonetic

import (
	"slices"
	"strings"
	"unicode/utf8"

	"patrol/detectors/glyph"
)

// unit is one character of a keyword, and how else it may be written.
type unit struct {
	r      rune
	sounds [maxReadings]syllable
	pieces [][]rune
}

// alias is another name for the units of a keyword from one to before another.
type alias struct {
	from, to int
	name     []rune
	letters  bool // the first letters of what the units sound like
}

// word is a keyword made ready to be looked for.
type word struct {
	units   []unit
	aliases []alias
}

// compile makes a word out of a folded keyword.
func (s *Scanner) compile(text string) word {
	var w word
	initials := ""
	for _, r := range text {
		u := unit{r: r, sounds: s.spoken.of(r)}
		if isHan(r) {
			for _, way := range glyph.Pieces(r) {
				u.pieces = append(u.pieces, []rune(way))
			}
		}
		if u.sounds[0] != 0 {
			initials += s.spoken.spelling[u.sounds[0]][:1]
		} else if isLetter(r) || isDigit(r) {
			initials += string(r)
		}
		w.units = append(w.units, u)
	}
	for at := range text {
		for end := at + 1; end <= len(text); end++ {
			if end < len(text) && !utf8.RuneStart(text[end]) {
				continue
			}
			from := utf8.RuneCountInString(text[:at])
			to := from + utf8.RuneCountInString(text[at:end])
			for _, name := range s.aliases[text[at:end]] {
				w.aliases = append(w.aliases, alias{from: from, to: to, name: []rune(name)})
			}
		}
	}
	if n := len(w.units); n >= 2 && len(initials) == n && w.hasHan() {
		w.aliases = append(w.aliases, alias{to: n, name: []rune(initials), letters: true})
	}
	slices.SortStableFunc(w.aliases, func(a, b alias) int { return len(b.name) - len(a.name) })
	return w
}

func (w *word) hasHan() bool {
	return slices.ContainsFunc(w.units, func(u unit) bool { return isHan(u.r) })
}

func isLetter(r rune) bool { return r >= 'a' && r <= 'z' }

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// name folds an alias as texts are folded, without what separates.
func (s *Scanner) name(text string) string {
	var b strings.Builder
	for _, r := range s.folder.Word(text) {
		if k := s.kindOf(r); k != separator {
			b.WriteRune(r)
		}
	}
	return b.String()
}
