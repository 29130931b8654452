package boundary_test

import (
	"strings"
	"testing"
)

func TestUsual(t *testing.T) {
	l := lexicon(t)
	for text, want := range map[string]bool{
		"新兴": true, "带你": true, "将至": true, "是比": true,
		"象木": false, "橡木": false, "家威芯": false, "轰帽龟字": false, "v信": false, "的": false, "": false, "带 你": false,
		"今天今天今天今天今天今天今天今天今天今天今天今天今天": false,
	} {
		if l.Usual(text) != want {
			t.Errorf("%q: %v", text, !want)
		}
	}
}

func TestCrosses(t *testing.T) {
	l := lexicon(t)
	for _, tt := range []struct {
		text, piece string
		want        bool
	}{{"去打麻将吗", "打麻", true}, {"找象木合作", "象木", false}, {"象木", "象木", false}} {
		at := strings.Index(tt.text, tt.piece)
		if got, words := l.Crosses(tt.text, at, at+len(tt.piece)); got != tt.want {
			t.Errorf("%s in %s: %v, %q", tt.piece, tt.text, got, words)
		}
	}
}
