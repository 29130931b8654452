package store

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"patrol/bot/ladder"
	"patrol/bot/review"
)

func TestWhoHasAStrikeIsNeverAStranger(t *testing.T) {
	k := newKnown(0)
	const members = 200_000
	for n := range members {
		k.add(fmt.Sprint("chat", n%100), fmt.Sprint(n))
	}
	if k.stranger("chat1", "nobody") {
		t.Error("a stranger before it is certain")
	}
	k.ready.Store(true)
	taken := 0
	for n := range members {
		if k.stranger(fmt.Sprint("chat", n%100), fmt.Sprint(n)) {
			t.Fatalf("member %d has become a stranger", n)
		}
		if !k.stranger(fmt.Sprint("chat", (n+1)%100), fmt.Sprint(n)) {
			taken++
		}
	}
	if taken > members/100 {
		t.Errorf("%d of %d strangers are taken for known", taken, members)
	}
}

// punished is a case with a strike against its own member.
func punished(n int) *review.Case {
	c, _ := small(n)
	c.Event.Author.ID = fmt.Sprint("member", n)
	c.Strike = review.StrikeCounts
	c.Decision.Strike = &ladder.Strike{Case: c.ID, Rule: "r", Weight: 1, At: c.Created, Until: c.Created.Add(time.Hour)}
	return c
}

// struck waits until s tells of the strike of c.
func struck(t *testing.T, s *Store, c *review.Case) {
	t.Helper()
	for until := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		strikes, err := s.Strikes(t.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, c.Created)
		if err != nil {
			t.Fatal(err)
		}
		if len(strikes) == 1 {
			return
		}
		if time.Now().After(until) {
			t.Fatal("the strike is not known")
		}
	}
}

func TestStrikesAreKnownWhoeverRecordedThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	earlier := opened(t, Config{Path: path})
	for n := range 50 {
		written(t, earlier, punished(n))
	}
	if err := earlier.Close(); err != nil {
		t.Fatal(err)
	}
	s, other := opened(t, Config{Path: path}), opened(t, Config{Path: path})
	s.filling.Wait()
	if !s.known.stranger("/1", "member50") {
		t.Fatal("nobody is a stranger")
	}
	struck(t, s, punished(7))
	written(t, s, punished(50))
	struck(t, s, punished(50))
	written(t, other, punished(51))
	struck(t, s, punished(51))
	if strikes, err := s.Strikes(t.Context(), "", "1", "nobody", time.Time{}); err != nil || len(strikes) > 0 {
		t.Errorf("got %v, %v", strikes, err)
	}
}
