package glyph

import (
	"fmt"
	"slices"
	"testing"
	"unicode/utf8"
)

func Example() {
	fmt.Println(Pieces('张'), Parts('噺'), string(Plain('亻')))
	// Output: [弓长] 口新 人
}

func TestPieces(t *testing.T) {
	tests := []struct {
		r    rune
		want string // "" for no way at all
	}{
		{'骗', "马扁"}, {'枪', "木仓"}, {'好', "女子"}, {'国', "口玉"}, {'狗', "犬句"}, {'情', "心青"}, {'一', ""}, {'a', ""}, {'约', "纟勺"},
	}
	for _, tt := range tests {
		ways := Pieces(tt.r)
		if tt.want == "" && len(ways) > 0 || tt.want != "" && !slices.Contains(ways, tt.want) {
			t.Errorf("%c: %q, want %q", tt.r, ways, tt.want)
		}
	}
}

func TestTheDataIsSound(t *testing.T) {
	g := drawn()
	if len(g.parts) < 15_000 || len(g.splits) < 200 {
		t.Fatalf("%d characters with parts, %d with other ways to split them", len(g.parts), len(g.splits))
	}
	check := func(r rune, way string) {
		n := utf8.RuneCountInString(way)
		if n < 2 || n > MaxPieces || !utf8.ValidString(way) || way == string(r) {
			t.Errorf("%c: %q", r, way)
		}
	}
	for r, way := range g.parts {
		check(r, way)
	}
	for r, ways := range g.splits {
		for _, way := range ways {
			check(r, way)
		}
	}
	for from, to := range typed {
		if _, again := typed[to]; again {
			t.Errorf("%c becomes %c, which becomes another", from, to)
		}
	}
}
