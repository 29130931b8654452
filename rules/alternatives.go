package rules

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"patrol/detectors/phonetic"
)

// leastAlternative is how many characters each of the words between slashes has
// at least, so that 他/她 and 和/或 stay what they are.
const leastAlternative = 2

// alternatives are the words that a keyword names: 加微信/加扣扣 is two, as people
// write lists, since nobody looks for both with a slash between. All of the parts
// must be words with Chinese in them and nothing but letters and digits, and of more than
// one character unless spaces stand around each slash; anything else, such as
// t.me/abc or 他/她, is one keyword.
//
// So is a word with one of its other names in brackets: QQ(扣扣).
func alternatives(text string) []string {
	if word, name, found := glossed(text); found {
		return []string{word, name}
	}
	if !strings.ContainsAny(text, "/／") {
		return []string{text}
	}
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '／' })
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
		listed := (i == 0 || part != strings.TrimLeft(part, " ")) && (i == len(parts)-1 || part != strings.TrimRight(part, " "))
		if !alternative(parts[i], listed) {
			return []string{text}
		}
	}
	if len(parts) < 2 {
		return []string{text}
	}
	return parts
}

// alternative reports whether a part is a word of its own; listed ones may be of
// one character.
func alternative(part string, listed bool) bool {
	han := false
	for _, r := range part {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return false
		}
		han = han || unicode.Is(unicode.Han, r)
	}
	return han && (listed || utf8.RuneCountInString(part) >= leastAlternative)
}

// glossed takes apart a word and the other name that it has in brackets behind it.
func glossed(text string) (word, name string, found bool) {
	word, rest, found := strings.Cut(strings.NewReplacer("（", "(", "）", ")").Replace(text), "(")
	name, after, closed := strings.Cut(rest, ")")
	if !found || !closed || after != "" {
		return "", "", false
	}
	word, name = strings.TrimSpace(word), strings.TrimSpace(name)
	return word, name, phonetic.Called(word, name)
}
