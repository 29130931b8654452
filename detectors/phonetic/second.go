package phonetic

import (
	"slices"

	"patrol/detectors/glyph"
)

// bits is a set of what a character may be, by hash: most words are ruled out
// at a place by the character after their first, which is far cheaper than trying them.
type bits [4]uint64

func (b *bits) add(hash uint8) { b[hash>>6] |= 1 << (hash & 63) }

func (b *bits) has(hash uint8) bool { return b[hash>>6]>>(hash&63)&1 != 0 }

func runeHash(r rune) uint8 { return uint8(uint32(r) * 0x9E3779B1 >> 24) }

func classHash(class uint16) uint8 { return uint8(uint32(class) * 0x85EBCA6B >> 24) }

// addSounding adds a character, and what sounds like it.
func (s *Scanner) addSounding(b *bits, r rune) {
	b.add(runeHash(r))
	for _, sound := range s.spoken.of(r) {
		if sound != 0 {
			b.add(classHash(s.spoken.class[sound]))
		}
	}
}

// addStart adds the ideographs and digits with which a word may go on from a unit.
func (s *Scanner) addStart(b *bits, w *word, from int) {
	if from == len(w.units) {
		*b = bits{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}
		return
	}
	s.addSounding(b, w.units[from].r)
	for _, way := range w.units[from].pieces {
		b.add(runeHash(way[0]))
	}
	for i := range w.aliases {
		if a := &w.aliases[i]; a.from == from {
			s.addName(b, a, 0)
		}
	}
}

// addName adds a character of an alias.
func (s *Scanner) addName(b *bits, a *alias, at int) {
	if a.spoken {
		s.addSounding(b, a.name[at])
	} else {
		b.add(runeHash(a.name[at]))
	}
}

// seconds are the ideographs and digits that may stand second where a word does.
func (s *Scanner) seconds(w *word) (b bits) {
	s.addStart(&b, w, 1)
	for _, way := range w.units[0].pieces {
		b.add(runeHash(way[1]))
	}
	for i := range w.aliases {
		switch a := &w.aliases[i]; {
		case a.from > 0:
		case len(a.name) > 1:
			s.addName(&b, a, 1)
		default:
			s.addStart(&b, w, a.to)
		}
	}
	return b
}

// second is what the element after the one where words are tried may be.
type second struct {
	known  bool
	hashes [maxReadings + 2]uint8
	n      int
}

// look fills in what the element at a place may be.
func (x *second) look(m *matcher, at int) {
	x.n, x.known = 0, false
	if at >= len(m.elements) {
		return
	}
	e := &m.elements[at]
	if e.kind != ideograph || m.scanner.spoken.rare(e.r) {
		return
	}
	x.known = true
	add := func(hash uint8) {
		x.hashes[x.n] = hash
		x.n++
	}
	add(runeHash(e.r))
	if plain := glyph.Plain(e.r); plain != e.r {
		add(runeHash(plain))
	}
	for _, sound := range m.scanner.spoken.of(e.r) {
		if sound != 0 {
			add(classHash(m.scanner.spoken.class[sound]))
		}
	}
}

// allows reports whether the element may be the second of a word.
func (x *second) allows(b *bits) bool {
	if !x.known {
		return true
	}
	return slices.ContainsFunc(x.hashes[:x.n], b.has)
}
