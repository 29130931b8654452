package glyph

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func ExampleJoiner() {
	j := NewJoiner("张骗")
	fmt.Printf("%q\n", j.Join(nil, "弓长三是马扁子"))
	// Output: "张\x7f\x7f\x7f三是骗\x7f\x7f\x7f子"
}

func TestJoin(t *testing.T) {
	j := NewJoiner("兼职加群妓枪你信")
	tests := []struct{ name, text, want string }{
		{"two pieces", "木仓支", "枪支"},
		{"pieces as they stand in the character", "亻言用", "信用"},
		{"pieces as they are typed", "人言用", "信用"},
		{"several", "力口君羊", "加群"},
		{"half of the pieces", "木头", "木头"},
		{"a character that is not looked for", "女子", "女子"},
		{"the pieces at the end", "女支", "妓"},
		{"bytes that are no text", "木\xff仓", "木\xff仓"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := j.Join(nil, tt.text)
			if len(got) != len(tt.text) {
				t.Fatalf("%q is not as long as %q", got, tt.text)
			}
			if plain := strings.ReplaceAll(string(got), "\x7f", ""); plain != tt.want {
				t.Errorf("%q, want %q", plain, tt.want)
			}
		})
	}
}

func FuzzJoin(f *testing.F) {
	f.Add("弓长木仓 亻言", "张枪信")
	f.Fuzz(func(t *testing.T, text, characters string) {
		j := NewJoiner(characters)
		got := j.Join(nil, text)
		if len(got) != len(text) {
			t.Fatalf("%q becomes %q", text, got)
		}
		if string(got) != text && !slices.ContainsFunc(j.Starts(), func(s string) bool { return strings.Contains(text, s) }) {
			t.Fatalf("%q holds none of the starts and becomes %q", text, got)
		}
		if utf8.ValidString(text) && !utf8.Valid(got) {
			t.Fatalf("%q becomes %q", text, got)
		}
	})
}
