package command

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plain is s as one line that a terminal shows and does nothing else with:
// whatever would move the cursor, start an escape sequence, turn the direction of
// text or be invisible is written out as ⟦U+202E⟧, a byte that is no text as
// ⟦FF⟧, a line end as ⏎ and a tab as a space.
func Plain(s string) string {
	clean := true
	for _, r := range s {
		if r == utf8.RuneError || !shown(r) {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "⟦%02X⟧", s[0])
		case r == '\n':
			out.WriteRune('⏎')
		case r == '\t':
			out.WriteRune(' ')
		case !shown(r):
			fmt.Fprintf(&out, "⟦U+%04X⟧", r)
		default:
			out.WriteString(s[:size])
		}
		s = s[size:]
	}
	return out.String()
}

// PlainLines is Plain for text of several lines, whose line ends stay.
func PlainLines(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i := range lines {
		lines[i] = Plain(lines[i])
	}
	return strings.Join(lines, "\n")
}

// shown reports whether a terminal shows r as a character of its own, or, for a
// combining mark, upon the one before it. The ideographic space is one of the
// characters of Chinese text.
func shown(r rune) bool {
	switch {
	case r == '\u3000':
		return true
	case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r), unicode.Is(unicode.Variation_Selector, r):
		return false
	case r == '\u2800', r == '\ufffc':
		return false
	}
	return unicode.IsPrint(r)
}
