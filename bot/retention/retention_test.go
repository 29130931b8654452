package retention_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

const day = 24 * time.Hour

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// A case is recorded; a month later its text goes, half a year later all of it. The
// ledger holds all the while.
func Example() {
	dir, err := os.MkdirTemp("", "patrol")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	s, err := store.Open(ctx, store.Config{Path: filepath.Join(dir, "patrol.db")})
	if err != nil {
		panic(err)
	}
	defer s.Close()
	for _, text := range []string{"加微信", "the newest case always stays"} {
		if err := record(ctx, s, text); err != nil {
			panic(err)
		}
	}

	now := noon
	sweeper := &retention.Sweeper{
		Store: s, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}, Now: func() time.Time { return now },
	}
	for _, days := range []int{10, 40, 200} {
		now = noon.Add(time.Duration(days) * day)
		tally, err := sweeper.Sweep(ctx)
		report, broken := s.Audit(ctx)
		fmt.Printf("day %d: %d texts, %d cases; %d cases left, %v %v\n", days, tally.Texts.Cases, tally.Ledger.Cases, report.Cases, err, broken)
	}
	// Output:
	// day 10: 0 texts, 0 cases; 2 cases left, <nil> <nil>
	// day 40: 2 texts, 0 cases; 2 cases left, <nil> <nil>
	// day 200: 0 texts, 1 cases; 1 cases left, <nil> <nil>
}

func record(ctx context.Context, s *store.Store, text string) error {
	event := chat.Event{ID: text, Kind: chat.KindMessage, Adapter: "qq-main", Chat: "1001", Author: chat.Member{ID: "7"}, Message: chat.Message{Text: text}, Time: noon}
	c := review.Case{ID: review.CaseID(&event), State: review.Acted, Created: noon, Event: event}
	done := make(chan error, 1)
	if err := s.Record(ctx, &c, []ledger.Entry{{At: noon, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID}}, func(_ bool, err error) { done <- err }); err != nil {
		return err
	}
	return <-done
}

// steps is a store that has so much to do, in steps that take a second each.
type steps struct {
	texts, entries, shreds int
	orders                 []retention.Order
	fail                   error
}

func (s *steps) EraseTexts(_ context.Context, o retention.Order) (retention.Step, error) {
	return s.step(o, &s.texts)
}

func (s *steps) Prune(_ context.Context, o retention.Order) (retention.Step, error) {
	return s.step(o, &s.entries)
}

func (s *steps) step(o retention.Order, left *int) (step retention.Step, err error) {
	time.Sleep(time.Second) // in a bubble
	s.orders = append(s.orders, o)
	step.Cases = min(*left, o.Limit)
	*left -= step.Cases
	step.Hold(lang.T("待审", "open"), fmt.Sprint(o.After))
	if *left > 0 {
		step.Next = o.After + int64(o.Limit)
	}
	return step, s.fail
}

func (s *steps) Shred(context.Context) (bool, error) {
	s.shreds--
	return s.shreds > 0, nil
}

func TestASweepTakesSmallStepsAndLeavesRoomBetweenThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &steps{texts: 25, entries: 7, shreds: 3}
		began := time.Now()
		tally, err := (&retention.Sweeper{Store: s, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}, Limit: 10}).Sweep(t.Context())
		if err != nil || tally.Texts.Cases != 25 || tally.Ledger.Cases != 7 || s.shreds != 0 || tally.Texts.Held[lang.T("待审", "open")] != 3 {
			t.Errorf("%+v, %v, %d", tally, err, s.shreds)
		}
		if took := time.Since(began); took != 3*time.Second+2*time.Second+time.Second {
			t.Errorf("it took %s: steps of a second, and as long between them", took)
		}
		for i, o := range s.orders {
			period := 30 * day
			if i == 3 {
				period = 180 * day
			}
			if !o.Before.Equal(began.Add(-period)) || o.By != ledger.Bot || o.Period != period || i < 3 && o.After != int64(10*i) {
				t.Errorf("step %d: %+v", i, o)
			}
		}
	})
}

func TestWhatIsKeptForGoodIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &steps{texts: 5, entries: 5}
		if tally, err := (&retention.Sweeper{Store: s}).Sweep(t.Context()); err != nil || len(s.orders) != 0 {
			t.Errorf("%+v, %v", tally, err)
		}
		s.fail = errors.New("the disk is full")
		if _, err := (&retention.Sweeper{Store: s, Policy: retention.Policy{Ledger: 180 * day}}).Sweep(t.Context()); !errors.Is(err, s.fail) {
			t.Error(err)
		}
	})
}

func TestASweepEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &steps{texts: 1000}
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		if _, err := (&retention.Sweeper{Store: s, Policy: retention.Policy{Text: day}, Limit: 1}).Sweep(ctx); !errors.Is(err, context.DeadlineExceeded) || len(s.orders) > 6 {
			t.Errorf("%d steps, %v", len(s.orders), err)
		}
	})
}

func TestItSweepsOnceAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &steps{}
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Hour)
		defer cancel()
		n := 0
		(&retention.Sweeper{Store: s, Policy: retention.Policy{Text: day}}).Run(ctx, func(_ retention.Tally, err error) {
			if err != nil {
				t.Error(err)
			}
			n++
		})
		if n != 3 || len(s.orders) != 3 || s.orders[2].Now.Sub(s.orders[1].Now) < time.Hour {
			t.Errorf("%d sweeps in three hours: %+v", n, s.orders)
		}
	})
}

// TestABotLetsGoByItself has a real store in the bubble, and lets half a year pass.
func TestABotLetsGoByItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "patrol.db")
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(t.Context(), store.Config{Path: path, Relaxed: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{"加微信", "the newest case always stays"} {
			if err := record(t.Context(), s, text); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var gone retention.Step
		now := noon
		sweeper := &retention.Sweeper{Store: s, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}, Now: func() time.Time {
			now = now.Add(10 * day) // between sweeps
			return now
		}}
		sweeper.Run(ctx, func(t retention.Tally, err error) {
			gone.Cases += t.Ledger.Cases
			gone.Entries += t.Texts.Cases
			if err != nil || now.After(noon.Add(200*day)) {
				cancel()
			}
		})
		if gone.Cases != 1 || gone.Entries != 2 {
			t.Errorf("of 2 texts %d went, and %d cases", gone.Entries, gone.Cases)
		}
		if r, err := s.Audit(t.Context()); err != nil || r.Cases != 1 {
			t.Errorf("%+v, %v", r, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

func TestLengthsAreSaidInTheLargestUnit(t *testing.T) {
	for d, want := range map[time.Duration]string{30 * day: "30d", 36 * time.Hour: "36h0m0s", 0: "0s", day: "1d"} {
		if got := retention.Length(d); got != want {
			t.Errorf("%v: %q", d, got)
		}
	}
}
