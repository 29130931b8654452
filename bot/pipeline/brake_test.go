package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

var twoRemovals = brake.Limits{Chat: brake.Limit{Most: 2, In: time.Minute}, Hold: 10 * time.Minute}

// braked lets a pipeline keep its brakes in its store.
func braked(l brake.Limits, s *pipeline.Volatile) func(*pipeline.Config) {
	return func(c *pipeline.Config) {
		c.Brakes = brake.New(l)
		c.Brakes.Book = s
	}
}

func TestBrakeHoldsWhatIsHeavy(t *testing.T) {
	p := newPlatform()
	var told []lang.Text
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b := start(t, p, store, func(c *pipeline.Config) {
			braked(twoRemovals, store)(c)
			c.Observer = &watcher{alarm: func(s lang.Text) { told = append(told, s) }}
		})
		defer b.stop()
		for i := range 5 {
			b.say(fmt.Sprint("u", i), "throw me out")
		}
		if got := p.verbs(); got != "remove remove" {
			t.Fatalf("did %q", got)
		}
		for _, c := range store.Cases()[2:] {
			if c.State != review.Open || states(c) != "remove:held" || c.Trouble.IsZero() || c.Due.IsZero() {
				t.Errorf("case %s, acts %s, trouble %v, due %v", c.State, states(c), c.Trouble, c.Due)
			}
		}
		if len(told) != 1 || told[0].Zh == "" {
			t.Errorf("told %v", told)
		}
		if n := count(store.Entries(), ledger.Braked); n != 1 {
			t.Errorf("the ledger says %d times that the brake is on", n)
		}
		if s := b.pipeline.Stats(); s.BrakesOn != 1 || s.BrakeTrips != 1 {
			t.Errorf("%d on, %d trips", s.BrakesOn, s.BrakeTrips)
		}
		time.Sleep(11 * time.Minute)
		b.say("u9", "throw me out")
		if got := p.verbs(); got != "remove remove remove" {
			t.Errorf("after the brake: did %q", got)
		}
	})
}

func count(entries []ledger.Entry, k ledger.Kind) (n int) {
	for i := range entries {
		if entries[i].Kind == k {
			n++
		}
	}
	return n
}

// stopped is a pipeline whose brake holds the removals of u2, u3 and u4.
func stopped(t *testing.T, p *platform, store *pipeline.Volatile) (*bench, *brake.Desk) {
	b := start(t, p, store, braked(twoRemovals, store))
	for i := range 5 {
		b.say(fmt.Sprint("u", i), "throw me out")
	}
	queue := review.NewQueue(review.Config{Store: shelf{store}, Wake: b.pipeline.Wake})
	return b, &brake.Desk{Store: store, Queue: queue}
}

func TestReleasingABrakeCarriesOutWhatItHeldAndLiftsIt(t *testing.T) {
	p := newPlatform()
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b, desk := stopped(t, p, store)
		defer b.stop()
		standing, err := desk.Standing(t.Context())
		if err != nil || len(standing) != 1 || standing[0].Holds != 3 || standing[0].Scope != "main/room" {
			t.Fatalf("%+v, %v", standing, err)
		}
		id := standing[0].ID
		if tally, err := desk.Release(t.Context(), id, "ann"); err != nil || tally.Done != 3 {
			t.Fatalf("%+v, %v", tally, err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := p.verbs(); got != "remove remove remove remove remove" {
			t.Fatalf("did %q", got)
		}
		for _, c := range store.Cases() {
			if c.State != review.Acted || !c.Trouble.IsZero() {
				t.Errorf("case %s, trouble %v", c.State, c.Trouble)
			}
		}
		if n, m := count(store.Entries(), ledger.LetGo), count(store.Entries(), ledger.Lifted); n != 3 || m != 1 {
			t.Errorf("the ledger has %d and %d entries of it", n, m)
		}
		b.say("u5", "throw me out")
		if got := p.verbs(); got != "remove remove remove remove remove remove" {
			t.Errorf("after the brake was lifted: did %q", got)
		}
		said := len(store.Entries())
		if tally, err := desk.Release(t.Context(), id, "bob"); err != nil || tally.Done != 0 || len(store.Entries()) != said {
			t.Errorf("released twice: %+v, %v, %d entries more", tally, err, len(store.Entries())-said)
		}
	})
}

func TestCancellingABrakeOverturnsWhatItHeldAndLeavesItOn(t *testing.T) {
	p := newPlatform()
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b, desk := stopped(t, p, store)
		defer b.stop()
		standing, err := desk.Standing(t.Context())
		if err != nil || len(standing) != 1 {
			t.Fatalf("%+v, %v", standing, err)
		}
		first := store.Cases()[2].ID
		if _, err := desk.Queue.Claim(t.Context(), first, "bob"); err != nil {
			t.Fatal(err)
		}
		tally, err := desk.Cancel(t.Context(), standing[0].ID, "ann")
		if err != nil || tally.Done != 2 || len(tally.Refused) != 1 || tally.Refused[first] == nil {
			t.Fatalf("%+v, %v", tally, err)
		}
		b.say("u5", "throw me out")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := p.verbs(); got != "remove remove" {
			t.Fatalf("did %q", got)
		}
		want := []review.State{review.Acted, review.Acted, review.Open, review.Overturned, review.Overturned, review.Open}
		for i, c := range store.Cases() {
			if c.State != want[i] {
				t.Errorf("case %d is %s, want %s", i, c.State, want[i])
			}
		}
	})
}

func TestABrakeSurvivesARestart(t *testing.T) {
	p := newPlatform()
	synctest.Test(t, func(t *testing.T) {
		store := pipeline.NewVolatile(false)
		b, _ := stopped(t, p, store)
		b.stop()
		restored := func(c *pipeline.Config) {
			braked(twoRemovals, store)(c)
			standing, err := store.Brakes(t.Context(), time.Now())
			if err != nil {
				t.Fatal(err)
			}
			c.Brakes.Restore(standing, nil)
		}
		b = start(t, p, store, restored)
		defer func() { b.stop() }()
		b.n = 10
		b.say("u9", "throw me out")
		if got := p.verbs(); got != "remove remove" {
			t.Errorf("did %q", got)
		}
	})
}

// crowd delivers what it was given and ends.
type crowd struct {
	*platform
	events []chat.Event
	size   int
}

func (c *crowd) Members(string) int { return c.size }

func (c *crowd) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	for _, e := range c.events {
		if err := deliver(ctx, e); err != nil {
			return err
		}
	}
	return io.EOF
}

// judged is what becomes of the events under the limits.
func judged(t *rapid.T, set *rules.Set, c *crowd, l brake.Limits) []review.Case {
	steps, err := ladder.New(ladder.Default())
	if err != nil {
		t.Fatal(err)
	}
	store := pipeline.NewVolatile(false)
	p, err := pipeline.New(pipeline.Config{Ladder: steps, Rules: set, Store: store, Shards: 1, Brakes: brake.New(l), Replay: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Attach("main", c); err != nil {
		t.Fatal(err)
	}
	if err := p.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	return store.Cases()
}

// TestTheBrakeNeitherDropsNorLetsThrough takes the same events through a bot with
// brakes and one without.
func TestTheBrakeNeitherDropsNorLetsThrough(t *testing.T) {
	set := ruleSet(t)
	texts := []string{"buy now", "silence me", "throw me out", "ban me", "maybe bad", "good morning", "throw me out, buy now"}
	rapid.Check(t, func(t *rapid.T) {
		at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		c := &crowd{platform: newPlatform(), size: rapid.IntRange(0, 40).Draw(t, "size")}
		for i := range rapid.IntRange(1, 60).Draw(t, "events") {
			at = at.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "seconds")) * time.Second)
			c.events = append(c.events, chat.Event{
				ID: fmt.Sprint(i), Kind: chat.KindMessage, Chat: rapid.SampledFrom([]string{"a", "b"}).Draw(t, "chat"), Time: at,
				Author:  chat.Member{ID: fmt.Sprint("u", rapid.IntRange(0, 9).Draw(t, "member"))},
				Message: chat.Message{ID: fmt.Sprint(i), Text: rapid.SampledFrom(texts).Draw(t, "text")},
			})
		}
		minutes := func(name string) time.Duration {
			return time.Duration(rapid.IntRange(1, 30).Draw(t, name)) * time.Minute
		}
		l := brake.Limits{
			Chat:  brake.Limit{Most: rapid.IntRange(0, 4).Draw(t, "removals"), In: minutes("in")},
			Rule:  brake.Limit{Most: rapid.IntRange(0, 4).Draw(t, "members"), In: minutes("rule in")},
			Share: brake.ShareLimit{Percent: float64(rapid.IntRange(0, 30).Draw(t, "percent")), Least: 1, In: minutes("share in")},
			Hold:  minutes("hold"),
		}
		free, held := judged(t, set, c, brake.Limits{}), judged(t, set, c, l)
		if len(free) != len(held) {
			t.Fatalf("%d cases without brakes, %d with", len(free), len(held))
		}
		for i := range free {
			sameDemand(t, &free[i], &held[i])
		}
		letThrough(t, held, l, c.size)
	})
}

func sameDemand(t *rapid.T, free, held *review.Case) {
	all := func(c *review.Case) (verbs []string) {
		for _, s := range slices.Concat(c.Decision.Do, c.Decision.Held) {
			if !slices.Contains(verbs, string(s.Verb)) {
				verbs = append(verbs, string(s.Verb))
			}
		}
		slices.Sort(verbs)
		return verbs
	}
	if !slices.Equal(all(free), all(held)) || free.Strike != held.Strike {
		t.Fatalf("without brakes %v and strike %s, with them %v and %s", all(free), free.Strike, all(held), held.Strike)
	}
	for _, a := range held.Acts {
		if a.Brake != "" && (a.State != review.Held || held.State != review.Open || held.Trouble.IsZero()) {
			t.Fatalf("a brake holds %s, which is %s, in a case that is %s", a.Action.Key, a.State, held.State)
		}
	}
}

// letThrough counts what was carried out in every window that ends with a case.
func letThrough(t *rapid.T, cases []review.Case, l brake.Limits, size int) {
	within := func(upTo int, in time.Duration, who func(c *review.Case) string) map[string]bool {
		found := map[string]bool{}
		for i := range cases[:upTo+1] {
			c := &cases[i]
			if name := who(c); name != "" && cases[upTo].Event.Time.Sub(c.Event.Time) <= in {
				found[name] = true
			}
		}
		return found
	}
	does := func(c *review.Case, weight int) bool {
		return slices.ContainsFunc(c.Decision.Do, func(s rules.Step) bool { return s.Verb.Weight() >= weight })
	}
	for i := range cases {
		for _, room := range []string{"a", "b"} {
			removals := within(i, l.Chat.In, func(c *review.Case) string {
				if c.Event.Chat == room && does(c, chat.Remove.Weight()) {
					return c.ID
				}
				return ""
			})
			if l.Chat.Most > 0 && len(removals) > l.Chat.Most {
				t.Fatalf("%d removals within %s, %d are allowed", len(removals), l.Chat.In, l.Chat.Most)
			}
			silenced := within(i, l.Share.In, func(c *review.Case) string {
				if c.Event.Chat == room && does(c, chat.Mute.Weight()) {
					return c.Event.Author.ID
				}
				return ""
			})
			if most := max(1, int(l.Share.Percent*float64(size)/100)); l.Share.Percent > 0 && size > 0 && len(silenced) > most {
				t.Fatalf("%d members silenced within %s, %d are allowed", len(silenced), l.Share.In, most)
			}
		}
		for _, rule := range []string{"ad", "silence", "out", "never"} {
			members := within(i, l.Rule.In, func(c *review.Case) string {
				hit := slices.ContainsFunc(c.Verdict.Hits, func(h rules.Hit) bool { return h.Rule == rule })
				if hit && does(c, chat.Delete.Weight()) {
					return c.Event.Chat + "/" + c.Event.Author.ID
				}
				return ""
			})
			if l.Rule.Most > 0 && len(members) > l.Rule.Most {
				t.Fatalf("rule %s acted on %d members within %s, %d are allowed", rule, len(members), l.Rule.In, l.Rule.Most)
			}
		}
	}
}
