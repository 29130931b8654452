package prefetch_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"patrol/detectors/prefetch"
)

func Example() {
	table := make([]int64, 1<<20)
	next := []int{900_000, 7, 500_000}
	for _, member := range next {
		prefetch.Value(&table[member])
	}
	for _, member := range next {
		table[member]++
	}
	fmt.Println(table[7])
	// Output: 1
}

func TestAskingIsHarmless(t *testing.T) {
	prefetch.Line(0)
	prefetch.Line(^uintptr(0))
	value := [3]string{"a", "b", "c"}
	prefetch.Value(&value)
	if value != [3]string{"a", "b", "c"} {
		t.Errorf("it became %v", value)
	}
	if n := testing.AllocsPerRun(10, func() { prefetch.Value(&value) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// BenchmarkValue counts at random in a table that is in no cache.
func BenchmarkValue(b *testing.B) {
	table := make([][8]int64, 1<<21)
	places := make([]int, 1<<16)
	for i := range places {
		places[i] = rand.IntN(len(table))
	}
	for name, ahead := range map[string]bool{"ahead": true, "one by one": false} {
		b.Run(name, func(b *testing.B) {
			for n := 0; b.Loop(); n++ {
				some := places[n*16%len(places):][:16]
				if ahead {
					for _, at := range some {
						prefetch.Value(&table[at])
					}
				}
				for _, at := range some {
					table[at][0]++
				}
			}
		})
	}
}
