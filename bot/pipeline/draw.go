package pipeline

import (
	"context"
	"math"
	"math/bits"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// Draws says what is drawn by chance for people to judge. Drawing does nothing to
// anyone, and keeps the text of what was drawn and of nothing else.
//
// Whether an event is drawn depends on its own name, on Key, and on how much was
// drawn that day, and on nothing that it says: so the probability of each draw is
// known exactly, and an event that is delivered again, also to the next process, is
// drawn again or not again, unless the probability has changed in between.
type Draws struct {
	review.Sampling
	Key uint64                                  // the same from run to run, and nobody else's to know
	Day func(begins time.Time) (DrawDay, error) // what is known of the day that begins then; nil: nothing
}

// DrawDay is what is known of a day as it begins, or as it is gone on with after a
// restart.
type DrawDay struct {
	Drawn  map[review.Frame]int   // what was drawn of it already
	Before map[review.Frame]int64 // how large the frames were on the day before
}

// drawer draws. Its thresholds are read for every message and changed with every
// draw, of which there are few.
type drawer struct {
	Draws
	mu        sync.Mutex
	day       time.Time
	drawn     map[review.Frame]int            // of the day
	before    map[review.Frame]int64          // on the day before
	threshold map[review.Frame]*atomic.Uint64 // a hash below it is drawn
	passed    *atomic.Uint64                  // the one of messages that no rule hit
}

func newDrawer(d Draws) *drawer {
	w := &drawer{Draws: d, drawn: map[review.Frame]int{}, threshold: map[review.Frame]*atomic.Uint64{}}
	for _, of := range review.Frames {
		w.threshold[of] = new(atomic.Uint64)
	}
	w.passed = w.threshold[review.OfPassed]
	return w
}

// beginDay takes up the count of the day, from the store where that day had begun
// before this process. It does nothing within a day. The error is the store's; until
// it is gone nothing is drawn.
func (w *drawer) beginDay(now time.Time) error {
	if w.PerDay <= 0 || w.Acted <= 0 && w.Passed <= 0 {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	y, m, d := now.Date()
	day := time.Date(y, m, d, 0, 0, 0, 0, now.Location())
	if day.Equal(w.day) {
		return nil
	}
	known := DrawDay{}
	if w.Day != nil {
		var err error
		if known, err = w.Day(day); err != nil {
			return err
		}
	}
	if known.Drawn == nil {
		known.Drawn = map[review.Frame]int{}
	}
	w.day, w.drawn, w.before = day, known.Drawn, known.Before
	for _, of := range review.Frames {
		w.set(of)
	}
	return nil
}

// set makes the threshold that of what was drawn so far.
func (w *drawer) set(of review.Frame) {
	w.threshold[of].Store(thresholdOf(w.Chance(of, w.drawn[of], w.before[of])))
}

// thresholdOf is below which hash something is drawn that has that probability.
func thresholdOf(probability float64) uint64 {
	switch {
	case probability <= 0:
		return 0
	case probability >= 1:
		return math.MaxUint64
	}
	return uint64(math.Ldexp(probability, 64))
}

// salt is mixed into the hashes of one chat, so that messages of different chats
// that have the same number are drawn apart.
func (w *drawer) salt(at place) uint64 {
	return mix(mix(xxhash.Sum64String(at.adapter)^w.Key) ^ xxhash.Sum64String(at.chat))
}

// name is the part of an event's hash that is worked out as it arrives, while its id
// is at hand.
func (w *drawer) name(e *chat.Event) uint64 {
	if w.PerDay <= 0 {
		return 0
	}
	return xxhash.Sum64String(e.ID)
}

// hash is what decides whether an event is drawn. It is the same wherever and
// whenever it is worked out.
func (r *room) hash(in *incoming) uint64 {
	h := r.salt ^ in.name
	if in.event.Kind != chat.KindMessage {
		h ^= xxhash.Sum64String(string(in.event.Kind))
	}
	return mix(h)
}

// mix spreads every bit over all (the finalizer of splitmix64, with the odd factor of
// a folded multiplication before it).
func mix(h uint64) uint64 {
	high, low := bits.Mul64(h^0x9e3779b97f4a7c15, 0xd1342543de82ef95)
	h = high ^ low
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	return h ^ h>>31
}

// take draws the event with that hash, where it still is to be drawn, and says with
// which probability.
func (w *drawer) take(of review.Frame, hash uint64) (s review.Sample, ok bool) {
	if hash >= w.threshold[of].Load() {
		return s, false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	probability := w.Chance(of, w.drawn[of], w.before[of])
	if hash >= thresholdOf(probability) {
		return s, false
	}
	w.drawn[of]++
	w.set(of)
	// Other bits of chance than those that drew it.
	twice := mix(hash^w.Key) < thresholdOf(w.Second)
	return review.Sample{Of: of, Probability: probability, Twice: twice}, true
}

func isMessage(e *chat.Event) bool { return e.Kind == chat.KindMessage || e.Kind == chat.KindEdit }

// letPass counts a message on which no rule hit, and records it where it is drawn:
// then it is acknowledged once it is in the store, as every case is. What nobody
// could have been acted on for is neither counted nor drawn.
func (s *shard) letPass(ctx context.Context, in *incoming, r *room) (drawn bool) {
	e := &in.event
	if !isMessage(e) || e.Author.Role.Untouchable() {
		return false
	}
	s.counted(r)
	r.passed++
	w := s.p.draws
	if s.p.config.Replay || w.passed.Load() == 0 {
		return false
	}
	sample, ok := w.take(review.OfPassed, r.hash(in))
	if !ok {
		return false
	}
	now := s.now(e)
	v := s.verdict
	v.Set = s.p.rules.Load().Version()
	c := s.p.plan(e, &v, ladder.Decision{}, now)
	c.Context = r.context.list(s.p.config.Context)
	c.Draw(sample, now.Add(w.Due))
	rec := &recording{kase: c, room: r}
	if e.Ack != nil {
		rec.acks = append(rec.acks, e.Ack)
	}
	s.pending[in.id] = rec
	s.p.logDraw(c)
	s.record(ctx, in.id, c)
	return true
}

// drawFlagged draws a case about which nobody is asked, be it of a message or of
// something else: all that countCase counts may be drawn. What was decided of it is
// done all the same.
func (s *shard) drawFlagged(in *incoming, c *review.Case, r *room) {
	of := review.OfActed
	if c.State == review.Logged {
		of = review.OfLogged
	}
	if s.p.config.Replay || c.State != review.Acted && c.State != review.Logged {
		return
	}
	w := s.p.draws
	if sample, ok := w.take(of, r.hash(in)); ok {
		c.Draw(sample, c.Created.Add(w.Due))
		s.p.logDraw(c)
	}
}

func (p *Pipeline) logDraw(c *review.Case) {
	p.drawn.Add(1)
	p.config.Log.Info().Str("case", c.ID).Str("adapter", c.Event.Adapter).Str("chat", c.Event.Chat).
		Str("of", string(c.Sample.Of)).Float64("probability", c.Sample.Probability).Bool("twice", c.Sample.Twice).Msg("drawn for review")
}

// drawnGround is what the ledger says of a case that was drawn.
func drawnGround(s review.Sample) lang.Text {
	if !s.Drawn() {
		return lang.Text{}
	}
	return lang.F("随机抽中复核（概率 %.4g）", "drawn by chance for review (probability %.4g)", s.Probability)
}
