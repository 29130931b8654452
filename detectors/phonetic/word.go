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
	looks  []rune // everyday characters that look like it
}

// alias is another name for the units of a keyword from one to before another.
type alias struct {
	from, to int
	name     []rune
	way      Ways   // what reading it so is
	spoken   bool   // its characters may be others that sound the same
	marks    uint64 // before which of its characters something may stand that separates: the dot of an address
}

// word is a keyword made ready to be looked for.
type word struct {
	units   []unit
	aliases []alias
}

// compile makes a word out of a folded keyword.
func (s *Scanner) compile(text string) word {
	var w word
	var initials []byte
	long, numeral := utf8.RuneCountInString(text) >= 2, digitsOnly(text)
	for _, r := range text {
		u := unit{r: r, sounds: s.spoken.of(r)}
		switch {
		case isHan(r) && long:
			u = s.unitOf(r)
		case isHan(r):
			u.pieces = piecesOf(r, false)
		case numeral:
			u.sounds = s.spoken.digit(r)
		}
		if u.sounds[0] != 0 && !numeral {
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
			for _, name := range s.allAliases(text[at:end]) {
				w.aliases = append(w.aliases, alias{from: from, to: to, name: []rune(name), way: Alias, spoken: allHan(name) && utf8.RuneCountInString(name) >= 2, marks: s.marks[name]})
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

// unitOf is the unit of a character of a longer word, which all words with it share.
func (s *Scanner) unitOf(r rune) unit {
	u, made := s.units[r]
	if !made {
		u = unit{r: r, sounds: s.spoken.of(r), pieces: piecesOf(r, true), looks: s.looks(r)}
		s.units[r] = u
	}
	return u
}

// leastNumber is how many digits a keyword has at least that is found by how its
// digits are read out.
const leastNumber = 5

// digitsOnly reports whether a keyword is a number long enough to be read out.
func digitsOnly(text string) bool {
	return len(text) >= leastNumber && strings.Trim(text, "0123456789") == ""
}

// piecesOf are the ways to write r in pieces. Beside other characters two pieces may
// stand in either order.
func piecesOf(r rune, beside bool) (ways [][]rune) {
	for _, way := range glyph.Pieces(r) {
		pieces := []rune(way)
		ways = append(ways, pieces)
		if beside && len(pieces) == 2 {
			ways = append(ways, []rune{pieces[1], pieces[0]})
		}
	}
	return ways
}

// looks are the everyday characters that r is taken for at a glance, and those
// with a radical more or less.
func (s *Scanner) looks(r rune) (all []rune) {
	add := func(other rune) {
		if other != r && !s.spoken.rare(other) && !slices.Contains(all, other) {
			all = append(all, other)
		}
	}
	for _, other := range glyph.Shapes(r) {
		add(other)
	}
	for _, other := range siblings(r) {
		add(other)
	}
	if parts := []rune(glyph.Parts(r)); len(parts) == 2 {
		for i := range parts {
			if glyph.Telling(parts[i]) && glyph.Radical(parts[1-i]) {
				for _, other := range siblings(parts[i]) {
					add(other)
				}
			}
			if glyph.Radical(parts[1-i]) || s.spoken.rare(parts[1-i]) {
				add(parts[i])
			}
		}
	}
	return all
}

// siblings are the characters of a part and one radical.
func siblings(part rune) (all []rune) {
	for _, whole := range glyph.Holding(part) {
		if rest := []rune(strings.Replace(glyph.Parts(whole), string(part), "", 1)); len(rest) == 1 && glyph.Radical(rest[0]) {
			all = append(all, whole)
		}
	}
	return all
}

// allAliases are the names of a word, and the names of those among them that are words
// themselves.
func (s *Scanner) allAliases(word string) []string {
	names := slices.Clone(s.aliases[word])
	for _, name := range s.aliases[word] {
		if utf8.RuneCountInString(name) < 2 || !allHan(name) {
			continue
		}
		for _, more := range s.aliases[name] {
			if utf8.RuneCountInString(more) >= 2 && more != word && !slices.Contains(names, more) {
				names = append(names, more)
			}
		}
	}
	return names
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

// marked tells before which characters of an alias there is something that separates.
func (s *Scanner) marked(text string) (marks uint64) {
	n := 0
	for _, r := range s.folder.Word(text) {
		switch {
		case s.kindOf(r) != separator:
			n++
		case n > 0:
			marks |= 1 << min(n, 63)
		}
	}
	return marks
}
