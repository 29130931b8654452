// Package glyph knows of what Chinese characters consist, so that one written in
// pieces can be read, and one hidden in a rarer character found:
//
//	glyph.Pieces('张')       // [弓长]
//	glyph.Parts('噺')        // "口新"
//
// # Sources
//
// data/parts.txt is made from the CJK Decomposition Data File of Gavin Grover,
// which is also offered under the Apache License 2.0: of each character, the
// parts of its first division that are characters or radicals of Unicode's basic
// plane. data/splits.txt and data/shapes.txt are our own.
package glyph

import (
	_ "embed" // for the data
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var (
	//go:embed data/parts.txt
	partData string
	//go:embed data/splits.txt
	splitData string
	//go:embed data/shapes.txt
	shapeData string
)

// glyphs is the data made ready. It is read-only.
type glyphs struct {
	parts  map[rune]string   // from parts.txt
	splits map[rune][]string // from splits.txt
	shapes map[rune]string   // from shapes.txt: the characters that look like one
	holds  map[rune][]rune   // the characters of which one is a part
}

// drawn reads the data when it is first needed, in some 5 ms.
var drawn = sync.OnceValue(func() *glyphs {
	g := &glyphs{parts: make(map[rune]string, 20_000), splits: make(map[rune][]string), shapes: make(map[rune]string), holds: make(map[rune][]rune)}
	each(partData, func(r rune, rest string) {
		g.parts[r] = rest
		for _, part := range rest {
			g.holds[part] = append(g.holds[part], r)
		}
	})
	each(shapeData, func(first rune, rest string) {
		group := string(first) + rest
		for _, r := range group {
			g.shapes[r] += strings.ReplaceAll(group, string(r), "")
		}
	})
	each(splitData, func(r rune, rest string) { g.splits[r] = append(g.splits[r], rest) })
	return g
})

// each calls do with the first character and the rest of each line of data.
func each(data string, do func(first rune, rest string)) {
	for line := range strings.Lines(data) {
		line = strings.TrimSpace(line)
		if first, size := utf8.DecodeRuneInString(line); size > 0 && first != '#' {
			do(first, line[size:])
		}
	}
}

// typed are the forms that characters take inside others, and as what they are
// typed when a character is written in pieces.
var typed = map[rune]rune{
	'亻': '人', '氵': '水', '氺': '水', '扌': '手', '才': '手', 'イ': '人', 'ネ': '示', '之': '走', '龵': '手', '忄': '心', '㣺': '心', '讠': '言', '訁': '言', '犭': '犬',
	'钅': '金', '釒': '金', '饣': '食', '飠': '食', '礻': '示', '衤': '衣', '艹': '草', '⺾': '草', '辶': '走', '⻌': '走', '廴': '走',
	'刂': '刀', '⺈': '刀', '灬': '火', '攵': '文', '夂': '文', '罒': '四', '⺮': '竹', '糹': '纟', '糸': '纟', '丝': '纟', '⺕': '彐', '朩': '木',
	'囗': '口', '月': '肉', '⺼': '肉', '牜': '牛', '⺶': '羊', '⺷': '羊', '⻊': '足', '⺌': '小', '⺍': '小', '冫': '二', '阝': '耳', '覀': '西',
	'長': '长', '馬': '马', '車': '车', '貝': '贝', '見': '见', '門': '门', '魚': '鱼', '鳥': '鸟', '頁': '页', '風': '风',
}

// Plain returns the form under which pieces are compared: 亻 and 人 are one.
func Plain(piece rune) rune {
	if piece >= firstRadical && piece <= lastRadical {
		piece, _ = utf8.DecodeRuneInString(norm.NFKC.String(string(piece)))
	}
	if plain, other := typed[piece]; other {
		return plain
	}
	return piece
}

// The Kangxi radicals, which look like the characters that NFKC makes them.
const (
	firstRadical = 0x2F00
	lastRadical  = 0x2FD5
)

// MaxPieces is the most pieces that Pieces takes a character apart into.
const MaxPieces = 5

// Pieces returns the ways to write r in pieces, each of two to MaxPieces
// characters in their plain form. There may be none.
func Pieces(r rune) []string {
	g := drawn()
	var ways []string
	add := func(way string) {
		way = strings.Map(Plain, way)
		if n := utf8.RuneCountInString(way); n >= 2 && n <= MaxPieces && !slices.Contains(ways, way) {
			ways = append(ways, way)
		}
	}
	whole := g.parts[r]
	for _, way := range g.splits[r] {
		add(way)
	}
	add(whole)
	for at, part := range whole {
		if deeper := g.parts[part]; deeper != "" {
			add(whole[:at] + deeper + whole[at+utf8.RuneLen(part):])
		}
	}
	return ways
}

// Alike reports whether two characters differ in nothing but a radical or
// another small part: 睹 and 赌, 踋 and 脚; or 貣 and 贷, of which one has the part of the
// other inside a part.
func Alike(a, b rune) bool {
	of := Traits(b)
	for _, part := range drawn().parts[a] {
		if Telling(part) && strings.ContainsRune(of, part) {
			return true
		}
	}
	return false
}

// Traits returns the telling parts of a character, and those of its parts that few
// characters have.
func Traits(r rune) string {
	g := drawn()
	var traits strings.Builder
	for _, part := range g.parts[r] {
		if Telling(part) {
			traits.WriteRune(part)
		}
		for _, deeper := range g.parts[part] {
			if Telling(deeper) && len(g.holds[deeper]) <= few {
				traits.WriteRune(deeper)
			}
		}
	}
	return traits.String()
}

// few is how many characters have a part at most that tells even inside another.
const few = 30

// Telling reports whether few enough characters have a part for two that share it
// to look alike.
func Telling(part rune) bool { return Plain(part) == part && !strings.ContainsRune(radicals, part) }

// radicals are parts that very many characters share, so that sharing one means
// nothing.
const radicals = "口木土日目女王石火山虫米车门马鱼鸟竹金人手水心言犬食示走刀四纟彐肉牛羊足小二耳西一十厂广亠冖宀又大立禾田穴衣贝力子工弓巾夕尸彳页隹雨酉骨革鬼黑鼠齿"

// Radical reports whether a part is a radical in the form that it takes beside
// others, as 氵 and 扌 are.
func Radical(part rune) bool {
	_, other := typed[part]
	return other || strings.ContainsRune(radicals, part)
}

// Parts returns the parts of a character: 口新 for 噺, "" for one without.
func Parts(r rune) string { return drawn().parts[r] }

// Holding returns the characters of which r is a part: 汝 for 女. The slice must not
// be changed.
func Holding(r rune) []rune { return drawn().holds[r] }

// Shapes returns the characters that are taken for r at a glance, in no order: 失
// for 夫.
func Shapes(r rune) string { return drawn().shapes[r] }

// Forms returns a piece and the other forms that Plain makes it of.
func Forms(piece rune) []rune { return forms(piece) }
