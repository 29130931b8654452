package keyword

import (
	"fmt"
	"slices"
)

// Engine names the code that searches.
type Engine int

const (
	// Own is this package's scanner: an n-gram filter before a double-array Aho-Corasick automaton.
	Own Engine = iota
	// Cloudflare is github.com/cloudflare/ahocorasick. It needs about 4 KB for each byte of the list and allocates while it
	// scans, so it suits lists of up to some hundred words, and tests that want a second opinion.
	Cloudflare
)

// String returns the engine's name as UnmarshalText reads it.
func (e Engine) String() string {
	switch e {
	case Own:
		return "own"
	case Cloudflare:
		return "cloudflare"
	}
	return fmt.Sprintf("Engine(%d)", int(e))
}

// UnmarshalText reads "own" or "cloudflare"; anything else is an error.
func (e *Engine) UnmarshalText(text []byte) error {
	for _, known := range []Engine{Own, Cloudflare} {
		if string(text) == known.String() {
			*e = known
			return nil
		}
	}
	return fmt.Errorf("unknown keyword engine %q, want own or cloudflare", text)
}

// Semantics says which of several matches that overlap are reported.
type Semantics int

const (
	// Overlapping reports every occurrence of every word.
	Overlapping Semantics = iota
	// LeftmostLongest reports matches that don't overlap: the one that starts first, of those the longest, and on from its
	// end. Words that are equal to each other are still all reported, with the same span.
	LeftmostLongest
)

// String returns the name of the semantics as UnmarshalText reads it.
func (s Semantics) String() string {
	switch s {
	case Overlapping:
		return "overlapping"
	case LeftmostLongest:
		return "leftmost-longest"
	}
	return fmt.Sprintf("Semantics(%d)", int(s))
}

// UnmarshalText reads "overlapping" or "leftmost-longest"; anything else is an error.
func (s *Semantics) UnmarshalText(text []byte) error {
	for _, known := range []Semantics{Overlapping, LeftmostLongest} {
		if string(text) == known.String() {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("unknown keyword semantics %q, want overlapping or leftmost-longest", text)
}

// Options says how a Scanner searches. The zero value is the own engine with overlapping matches.
type Options struct {
	Engine    Engine
	Semantics Semantics
}

// Match is one occurrence of one word: text[Start:End] of the scanned text equals the word numbered Word in the list that
// was given to New. Start and End count bytes.
type Match struct {
	Word, Start, End int32
}

// Scanner finds the words of one list in texts. It never changes after New, so any number of goroutines may use one at once,
// and a new list means a new Scanner put in the place of the old one.
type Scanner struct {
	words  *lexicon
	search searcher
	only   Semantics
}

// searcher is what an engine offers to Scanner.
type searcher interface {
	// find appends the matches in text, ordered by Start, End and Word. Of the matches at one start it may leave out those
	// that LeftmostLongest will not want.
	find(dst []Match, text string) []Match
	// size returns the bytes that the engine's tables hold, those of the lexicon aside.
	size() int
}

// New builds a scanner for words, whose indices are the Word of its matches. Words are bytes: they need not be valid UTF-8,
// and case matters. Equal words are all reported. An empty list matches nothing; an empty word, an unknown option, or a list
// of more than 2 GiB is an error.
func New(words []string, o Options) (*Scanner, error) {
	if o.Semantics != Overlapping && o.Semantics != LeftmostLongest {
		return nil, fmt.Errorf("keyword: unknown semantics %v", o.Semantics)
	}
	lex, err := newLexicon(words)
	if err != nil {
		return nil, fmt.Errorf("keyword: %w", err)
	}
	s := &Scanner{words: lex, only: o.Semantics}
	switch {
	case o.Engine != Own && o.Engine != Cloudflare:
		return nil, fmt.Errorf("keyword: unknown engine %v", o.Engine)
	case lex.count == 0:
		s.search = nothing{}
	case o.Engine == Cloudflare:
		s.search = newOracle(lex)
	default:
		s.search = newFilter(lex, o.Semantics)
	}
	return s, nil
}

// Scan appends the matches in text to dst, ordered by Start, then End, then Word, and returns the extended slice. It
// allocates nothing while dst has room (the Cloudflare engine does); with LeftmostLongest it needs room for one match at
// each start where a word is found before it drops those that overlap. The text must be shorter than 2 GiB. Any number of
// goroutines may call Scan at once, each with its own dst.
func (s *Scanner) Scan(dst []Match, text string) []Match {
	from := len(dst)
	dst = s.search.find(dst, text)
	if s.only == LeftmostLongest {
		dst = leftmostLongest(dst, from)
	}
	return dst
}

// Len returns the number of words, equal ones counted each.
func (s *Scanner) Len() int { return s.words.given }

// Size returns the bytes that the scanner's tables keep in memory. For the Cloudflare engine it is an estimate.
func (s *Scanner) Size() int { return s.words.size() + s.search.size() }

// leftmostLongest keeps, of the sorted matches dst[from:], those that leftmost-longest semantics wants.
func leftmostLongest(dst []Match, from int) []Match {
	kept, free := from, int32(0)
	for i := from; i < len(dst); {
		next := i + 1
		for next < len(dst) && dst[next].Start == dst[i].Start {
			next++
		}
		if dst[i].Start >= free {
			free = dst[next-1].End
			for ; i < next; i++ {
				if dst[i].End == free {
					dst[kept] = dst[i]
					kept++
				}
			}
		}
		i = next
	}
	return slices.Delete(dst, kept, len(dst))
}

// nothing is the searcher of an empty list.
type nothing struct{}

func (nothing) find(dst []Match, _ string) []Match { return dst }

func (nothing) size() int { return 0 }
