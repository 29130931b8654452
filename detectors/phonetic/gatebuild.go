package phonetic

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/glyph"
)

// edges collects what may stand at one place of the words.
type edges struct {
	runes   map[rune]set
	parts   map[rune]set // of rare characters that have a part
	classes []set        // by class of sounds
	letters [26]set
	figures [10]set
}

func (s *Scanner) newEdges() *edges {
	return &edges{runes: make(map[rune]set), parts: make(map[rune]set), classes: make([]set, s.spoken.classes)}
}

func addTo(of map[rune]set, r rune, word set) {
	words := of[r]
	words.add(word)
	of[r] = words
}

// rune adds a character as it is.
func (e *edges) rune(r rune, word set) {
	switch {
	case isLetter(r):
		e.letters[r-'a'].add(word)
	case isDigit(r):
		e.figures[r-'0'].add(word)
	default:
		addTo(e.runes, r, word)
	}
}

// sounding adds what sounds like one of some syllables: characters, digits, and
// the first letters of their spellings.
func (e *edges) sounding(l *language, sounds []syllable, word set) {
	for _, sound := range sounds {
		if sound == 0 {
			continue
		}
		class := l.class[sound]
		e.classes[class].add(word)
		for _, letter := range l.letters[class] {
			e.letters[letter-'a'].add(word)
		}
		for digit, names := range digitSounds {
			for _, name := range names {
				if l.class[l.bySound[name]] == class {
					e.figures[digit].add(word)
				}
			}
		}
	}
}

// unit adds all with which a word may go on at its unit k.
func (e *edges) unit(s *Scanner, w *word, k int, word set) {
	u := &w.units[k]
	e.rune(u.r, word)
	e.sounding(s.spoken, u.sounds[:], word)
	for _, r := range u.looks {
		e.rune(r, word)
	}
	addTo(e.parts, u.r, word)
	for _, trait := range glyph.Traits(u.r) {
		addTo(e.parts, trait, word)
	}
	for i := range w.aliases {
		if a := &w.aliases[i]; a.from == k && a.way != Swapped {
			e.name(s, a, 0, word)
		}
	}
}

// pieces adds a piece of each way to write a unit in pieces.
func (e *edges) pieces(u *unit, at int, word set) {
	for _, way := range u.pieces {
		for _, form := range glyph.Forms(way[at]) {
			e.rune(form, word)
		}
	}
}

// name adds a character of an alias.
func (e *edges) name(s *Scanner, a *alias, at int, word set) {
	e.rune(a.name[at], word)
	for _, r := range s.kin(a.name[at])[1:] {
		e.rune(r, word)
	}
	if a.spoken {
		sounds := s.spoken.of(a.name[at])
		e.sounding(s.spoken, sounds[:], word)
	}
}

// alone adds the characters that stand for a word by themselves.
func (e *edges) alone(s *Scanner, w *word, word set) {
	if len(w.units) == 1 {
		e.unit(s, w, 0, word)
	}
	for i := range w.aliases {
		if a := &w.aliases[i]; a.from == 0 && a.to == len(w.units) && len(a.name) == 1 {
			e.name(s, a, 0, word)
		}
	}
}

// seconds adds what may stand second where a word does.
func (e *edges) seconds(s *Scanner, w *word, word set) {
	then := func(k int) {
		if k < len(w.units) {
			e.unit(s, w, k, word)
			e.pieces(&w.units[k], 0, word)
		}
	}
	then(1)
	for i := range w.aliases {
		switch a := &w.aliases[i]; {
		case a.from > 0 || a.way == Swapped:
		case len(a.name) > 1:
			e.name(s, a, 1, word)
		default:
			then(a.to)
		}
	}
}

// build makes the table.
func (g *gate) build(s *Scanner) {
	all := corners{s.newEdges(), s.newEdges(), s.newEdges()}
	for id := range s.words {
		w := &s.words[id]
		word, otherwise := member(int32(id), false), member(int32(id), true)
		all.first.unit(s, w, 0, word)
		all.second.seconds(s, w, word)
		all.alone.alone(s, w, word)
		if len(w.units) == 1 {
			g.singles.add(word)
		}
		for _, sound := range w.units[0].sounds {
			if sound != 0 && len(w.units) > 1 {
				g.initials[s.spoken.spelling[sound][0]-'a'].add(word)
			}
		}
		all.first.pieces(&w.units[0], 0, otherwise)
		all.second.pieces(&w.units[0], 1, otherwise)
		for i := range w.aliases {
			if a := &w.aliases[i]; a.way == Swapped {
				all.first.name(s, a, 0, otherwise)
				all.second.name(s, a, 1, otherwise)
			}
		}
		g.tokensOf(w)
	}
	g.classes = all.first.classes
	g.classes[0] = set{}
	g.letters = all.second.letters
	for digit := range g.figures {
		g.figures[digit] = place{all.first.figures[digit], all.second.figures[digit], all.alone.figures[digit]}
	}
	g.buildHan(s, &all)
	g.buildOthers(s, &all)
}

// corners are the edges of the words.
type corners struct{ first, second, alone *edges }

// place is that of a character as it is.
func (c *corners) place(r rune) place {
	return place{c.first.runes[r], c.second.runes[r], c.alone.runes[r]}
}

// sounding adds what a syllable may be to the words.
func (c *corners) sounding(p *place, class uint16) {
	p.first.add(c.first.classes[class])
	p.second.add(c.second.classes[class])
	p.alone.add(c.alone.classes[class])
}

// part adds what a rare character may be to the words for one of its parts.
func (c *corners) part(p *place, part rune) {
	p.first.add(c.first.parts[part])
	p.second.add(c.second.parts[part])
	p.alone.add(c.alone.parts[part])
}

// buildHan fills in the ideographs.
func (g *gate) buildHan(s *Scanner, all *corners) {
	l := s.spoken
	known := map[place]uint16{}
	for at := range g.han {
		r := firstHan + rune(at)
		p := all.place(r)
		for _, sound := range l.readings[at] {
			if sound != 0 {
				all.sounding(&p, l.class[sound])
			}
		}
		if !l.everyday[at] {
			for _, part := range l.parts(r) {
				all.part(&p, part)
			}
		}
		id, again := known[p]
		if !again {
			id = uint16(len(g.places))
			known[p] = id
			g.places = append(g.places, p)
		}
		g.han[at] = id
	}
	for r, to := range written().han {
		g.han[r-firstHan] = g.han[to-firstHan]
	}
}

// buildOthers fills in what is no ideograph, letter or digit.
func (g *gate) buildOthers(s *Scanner, all *corners) {
	g.signs, g.kana = make(map[rune]place, len(s.signs)), make(map[rune]place)
	for r, names := range s.signs {
		p := all.place(r)
		for _, begin := range s.stands[r] {
			q := all.place(begin)
			for _, sound := range s.spoken.of(begin) {
				if sound != 0 {
					all.sounding(&q, s.spoken.class[sound])
				}
			}
			p.first.add(q.first)
			p.alone.add(q.alone)
			if slices.ContainsFunc(names, func(name string) bool {
				return len(name) > utf8.RuneLen(begin) && strings.HasPrefix(name, string(begin))
			}) {
				p.alone.add(q.first) // its name may be a word
			}
		}
		p.second = every
		g.signs[r] = p
	}
	g.plus = all.place('+')
	g.plus.first.add(g.signs['+'].first)
	g.plus.alone.add(g.signs['+'].alone)
	g.plus.second = every
	for _, e := range []*edges{all.first, all.second} {
		for r := range e.runes {
			switch {
			case unicode.Is(unicode.Han, r):
			case kana(r):
				g.kana[r] = all.place(r)
			case s.kindOf(r) == other:
				g.foreign = true
			case s.kindOf(r) == sign:
				if _, named := g.signs[r]; !named {
					p := all.place(r)
					p.second = every
					g.signs[r] = p
				}
			}
		}
	}
}

// tokensOf enters the tokens with which a word may begin but for those of
// syllables.
func (g *gate) tokensOf(w *word) {
	letters := true
	for i := range w.units {
		letters = letters && (isLetter(w.units[i].r) || isDigit(w.units[i].r))
	}
	enter := func(name []byte, ends bool) {
		var from, to [3]byte
		for k := range from {
			switch {
			case k < len(name):
				from[k], to[k] = name[k]-'a', name[k]-'a'
			case ends:
				from[k], to[k] = endOfToken, endOfToken
			default:
				from[k], to[k] = 0, endOfToken
			}
		}
		for a := from[0]; a <= to[0]; a++ {
			for b := from[1]; b <= to[1]; b++ {
				for c := from[2]; c <= to[2]; c++ {
					g.tokens[trigram(a, b, c)/64] |= 1 << (trigram(a, b, c) % 64)
				}
			}
		}
	}
	inside := false
	for i := range w.aliases {
		a := &w.aliases[i]
		inside = inside || a.to-a.from < len(w.units)
		if a.from > 0 || !isLetter(a.name[0]) {
			continue
		}
		var name []byte
		for k := 0; k < len(a.name) && isLetter(a.name[k]) && a.marks>>k&1 == 0; k++ {
			name = append(name, byte(a.name[k]))
		}
		enter(name, true)
	}
	if r := w.units[0].r; isLetter(r) && (!letters || inside) {
		enter([]byte{byte(r)}, false)
	}
}
