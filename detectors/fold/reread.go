package fold

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Reading is another way to read a text than as it is written.
type Reading uint8

// The readings.
const (
	Decoded  Reading = iota // %65, &#101;, \u0065, base64, punycode and (dot) as what they stand for
	Letters                 // also digits and signs among letters as the letters that they look like, 1 as i
	Ells                    // the same with 1 as l
	Figures                 // letters among digits, and Chinese numerals, as digits
	Squeezed                // a character that is repeated as one
	Doubled                 // a character that is repeated more than twice as two
	Reversed                // backwards
)

// Filler stands in a text that was rewritten for bytes that are read over.
// Folding hides it.
const Filler = 0x7F

// Rewrite appends to dst the text as it is read in a way: as many bytes as text
// has, so that every byte stays where it was, with Filler in place of what is
// left over. Only with Reversed the bytes at i are those at len(text)-i.
func Rewrite(dst []byte, text string, how Reading) []byte {
	switch how {
	case Decoded:
		return decoded(dst, text)
	case Letters:
		return asLetters(dst, text, 'i')
	case Ells:
		return asLetters(dst, text, 'l')
	case Figures:
		return asFigures(dst, text)
	case Squeezed:
		return squeezed(dst, text, 1)
	case Doubled:
		return squeezed(dst, text, 2)
	}
	return reversed(dst, text)
}

// letterOf is the letter that a digit or sign looks like, 0 for none.
func letterOf(c, one byte) byte {
	switch c {
	case '0':
		return 'o'
	case '1', '!', '|':
		return one
	case '3':
		return 'e'
	case '4', '@':
		return 'a'
	case '5', '$':
		return 's'
	case '7', '+':
		return 't'
	case '8':
		return 'b'
	case '9':
		return 'g'
	}
	return 0
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isFigure(c byte) bool { return c >= '0' && c <= '9' }

// asLetters reads runs of letters with digits and signs among them as letters.
// Letters of two bytes, such as Cyrillic ones, belong to runs too, and so do the letters that
// flags are made of.
func asLetters(dst []byte, text string, one byte) []byte {
	from := len(dst)
	dst = decoded(dst, text)
	b := dst[from:]
	drawn(b)
	for i := 0; i < len(b); {
		end, letters, others := i, 0, 0
		for end < len(b) {
			switch size := letterSize(b[end:]); {
			case size > 0:
				letters++
				end += size
				continue
			case letterOf(b[end], one) != 0:
				others++
				end++
				continue
			case b[end] == Filler && letters+others > 0:
				end++
				continue
			case signOf(b[end:]) != 0:
				letters++
				end += utf8.RuneLen(signOf(b[end:]))
				continue
			}
			break
		}
		for end > i && (b[end-1] == '!' || b[end-1] == '|' || b[end-1] == '+') {
			end-- // no letter, but the end of a sentence
		}
		if letters > 0 {
			faux(b[i:end])
		}
		if letters > 0 && others > 0 {
			for k := i; k < end; k++ {
				if letter := letterOf(b[k], one); letter != 0 {
					b[k] = letter
				}
			}
		}
		i = end + 1
	}
	return dst
}

// fauxLetters are letters of other alphabets, and signs, as those read them who write
// Latin words with them.
var fauxLetters = map[rune]byte{
	'я': 'r', 'Я': 'r', 'и': 'n', 'И': 'n', 'й': 'n', 'Й': 'n', 'ш': 'w', 'Ш': 'w', 'щ': 'w', 'Щ': 'w', 'ц': 'u', 'Ц': 'u', 'ф': 'o', 'Ф': 'o',
	'д': 'a', 'Д': 'a', 'э': 'e', 'Э': 'e', 'ж': 'x', 'Ж': 'x', 'ч': 'y', 'Ч': 'y', 'λ': 'a', 'Λ': 'a', 'Σ': 'e', 'σ': 'o', 'Δ': 'a', 'δ': 'd', 'ς': 'c', 'ω': 'w', 'Ω': 'o', 'π': 'n', 'ψ': 'y',
	'€': 'e', '®': 'r', '©': 'c', '£': 'l', '¥': 'y', '¢': 'c', '§': 's', '†': 't',
}

// signOf is the sign that b begins with and that is used for a letter; 0 for none.
func signOf(b []byte) rune {
	if b[0] != 0xC2 && b[0] != 0xE2 {
		return 0
	}
	r, _ := utf8.DecodeRune(b)
	if _, used := fauxLetters[r]; used {
		return r
	}
	return 0
}

// alikeLetters are the letters that look like Latin ones, which words are looked for
// as; patterns see them only so.
var alikeLetters = sync.OnceValue(func() map[rune]byte {
	letters := make(map[rune]byte)
	for from, to := range readings(true) {
		if to < utf8.RuneSelf && isLetter(byte(to)) {
			letters[from] = byte(to)
			if upper := unicode.ToUpper(from); utf8.RuneLen(upper) == utf8.RuneLen(from) {
				letters[upper] = byte(to)
			}
		}
	}
	return letters
})

// faux reads the letters of other alphabets in a word that mixes them as the Latin ones
// that they look like or are drawn like.
func faux(word []byte) {
	latin, greek, cyrillic := 0, 0, 0
	for _, c := range word {
		switch {
		case isLetter(c):
			latin = 1
		case c == 0xCE || c == 0xCF:
			greek = 1
		case c == 0xD0 || c == 0xD1:
			cyrillic = 1
		}
	}
	if latin+greek+cyrillic < 2 {
		return
	}
	for k := 0; k < len(word); {
		r, size := utf8.DecodeRune(word[k:])
		letter, used := alikeLetters()[r]
		if !used {
			letter, used = fauxLetters[r]
		}
		if used {
			fill(word[k : k+size])
			word[k] = letter
		}
		k += size
	}
}

// letterSize is how many bytes the letter has that b begins with; 0 for none.
func letterSize(b []byte) int {
	switch {
	case isLetter(b[0]):
		return 1
	case b[0] >= 0xC3 && b[0] <= 0xD4 && len(b) > 1:
		if r, size := utf8.DecodeRune(b); size == 2 && unicode.IsLetter(r) {
			return size
		}
	}
	return 0
}

// drawings are letters drawn with several signs.
var drawings = [...]struct {
	signs  string
	letter byte
}{{`\/\/`, 'w'}, {`\/`, 'v'}, {`/\`, 'a'}, {"|-|", 'h'}, {"|_|", 'u'}, {"|<", 'k'}, {"|)", 'd'}, {"()", 'o'}, {"][", 'i'}}

// drawn reads signs that draw a letter beside other letters, and the letters of flags, as
// letters.
func drawn(b []byte) {
	for i := 0; i < len(b); i++ {
		if b[i] == 0xF0 && i+4 <= len(b) {
			if r, size := utf8.DecodeRune(b[i:]); r >= firstFlag && r <= lastFlag {
				fill(b[i : i+size])
				b[i] = 'a' + byte(r-firstFlag)
				i += size - 1
			}
			continue
		}
		if !strings.ContainsRune("\\/|(]", rune(b[i])) {
			continue
		}
		for _, d := range drawings {
			end := i + len(d.signs)
			if end <= len(b) && string(b[i:end]) == d.signs && (i > 0 && isLetter(b[i-1]) || end < len(b) && (isLetter(b[end]) || letterOf(b[end], 'i') != 0)) {
				fill(b[i:end])
				b[i] = d.letter
				i = end - 1
				break
			}
		}
	}
}

// The letters of which flags are made.
const (
	firstFlag = 0x1F1E6
	lastFlag  = 0x1F1FF
)

// decoded reads what stands for characters as them.
func decoded(dst []byte, text string) []byte {
	from := len(dst)
	dst = append(dst, text...)
	b := dst[from:]
	unescape(b)
	entities(b)
	escapes(b)
	unpunycode(b)
	unbase64(b)
	spellDots(b)
	return dst
}

// unescape decodes %65 in place: each character takes the place of the first
// bytes that stood for it.
func unescape(b []byte) {
	for i := 0; i < len(b); i++ {
		var char [utf8.UTFMax]byte
		n := 0
		for n < len(char) && i+3*n+2 < len(b) && b[i+3*n] == '%' {
			high, low := hex(b[i+3*n+1]), hex(b[i+3*n+2])
			if high > 15 || low > 15 {
				break
			}
			char[n] = high<<4 | low
			n++
			if utf8.FullRune(char[:n]) {
				break
			}
		}
		if n == 0 || !utf8.Valid(char[:n]) {
			continue
		}
		copy(b[i:], char[:n])
		for k := i + n; k < i+3*n; k++ {
			b[k] = Filler
		}
		i += 3*n - 1
	}
}

// hex is the value of a hexadecimal digit, more than 15 for what is none.
func hex(c byte) byte {
	switch {
	case isFigure(c):
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 255
}

// dots are what a dot or a slash inside an address is written as.
var dots = []string{"(dot)", "[dot]", "(.)", "[.]", "(点)", "【点】", "（点）", "斜杠", "斜线", " dot ", " DOT ", "點", "点", "·", "•", "。", "｡", "．"}

// spellDots hides what stands for a dot between letters or digits.
func spellDots(b []byte) {
	for i := 1; i < len(b); i++ {
		if !startsDot(b[i]) || !isLetter(b[i-1]) && !isFigure(b[i-1]) {
			continue
		}
		for _, dot := range dots {
			end := i + len(dot)
			if end < len(b) && string(b[i:end]) == dot && (isLetter(b[end]) || isFigure(b[end])) {
				for k := i; k < end; k++ {
					b[k] = Filler
				}
			}
		}
	}
}

// startsDot reports whether one of dots may start with a byte.
func startsDot(c byte) bool { return c == '(' || c == '[' || c == ' ' || c >= 0x80 }

// Numeral is the digit that a Chinese numeral writes, the formal and traditional
// ones and those of telephones included; ok is false for any other character.
func Numeral(r rune) (digit byte, ok bool) {
	switch r {
	case '零', '〇':
		return '0', true
	case '一', '壹', '幺':
		return '1', true
	case '二', '贰', '貳', '两':
		return '2', true
	case '三', '叁', '參':
		return '3', true
	case '四', '肆':
		return '4', true
	case '五', '伍':
		return '5', true
	case '六', '陆', '陸':
		return '6', true
	case '七', '柒':
		return '7', true
	case '八', '捌':
		return '8', true
	case '九', '玖':
		return '9', true
	}
	return 0, false
}

// figureOf is the digit that r is or, where it is sure not, looks like; 0 for
// none.
func figureOf(r rune) (digit byte, sure bool) {
	switch {
	case r >= '0' && r <= '9':
		return byte(r), true
	case r >= '！' && r <= '～':
		r -= '！' - '!'
		if r >= '0' && r <= '9' {
			return byte(r), true
		}
	case unicode.IsDigit(r):
		return byte(digitOf(r)), true
	}
	if digit, ok := Numeral(r); ok {
		return digit, true
	}
	for _, row := range numbered {
		if r >= row && r < row+9 {
			return '1' + byte(r-row), true
		}
	}
	switch r {
	case '⓪', '⓿', '🄋', '🄌':
		return '0', true
	case 'o', 'O', 'О', 'о', 'Ο', 'ο', 'Q', 'D':
		return '0', false
	case 'l', 'I', 'i', '|', '!', 'І', 'і', 'Ι':
		return '1', false
	case 'z', 'Z':
		return '2', false
	case 'З', 'з', 'E':
		return '3', false
	case 'A':
		return '4', false
	case 's', 'S', 'Ѕ', 'ѕ':
		return '5', false
	case 'b', 'б', 'G':
		return '6', false
	case 'T':
		return '7', false
	case 'B':
		return '8', false
	case 'g', 'q':
		return '9', false
	}
	return 0, false
}

// numbered are the ones of rows of characters that number things: ①, ⑴, ⒈, Ⅰ, ⅰ, ㈠, ㊀
// and the like.
var numbered = [...]rune{'①', '⑴', '⒈', '❶', '➀', '➊', '⓵', 'Ⅰ', 'ⅰ', '㈠', '㊀', '🄂'}

// isKeycap reports whether r only makes a key of the digit before it: 1️⃣.
func isKeycap(r rune) bool { return r == 0xFE0F || r == 0x20E3 }

// leastFigures is the length of a run that is read as digits.
const leastFigures = 3

// asFigures reads runs of digits, numerals and what looks like digits as digits.
func asFigures(dst []byte, text string) []byte {
	from := len(dst)
	dst = append(dst, text...)
	b := dst[from:]
	for i := 0; i < len(text); {
		end, sure, length := i, 0, 0
		for end < len(text) {
			r, size := utf8.DecodeRuneInString(text[end:])
			digit, is := figureOf(r)
			if keycap := isKeycap(r) && length > 0; digit == 0 && !keycap {
				break
			} else if keycap {
				end += size
				continue
			}
			if is {
				sure++
			}
			length++
			end += size
		}
		if length >= leastFigures && sure > 0 {
			for k := i; k < end; {
				r, size := utf8.DecodeRuneInString(text[k:])
				fill(b[k : k+size])
				if digit, _ := figureOf(r); digit != 0 {
					b[k] = digit
				}
				k += size
			}
		}
		if end == i {
			_, size := utf8.DecodeRuneInString(text[i:])
			end += size
		}
		i = end
	}
	return dst
}

// squeezed keeps so many of each row of equal characters.
func squeezed(dst []byte, text string, most int) []byte {
	last, length := rune(-1), 0
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if r != last {
			length = 0
		}
		if length++; length > most && unicode.IsLetter(r) {
			for range size {
				dst = append(dst, Filler)
			}
		} else {
			dst = append(dst, text[i:i+size]...)
		}
		last = r
		i += size
	}
	return dst
}

// reversed writes the characters backwards.
func reversed(dst []byte, text string) []byte {
	for end := len(text); end > 0; {
		_, size := utf8.DecodeLastRuneInString(text[:end])
		dst = append(dst, text[end-size:end]...)
		end -= size
	}
	return dst
}
