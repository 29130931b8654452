package pipeline

import (
	"strconv"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
)

// clean is a shard with a room, and an event that no rule hits and that is not drawn.
func clean(tb testing.TB) (*shard, *incoming, *room) {
	tb.Helper()
	set, faults := rules.Parse("rules.yaml", []byte("rules: [{id: x, keywords: [nothing like it], severity: minor, then: ladder}]\n"), rules.Options{})
	if err := faults.Err(); err != nil {
		tb.Fatal(err)
	}
	l, err := ladder.New(ladder.Default())
	if err != nil {
		tb.Fatal(err)
	}
	p, err := New(Config{Ladder: l, Rules: set, Store: NewVolatile(true), Draws: Draws{Sampling: review.Sampling{Passed: 1e-9, PerDay: 50}, Key: 5}})
	if err != nil {
		tb.Fatal(err)
	}
	if err := p.draws.beginDay(time.Now()); err != nil {
		tb.Fatal(err)
	}
	e := chat.Event{ID: "om_" + strconv.Itoa(1<<40), Kind: chat.KindMessage, Adapter: "qq-main", Chat: "814022", Author: chat.Member{ID: "1"}}
	in := &incoming{event: e, arrival: arrival{room: 7, name: p.draws.name(&e)}}
	s := p.shards[0]
	return s, in, s.room(in)
}

func TestNothingIsAllocatedToCountAndLetPass(t *testing.T) {
	s, in, r := clean(t)
	if s.p.draws.passed.Load() == 0 {
		t.Fatal("nothing is drawn at all")
	}
	n := testing.AllocsPerRun(1000, func() {
		in.name = s.p.draws.name(&in.event)
		s.heard(&in.event, r)
		if s.letPass(t.Context(), in, r) {
			t.Error("it was drawn")
		}
	})
	if n != 0 || r.messages < 1000 || r.passed != r.messages {
		t.Errorf("%g allocations; %d messages, %d passed", n, r.messages, r.passed)
	}
}

func BenchmarkCountAndLetPass(b *testing.B) {
	s, in, r := clean(b)
	b.ReportAllocs()
	for b.Loop() {
		in.name = s.p.draws.name(&in.event)
		s.heard(&in.event, r)
		s.letPass(b.Context(), in, r)
	}
}
