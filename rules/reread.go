package rules

import (
	"slices"
	"strings"
	"unicode/utf8"
	"unsafe"

	"patrol/detectors/fold"
	"patrol/detectors/glyph"
	"patrol/rules/lang"
)

// reread says how texts are read again, beside as they are written, where they
// give a sign that there is more to them. The zero value reads nothing again.
type reread struct {
	joiner  *glyph.Joiner // nil without Chinese words
	letters bool          // there are words of letters
	figures bool          // there are words of digits
	dotted  bool          // there are words with a dot
	signs   fold.Signs    // those that matter to the words
}

// manner is a way to read a text again: a fold.Reading, or joined.
type manner uint8

const joined = manner(fold.Reversed) + 1

// rereadScratch is the room that reading again takes.
type rereadScratch struct {
	text    fold.Text
	clean   fold.Text // the same with what separates, for patterns
	run     []use     // patterns that may match
	compact []byte    // the rewritten text without what is read over
	places  []int     // of its bytes in the rewritten text, and of its end
	rewrite []byte
	join    bool // the scan saw the start of a character in pieces
	reverse bool // the scan saw the words "read it backwards"
}

// backwards are the words with which people say that a text is written
// backwards.
var backwards = []string{"倒着读", "反着读", "倒着看", "反着看", "倒着念", "反着念", "倒过来读", "反过来读", "倒过来看", "反过来看", "倒读", "从右往左", "从后往前"}

// minLeet is how many letters a word has at least that may be written with
// digits, and a number that may be written with letters.
const minLeet = 3

// readAgain finds out how texts must be read again for the words of a lexicon,
// and enters in it what tells that a text should be.
func (x *lexicon) readAgain(word func(string) string) reread {
	if len(x.words) == 0 {
		return reread{}
	}
	var r reread
	var han strings.Builder
	for _, w := range x.words {
		letters, digits := 0, 0
		for _, c := range w {
			switch {
			case c >= 'a' && c <= 'z':
				letters++
			case c >= '0' && c <= '9':
				digits++
			case c > 0x2E7F:
				han.WriteRune(c)
			}
		}
		r.letters = r.letters || letters >= minLeet
		r.figures = r.figures || digits >= minLeet
	}
	r.signs = fold.Stretched | fold.Overridden
	if r.letters {
		r.signs |= fold.Mingled | fold.Escaped
	}
	if r.figures {
		r.signs |= fold.Mingled
	}
	if han.Len() > 0 {
		r.signs |= fold.Escaped
		r.joiner = glyph.NewJoiner(han.String())
		for _, start := range r.joiner.Starts() {
			if start = word(start); utf8.RuneCountInString(start) >= 2 {
				x.add(start, use{kind: useJoin})
			}
		}
		for _, say := range backwards {
			x.add(say, use{kind: useReverse})
		}
	}
	return r
}

// again reads the text of an event again in the ways that its signs suggest.
func (s *Set) again(text string, sc *Scratch) {
	r, room := &s.reread, &sc.again
	signs := sc.text.Signs() & r.signs
	if signs == 0 && !room.join && !room.reverse && !r.figures && !r.dotted {
		return
	}
	var ways [joined + 1]bool
	ways[fold.Decoded] = signs&fold.Escaped != 0 || r.dotted && strings.ContainsAny(text, "点點。｡．([·•斜") || r.dotted && strings.Contains(text, " dot ")
	ways[fold.Letters] = r.letters && signs&fold.Mingled != 0
	ways[fold.Ells] = ways[fold.Letters]
	ways[fold.Figures] = r.figures && (signs&fold.Mingled != 0 || strings.ContainsAny(text, numerals))
	ways[fold.Squeezed] = signs&fold.Stretched != 0
	ways[fold.Doubled] = r.letters && ways[fold.Squeezed]
	ways[fold.Reversed] = signs&fold.Overridden != 0 || room.reverse
	ways[joined] = room.join
	for way, wanted := range ways {
		if wanted {
			s.readAs(text, manner(way), sc)
		}
	}
}

// numerals are the characters that a number may be written with beside digits.
const numerals = "一二三四五六七八九零〇幺两壹贰叁肆伍陆柒捌玖ＯｏＩｌＺＳＢ①②③④⑤⑥⑦⑧⑨⓪❶❷❸❹❺❻❼❽❾⓿⑴⑵⑶⑷⑸⑹⑺⑻⑼⒈⒉⒊⒋⒌⒍⒎⒏⒐㈠㈡㈢㈣㈤㈥㈦㈧㈨㊀㊁㊂㊃㊄㊅㊆㊇㊈ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅰⅱⅲⅳⅴⅵⅶⅷⅸ\uFE0F\u20E3"

// readAs reads the text in one way.
func (s *Set) readAs(text string, way manner, sc *Scratch) {
	room := &sc.again
	if way == joined {
		room.rewrite = s.reread.joiner.Join(room.rewrite[:0], text)
	} else {
		room.rewrite = fold.Rewrite(room.rewrite[:0], text, fold.Reading(way))
	}
	// Lent as String lends: it is read no longer than to the end of this call.
	rewritten := unsafe.String(unsafe.SliceData(room.rewrite), len(room.rewrite))
	if rewritten == text {
		return
	}
	s.drop.Fold(&room.text, rewritten)
	room.run = room.run[:0]
	sc.matches = s.folded.scanner.Scan(sc.matches[:0], room.text.String())
	for _, m := range sc.matches {
		at := Span{Start: int(m.Start), End: int(m.End)}
		start, end := room.text.Span(at.Start, at.End)
		span, changed := inOriginal(text, rewritten, Span{Start: start, End: end}, way)
		for _, u := range s.folded.of(m.Word) {
			switch {
			case u.kind == usePattern:
				room.run = append(room.run, u)
			case !changed:
			case u.kind == useExcept:
				sc.excused = append(sc.excused, excusedSpan{rule: u.rule, span: span, reach: span, reachEntry: u.entry})
			case u.kind == useKeyword && s.stands(u, at, way, sc):
				sc.found = append(sc.found, finding{rule: u.rule, group: u.group, entry: u.entry, kind: foundReread, span: span, way: way})
			}
		}
	}
	s.matchAgain(text, rewritten, way, sc)
}

// matchAgain runs patterns on a text that was rewritten. What they find counts where the text
// was written otherwise.
func (s *Set) matchAgain(text, rewritten string, way manner, sc *Scratch) {
	room := &sc.again
	if len(room.run) == 0 {
		return
	}
	sortUses(room.run)
	room.squeeze(rewritten)
	s.keep.Fold(&room.clean, string(room.compact))
	for _, u := range slices.Compact(room.run) {
		p := &s.rules[u.rule].patterns[u.entry]
		if p.exact {
			continue
		}
		for _, at := range p.re.FindAllStringIndex(room.clean.String(), maxMatches) {
			start, end := room.clean.Span(at[0], at[1])
			if span, changed := inOriginal(text, rewritten, Span{Start: room.places[start], End: room.places[end]}, way); changed && at[0] < at[1] {
				sc.found = append(sc.found, finding{rule: u.rule, group: p.group, entry: u.entry, kind: foundPatternAgain, span: span, way: way})
			}
		}
	}
}

// squeeze takes the fillers out of a text, which patterns would stumble over.
func (room *rereadScratch) squeeze(rewritten string) {
	room.compact, room.places = room.compact[:0], room.places[:0]
	for i := range len(rewritten) {
		if rewritten[i] != fold.Filler {
			room.compact = append(room.compact, rewritten[i])
			room.places = append(room.places, i)
		}
	}
	room.places = append(room.places, len(rewritten))
}

// inOriginal is where a part of a text that was rewritten stands in the original, and
// whether it was written otherwise there.
func inOriginal(text, rewritten string, at Span, way manner) (span Span, changed bool) {
	if way == manner(fold.Reversed) {
		return Span{Start: len(text) - at.End, End: len(text) - at.Start}, true
	}
	for at.End < len(rewritten) && rewritten[at.End] == fold.Filler {
		at.End++
	}
	return at, rewritten[at.Start:at.End] != text[at.Start:at.End]
}

// stands reports whether a word that was read again stands as a word there.
func (s *Set) stands(u use, at Span, way manner, sc *Scratch) bool {
	r := &s.rules[u.rule]
	t := scanned{folded: &sc.again.text, raw: sc.again.text.String()}
	if letters := at.End - at.Start; way >= manner(fold.Letters) && way <= manner(fold.Figures) && letters < minLeet {
		return false
	}
	s.drop.Fold(&sc.word, r.entries[u.entry])
	if _, apart := t.apart(at, &sc.word, r.gapless); apart {
		return false
	}
	_, inside := t.insideWord(at, r.boundary)
	return !inside
}

// manners are what the ways to read a text again are called.
var manners = [...]lang.Text{
	fold.Decoded: lang.T("解码", "decoding it"),
	fold.Letters: lang.T("数字和符号当字母", "taking digits and signs for letters"), fold.Ells: lang.T("数字和符号当字母", "taking digits and signs for letters"),
	fold.Figures: lang.T("字母和汉字数字当数字", "taking letters and numerals for digits"), fold.Squeezed: lang.T("去掉重复", "leaving out repetitions"),
	fold.Doubled:  lang.T("去掉重复", "leaving out repetitions"),
	fold.Reversed: lang.T("倒读", "reading backwards"), joined: lang.T("拼合拆字", "joining split characters"),
}
