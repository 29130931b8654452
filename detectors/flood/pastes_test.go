package flood

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// said is a line of a chat.
type said struct {
	ms   int
	who  uint64
	line string
}

// counted returns which of the lines count as messages.
func counted(p *Pastes, lines []said) string {
	var out strings.Builder
	for _, s := range lines {
		if p.Merge(Key{Scope: 7, Subject: s.who}, s.line, after(s.ms)) {
			out.WriteByte('.')
		} else {
			out.WriteByte('M')
		}
	}
	return out.String()
}

func TestMerge(t *testing.T) {
	var long, steady, spam, rotating []said
	for k := range 44 {
		long = append(long, said{k * 50, 1, fmt.Sprintf("line %d", k)})
		steady = append(steady, said{k * 1000, 1, fmt.Sprintf("line %d", k)})
		spam = append(spam, said{k * 50, 1, "buy now"})
		rotating = append(rotating, said{k * 50, 1, fmt.Sprintf("buy %d", k%10)})
	}
	tests := []struct {
		name  string
		lines []said
		want  string
	}{
		{"a single line counts", []said{{0, 1, "hi"}}, "M"},
		{"quick different lines are one paste", []said{{0, 1, "a"}, {100, 1, "b"}, {300, 1, "c"}}, "M.."},
		{"up to the gap and no further", []said{{0, 1, "a"}, {600, 1, "b"}, {1201, 1, "c"}}, "M.M"},
		{"a flooder of one message a second is not merged", steady, strings.Repeat("M", 44)},
		{"another member ends the paste", []said{{0, 1, "a"}, {100, 2, "b"}, {200, 1, "c"}, {300, 1, "d"}}, "MMM."},
		{"the same line again counts", spam, strings.Repeat("M", 44)},
		{"white space makes no other line", []said{{0, 1, "buy now"}, {50, 1, " buy now\t"}}, "MM"},
		{"taking turns with few lines does not help", rotating, "M" + strings.Repeat(".", 9) + strings.Repeat("M", 34)},
		{"a repeat does not end the paste", []said{{0, 1, "a"}, {50, 1, "a"}, {100, 1, "b"}}, "MM."},
		{"braces and blank lines may repeat", []said{{0, 1, "if a {"}, {50, 1, "}"}, {100, 1, ""}, {150, 1, "if b {"}, {200, 1, "}"}, {250, 1, ""}}, "M....."},
		{"but not when there is little else", []said{{0, 1, "!!!"}, {50, 1, "!!!"}, {100, 1, "!!!"}}, "MMM"},
		{"a paste has an end", long, "M" + strings.Repeat(".", 39) + "MMMM"},
		{"a late line counts as if it came with the newest", []said{{1000, 1, "a"}, {900, 1, "b"}, {1500, 1, "c"}}, "M.."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := counted(NewPastes(PastesConfig{}), tt.lines); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

func TestMergeKeepsChatsApart(t *testing.T) {
	p := NewPastes(PastesConfig{Stripes: 1})
	for k := range 10 {
		for chat := range uint64(50) {
			merged := p.Merge(Key{Scope: chat, Subject: 1}, fmt.Sprint("line ", k), after(k*10))
			if merged != (k > 0) {
				t.Fatalf("line %d of chat %d: merged is %v", k, chat, merged)
			}
		}
	}
}

func TestMergeConfigured(t *testing.T) {
	p := NewPastes(PastesConfig{Gap: 2 * time.Second, Lines: 3})
	lines := []said{{0, 1, "a"}, {2000, 1, "b"}, {4000, 1, "c"}, {6000, 1, "d"}, {8001, 1, "e"}}
	if got := counted(p, lines); got != "M..MM" {
		t.Errorf("%s, want M..MM", got)
	}
}

func TestIdleChatsAreForgotten(t *testing.T) {
	p := NewPastes(PastesConfig{Stripes: 1})
	for chat := range uint64(5000) {
		p.Merge(Key{Scope: chat, Subject: 1}, "hi", after(0))
	}
	for k := range 100_000 {
		p.Merge(Key{Scope: 1, Subject: uint64(k)}, "hi", after(1000+k))
	}
	if n := p.stripes[0].chats.len(); n != 1 {
		t.Errorf("%d chats are kept, want the one in use", n)
	}
}

// TestMergeAgreesWithItsRules restates the rules over the whole history.
func TestMergeAgreesWithItsRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := NewPastes(PastesConfig{Lines: 12, Stripes: 1})
		var paste []said // the row of lines that ends the chat
		at := 0
		for range rapid.IntRange(1, 60).Draw(t, "lines") {
			at += rapid.SampledFrom([]int{0, 50, 600, 601, 2000}).Draw(t, "pause")
			s := said{at, rapid.Uint64Range(1, 2).Draw(t, "who"), rapid.StringMatching(`[a-z]|\{`).Draw(t, "line")}
			if len(paste) > 0 && (paste[len(paste)-1].who != s.who || s.ms-paste[len(paste)-1].ms > 600) {
				paste = nil
			}
			worded, fillers, repeated := 0, 0, false
			for k, before := range paste {
				if before.line != "{" {
					worded++
				} else if k > 0 && strings.Contains(joined(paste[max(0, k-recentLines):k]), "{") {
					fillers++
				}
				repeated = repeated || k >= len(paste)-recentLines && before.line == s.line
			}
			want := len(paste) > 0 && len(paste) < 12 && (!repeated || s.line == "{" && fillers < worded)
			paste = append(paste, s)
			if got := p.Merge(Key{7, s.who}, s.line, after(s.ms)); got != want {
				t.Fatalf("%v: merged is %v, want %v", paste, got, want)
			}
		}
	})
}

func joined(lines []said) string {
	var out strings.Builder
	for _, s := range lines {
		out.WriteString(s.line)
	}
	return out.String()
}

func TestMergeIsSafeForManyGoroutines(t *testing.T) {
	p := NewPastes(PastesConfig{Stripes: 2})
	var all sync.WaitGroup
	for w := range uint64(4) {
		all.Go(func() {
			for k := range 500 {
				merged := p.Merge(Key{Scope: w << 62, Subject: w}, fmt.Sprint(k), after(k))
				if merged != (k > 0 && k < 40) {
					t.Errorf("line %d of chat %d: merged is %v", k, w, merged)
				}
			}
		})
	}
	all.Wait()
}
