package links

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// brand is a host that others imitate.
type brand struct {
	host     string
	label    string // its name: paypal in paypal.com
	skeleton string
	inside   string // what a host that hides the brand's in its own holds
	dashed   string
}

func newBrand(host string) brand {
	label := mainLabel(host)
	return brand{host: host, label: label, skeleton: skeleton(label), inside: host + ".", dashed: strings.ReplaceAll(host, ".", "-")}
}

// minBrand is the length of a name from which one letter more or less, or the
// name beside others, is no chance.
const minBrand = 5

// imitatedBy reports whether host, whose own label looks like label, passes for
// the brand and is not its own.
func (b *brand) imitatedBy(host string, label []byte) bool {
	if own, found := strings.CutSuffix(host, b.host); found && (own == "" || own[len(own)-1] == '.') {
		return false
	}
	if strings.Contains(host, b.inside) || strings.HasSuffix(host, b.host) || strings.Contains(host, b.dashed) {
		return true
	}
	if string(label) == b.skeleton {
		return true
	}
	if len(b.skeleton) < minBrand {
		return false
	}
	for rest, more := label, true; more; {
		var part []byte
		part, rest, more = bytes.Cut(rest, dash)
		if string(part) == b.skeleton {
			return true
		}
	}
	return len(b.skeleton) > minBrand && oneSlip(label, b.skeleton)
}

// secondLevel are labels below a country under which names are given out.
var secondLevel = words("com net org gov edu co ac")

// mainLabel is the label of a host that its owner chose.
func mainLabel(host string) string {
	rest, top := lastLabel(host)
	if rest == "" {
		return top
	}
	before, main := lastLabel(rest)
	if before != "" && len(top) == 2 && secondLevel[main] {
		_, main = lastLabel(before)
	}
	return main
}

// lastLabel parts a host before its last label; rest is empty where there is only
// one.
func lastLabel(host string) (rest, last string) {
	if i := strings.LastIndexByte(host, '.'); i >= 0 {
		return host[:i], host[i+1:]
	}
	return "", host
}

// skeleton is a label as it looks: what resembles another letter is that letter.
func skeleton(label string) string {
	var room [maxLabel]byte
	return string(appendSkeleton(room[:0], label))
}

// maxLabel is how long a label of a host may be (RFC 1035).
const maxLabel = 63

// appendSkeleton appends the skeleton of a label to dst. It allocates nothing for
// labels of plain letters for which there is room.
func appendSkeleton(dst []byte, label string) []byte {
	if decoded, ok := decodePunycode(label); ok {
		label = decoded
	}
	for i := 0; i < len(label); i++ {
		switch pair := label[i:min(i+2, len(label))]; {
		case label[i] >= utf8.RuneSelf:
			return append(dst, twins.Replace(label[i:])...)
		case pair == "rn" || pair == "vv" || pair == "cl":
			dst = append(dst, pairTwins[pair[0]])
			i++
		default:
			dst = append(dst, letterTwins[label[i]])
		}
	}
	return dst
}

// letterTwins are the letters that characters of ASCII look like, pairTwins those that pairs
// look like, by the first of the pair.
var letterTwins, pairTwins = asciiTwins()

func asciiTwins() (one, two [utf8.RuneSelf]byte) {
	for c := range one {
		one[c] = twins.Replace(string(rune(c)))[0]
	}
	for _, pair := range []string{"rn", "vv", "cl"} {
		two[pair[0]] = twins.Replace(pair)[0]
	}
	return one, two
}

var twins = strings.NewReplacer(
	"rn", "m", "vv", "w", "cl", "d",
	"0", "o", "1", "l", "i", "l", "|", "l", "3", "e", "4", "a", "5", "s", "6", "b", "8", "b", "9", "g", "q", "g",
	"а", "a", "е", "e", "о", "o", "р", "p", "с", "c", "у", "y", "х", "x", "і", "l", "ѕ", "s", "ј", "j", "һ", "h", "ԁ", "d", "ԛ", "g", "ԝ", "w",
	"в", "b", "к", "k", "м", "m", "н", "h", "т", "t", "п", "n", "г", "r", "ь", "b", "з", "e", "б", "b",
	"α", "a", "ο", "o", "ρ", "p", "ν", "v", "ι", "l", "κ", "k", "τ", "t", "υ", "u", "χ", "x", "ε", "e",
	"é", "e", "è", "e", "ê", "e", "ë", "e", "á", "a", "à", "a", "â", "a", "ä", "a", "ã", "a", "å", "a", "ó", "o", "ò", "o", "ö", "o", "ô", "o",
	"ú", "u", "ù", "u", "ü", "u", "í", "l", "ì", "l", "ï", "l", "ı", "l", "ñ", "n", "ç", "c", "ø", "o", "ł", "l",
)

// oneSlip reports whether a becomes b by one letter put in, left out, changed or
// changed over with its neighbour.
func oneSlip(a []byte, b string) bool {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch len(a) - len(b) {
	case 1:
		return string(a[i+1:]) == b[i:]
	case -1:
		return string(a[i:]) == b[i+1:]
	case 0:
		return i < len(a) && (string(a[i+1:]) == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && string(a[i+2:]) == b[i+2:])
	}
	return false
}

var dash = []byte("-")

// decodePunycode decodes a label that starts with xn-- (RFC 3492); ok is false
// for others, and for what is damaged.
func decodePunycode(label string) (text string, ok bool) {
	const base, tMin, tMax, skew, damp = 36, 1, 26, 38, 700
	code, found := strings.CutPrefix(label, "xn--")
	if !found || len(code) > 63 {
		return "", false
	}
	var out []rune
	if i := strings.LastIndexByte(code, '-'); i > 0 {
		out = []rune(code[:i])
		code = code[i+1:]
	}
	n, i, bias := 128, 0, 72
	for code != "" {
		old, w := i, 1
		for k := base; ; k += base {
			if code == "" {
				return "", false
			}
			digit, valid := punyDigit(code[0])
			code = code[1:]
			if !valid || digit > (1<<30-i)/w {
				return "", false
			}
			i += digit * w
			t := min(max(k-bias, tMin), tMax)
			if digit < t {
				break
			}
			w *= base - t
			if w > 1<<26 {
				return "", false
			}
		}
		size := len(out) + 1
		delta := (i - old) / 2
		if old == 0 {
			delta = (i - old) / damp
		}
		delta += delta / size
		k := 0
		for ; delta > (base-tMin)*tMax/2; k += base {
			delta /= base - tMin
		}
		bias = k + (base-tMin+1)*delta/(delta+skew)
		n += i / size
		i %= size
		if n > 0x10FFFF {
			return "", false
		}
		out = append(out, 0)
		copy(out[i+1:], out[i:])
		out[i] = rune(n)
		i++
	}
	return string(out), true
}

func punyDigit(c byte) (digit int, ok bool) {
	switch {
	case c >= 'a' && c <= 'z':
		return int(c - 'a'), true
	case c >= '0' && c <= '9':
		return int(c-'0') + 26, true
	}
	return 0, false
}
