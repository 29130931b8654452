package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/fold"
	"patrol/rules/lang"
)

// A folded hit may stand for letters that were far apart. Spammers set letters
// apart to hide a word (加 微 信, w.e.c.h.a.t); honest people write sentences in which
// the end of one word and the start of the next happen to spell one. A hit with
// gaps counts only where somebody seems to have written that word:
//
//   - No sentence ends inside it, and no gap is longer than maxGap.
//   - Where Chinese characters are set apart by a comma or the like, all of its
//     characters are: 加，微，信 is one word, 不加，微信上说 is two clauses.
//   - Letters and digits of scripts that write spaces between words ("we chat")
//     hit only as a whole word, and only where the gaps are symbols inside one
//     token (we-chat, w.e.c.h.a.t) or every letter is set apart alike (w e c h a t).

// maxGap is the longest row of separators that is read over.
const maxGap = 8

// minSpelled is the fewest letters that count when spelled out with spaces: "v x"
// happens in any formula.
const minSpelled = 3

// Where the keyword itself has a space or a mark, a gap is no gap.

// scanned is a text in which words were found.
type scanned struct {
	folded *fold.Text // nil for a text that was scanned as it is
	raw    string     // what was scanned
}

// apart reports whether the letters of a hit stand too far apart to be the
// word, which is folded as the text is. gapless forbids that they stand apart.
func (t scanned) apart(hit Span, word *fold.Text, gapless bool) (why lang.Text, apart bool) {
	gaps := t.folded.Gaps(hit.Start, hit.End)
	own := word.Gaps(0, hit.End-hit.Start)
	switch {
	case gaps.Total == 0:
		return lang.Text{}, false
	case gapless && gaps.Total > own.Total:
		return forbidden, true
	case gaps.Longest > max(maxGap, own.Longest):
		return lang.T("字与字隔得太远", "its characters stand too far apart"), true
	}
	if hit.End-hit.Start >= leastNumber && strings.Trim(t.raw[hit.Start:hit.End], "0123456789") == "" {
		return lang.Text{}, false
	}
	spelled := t.spelling(hit, word)
	switch {
	case spelled.lines && spelled.pairs > 0 && t.onLines(hit):
		return lang.Text{}, false
	case spelled.sentences > 0:
		return endsInside, true
	case spelled.clauses > 0 && spelled.gaps < spelled.pairs:
		return lang.T("跨了两个分句", "it lies across two clauses"), true
	case spelled.wordGaps == 0:
		return lang.Text{}, false
	}
	if _, inside := t.insideWord(hit, boundaryAuto); inside {
		return lang.T("字母来自相邻的几个词", "its letters come from several words"), true
	}
	allApart := !spelled.uneven && spelled.alike && spelled.wordGaps >= minSpelled-1
	if !spelled.token && !allApart {
		return lang.T("字母来自相邻的几个词", "its letters come from several words"), true
	}
	return lang.Text{}, false
}

// leastNumber is how many digits make a number that nobody writes by accident,
// whatever stands between its groups.
const leastNumber = 7

var forbidden = lang.T("规则不许字与字隔开（gaps: forbid）", "the rule forbids that its characters stand apart (gaps: forbid)")

// spelling is how the characters of a hit follow each other.
type spelling struct {
	pairs, gaps         int  // neighbours in all, and those that are set apart
	wordPairs, wordGaps int  // the same among letters of scripts with spaces
	clauses             int  // gaps that are only a comma or the like
	sentences           int  // gaps in which a sentence ends
	token               bool // all word gaps are symbols inside one token
	alike               bool // all word gaps are the same
	lines               bool // in all gaps is a line break, and but for it only spaces
	uneven              bool // between two marks of the keyword's own some letters are set apart, and some not
}

var endsInside = lang.T("中间是句子的结尾", "a sentence ends inside it")

func (t scanned) spelling(hit Span, word *fold.Text) spelling {
	s := spelling{token: true, alike: true, lines: true}
	firstGap := ""
	pairs, gaps := 0, 0 // of letters since the last mark of the keyword's own
	last, lastAt := rune(0), -1
	for i, r := range t.raw[hit.Start:hit.End] {
		at := hit.Start + i
		if lastAt < 0 {
			last, lastAt = r, at
			continue
		}
		end := at + utf8.RuneLen(r)
		if mark := between(word, lastAt-hit.Start, at-hit.Start, end-hit.Start); mark != "" {
			// m e . c o m goes on, as no sentence ends behind a space.
			goesOn := strings.Contains(mark, ".") && strings.HasPrefix(between(t.folded, lastAt, at, end), " ")
			if !goesOn && t.folded.Gaps(lastAt, end).Sentence {
				s.sentences++
			}
			last, lastAt = r, at
			pairs, gaps = 0, 0
			continue
		}
		gap := between(t.folded, lastAt, at, end)
		if gap != "" && t.folded.Gaps(lastAt, end).Sentence {
			s.sentences++
		}
		s.lines = s.lines && strings.Contains(gap, "\n") && strings.TrimSpace(gap) == ""
		words := spaced(last) && spaced(r)
		s.pairs++
		if words {
			s.wordPairs++
			pairs++
		}
		if gap != "" {
			s.gaps++
			switch {
			case !words && strings.Trim(gap, clauseMarks+" \u3000") == "" && strings.ContainsAny(gap, clauseMarks):
				s.clauses++
			case words:
				if s.wordGaps++; s.wordGaps == 1 {
					firstGap = gap
				}
				s.alike = s.alike && gap == firstGap
				s.token = s.token && !strings.ContainsFunc(gap, parts)
				gaps++
			}
		}
		s.uneven = s.uneven || gaps > 0 && gaps < pairs
		last, lastAt = r, at
	}
	return s
}

// onLines reports whether lines begin and end where a hit does: written downwards, each
// of its characters has a line of its own.
func (t scanned) onLines(hit Span) bool {
	from, to := t.folded.Span(hit.Start, hit.End)
	text := t.folded.Original()
	before, after := strings.TrimRight(text[:from], " \u3000"), strings.TrimLeft(text[to:], " \u3000")
	return (before == "" || strings.HasSuffix(before, "\n")) && (after == "" || strings.HasPrefix(after, "\n"))
}

// between is what stood between two neighbours of a folded text, the first from last to
// at and the second to end; "" where nothing was left out.
func between(t *fold.Text, last, at, end int) string {
	if t.Gaps(last, end).Total == 0 {
		return ""
	}
	_, from := t.Span(last, at)
	to, _ := t.Span(at, end)
	return t.Original()[from:to]
}

// clauseMarks end a clause but no sentence.
const clauseMarks = ",;:，、；："

// parts reports whether r separates tokens.
func parts(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(clauseMarks, r) }

// insideWord reports whether a hit is only a part of a word. auto looks at the
// edges of scripts that write spaces; word also at those that do not; none at
// nothing. A letter beside a digit is an edge, as in vx123.
func (t scanned) insideWord(hit Span, b boundaryMode) (why lang.Text, inside bool) {
	if b == boundaryNone {
		return lang.Text{}, false
	}
	first, _ := utf8.DecodeRuneInString(t.raw[hit.Start:])
	before, size := utf8.DecodeLastRuneInString(t.raw[:hit.Start])
	cut := size > 0 && oneWord(before, first, b) && !t.gap(hit.Start-size, hit.Start+utf8.RuneLen(first))
	if !cut {
		last, width := utf8.DecodeLastRuneInString(t.raw[:hit.End])
		after, size := utf8.DecodeRuneInString(t.raw[hit.End:])
		cut = size > 0 && oneWord(last, after, b) && !t.gap(hit.End-width, hit.End+size)
	}
	if !cut {
		return lang.Text{}, false
	}
	return lang.T("只是一个更长的词的一部分", "it is only a part of a longer word"), true
}

// gap reports whether something was taken out of a part of the text.
func (t scanned) gap(start, end int) bool {
	return t.folded != nil && t.folded.Gaps(start, end).Total > 0
}

// oneWord reports whether two neighbours may belong to one word.
func oneWord(a, b rune, edges boundaryMode) bool {
	switch {
	case unicode.IsDigit(a) || unicode.IsDigit(b):
		return unicode.IsDigit(a) && unicode.IsDigit(b)
	case !unicode.IsLetter(a) || !unicode.IsLetter(b):
		return false
	case spaced(a) || spaced(b):
		return spaced(a) && spaced(b)
	}
	return edges == boundaryWord
}

// spaced reports whether r is a letter or digit of a script that writes spaces
// between words.
func spaced(r rune) bool {
	if r < utf8.RuneSelf {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	}
	return (unicode.IsLetter(r) || unicode.IsDigit(r)) && !unicode.In(r, unspaced...)
}

// unspaced are scripts that write no spaces between words, and Hangul, which
// hangs particles on them.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Hangul,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}
