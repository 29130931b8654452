// Package lang holds short texts in the two languages that Patrol speaks,
// Chinese and English, and picks one of them.
//
//	over := lang.F("%d 条消息", "%d messages", 6)
//	fmt.Println(over.In(lang.FromEnv(os.Getenv)))
package lang

import (
	"fmt"
	"strings"
)

// Lang is a language that Patrol speaks.
type Lang string

// The languages.
const (
	Zh Lang = "zh"
	En Lang = "en"
)

// Text says one thing in both languages. It is a plain value: what is stored in
// a case or the ledger keeps both, and the reader picks.
type Text struct {
	Zh string `json:"zh,omitempty" yaml:"zh,omitempty"`
	En string `json:"en,omitempty" yaml:"en,omitempty"`
}

// T is the text that says zh in Chinese and en in English.
func T(zh, en string) Text { return Text{Zh: zh, En: en} }

// F formats the same arguments into both languages; use %[1]v where their order
// differs.
func F(zh, en string, args ...any) Text {
	return Text{Zh: fmt.Sprintf(zh, args...), En: fmt.Sprintf(en, args...)}
}

// In is the text in l, or in the other language where it lacks l.
func (t Text) In(l Lang) string {
	if l == Zh && t.Zh != "" || t.En == "" {
		return t.Zh
	}
	return t.En
}

// IsZero reports whether the text says nothing in any language.
func (t Text) IsZero() bool { return t == Text{} }

// Parse reads a language or a locale name: zh, zh_CN.UTF-8, en, en-GB. ok is
// false where it names neither language.
func Parse(s string) (l Lang, ok bool) {
	s = strings.ToLower(s)
	switch {
	case strings.HasPrefix(s, "zh"):
		return Zh, true
	case strings.HasPrefix(s, "en"):
		return En, true
	}
	return "", false
}

// FromEnv picks the language of the first of PATROL_LANG, LC_ALL, LC_MESSAGES
// and LANG that names one, and English where none does. getenv is os.Getenv
// outside tests.
func FromEnv(getenv func(string) string) Lang {
	for _, name := range []string{"PATROL_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if l, ok := Parse(getenv(name)); ok {
			return l
		}
	}
	return En
}
