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
	gate  gate
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
	return pattern{text: text, re: re, exact: exact, gate: newGate(flagged)}, required(parsed.Simplify()), nil
}

// maxMatches is how many matches of one pattern are looked at in one message,
// so that except phrases can't use up those that are reported.
const maxMatches = 1000

// match runs the patterns that may match.
func (s *Set) match(text string, sc *Scratch) {
	if len(sc.patterns) == 0 {
		return
	}
	sortUses(sc.patterns)
	sc.patterns = slices.Compact(sc.patterns)
	if !sc.thorough {
		sc.patterns = slices.DeleteFunc(sc.patterns, func(u use) bool { return s.shut(u, text, sc) })
	}
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

// shut reports whether a pattern can't match by the characters of the text.
func (s *Set) shut(u use, text string, sc *Scratch) bool {
	p := &s.rules[u.rule].patterns[u.entry]
	if p.exact || len(p.gate) == 0 {
		return false
	}
	s.cleanText(text, sc)
	return !p.gate.passes(sc.cleanRunes())
}

func sortUses(uses []use) {
	slices.SortFunc(uses, func(a, b use) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(a.entry, b.entry))
	})
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

// cleanRunes are the characters of the clean text, which is ready.
func (sc *Scratch) cleanRunes() *runeSet {
	if !sc.looked {
		sc.runes.of(sc.clean.String())
		sc.looked = true
	}
	return &sc.runes
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
			if found := required(sub); weight(found) > weight(best) || weight(found) == weight(best) && common(found) < common(best) {
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

// common is how many of some literals are single characters that stand in very
// many messages.
func common(words []string) int {
	n := 0
	for _, w := range words {
		if r, size := utf8.DecodeRuneInString(w); size == len(w) && strings.ContainsRune(commonest, r) {
			n++
		}
	}
	return n
}

// commonest are the characters that Chinese chat uses most.
const commonest = "的一是不了在人有我他这个们来上大为和国地到说时要就出会可也你对生能子那得于着下自之年过发后作里用道行所然家事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样心前开但因只从想很最重给等吗吧呢啊哦嗯谢收加点号群老真太再又怎什谁找问买叫被让把比"

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
