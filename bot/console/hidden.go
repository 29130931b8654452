package console

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// labels names hidden characters as those who work with them do (Unicode's
// abbreviations). Every other one is shown by its code point.
var labels = map[rune]string{
	0x00: "NUL", 0x07: "BEL", 0x08: "BS", 0x0B: "VT", 0x0C: "FF", 0x0D: "CR", 0x1B: "ESC", 0x7F: "DEL", 0x85: "NEL",
	0x00A0: "NBSP", 0x00AD: "SHY", 0x034F: "CGJ", 0x061C: "ALM", 0x115F: "HCF", 0x1160: "HJF", 0x180E: "MVS",
	0x200B: "ZWSP", 0x200C: "ZWNJ", 0x200D: "ZWJ", 0x200E: "LRM", 0x200F: "RLM",
	0x2028: "LSEP", 0x2029: "PSEP",
	0x202A: "LRE", 0x202B: "RLE", 0x202C: "PDF", 0x202D: "LRO", 0x202E: "RLO", 0x202F: "NNBSP",
	0x2060: "WJ", 0x2061: "FA", 0x2062: "IT", 0x2063: "IS", 0x2064: "IP",
	0x2066: "LRI", 0x2067: "RLI", 0x2068: "FSI", 0x2069: "PDI",
	0x2800: "BLANK", 0x3164: "HF", 0xFEFF: "BOM", 0xFFA0: "HHF",
}

// hiddenLabel is what r is called where it can't be seen or changes how its
// neighbours are shown, and "" where it is ordinary. before is the character in
// front of it: what joins the parts of an emoji hides nothing.
func hiddenLabel(r, before rune) string {
	switch {
	case r == '\n', r == '\t', r == ' ', r == 0x3000:
		return ""
	case r < utf8.RuneSelf && r > ' ' && r < 0x7F:
		return ""
	case (r == 0xFE0F || r == 0x200D) && joinsEmoji(before):
		return ""
	}
	if name := labels[r]; name != "" {
		return name
	}
	if unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Variation_Selector) ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r) {
		return fmt.Sprintf("U+%04X", r)
	}
	return ""
}

// joinsEmoji reports whether r may stand in front of a joiner or a selector
// inside an emoji: a pictograph, a skin tone, a selector, the base of a keycap.
func joinsEmoji(r rune) bool {
	return unicode.In(r, unicode.So, unicode.Sk) || r == 0xFE0F || r == '#' || r == '*' || r >= '0' && r <= '9'
}

func byteLabel(b byte) string { return fmt.Sprintf("\\x%02X", b) }
