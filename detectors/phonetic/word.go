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
	way      Ways // what reading it so is
	spoken   bool // its characters may be others that sound the same
}

// word is a keyword made ready to be looked for.
type word struct {
	units   []unit
	aliases []alias
	seconds bits
}

// compile makes a word out of a folded keyword.
func (s *Scanner) compile(text string) word {
	var w word
	var initials []byte
	for _, r := range text {
		u := unit{r: r, sounds: s.spoken.of(r)}
		if isHan(r) {
			for _, way := range glyph.Pieces(r) {
				u.pieces = append(u.pieces, []rune(way))
			}
		}
		if u.sounds[0] != 0 {
			initials = append(initials, s.spoken.spelling[u.sounds[0]][0])
		} else if isLetter(r) || isDigit(r) {
			initials = append(initials, byte(r))
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
				w.aliases = append(w.aliases, alias{from: from, to: to, name: []rune(name), way: Alias, spoken: allHan(name) && utf8.RuneCountInString(name) >= 2})
			}
		}
	}
	if n := len(w.units); n >= 2 && len(initials) == n && w.hasHan() {
		w.aliases = append(w.aliases, alias{to: n, name: []rune(string(initials)), way: Initial})
	}
	w.swap()
	slices.SortStableFunc(w.aliases, func(a, b alias) int { return len(b.name) - len(a.name) })
	return w
}

// swap adds the word with two neighbours exchanged, and backwards.
func (w *word) swap() {
	text := make([]rune, len(w.units))
	for i, u := range w.units {
		if !isHan(u.r) {
			return
		}
		text[i] = u.r
	}
	add := func(name []rune) {
		if !slices.Equal(name, text) {
			w.aliases = append(w.aliases, alias{to: len(text), name: name, way: Swapped})
		}
	}
	for i := 1; i < len(text); i++ {
		name := slices.Clone(text)
		name[i-1], name[i] = name[i], name[i-1]
		add(name)
	}
	if len(text) > 2 {
		name := slices.Clone(text)
		slices.Reverse(name)
		add(name)
	}
}

func allHan(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isHan(r) }) < 0
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
