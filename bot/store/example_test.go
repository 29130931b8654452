package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// A case is recorded, found again by the beginning of its id, overturned, and the
// ledger holds.
func Example() {
	dir, err := os.MkdirTemp("", "patrol")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(dir, "patrol.db")})
	if err != nil {
		panic(err)
	}
	defer s.Close()

	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	event := chat.Event{ID: "m1", Kind: chat.KindMessage, Adapter: "qq-main", Chat: "1001", Author: chat.Member{ID: "7"}, Time: noon}
	c := review.Case{ID: review.CaseID(&event), State: review.Acted, Created: noon, Event: event}
	entry := ledger.Entry{At: noon, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID}

	recorded := make(chan struct{})
	err = s.Record(ctx, &c, []ledger.Entry{entry}, func(fresh bool, err error) {
		fmt.Println("fresh:", fresh, err)
		close(recorded)
	})
	if err != nil {
		panic(err)
	}
	<-recorded

	found, err := s.Case(ctx, c.ID[:6])
	fmt.Println(found.State, err)
	desk := review.NewQueue(review.Config{Store: s})
	found, err = desk.Overturn(ctx, found.ID, "li", "a customer's question")
	fmt.Println(found.State, err)

	head, err := ledger.Verify(ledger.Head{}, s.Entries(ctx, store.EntryFilter{}))
	fmt.Println(head.Seq, "entries", err)
	// Output:
	// fresh: true <nil>
	// acted <nil>
	// overturned <nil>
	// 2 entries <nil>
}
