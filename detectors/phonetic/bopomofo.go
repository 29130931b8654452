package phonetic

import "strings"

// The signs of Bopomofo, in which Chinese is spelled in Taiwan, by their code.
const (
	firstBopomofo = 'ㄅ'
	lastBopomofo  = 'ㄩ'
)

func isBopomofo(r rune) bool { return r >= firstBopomofo && r <= lastBopomofo }

// initialSigns and finalSigns are spelled in the order of the signs' codes: 21 initials, 13
// finals, then the three that may stand before a final.
var (
	initialSigns = strings.Fields("b p m f d t n l g k h j q x zh ch sh r z c s")
	finalSigns   = strings.Fields("a o e e ai ei ao ou an en ang eng er")
	mediums      = [3]map[string]string{
		{"": "i", "a": "ia", "o": "io", "e": "ie", "ai": "iai", "ao": "iao", "ou": "iu", "an": "ian", "en": "in", "ang": "iang", "eng": "ing"},
		{"": "u", "a": "ua", "o": "uo", "ai": "uai", "ei": "ui", "an": "uan", "en": "un", "ang": "uang", "eng": "ong"},
		{"": "v", "e": "ve", "an": "van", "en": "vn", "eng": "iong"},
	}
	// bare are the finals as they are spelled without an initial, where y and w do
	// not just take the place of their first letter.
	bare = map[string]string{"i": "yi", "u": "wu", "v": "yu", "iu": "you", "in": "yin", "ing": "ying", "iong": "yong", "ui": "wei", "un": "wen", "ong": "weng", "vn": "yun", "ve": "yue", "van": "yuan"}
)

// bopomofo spells in pinyin the syllable that a text begins with, and returns how many
// bytes it has. An initial alone is the letter that it is written with.
func bopomofo(text string) (pinyin string, size int) {
	initial, medium, final := "", -1, ""
	for _, r := range text {
		switch k := int(r - firstBopomofo); {
		case !isBopomofo(r):
			return spell(initial, medium, final), size
		case k < len(initialSigns):
			if size > 0 {
				return spell(initial, medium, final), size
			}
			initial = initialSigns[k]
		case k < len(initialSigns)+len(finalSigns):
			if final != "" {
				return spell(initial, medium, final), size
			}
			final = finalSigns[k-len(initialSigns)]
		default:
			if medium >= 0 || final != "" {
				return spell(initial, medium, final), size
			}
			medium = k - len(initialSigns) - len(finalSigns)
		}
		size += len("ㄅ")
	}
	return spell(initial, medium, final), size
}

// spell puts the signs of a syllable together.
func spell(initial string, medium int, final string) string {
	if medium >= 0 {
		final = mediums[medium][final]
	}
	switch {
	case final == "" && len(initial) > 1, final == "" && strings.ContainsAny(initial, "rzcs"):
		return initial + "i"
	case final == "":
		return initial
	case strings.ContainsAny(initial, "jqx"):
		return initial + strings.Replace(final, "v", "u", 1)
	case initial != "" || medium < 0:
		return initial + final
	}
	switch whole := bare[final]; {
	case whole != "":
		return whole
	case final == "":
		return ""
	case final[0] == 'u':
		return "w" + final[1:]
	}
	return "y" + final[1:]
}
