package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// run is a row of digits with nothing between them.
type run struct {
	digits     string
	start, end int
	gap        string // what stands before it, after the run before
	odd        bool   // digits in Chinese stand beside plain ones, or an odd letter between them: nobody writes so by chance
	lead       *lead  // one that stands in the gap
}

// The lengths of numbers.
const (
	minLedDigits  = 5  // of a number with a lead-in: the oldest QQ numbers
	maxLedDigits  = 12 // and the newest
	minBareDigits = 7
	maxPhone      = 15
	minSplit      = 6 // digits that are all set apart
	maxRuns       = 24
	maxGapRunes   = 3
)

// number reads the number that starts at at; ok is false where there is none,
// and end is then behind its first row of digits.
func (s *scanner) number(at int) (c Contact, end int, ok bool) {
	runs := s.runs(at)
	if digitsIn(runs) < minLedDigits {
		return Contact{}, runs[0].end, false
	}
	lead := leadBefore(s.text[:at])
	trusting := s.plus(at) || lead != nil && lead.kind != Added
	for n := len(runs); n > 0; n-- {
		if !together(runs[:n], trusting) {
			continue
		}
		if c, ok := s.numbered(runs[:n], lead); ok {
			return c, c.End, true
		}
	}
	return Contact{}, runs[0].end, false
}

// runs are the rows of digits from at on that may be one number. They are lent
// until the next call.
func (s *scanner) runs(at int) []run {
	runs := s.room[:0]
	gapFrom := at
	for len(runs) < maxRuns {
		digits, end := s.digits(at)
		if digits == "" {
			break
		}
		runs = append(runs, run{digits: digits, start: at, end: end, gap: s.text[gapFrom:at], odd: mixed(digits, s.text[at:end])})
		gapFrom = end
		g := s.gap(end)
		if g.end < 0 {
			break
		}
		if last := &runs[len(runs)-1]; g.lead != nil || g.odd {
			last.lead, last.odd = g.lead, last.odd || g.odd
		}
		at = g.end
	}
	return runs
}

// digits reads digits, in Chinese or plain.
func (s *scanner) digits(at int) (digits string, end int) {
	start := at
	for at < len(s.text) && digit(s.text[at]) {
		at++
	}
	if r, _ := utf8.DecodeRuneInString(s.text[at:]); at == len(s.text) || s.text[at] < utf8.RuneSelf || !isChineseDigit(r) {
		return s.text[start:at], at // as nearly all are
	}
	if value, size := chineseDigitAt(s.text[at:]); at == start && !s.digitAt(at+size) {
		return plainDigits[value-'0' : value-'0'+1], at + size // as in 一下
	}
	var b strings.Builder
	b.WriteString(s.text[start:at])
	for at < len(s.text) {
		c := s.text[at]
		if digit(c) {
			b.WriteByte(c)
			at++
			continue
		}
		if c < utf8.RuneSelf {
			break
		}
		r, size := utf8.DecodeRuneInString(s.text[at:])
		value, chinese := chineseDigit(r)
		if !chinese {
			break
		}
		b.WriteByte(value)
		at += size
	}
	return b.String(), at
}

const plainDigits = "0123456789"

func chineseDigitAt(text string) (value byte, size int) {
	r, size := utf8.DecodeRuneInString(text)
	value, _ = chineseDigit(r)
	return value, size
}

// digitAt reports whether a digit stands at at, in Chinese or plain.
func (s *scanner) digitAt(at int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[at:])
	return r >= '0' && r <= '9' || isChineseDigit(r)
}

// mixed reports whether digits are written in two ways.
func mixed(digits, written string) bool {
	plain := countDigits(written)
	return plain > 0 && plain < len(digits)
}

// gap is what stands between two rows of digits that may be one number.
type gap struct {
	end  int   // where digits go on; -1 where they do not
	odd  bool  // a letter of another script, put there to break the number up
	lead *lead // a lead-in in the midst of its number: 1255 QQ 4971
}

// gap reads a gap of a few separators.
func (s *scanner) gap(at int) gap {
	first, size := utf8.DecodeRuneInString(s.text[at:])
	if first >= utf8.RuneSelf && unicode.IsLetter(first) && !unicode.Is(unicode.Han, first) && at+size < len(s.text) && digit(s.text[at+size]) {
		return gap{end: at + size, odd: true}
	}
	for range maxGapRunes + 1 {
		if at == len(s.text) {
			break
		}
		r, size := utf8.DecodeRuneInString(s.text[at:])
		if _, chinese := chineseDigit(r); chinese || r >= '0' && r <= '9' {
			return gap{end: at}
		}
		if l := leadAfter(s.text[at:]); l != nil && l.kind != Added && l.kind != Phone {
			if next := trimLeft(trimLeft(s.text[at:])[len(l.text):]); next != "" && digit(next[0]) {
				return gap{end: len(s.text) - len(next), lead: l}
			}
		}
		if sentence(r) {
			break
		}
		at += size
	}
	return gap{end: -1}
}

// together reports whether rows of digits are one number: one row, digits that
// are all set apart alike, or the blocks of a phone number. trusting says that
// a + or a lead-in makes it likely; so do digits written in two ways.
func together(runs []run, trusting bool) bool {
	if len(runs) == 1 {
		return true
	}
	digits, single, least := 0, true, maxPhone
	for _, r := range runs {
		trusting = trusting || r.odd || r.lead != nil
		digits += len(r.digits)
		single = single && len(r.digits) == 1
		least = min(least, len(r.digits))
	}
	switch {
	case digits > maxPhone:
		return false
	case single:
		return digits >= minSplit && alike(runs)
	case trusting:
		return digits >= minBareDigits && len(runs) <= 5
	case len(runs) == 2:
		return least >= 4 && !year(runs[0].digits) && !year(runs[1].digits) && (!round(runs[0].digits) || !round(runs[1].digits)) || mobileIn(runs)
	}
	return mobileIn(runs)
}

// round reports whether digits are an amount rather than a part of a number.
func round(digits string) bool { return strings.HasSuffix(digits, "00") }

// mobileIn reports whether rows of at most maxPhone digits are a mobile number.
func mobileIn(runs []run) bool {
	var all [maxPhone]byte
	n := 0
	for _, r := range runs {
		n += copy(all[n:], r.digits)
	}
	return mobile(string(all[:n]))
}

// alike reports whether the gaps between rows are all the same.
func alike(runs []run) bool {
	for _, r := range runs[2:] {
		if r.gap != runs[1].gap {
			return false
		}
	}
	return true
}

func digitsIn(runs []run) int {
	n := 0
	for _, r := range runs {
		n += len(r.digits)
	}
	return n
}

func join(runs []run) string {
	if len(runs) == 1 {
		return runs[0].digits
	}
	var b strings.Builder
	for _, r := range runs {
		b.WriteString(r.digits)
	}
	return b.String()
}

// year reports whether four digits are a year that people talk of.
func year(s string) bool {
	return len(s) == 4 && (strings.HasPrefix(s, "19") || strings.HasPrefix(s, "20") && s < "2040")
}

// plus reports whether a + stands before at.
func (s *scanner) plus(at int) bool { return at > 0 && s.text[at-1] == '+' }

// mobile reports whether digits are a mobile number of China, or one of Russia
// with its 7 or 8.
func mobile(s string) bool {
	switch {
	case strings.Trim(s, "0123456789") != "":
		return false
	case len(s) == 13 && strings.HasPrefix(s, "86"):
		s = s[2:]
	case len(s) == 11 && (s[0] == '7' || s[0] == '8') && (s[1] == '9' || s[1] == '8' || s[1] == '4'):
		return true
	}
	return len(s) == 11 && s[0] == '1' && s[1] >= '3'
}

// numbered says what a number is.
func (s *scanner) numbered(runs []run, lead *lead) (c Contact, ok bool) {
	start, end := runs[0].start, runs[len(runs)-1].end
	c = Contact{Start: start, End: end, ID: join(runs)}
	if s.partOfWord(start, end) || s.inAddress(start, min(end, len(s.text)-1)) && !s.dotted(end) || trivial(c.ID) {
		return Contact{}, false
	}
	for i := range runs[:len(runs)-1] {
		if runs[i].lead != nil {
			lead = runs[i].lead
		}
	}
	if lead == nil {
		lead = leadAfter(s.text[end:])
	}
	if lead != nil && lead.takes(c.ID, len(c.ID)) && !s.counts(start, end) {
		c.Kind = lead.kind
		return c, true
	}
	switch n := len(c.ID); {
	case mobile(c.ID), s.plus(start) && n >= 10 && n <= maxPhone:
		c.Kind = Phone
	case n >= minBareDigits && n <= maxLedDigits && !s.counts(start, end) && !date(c.ID):
		c.Kind = Number
	default:
		return Contact{}, false
	}
	return c, true
}

// dotted reports whether a point stands behind a number that goes on in digits.
func (s *scanner) dotted(end int) bool {
	return end+1 < len(s.text) && s.text[end] == '.' && digit(s.text[end+1])
}

// partOfWord reports whether letters stand right beside the digits.
func (s *scanner) partOfWord(start, end int) bool {
	if l := leadAtEnd(s.text[:start]); l != nil && l.latin && l.kind != Added {
		start = 0
	}
	letter := func(c byte) bool { return c >= 'a' && c <= 'z' || c == '_' }
	return start > 0 && letter(s.text[start-1]) || end < len(s.text) && letter(s.text[end])
}

// trivial reports whether digits are those of a child's row or of laughter: all
// the same, or counting on.
func trivial(digits string) bool {
	same, up, down := true, true, true
	for i := 1; i < len(digits); i++ {
		same = same && digits[i] == digits[0]
		up = up && digits[i] == digits[i-1]+1
		down = down && digits[i] == digits[i-1]-1
	}
	return same || up || down
}

// counts reports whether the number is an amount of something, by what follows
// and what stands before.
func (s *scanner) counts(start, end int) bool {
	rest := strings.TrimLeft(s.text[end:], " ")
	for _, unit := range units {
		if strings.HasPrefix(rest, unit) {
			return true
		}
	}
	before := s.text[:start]
	for _, mark := range []string{"¥", "￥", "$", "€", "#", "第", "№", "订单", "单号", "快递", "工号", "端口", "版本", "-", "."} {
		if strings.HasSuffix(before, mark) {
			return true
		}
	}
	return false
}

// units follow amounts.
var units = []string{
	"元", "块", "万", "亿", "十", "百", "千", "人", "个", "条", "次", "名", "年", "月", "日", "天", "岁", "米", "斤", "公里", "%", "％", "₽", "руб", "тыс", "€",
	"位", "张", "份", "粉", "分", "秒", "点", ".", "rmb", "usd", "usdt", "kb", "mb", "gb", "字",
}

// date reports whether digits are a date such as 20260131 or 202601311230.
func date(s string) bool {
	if len(s) < 8 || !year(s[:4]) {
		return false
	}
	return s[4:6] >= "01" && s[4:6] <= "12" && s[6:8] >= "01" && s[6:8] <= "31"
}
