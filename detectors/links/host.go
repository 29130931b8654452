package links

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// nextLabel is where the next label of a host may start, from at on.
func nextLabel(text string, at int) int {
	for at < len(text) {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		if labelRune(r) && r != '-' {
			return at
		}
		at += size
	}
	return at
}

// labelEnd is where the label that starts at at ends.
func labelEnd(text string, at int) int {
	for at < len(text) {
		r, size := rune(text[at]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[at:])
		}
		if !labelRune(r) {
			break
		}
		at += size
	}
	return at
}

// labelRune reports whether r may stand in a label. Chinese letters do not:
// where they stand before a dot, it ends a sentence.
func labelRune(r rune) bool {
	if r < utf8.RuneSelf {
		return alnum(byte(r)) || r == '-' || r == '_'
	}
	return r < 0x2000 && unicode.IsLetter(r)
}

// scheme is what stands before a host.
type scheme struct {
	name string // http, https, ftp; empty for none
	chat string // the platform whose program opens it
	odd  bool
}

// chatSchemes are those of chat programs.
var chatSchemes = map[string]string{
	"tg": "telegram", "mqqapi": "qq", "mqq": "qq", "tencent": "qq", "weixin": "wechat", "wxwork": "wecom", "dingtalk": "dingtalk",
	"lark": "feishu", "whatsapp": "whatsapp", "discord": "discord", "line": "line", "sgnl": "signal", "viber": "viber",
}

func readScheme(text string, start int) (s scheme, after int) {
	end := labelEnd(text, start)
	name := strings.ToLower(text[start:end])
	rest := text[end:]
	marks := len(rest) - len(strings.TrimLeft(rest, ":/\\ "))
	separator := rest[:marks]
	if platform, ok := chatSchemes[name]; ok && separator == "://" {
		return scheme{name: name, chat: platform}, end + marks
	}
	if separator == "://" {
		// What stands right before the scheme is dirt: a scheme has no other letters.
		for _, known := range []string{"https", "http"} {
			if len(name) > len(known)+1 && strings.HasSuffix(name, known) {
				return scheme{name: known, odd: true}, end + marks
			}
		}
	}
	switch name {
	case "http", "https", "ftp":
	case "hxxp", "hxxps":
		s.odd = true
		name = strings.Replace(name, "xx", "tt", 1)
	default:
		return scheme{}, start
	}
	if !strings.ContainsAny(separator, ":/\\") || marks > 6 {
		return scheme{}, start
	}
	s.odd = s.odd || separator != "://"
	s.name = name
	return s, end + marks
}

// chatScheme is the link of a chat program: tg://resolve?domain=name.
func chatScheme(text string, start, after int, s scheme) (l Link, end int, ok bool) {
	end = addressEnd(text, after)
	l = Link{Start: start, End: end, Path: strings.ToLower(text[after:end]), Platform: s.chat}
	if l.Path == "" {
		return Link{}, end, false
	}
	l.Traits = Profile
	for _, word := range []string{"invite", "join", "group", "addlist"} {
		if strings.Contains(l.Path, word) {
			l.Traits = Invite
		}
	}
	return l, end, true
}

// host is a row of labels with dots between them.
type host struct {
	text      string // the text that it stands in
	start     int
	rows      [maxLabels]label
	n         int // of the labels
	end       int
	needsPath bool
	numeric   bool
}

type label struct {
	name string // in lower case
	end  int    // in the text
	odd  bool   // the dot before it is
}

// maxLabels is more than any address has.
const maxLabels = 12

// read reads the labels from start on.
func (h *host) read(text string, start int) {
	h.text, h.start, h.end = text, start, start
	at := start
	odd := false
	for h.n < maxLabels {
		end := labelEnd(text, at)
		if end == at {
			break
		}
		h.rows[h.n] = label{strings.ToLower(text[at:end]), end, odd}
		h.n++
		h.end = end
		size, strange := readDot(text, end)
		if size == 0 || strange && text[end] == '.' && !topAt(text, end+size) {
			break // a full stop: a sentence ends
		}
		at, odd = end+size, strange
	}
}

// labels are those of the host.
func (h *host) labels() []label { return h.rows[:h.n] }

// topAt reports whether a top-level domain that no sentence begins with stands at at
// and ends a host there.
func topAt(text string, at int) bool {
	end := labelEnd(text, at)
	size, _ := readDot(text, end)
	return size == 0 && plainTop[strings.ToLower(text[at:end])]
}

// readDot reads a dot, however it is written; size is 0 for none. odd is false
// for a plain one.
func readDot(text string, at int) (size int, odd bool) {
	rest := text[at:]
	if rest == "" {
		return 0, false
	}
	if rest[0] == '.' && len(rest) > 1 && rest[1] != ' ' {
		return 1, false
	}
	trimmed := strings.TrimLeft(rest, " ")
	spaces := len(rest) - len(trimmed)
	if spaces > 2 || trimmed == "" {
		return 0, false
	}
	closing := byte(0)
	if i := strings.IndexByte("([{<", trimmed[0]); i >= 0 {
		closing = ")]}>"[i]
		trimmed = strings.TrimLeft(trimmed[1:], " ")
	} else if inside, found := strings.CutPrefix(trimmed, "【"); found {
		closing = 0xE3
		trimmed = inside
	}
	word := dotWord(trimmed)
	if word == 0 {
		return 0, false
	}
	if closing == 0 && spaces == 0 && word == 3 && trimmed[0]|0x20 == 'd' {
		return 0, false // the letters d, o and t after a label are part of it
	}
	trimmed = strings.TrimLeft(trimmed[word:], " ")
	switch closing {
	case 0:
	case 0xE3:
		inside, found := strings.CutPrefix(trimmed, "】")
		if !found {
			return 0, false
		}
		trimmed = inside
	default:
		if trimmed == "" || trimmed[0] != closing {
			return 0, false
		}
		trimmed = trimmed[1:]
	}
	trimmed = strings.TrimLeft(trimmed, " ")
	if trimmed == "" || !latin(trimmed[0]) {
		return 0, false
	}
	return len(rest) - len(trimmed), true
}

// dotWord is the length of the dot that s starts with.
func dotWord(s string) int {
	for _, dot := range []string{".", "。", "．", "点", "點", "丶", "·"} {
		if strings.HasPrefix(s, dot) {
			return len(dot)
		}
	}
	if len(s) > 3 && strings.EqualFold(s[:3], "dot") && !alnum(s[3]) {
		return 3
	}
	return 0
}

// settle decides whether the labels are a host, and drops those behind it. sure
// says that a scheme stands before it.
func (h *host) settle(sure bool) bool {
	if h.n >= 4 && h.address() {
		h.keep(4)
		h.numeric = true
		h.needsPath = !sure
		return true
	}
	for n := h.n; n >= 2; n-- {
		if fits, needsPath := h.fits(n, sure); fits {
			h.keep(n)
			h.needsPath = needsPath
			return true
		}
	}
	return false
}

func (h *host) keep(n int) { h.n, h.end = n, h.rows[n-1].end }

// fits reports whether the first n labels are a host.
func (h *host) fits(n int, sure bool) (fits, needsPath bool) {
	top, before := h.rows[n-1].name, h.rows[n-2].name
	switch {
	case h.anyOdd(n):
		// Odd dots stand between words as well, so only what is hardly ever a
		// word may follow them, and only where something like a name comes first.
		return strongTop[top] && len(before) > 1 || !digits(before) && known(before+"."+top), false
	case sure || h.rows[0].name == "www" && n > 2:
		return len(top) > 1 && !digits(top), false
	case known(h.nameOf(n)):
		return true, false
	case strongTop[top]:
		return len(before) > 1, false
	case digits(before) || len(before) == 1:
		return false, false
	case countries[top] || strings.HasPrefix(top, "xn--") || foreignTop[top]:
		return true, wordTop[top]
	}
	return false, false
}

func (h *host) anyOdd(n int) bool {
	for i := range h.rows[:n] {
		if h.rows[i].odd {
			return true
		}
	}
	return false
}

// address reports whether the first four labels are an IP address.
func (h *host) address() bool {
	for i := range h.rows[:4] {
		if name := h.rows[i].name; !digits(name) || len(name) > 3 || len(name) == 3 && name > "255" {
			return false
		}
	}
	return !h.anyOdd(4)
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// name is the host with plain dots, in lower case.
func (h *host) name() string { return h.nameOf(h.n) }

// nameOf is the name of the first n labels. As a rule that is what stands in the
// text.
func (h *host) nameOf(n int) string {
	if !h.anyOdd(n) {
		return strings.ToLower(h.text[h.start:h.rows[n-1].end])
	}
	names := make([]string, n)
	for i := range names {
		names[i] = h.rows[i].name
	}
	return strings.Join(names, ".")
}

func (h *host) traits() Trait {
	var t Trait
	if h.anyOdd(h.n) {
		t |= Obfuscated
	}
	if h.numeric {
		t |= Numeric
	}
	for _, l := range h.labels() {
		if strings.HasPrefix(l.name, "xn--") || strings.IndexFunc(l.name, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			t |= Punycode
		}
	}
	return t
}

// glued finds an address that has lost its dots and slashes: httpsexamplecom.
func glued(text string, start, end int) (Link, int, bool) {
	word := strings.ToLower(text[start:end])
	rest, found := strings.CutPrefix(word, "http")
	if !found || len(word) < len("https")+6 {
		return Link{}, end, false
	}
	rest = strings.TrimPrefix(rest, "s")
	for n := 2; n <= 4; n++ {
		if cut := len(rest) - n; cut >= 4 && strongTop[rest[cut:]] {
			return Link{Start: start, End: end, Host: rest[:cut] + "." + rest[cut:], Traits: Obfuscated}, end, true
		}
	}
	return Link{}, end, false
}

// readPath reads what follows a host: a port, a path, a query.
func readPath(text string, at int, host string) (path string, end int) {
	start := at
	if at < len(text) && text[at] == ':' {
		port := at + 1
		for port < len(text) && text[port] >= '0' && text[port] <= '9' {
			port++
		}
		if port > at+1 {
			at, start = port, port
		}
	}
	if spread := strings.TrimLeft(text[at:], " "); len(spread) < len(text)-at && len(spread) > 1 && spread[0] == '/' && chatHost(host) {
		if rest := strings.TrimLeft(spread[1:], " "); rest != "" && (alnum(rest[0]) || rest[0] == '+') {
			from := len(text) - len(rest)
			end = addressEnd(text, from)
			return "/" + strings.ToLower(text[from:end]), end
		}
	}
	if at == len(text) || !strings.ContainsRune("/?#\\", rune(text[at])) {
		return "", at
	}
	end = addressEnd(text, at)
	return strings.ToLower(text[start:end]), end
}

// addressEnd is where an address ends that goes on at at: before what it can't
// hold, and before the marks of the sentence that it stands in.
func addressEnd(text string, at int) int {
	end := at
	for end < len(text) && text[end] > ' ' && text[end] < 0x7F && !strings.ContainsRune("\"'<>`|", rune(text[end])) {
		end++
	}
	return at + len(strings.TrimRight(text[at:end], ".,;:!?)]}*"))
}
