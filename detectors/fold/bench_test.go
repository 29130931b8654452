package fold

import (
	"bufio"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// benchLines returns chat lines: those of messages-mixed.txt in the folder that
// PATROL_BENCH_DATA names, or generated ones of about the same shape.
func benchLines(b *testing.B) (mixed, chinese, english []string) {
	b.Helper()
	folder := os.Getenv("PATROL_BENCH_DATA")
	if folder == "" {
		folder = filepath.Join("..", "..", "..", "shared", "data", "scan")
	}
	file, err := os.Open(filepath.Join(folder, "messages-mixed.txt"))
	if err != nil {
		b.Logf("no recorded lines (%v): generated ones instead", err)
		mixed = generatedLines(20_000)
	} else {
		defer file.Close()
		for lines := bufio.NewScanner(file); lines.Scan() && len(mixed) < 60_000; {
			mixed = append(mixed, lines.Text())
		}
	}
	for _, line := range mixed {
		if strings.IndexFunc(line, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
			chinese = append(chinese, line)
		} else {
			english = append(english, line)
		}
	}
	return mixed, chinese, english
}

func generatedLines(n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the game is so good lol what do you think about this Kappa no way he did that again")
	lines := make([]string, n)
	for k := range lines {
		var line strings.Builder
		for range 3 + random.IntN(12) {
			if k%2 == 0 {
				line.WriteString(words[random.IntN(len(words))] + " ")
				continue
			}
			line.WriteRune('\u4e00' + rune(random.IntN(0x3000)))
			if random.IntN(8) == 0 {
				line.WriteString("，")
			}
		}
		lines[k] = line.String()
	}
	return lines
}

func BenchmarkFold(b *testing.B) {
	mixed, chinese, english := benchLines(b)
	x := transform.Chain(norm.NFKC, cases.Fold(), runes.Remove(runes.Predicate(hidden)), norm.NFKC)
	for _, corpus := range []struct {
		name  string
		lines []string
	}{{"mixed", mixed}, {"chinese", chinese}, {"english", english}} {
		for _, way := range []struct {
			name string
			sep  Separators
		}{{"drop", Drop}, {"keep", Keep}} {
			b.Run(corpus.name+"/"+way.name, func(b *testing.B) {
				f := New(Options{Separators: way.sep})
				var t Text
				perMessage(b, corpus.lines, func(line string) { f.Fold(&t, line) })
			})
		}
		b.Run(corpus.name+"/xtext", func(b *testing.B) {
			perMessage(b, corpus.lines, func(line string) { _, _, _ = transform.String(x, line) })
		})
	}
}

// perMessage times do over the lines in turn; an operation is one message.
func perMessage(b *testing.B, lines []string, do func(string)) {
	b.Helper()
	bytes := 0
	for _, line := range lines {
		do(line)
		bytes += len(line)
	}
	b.SetBytes(int64(bytes / len(lines)))
	b.ReportAllocs()
	k := 0
	for b.Loop() {
		do(lines[k])
		if k++; k == len(lines) {
			k = 0
		}
	}
}

func BenchmarkBuild(b *testing.B) {
	for b.Loop() {
		build(true)
	}
}
