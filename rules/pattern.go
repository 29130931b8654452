package rules

import (
	"cmp"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/rules/lang"
)

// pattern is a regular expression of a rule.
type pattern struct {
	text  string // as the rule file has it
	re    *regexp.Regexp
	exact bool // runs on the text as it was written
	group int16
}

// compilePattern compiles a pattern, and finds literals one of which is in all
// that it matches; there may be none.
func compilePattern(text string, exact bool) (p pattern, literals []string, err error) {
	if _, err := regexp.Compile(text); err != nil {
		return pattern{}, nil, err
	}
	flagged := text
	if !exact {
		flagged = "(?i:" + text + ")" // the text that it runs on is in lower case
	}
	re, err := regexp.Compile(flagged)
	if err != nil {
		return pattern{}, nil, err
	}
	parsed, err := syntax.Parse(flagged, syntax.Perl)
	if err != nil {
		return pattern{}, nil, err
	}
	return pattern{text: text, re: re, exact: exact}, required(parsed.Simplify()), nil
}

// maxMatches is how many matches of one pattern are looked at in one message,
// so that except phrases can't use up those that are reported.
const maxMatches = 1000

// match runs the patterns that may match.
func (s *Set) match(text string, sc *Scratch) {
	if len(sc.patterns) == 0 {
		return
	}
	slices.SortFunc(sc.patterns, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.entry, b.entry))
	})
	sc.patterns = slices.Compact(sc.patterns)
	for i, u := range sc.patterns {
		if !sc.thorough && s.hopeless(sc, i) {
			continue
		}
		p := &s.rules[u.rule].patterns[u.entry]
		subject := text
		if !p.exact {
			subject = s.cleanText(text, sc)
		}
		for _, at := range p.re.FindAllStringIndex(subject, maxMatches) {
			if at[0] == at[1] {
				continue
			}
			f := finding{rule: u.rule, group: p.group, entry: u.entry, kind: foundPattern, span: Span{Start: at[0], End: at[1]}}
			if !p.exact {
				f.span.Start, f.span.End = sc.clean.Span(at[0], at[1])
			}
			sc.found = append(sc.found, f)
		}
	}
}

// hopeless reports whether the rule of the i-th pattern weighs evidence and
// can't come to its score even if all of its patterns match: most patterns of
// evidence have a common character for their literal, and need not run.
func (s *Set) hopeless(sc *Scratch, i int) bool {
	id := sc.patterns[i].rule
	r := &s.rules[id]
	if !r.score.weighs() {
		return false
	}
	var seen groupSet
	best := 0.0
	for k := range sc.found {
		if f := &sc.found[k]; f.rule == id {
			best += r.hope(f.group, &seen)
		}
	}
	for _, u := range sc.patterns {
		if u.rule == id {
			best += r.hope(u.group, &seen)
		}
	}
	return !r.mayReach(best)
}

func (s *Set) cleanText(text string, sc *Scratch) string {
	if !sc.cleaned {
		s.keep.Fold(&sc.clean, text)
		sc.cleaned = true
	}
	return sc.clean.String()
}

// minLiteral is the least weight of a literal that is worth looking for: two
// letters, or one Chinese character.
const minLiteral = 2

// maxLiterals bounds how many literals one pattern puts in the automaton.
const maxLiterals = 64

// required returns texts one of which is in every match of re, which must be
// simplified (it has no counted repetitions); nil where it finds none. They are in lower case, and hold only letters and digits that
// folding treats apart from their neighbours, so that folding a text that
// contains one gives a text that contains it folded.
func required(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return literals(string(re.Rune))
	case syntax.OpCharClass:
		return classLiterals(re.Rune)
	case syntax.OpCapture, syntax.OpPlus:
		return required(re.Sub[0])
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if found := required(sub); weight(found) > weight(best) {
				best = found
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			found := required(sub)
			if found == nil || len(all)+len(found) > maxLiterals {
				return nil
			}
			all = append(all, found...)
		}
		return all
	}
	return nil
}

// classLiterals are the characters of a small class each of which is worth
// looking for: [微薇威].
func classLiterals(ranges []rune) []string {
	var all []string
	for i := 0; i < len(ranges); i += 2 {
		for r := ranges[i]; r <= ranges[i+1]; r++ {
			found := literals(string(r))
			if found == nil || len(all) == maxLiterals {
				return nil
			}
			all = append(all, found...)
		}
	}
	return all
}

// literals is the weightiest part of a literal that can be looked for.
func literals(s string) []string {
	best := ""
	for _, part := range strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !plain(r) }) {
		if wordWeight(part) > wordWeight(best) {
			best = part
		}
	}
	if wordWeight(best) < minLiteral {
		return nil
	}
	return []string{best}
}

// plain reports whether r is a letter or digit that never joins what is beside it.
func plain(r rune) bool {
	return r < utf8.RuneSelf && spaced(r) || unicode.Is(unicode.Han, r) && unicode.IsLetter(r) || unicode.Is(unicode.Cyrillic, r) && unicode.IsLetter(r)
}

// weight is that of the lightest of some literals.
func weight(words []string) int {
	if len(words) == 0 {
		return 0
	}
	least := wordWeight(words[0])
	for _, w := range words[1:] {
		least = min(least, wordWeight(w))
	}
	return least
}

// wordWeight is how telling a literal is: two for a Chinese character, one for
// a letter.
func wordWeight(s string) int {
	n := 0
	for _, r := range s {
		n++
		if unicode.Is(unicode.Han, r) {
			n++
		}
	}
	return n
}

// neverClean finds a character in a pattern that folded text never holds.
func neverClean(text string, fold func(string) string) (odd rune, folded string) {
	parsed, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return 0, ""
	}
	walk(parsed, func(re *syntax.Regexp) {
		if re.Op != syntax.OpLiteral {
			return
		}
		for _, r := range re.Rune {
			if f := fold(string(r)); f != strings.ToLower(string(r)) {
				odd, folded = r, f
			}
		}
	})
	return odd, folded
}

func walk(re *syntax.Regexp, visit func(*syntax.Regexp)) {
	visit(re)
	for _, sub := range re.Sub {
		walk(sub, visit)
	}
}

// emptyMatch is the fault of a pattern that matches nothing at all.
var emptyMatch = lang.T("这个正则匹配空文本，也就匹配所有消息", "this pattern matches empty text, and so every message")
