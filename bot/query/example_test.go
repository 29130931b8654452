package query_test

import (
	"context"
	"fmt"

	"patrol/bot/query"
	"patrol/bot/review"
)

func Example() {
	result, err := query.Run(context.Background(), query.Request{
		Cases: someCases(),
		Scope: review.Filter{Chats: []string{"qq/42"}},
		SQL:   "SELECT member, rule FROM cases WHERE action = 'remove'",
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, row := range result.Rows {
		fmt.Println(row...)
	}

	_, err = query.Run(context.Background(), query.Request{Cases: someCases(), SQL: "SELECT member FROM cases ORDER BY member"})
	fmt.Println(err)
	// Output:
	// ann ads.contact
	// query:26: ORDER is not supported: there is no ORDER BY: use --order (in the console, the field Order) / 不支持 ORDER：这里不支持排序；请用 --order（审核台：排序框）
}
