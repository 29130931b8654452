package flood

import (
	"math"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/time/rate"
	"pgregory.net/rapid"
)

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// after returns the time that many milliseconds after start.
func after(ms int) time.Time { return start.Add(time.Duration(ms) * time.Millisecond) }

func mustNew(t interface {
	Helper()
	Fatalf(string, ...any)
}, c Config) *Limiter {
	t.Helper()
	l, err := New(c)
	if err != nil {
		t.Fatalf("New(%+v): %v", c, err)
	}
	return l
}

func TestNewRefusesWhatMakesNoSense(t *testing.T) {
	good := Limit{Events: 5, In: 10 * time.Second}
	tests := []struct {
		name string
		c    Config
	}{
		{"no limit", Config{}},
		{"no events", Config{Limit: Limit{In: time.Second}}},
		{"negative events", Config{Limit: Limit{Events: -1, In: time.Second}}},
		{"no time", Config{Limit: Limit{Events: 1}}},
		{"more time than there is", Config{Limit: Limit{Events: 1, In: math.MaxInt64}}},
		{"idle before the bucket is full", Config{Limit: good, Idle: time.Second}},
		{"idle for ever", Config{Limit: good, Idle: math.MaxInt64}},
		{"negative stripes", Config{Limit: good, Stripes: -1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := New(tt.c); err == nil {
				t.Error("no error")
			}
		})
	}
}

func TestAllow(t *testing.T) {
	type event struct {
		ms, n int
		want  bool
	}
	tests := []struct {
		name   string
		events []event
	}{
		{"a burst up to the limit passes and no more", []event{{0, 1, true}, {1, 1, true}, {2, 1, true}, {3, 1, true}, {4, 1, true}, {5, 1, false}}},
		{"a pause refills", []event{{0, 5, true}, {1999, 1, false}, {2000, 1, true}, {2001, 1, false}}},
		{"a full pause refills all", []event{{0, 5, true}, {10_000, 5, true}, {10_001, 1, false}}},
		{"a pause never fills above the limit", []event{{0, 1, true}, {60_000, 5, true}, {60_001, 1, false}}},
		{"being over takes nothing", []event{{0, 5, true}, {100, 1, false}, {200, 1, false}, {1900, 1, false}, {2000, 1, true}}},
		{"more than the limit at once is over, and takes nothing", []event{{0, 6, false}, {0, 5, true}}},
		{"what has no weight passes", []event{{0, 5, true}, {0, 0, true}, {0, -3, true}, {0, 1, false}}},
		{"a late event does not refill again", []event{{10_000, 5, true}, {4000, 1, false}, {10_001, 1, false}, {4000, 1, false}, {11_999, 1, false}, {12_000, 1, true}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := mustNew(t, Config{Limit: Limit{Events: 5, In: 10 * time.Second}})
			for k, e := range tt.events {
				if got := l.Allow(Key{1, 2}, e.n, after(e.ms)); got != e.want {
					t.Errorf("event %d at %d ms: %v, want %v", k, e.ms, got, e.want)
				}
			}
		})
	}
}

func TestAllowAtTheEndsOfTime(t *testing.T) {
	l := mustNew(t, Config{Limit: Limit{Events: 1, In: time.Second}})
	for _, at := range []time.Time{{}, time.Unix(math.MinInt64, 0), time.Unix(math.MaxInt64, 0), time.Unix(0, math.MaxInt64)} {
		k := Key{Scope: uint64(at.Unix()), Subject: uint64(at.UnixNano())}
		if !l.Allow(k, 1, at) || l.Allow(k, 1, at) {
			t.Errorf("at %v: not one event of two is allowed", at)
		}
	}
}

// ledger is the plainest token bucket.
type ledger struct{ tokens, last float64 }

func TestAllowAgreesWithAPlainTokenBucket(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Events: rapid.IntRange(1, 9).Draw(t, "events"), In: time.Duration(rapid.IntRange(1, 20_000).Draw(t, "in")) * time.Millisecond}
		l := mustNew(t, Config{Limit: limit, Stripes: rapid.IntRange(1, 4).Draw(t, "stripes"), Idle: maxIn})
		model := map[Key]*ledger{}
		clock := 0
		for range rapid.IntRange(1, 200).Draw(t, "steps") {
			clock = max(0, clock+rapid.IntRange(-500, 2000).Draw(t, "step")) // events may be late
			k := Key{rapid.Uint64Range(0, 3).Draw(t, "scope") << 62, rapid.Uint64Range(0, 3).Draw(t, "subject")}
			n := rapid.IntRange(1, 10).Draw(t, "n")
			got := l.Allow(k, n, after(clock))

			m := model[k]
			if m == nil {
				m = &ledger{tokens: float64(limit.Events), last: math.Inf(-1)}
				model[k] = m
			}
			now := max(float64(clock), m.last)
			have := min(float64(limit.Events), m.tokens+(now-m.last)/float64(limit.In.Milliseconds())*float64(limit.Events))
			want := have >= float64(n)
			if math.Abs(have-float64(n)) < 1e-6 {
				want = got // too close for floating point
			}
			if got != want {
				t.Fatalf("%v of %d at %d with %v tokens: %v", k, n, clock, have, got)
			}
			if want {
				m.tokens, m.last = have-float64(n), now
			}
		}
	})
}

func TestEvictionChangesNoDecision(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Events: rapid.IntRange(1, 5).Draw(t, "events"), In: time.Duration(rapid.IntRange(1, 3000).Draw(t, "in")) * time.Millisecond}
		l := mustNew(t, Config{Limit: limit, Stripes: 1})
		kept := map[Key]*rate.Limiter{}
		clock, evicted := 0, 0
		for range rapid.IntRange(1, 400).Draw(t, "steps") {
			clock += rapid.IntRange(0, 400).Draw(t, "step")
			k := Key{rapid.Uint64Range(0, 3).Draw(t, "scope") << 62, rapid.Uint64Range(0, 15).Draw(t, "subject")}
			n := rapid.IntRange(1, limit.Events).Draw(t, "n")
			if kept[k] == nil {
				kept[k] = rate.NewLimiter(rate.Limit(float64(limit.Events)/limit.In.Seconds()), limit.Events)
			}
			if got, want := l.Allow(k, n, after(clock)), kept[k].AllowN(after(clock), n); got != want {
				t.Fatalf("%v of %d at %d: %v, without eviction %v", k, n, clock, got, want)
			}
			evicted = max(evicted, len(kept)-l.Len())
		}
		t.Logf("%d keys, %d evicted at most", len(kept), evicted)
	})
}

func TestIdleKeysAreEvictedAndTheirMemoryGivenBack(t *testing.T) {
	l := mustNew(t, Config{Limit: Limit{Events: 5, In: 10 * time.Second}, Stripes: 1})
	const crowd = 20_000
	for k := range crowd {
		l.Allow(Key{1, uint64(k)}, 1, after(0))
	}
	if l.Len() != crowd {
		t.Fatalf("%d keys, want %d", l.Len(), crowd)
	}
	for k := range crowd * 8 * callsPerLook {
		l.Allow(Key{1, crowd + uint64(k%10)}, 1, after(10_000+k/callsPerLook))
	}
	if n := l.Len(); n > 10 {
		t.Errorf("%d keys are left, want the 10 in use", n)
	}
	slots := 0
	for k := range l.stripes[0].empty.drawers {
		slots += len(l.stripes[0].empty.drawers[k].slots)
	}
	if slots > 32*drawers {
		t.Errorf("there are %d slots for 10 keys", slots)
	}
	for k := range crowd {
		l.Allow(Key{1, uint64(k)}, 1, after(60_000))
	}
	for k := range crowd {
		if l.Allow(Key{1, uint64(k)}, 5, after(60_000)) {
			t.Fatalf("key %d got a second bucket", k)
		}
	}
}

func TestKeysThatComeOnceDoNotPileUp(t *testing.T) {
	l := mustNew(t, Config{Limit: Limit{Events: 5, In: time.Second}, Stripes: 1})
	most := 0
	for k := range 100_000 { // 1,000 keys are live at any time
		l.Allow(Key{1, uint64(k)}, 1, after(k))
		most = max(most, l.Len())
	}
	if most > 2000 {
		t.Errorf("up to %d keys are kept of 1,000 live ones", most)
	}
}

func TestAMillionKeysFitIn256MiB(t *testing.T) {
	l := mustNew(t, Config{Limit: testLimit})
	const keys = 1_000_000
	for k := range uint64(keys) {
		l.Allow(Key{Scope: k / 100, Subject: k}, 1, start)
	}
	if l.Len() != keys {
		t.Fatalf("%d keys are live, want %d", l.Len(), keys)
	}
	var bytes uintptr
	for k := range l.stripes {
		for j := range l.stripes[k].empty.drawers {
			bytes += uintptr(cap(l.stripes[k].empty.drawers[j].slots)) * unsafe.Sizeof(slot[int64]{})
		}
	}
	if bytes > 256<<20 {
		t.Errorf("they take %d bytes", bytes)
	}
}

func TestShelfKeepsItsKeys(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const idle = 100
		s := newShelf[int64](idle)
		model := map[Key]int64{}
		now := int64(1)
		for range rapid.IntRange(1, 1500).Draw(t, "steps") {
			now += rapid.Int64Range(0, 2).Draw(t, "step")
			k := Key{Subject: rapid.Uint64Range(0, 400).Draw(t, "key")}
			d, h := s.drawer(k)
			r := d.find(h, k)
			seen, known := model[k]
			if r != nil && (!known || r.key != k || r.seen != seen || r.value != -seen) || r == nil && known && now-idle < seen {
				t.Fatalf("at %d: %v: slot %v, want one seen at %v (%v)", now, k, r, seen, known)
			}
			if r == nil {
				r = d.add(h, k)
			}
			r.seen, r.value, model[k] = now, -now, now
			s.evict(now, rapid.IntRange(0, 20).Draw(t, "evict"))
		}
		slots := 0
		for k := range s.drawers {
			for _, one := range s.drawers[k].slots {
				if one.seen != 0 {
					slots++
				}
			}
		}
		if slots != s.len() {
			t.Fatalf("%d slots are in use, the shelf counts %d", slots, s.len())
		}
	})
}

func TestAllowIsSafeForManyGoroutines(t *testing.T) {
	l := mustNew(t, Config{Limit: Limit{Events: 5, In: 10 * time.Second}, Stripes: 4})
	const workers, keys = 8, 300
	var allowed [workers]int
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for k := range 10 * keys {
				if l.Allow(Key{uint64(k%7) << 61, uint64(k % keys)}, 1, after(0)) {
					allowed[w]++
				}
				if k%1000 == 0 {
					l.Len()
				}
			}
		})
	}
	all.Wait()
	sum, distinct := 0, map[Key]bool{}
	for k := range 10 * keys {
		distinct[Key{uint64(k%7) << 61, uint64(k % keys)}] = true
	}
	for _, n := range allowed {
		sum += n
	}
	if want := min(5*len(distinct), workers*10*keys); sum != want {
		t.Errorf("%d events are allowed at one instant, want %d", sum, want)
	}
}

func TestAllowAllocatesNothingOnceWarm(t *testing.T) {
	l := mustNew(t, Config{Limit: Limit{Events: 5, In: 10 * time.Second}})
	ms := 0
	turn := func() {
		for k := range uint64(1000) {
			l.Allow(Key{k % 10, k}, 1, after(ms))
		}
		ms += 1000
	}
	turn()
	if n := testing.AllocsPerRun(50, turn); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestForeseeingChangesNothingAndNeedsNoLock(t *testing.T) {
	l, p := mustNew(t, Config{Limit: testLimit, Stripes: 1}), NewPastes(PastesConfig{Stripes: 1})
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for k := uint64(0); ; k++ {
			select {
			case <-stop:
				return
			default:
				l.Foresee(Key{Scope: k % 10_000, Subject: k})
				p.Foresee(Key{Scope: k % 10_000})
			}
		}
	})
	for k := range uint64(10_000) { // the tables grow many times
		if !l.Allow(Key{Scope: k, Subject: k}, testLimit.Events, start) {
			t.Fatalf("key %d has lost its bucket", k)
		}
		p.Merge(Key{Scope: k, Subject: k}, "a line", start)
	}
	close(stop)
	watching.Wait()
	if l.Len() != 10_000 {
		t.Errorf("there are %d keys", l.Len())
	}
}
