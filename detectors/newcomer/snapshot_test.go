package newcomer_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"testing"
	"time"

	"patrol/detectors/newcomer"
)

// busy is a book of so many members who have written and joined, by their hashes.
func busy(members int) (b *newcomer.Book, who []uint64) {
	b = newcomer.New()
	random := rand.New(rand.NewPCG(3, 4))
	for i := range members {
		m := random.Uint64()
		who = append(who, m)
		for range i % 20 {
			b.Wrote(m)
		}
		if i%3 == 0 {
			b.Joined(m, noon.Add(time.Duration(i)*time.Second))
		}
	}
	return b, who
}

func TestABookGoesOverARestart(t *testing.T) {
	for _, members := range []int{0, 1, 5000} {
		b, who := busy(members)
		again := newcomer.New()
		snapshot := b.AppendSnapshot([]byte("x"))
		if err := again.Restore(snapshot[1:]); err != nil {
			t.Fatal(err)
		}
		for _, m := range who {
			if again.Messages(m) != b.Messages(m) || again.JoinedAt(m) != b.JoinedAt(m) {
				t.Fatalf("%d members: %d messages and %v, want %d and %v", members, again.Messages(m), again.JoinedAt(m), b.Messages(m), b.JoinedAt(m))
			}
		}
		if !bytes.Equal(again.AppendSnapshot(nil), snapshot[1:]) {
			t.Errorf("%d members: the book's snapshot is another", members)
		}
		if members == 5000 && len(snapshot) > 200_000 {
			t.Errorf("%d bytes for %d members", len(snapshot), members)
		}
	}
}

func TestRestoreMakesNobodyLookNewer(t *testing.T) {
	old := newcomer.New()
	old.Wrote(1)
	old.Joined(1, noon)
	b := newcomer.New()
	for range 3 {
		b.Wrote(1)
	}
	b.Joined(1, noon.Add(time.Hour))
	if err := b.Restore(old.AppendSnapshot(nil)); err != nil {
		t.Fatal(err)
	}
	if b.Messages(1) != 3 || !b.JoinedAt(1).Equal(noon.Add(time.Hour)) {
		t.Errorf("%d messages, joined %v", b.Messages(1), b.JoinedAt(1))
	}
}

func TestADamagedBookIsRefused(t *testing.T) {
	b, _ := busy(40)
	good := b.AppendSnapshot(nil)
	again := newcomer.New()
	for n := range good {
		if err := again.Restore(good[:n]); !errors.Is(err, newcomer.ErrSnapshot) {
			t.Fatalf("cut to %d bytes: %v", n, err)
		}
	}
	if err := again.Restore(append(bytes.Clone(good), 0)); !errors.Is(err, newcomer.ErrSnapshot) {
		t.Errorf("with a byte more: %v", err)
	}
}

func FuzzRestore(f *testing.F) {
	b, _ := busy(20)
	f.Add(b.AppendSnapshot(nil))
	f.Add([]byte{1, 0, 0, 0})
	book := newcomer.New()
	f.Fuzz(func(_ *testing.T, data []byte) { _ = book.Restore(data) }) // it must end, and not panic
}
