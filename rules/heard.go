package rules

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/phonetic"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// hearing is a lexicon of words that are looked for by what they sound like. It
// is nil where no rule asks for that.
type hearing struct {
	scanner *phonetic.Scanner
	uses    [][]use
}

// hearingScratch is the room that hear works in.
type hearingScratch struct {
	room    phonetic.Scratch
	matches []phonetic.Match
}

// buildHeard makes the words ready to be listened for.
func (x *lexicon) buildHeard(aliases map[string][]string) (*hearing, error) {
	if len(x.words) == 0 {
		return nil, nil
	}
	s, err := phonetic.New(x.words, phonetic.Options{Aliases: aliases})
	if err != nil {
		return nil, err
	}
	return &hearing{scanner: s, uses: x.uses}, nil
}

// hear looks for words by what the text sounds like.
func (s *Set) hear(text string, sc *Scratch) {
	if !s.heard.scanner.May(text) {
		return
	}
	h := &sc.hearing
	h.matches = s.heard.scanner.Scan(h.matches[:0], s.cleanText(text, sc), &h.room)
	for _, m := range h.matches {
		at := Span{Start: int(m.Start), End: int(m.End)}
		span := at
		span.Start, span.End = sc.clean.Span(at.Start, at.End)
		for _, u := range s.heard.uses[m.Word] {
			sc.found = append(sc.found, finding{rule: u.rule, group: u.group, entry: u.entry, kind: foundHeard, span: span, scanned: at, ways: m.Ways, unasked: m.Unasked})
		}
	}
}

// excuseHeard says why a word that was heard does not count, if it does not.
func (j *judgement) excuseHeard(r *rule, f finding) (why lang.Text, excused bool) {
	written := j.sc.clean.String()[f.scanned.Start:f.scanned.End]
	if r.gapless && strings.ContainsFunc(written, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) }) {
		return forbidden, true
	}
	if j.everyday(written, f) {
		return lang.T("它本身就是平常的话", "it is ordinary talk of its own"), true
	}
	switch {
	case r.boundary != boundaryAuto:
		return lang.Text{}, false
	case f.ways&^sounding == 0 && utf8.RuneCountInString(written) <= byChance:
		return j.set.words.crossed(j.ev.Message.Text, f.span)
	}
	return j.set.words.cut(j.ev.Message.Text, f.span)
}

// sounding are the ways that leave whole characters, which may say something else.
const sounding = phonetic.Sound | phonetic.Swapped | phonetic.Look

// byChance is how many characters of ordinary talk often sound like a keyword by
// chance; three hardly do.
const byChance = 2

// everyday reports whether what was heard is more likely to mean itself: talk that
// only sounds like a keyword, or a word like 飞机 that is another name for one where
// nobody is invited to write there.
func (j *judgement) everyday(written string, f finding) bool {
	switch {
	case f.ways&^sounding == 0 && utf8.RuneCountInString(written) <= byChance:
		return j.set.words.usual(written)
	case f.ways&^(sounding|phonetic.Alias) == 0:
		return (f.unasked || f.ways&sounding != 0) && j.set.words.common(written)
	}
	return false
}

// ways are the names of the ways in which a word may be written.
var ways = []struct {
	way  phonetic.Ways
	name lang.Text
}{
	{phonetic.Sound, lang.T("谐音", "sound")},
	{phonetic.Spelled, lang.T("拼音", "pinyin")},
	{phonetic.Initial, lang.T("首字母", "initials")},
	{phonetic.Alias, lang.T("别名", "alias")},
	{phonetic.Sign, lang.T("表情", "emoji")},
	{phonetic.Figure, lang.T("数字谐音", "a digit's sound")},
	{phonetic.Split, lang.T("拆字", "split characters")},
	{phonetic.Swapped, lang.T("调换字序", "changing their order")},
	{phonetic.Look, lang.T("形近字", "look-alike characters")},
	{phonetic.Noise, lang.T("去掉夹在中间的字母或数字", "leaving out letters or digits between")},
}

// readAs says as what a text was read, and by what.
func readAs(written, word string, by phonetic.Ways) lang.Text {
	var zh, en []string
	for _, w := range ways {
		if by&w.way != 0 {
			zh, en = append(zh, w.name.Zh), append(en, w.name.En)
		}
	}
	return readBy(written, word, lang.T("按"+strings.Join(zh, "、"), "by "+strings.Join(en, " and ")))
}

// readBy says as what a text was read, and how.
func readBy(written, word string, how lang.Text) lang.Text {
	written, word = yamlfile.Excerpt(written), yamlfile.Excerpt(word)
	return lang.T("原文写作 "+written+"，"+how.Zh+"读作 "+word, "written as "+written+", read as "+word+" "+how.En)
}

// alias takes in the aliases of a file.
func (l *loader) alias(p *part) {
	for word, others := range p.in.Aliases {
		at := yamlfile.Path("aliases").Key(word)
		if l.set.drop.Word(word) == "" {
			l.faults = append(l.faults, p.doc.KeyFault(at, lang.F("%s 去掉符号后什么也不剩，不能有别名", "nothing is left of %s without symbols, so it can't have aliases", yamlfile.Excerpt(word)), lang.Text{}))
		}
		for i, other := range others {
			if strings.TrimSpace(other) == "" {
				l.faults = append(l.faults, p.doc.Fault(at.Index(i), lang.T("别名是空的", "the alias is empty"), lang.T("请写上文字，或删去它", "write it, or take it out")))
			}
		}
		l.aliases[word] = append(slices.Clip(l.aliases[word]), others...)
	}
}
