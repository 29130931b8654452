package brake_test

import (
	"context"
	"fmt"
	"time"

	"patrol/bot/brake"
)

func ExampleBrakes() {
	brakes := brake.New(brake.Limits{Chat: brake.Limit{Most: 2, In: time.Minute}})
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for i, member := range []string{"ann", "bob", "cho", "dee"} {
		held := brakes.Weigh(context.Background(), brake.Demand{
			Event: member, Chat: "qq/1", Member: member, Removal: true, Silence: true, At: at.Add(time.Duration(i) * time.Second),
		})
		fmt.Println(member, held != nil)
	}
	// Output:
	// ann false
	// bob false
	// cho true
	// dee true
}
