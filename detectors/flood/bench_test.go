package flood

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

// benchKeys returns n keys in chats of 100 members, in random order.
func benchKeys(n int) []Key {
	random := rand.New(rand.NewPCG(1, 2))
	keys := make([]Key, n)
	for k := range keys {
		keys[k] = Key{Scope: uint64(k/100) * 0x9E3779B97F4A7C15, Subject: random.Uint64()}
	}
	random.Shuffle(n, func(a, b int) { keys[a], keys[b] = keys[b], keys[a] })
	return keys
}

// shuffled returns the keys in another order.
func shuffled(keys []Key) []Key {
	other := slices.Clone(keys)
	rand.New(rand.NewPCG(3, 4)).Shuffle(len(other), func(a, b int) { other[a], other[b] = other[b], other[a] })
	return other
}

// full returns a limiter in which all keys are live.
func full(b *testing.B, keys []Key) *Limiter {
	l := mustNew(b, Config{Limit: Limit{Events: 5, In: 10 * time.Second}})
	for _, k := range keys {
		l.Allow(k, 1, start)
	}
	return l
}

func BenchmarkAllow(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		keys := benchKeys(n)
		// Busy keys have a bucket that is partly full, quiet ones a full one.
		for name, pause := range map[string]time.Duration{"busy": time.Second, "quiet": 5 * time.Second} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				l := full(b, keys)
				keys := shuffled(keys)
				b.ReportAllocs()
				k, now := 0, start
				for b.Loop() {
					l.Allow(keys[k], 1, now)
					if k++; k == n {
						k = 0
						now = now.Add(pause)
					}
				}
			})
		}
		b.Run(fmt.Sprintf("foreseen/%d", n), func(b *testing.B) {
			l := full(b, keys)
			keys := shuffled(keys)
			b.ReportAllocs()
			k, now := 0, start
			for b.Loop() {
				if k%16 == 0 {
					for _, next := range keys[k:min(k+16, n)] {
						l.Foresee(next)
					}
				}
				l.Allow(keys[k], 1, now)
				if k++; k == n {
					k = 0
					now = now.Add(5 * time.Second)
				}
			}
		})
		// Every key is new and takes the place of one that has been idle.
		b.Run(fmt.Sprintf("new/%d", n), func(b *testing.B) {
			l := full(b, keys)
			b.ReportAllocs()
			now := start
			step := 10 * time.Second / time.Duration(n)
			for k := uint64(0); b.Loop(); k++ {
				l.Allow(Key{Scope: k / 100 * 0x9E3779B97F4A7C15, Subject: k * 0xD1B54A32D192ED03}, 1, now)
				now = now.Add(step)
			}
		})
		b.Run(fmt.Sprintf("mapOfPointers/%d", n), func(b *testing.B) {
			m := make(map[Key]*rate.Limiter)
			for _, k := range keys {
				m[k] = rate.NewLimiter(0.5, 5)
			}
			keys := shuffled(keys)
			b.ReportAllocs()
			k, now := 0, start
			for b.Loop() {
				m[keys[k]].AllowN(now, 1)
				if k++; k == n {
					k = 0
					now = now.Add(5 * time.Second)
				}
			}
		})
	}
}

func BenchmarkAllowParallel(b *testing.B) {
	keys := benchKeys(1_000_000)
	l := full(b, keys)
	keys = shuffled(keys)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		k := rand.IntN(len(keys))
		for pb.Next() {
			l.Allow(keys[k], 1, start)
			if k++; k == len(keys) {
				k = 0
			}
		}
	})
}

// BenchmarkMemory reports the heap that a key costs, with its share of the index.
func BenchmarkMemory(b *testing.B) {
	keys := benchKeys(1_000_000)
	for b.Loop() {
		before := heap()
		l := full(b, keys)
		after := heap()
		b.ReportMetric(float64(after-before)/float64(len(keys)), "B/key")
		runtime.KeepAlive(l)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkSnapshot(b *testing.B) {
	l := full(b, benchKeys(1_000_000))
	var out bytes.Buffer
	if err := l.Snapshot(&out); err != nil {
		b.Fatal(err)
	}
	b.Run("write", func(b *testing.B) {
		b.SetBytes(int64(out.Len()))
		for b.Loop() {
			if err := l.Snapshot(io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("restore", func(b *testing.B) {
		b.SetBytes(int64(out.Len()))
		for b.Loop() {
			into := mustNew(b, Config{Limit: l.limit})
			if err := into.Restore(bytes.NewReader(out.Bytes()), start); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkMerge(b *testing.B) {
	p := NewPastes(PastesConfig{})
	lines := make([]string, 100)
	for k := range lines {
		lines[k] = "this is line " + strconv.Itoa(k) + " of a paste, about as long as chat is"
	}
	b.ReportAllocs()
	now := start
	for k := 0; b.Loop(); k++ {
		p.Merge(Key{uint64(k % 10_000), uint64(k % 3)}, lines[k%100], now)
		now = now.Add(time.Microsecond)
	}
}
