package pipeline

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
)

func TestRingKeepsTheLastMessagesInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size, n := rapid.IntRange(1, 5).Draw(t, "size"), rapid.IntRange(0, 20).Draw(t, "messages")
		r := newRing(size)
		var want []string
		for i := range n {
			kind := rapid.SampledFrom([]chat.Kind{chat.KindMessage, chat.KindEdit, chat.KindJoin}).Draw(t, "kind")
			text := fmt.Sprint(i)
			r.add(&chat.Event{Kind: kind, Message: chat.Message{Text: text}})
			if kind != chat.KindJoin {
				want = append(want, text)
			}
		}
		want = want[max(0, len(want)-size):]
		var got []string
		for _, e := range r.list(size) {
			got = append(got, e.Message.Text)
		}
		if strings.Join(got, " ") != strings.Join(want, " ") {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestSeenKnowsTheLastEightOfASet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newSeen(4)
		var taken [4][]uint64 // what was new, by set
		for range rapid.IntRange(0, 100).Draw(t, "events") {
			id := rapid.Uint64Range(1, 60).Draw(t, "id")
			set := &taken[id%4]
			known := slices.Contains((*set)[max(0, len(*set)-8):], id)
			if got := s.before(id); got != known {
				t.Fatalf("%d: seen before is %v, want %v; new were %v", id, got, known, *set)
			}
			if !known {
				*set = append(*set, id)
			}
		}
	})
}
