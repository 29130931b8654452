package review_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
)

// Two people at one case: the second learns who holds it, and an overturn undoes
// the mute.
func Example() {
	muted := review.Act{
		Case: "qtvc4pn47gfq", Adapter: "qq-main", State: review.Done,
		Action: chat.Action{Key: "qtvc4pn47gfq/mute", Verb: chat.Mute, Chat: "1001", Member: "7"},
	}
	store := newMemory(review.Case{ID: "qtvc4pn47gfq", State: review.Acted, Strike: review.StrikeCounts, Acts: []review.Act{muted}})
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	desk := review.NewQueue(review.Config{Store: store, Now: func() time.Time { return noon }})
	ctx := context.Background()

	if _, err := desk.Claim(ctx, "qtvc4pn47gfq", "li"); err != nil {
		panic(err)
	}
	_, err := desk.Uphold(ctx, "qtvc4pn47gfq", "wu", "an ad")
	fmt.Println(errors.Is(err, review.ErrClaimed))

	c, err := desk.Overturn(ctx, "qtvc4pn47gfq", "li", "a customer's question")
	fmt.Println(c.State, c.Strike, err)
	for _, a := range c.Acts {
		fmt.Println(a.Action.Verb, a.State)
	}
	// Output:
	// true
	// overturned void <nil>
	// mute done
	// unmute due
}
