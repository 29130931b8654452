package contact

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// scanner reads one text.
type scanner struct {
	text string
	room [maxRuns]run // where runs puts them
}

// read reads what starts at at, and says where to go on.
func (s *scanner) read(at int) (c Contact, end int, ok bool) {
	r, size := utf8.DecodeRuneInString(s.text[at:])
	_, chinese := chineseDigit(r)
	switch {
	case r == '@':
		return s.handle(at)
	case r >= '0' && r <= '9' || chinese:
		if c, end, ok = s.number(at); ok || chinese {
			return c, max(end, at+size), ok
		}
		return s.word(at)
	case wordByte(s.text[at]):
		return s.word(at)
	}
	return Contact{}, at + size, false
}

func wordByte(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

func digit(c byte) bool { return c >= '0' && c <= '9' }

// minHandle and maxHandle are the lengths of names on Telegram.
const (
	minHandle = 4
	maxHandle = 32
)

// handle reads @name.
func (s *scanner) handle(at int) (c Contact, end int, ok bool) {
	end = at + 1
	for end < len(s.text) && wordByte(s.text[end]) {
		end++
	}
	name := s.text[at+1 : end]
	if len(name) < minHandle || len(name) > maxHandle || digit(name[0]) {
		return Contact{}, end, false
	}
	if end+1 < len(s.text) && s.text[end] == '.' && s.text[end+1] >= 'a' && s.text[end+1] <= 'z' {
		return Contact{}, end, false // an address for mail without its name
	}
	kind := Handle
	if lead := leadBefore(s.text[:at]); lead != nil && lead.kind == Telegram {
		kind = Telegram
	}
	return Contact{Kind: kind, Start: at, End: end, ID: name}, end, true
}

// word reads a row of letters and digits.
func (s *scanner) word(at int) (c Contact, end int, ok bool) {
	end = at
	for end < len(s.text) && (wordByte(s.text[end]) || s.text[end] == '-' && end+1 < len(s.text) && wordByte(s.text[end+1])) {
		end++
	}
	word := s.text[at:end]
	if mail := s.mail(end); mail > end {
		return Contact{Kind: Email, Start: at, End: mail, ID: s.text[at:mail]}, mail, true
	}
	if !strings.ContainsAny(word, "0123456789_") || s.inAddress(at, end) && !s.dotted(end) {
		return Contact{}, end, false
	}
	if c, ok := s.ledBehind(at, end); ok {
		return c, end, true
	}
	if c, ok := s.ledInside(at, end); ok {
		return c, max(end, c.End), true
	}
	digits := countDigits(word)
	lead := leadBefore(s.text[:at])
	if lead == nil && digits >= minLedDigits {
		lead = leadAfter(s.text[end:])
	}
	if lead != nil && lead.takes(word, digits) {
		return Contact{Kind: lead.kind, Start: at, End: end, ID: word}, end, true
	}
	if digits >= minLedDigits && strings.Trim(word, "0123456789oliz") == "" {
		if phone := unletter.Replace(word); mobile(phone) {
			return Contact{Kind: Phone, Start: at, End: end, ID: phone}, end, true
		}
	}
	if account(word, digits) {
		return Contact{Kind: ID, Start: at, End: end, ID: word}, end, true
	}
	return Contact{}, end, false
}

func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if digit(s[i]) {
			n++
		}
	}
	return n
}

// mail is where an address for mail ends whose name ends at at; at for none.
func (s *scanner) mail(at int) int {
	if at >= len(s.text) || s.text[at] != '@' {
		return at
	}
	end, dot := at+1, 0
	for end < len(s.text) && (wordByte(s.text[end]) || s.text[end] == '-' || s.text[end] == '.') {
		if s.text[end] == '.' {
			dot = end
		}
		end++
	}
	if dot <= at+1 || end-dot < 3 || digit(s.text[end-1]) {
		return at
	}
	return end
}

// inAddress reports whether a part of the text belongs to a link or a path.
func (s *scanner) inAddress(start, end int) bool {
	before := start > 0 && strings.IndexByte("/=&?#%.\\", s.text[start-1]) >= 0 && (start < 2 || s.text[start-2] != ' ')
	after := end+1 < len(s.text) && (s.text[end] == '.' || s.text[end] == '/') && wordByte(s.text[end+1])
	return before || after
}

// ledInside finds an id whose lead-in is glued to it: vx123456, qq1234567.
func (s *scanner) ledInside(start, end int) (Contact, bool) {
	word := s.text[start:end]
	for _, lead := range leadsByFirst[word[0]] {
		id, found := strings.CutPrefix(word, lead.text)
		id = strings.TrimLeft(id, "-_")
		if found && lead.latin && lead.kind != Added && id != "" && strings.Trim(id, "0123456789") == "" && len(id) < minLedDigits {
			if c, _, ok := s.number(end - len(id)); ok { // it goes on behind the word
				return c, true
			}
		}
		if found && lead.latin && len(id) >= minLedDigits && digit(id[0]) && lead.kind != Added && strings.Trim(id, "0123456789") == "" && lead.takes(id, len(id)) {
			return Contact{Kind: lead.kind, Start: end - len(id), End: end, ID: id}, true
		}
	}
	return Contact{}, false
}

// ledBehind finds a number with its lead-in glued to its end: 123456q.
func (s *scanner) ledBehind(start, end int) (Contact, bool) {
	word := s.text[start:end]
	id := word
	for id != "" && id[len(id)-1] >= 'a' && id[len(id)-1] <= 'z' {
		id = id[:len(id)-1]
	}
	if id == word || len(id) < minLedDigits || strings.Trim(id, "0123456789") != "" || trivial(id) {
		return Contact{}, false
	}
	for i := range leads {
		if lead := &leads[i]; lead.behind && lead.text == word[len(id):] && lead.takes(id, len(id)) {
			return Contact{Kind: lead.kind, Start: start, End: start + len(id), ID: id}, true
		}
	}
	return Contact{}, false
}

// unletter puts digits for the letters that are used in their place.
var unletter = strings.NewReplacer("o", "0", "l", "1", "i", "1", "z", "2")

// account reports whether a word looks like somebody's id: some letters and some
// digits, neither of them alone.
func account(word string, digits int) bool {
	letters := len(word) - digits
	if len(word) < 6 || len(word) > 20 || letters < 2 && (digits < 6 || digit(word[0])) || digits < 3 || digit(word[0]) && letters < 3 {
		return false
	}
	changes := 0
	for i := 1; i < len(word); i++ {
		if digit(word[i]) != digit(word[i-1]) {
			changes++
		}
	}
	return changes <= 3 && !hexadecimal(word) && !strings.Contains(word, "-") && !measure(word)
}

// measure reports whether a word is a number and its unit: 300mbps, 120gb.
func measure(word string) bool {
	unit := strings.TrimLeft(word, "0123456789")
	switch unit {
	case "kbps", "mbps", "gbps", "mhz", "ghz", "mah", "kwh", "fps", "dpi", "rpm", "mb", "gb", "tb", "kb", "ms", "px", "km", "kg", "rmb", "usd", "usdt":
		return len(unit) < len(word)
	}
	return false
}

// hexadecimal reports whether a word is likely a hash or a version.
func hexadecimal(word string) bool {
	return len(word) >= 7 && strings.Trim(word, "0123456789abcdef") == "" || strings.HasPrefix(word, "0x")
}

// sentence reports whether r ends a sentence or parts the entries of a list, so
// that digits on both sides of it are two numbers.
func sentence(r rune) bool {
	if r < utf8.RuneSelf {
		return strings.IndexByte(",;!?:\n\r/+=%()<>\"'$#", byte(r)) >= 0 || r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return unicode.IsLetter(r) || strings.ContainsRune("，、。；！？（）《》¥￥", r)
}
