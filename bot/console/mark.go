package console

import (
	"slices"
	"strings"
	"unicode/utf8"

	"patrol/rules"
)

// piece is a part of a text as it is shown: plain, hit by rules, hidden (then
// Label stands in its place), or left out.
type piece struct {
	Text  string   // the bytes of the original; not to be shown where Label is set
	Label string   // what a hidden character or a broken byte is called
	Hits  []string // names of the spans that cover it, sorted
	Gap   int      // characters left out here; then nothing else is set
}

// Names is the names of the hits for a person.
func (p piece) Names() string { return strings.Join(p.Hits, " · ") }

// named is a span with the name of what hit there.
type named struct {
	rules.Span
	Name string
}

// mark cuts text into pieces. Spans may overlap, repeat, and cut through
// characters (then they cover the whole character); those that are empty or lie
// outside are left out. The texts of the pieces, one after the other, are text.
func mark(text string, spans []named) []piece { return markPart(text, 0, len(text), spans) }

// brief is a text without hits that stands in a line with others: a name, a
// reason, an error. Of a long one the beginning is enough.
func brief(text string) []piece {
	pieces, _ := clipped(text, nil, forLine)
	return pieces
}

// markPart is mark for text[from:to]. What lies before from is looked at only to
// know what a joiner joins.
func markPart(text string, from, to int, spans []named) []piece {
	var (
		pieces []piece
		sweep  = newSweep(spans)
		start  = from // of the plain piece that grows
		before = lastRune(text[:from])
	)
	flush := func(end int) {
		if start < end {
			pieces = append(pieces, piece{Text: text[start:end], Hits: sweep.names})
		}
		start = end
	}
	for at := from; at < to; {
		r, size := utf8.DecodeRuneInString(text[at:])
		if sweep.crosses(at, at+size) {
			flush(at)
			sweep.to(at, at+size)
		}
		label := hiddenLabel(r, before)
		if r == utf8.RuneError && size == 1 {
			label = byteLabel(text[at])
		}
		if label != "" {
			flush(at)
			pieces = append(pieces, piece{Text: text[at : at+size], Label: label, Hits: sweep.names})
			start = at + size
		}
		before = r
		at += size
	}
	flush(to)
	return pieces
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// sweep goes over the text once and knows which spans cover the character that
// it stands on.
type sweep struct {
	byStart, byEnd []named
	covering       map[string]int
	names          []string
}

func newSweep(spans []named) *sweep {
	s := &sweep{covering: map[string]int{}}
	for _, n := range spans {
		if n.Start >= 0 && n.Start < n.End {
			s.byStart = append(s.byStart, n)
		}
	}
	s.byEnd = slices.Clone(s.byStart)
	slices.SortStableFunc(s.byStart, func(a, b named) int { return a.Start - b.Start })
	slices.SortStableFunc(s.byEnd, func(a, b named) int { return a.End - b.End })
	return s
}

// crosses reports whether another set of spans covers the character at
// [from, to) than the one before it.
func (s *sweep) crosses(from, to int) bool {
	return len(s.byStart) > 0 && s.byStart[0].Start < to || len(s.byEnd) > 0 && s.byEnd[0].End <= from
}

func (s *sweep) to(from, to int) {
	for len(s.byStart) > 0 && s.byStart[0].Start < to {
		s.covering[s.byStart[0].Name]++
		s.byStart = s.byStart[1:]
	}
	for len(s.byEnd) > 0 && s.byEnd[0].End <= from {
		name := s.byEnd[0].Name
		if s.covering[name]--; s.covering[name] <= 0 {
			delete(s.covering, name)
		}
		s.byEnd = s.byEnd[1:]
	}
	s.names = nil
	for name := range s.covering {
		s.names = append(s.names, name)
	}
	slices.Sort(s.names)
}

// glimpse says how much of a long text is shown at first, in bytes.
type glimpse struct {
	head   int // of the beginning
	around int // on each side of a hit
	hits   int // hits that are shown
}

// Most texts are short; a wall of text is shown by its beginning and by what
// surrounds its first hits.
var (
	forLine  = glimpse{head: 300}
	forFound = glimpse{head: 80} // beside the word or pattern that found it
	forCase  = glimpse{head: 900, around: 120, hits: 12}
	forAll   = glimpse{head: 64 << 10, around: 120, hits: 12} // more stops a phone; the bundle of evidence has it
	forRow   = glimpse{head: 0, around: 90, hits: 1}
)

// clipped is mark for what g shows of text, with gaps for the rest. more is
// whether anything was left out.
func clipped(text string, spans []named, g glimpse) (pieces []piece, more bool) {
	if len(text) <= g.head+2*g.around {
		return mark(text, spans), false
	}
	at := 0
	for _, part := range g.parts(text, spans) {
		if gap := utf8.RuneCountInString(text[at:part.Start]); gap > 0 {
			pieces, more = append(pieces, piece{Gap: gap}), true
		}
		pieces = append(pieces, markPart(text, part.Start, part.End, spans)...)
		at = part.End
	}
	if gap := utf8.RuneCountInString(text[at:]); gap > 0 {
		pieces, more = append(pieces, piece{Gap: gap}), true
	}
	return pieces, more
}

// parts is what is shown, in order and apart from each other.
func (g glimpse) parts(text string, spans []named) []rules.Span {
	spans = slices.DeleteFunc(slices.Clone(spans), func(n named) bool {
		return n.Start < 0 || n.Start >= n.End || n.Start >= len(text)
	})
	slices.SortStableFunc(spans, func(a, b named) int { return a.Start - b.Start })
	wanted := []rules.Span{{Start: 0, End: g.head}}
	if g.head == 0 && len(spans) == 0 {
		wanted[0].End = 2 * g.around
	}
	for _, n := range spans[:min(len(spans), g.hits)] {
		end := min(n.End, n.Start+2*g.around) // a span may be the whole text
		wanted = append(wanted, rules.Span{Start: n.Start - g.around, End: end + g.around})
	}
	var parts []rules.Span
	for _, w := range wanted {
		w.Start, w.End = runeStart(text, w.Start), runeStart(text, w.End)
		if w.Start >= w.End {
			continue
		}
		if last := len(parts) - 1; last >= 0 && w.Start <= parts[last].End {
			parts[last].End = max(parts[last].End, w.End)
			continue
		}
		parts = append(parts, w)
	}
	return parts
}

// runeStart is i brought into text and back to the beginning of a character.
func runeStart(text string, i int) int {
	if i <= 0 {
		return 0
	}
	if i >= len(text) {
		return len(text)
	}
	for back := range utf8.UTFMax {
		if i-back >= 0 && utf8.RuneStart(text[i-back]) {
			return i - back
		}
	}
	return i // bytes that belong to no character
}
