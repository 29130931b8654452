package rules

import (
	"math/bits"
	"regexp/syntax"
	"slices"
	"unicode"
	"unicode/utf8"
)

// runeSet is a set of characters, coarsely: one for each character of ASCII, one
// of 64 classes by block for others, and one of 256 for Chinese characters. A
// set that a character is not in may say that it is, never the other way round.
type runeSet struct {
	ascii     [2]uint64
	han       [4]uint64
	low, high uint64
}

// The blocks whose characters are told apart one by one.
const hanFrom, hanTo = 0x2E80, 0x9FFF

func (s *runeSet) add(r rune) {
	switch {
	case r < 0:
	case r < utf8.RuneSelf:
		s.ascii[r/64] |= 1 << (r % 64)
	case r < hanFrom:
		s.low |= 1 << (r >> 7 % 64)
	case r <= hanTo:
		class := uint32(r) * 0x9E3779B1 >> 24
		s.han[class/64] |= 1 << (class % 64)
	default:
		s.high |= 1 << (r >> 7 % 64)
	}
}

// addRange adds all from one character to another.
func (s *runeSet) addRange(from, to rune) {
	for r := from; r <= to; {
		s.add(r)
		switch {
		case r < utf8.RuneSelf, r >= hanFrom && r <= hanTo && s.han != allHan:
			r++
		case r >= hanFrom && r <= hanTo:
			r = hanTo + 1
		default: // on to the next block
			r = min(r|127, max(to, r)) + 1
		}
		if s.low&s.high == ^uint64(0) && r > hanTo {
			break
		}
	}
}

func (s *runeSet) join(t *runeSet) {
	s.ascii[0] |= t.ascii[0]
	s.ascii[1] |= t.ascii[1]
	for i := range s.han {
		s.han[i] |= t.han[i]
	}
	s.low |= t.low
	s.high |= t.high
}

// meets reports whether the sets may have a character in common.
func (s *runeSet) meets(t *runeSet) bool {
	return s.ascii[0]&t.ascii[0]|s.ascii[1]&t.ascii[1]|s.low&t.low|s.high&t.high|
		s.han[0]&t.han[0]|s.han[1]&t.han[1]|s.han[2]&t.han[2]|s.han[3]&t.han[3] != 0
}

// breadth is how many classes there are in the set: the fewer, the more telling.
func (s *runeSet) breadth() int {
	n := bits.OnesCount64(s.low) + bits.OnesCount64(s.high)
	for _, word := range s.ascii {
		n += bits.OnesCount64(word)
	}
	for _, word := range s.han {
		n += bits.OnesCount64(word)
	}
	return n
}

var allHan = [4]uint64{^uint64(0), ^uint64(0), ^uint64(0), ^uint64(0)}

// of makes the set that of a text.
func (s *runeSet) of(text string) {
	*s = runeSet{}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			s.ascii[c/64] |= 1 << (c % 64)
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		s.add(r)
		i += size
	}
}

// gate says quickly that a text can't match a pattern: of one of its
// alternatives, each set has a character of whatever matches. An empty gate lets
// everything pass.
type gate [][]runeSet

// maxGate is how many sets of an alternative are worth asking.
const maxGate = 4

// maxBreadth is how many classes a set may have that tells anything.
const maxBreadth = 100

func newGate(pattern string) gate {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil
	}
	re = re.Simplify()
	for re.Op == syntax.OpCapture {
		re = re.Sub[0]
	}
	subs := []*syntax.Regexp{re}
	if re.Op == syntax.OpAlternate {
		subs = re.Sub
	}
	var g gate
	for _, sub := range subs {
		sets := needed(sub)
		if len(sets) == 0 {
			return nil
		}
		slices.SortStableFunc(sets, func(a, b runeSet) int { return a.breadth() - b.breadth() })
		g = append(g, sets[:min(len(sets), maxGate)])
	}
	return g
}

// passes reports whether a text of these characters may match.
func (g gate) passes(text *runeSet) bool {
	for _, sets := range g {
		if allMeet(sets, text) {
			return true
		}
	}
	return len(g) == 0
}

func allMeet(sets []runeSet, text *runeSet) bool {
	for i := range sets {
		if !sets[i].meets(text) {
			return false
		}
	}
	return true
}

// needed are sets each of which has a character of all that re matches.
func needed(re *syntax.Regexp) []runeSet {
	switch re.Op {
	case syntax.OpLiteral:
		var all []runeSet
		for _, r := range re.Rune {
			all = append(all, single(r, re.Flags&syntax.FoldCase != 0))
		}
		return all
	case syntax.OpCharClass:
		var s runeSet
		for i := 0; i+1 < len(re.Rune); i += 2 {
			s.addRange(re.Rune[i], re.Rune[i+1])
		}
		if s.breadth() > maxBreadth {
			return nil
		}
		return []runeSet{s}
	case syntax.OpCapture, syntax.OpPlus:
		return needed(re.Sub[0])
	case syntax.OpConcat:
		var all []runeSet
		for _, sub := range re.Sub {
			all = append(all, needed(sub)...)
		}
		return all
	case syntax.OpAlternate:
		return either(re.Sub)
	}
	return nil
}

// either joins the most telling set of each alternative.
func either(subs []*syntax.Regexp) []runeSet {
	var s runeSet
	for _, sub := range subs {
		sets := needed(sub)
		if len(sets) == 0 {
			return nil
		}
		best := slices.MinFunc(sets, func(a, b runeSet) int { return a.breadth() - b.breadth() })
		s.join(&best)
	}
	if s.breadth() > maxBreadth {
		return nil
	}
	return []runeSet{s}
}

// single is the set of a character, and of those that only case keeps apart.
func single(r rune, anyCase bool) runeSet {
	var s runeSet
	s.add(r)
	if anyCase {
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			s.add(other)
		}
	}
	return s
}
