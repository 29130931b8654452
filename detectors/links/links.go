// Package links finds addresses in messages, also those that are written so that
// no program should find them, and says what is odd about each.
//
//	finder := links.New(links.Options{Imitated: []string{"paypal.com"}})
//	for _, l := range finder.Find(nil, "see paypa1[.]com and t.me/+AbCdEfGhIj") {
//		fmt.Println(l.Host, l.Traits, l.Platform)
//	}
//	// paypa1.com bare|obfuscated|lookalike
//	// t.me bare|invite telegram
//
// A link is an address with a scheme (https://...), one that starts with www.,
// a host whose last label is a known top-level domain, or the scheme of a chat
// program (tg://). Dots may be written as 点, dot, 。 or in brackets. A top-level
// domain that is also a word or the end of a file name (it, is, me, py, md) makes a
// bare host a link only where a path follows, because people forget the space
// after a full stop, and talk of main.py.
//
// Texts should be folded with their separators kept (package fold), which undoes
// full-width letters and zero-width characters; any text will do.
package links

import (
	"slices"
	"strings"
)

// Trait is what is odd or telling about a link; traits are combined with |.
type Trait uint16

// The traits.
const (
	Bare       Trait = 1 << iota // written without a scheme
	Obfuscated                   // a dot, the scheme or the path is written to escape programs
	Punycode                     // a label is in punycode (xn--) or not in ASCII
	Numeric                      // the host is an IP address
	Shortener                    // hides where it leads
	Invite                       // leads into a group on a chat platform: see Link.Platform
	Profile                      // leads to a member, channel or bot on a chat platform
	Lookalike                    // imitates one of Options.Imitated
)

// traitNames are how rule files call the traits, in their order.
var traitNames = []string{"bare", "obfuscated", "punycode", "numeric", "shortener", "invite", "profile", "lookalike"}

// ParseTrait is the trait of a name; ok is false where none has it.
func ParseTrait(name string) (t Trait, ok bool) {
	for i, known := range traitNames {
		if known == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// String joins the names of the traits with |.
func (t Trait) String() string {
	var names []string
	for i, name := range traitNames {
		if t&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, "|")
}

// Link is one address in a text.
type Link struct {
	Start, End int    // bytes of the text
	Host       string // lower case, with plain dots; empty for a scheme of a chat program
	Path       string // what follows the host, in lower case; with its / ? or #
	Traits     Trait
	Platform   string // of an Invite or Profile: qq, wechat, wecom, telegram, discord, whatsapp, line, matrix and others
}

// Options says what to look for. The zero value knows no imitated hosts.
type Options struct {
	Imitated []string // hosts that others pretend to be, such as paypal.com
}

// Finder finds links. It is immutable: any number of goroutines may share it.
type Finder struct {
	imitated []brand
}

// New returns a Finder.
func New(o Options) *Finder {
	f := new(Finder)
	for _, host := range o.Imitated {
		f.imitated = append(f.imitated, newBrand(strings.ToLower(host)))
	}
	return f
}

// Candidate reports whether a text, folded or not, may hold a link. It is much
// faster than Find, and true for few messages.
func Candidate(text string) bool {
	for i := range len(text) {
		if !stops[text[i]] {
			continue
		}
		rest := text[i:]
		switch text[i] {
		case '.':
			if len(rest) > 1 && rest[1] != ' ' && rest[1] != '.' && rest[1] != '\n' || i > 0 && text[i-1] == ' ' {
				return true
			}
		case ':':
			if len(rest) > 1 && (rest[1] == '/' || rest[1] == '\\') {
				return true
			}
		case 'd', 'D':
			if len(rest) > 3 && strings.EqualFold(rest[:3], "dot") {
				return true
			}
		case 'h', 'H':
			if len(rest) > 4 && (strings.EqualFold(rest[:4], "http") || strings.EqualFold(rest[:4], "hxxp")) {
				return true
			}
		default:
			if i > 0 && len(rest) > 3 && (latin(rest[3]) || rest[3] == ' ' || wideLetter(rest[3:])) && slices.Contains(wideDots, rest[:3]) {
				return true
			}
		}
	}
	return false
}

// wideDots are characters that stand for a dot, of three bytes each.
var wideDots = []string{"。", "．", "｡", "点", "點"}

// stops are the bytes at which Candidate looks closer.
var stops = func() (t [256]bool) {
	for _, c := range []byte(".:dDhH") {
		t[c] = true
	}
	for _, dot := range wideDots {
		t[dot[0]] = true
	}
	return t
}()

// wideLetter reports whether s starts with a full-width or mathematical letter,
// which folding turns into a plain one.
func wideLetter(s string) bool {
	return strings.HasPrefix(s, "\xEF\xBD") || strings.HasPrefix(s, "\xF0\x9D")
}

func latin(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func alnum(c byte) bool { return latin(c) || c >= '0' && c <= '9' }

// maxLinks is how many links of one text are found: a message of nothing but
// links is told by these many.
const maxLinks = 64

// Again appends links that another Finder has found to dst, as this one sees
// them: what Finders differ in is the hosts that are imitated.
func (f *Finder) Again(dst, found []Link) []Link {
	for _, l := range found {
		l.Traits &^= Lookalike
		f.compare(&l)
		dst = append(dst, l)
	}
	return dst
}

// Find appends the links of a text to dst, in its order.
func (f *Finder) Find(dst []Link, text string) []Link {
	most := len(dst) + maxLinks
	for at := 0; at < len(text) && len(dst) < most; {
		start := nextLabel(text, at)
		if start == len(text) {
			break
		}
		link, end, ok := f.read(text, start)
		if ok {
			dst = append(dst, link)
		}
		at = max(end, start+1)
	}
	return dst
}

// read reads the address that starts at start. end is where to go on, whether
// or not there is one.
func (f *Finder) read(text string, start int) (l Link, end int, ok bool) {
	if start > 0 && (text[start-1] == '@' || text[start-1] == '/' || text[start-1] == '=') {
		return Link{}, labelEnd(text, start), false // the host of a mail address, or a part of what is no link
	}
	s, after := readScheme(text, start)
	if s.chat != "" {
		return chatScheme(text, start, after, s)
	}
	var h host
	h.read(text, after)
	if s.name == "" && h.n == 1 {
		l, end, ok = glued(text, start, h.end)
		f.compare(&l)
		return l, end, ok
	}
	if !h.settle(s.name != "") {
		return Link{}, max(h.end, after), false
	}
	l = Link{Start: start, Host: h.name(), Traits: h.traits()}
	if s.name == "" {
		l.Traits |= Bare
	}
	if s.odd {
		l.Traits |= Obfuscated
	}
	l.Path, l.End = readPath(text, h.end, h.name())
	if h.needsPath && s.name == "" && len(l.Path) < 2 && !known(l.Host) {
		return Link{}, l.End, false
	}
	if l.Path != "" && text[h.end] == ' ' {
		l.Traits |= Obfuscated
	}
	f.classify(&l)
	return l, l.End, true
}

// classify adds the traits that depend on where the link leads.
func (f *Finder) classify(l *Link) {
	l.Platform = l.place()
	if shorteners.Has(l.Host) {
		l.Traits |= Shortener
	}
	f.compare(l)
}

// compare adds the trait of a host that looks like one of the imitated.
func (f *Finder) compare(l *Link) {
	if len(f.imitated) == 0 || l.Host == "" || known(l.Host) {
		return
	}
	var room [maxLabel]byte
	label := appendSkeleton(room[:0], mainLabel(l.Host))
	for i := range f.imitated {
		if f.imitated[i].imitatedBy(l.Host, label) {
			l.Traits |= Lookalike
			return
		}
	}
}

// Hosts is a list of hosts, each of which stands for its subdomains as well.
type Hosts map[string]struct{}

// NewHosts makes a list of hosts as people write them: example.com,
// *.example.com, .example.com, https://example.com/. What names no host is
// returned as bad.
func NewHosts(names []string) (h Hosts, bad []string) {
	h = make(Hosts, len(names))
	for _, name := range names {
		host := strings.ToLower(strings.TrimSpace(name))
		if _, rest, found := strings.Cut(host, "://"); found {
			host = rest
		}
		host = strings.TrimPrefix(strings.TrimPrefix(host, "*"), ".")
		host = strings.TrimSuffix(host, "/")
		if !strings.Contains(host, ".") || strings.ContainsAny(host, "/ \t*@:") || strings.HasPrefix(host, ".") || strings.HasSuffix(host, ".") {
			bad = append(bad, name)
			continue
		}
		h[host] = struct{}{}
	}
	return h, bad
}

// Has reports whether host or a domain that it belongs to is on the list.
func (h Hosts) Has(host string) bool {
	for len(h) > 0 {
		if _, listed := h[host]; listed {
			return true
		}
		_, parent, more := strings.Cut(host, ".")
		if !more {
			break
		}
		host = parent
	}
	return false
}
