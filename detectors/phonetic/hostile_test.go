package phonetic

import (
	"strings"
	"testing"
)

// alike are words that begin with the same many characters, so that each has a
// great many ways to fit a text of letters and signs.
func alike(words ...string) []string {
	for r := rune(0x4e00); r < 0x4e00+300; r++ {
		words = append(words, strings.Repeat("啊", 9)+string(r))
	}
	return words
}

func TestWhatFollowsATextMadeToCostMuchIsRead(t *testing.T) {
	s := scanner(t, Options{}, alike("加微信")...)
	text := keep.Word(strings.Repeat("a❤", 2000) + "。大家早上好，今天我们去哪里吃午饭呢？加薇信")
	for _, m := range s.Scan(nil, text, new(Scratch)) {
		if m.Word == 0 {
			return
		}
	}
	t.Error("加薇信 is not found")
}

func BenchmarkTextMadeToCostMuch(b *testing.B) {
	s := scanner(b, Options{}, alike()...)
	for _, unit := range []string{"a❤", "a ", "啊", "阿x"} {
		b.Run(unit, func(b *testing.B) {
			text, sc := keep.Word(strings.Repeat(unit, 4096/len(unit))), new(Scratch)
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				s.Scan(nil, text, sc)
			}
		})
	}
}
