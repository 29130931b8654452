package phonetic

import (
	"slices"
	"strings"
	"unicode/utf8"

	"patrol/detectors/glyph"
)

// unit tries the ways to write one unit.
func (m *matcher) unit(i, at int, t tally) bool {
	u := &m.word.units[i]
	e := &m.elements[at]
	if e.r == u.r {
		next := t
		next.exact++
		return m.step(i+1, at+1, next)
	}
	switch e.kind {
	case ideograph:
		if m.sounding(u, e, t, i, at) {
			return true
		}
	case letter:
		return m.spelled(u, i, at, t)
	case figure:
		return m.digit(u, i, at, t)
	case sign:
		return m.sign(i, at, t)
	}
	return m.pieces(u, i, at, t)
}

// sounding tries a character that sounds or looks like the unit.
func (m *matcher) sounding(u *unit, e *element, t tally, i, at int) bool {
	s := m.scanner
	same, alike := s.compare(u, e.r)
	rare := s.spoken.rare(e.r)
	switch {
	case same:
		t.sound++
		t.ways |= Sound
	case alike:
		t.near++
		t.ways |= Sound
	case rare && strings.ContainsRune(glyph.Parts(e.r), u.r):
		t.look++
		t.ways |= Look
	case rare && glyph.Alike(e.r, u.r):
		t.look++
		t.alike++
		t.ways |= Look
	case slices.Contains(u.looks, e.r):
		t.like++
		t.ways |= Look
	default:
		return false
	}
	if rare {
		t.rare++
	}
	if strings.ContainsRune(particles, e.r) {
		t.particle++
	}
	return m.step(i+1, at+1, t)
}

// particles end every other sentence, so that they sound like something by chance.
const particles = "吗嘛呢吧啊呀哦"

// compare reports whether r is read like the unit, and whether it is read so
// that speakers confuse the two.
func (s *Scanner) compare(u *unit, r rune) (same, alike bool) {
	of := s.spoken.of(r)
	for _, a := range u.sounds {
		for _, b := range of {
			if a == 0 || b == 0 {
				continue
			}
			same = same || a == b
			alike = alike || s.spoken.class[a] == s.spoken.class[b]
		}
	}
	return same, alike
}

// same reports whether two characters may be read the same.
func (s *Scanner) same(a, b rune) bool {
	of := s.spoken.of(b)
	for _, x := range s.spoken.of(a) {
		if x != 0 && (x == of[0] || x == of[1] || x == of[2]) {
			return true
		}
	}
	return false
}

// spelled tries the unit in pinyin, and its first letter.
func (m *matcher) spelled(u *unit, i, at int, t tally) bool {
	s := m.scanner
	var ends [maxSpelling + 1]syllable // by length: what the letters spell
	node, n := uint16(0), 0
	for n < maxSpelling && at+n < len(m.elements) && (n == 0 || m.inToken(at+n)) {
		if node = s.spoken.next[node][m.elements[at+n].r-'a']; node == 0 {
			break
		}
		n++
		ends[n] = s.spoken.ends[node]
	}
	for ; n > 0; n-- {
		sound := ends[n]
		if sound == 0 || n == 1 && !s.vowel(sound) {
			continue
		}
		for _, own := range u.sounds {
			if own != 0 && s.spoken.class[own] == s.spoken.class[sound] {
				next := t
				next.spelled++
				next.ways |= Spelled
				if m.step(i+1, at+n, next) || m.tone(at+n) && m.step(i+1, at+n+1, next) {
					return true
				}
				break
			}
		}
	}
	if m.inToken(at) || u.sounds[0] == 0 || isDigit(u.r) {
		return false
	}
	if m.inToken(at + 1) {
		return i > 0 && m.initials(i, at, t)
	}
	for _, own := range u.sounds {
		if own != 0 && rune(s.spoken.spelling[own][0]) == m.elements[at].r {
			t.initial++
			t.ways |= Initial
			return m.step(i+1, at+1, t)
		}
	}
	return false
}

// initials tries the first letters of the units from i on as a token of their own: lq in
// 免费lq.
func (m *matcher) initials(i, at int, t tally) bool {
	n := 0
	for n == 0 || m.inToken(at+n) {
		if i+n == len(m.word.units) || !m.scanner.initial(m.word.units[i+n].r, m.elements[at+n].r) {
			return false
		}
		n++
	}
	t.initial += n
	t.pairs += n - 1
	t.ways |= Initial
	return m.step(i+n, at+n, t)
}

// tone reports whether an element is a digit that tells the tone of the syllable
// before it: jia1.
func (m *matcher) tone(at int) bool {
	if at == 0 || at >= len(m.elements) {
		return false
	}
	e := &m.elements[at]
	return e.kind == figure && e.r >= '1' && e.r <= '5' && e.gap == 0 && m.elements[at-1].kind == letter
}

// noise reports whether an element is a single letter or digit, as some put between
// the characters of a word.
func (m *matcher) noise(at int) bool {
	if at >= len(m.elements) {
		return false
	}
	alone := func(at int) bool {
		return at < 0 || at >= len(m.elements) || m.elements[at].kind != letter && m.elements[at].kind != figure
	}
	e := &m.elements[at]
	return (e.kind == letter || e.kind == figure) && alone(at-1) && alone(at+1)
}

// vowel reports whether a syllable of one letter is one that is written so.
func (s *Scanner) vowel(sound syllable) bool { return s.spoken.spelling[sound] == "e" }

// digit tries a digit that sounds like the unit.
func (m *matcher) digit(u *unit, i, at int, t tally) bool {
	s := m.scanner
	for _, name := range digitSounds[m.elements[at].r-'0'] {
		sound := s.spoken.bySound[name]
		for _, own := range u.sounds {
			if own != 0 && s.spoken.class[own] == s.spoken.class[sound] {
				t.figure++
				t.ways |= Figure
				return m.step(i+1, at+1, t)
			}
		}
	}
	return false
}

// sign tries what a sign is called, for as many units as its name has.
func (m *matcher) sign(i, at int, t tally) bool {
	s := m.scanner
	for _, name := range s.signs[m.elements[at].r] {
		n := utf8.RuneCountInString(name)
		if i+n > len(m.word.units) {
			continue
		}
		exact, alike, matched := true, false, true
		k := i
		for _, r := range name {
			u := &m.word.units[k]
			k++
			if u.r == r {
				continue
			}
			exact = false
			same, confused := s.compare(u, r)
			if !same && (!confused || n > 1) {
				matched = false
				break
			}
			alike = alike || !same
		}
		if !matched {
			continue
		}
		next := t
		next.sign += n
		switch {
		case alike:
			next.near++
		case !exact:
			next.sound++
		}
		next.ways |= Sign
		if m.step(i+n, at+1, next) {
			return true
		}
	}
	return m.hinted(i, at, t)
}

// hinted tries one character of what a sign is called in two: ⌛, 沙漏, for 沙.
func (m *matcher) hinted(i, at int, t tally) bool {
	s := m.scanner
	u := &m.word.units[i]
	for _, r := range s.stands[m.elements[at].r] {
		same, _ := s.compare(u, r)
		if u.r != r && !same {
			continue
		}
		t.sign++
		t.hint++
		t.ways |= Sign
		if u.r != r {
			t.sound++
		}
		return m.step(i+1, at+1, t)
	}
	return false
}

// pieces tries the unit in pieces.
func (m *matcher) pieces(u *unit, i, at int, t tally) bool {
	for _, way := range u.pieces {
		if at+len(way) > len(m.elements) {
			continue
		}
		matched := true
		for k, piece := range way {
			e := &m.elements[at+k]
			if glyph.Plain(e.r) != piece || k > 0 && e.gap > 1 {
				matched = false
				break
			}
		}
		if !matched {
			continue
		}
		next := t
		next.split++
		next.ways |= Split
		if m.step(i+1, at+len(way), next) {
			return true
		}
	}
	return false
}
