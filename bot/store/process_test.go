package store_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// The test binary is started again with these to be another process on the file.
const (
	childRole = "PATROL_STORE_TEST_ROLE" // write: until killed; some: childCases cases
	childPath = "PATROL_STORE_TEST_PATH"
	childFrom = "PATROL_STORE_TEST_FROM" // number of the first case
)

// childCases is how many cases a child in role some writes.
const childCases = 300

// child writes cases, and says on its standard output which of them are durable.
func child(role string) int {
	from, err := strconv.Atoi(os.Getenv(childFrom))
	if err != nil {
		return fail(err)
	}
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Path: os.Getenv(childPath), Batch: 64})
	if err != nil {
		return fail(err)
	}
	var written sync.WaitGroup
	for n := from; role == "write" || n < from+childCases; n++ {
		c := sample(n)
		written.Add(1)
		err := s.Record(ctx, c, fourEntries(c), func(_ bool, err error) {
			defer written.Done()
			if err == nil {
				fmt.Println("case", n)
			}
		})
		if err != nil {
			return fail(err)
		}
		if n%10 == 0 {
			written.Wait()
			q := review.NewQueue(review.Config{Store: s})
			if _, err := q.Overturn(ctx, c.ID, "li", "误报"); err != nil {
				return fail(err)
			}
			fmt.Println("overturned", n)
		}
	}
	written.Wait()
	if err := s.Close(); err != nil {
		return fail(err)
	}
	return 0
}

func fail(err error) int {
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// startChild is another process on the file, with what it says.
func startChild(t *testing.T, role, path string, from int) (*exec.Cmd, io.Reader) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), childRole+"="+role, childPath+"="+path, childFrom+"="+strconv.Itoa(from))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, out
}

func TestWhatWasReportedDurableSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	said := map[string]bool{}
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 6 {
		cmd, out := startChild(t, "write", path, round*100_000)
		lines := bufio.NewScanner(out)
		for range 1 + random.IntN(400) {
			if !lines.Scan() {
				t.Fatalf("the writer ended by itself: %v", lines.Err())
			}
			said[lines.Text()] = true
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() {
			if strings.Count(lines.Text(), " ") == 1 {
				said[lines.Text()] = true // it was said before the kill
			}
		}
		_ = cmd.Wait() // it was killed: that is its error

		checkSurvivors(t, path, said)
	}
}

// checkSurvivors opens the file and looks for everything that was said.
func checkSurvivors(t *testing.T, path string, said map[string]bool) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	told := map[string]int{}
	_, err = ledger.Verify(ledger.Head{}, func(yield func(ledger.Record, error) bool) {
		for r, err := range s.Entries(t.Context(), store.EntryFilter{}) {
			if e, broken := r.Entry(); broken == nil && e.Case != "" {
				told[e.Case]++
			}
			if !yield(r, err) {
				return
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for line := range said {
		what, number, _ := strings.Cut(line, " ")
		n, err := strconv.Atoi(number)
		if err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		want := sample(n)
		c := load(t, s, want.ID)
		if what == "overturned" && c.State != review.Overturned {
			t.Errorf("case %d is %s", n, c.State)
		}
		if len(c.Acts) < 3 || told[c.ID] < 4 || diff(want.Event, c.Event) != "" {
			t.Errorf("case %d is not whole: %d acts, %d entries", n, len(c.Acts), told[c.ID])
		}
	}
	if len(said) == 0 {
		t.Fatal("nothing was said")
	}
}

func TestTwoProcessesWriteOneChain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	// They begin with no file at all, and so also race for the schema.
	one, first := startChild(t, "some", path, 0)
	s, err := store.Open(t.Context(), store.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	heard, end := s.Subscribe()
	defer end()
	two, second := startChild(t, "some", path, 100_000)
	select {
	case <-heard:
	case <-time.After(time.Minute):
		t.Fatal("nothing is heard of the other processes")
	}
	for i := range 50 {
		c := sample(200_000 + i)
		if !record(t, s, c, decided(c)...) {
			t.Fatal("not fresh")
		}
	}
	for _, out := range []io.Reader{first, second} {
		if _, err := io.Copy(io.Discard, out); err != nil {
			t.Fatal(err)
		}
	}
	for _, cmd := range []*exec.Cmd{one, two} {
		if err := cmd.Wait(); err != nil {
			t.Fatal(err)
		}
	}
	// 4 entries a case, 30 overturns with 3 entries each (the verdict, two acts
	// cancelled), from each child; one entry from each case of ours.
	if head := verify(t, s); head.Seq != 2*(4*childCases+3*childCases/10)+50 {
		t.Errorf("the chain has %d entries", head.Seq)
	}
	open, _, err := s.Waiting(t.Context(), start)
	if want := 2*(childCases-childCases/10) + 50; err != nil || open != want {
		t.Errorf("%d open cases, not %d: %v", open, want, err)
	}
}
