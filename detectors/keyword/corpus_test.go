package keyword

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dataDir returns the folder of real lists and messages, or "" if there is none.
func dataDir() string {
	dir := os.Getenv("PATROL_BENCH_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data", "scan")
	}
	if info, err := os.Stat(dir); err != nil || !info.IsDir() {
		return ""
	}
	return dir
}

// readLines returns the lines of a file of dataDir.
func readLines(t testing.TB, dir, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
}

// generator makes words and messages up, the same ones each time.
type generator struct{ *rand.Rand }

func newGenerator() generator { return generator{rand.New(rand.NewPCG(1975, 1970))} }

// generate returns a list of keywords, three in four Chinese, and as many chat-like messages, half of them Chinese, with a
// median of 42 bytes, of which about 3 % hold a keyword.
func generate(words, messages int) (list, texts []string) {
	g := newGenerator()
	for range words {
		if g.IntN(4) > 0 {
			list = append(list, g.chinese(2+g.IntN(6)))
		} else {
			list = append(list, g.letters(4+g.IntN(6))+"."+g.letters(2+g.IntN(2)))
		}
	}
	for i := range messages {
		var text string
		if i%2 == 0 {
			text = g.chinese(6 + g.IntN(18))
		} else {
			text = g.english(3 + g.IntN(14))
		}
		if g.IntN(33) == 0 {
			text += list[g.IntN(len(list))]
		}
		texts = append(texts, text)
	}
	return list, texts
}

// chinese returns n characters; as in a language, a few of them are frequent.
func (g generator) chinese(n int) string {
	characters := make([]rune, n)
	for i := range characters {
		characters[i] = rune(0x4E00 + int(3000*g.Float64()*g.Float64()))
	}
	return string(characters)
}

func (g generator) english(words int) string {
	list := make([]string, words)
	for i := range list {
		list[i] = g.letters(1 + g.IntN(8))
	}
	return strings.Join(list, " ")
}

func (g generator) letters(n int) string {
	const frequent = "eeeeettttaaaooiinnsshhrrdlcumwfgypbvkjxqz"
	letters := make([]byte, n)
	for i := range letters {
		letters[i] = frequent[g.IntN(len(frequent))]
	}
	return string(letters)
}

// stuff returns lines stuffed with keywords or, cut by one character, with near misses.
func (g generator) stuff(list []string, lines int, near bool) []string {
	texts := make([]string, lines)
	for i := range texts {
		var b strings.Builder
		for range 3 + g.IntN(4) {
			word := []rune(list[g.IntN(len(list))])
			if near {
				word = word[:len(word)-1]
			}
			b.WriteString(string(word))
		}
		texts[i] = b.String()
	}
	return texts
}

// TestRealCounts compares the numbers of matching messages and of matches with those that other scanners found.
func TestRealCounts(t *testing.T) {
	dir := dataDir()
	if dir == "" {
		t.Skip("no real data: set PATROL_BENCH_DATA")
	}
	texts := readLines(t, dir, "messages-mixed.txt")[:20_000]
	for list, want := range map[string][2]int{"1k": {323, 330}, "10k": {753, 857}, "100k": {598, 729}} {
		s := mustNew(t, readLines(t, dir, "dict-"+list+".txt"), Options{})
		var found []Match
		messages, matches := 0, 0
		for _, text := range texts {
			found = s.Scan(found[:0], text)
			matches += len(found)
			if len(found) > 0 {
				messages++
			}
		}
		if got := [2]int{messages, matches}; got != want {
			t.Errorf("%s words: %d messages with %d matches, want %d", list, messages, matches, want)
		}
	}
}

// TestRealStuffedLines compares filter and automaton, which share little, where there is most to find.
func TestRealStuffedLines(t *testing.T) {
	dir := dataDir()
	if dir == "" {
		t.Skip("no real data: set PATROL_BENCH_DATA")
	}
	f := mustNew(t, readLines(t, dir, "dict-100k.txt"), Options{}).search.(*filter)
	var got, want []Match
	for _, name := range []string{"adv-hit-100k.txt", "adv-near-100k.txt"} {
		for _, text := range readLines(t, dir, name) {
			got, want = f.find(got[:0], text), f.behind.find(want[:0], text, 0, len(text), false)
			if len(got) != len(want) {
				t.Fatalf("%q: filter %v, automaton %v", text, got, want)
			}
			for i := range got {
				if got[i] != want[i] {
					t.Fatalf("%q: filter %v, automaton %v", text, got, want)
				}
			}
		}
	}
}
