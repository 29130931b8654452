package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// leastAlternative is how many characters each of the words between slashes has
// at least, so that 他/她 and 和/或 stay what they are.
const leastAlternative = 2

// alternatives are the words that a keyword names: 加微信/加扣扣 is two, as people
// write lists, since nobody looks for both with a slash between. All of the parts
// must be words with Chinese in them and nothing but letters and digits; anything else,
// such as t.me/abc or 他/她, is one keyword.
func alternatives(text string) []string {
	if !strings.ContainsAny(text, "/／") {
		return []string{text}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '／' })
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
		if !alternative(parts[i]) {
			return []string{text}
		}
	}
	if len(parts) < 2 {
		return []string{text}
	}
	return parts
}

func alternative(part string) bool {
	han := false
	for _, r := range part {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		han = han || unicode.Is(unicode.Han, r)
	}
	return han && utf8.RuneCountInString(part) >= leastAlternative
}
