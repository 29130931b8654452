package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

type views interface {
	Views(ctx context.Context, reviewer string) ([]review.View, error)
	PutView(ctx context.Context, v review.View, entries ...ledger.Entry) error
	DeleteView(ctx context.Context, id, owner string, entries ...ledger.Entry) error
	SetHome(ctx context.Context, reviewer, id string) error
	Count(ctx context.Context, f review.Filter, most int) (int, error)
}

func viewsKept(t *testing.T, s keeper) {
	ctx := t.Context()
	put := func(owner, name, query string) review.View {
		t.Helper()
		v, err := review.NewView(owner, name, query, start)
		if err == nil {
			err = s.PutView(ctx, v)
		}
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	list := func(who string, want ...review.View) {
		t.Helper()
		if all, err := s.Views(ctx, who); diff(want, all) != "" || err != nil {
			t.Errorf("%s has %+v, %v", who, all, err)
		}
	}
	all := put("", "a night", "severity=severe")
	ads := put("li", "z ads", "rule=ads")
	put("wu", "z ads", "rule=others")
	list("li", ads, all)
	list("nobody", all)

	changed := put("li", "z ads", "rule=ads.contact") // the same name: the same view
	ads.Query = changed.Query
	list("li", ads, all)

	for _, id := range []string{ads.ID, all.ID} {
		if err := s.SetHome(ctx, "li", id); err != nil {
			t.Fatal(err)
		}
	}
	all.Home = true
	list("li", ads, all)
	if err := s.SetHome(ctx, "wu", ads.ID); !errors.Is(err, review.ErrNoView) {
		t.Errorf("another's view as home: %v", err)
	}
	for owner, id := range map[string]string{"wu": ads.ID, "li": all.ID, "": ads.ID} {
		if err := s.DeleteView(ctx, id, owner); !errors.Is(err, review.ErrNoView) {
			t.Errorf("%q deletes %s: %v", owner, id, err)
		}
	}
	if err := s.DeleteView(ctx, all.ID, ""); err != nil {
		t.Fatal(err)
	}
	list("li", ads)
	if err := s.SetHome(ctx, "li", ads.ID); err != nil {
		t.Fatal(err)
	}
	if err := s.SetHome(ctx, "li", ""); err != nil {
		t.Fatal(err)
	}
	list("li", ads)
	for i := range review.MaxViews - 1 {
		put("li", fmt.Sprint("view ", i), "")
	}
	more, err := review.NewView("li", "one more", "", start)
	if err == nil {
		err = s.PutView(ctx, more)
	}
	if !errors.Is(err, review.ErrView) {
		t.Errorf("one more than there may be: %v", err)
	}
	put("li", "z ads", "rule=still") // is none more
	for _, name := range []string{"", "  ", "\xff", fmt.Sprintf("%041d", 0)} {
		if _, err := review.NewView("li", name, "", start); !errors.Is(err, review.ErrView) {
			t.Errorf("a view called %q: %v", name, err)
		}
	}
}
