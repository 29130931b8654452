// Package contact finds the ways to reach somebody that a message gives away:
// phone numbers, QQ numbers, ids on WeChat, Telegram and other platforms, also
// where their digits are set apart, circled or written in Chinese.
//
//	var t fold.Text
//	fold.New(fold.Options{Separators: fold.Keep}).Fold(&t, "加Ⓥ：abc_2024，或Q 1②8 4⑤6七")
//	for _, c := range contact.Find(nil, t.String()) {
//		fmt.Println(c.Kind, c.ID) // wechat abc_2024, qq 1284567
//	}
//
// An id is told from any other word by the lead-in before or behind it: 微信,
// vx, 加, qq, 群号, tg and so on. What stands without one is a number, an id or a handle:
// evidence only beside other evidence, as order numbers and the names of
// machines look alike.
//
// Find reads text that is folded with its separators kept (package fold), which
// turns circled, mathematical and full-width digits into plain ones and letters
// into lower case. It allocates; Candidate, which does not, says of most messages that
// there is nothing to find. Both are safe for concurrent use.
package contact

import (
	"unicode/utf8"

	"patrol/detectors/fold"
)

// Kind is a kind of contact.
type Kind int

// The kinds.
const (
	Phone    Kind = iota // a mobile number of China or Russia, or one with + and its country
	QQ                   // a number of a person or a group on QQ
	WeChat               // an id, or a phone number, led in as WeChat's
	Telegram             // a name led in as Telegram's
	WhatsApp             // a number led in as WhatsApp's
	Line                 // an id led in as LINE's
	Email                // an address for mail
	Added                // a number or id led in by 加, add, contact or the like, on no platform that is named
	Handle               // @name without a lead-in
	Number               // 7 to 12 digits without one
	ID                   // letters and digits that look like an account, without one
	Kinds                // how many kinds there are
)

// names are how rule files call the kinds.
var names = [Kinds]string{"phone", "qq", "wechat", "telegram", "whatsapp", "line", "email", "added", "handle", "number", "id"}

// String is the kind's name: phone, qq and so on.
func (k Kind) String() string {
	if k < 0 || k >= Kinds {
		return "unknown"
	}
	return names[k]
}

// Parse is the kind of a name; ok is false where none has it.
func Parse(name string) (k Kind, ok bool) {
	for i, known := range names {
		if known == name {
			return Kind(i), true
		}
	}
	return 0, false
}

// Contact is one way to reach somebody.
type Contact struct {
	Kind       Kind
	Start, End int    // bytes of the text, without the lead-in
	ID         string // digits without what stood between them, in plain digits; a name without @
}

// The least that Candidate asks for.
const (
	minDigits        = 3
	minChineseDigits = 5
)

// Candidate reports whether a text, folded or not, may hold a contact.
func Candidate(text string) bool {
	digits, chinese := 0, 0
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c < utf8.RuneSelf:
			i++
			if c >= '0' && c <= '9' {
				digits++
			} else if c == '@' && i < len(text) && (text[i] >= utf8.RuneSelf || text[i]|0x20 >= 'a' && text[i]|0x20 <= 'z') {
				return true
			}
			continue
		case c > 0xE3 && c < 0xEA && i+2 < len(text):
			r := rune(c&0x0F)<<12 | rune(text[i+1]&0x3F)<<6 | rune(text[i+2]&0x3F)
			if _, is := chineseDigit(r); is {
				chinese++
			}
			i += 3
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if oddDigit(r) {
			digits++
		}
		i += size
	}
	return digits >= minDigits || digits+chinese >= minChineseDigits
}

// oddDigit reports whether folding makes r a digit, or may.
func oddDigit(r rune) bool {
	return r >= 0x2460 && r <= 0x24FF || r >= 0x2776 && r <= 0x2793 || r >= 0xFF10 && r <= 0xFF20 || r >= 0x1D7CE && r <= 0x1D7FF ||
		r >= 0x2070 && r <= 0x2089 || r >= 0x1F100 && r <= 0x1F10C || r >= 0x3220 && r <= 0x3229 || r >= 0x3280 && r <= 0x3289 || r >= 0x1FBF0 || r == 0x3007 ||
		r == 0xB2 || r == 0xB3 || r == 0xB9
}

// chineseDigit is the value of a digit in Chinese, also as it is said of numbers.
func chineseDigit(r rune) (value byte, is bool) {
	switch r {
	case '洞':
		return '0', true
	case '俩':
		return '2', true
	}
	return fold.Numeral(r)
}

func isChineseDigit(r rune) bool {
	_, is := chineseDigit(r)
	return is
}

// maxContacts is how many contacts of one text are found.
const maxContacts = 64

// Find appends the contacts of a folded text to dst, in its order.
func Find(dst []Contact, text string) []Contact {
	most := len(dst) + maxContacts
	s := scanner{text: text}
	for at := 0; at < len(text) && len(dst) < most; {
		c, end, ok := s.read(at)
		if ok {
			dst = append(dst, c)
		}
		at = end
	}
	return dst
}
