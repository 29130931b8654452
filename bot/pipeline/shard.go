package pipeline

import (
	"context"
	"runtime/debug"
	"sync/atomic"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// shard handles the events of its share of the chats, one after the other, on
// one goroutine. Only its counters are read from elsewhere.
type shard struct {
	p        *Pipeline
	queue    *queue
	settled  chan settled
	scratch  rules.Scratch
	verdict  rules.Verdict // of the event at hand: here, so that it is not allocated for each
	seen     *seen
	chats    map[uint64]*room      // by the hash of adapter and chat
	pending  map[uint64]*recording // cases on their way into the store, by event hash
	ahead    [16]*room             // of the events that come next
	touched  uint64                // means nothing; without it nothing would be touched
	draining bool
	dirty    []*room // whose counts have changed since they were looked at
	day      string  // that counts are of

	events, duplicates, flagged, panics atomic.Uint64
	failing                             atomic.Int64 // records that the store has refused and that are tried again
}

type place struct{ adapter, chat string }

// room is what a shard knows of one chat.
type room struct {
	context          ring   // what is used for every message comes first: it is in one cache line
	messages, passed uint32 // counted since the counts were last looked at
	dirty            bool   // there are some

	strikes  []pendingStrike
	flagged  map[string]string // case by message, of the last few; nil where no reports are taken
	welcomed time.Time         // when somebody was last welcomed

	at   place
	salt uint64 // of the draws
}

// pendingStrike is a strike that may not be readable from the store yet.
type pendingStrike struct {
	member string
	strike ladder.Strike
}

// recording is a case on its way into the store, with the acknowledgements that
// wait for it: its event's own and those of redeliveries.
type recording struct {
	kase *review.Case
	room *room
	acks []func()
}

// settled is the store's answer to a recording.
type settled struct {
	id    uint64
	fresh bool
	err   error
}

// casesUnderWay is how many cases of a shard may be on their way into the store. It
// bounds memory; until then a disk that stands still holds up no decision.
const casesUnderWay = 8192

func newShard(p *Pipeline) *shard {
	return &shard{
		p:       p,
		queue:   newQueue(p.config.Queue),
		settled: make(chan settled, casesUnderWay),
		seen:    newSeen(1 << 13),
		chats:   map[uint64]*room{},
		pending: map[uint64]*recording{},
	}
}

// run ends once drain was called and everything that was queued is settled.
func (s *shard) run(ctx context.Context) {
	count := time.NewTicker(countEvery)
	defer count.Stop()
	s.look(ctx)
	defer s.look(ctx)
	for !s.draining || len(s.pending) > 0 {
		select {
		case <-s.queue.ready:
			s.takeAll(ctx)
		case done := <-s.settled:
			s.settle(ctx, done)
		case <-count.C:
			s.look(ctx)
		}
	}
}

// look is what is done beside the events, now and then: counts go to the store, and
// a new day has its own draws.
func (s *shard) look(ctx context.Context) {
	s.countRooms()
	if s.p.config.Replay {
		return
	}
	if s.p.config.Counter != nil {
		s.p.sendCounts(ctx)
	}
	if err := s.p.draws.beginDay(s.p.config.Now()); err != nil {
		s.p.config.Log.Error().Err(err).Msg("what was drawn today can't be read: nothing is drawn until it can")
	}
}

func (s *shard) takeAll(ctx context.Context) {
	events, last := s.queue.take()
	for len(events) > 0 {
		some := events[:min(len(events), len(s.ahead))]
		events = events[len(some):]
		s.foresee(some)
		for i := range some {
			s.handle(ctx, &some[i], s.ahead[i])
			s.settleReady(ctx)
		}
	}
	s.draining = last
}

// foresee touches all memory that the events will need and that is likely to be in
// no cache: waiting for it event by event would take longer than all the rest.
// Loops this small keep many look-ups under way at a time.
func (s *shard) foresee(events []incoming) {
	for i := range events {
		s.touched += s.seen.touch(events[i].id) + events[i].touch()
	}
	set := s.p.rules.Load()
	for i := range events {
		set.Foresee(events[i].event.Kind, &events[i].place)
	}
	for i := range events {
		s.ahead[i] = s.room(&events[i])
	}
	for i := range events {
		s.touched += s.ahead[i].context.touch()
	}
}

// settleReady takes the store's answers that are there. It waits for one only
// while there are as many cases on their way as there is room for answers: the
// store must never have to wait for the shard that waits for the store.
func (s *shard) settleReady(ctx context.Context) {
	for len(s.pending) > 0 {
		if len(s.pending) == cap(s.settled) {
			s.settle(ctx, <-s.settled)
			continue
		}
		select {
		case done := <-s.settled:
			s.settle(ctx, done)
		default:
			return
		}
	}
}

// drain says that no more events come.
func (s *shard) drain() { s.queue.close() }

func (s *shard) handle(ctx context.Context, in *incoming, r *room) {
	e := &in.event
	defer func() {
		if r := recover(); r != nil {
			s.panics.Add(1)
			s.p.config.Log.Error().Str("event", e.ID).Str("chat", e.Chat).Bytes("stack", debug.Stack()).Msgf("event skipped after a panic: %v", r)
			ack(e)
		}
	}()
	s.events.Add(1)
	if e.Author.Role == chat.RoleSelf {
		ack(e)
		return
	}
	if s.seen.before(in.id) {
		s.duplicates.Add(1)
		if waiting := s.pending[in.id]; waiting != nil && e.Ack != nil {
			waiting.acks = append(waiting.acks, e.Ack)
			return
		}
		ack(e)
		return
	}
	if e.Kind == chat.KindDirect {
		s.p.hearDirect(e)
		return
	}
	reports := s.reports(e, r)
	if reports && e.Kind == chat.KindReport {
		return
	}
	s.heard(e, r)
	s.verdict = s.p.rules.Load().EvalAt(e, &in.place, &s.scratch)
	if s.verdict.Clean() {
		s.p.config.Observer.Judged(e, &s.verdict, nil, in.at)
		s.welcome(e, r)
		if reports || !s.letPass(ctx, in, r) {
			ack(e)
		}
	} else {
		s.judge(ctx, in, r, &s.verdict)
	}
	if !reports { // whoever reports is not to be read in the context of later cases
		r.context.add(e)
	}
}

func ack(e *chat.Event) {
	if e.Ack != nil {
		e.Ack()
	}
}

// room is that of the event's chat.
func (s *shard) room(in *incoming) *room {
	r := s.chats[in.room]
	if r == nil {
		at := place{in.event.Adapter, in.event.Chat}
		r = &room{context: newRing(s.p.config.remembered()), at: at, salt: s.p.draws.salt(at)}
		s.chats[in.room] = r
	}
	return r
}

// judge decides what follows from a verdict with hits, and records it.
func (s *shard) judge(ctx context.Context, came *incoming, r *room, v *rules.Verdict) {
	e := &came.event
	now := s.now(e)
	past, err := s.strikes(ctx, e, r)
	in := s.input(e, v, past, now)
	d := s.p.config.Ladder.Decide(in)
	brake := s.brakeOn(ctx, e, v, &d)
	if brake != nil {
		in.Braked = true
		d = s.p.config.Ladder.Decide(in)
	}
	if err != nil {
		d.Why = append(d.Why, lang.T("读不到过往记录，按初犯处理", "past strikes could not be read: treated as a first offence"))
	}
	if d.Strike == nil && !onlyLogged(v) && d.Nothing() {
		s.p.config.Observer.Judged(e, v, nil, came.at)
		s.p.config.Log.Debug().Str("event", e.ID).Str("chat", e.Chat).Str("member", e.Author.ID).Str("rule", v.Hits[0].Rule).
			Str("why", d.Why[0].En).Msg("left alone")
		ack(e)
		return
	}
	s.flagged.Add(1)
	c := s.p.plan(e, v, d, now)
	c.Context = r.context.list(s.p.config.Context)
	s.flaggedAs(r, c)
	heldBy(c, brake)
	s.drawFlagged(came, c, r)
	if c.Strike == review.StrikeCounts {
		r.strikes = append(r.strikes, pendingStrike{e.Author.ID, *d.Strike})
	}
	rec := &recording{kase: c, room: r}
	if e.Ack != nil {
		rec.acks = append(rec.acks, e.Ack)
	}
	s.pending[came.id] = rec
	s.p.config.Observer.Judged(e, v, c, came.at)
	logDecision(s.p.config.Log, c)
	s.record(ctx, came.id, c)
}

func onlyLogged(v *rules.Verdict) bool {
	for i := range v.Hits {
		if v.Hits[i].Then.Answer == rules.Log {
			return true
		}
	}
	return false
}

// now is the time of the process, or in a replay the event's.
func (s *shard) now(e *chat.Event) time.Time {
	if s.p.config.Replay {
		return e.Time
	}
	return s.p.config.Now()
}

func (s *shard) input(e *chat.Event, v *rules.Verdict, past []ladder.Strike, now time.Time) ladder.Input {
	age := max(0, now.Sub(e.Time))
	in := ladder.Input{
		Event: e, Verdict: v, Strikes: past, Age: age, Doubted: s.p.config.Doubted(),
		Stale: age > s.p.config.StaleAfter, ByHand: s.p.byHand(e.Platform),
	}
	if a := s.p.adapters[e.Adapter]; a != nil {
		in.Capabilities = a.Capabilities(e.Chat)
	}
	return in
}

// strikes are those in the store and those on their way there.
func (s *shard) strikes(ctx context.Context, e *chat.Event, r *room) ([]ladder.Strike, error) {
	past, err := s.p.config.Store.Strikes(ctx, e.Adapter, e.Chat, e.Author.ID, e.Time)
	if err != nil {
		s.p.config.Log.Error().Err(err).Str("chat", e.Chat).Msg("strikes can't be read")
	}
	for _, p := range r.strikes {
		if p.member == e.Author.ID && !holds(past, p.strike.Case) {
			past = append(past, p.strike)
		}
	}
	return past, err
}

func holds(strikes []ladder.Strike, caseID string) bool {
	for i := range strikes {
		if strikes[i].Case == caseID {
			return true
		}
	}
	return false
}
