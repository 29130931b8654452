package pipeline_test

import (
	"context"
	"fmt"
	"math"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/bot/stats"
)

// book is a Counter.
type book struct {
	mu     sync.Mutex
	n      map[stats.Tally]int64
	refuse error
}

func (b *book) AddCounts(_ context.Context, tallies []stats.Tally, done func(error)) error {
	b.mu.Lock()
	err := b.refuse
	if b.n == nil {
		b.n = map[stats.Tally]int64{}
	}
	for _, t := range tallies {
		if err == nil {
			n := t.N
			t.N = 0
			b.n[t] += n
		}
	}
	b.mu.Unlock()
	done(err)
	return nil
}

func (b *book) of(what stats.What, name string) (n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for t, k := range b.n {
		if t.What == what && t.Name == name {
			n += k
		}
	}
	return n
}

func drawing(s review.Sampling, key uint64, drawn int) func(*pipeline.Config) {
	return func(c *pipeline.Config) {
		c.Draws = pipeline.Draws{Sampling: s, Key: key, Day: func(time.Time) (pipeline.DrawDay, error) {
			return pipeline.DrawDay{Drawn: map[review.Frame]int{review.OfPassed: drawn, review.OfActed: drawn}}, nil
		}}
	}
}

func TestWhatIsDrawnWaitsForAPersonAndNothingElseChanges(t *testing.T) {
	p := newPlatform()
	in(t, p, drawing(review.Sampling{Acted: 1, Passed: 1, PerDay: 100, Due: time.Hour}, 1, 0), func(b *bench) {
		b.say("u0", "before it")
		b.say("u1", "good morning")
		if p.verbs() != "" {
			t.Errorf("drawing did %q", p.verbs())
		}
		b.say("u2", "please buy now")
		b.say("u3", "write it down")
		b.say("u4", "maybe bad")
		if p.verbs() != "delete warn" {
			t.Errorf("did %q", p.verbs())
		}
		cases := b.store.Cases()
		if len(cases) != 5 {
			t.Fatalf("%d cases", len(cases))
		}
		for i, want := range []review.Frame{review.OfPassed, review.OfPassed, review.OfActed, review.OfLogged, ""} {
			c := &cases[i]
			if c.Sample.Of != want || c.State != review.Open || want != "" && (c.Sample.Probability != 1 || !c.Due.Equal(c.Created.Add(time.Hour))) {
				t.Errorf("case %d is %s, %+v, due %s; want one of %q", i, c.State, c.Sample, c.Due, want)
			}
		}
		passed := cases[1]
		if len(passed.Acts) != 0 || passed.Strike != review.StrikeNone || len(passed.Verdict.Hits) != 0 || passed.Verdict.Set == "" || len(passed.Context) != 1 || passed.Event.Message.Text != "good morning" {
			t.Errorf("the message that was let pass: %+v", passed)
		}
		if n := b.pipeline.Stats().Drawn; n != 4 {
			t.Errorf("%d drawn", n)
		}
		if states(cases[2]) != "delete:done warn:done" || cases[2].Strike != review.StrikeCounts {
			t.Errorf("the one that was acted on: %s, strike %s", states(cases[2]), cases[2].Strike)
		}
	})
}

func TestADrawnEventIsAcknowledgedOnceItIsInTheStore(t *testing.T) {
	p := newPlatform()
	in(t, p, drawing(review.Sampling{Passed: 1, PerDay: 100}, 1, 0), func(b *bench) {
		acked := 0
		e := chat.Event{ID: "e", Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "u"}, Message: chat.Message{ID: "m", Text: "hello"}, Time: time.Now(), Ack: func() { acked++ }}
		b.store.Refuse(fmt.Errorf("disk full"))
		b.send(e)
		if acked != 0 {
			t.Error("acknowledged before it was in the store")
		}
		b.store.Refuse(nil)
		time.Sleep(2 * time.Second) // in the bubble
		synctest.Wait()
		if acked != 1 || len(b.store.Cases()) != 1 {
			t.Errorf("acknowledged %d times, %d cases", acked, len(b.store.Cases()))
		}
	})
}

func TestAdminsAreNotDrawn(t *testing.T) {
	p := newPlatform()
	in(t, p, drawing(review.Sampling{Acted: 1, Passed: 1, PerDay: 100}, 1, 0), func(b *bench) {
		b.send(chat.Event{ID: "e", Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "a", Role: chat.RoleAdmin}, Message: chat.Message{ID: "m", Text: "hello"}, Time: time.Now()})
		b.send(chat.Event{ID: "j", Kind: chat.KindJoin, Chat: "room", Author: chat.Member{ID: "a"}, Time: time.Now()})
		if n := len(b.store.Cases()); n != 0 {
			t.Errorf("%d cases", n)
		}
	})
}

// passedIn plays n clean messages and returns the cases that were drawn of them.
func passedIn(t *testing.T, n int, change func(*pipeline.Config)) (cases []review.Case) {
	in(t, newPlatform(), change, func(b *bench) {
		for i := range n {
			e := chat.Event{ID: fmt.Sprint(i / 2), Kind: chat.KindMessage, Chat: fmt.Sprint("room", i%2), Author: chat.Member{ID: "u"}, Message: chat.Message{ID: "m", Text: "hello"}, Time: time.Now()}
			if err := b.deliver(b.t.Context(), e); err != nil {
				t.Fatal(err)
			}
		}
		b.stop()
		cases = b.store.Cases()
	})
	return cases
}

func TestTheRateIsKept(t *testing.T) {
	const n, rate = 20_000, 0.02
	drawn := passedIn(t, n, drawing(review.Sampling{Passed: rate, PerDay: 10_000, Second: 0.25}, 42, 0))
	if off := math.Abs(float64(len(drawn)) - n*rate); off > 5*math.Sqrt(n*rate) {
		t.Errorf("%d of %d were drawn", len(drawn), n)
	}
	twice, rooms := 0, map[string]int{}
	for i := range drawn {
		if drawn[i].Sample.Probability != rate {
			t.Fatalf("drawn with %g", drawn[i].Sample.Probability)
		}
		if drawn[i].Sample.Twice {
			twice++
		}
		rooms[drawn[i].Event.ID]++
	}
	if share := float64(twice) / float64(len(drawn)); math.Abs(share-0.25) > 0.12 {
		t.Errorf("%.2f of them are judged twice", share)
	}
	// Messages of two rooms that have the same number are drawn apart: of 400, 8 or so
	// fall on one number.
	if same := len(drawn) - len(rooms); same > 30 {
		t.Errorf("%d pairs of one number were drawn together", same)
	}
}

func TestTheSameIsDrawnAgain(t *testing.T) {
	ids := func(key uint64) (all map[string]bool) {
		all = map[string]bool{}
		for _, c := range passedIn(t, 4000, drawing(review.Sampling{Passed: 0.05, PerDay: 10_000}, key, 0)) {
			all[c.ID] = true
		}
		return all
	}
	first, again, other := ids(7), ids(7), ids(8)
	same := 0
	for id := range first {
		if !again[id] {
			t.Fatalf("%s was drawn once and not again", id)
		}
		if other[id] {
			same++
		}
	}
	if len(first) != len(again) || len(first) < 100 || same > len(first)/4 {
		t.Errorf("%d and %d drawn, %d of them also with another key", len(first), len(again), same)
	}
}

// TestTheDayIsBounded: whatever comes, no more than PerDay is drawn, and what is drawn
// stands for all that came, on average.
func TestTheDayIsBounded(t *testing.T) {
	const n, keys = 6000, 40
	sum, most := 0.0, 0
	for key := range uint64(keys) {
		drawn := passedIn(t, n, drawing(review.Sampling{Passed: 0.02, PerDay: 64}, key, 0))
		most = max(most, len(drawn))
		for i := range drawn {
			sum += 1 / drawn[i].Sample.Probability
		}
	}
	if most > 64 || most < 40 {
		t.Errorf("up to %d were drawn", most)
	}
	if off := sum/(n*keys) - 1; math.Abs(off) > 0.1 {
		t.Errorf("they stand for %+.0f %% more than came", 100*off)
	}
}

func TestARestartDoesNotBeginTheDayAnew(t *testing.T) {
	if drawn := passedIn(t, 3000, drawing(review.Sampling{Passed: 0.1, PerDay: 64}, 1, 64)); len(drawn) != 0 {
		t.Errorf("%d were drawn of a day that was full", len(drawn))
	}
	if drawn := passedIn(t, 3000, drawing(review.Sampling{Passed: 0.1, PerDay: 64}, 1, 60)); len(drawn) > 4 || len(drawn) == 0 {
		t.Errorf("%d were drawn of a day that had room for 4", len(drawn))
	}
}

// TestABusyDayMakesTheNextOneSparing: what is drawn is of the whole day, and not of
// its first minute.
func TestABusyDayMakesTheNextOneSparing(t *testing.T) {
	drawn := passedIn(t, 20_000, func(c *pipeline.Config) {
		c.Draws = pipeline.Draws{Sampling: review.Sampling{Passed: 0.5, PerDay: 100}, Key: 9, Day: func(begins time.Time) (pipeline.DrawDay, error) {
			if begins.Hour() != 0 || begins.Minute() != 0 {
				t.Errorf("a day begins at %s", begins)
			}
			return pipeline.DrawDay{Before: map[review.Frame]int64{review.OfPassed: 20_000}}, nil
		}}
	})
	if len(drawn) < 30 || len(drawn) > 70 || drawn[0].Sample.Probability != 0.0025 {
		t.Errorf("%d were drawn, the first with %g", len(drawn), drawn[0].Sample.Probability)
	}
	late := 0
	for i := range drawn {
		if n, err := strconv.Atoi(drawn[i].Event.ID); err == nil && n > 5000 {
			late++
		}
	}
	if late < len(drawn)/4 {
		t.Errorf("only %d of %d are of the second half", late, len(drawn))
	}
}

func TestANewDayHasItsOwnDraws(t *testing.T) {
	in(t, newPlatform(), func(c *pipeline.Config) {
		c.Draws = pipeline.Draws{Sampling: review.Sampling{Passed: 1, PerDay: 2}}
	}, func(b *bench) {
		for range 5 {
			b.say("u", "hello")
		}
		first := len(b.store.Cases())
		time.Sleep(24 * time.Hour) // in the bubble
		for range 5 {
			b.say("u", "hello")
		}
		if second := len(b.store.Cases()) - first; first < 1 || first > 2 || second < 1 || second > 2 {
			t.Errorf("%d drawn on the first day, %d on the second", first, second)
		}
	})
}

func TestEverythingIsCountedOnce(t *testing.T) {
	kept := &book{}
	p := newPlatform()
	in(t, p, func(c *pipeline.Config) { c.Counter = kept }, func(b *bench) {
		last := b.say("u1", "good morning")
		b.send(last) // once more
		b.say("u2", "please buy now")
		b.say("u3", "write it down")
		b.say("u4", "maybe bad")
		b.send(chat.Event{ID: "a", Kind: chat.KindMessage, Chat: "room", Author: chat.Member{ID: "a", Role: chat.RoleAdmin}, Message: chat.Message{ID: "m", Text: "hello"}, Time: time.Now()})
		b.send(chat.Event{ID: "j", Kind: chat.KindJoin, Chat: "room", Author: chat.Member{ID: "a"}, Time: time.Now()})
		time.Sleep(20 * time.Second) // in the bubble
		synctest.Wait()
		if n := kept.of(stats.Messages, ""); n != 5 {
			t.Errorf("%d messages counted while it runs", n)
		}
		kept.mu.Lock()
		kept.refuse = fmt.Errorf("disk full")
		kept.mu.Unlock()
		b.say("u5", "good evening")
		time.Sleep(20 * time.Second) // in the bubble
		kept.mu.Lock()
		kept.refuse = nil
		kept.mu.Unlock()
		b.say("u6", "buy now")
		b.stop()
		for what, want := range map[stats.Tally]int64{
			{What: stats.Messages}: 7, {What: stats.Passed}: 2, {What: stats.Acted}: 2, {What: stats.Logged}: 1, {What: stats.Asked}: 1,
			{What: stats.Hits, Name: "ad"}: 2, {What: stats.Hits, Name: "ask"}: 1, {What: stats.Actions, Name: "warn"}: 2, {What: stats.Actions, Name: "delete"}: 2,
		} {
			if n := kept.of(what.What, what.Name); n != want {
				t.Errorf("%d %s %s, want %d", n, what.What, what.Name, want)
			}
		}
		for tally := range kept.n {
			if tally.Chat != "main/room" || tally.Day != "2000-01-01" {
				t.Errorf("counted for %q on %q", tally.Chat, tally.Day)
			}
		}
	})
}
