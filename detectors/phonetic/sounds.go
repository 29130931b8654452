package phonetic

import (
	_ "embed" // for the data
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/encoding/simplifiedchinese"

	"patrol/detectors/glyph"
)

// soundData has a line for each toneless syllable: how it is spelled, and then
// the characters that are read so. It is taken from go-pinyin (MIT License), with
// which a test compares it.
//
//go:embed data/sounds.txt
var soundData string

// The ideographs that have sounds here: the unified ones, U+4E00 to U+9FFF.
const (
	firstHan = '\u4E00'
	lastHan  = '\u9FFF'
)

func isHan(r rune) bool { return r >= firstHan && r <= lastHan }

// syllable is the number of a toneless syllable; 0 is none.
type syllable uint16

// maxReadings is how many readings a character may have here. Those beyond are
// rare, and each more is a chance for harmless talk to sound like a keyword.
const maxReadings = 3

// language knows how Chinese is read aloud. It is read-only once made.
type language struct {
	spelling []string                                      // of each syllable
	class    []uint16                                      // of each syllable: those of one class are easily confused
	classes  int                                           // how many there are, with class 0 for no syllable
	letters  [][]byte                                      // by class: with which its syllables begin
	openings [27*27*27/64 + 1]uint64                       // the first three letters of tokens of syllables, by trigram
	next     [][26]uint16                                  // a trie of the spellings: 0 is its root, and no node after another
	ends     []syllable                                    // the syllable that is spelled at a node
	bySound  map[string]syllable                           // by spelling
	readings [lastHan - firstHan + 1][maxReadings]syllable // of each ideograph
	everyday [lastHan - firstHan + 1]bool                  // whether it is common
}

// spoken is the one language, made when it is first needed: some 2 ms.
var spoken = sync.OnceValue(func() *language {
	l := &language{spelling: []string{""}, class: []uint16{0}, bySound: make(map[string]syllable)}
	byName := make(map[string]uint16)
	for line := range strings.Lines(soundData) {
		name, characters, found := strings.Cut(strings.TrimSpace(line), " ")
		if !found || name == "#" {
			continue
		}
		number := syllable(len(l.spelling))
		class, known := byName[confused(name)]
		if !known {
			class = uint16(len(byName) + 1)
			byName[confused(name)] = class
		}
		l.spelling = append(l.spelling, name)
		l.class = append(l.class, class)
		l.bySound[name] = number
		l.spell(name, number)
		for _, r := range characters {
			l.read(r, number)
		}
	}
	l.classes = len(byName) + 1
	l.letters = make([][]byte, l.classes)
	for number, name := range l.spelling {
		if of := &l.letters[l.class[number]]; name != "" && !slices.Contains(*of, name[0]) {
			*of = append(*of, name[0])
		}
	}
	l.open("")
	for _, r := range everydayCharacters() {
		l.everyday[r-firstHan] = true
	}
	return l
})

// everydayCharacters are the 3,755 of the first level of GB 2312, the standard's
// own choice of those that everybody uses.
func everydayCharacters() string {
	var codes []byte
	for row := byte(0xB0); row <= 0xD7; row++ {
		for cell := byte(0xA1); cell <= 0xFE && (row != 0xD7 || cell <= 0xF9); cell++ {
			codes = append(codes, row, cell)
		}
	}
	text, err := simplifiedchinese.GBK.NewDecoder().Bytes(codes)
	if err != nil {
		return "" // no byte above is outside of the standard
	}
	return string(text)
}

// open notes how tokens of syllables may begin that go on from some.
func (l *language) open(begin string) {
	k := trigramOf(begin)
	l.openings[k/64] |= 1 << (k % 64)
	if len(begin) >= 3 {
		return
	}
	for _, name := range l.spelling[1:] {
		l.open(begin + name)
	}
}

// rare reports whether r is a character that few texts have.
func (l *language) rare(r rune) bool { return !isHan(r) || !l.everyday[r-firstHan] }

// spell enters a spelling in the trie.
func (l *language) spell(name string, number syllable) {
	if len(l.next) == 0 {
		l.next, l.ends = make([][26]uint16, 1), make([]syllable, 1)
	}
	node := uint16(0)
	for _, letter := range []byte(name) {
		next := l.next[node][letter-'a']
		if next == 0 {
			next = uint16(len(l.next))
			l.next, l.ends = append(l.next, [26]uint16{}), append(l.ends, 0)
			l.next[node][letter-'a'] = next
		}
		node = next
	}
	l.ends[node] = number
}

// read notes that r may be read as s.
func (l *language) read(r rune, s syllable) {
	if !isHan(r) {
		return
	}
	of := &l.readings[r-firstHan]
	for k := range of {
		if of[k] == 0 {
			of[k] = s
			return
		}
	}
}

// of returns the syllables that r may be read as, 0 for those that it lacks.
func (l *language) of(r rune) [maxReadings]syllable {
	if !isHan(r) {
		return [maxReadings]syllable{}
	}
	return l.readings[r-firstHan]
}

// confused returns a spelling that is the same for all syllables which speakers
// of many regions, and so those who write by ear, do not tell apart: z and zh, c
// and ch, s and sh, n and l, f and hu at the start, n and ng at the end.
func confused(name string) string {
	for _, pair := range [...][2]string{{"zh", "z"}, {"ch", "c"}, {"sh", "s"}} {
		if rest, found := strings.CutPrefix(name, pair[0]); found {
			name = pair[1] + rest
		}
	}
	if rest, found := strings.CutPrefix(name, "n"); found && rest != "" && strings.ContainsAny(rest[:1], "aeiouv") {
		name = "l" + rest
	}
	switch name {
	case "hu", "hua", "huan", "huang":
		name = "f" + strings.TrimPrefix(name[1:], "u")
		if name == "f" {
			name = "fu"
		}
	case "hun":
		name = "fen"
	case "hui":
		name = "fei"
	}
	if strings.HasSuffix(name, "ang") || strings.HasSuffix(name, "eng") || strings.HasSuffix(name, "ing") {
		name = name[:len(name)-1]
	}
	return name
}

// digitSounds are how the digits are read, also over the telephone.
var digitSounds = [10][]string{
	{"ling", "dong"}, {"yi", "yao"}, {"er", "liang"}, {"san"}, {"si"}, {"wu"}, {"liu"}, {"qi", "guai"}, {"ba"}, {"jiu", "gou"},
}

// digit returns the syllables that an ASCII digit is read as.
func (l *language) digit(r rune) (sounds [maxReadings]syllable) {
	for i, name := range digitSounds[r-'0'] {
		sounds[i] = l.bySound[name]
	}
	return sounds
}

// rareParts are the parts and traits of each rare character, found out when they are first
// needed: some 10 ms.
var rareParts = sync.OnceValue(func() []string {
	all := make([]string, lastHan-firstHan+1)
	for at := range all {
		if r := firstHan + rune(at); spoken().rare(r) {
			all[at] = glyph.Parts(r)
		}
	}
	return all
})

// parts are what a rare character has in common with those that it may stand for.
func (l *language) parts(r rune) string {
	if !isHan(r) {
		return ""
	}
	return rareParts()[r-firstHan]
}
