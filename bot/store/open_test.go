package store_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"patrol/bot/review"
	"patrol/bot/store"
)

// spoil opens the file behind the store's back.
func spoil(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOpenRefusesWhatIsNotOurs(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(t *testing.T, path string)
		want error
	}{
		{"another program's database", func(t *testing.T, path string) { spoil(t, path, "CREATE TABLE notes (x)") }, store.ErrForeign},
		{"a database that is marked as another's", func(t *testing.T, path string) { spoil(t, path, "PRAGMA application_id = 7") }, store.ErrForeign},
		{"a file that is no database", func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("not a database. ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, store.ErrForeign},
		{"a newer schema", func(t *testing.T, path string) {
			s, err := store.Open(t.Context(), store.Config{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			spoil(t, path, "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)")
		}, store.ErrNewer},
		{"a folder that is not there", func(*testing.T, string) {}, os.ErrNotExist},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "patrol.db")
			if errors.Is(c.want, os.ErrNotExist) {
				path = filepath.Join(t.TempDir(), "none", "patrol.db")
			}
			c.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := store.Open(t.Context(), store.Config{Path: path})
			if !errors.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
			if s != nil {
				t.Fatal("opened all the same")
			}
			if after, _ := os.ReadFile(path); errors.Is(c.want, store.ErrForeign) && string(before) != string(after) {
				t.Error("the file was changed")
			}
		})
	}
	if _, err := store.Open(t.Context(), store.Config{}); err == nil {
		t.Error("no path is taken")
	}
}

func TestTheFileIsForItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "证据 100%?#&.db")
	s := mustOpen(t, store.Config{Path: path})
	record(t, s, sample(1))
	names, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*"))
	if err != nil || len(names) != 3 {
		t.Fatalf("files %q, %v", names, err)
	}
	for _, name := range names {
		info, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", filepath.Base(name), info.Mode())
		}
	}
}

func TestWhatWasWrittenIsThereAfterReopening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	for i := range 3 {
		s, err := store.Open(t.Context(), store.Config{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		c := sample(i)
		record(t, s, c, decided(c)...)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("closing twice: %v", err)
		}
	}
	s := mustOpen(t, store.Config{Path: path})
	for i := range 3 {
		if got := load(t, s, sample(i).ID); got.ID == "" {
			t.Error("lost")
		}
	}
	if head := verify(t, s); head.Seq != 3 {
		t.Errorf("the chain has %d entries", head.Seq)
	}
}

func TestCloseWritesWhatIsQueuedAndRefusesTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	s, err := store.Open(t.Context(), store.Config{Path: path, Batch: 3})
	if err != nil {
		t.Fatal(err)
	}
	const cases = 200
	var mu sync.Mutex
	written := 0
	for i := range cases {
		err := s.Record(t.Context(), sample(i), nil, func(fresh bool, err error) {
			mu.Lock()
			defer mu.Unlock()
			if fresh && err == nil {
				written++
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if written != cases {
		t.Errorf("%d of %d were written", written, cases)
	}
	if err := s.Record(t.Context(), sample(1), nil, func(bool, error) { t.Error("called") }); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if _, err := s.Case(t.Context(), sample(1).ID); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if _, err := s.Strikes(t.Context(), "a", "b", "c", start); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if _, err := s.Cases(t.Context(), review.Filter{}); !errors.Is(err, store.ErrClosed) {
		t.Error(err)
	}
	if heard, end := s.Subscribe(); heard != nil {
		if _, open := <-heard; open {
			t.Error("a subscription to a closed store is open")
		}
		end()
	}
}

func TestAFullQueueWaitsOnlyAsLongAsItsCallerDoes(t *testing.T) {
	s := mustOpen(t, store.Config{Queue: 1, Batch: 1})
	gate, entered := make(chan struct{}), make(chan struct{})
	if err := s.Record(t.Context(), sample(1), nil, func(bool, error) { close(entered); <-gate }); err != nil {
		t.Fatal(err)
	}
	<-entered // the writer stands still, the queue is empty
	second := make(chan struct{})
	if err := s.Record(t.Context(), sample(2), nil, func(bool, error) { close(second) }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Record(ctx, sample(3), nil, func(bool, error) { t.Error("called") }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	close(gate)
	<-second
}
