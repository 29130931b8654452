package repeat_test

import (
	"testing"
	"time"

	"patrol/detectors/repeat"
)

func BenchmarkTake(b *testing.B) {
	var s repeat.Sketch
	b.ReportAllocs()
	for b.Loop() {
		s.Take("今天晚上八点在老地方集合记得带伞")
	}
}

// BenchmarkPost posts one text after the other, none like another, in a chat that
// has so many in its time.
func BenchmarkPost(b *testing.B) {
	for _, bb := range []struct {
		name  string
		every time.Duration
		wide  bool
	}{
		{"12 in a minute", 5 * time.Second, false},
		{"60 in a minute", time.Second, false},
		{"wide, 60000 in a minute", time.Millisecond, true},
	} {
		b.Run(bb.name, func(b *testing.B) {
			tr := tracker(b, repeat.Config{In: time.Minute, Wide: bb.wide})
			texts := make([]repeat.Sketch, 1<<16)
			for i := range texts {
				texts[i].Take(string([]rune{'一' + rune(i%997*7), '丁' + rune(i%1009*13), '七' + rune(i%1013*3), '万' + rune(i%1019*17), '上' + rune(i%1021)}))
			}
			at, i := noon, 0
			b.ReportAllocs()
			for b.Loop() {
				at = at.Add(bb.every)
				i++
				tr.Post(repeat.Post{Scope: 1, Member: uint64(i), At: at}, &texts[i%len(texts)])
			}
		})
	}
}
