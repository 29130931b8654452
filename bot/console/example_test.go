package console_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"

	"patrol/bot/console"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

func Example() {
	if err := run(context.Background()); err != nil {
		fmt.Println(err)
	}
	// Output:
	// 303 /login
	// true
}

func run(ctx context.Context) error {
	folder, err := os.MkdirTemp("", "patrol")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(folder, "patrol.db")})
	if err != nil {
		return err
	}
	defer s.Close()
	desk, err := console.New(console.Config{
		Store: s,
		Queue: review.NewQueue(review.Config{Store: s}),
		Timeline: func(ctx context.Context, id string) (list []ledger.Entry, err error) {
			for record, err := range s.Entries(ctx, store.EntryFilter{Case: id}) {
				if err != nil {
					return nil, err
				}
				e, err := record.Entry()
				if err != nil {
					return nil, err
				}
				list = append(list, e)
			}
			return list, nil
		},
	})
	if err != nil {
		return err
	}
	defer desk.Close()

	answer := httptest.NewRecorder()
	desk.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
	fmt.Println(answer.Code, answer.Header().Get("Location"))
	fmt.Println(strings.HasPrefix(desk.LoginLink("ada"), "/login/link?token="))
	return nil
}
