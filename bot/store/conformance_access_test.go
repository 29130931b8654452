package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

func codesTakenOnce(t *testing.T, s keeper) {
	ctx := t.Context()
	if err := s.PutFactor(ctx, "li", review.Factor{Secret: "ABC"}); !errors.Is(err, review.ErrNoReviewer) {
		t.Errorf("for nobody: %v", err)
	}
	if err := s.PutReviewer(ctx, review.Reviewer{Name: "li", Role: review.Desk, Created: start}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Factor(ctx, "li"); !errors.Is(err, review.ErrNoFactor) {
		t.Error(err)
	}
	if err := s.PutSession(ctx, review.Session{Hash: "h", Name: "li", Created: start, Expires: start.Add(time.Hour)}); err != nil {
		t.Fatal(err)
	}
	entry := ledger.Entry{At: start, Kind: ledger.Account, Actor: "li"}
	if err := s.PutFactor(ctx, "li", review.Factor{Secret: "ABC", Created: start, Step: 100, Recovery: []string{"r1", "r2"}}, entry); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Factor(ctx, "li"); err != nil || f.Secret != "ABC" || !f.Created.Equal(start) {
		t.Error(f, err)
	}
	if _, err := s.Session(ctx, "h"); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("a login without the second factor goes on: %v", err)
	}
	if r, err := s.Reviewer(ctx, "li"); err != nil || !r.Factor || r.Epoch != 1 {
		t.Error(r, err)
	}
	for _, c := range []struct {
		step int64
		used bool
	}{{99, true}, {100, true}, {101, false}, {101, true}, {100, true}, {103, false}, {102, true}} {
		if err := s.TakeStep(ctx, "li", c.step); errors.Is(err, review.ErrUsedCode) != c.used || err != nil && !c.used {
			t.Errorf("step %d: %v", c.step, err)
		}
	}
	var taken atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if s.TakeStep(ctx, "li", 200) == nil {
				taken.Add(1)
			}
			if s.TakeRecovery(ctx, "li", "r1") == nil {
				taken.Add(1)
			}
		})
	}
	all.Wait()
	if taken.Load() != 2 {
		t.Errorf("one code and one recovery code were taken %d times", taken.Load())
	}
	if n, err := s.RecoveryLeft(ctx, "li"); n != 1 || err != nil {
		t.Error(n, err)
	}
	if err := s.DeleteFactor(ctx, "li", entry); err != nil {
		t.Fatal(err)
	}
	if err := s.TakeRecovery(ctx, "li", "r2"); !errors.Is(err, review.ErrUsedCode) {
		t.Errorf("a recovery code outlives its factor: %v", err)
	}
	if head := verify(t, s); head.Seq != 2 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
}

func tokensKept(t *testing.T, s keeper) {
	ctx := t.Context()
	made, secret, err := review.NewToken("li", " a dashboard ", []string{"rules:read", "cases:read", "rules:read"}, start, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	entry := ledger.Entry{At: start, Kind: ledger.Account, Actor: "li"}
	if err := s.PutToken(ctx, made, entry); !errors.Is(err, review.ErrNoReviewer) {
		t.Errorf("for nobody: %v", err)
	}
	if err := s.PutReviewer(ctx, review.Reviewer{Name: "li", Role: review.Desk, Created: start}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutToken(ctx, made, entry); err != nil {
		t.Fatal(err)
	}
	made.Used = start.Add(time.Minute)
	if err := s.TouchToken(ctx, made.ID, made.Used); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Token(ctx, review.HashToken(secret)); err != nil || diff(made, got) != "" {
		t.Error(diff(made, got), err)
	}
	if _, err := s.Token(ctx, secret); !errors.Is(err, review.ErrNoToken) {
		t.Errorf("the store knows the token itself: %v", err)
	}
	for owner, want := range map[string]int{"li": 1, "": 1, "wu": 0} {
		if all, err := s.Tokens(ctx, owner); len(all) != want || err != nil {
			t.Errorf("of %q: %d, %v", owner, len(all), err)
		}
	}
	if err := s.DeleteToken(ctx, made.ID, "wu", entry); !errors.Is(err, review.ErrNoToken) {
		t.Errorf("revoking somebody else's: %v", err)
	}
	if err := s.DeleteToken(ctx, made.ID, "li", entry); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Token(ctx, made.Hash); !errors.Is(err, review.ErrNoToken) {
		t.Error(err)
	}
	if head := verify(t, s); head.Seq != 2 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
}
