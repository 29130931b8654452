package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
)

func opened(t *testing.T, c Config) *Store {
	t.Helper()
	if c.Path == "" {
		c.Path = filepath.Join(t.TempDir(), "patrol.db")
	}
	s, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func small(n int) (*review.Case, []ledger.Entry) {
	id := fmt.Sprintf("case%08d", n)
	c := &review.Case{ID: id, State: review.Open, Created: time.Unix(int64(n), 0), Event: chat.Event{ID: id, Chat: "1"}}
	return c, []ledger.Entry{{Kind: ledger.Decided, Case: id}}
}

// hold stops the writer until the returned function is called, so that what is
// queued meanwhile comes into one batch.
func hold(t *testing.T, s *Store) (release func()) {
	t.Helper()
	gate, entered := make(chan struct{}), make(chan struct{})
	err := s.writer.queue(t.Context(), job{write: func(*transaction) error { return nil }, done: func(error) { close(entered); <-gate }})
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	return func() { close(gate) }
}

func verified(t *testing.T, s *Store) int64 {
	t.Helper()
	head, err := ledger.Verify(ledger.Head{}, s.Entries(t.Context(), EntryFilter{}))
	if err != nil {
		t.Fatal(err)
	}
	return head.Seq
}

func TestOneBadWriteFailsAlone(t *testing.T) {
	for name, spoil := range map[string]func(t *transaction) error{
		"by an error of its own": func(t *transaction) error {
			if _, err := t.exec("INSERT INTO states (key, value) VALUES ('bad', x'00')"); err != nil {
				return err
			}
			return errors.New("bad")
		},
		"by a statement that SQLite refuses": func(t *transaction) error {
			if _, err := t.exec("INSERT INTO states (key, value) VALUES ('bad', x'00')"); err != nil {
				return err
			}
			_, err := t.exec("INSERT INTO states (key, value) VALUES ('worse', NULL)")
			return err
		},
		"by a panic": func(t *transaction) error {
			if _, err := t.exec("INSERT INTO states (key, value) VALUES ('bad', x'00')"); err != nil {
				return err
			}
			panic("bad")
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := opened(t, Config{})
			release := hold(t, s)
			var (
				all    sync.WaitGroup
				badErr error
				tries  int
			)
			for n := range 20 {
				all.Add(1)
				c, entries := small(n)
				err := s.Record(t.Context(), c, entries, func(fresh bool, err error) {
					defer all.Done()
					if !fresh || err != nil {
						t.Errorf("case %d: %v, %v", n, fresh, err)
					}
				})
				if err != nil {
					t.Fatal(err)
				}
				if n != 10 {
					continue
				}
				all.Add(1)
				err = s.writer.queue(t.Context(), job{
					write: func(tx *transaction) error { tries++; return spoil(tx) },
					done:  func(err error) { defer all.Done(); badErr = err },
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			release()
			all.Wait()
			if badErr == nil || tries != 2 {
				t.Errorf("the bad write ended with %v after %d tries: once with the others, once alone", badErr, tries)
			}
			if v, err := s.LoadState(t.Context(), "bad"); v != nil || err != nil {
				t.Errorf("half of the bad write is there: %v, %v", v, err)
			}
			if n := verified(t, s); n != 20 {
				t.Errorf("the chain has %d entries", n)
			}
		})
	}
}

func TestAFullDiskIsReportedAndLosesNothing(t *testing.T) {
	var (
		s      *Store
		warned int
		mend   bool
	)
	s = opened(t, Config{Patience: 30 * time.Millisecond, Warn: func(error) {
		warned++
		if mend { // somebody makes room while the writer is still patient
			if _, err := s.writer.tx.exec("PRAGMA max_page_count = 1000000"); err != nil {
				t.Error(err)
			}
		}
	}})
	// Both functions run in the writer's goroutine or while it waits for work.
	limit := func(pages int) {
		err := s.writer.wait(t.Context(), func(tx *transaction) error {
			_, err := tx.exec(fmt.Sprintf("PRAGMA max_page_count = %d", pages))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	random := rand.New(rand.NewPCG(1, 2))
	var big strings.Builder // nothing that could be packed
	for range 1 << 20 {
		big.WriteRune('一' + random.Int32N(20_000))
	}
	write := func(n int) error {
		c, entries := small(n)
		c.Event.Message.Text = big.String()
		outcome := make(chan error, 1)
		if err := s.Record(t.Context(), c, entries, func(_ bool, err error) { outcome <- err }); err != nil {
			t.Fatal(err)
		}
		return <-outcome
	}
	limit(1) // no page more than there is
	if err := write(1); err == nil || !passing(err) || warned < 2 {
		t.Fatalf("got %v after %d warnings", err, warned)
	}
	before := warned
	if err := write(2); err == nil || warned != before+1 {
		t.Fatalf("patience is over, and still there were %d more tries: %v", warned-before, err)
	}
	mend = true
	if err := write(3); err == nil {
		t.Fatal("a try that came too late was reported as written")
	}
	if err := write(3); err != nil {
		t.Fatalf("room was made: %v", err)
	}
	mend = false
	limit(1)
	mend = true
	if err := write(4); err != nil {
		t.Fatalf("room was made while the writer was patient: %v", err)
	}
	if n := verified(t, s); n != 2 {
		t.Errorf("the chain has %d entries", n)
	}
	for n, want := range map[int]error{1: review.ErrNotFound, 2: review.ErrNotFound, 3: nil, 4: nil} {
		c, _ := small(n)
		if _, err := s.Case(t.Context(), c.ID); !errors.Is(err, want) {
			t.Errorf("case %d: %v", n, err)
		}
	}
}

func TestALockedFileIsWaitedFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	warned := make(chan struct{}, 1000)
	s := opened(t, Config{Path: path, Patience: time.Minute, Warn: func(error) { warned <- struct{}{} }})
	err := s.writer.wait(t.Context(), func(tx *transaction) error {
		_, err := tx.exec("PRAGMA busy_timeout = 1") // so that the test need not wait for SQLite's patience
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	other, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	conn, err := other.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.ExecContext(t.Context(), "BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	outcome := make(chan error, 1)
	c, entries := small(1)
	if err := s.Record(t.Context(), c, entries, func(_ bool, err error) { outcome <- err }); err != nil {
		t.Fatal(err)
	}
	<-warned
	if _, err := s.Strikes(t.Context(), "", "1", "", time.Time{}); err != nil {
		t.Errorf("reading waits for a writer: %v", err)
	}
	if _, err := conn.ExecContext(t.Context(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	if err := <-outcome; err != nil {
		t.Fatal(err)
	}
}

func TestACallerWhoGivesUpIsNotWaitedFor(t *testing.T) {
	s := opened(t, Config{})
	release := hold(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.SaveState(ctx, "k", []byte("v")); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	release()
}

func TestTimesSurviveTheColumns(t *testing.T) {
	for _, want := range []time.Time{{}, time.Unix(1772366400, 123456789), time.Unix(-5, 0)} {
		if got := timeOf(nanos(want)); !got.Equal(want) {
			t.Errorf("%v became %v", want, got)
		}
	}
	far, old := time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1066, 1, 1, 0, 0, 0, 0, time.UTC)
	if nanos(far) <= nanos(time.Now()) || nanos(old) >= 0 {
		t.Error("times that don't fit are not clamped")
	}
}
