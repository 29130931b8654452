package command

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlainShowsWhatATerminalWouldObey(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"ordinary text stays":           {"加微信 abc, 30 元。", "加微信 abc, 30 元。"},
		"an escape sequence is shown":   {"\x1b[31mred\x1b]0;title\a", "⟦U+001B⟧[31mred⟦U+001B⟧]0;title⟦U+0007⟧"},
		"an 8-bit control is shown":     {"a\u009b2Jb", "a⟦U+009B⟧2Jb"},
		"a bidi override is shown":      {"abc\u202edef\u2066", "abc⟦U+202E⟧def⟦U+2066⟧"},
		"invisible letters are shown":   {"加\u200b微\u3164信\ufe0f", "加⟦U+200B⟧微⟦U+3164⟧信⟦U+FE0F⟧"},
		"line ends become marks":        {"a\nb\tc\rd", "a⏎b c⟦U+000D⟧d"},
		"bytes that are no text":        {"a\xffb\xe4\xbd", "a⟦FF⟧b⟦E4⟧⟦BD⟧"},
		"a replacement character stays": {"a\ufffdb", "a\ufffdb"},
		"an ideographic space stays":    {"你　好", "你　好"},
		"line and paragraph separators": {"a\u2028b\u2029", "a⟦U+2028⟧b⟦U+2029⟧"},
		"private use can't be trusted":  {"\ue000", "⟦U+E000⟧"},
	} {
		if got := Plain(c.in); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if got := PlainLines("a\r\nb\x1b\n"); got != "a\nb⟦U+001B⟧\n" {
		t.Errorf("lines: got %q", got)
	}
}

func FuzzPlain(f *testing.F) {
	for _, s := range []string{"", "你好", "\x1b[2J", "\u202eabc", "\xff\xfe", "a\r\nb", "\u2028", "e\u0301"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Plain(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q: not UTF-8: %q", s, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q: %U reaches the terminal: %q", s, r, got)
			}
		}
		if Plain(got) != got {
			t.Fatalf("%q: not stable: %q, then %q", s, got, Plain(got))
		}
		if strings.ContainsAny(PlainLines(s), "\x1b\r\a\b") {
			t.Fatalf("%q: a control passes PlainLines", s)
		}
	})
}
