package phonetic

import (
	"fmt"
	"slices"

	"patrol/detectors/fold"
	"patrol/detectors/glyph"
)

// Options says how to look. The zero value is ready.
type Options struct {
	// Aliases adds to those that ship with the program: by word, what it is also
	// called. They hold wherever the word is a part of a keyword.
	Aliases map[string][]string
}

// Scanner finds words by what they sound and look like. It is immutable: any
// number of goroutines may share it.
type Scanner struct {
	words   []word
	units   map[rune]unit // of the characters of words, for New
	aliases map[string][]string
	marks   map[string]uint64 // by name of an alias: before which of its characters marks may stand
	folder  *fold.Folder
	spoken  *language
	signs   map[rune][]string
	stands  map[rune][]rune // by sign: the characters that it may stand for

	bySound   [][]int32        // by class: words that start with that sound
	letters   ['z' + 1]bool    // letters with which a word may start in pinyin, or an alias
	byPart    map[rune][]int32 // words by the parts of their first character
	byInitial [26][]int32      // words by the first letter of their first character's sound
	byRune    map[rune][]int32 // words of which a way to write them starts with the character

	gate gate
}

// New makes a Scanner for words, which are told apart by their index. A word of
// which nothing is left without separators is an error.
func New(words []string, o Options) (*Scanner, error) {
	s := &Scanner{
		units: make(map[rune]unit), aliases: make(map[string][]string), marks: make(map[string]uint64), folder: fold.New(fold.Options{Separators: fold.Keep}), spoken: spoken(), signs: signNames(),
		byRune: make(map[rune][]int32), byPart: make(map[rune][]int32),
	}
	s.stands = standing()
	s.bySound = make([][]int32, s.spoken.classes)
	for _, table := range []map[string][]string{shippedAliases(), o.Aliases} {
		for word, others := range table {
			s.addAliases(word, others)
		}
	}
	for i, text := range words {
		w := s.compile(s.name(text))
		if len(w.units) == 0 {
			return nil, fmt.Errorf("phonetic: nothing is left of word %d, %q", i, text)
		}
		s.words = append(s.words, w)
		s.index(int32(i), &w)
	}
	s.gate.build(s)
	return s, nil
}

func (s *Scanner) addAliases(word string, others []string) {
	word = s.name(word)
	for _, other := range others {
		if name := s.name(other); name != "" && name != word && !slices.Contains(s.aliases[word], name) {
			s.aliases[word] = append(s.aliases[word], name)
			s.marks[name] |= s.marked(other)
		}
	}
}

// index notes with what a word may start.
func (s *Scanner) index(id int32, w *word) {
	first := &w.units[0]
	s.startsSpoken(first.sounds, id)
	s.startsWith(first.r, id)
	s.byPart[first.r] = append(s.byPart[first.r], id)
	for _, trait := range glyph.Traits(first.r) {
		s.byPart[trait] = append(s.byPart[trait], id)
	}
	for _, way := range first.pieces {
		s.startsWith(way[0], id)
	}
	for _, r := range first.looks {
		s.startsWith(r, id)
	}
	for _, a := range w.aliases {
		if a.from == 0 {
			for _, r := range s.kin(a.name[0]) {
				s.startsWith(r, id)
			}
			if a.spoken {
				s.startsSounding(a.name[0], id)
			}
		}
	}
}

func (s *Scanner) startsSounding(r rune, id int32) {
	s.startsSpoken(s.spoken.of(r), id)
}

func (s *Scanner) startsSpoken(sounds [maxReadings]syllable, id int32) {
	for _, sound := range sounds {
		if class := s.spoken.class[sound]; sound != 0 && !endsIn(s.bySound[class], id) {
			s.bySound[class] = append(s.bySound[class], id)
		}
		if sound != 0 {
			if of := &s.byInitial[s.spoken.spelling[sound][0]-'a']; !endsIn(*of, id) {
				*of = append(*of, id)
			}
			for _, letter := range s.spoken.letters[s.spoken.class[sound]] {
				s.letters[letter] = true
			}
		}
	}
}

func (s *Scanner) startsWith(r rune, id int32) {
	if isLetter(r) {
		s.letters[r] = true
	}
	if !endsIn(s.byRune[r], id) {
		s.byRune[r] = append(s.byRune[r], id)
	}
}

// Match is where a word stands, disguised, in a text.
type Match struct {
	Word       int32 // index of the word
	Start, End int32 // bytes of the text
	Ways       Ways  // how it is written
	Unasked    bool  // all of it is another name, and no invitation or account stands beside it
}

// Scan appends the words that text holds in disguise to dst: the first way to
// read each of them at each place. A word written as it is, is no match, nor is
// one that only separators, case or the form of letters hide: both are for
// package keyword over package fold. The text must be folded with
// fold.Separators: Keep.
func (s *Scanner) Scan(dst []Match, text string, sc *Scratch) []Match {
	s.read(sc, text)
	m := matcher{scanner: s, elements: sc.elements, found: dst, left: textSteps}
	for at := range m.elements {
		m.left = min(m.left+placeSteps, textSteps)
		m.startAt(at)
	}
	return m.found
}

// startAt looks for the words that may start at an element.
func (m *matcher) startAt(at int) {
	s := m.scanner
	e := &m.elements[at]
	first := len(m.found)
	m.allowed = every
	if e.kind == ideograph || e.kind == figure || e.kind == sign {
		p := s.gate.of(e)
		m.allowed = p.alone
		if at+1 < len(m.elements) {
			m.allowed.add(p.first.common(s.gate.of(&m.elements[at+1]).second))
		}
		if m.noise(at+1) && at+2 < len(m.elements) {
			m.allowed.add(p.first.common(s.gate.of(&m.elements[at+2]).second))
		}
		if m.allowed.isEmpty() {
			return
		}
	}
	switch e.kind {
	case ideograph:
		for _, sound := range s.spoken.of(e.r) {
			m.tryAll(s.bySound[s.spoken.class[sound]], at, first)
		}
		if s.spoken.rare(e.r) {
			for _, part := range s.spoken.parts(e.r) {
				m.tryAll(s.byPart[part], at, first)
			}
		}
	case letter:
		if !s.letters[e.r] {
			return
		}
		m.startSpelled(at, first)
		return
	case figure:
		for _, name := range digitSounds[e.r-'0'] {
			m.tryAll(s.bySound[s.spoken.class[s.spoken.bySound[name]]], at, first)
		}
	case sign:
		for _, r := range s.stands[e.r] {
			for _, sound := range s.spoken.of(r) {
				m.tryAll(s.bySound[s.spoken.class[sound]], at, first)
			}
		}
	}
	m.tryAll(s.byRune[e.r], at, first)
	if plain := glyph.Plain(e.r); plain != e.r {
		m.tryAll(s.byRune[plain], at, first)
	}
}

// startSpelled looks for words that start with a letter: of an alias, or of a
// syllable, behind which there must be nothing but syllables.
func (m *matcher) startSpelled(at, first int) {
	s := m.scanner
	token := *m.tokenAt(at) // a copy: whatever is tried looks at other tokens
	if m.afterSyllables(at) && m.beforeSyllables(at) {
		node := uint16(0)
		for k := at; k < token.to; k++ {
			if node = s.spoken.next[node][m.elements[k].r-'a']; node == 0 {
				break
			}
			if sound := s.spoken.ends[node]; sound != 0 {
				m.allowed = s.gate.singles
				for next := k + 1; next < len(m.elements); next++ {
					m.allowed.add(s.gate.of(&m.elements[next]).second)
					if !m.tone(next) {
						break
					}
				}
				m.tryAll(s.bySound[s.spoken.class[sound]], at, first)
			}
		}
	}
	if at > token.from {
		return
	}
	if r := m.elements[at].r; at+1 == token.to && at+1 < len(m.elements) {
		m.allowed = s.gate.initials[r-'a'].common(s.gate.of(&m.elements[at+1]).second)
		m.tryAll(s.byInitial[r-'a'], at, first)
	}
	if !s.gate.opens(m.opening(at)) {
		return
	}
	m.allowed = every
	m.tryAll(s.byRune[m.elements[at].r], at, first)
}

// tryAll tries words at an element; those from found[first] on are found there.
func (m *matcher) tryAll(words []int32, at, first int) {
	for _, id := range words {
		if !m.allowed.meets(member(id, false)) && !m.allowed.meets(member(id, true)) {
			continue
		}
		if !slices.ContainsFunc(m.found[first:], func(f Match) bool { return f.Word == id }) {
			m.try(id, at)
		}
	}
}

// opening is the trigram of the first letters of a token that begins at an element.
func (m *matcher) opening(at int) int {
	letters := [3]byte{endOfToken, endOfToken, endOfToken}
	for k := range letters {
		if k > 0 && !m.inToken(at+k) {
			break
		}
		letters[k] = byte(m.elements[at+k].r - 'a')
	}
	return trigram(letters[0], letters[1], letters[2])
}

// endsIn reports whether a word was just added to a list; words are added in order.
func endsIn(words []int32, id int32) bool { return len(words) > 0 && words[len(words)-1] == id }
