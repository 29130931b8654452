package store_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/seal"
	"patrol/bot/store"
)

const secret = "JBSWY3DPEHPK3PXP"

// secured is a store whose reviewers of those names have second factors.
func secured(t *testing.T, path string, names ...string) *store.Store {
	t.Helper()
	s := mustOpen(t, store.Config{Path: path, Relaxed: true})
	for _, name := range names {
		if err := s.PutReviewer(t.Context(), review.Reviewer{Name: name, Role: review.Admin, Created: start}); err != nil {
			t.Fatal(err)
		}
		if err := s.PutFactor(t.Context(), name, review.Factor{Secret: secret + name, Created: start, Recovery: []string{"r" + name}}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func TestSecretsOfFactorsAreNotInTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	s := secured(t, path, "li", "wu")
	if n := inFiles(t, path, secret); n > 0 {
		t.Errorf("the secret is in the files %d times", n)
	}
	if f, err := s.Factor(t.Context(), "li"); err != nil || f.Secret != secret+"li" {
		t.Error(f, err)
	}
	forge(t, path, []string{"UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE name = 'wu') WHERE name = 'li'"})
	if f, err := s.Factor(t.Context(), "li"); !errors.Is(err, seal.ErrSeal) || f.Secret != "" {
		t.Errorf("another account's secret opens: %v, %v", f, err)
	}
}

func TestALostKeyIsSaidAndRecoveryCodesWorkOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	s := secured(t, path, "li")
	if err := os.Rename(path+".key", path+".kept"); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Factor(t.Context(), "li"); !errors.Is(err, seal.ErrNoKey) || f.Secret != "" || !f.Created.Equal(start) {
		t.Errorf("%+v, %v", f, err)
	}
	if _, err := s.RenewKey(t.Context()); !errors.Is(err, seal.ErrOther) {
		t.Errorf("renewing a lost key: %v", err)
	}
	if err := s.TakeRecovery(t.Context(), "li", "rli"); err != nil {
		t.Error(err)
	}
	if err := os.Rename(path+".kept", path+".key"); err != nil {
		t.Fatal(err)
	}
	if f, err := s.Factor(t.Context(), "li"); err != nil || f.Secret != secret+"li" {
		t.Error(f, err)
	}
}

// TestTheKeyIsRenewedWhileOthersWork has a second store on the same file, as a bot
// and a command have, that sets factors up all the while.
func TestTheKeyIsRenewedWhileOthersWork(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	s := secured(t, path, "li", "wu")
	before, err := os.ReadFile(path + ".key")
	if err != nil {
		t.Fatal(err)
	}
	other := mustOpen(t, store.Config{Path: path, Relaxed: true})
	working := make(chan error, 1)
	go func() {
		var errs []error
		for i := range 20 {
			errs = append(errs, other.PutFactor(t.Context(), "wu", review.Factor{Secret: fmt.Sprint(secret, i), Created: start}))
		}
		working <- errors.Join(errs...)
	}()
	for range 5 {
		n, err := s.RenewKey(t.Context(), ledger.Entry{At: start, Kind: ledger.Account, Actor: "li"})
		if err != nil || n != 2 {
			t.Fatal(n, err)
		}
	}
	if err := <-working; err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{"li": secret + "li", "wu": secret + "19"} {
		if f, err := other.Factor(t.Context(), name); err != nil || f.Secret != want {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
	after, err := os.ReadFile(path + ".key")
	if err != nil || string(after) == string(before) || len(after) != len(before) {
		t.Errorf("the key file:\n%s", after)
	}
	if head, err := s.Head(t.Context()); err != nil || head.Seq != 5 {
		t.Errorf("%d entries, %v", head.Seq, err)
	}
}
