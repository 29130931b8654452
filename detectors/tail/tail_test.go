package tail_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"patrol/detectors/tail"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func post(key uint64, second int, text string) tail.Post {
	return tail.Post{Key: key << 40, Text: text, At: noon.Add(time.Duration(second) * time.Second), In: 20 * time.Second}
}

func Example() {
	k := tail.New()
	for i, text := range []string{"加", "微", "信"} {
		joined, start := k.Add(nil, post(1, i, text))
		fmt.Println(string(joined), start)
	}
	// Output:
	// 加 0
	// 加微 3
	// 加微信 6
}

func TestRows(t *testing.T) {
	k := tail.New()
	for i, c := range []struct {
		key    uint64
		second int
		text   string
		joined string
	}{
		{1, 0, "加", "加"},
		{2, 1, "x", "x"},
		{1, 20, "微", "加微"},
		{1, 41, "信", "信"},
		{1, 42, "", "信"},
		{1, 43, strings.Repeat("长", 13), strings.Repeat("长", 13)},
		{1, 44, "短", "短"},
		{1, 40, "早", "早"},
	} {
		if got, start := k.Add(nil, post(c.key, c.second, c.text)); string(got) != c.joined || start != len(c.joined)-len(c.text) {
			t.Errorf("post %d: %q from %d, want %q", i, got, start, c.joined)
		}
	}
}

func TestARowIsBoundedAndNeverCutsACharacter(t *testing.T) {
	k := tail.New()
	for i := range 1000 {
		got, start := k.Add(nil, post(1, i, "一二三a"))
		if len(got) > 96+10 || !utf8.Valid(got) || string(got[start:]) != "一二三a" {
			t.Fatalf("%q from %d", got, start)
		}
	}
}

func TestNothingIsAllocated(t *testing.T) {
	k := tail.New()
	var buffer [256]byte
	if n := testing.AllocsPerRun(1000, func() { k.Add(buffer[:0], post(1, 1, "加微信")) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestManyGoroutines(t *testing.T) {
	k := tail.New()
	var group sync.WaitGroup
	for g := range uint64(8) {
		group.Go(func() {
			for i := range 500 {
				k.Add(nil, post(g%3, i, "加"))
			}
		})
	}
	group.Wait()
}

func FuzzAdd(f *testing.F) {
	f.Add("加", "\xe5")
	f.Fuzz(func(t *testing.T, a, b string) {
		k := tail.New()
		k.Add(nil, post(1, 0, a))
		if got, start := k.Add(nil, post(1, 1, b)); string(got[start:]) != b || len(got) > 96+len(b) {
			t.Errorf("%q from %d", got, start)
		}
	})
}

func TestALongMessageOfAnotherMemberEndsNoRow(t *testing.T) {
	k := tail.New()
	long := strings.Repeat("长", 13)
	k.Add(nil, tail.Post{Key: 7<<40 | 2, Text: "加", At: noon, In: time.Minute})
	// Another member, whose row would stand in the same place.
	if got, start := k.Add(nil, tail.Post{Key: 7<<40 | 4, Text: long, At: noon, In: time.Minute}); string(got) != long || start != 0 {
		t.Errorf("%q from %d", got, start)
	}
	if got, _ := k.Add(nil, tail.Post{Key: 7<<40 | 2, Text: "微", At: noon, In: time.Minute}); string(got) != "加微" {
		t.Errorf("%q, want both pieces", got)
	}
	if got, start := k.Add(nil, tail.Post{Key: 7<<40 | 2, Text: long, At: noon, In: time.Minute}); string(got) != long || start != 0 {
		t.Errorf("%q from %d", got, start)
	}
	if got, _ := k.Add(nil, tail.Post{Key: 7<<40 | 2, Text: "信", At: noon, In: time.Minute}); string(got) != "信" {
		t.Errorf("%q: the member's own long message ends the row", got)
	}
}
