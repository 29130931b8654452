package fold

import (
	"encoding/base64"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// The functions of this file decode in place what stands for other characters.
// What they decode is never longer than how it was written; Filler takes the bytes
// that are left over.

// put writes a character at i in place of the bytes up to end.
func put(b []byte, i, end int, r rune) bool {
	if r <= 0 || !utf8.ValidRune(r) || utf8.RuneLen(r) > end-i {
		return false
	}
	fill(b[i+utf8.EncodeRune(b[i:], r) : end])
	return true
}

func fill(b []byte) {
	for i := range b {
		b[i] = Filler
	}
}

// longestEntity is how many bytes an entity has at most, such as &#x10FFFF;.
const longestEntity = 10

// named are the entities with a name for what may stand in a word or an address.
var named = map[string]rune{"amp": '&', "period": '.', "dot": '.', "commat": '@', "nbsp": ' ', "sol": '/', "colon": ':', "plus": '+', "lt": '<', "gt": '>', "quot": '"', "apos": '\'', "shy": 0xAD, "zwnj": 0x200C}

// entities decodes &#21152; &#x52a0; and &period;.
func entities(b []byte) {
	for i := 0; i+3 < len(b); i++ {
		if b[i] != '&' {
			continue
		}
		end := i + 1
		for end < len(b) && end-i < longestEntity && b[end] != ';' {
			end++
		}
		if end == len(b) || b[end] != ';' {
			continue
		}
		if r := entity(string(b[i+1 : end])); put(b, i, end+1, r) {
			i = end
		}
	}
}

// entity is the character of an entity, 0 for none.
func entity(name string) rune {
	if len(name) < 2 || name[0] != '#' {
		return named[name]
	}
	base, digits := 10, name[1:]
	if digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil {
		return 0
	}
	return rune(n)
}

// escapes decodes \u52a0 and \x61.
func escapes(b []byte) {
	for i := 0; i+3 < len(b); i++ {
		if b[i] != '\\' {
			continue
		}
		digits := map[byte]int{'u': 4, 'x': 2}[b[i+1]]
		end := i + 2 + digits
		if digits == 0 || end > len(b) {
			continue
		}
		if n, err := strconv.ParseUint(string(b[i+2:end]), 16, 21); err == nil && put(b, i, end, rune(n)) {
			i = end - 1
		}
	}
}

// leastBase64 is how long a row of letters and digits is at least that is tried as
// base64: shorter ones often decode into something.
const leastBase64 = 12

// unbase64 decodes rows of base64 that make a text with Chinese in it, or of nothing but
// letters, digits and spaces.
func unbase64(b []byte) {
	for i := 0; i < len(b); i++ {
		end := i
		for end < len(b) && isBase64(b[end]) {
			end++
		}
		if row := b[i:end]; len(row) >= leastBase64 {
			for end < len(b) && b[end] == '=' {
				end++
			}
			text := make([]byte, base64.RawStdEncoding.DecodedLen(len(row)))
			if n, err := base64.RawStdEncoding.Decode(text, row); err == nil && speaks(text[:n]) {
				fill(b[i+copy(b[i:], text[:n]) : end])
			}
		}
		i = max(i, end)
	}
}

func isBase64(c byte) bool { return isLetter(c) || isFigure(c) || c == '+' || c == '/' }

// speaks reports whether what was decoded is a text that somebody wrote.
func speaks(text []byte) bool {
	han := false
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError || !unicode.IsPrint(r) && r != '\n' {
			return false
		}
		if r >= utf8.RuneSelf && !unicode.Is(unicode.Han, r) && !unicode.IsPunct(r) {
			return false
		}
		han = han || unicode.Is(unicode.Han, r)
		if !han && !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != ' ' {
			return false
		}
		text = text[size:]
	}
	return true
}

// unpunycode decodes the labels of hosts that begin with xn--.
func unpunycode(b []byte) {
	for i := 0; i+4 < len(b); i++ {
		if b[i]|0x20 != 'x' || b[i+1]|0x20 != 'n' || b[i+2] != '-' || b[i+3] != '-' || i > 0 && (isLetter(b[i-1]) || isFigure(b[i-1])) {
			continue
		}
		end := i + 4
		for end < len(b) && (isLetter(b[end]) || isFigure(b[end]) || b[end] == '-') {
			end++
		}
		label := string(punycode(b[i+4 : end]))
		if n := len(label); n > 0 && n <= end-i {
			fill(b[i+copy(b[i:], label) : end])
		}
		i = end
	}
}

// longestLabel is how long a label of a host is at most.
const longestLabel = 63

// punycode decodes a label after its xn--, by RFC 3492; nil where it is none.
func punycode(in []byte) []rune {
	const base, tmin, tmax, skew, damp = 36, 1, 26, 38, 700
	if len(in) > longestLabel {
		return nil
	}
	var out []rune
	for k := len(in) - 1; k > 0; k-- {
		if in[k] == '-' {
			for _, c := range in[:k] {
				out = append(out, rune(c))
			}
			in = in[k+1:]
			break
		}
	}
	n, i, bias := 0x80, 0, 72
	strange := false // a character is none of ASCII, without which there is nothing to decode
	for at := 0; at < len(in); {
		old, weight := i, 1
		for k := base; ; k += base {
			if at == len(in) {
				return nil
			}
			digit := int(in[at]|0x20) - 'a'
			if isFigure(in[at]) {
				digit = int(in[at]-'0') + 26
			}
			at++
			if digit < 0 || digit >= base {
				return nil
			}
			i += digit * weight
			t := min(max(k-bias, tmin), tmax)
			if digit < t {
				break
			}
			weight *= base - t
			if i > unicode.MaxRune<<8 || weight > unicode.MaxRune<<8 {
				return nil
			}
		}
		size := len(out) + 1
		delta := (i - old) / 2
		if old == 0 {
			delta = i / damp
		}
		delta += delta / size
		k := 0
		for ; delta > (base-tmin)*tmax/2; k += base {
			delta /= base - tmin
		}
		bias = k + (base-tmin+1)*delta/(delta+skew)
		n += i / size
		i %= size
		if n > unicode.MaxRune {
			return nil
		}
		out = append(out, 0)
		copy(out[i+1:], out[i:])
		out[i] = rune(n)
		i++
		strange = true
	}
	if !strange {
		return nil
	}
	return out
}
