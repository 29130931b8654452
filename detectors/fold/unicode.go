package fold

import (
	"strconv"
	"unicode"
)

// wordTables hold the characters that words are made of.
var wordTables = []*unicode.RangeTable{unicode.L, unicode.N, unicode.M}

// changingTables hold every character that folding may change, but for those
// that decompose.
var changingTables = []*unicode.RangeTable{
	unicode.Lu, unicode.Lt, unicode.Ll, unicode.Nl, // case
	unicode.M, conjoining, // composition
	unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector, diacritics, points, // hidden
	inverse, unicode.Nd,
}

// decomposing is where characters with a decomposition are found: all but
// the unified ideographs, syllables that compose again, and empty planes.
var decomposing = []struct{ first, last rune }{
	{0x00A0, 0x33FF}, {0xA640, 0xABFF}, {0xF900, 0xFFFF},
	{0x10000, 0x16FFF}, {0x1D000, 0x1FBFF}, {0x2F800, 0x2FA1F},
}

// strokes are ideographs that stand between characters and in nobody's words: a
// dot, and a bar.
const strokes = "丶丨"

// Letters in name that are accents and apostrophes standing alone.
const (
	spacingFirst = 'ʹ' // U+02B9
	spacingLast  = '˟' // U+02DF
)

// conjoining holds the vowels and final consonants that Hangul syllables are
// composed with.
var conjoining = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x1161, Hi: 0x1175, Stride: 1}, {Lo: 0x11A8, Hi: 0x11C2, Stride: 1},
}}

// diacritics holds the combining marks that say nothing on their own about
// which letter is meant, as opposed to the marks that belong to one script.
var diacritics = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0300, Hi: 0x036F, Stride: 1}, {Lo: 0x0483, Hi: 0x0489, Stride: 1},
	{Lo: 0x1AB0, Hi: 0x1AFF, Stride: 1}, {Lo: 0x1DC0, Hi: 0x1DFF, Stride: 1},
	{Lo: 0x20D0, Hi: 0x20FF, Stride: 1}, {Lo: 0x2DE0, Hi: 0x2DFF, Stride: 1},
	{Lo: 0xA66F, Hi: 0xA672, Stride: 1}, {Lo: 0xA674, Hi: 0xA67D, Stride: 1},
	{Lo: 0xA69E, Hi: 0xA69F, Stride: 1}, {Lo: 0xFE20, Hi: 0xFE2F, Stride: 1},
}}

// points holds the vowel points of Hebrew and Arabic, which ordinary writing
// leaves out, and the mark that stretches Arabic words.
var points = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0591, Hi: 0x05BD, Stride: 1}, {Lo: 0x05BF, Hi: 0x05BF, Stride: 1},
	{Lo: 0x05C1, Hi: 0x05C2, Stride: 1}, {Lo: 0x05C4, Hi: 0x05C5, Stride: 1},
	{Lo: 0x05C7, Hi: 0x05C7, Stride: 1}, {Lo: 0x0640, Hi: 0x0640, Stride: 1},
	{Lo: 0x064B, Hi: 0x0652, Stride: 1}, {Lo: 0x0670, Hi: 0x0670, Stride: 1},
}}

// inverse holds the letters and digits in filled circles and squares, for which
// Unicode gives no decomposition, unlike their outlined twins.
var inverse = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x24EB, Hi: 0x24FF, Stride: 1}, {Lo: 0x2776, Hi: 0x2793, Stride: 1}},
	R32: []unicode.Range32{
		{Lo: 0x1F10B, Hi: 0x1F10C, Stride: 1}, {Lo: 0x1F150, Hi: 0x1F169, Stride: 1}, {Lo: 0x1F170, Hi: 0x1F189, Stride: 1},
	},
}

// plain returns r, or what stands in r's filled circle or square.
func plain(r rune) string {
	switch {
	case r >= 0x24EB && r <= 0x24F4:
		return strconv.Itoa(int(r-0x24EB) + 11)
	case r >= 0x24F5 && r <= 0x24FE:
		return strconv.Itoa(int(r-0x24F5) + 1)
	case r >= 0x2776 && r <= 0x2793:
		return strconv.Itoa(int(r-0x2776)%10 + 1)
	case r == 0x24FF || r == 0x1F10B || r == 0x1F10C:
		return "0"
	case r >= 0x1F150 && r <= 0x1F169:
		return string('a' + r - 0x1F150)
	case r >= 0x1F170 && r <= 0x1F189:
		return string('a' + r - 0x1F170)
	}
	return string(r)
}

// hidden says whether a reader misses nothing when r is left out.
func hidden(r rune) bool {
	if unicode.Is(diacritics, r) || unicode.Is(points, r) {
		return true
	}
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) {
		return false
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// wordCharacter says whether words are made of r.
func wordCharacter(r rune) bool {
	return unicode.In(r, wordTables...) && (r < spacingFirst || r > spacingLast)
}
