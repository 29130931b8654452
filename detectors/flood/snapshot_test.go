package flood

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
)

var testLimit = Limit{Events: 5, In: 10 * time.Second}

// save returns a snapshot of l.
func save(t interface {
	Helper()
	Fatalf(string, ...any)
}, l *Limiter) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := l.Snapshot(&out); err != nil {
		t.Fatalf("Snapshot: %v", err)
	}
	return out.Bytes()
}

func TestRestoredLimiterDecidesAsTheFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := Limit{Events: rapid.IntRange(1, 9).Draw(t, "events"), In: time.Duration(rapid.IntRange(1, 20_000).Draw(t, "in")) * time.Millisecond}
		first := mustNew(t, Config{Limit: limit, Stripes: 2})
		keys := rapid.IntRange(1, 700).Draw(t, "keys")
		clock := 0
		for range rapid.IntRange(0, 900).Draw(t, "before") {
			clock += rapid.IntRange(0, 50).Draw(t, "step")
			first.Allow(Key{rapid.Uint64Range(0, 3).Draw(t, "scope") << 62, uint64(rapid.IntRange(1, keys).Draw(t, "subject"))}, 1, after(clock))
		}
		second := mustNew(t, Config{Limit: limit, Stripes: rapid.IntRange(1, 5).Draw(t, "stripes")})
		if err := second.Restore(bytes.NewReader(save(t, first)), after(clock)); err != nil {
			t.Fatalf("Restore: %v", err)
		}
		// One event apart at most: a key gets the same number through, within one.
		difference := map[Key]int{}
		for range rapid.IntRange(1, 300).Draw(t, "after") {
			clock += rapid.IntRange(0, 50).Draw(t, "step")
			k := Key{rapid.Uint64Range(0, 3).Draw(t, "scope") << 62, uint64(rapid.IntRange(1, keys).Draw(t, "subject"))}
			if first.Allow(k, 1, after(clock)) {
				difference[k]++
			}
			if second.Allow(k, 1, after(clock)) {
				difference[k]--
			}
			if d := difference[k]; d < -1 || d > 1 {
				t.Fatalf("%v: %d more through before than after", k, d)
			}
		}
	})
}

func TestRestoreKeepsWindowsExactly(t *testing.T) {
	first := mustNew(t, Config{Limit: testLimit})
	first.Allow(Key{1, 1}, 5, after(0))
	first.Allow(Key{1, 2}, 3, after(1000))
	second := mustNew(t, Config{Limit: testLimit})
	if err := second.Restore(bytes.NewReader(save(t, first)), after(1500)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		subject uint64
		ms, n   int
		want    bool
	}{{1, 1999, 1, false}, {1, 2000, 1, true}, {2, 1500, 3, false}, {2, 1500, 2, true}, {3, 1500, 5, true}} {
		if got := second.Allow(Key{1, tt.subject}, tt.n, after(tt.ms)); got != tt.want {
			t.Errorf("subject %d, %d at %d ms: %v, want %v", tt.subject, tt.n, tt.ms, got, tt.want)
		}
	}
}

func TestRestoreLeavesOutWhatIsLongFull(t *testing.T) {
	first := mustNew(t, Config{Limit: testLimit})
	first.Allow(Key{1, 1}, 5, after(0))
	first.Allow(Key{1, 2}, 5, after(9000))
	second := mustNew(t, Config{Limit: testLimit})
	if err := second.Restore(bytes.NewReader(save(t, first)), after(12_000)); err != nil {
		t.Fatal(err)
	}
	if second.Len() != 1 || second.Allow(Key{1, 2}, 5, after(12_000)) {
		t.Errorf("%d keys are restored, want the one that is not full", second.Len())
	}
}

func TestRestoreOfAnotherLimitStartsFresh(t *testing.T) {
	first := mustNew(t, Config{Limit: testLimit})
	first.Allow(Key{1, 1}, 5, after(0))
	second := mustNew(t, Config{Limit: Limit{Events: 6, In: 10 * time.Second}})
	if err := second.Restore(bytes.NewReader(save(t, first)), after(0)); err != nil {
		t.Fatal(err)
	}
	if second.Len() != 0 || !second.Allow(Key{1, 1}, 6, after(0)) {
		t.Error("the new limit does not start with full buckets")
	}
}

func TestRestoreBringsBackAClockThatWasAhead(t *testing.T) {
	first := mustNew(t, Config{Limit: testLimit})
	first.Allow(Key{1, 1}, 5, after(3_600_000))
	second := mustNew(t, Config{Limit: testLimit})
	if err := second.Restore(bytes.NewReader(save(t, first)), after(0)); err != nil {
		t.Fatal(err)
	}
	if second.Allow(Key{1, 1}, 1, after(1999)) || !second.Allow(Key{1, 1}, 1, after(2000)) {
		t.Error("the bucket does not refill from the restart on")
	}
}

func TestRestoreRefusesDamage(t *testing.T) {
	first := mustNew(t, Config{Limit: testLimit})
	for k := range uint64(600) {
		first.Allow(Key{k, k}, 1, after(int(k)))
	}
	good := save(t, first)
	second := mustNew(t, Config{Limit: testLimit})
	second.Allow(Key{1, 1}, 5, after(0))
	check := func(name string, r io.Reader, want error) {
		t.Helper()
		if err := second.Restore(r, after(600)); !errors.Is(err, want) {
			t.Errorf("%s: error %v, want %v", name, err, want)
		}
		if second.Len() != 1 || second.Allow(Key{1, 1}, 5, after(9)) {
			t.Fatalf("%s: the limiter has changed", name)
		}
	}
	for n := 0; n < len(good); n += 1 + n/7 {
		check("cut short", bytes.NewReader(good[:n]), ErrSnapshot)
		bad := bytes.Clone(good)
		bad[n] ^= 0x10
		check("one bit changed", bytes.NewReader(bad), ErrSnapshot)
	}
	check("a failing reader", io.MultiReader(bytes.NewReader(good[:100]), iotest.ErrReader(io.ErrClosedPipe)), io.ErrClosedPipe)

	impossible := bytes.Clone(good[:24+4+bucketSize])
	binary.LittleEndian.PutUint32(impossible[24:], 1)
	binary.LittleEndian.PutUint64(impossible[24+4+24:], 0) // empty decades ago
	impossible = append(impossible, 0, 0, 0, 0)
	sum := crc32.Checksum(impossible, crc32.MakeTable(crc32.Castagnoli))
	check("an impossible bucket", bytes.NewReader(binary.LittleEndian.AppendUint32(impossible, sum)), ErrSnapshot)
}

func TestSnapshotReportsTheWriter(t *testing.T) {
	l := mustNew(t, Config{Limit: testLimit})
	for k := range uint64(9000) {
		l.Allow(Key{k, k}, 1, after(0))
	}
	r, w := io.Pipe()
	r.CloseWithError(io.ErrNoProgress)
	if err := l.Snapshot(w); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error %v, want the writer's", err)
	}
}

func FuzzRestore(f *testing.F) {
	l := mustNew(f, Config{Limit: testLimit})
	f.Add(save(f, l))
	for k := range uint64(300) {
		l.Allow(Key{k, k}, 1, after(0))
	}
	f.Add(save(f, l))
	f.Add([]byte("PTLF\x01\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		// A right sum lets the fuzzer behind the first door.
		summed := data
		if len(data) > 4 {
			summed = bytes.Clone(data[:len(data)-4])
			summed = binary.LittleEndian.AppendUint32(summed, crc32.Checksum(summed, crc32.MakeTable(crc32.Castagnoli)))
		}
		for _, in := range [][]byte{data, summed} {
			l := mustNew(t, Config{Limit: testLimit})
			if err := l.Restore(bytes.NewReader(in), start); err != nil {
				if l.Len() != 0 {
					t.Fatalf("%d keys after %v", l.Len(), err)
				}
				continue
			}
			if l.Len()*bucketSize > len(in) {
				t.Fatalf("%d keys from %d bytes", l.Len(), len(in))
			}
			l.Allow(Key{1, 1}, 1, start)
			save(t, l)
		}
	})
}
