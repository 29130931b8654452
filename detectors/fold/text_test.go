package fold

import (
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"
)

func TestSpanLeadsBackToTheOriginal(t *testing.T) {
	tests := []struct{ name, text, find, want string }{
		{"plain text maps to itself", "你好加微信吗", "加微信", "加微信"},
		{"dropped characters inside are in the span", "请加 微❤️信 吧", "加微信", "加 微❤️信"},
		{"dropped characters at the edges are not", "【加微信】!!", "加微信", "加微信"},
		{"full-width letters map to their own width", "ＡＢＣＤ", "bc", "ＢＣ"},
		{"a hit in half an expansion takes the whole character", "x㍿y", "式会", "㍿"},
		{"an expansion of the same length is not cut", "a½b", "2", "½"},
		{"composed letters map to what they were composed of", "a か\u3099 b", "が", "か\u3099"},
		{"marks dropped after the last letter are left out", "bru\u0302le\u0301e", "brule", "bru\u0302le"},
		{"longer and shorter lower case", "xȺKy", "ⱥk", "ȺK"},
		{"marks that change places with the end of an expansion", "xำ\u0653\u0655", "xํ", "xำ\u0653\u0655"},
		{"first and last characters", "  a b  ", "ab", "a b"},
		{"long ASCII after separators", "-- the quick Brown fox --", "quickbrownfox", "quick Brown fox"},
		{"bytes that are not UTF-8 are left out at the edges", "\xffab\xff", "ab", "ab"},
	}
	f := New(Options{})
	var text Text
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.Fold(&text, tt.text)
			at := strings.Index(text.String(), tt.find)
			if at < 0 {
				t.Fatalf("%q is not in %q", tt.find, text.String())
			}
			start, end := text.Span(at, at+len(tt.find))
			if got := tt.text[start:end]; got != tt.want {
				t.Errorf("span of %q is %q, want %q", tt.find, got, tt.want)
			}
		})
	}
}

func TestSpanOutsideTheText(t *testing.T) {
	f := New(Options{})
	var text Text
	if start, end := text.Span(-1, 5); start != 0 || end != 0 {
		t.Errorf("zero Text: %d, %d", start, end)
	}
	f.Fold(&text, " 加微 ")
	for _, tt := range []struct{ start, end, wantStart, wantEnd int }{
		{-5, 99, 1, 7}, {0, 6, 1, 7}, {1, 2, 1, 4}, {3, 3, 4, 4}, {5, 2, 4, 4}, {6, 6, 7, 7}, {99, 100, 7, 7},
	} {
		start, end := text.Span(tt.start, tt.end)
		if start != tt.wantStart || end != tt.wantEnd {
			t.Errorf("Span(%d, %d) = %d, %d, want %d, %d", tt.start, tt.end, start, end, tt.wantStart, tt.wantEnd)
		}
	}
}

func TestSpanStaysInBounds(t *testing.T) {
	f := New(Options{})
	var text Text
	rapid.Check(t, func(t *rapid.T) {
		s := chatter().Draw(t, "text")
		f.Fold(&text, s)
		a, b := rapid.IntRange(-2, len(text.String())+2).Draw(t, "a"), rapid.IntRange(-2, len(text.String())+2).Draw(t, "b")
		start, end := text.Span(a, b)
		if start < 0 || end < start || end > len(s) {
			t.Fatalf("Span(%d, %d) = %d, %d of %d", a, b, start, end, len(s))
		}
		if g := text.Gaps(a, b); g.Longest > g.Total || g.Total > end-start {
			t.Fatalf("gaps %+v in %d bytes", g, end-start)
		}
	})
}

func TestGaps(t *testing.T) {
	tests := []struct {
		name, text, find string
		want             Gap
	}{
		{"no gap", "加微信", "加微信", Gap{}},
		{"one space each", "加 微 信", "加微信", Gap{Longest: 1, Total: 2}},
		{"a longer gap", "加...微 信", "加微信", Gap{Longest: 3, Total: 4}},
		{"gaps at the edges do not count", "-- 加微信 --", "加微信", Gap{}},
		{"gaps before the part do not count", "x y z", "z", Gap{}},
		{"hidden characters are no gap", "加\u200b\u200b微\u0336信", "加微信", Gap{}},
		{"hidden characters in a gap do not count", "加\u200b \u200b微", "加微", Gap{Longest: 1, Total: 1}},
		{"a Chinese full stop ends a sentence", "你加。微信", "加微信", Gap{Longest: 1, Total: 1, Sentence: true}},
		{"so does a question mark", "加？微信", "加微信", Gap{Longest: 1, Total: 1, Sentence: true}},
		{"so does a line break", "加\n微信", "加微信", Gap{Longest: 1, Total: 1, Sentence: true}},
		{"so does a full stop with a space", "we add. We chat", "addwe", Gap{Longest: 2, Total: 2, Sentence: true}},
		{"a dot in a word does not", "v.x", "vx", Gap{Longest: 1, Total: 1}},
		{"a comma does not", "加，微信", "加微信", Gap{Longest: 1, Total: 1}},
		{"after a longer expansion", "½ a b", "2ab", Gap{Longest: 1, Total: 2}},
	}
	f := New(Options{})
	var text Text
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f.Fold(&text, tt.text)
			at := strings.Index(text.String(), tt.find)
			if at < 0 {
				t.Fatalf("%q is not in %q", tt.find, text.String())
			}
			if got := text.Gaps(at, at+len(tt.find)); got != tt.want {
				t.Errorf("gaps %+v, want %+v", got, tt.want)
			}
		})
	}
	var zero Text
	if got := zero.Gaps(0, 1); got != (Gap{}) {
		t.Errorf("zero Text: %+v", got)
	}
	New(Options{Separators: Keep}).Fold(&text, "加 微")
	if got := text.Gaps(0, len(text.String())); got != (Gap{}) {
		t.Errorf("Keep: %+v", got)
	}
}

func TestOneHugeTextIsNotKept(t *testing.T) {
	f := New(Options{})
	var text Text
	huge := strings.Repeat("Ａ b", largeText)
	f.Fold(&text, huge)
	if want := strings.Repeat("ab", largeText); text.String() != want {
		t.Error("the huge text is folded wrongly")
	}
	if start, end := text.Span(2*largeText-2, 2*largeText); huge[start:end] != "Ａ b" {
		t.Errorf("the last two letters are at %d to %d of %d", start, end, len(huge))
	}
	f.Fold(&text, "Ｖ x")
	if text.String() != "vx" || text.Original() != "Ｖ x" {
		t.Errorf("the next text folds to %q", text.String())
	}
	if n := cap(text.src) + cap(text.buf) + cap(text.stretches); n > 1000 {
		t.Errorf("%d bytes and stretches are kept", n)
	}
}

func TestFolderIsSharedByGoroutines(t *testing.T) {
	f := New(Options{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			var text Text
			for range 200 {
				f.Fold(&text, "加 Ｖ❤信")
				if text.String() != "加v信" {
					t.Errorf("folds to %q", text.String())
				}
			}
		})
	}
	all.Wait()
}
