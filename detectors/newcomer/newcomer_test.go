package newcomer_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"patrol/detectors/newcomer"
)

var noon = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func Example() {
	book := newcomer.New()
	const member = 0x8EBC6AF09C88C6E3 // a hash of the chat and the member
	book.Joined(member, noon)
	fmt.Println(book.Wrote(member), book.Wrote(member), book.JoinedAt(member).Hour())
	// Output: 1 2 12
}

func TestCountsGoUpToMost(t *testing.T) {
	b := newcomer.New()
	for i := 1; i <= 20; i++ {
		if got := b.Wrote(7 << 40); got != min(i, newcomer.Most) {
			t.Fatalf("message %d is number %d", i, got)
		}
	}
	if b.Messages(8<<40) != 0 || b.Messages(7<<40) != newcomer.Most {
		t.Errorf("%d and %d", b.Messages(8<<40), b.Messages(7<<40))
	}
}

func TestNobodyLooksNewerThanTheyAre(t *testing.T) {
	b := newcomer.New()
	random := rand.New(rand.NewPCG(1, 2))
	wrote := map[uint64]int{}
	for range 300_000 {
		m := random.Uint64N(100_000) * 0x9E3779B97F4A7C15
		wrote[m]++
		if got := b.Wrote(m); got < min(wrote[m], newcomer.Most) {
			t.Fatalf("message %d is number %d", wrote[m], got)
		}
	}
	old := 0
	for i := range uint64(10_000) {
		if b.Messages((i+1_000_000)*0x9E3779B97F4A7C15) > 0 {
			old++
		}
	}
	if old > 100 {
		t.Errorf("%d of 10,000 who never wrote look old", old)
	}
}

func TestJoins(t *testing.T) {
	b := newcomer.New()
	if !b.JoinedAt(5 << 33).IsZero() {
		t.Error("somebody joined unseen")
	}
	b.Joined(5<<33, noon)
	b.Joined(5<<33, noon.Add(time.Hour))
	if got := b.JoinedAt(5 << 33); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("joined at %v, want the later time", got)
	}
	if !b.JoinedAt(5<<33 | 1).IsZero() {
		t.Error("one is taken for another")
	}
}

func TestManyGoroutinesWrite(t *testing.T) {
	b := newcomer.New()
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range uint64(1000) {
				b.Wrote(i << 20)
				b.Joined(i<<33, noon.Add(time.Duration(g)))
				b.JoinedAt(i << 33)
			}
		})
	}
	group.Wait()
	if b.Messages(1<<20) == 0 {
		t.Error("nothing was counted")
	}
}

func BenchmarkWrote(b *testing.B) {
	book := newcomer.New()
	i := uint64(0)
	b.ReportAllocs()
	for b.Loop() {
		i++
		book.Wrote(i % 100_000 * 0x9E3779B97F4A7C15)
	}
}
