package boundary_test

import (
	"strings"
	"testing"

	"patrol/detectors/boundary"
)

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := boundary.New(boundary.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCuts(b *testing.B) {
	l := lexicon(b)
	for _, bb := range []struct{ name, text, hit string }{
		{"cut", "采购一批24口交换机，急用", "口交"},
		{"a word", "这几天一直有人卖大麻吗你们知道不知道", "大麻"},
		{"alone", "大麻，有人卖吗", "大麻"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			start := strings.Index(bb.text, bb.hit)
			b.ReportAllocs()
			for b.Loop() {
				l.Cuts(bb.text, start, start+len(bb.hit))
			}
		})
	}
}
