package phonetic

import (
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/fold"
	"patrol/detectors/glyph"
)

// Nearly every message holds no word in disguise, and must be let through at
// once. The gate does that in one pass over a message as it was written: a table
// says of each character with which words it may begin, and with which it may be second,
// as sets. Where the sets of no two neighbours meet, there is nothing to find. Letters count by the token: one may be
// an alias, or be made of syllables. What the gate lets through may still
// be harmless; what it keeps back is.

// set is a set of words. Each word has one bit in each of its halves, by two
// hashes, so that sets without a word in common seldom meet.
type set [2]uint64

// every is the set of all words.
var every = set{^uint64(0), ^uint64(0)}

// member is the set of one word, written in whole characters in their order or
// otherwise.
func member(id int32, otherwise bool) set {
	x := uint32(id) << 1
	if otherwise {
		x |= 1
	}
	return set{1 << (x * 0x9E3779B1 >> 26), 1 << (x * 0x85EBCA77 >> 26)}
}

func (a *set) add(b set) {
	a[0] |= b[0]
	a[1] |= b[1]
}

// meets reports whether two sets may have a word in common.
func (a set) meets(b set) bool { return a[0]&b[0] != 0 && a[1]&b[1] != 0 }

// common are the words that are in two sets, and maybe others.
func (a set) common(b set) set { return set{a[0] & b[0], a[1] & b[1]} }

func (a set) isEmpty() bool { return a[0] == 0 || a[1] == 0 }

// place is what a character may be to the words: with which they may begin, be
// second, or for which it stands alone.
type place struct{ first, second, alone set }

// gate is the table of a Scanner.
type gate struct {
	han      [lastHan - firstHan + 1]uint16 // by character as it is written: an index of places
	places   []place
	letters  [26]set        // with which words a letter may be second
	figures  [10]place      // the same of digits, and with which they may begin
	foreign  bool           // words have letters of other scripts
	kana     map[rune]place // of kana, which are pieces of characters
	signs    map[rune]place // of emoji and other signs
	plus     place          // of +
	tokens   [27*27*27/64 + 1]uint64
	classes  []set   // by class of sounds: the words that may begin with it
	initials [26]set // by letter: the words whose first character's sound is spelled with it first
	singles  set     // the words of one character
}

// endOfToken stands after the last letter of a token in gate.tokens.
const endOfToken = 26

func trigram(a, b, c byte) int { return (int(a)*27+int(b))*27 + int(c) }

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

// May reports whether a word may stand, disguised, in a text, which is the one that was
// written and need not be folded. Where it reports false, Scan finds nothing
// in the folded text; it costs far less than folding does, and no allocation.
func (s *Scanner) May(text string) bool {
	g := &s.gate
	var last, held set // the words with which the last character may begin, and the one before a single letter or digit
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c >= 0xE4 && c <= 0xE9 && i+2 < len(text):
			r := rune(c&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F)
			if r < firstHan || text[i+1]&0xC0 != 0x80 || text[i+2]&0xC0 != 0x80 {
				return true // a rare character, or no text
			}
			p := &g.places[g.han[r-firstHan]]
			if last.meets(p.second) || p.alone != (set{}) || held.meets(p.second) {
				return true
			}
			last, held = p.first, set{}
			i += 3
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(text[i:])
			if p, kept := g.strange(r); kept {
				if last.meets(p.second) || p.alone != (set{}) {
					return true
				}
				last, held = p.first, set{}
			}
			i += size
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			if last.meets(g.letters[c|0x20-'a']) {
				return true
			}
			end := i + 1
			for end < len(text) && text[end]|0x20 >= 'a' && text[end]|0x20 <= 'z' {
				end++
			}
			if end < len(text) && text[end] >= utf8.RuneSelf && joinsToken(text[end:]) {
				return true
			}
			words, found := s.begins(text[i:end])
			if found {
				return true
			}
			held = set{}
			if end == i+1 {
				held = last
			}
			last = words
			i = end
		case isDigit(rune(c)):
			p := &g.figures[c-'0']
			if last.meets(p.second) || p.alone != (set{}) {
				return true
			}
			held = last
			last = p.first
			if i > 0 && isLetter(rune(text[i-1]|0x20)) {
				last.add(held) // a tone: jia1
			}
			i++
		case c == '+':
			if !last.isEmpty() || g.plus.alone != (set{}) {
				return true
			}
			last, held = g.plus.first, set{}
			i++
		default:
			i++
		}
	}
	return false
}

// joinsToken reports whether a text begins with something that a row of letters
// may go on with once it is folded.
func joinsToken(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	switch {
	case r >= 0x2E80 && r <= 0x3104, r >= 0x3400 && r <= lastHan, r >= 0xAC00 && r <= 0xD7A3, r >= 0x0400 && r <= 0x0481:
		return false
	case r >= 0xFF00 && r <= 0xFF0F, r >= 0x2010 && r <= 0x2027, r >= 0x1F300:
		return false
	}
	return true
}

// strange is the place of a character that is neither an ideograph nor ASCII;
// kept is false for what is read over.
func (g *gate) strange(r rune) (p place, kept bool) {
	switch {
	case r >= 0x1F300:
		p, kept = g.signs[r]
		if !kept && r >= 0x20000 {
			return anything, true
		}
		return p, kept
	case r >= 0xFE00 && r <= 0xFE0F:
		return place{}, false
	case kana(r):
		return g.kana[r], true
	case isBopomofo(r):
		return anything, true
	case foreign(r):
		if g.foreign {
			return anything, true
		}
		return place{}, true
	case written().others[r], r == utf8.RuneError, r >= 0x3400 && r < firstHan:
		return anything, true
	case r >= 0x3000 && r <= 0x303F, r >= 0xFF00 && r <= 0xFFEF, r >= 0x2000 && r <= 0x206F:
		return place{}, false
	}
	if p, named := g.signs[r]; named {
		return p, true
	}
	if unicode.IsLetter(r) || unicode.IsNumber(r) {
		if g.foreign {
			return anything, true
		}
		return place{}, true
	}
	return place{}, false
}

// anything is the place of a character that has to be looked at more closely.
var anything = place{every, every, every}

// foreign reports whether r is a letter of a script that is often written and folds into
// no other.
func foreign(r rune) bool {
	return r >= 0x0400 && r <= 0x0481 || r >= 0x048A && r <= 0x052F || r >= 0xAC00 && r <= 0xD7A3
}

func kana(r rune) bool { return r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA }

// forms are what characters become when they are folded.
type forms struct {
	han    map[rune]rune // ideographs that become another one
	others map[rune]bool // the other characters that become something that is no separator
}

// written is how characters are folded, found out when it is first needed.
var written = sync.OnceValue(func() *forms {
	f := &forms{han: make(map[rune]rune), others: make(map[rune]bool)}
	folder := fold.New(fold.Options{Separators: fold.Keep})
	var t fold.Text
	for r := rune(firstHan); r <= lastHan; r++ {
		folder.Fold(&t, string(r))
		if to, _ := utf8.DecodeRuneInString(t.String()); to != r && isHan(to) {
			f.han[r] = to
		}
	}
	for _, span := range foldingSpans {
		for r := span[0]; r <= span[1]; r++ {
			folder.Fold(&t, string(r))
			if to := t.String(); to != string(r) && strings.ContainsFunc(to, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || r == '+' }) {
				f.others[r] = true
			}
		}
	}
	return f
})

// foldingSpans are where characters may fold into letters, digits or ideographs.
var foldingSpans = [...][2]rune{
	{0x00A0, 0x03FF}, {0x0530, 0x0590}, {0x0660, 0x0669}, {0x06F0, 0x06F9}, {0x0966, 0x096F}, {0x09E6, 0x09EF}, {0x0E50, 0x0E59}, {0x1D00, 0x2BFF}, {0x2C60, 0x2C7F},
	{0x2E80, 0x2FFF}, {0x3020, 0x303F}, {0x30FB, 0x33FF}, {0xA720, 0xA7FF}, {0xAB30, 0xAB6F}, {0xF900, 0xFAFF}, {0xFB00, 0xFB06}, {0xFE20, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F100, 0x1F2FF},
}

// opens reports whether a word may begin with the whole of a token whose first letters
// are those of a trigram.
func (g *gate) opens(trigram int) bool { return g.tokens[trigram/64]>>(trigram%64)&1 != 0 }

// begins reports whether a word may begin in a token and go on there, and if not,
// which words may begin with its last syllable.
func (s *Scanner) begins(token string) (last set, found bool) {
	k := trigramOf(token)
	if s.gate.opens(k) {
		return set{}, true
	}
	if len(token) == 1 {
		last = s.gate.initials[token[0]|0x20-'a']
	}
	if s.spoken.openings[k/64]>>(k%64)&1 == 0 || len(token) > maxToken {
		return last, false
	}
	words, found := s.syllabic(token)
	last.add(words)
	return last, found
}

// syllabic does the same for a token that may be made of syllables.
func (s *Scanner) syllabic(token string) (last set, found bool) {
	l, g := s.spoken, &s.gate
	var ends [maxToken]uint64 // by letter: where syllables end that begin there
	on := uint64(0)           // the letters where one begins with which a word may, and go on
	reached := uint64(1)
	var behind [maxToken]set // by letter: the words that may begin with the syllable from there to the end
	for todo := uint64(1); todo != 0; {
		i := bits.TrailingZeros64(todo)
		todo &^= 1 << i
		if i == len(token) {
			continue
		}
		node := uint16(0)
		for k := i; k < len(token); k++ {
			if node = l.next[node][token[k]|0x20-'a']; node == 0 {
				break
			}
			sound := l.ends[node]
			if sound == 0 {
				continue
			}
			ends[i] |= 1 << (k + 1)
			words := g.classes[l.class[sound]]
			switch {
			case words.meets(g.singles), k+1 < len(token) && words.meets(g.letters[token[k+1]|0x20-'a']):
				on |= 1 << i
			case k+1 == len(token):
				behind[i] = words
			}
		}
		todo |= ends[i] &^ reached
		reached |= ends[i]
	}
	if reached>>len(token)&1 == 0 {
		return set{}, false
	}
	whole := uint64(1) << len(token) // from where on the rest is syllables
	for i := len(token) - 1; i >= 0; i-- {
		if reached>>i&1 == 0 || ends[i]&whole == 0 {
			continue
		}
		whole |= 1 << i
		if on>>i&1 != 0 {
			return set{}, true
		}
		last.add(behind[i])
	}
	return last, false
}

func trigramOf(token string) int {
	at := [3]byte{endOfToken, endOfToken, endOfToken}
	for k := 0; k < len(token) && k < len(at); k++ {
		at[k] = token[k] | 0x20 - 'a'
	}
	return trigram(at[0], at[1], at[2])
}

// of is the place of an element.
func (g *gate) of(e *element) place {
	switch e.kind {
	case ideograph:
		return g.places[g.han[e.r-firstHan]]
	case letter:
		return place{every, g.letters[e.r-'a'], every}
	case figure:
		return g.figures[e.r-'0']
	case sign:
		if e.r == '+' {
			return g.plus
		}
		return g.signs[e.r]
	case other:
		if kana(e.r) {
			return g.kana[e.r]
		}
	}
	return anything
}
