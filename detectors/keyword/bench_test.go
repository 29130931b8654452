package keyword

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// benchData is what the benchmarks of one size of list run on: real data where there is some, else made up.
type benchData struct {
	words []string
	texts map[string][]string
}

func loadBenchData(b *testing.B, words int) benchData {
	dir := dataDir()
	if dir == "" {
		list, texts := generate(words, 20_000)
		g := newGenerator()
		return benchData{list, map[string][]string{
			"mixed": texts, "adv-hit": g.stuff(list, 5000, false), "adv-near": g.stuff(list, 5000, true),
		}}
	}
	size := "1k" // of which a list of ten words takes the first
	switch words {
	case 10_000:
		size = "10k"
	case 100_000:
		size = "100k"
	}
	d := benchData{readLines(b, dir, "dict-"+size+".txt"), map[string][]string{"mixed": readLines(b, dir, "messages-mixed.txt")}}
	d.words = d.words[:words]
	if words == 1000 || words == 100_000 {
		d.texts["adv-hit"] = readLines(b, dir, "adv-hit-"+size+".txt")
		d.texts["adv-near"] = readLines(b, dir, "adv-near-"+size+".txt")
	}
	return d
}

// BenchmarkScan measures every engine on lists of several sizes: MB/s, time and allocations per message, bytes per word, and
// how long the list took to build. Cloudflare's 100,000 words need 6.5 GB, so that -short leaves them out.
func BenchmarkScan(b *testing.B) {
	for _, engine := range engines {
		for _, words := range []int{10, 1000, 10_000, 100_000} {
			b.Run(fmt.Sprintf("%v/%d", engine, words), func(b *testing.B) {
				if testing.Short() && engine == Cloudflare && words == 100_000 {
					b.Skip("cloudflare needs 6.5 GB for 100,000 words: left out with -short")
				}
				benchmarkList(b, engine, loadBenchData(b, words))
				debug.FreeOSMemory()
			})
		}
	}
}

func benchmarkList(b *testing.B, engine Engine, d benchData) {
	began := time.Now()
	s := mustNew(b, d.words, Options{Engine: engine})
	built := time.Since(began)
	for _, corpus := range []string{"mixed", "adv-hit", "adv-near"} {
		texts := d.texts[corpus]
		if len(texts) == 0 {
			continue
		}
		b.Run(corpus, func(b *testing.B) {
			total := len(strings.Join(texts, ""))
			found := make([]Match, 0, 1000)
			b.SetBytes(int64(total / len(texts)))
			b.ReportAllocs()
			at := 0
			for b.Loop() {
				found = s.Scan(found[:0], texts[at])
				if at++; at == len(texts) {
					at = 0
				}
			}
			b.ReportMetric(float64(s.Size())/float64(s.Len()), "B/word")
			b.ReportMetric(built.Seconds(), "build-s")
		})
	}
	runtime.KeepAlive(s)
}

// BenchmarkNew measures building alone.
func BenchmarkNew(b *testing.B) {
	for _, words := range []int{1000, 100_000} {
		b.Run(fmt.Sprint(words), func(b *testing.B) {
			list := loadBenchData(b, words).words
			b.ReportAllocs()
			for b.Loop() {
				mustNew(b, list, Options{})
			}
		})
	}
}

// BenchmarkMillion measures a list far longer than any in use: ordinary messages, bytes per word and the time to build.
func BenchmarkMillion(b *testing.B) {
	if testing.Short() {
		b.Skip("needs half a gigabyte and some seconds to build: left out with -short")
	}
	words, texts := generate(1_000_000, 20_000)
	benchmarkList(b, Own, benchData{words, map[string][]string{"mixed": texts}})
}

// BenchmarkShapes measures what ordinary messages don't show: short and long texts, words of one character, and texts made
// to be hard.
func BenchmarkShapes(b *testing.B) {
	list, texts := generate(1000, 30_000)
	shapes := []struct {
		name  string
		words []string
		text  string
	}{
		{"five bytes", list, "hello"},
		{"five bytes, ten words", list[:10], "hello"},
		{"one message, ten words", list[:10], texts[0]},
		{"ten megabytes", list, strings.Repeat(strings.Join(texts, "\n")[:1_000_000], 10)},
		{"words of one character", append(strings.Split("的一是了我不", ""), "x", "9", "!"), texts[0] + texts[1]},
		{"a part of a character", append(list[:100:100], "\xb8"), texts[0] + texts[1]},
	}
	for _, hard := range hardTexts {
		shapes = append(shapes, struct {
			name  string
			words []string
			text  string
		}{hard.name, hard.words, hard.text})
	}
	for _, shape := range shapes {
		b.Run(shape.name, func(b *testing.B) {
			s := mustNew(b, shape.words, Options{})
			found := s.Scan(nil, shape.text)
			b.SetBytes(int64(len(shape.text)))
			b.ReportAllocs()
			for b.Loop() {
				found = s.Scan(found[:0], shape.text)
			}
			b.ReportMetric(float64(len(found)), "matches")
		})
	}
}
