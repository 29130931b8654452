package query

import (
	"fmt"

	"patrol/rules/lang"
)

// Error is what is wrong with a query, for the person who wrote it.
type Error struct {
	Column int // where, in characters from 1; 0 where it is no one place
	Text   lang.Text
}

// Error says it in both languages.
func (e *Error) Error() string {
	said := e.Text.En
	if e.Text.Zh != e.Text.En {
		said += " / " + e.Text.Zh
	}
	if e.Column == 0 {
		return "query: " + said
	}
	return fmt.Sprintf("query:%d: %s", e.Column, said)
}

// In says it in one language.
func (e *Error) In(l lang.Lang) string {
	if e.Column == 0 {
		return e.Text.In(l)
	}
	return lang.F("第 %d 字：%s", "character %d: %s", e.Column, e.Text.In(l)).In(l)
}

func fault(at int, zh, en string, args ...any) *Error {
	return &Error{Column: at, Text: lang.F(zh, en, args...)}
}
