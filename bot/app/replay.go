package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/jsonl"
	"patrol/bot/config"
	"patrol/bot/ladder"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// ReplayOptions is what a replay runs over. Config and Events must be set.
type ReplayOptions struct {
	Config  *config.Config
	Events  io.Reader                   // event lines, as the jsonl adapter reads them
	All     bool                        // Decided is told of every event, not of those alone that something follows from
	Decided func(*ReplayDecision) error // told in the order of the input, one at a time; its error ends the replay; may be nil
}

// ReplayDecision is what the bot would have made of one event.
type ReplayDecision struct {
	Line     int          `json:"line"` // of the input, from 1
	Event    string       `json:"event"`
	Kind     chat.Kind    `json:"kind"`
	Platform string       `json:"platform,omitempty"`
	Chat     string       `json:"chat"`
	Member   string       `json:"member"`
	Time     time.Time    `json:"time"`
	Flagged  bool         `json:"flagged"` // it made a case
	Case     string       `json:"case,omitempty"`
	State    review.State `json:"state,omitempty"` // of the case, as recorded
	Hits     []ReplayHit  `json:"hits,omitempty"`
	Do       []string     `json:"do,omitempty"`     // steps, as rule files write them
	Held     []string     `json:"held,omitempty"`   // for a person to confirm
	Shadow   []string     `json:"shadow,omitempty"` // of rules in shadow mode
	Review   bool         `json:"review,omitempty"` // a person is asked
	Score    int          `json:"score,omitempty"`
	Why      []lang.Text  `json:"why,omitempty"`
	verbs    []chat.Verb  // of Do
	held     []chat.Verb
}

// ReplayHit is one signal of a rule that hit. Start and End are bytes in the
// text; both are 0 for a rule that does not look at the text.
type ReplayHit struct {
	Rule     string         `json:"rule"`
	Severity rules.Severity `json:"severity"`
	Mode     rules.Mode     `json:"mode"`
	Start    int            `json:"start"`
	End      int            `json:"end"`
	Text     string         `json:"text,omitempty"`
	Why      lang.Text      `json:"why,omitzero"`
}

// ReplaySummary is what a replay came to.
type ReplaySummary struct {
	Events     int               `json:"events"`
	Flagged    int               `json:"flagged"`
	Duplicates int               `json:"duplicates"`
	Actions    map[chat.Verb]int `json:"actions"` // that would have been done
	Held       map[chat.Verb]int `json:"held"`    // that would have waited for a person
	Bad        int               `json:"bad_lines"`
	FirstBad   []error           `json:"-"` // of the bad lines, as *jsonl.LineError
	Took       time.Duration     `json:"-"`
}

// keptBadLines is how many bad lines a summary tells of.
const keptBadLines = 5

// Replay takes recorded events through the pipeline, at full speed and on their
// own time, and does nothing to anyone: it opens no store and no connection. It
// returns at the end of the input or when ctx ends, and then says what it has come
// to so far as well.
func Replay(ctx context.Context, o ReplayOptions) (ReplaySummary, error) {
	files, err := o.Config.RuleFiles()
	if err != nil {
		return ReplaySummary{}, err
	}
	set, faults := rules.Load(files, rules.Options{})
	if err := faults.Err(); err != nil {
		return ReplaySummary{}, err
	}
	l, err := ladder.New(o.Config.LadderConfig())
	if err != nil {
		return ReplaySummary{}, err
	}
	r := newReplay(o)
	p, err := pipeline.New(PipelineConfig(o.Config, pipeline.Config{
		Ladder: l, Rules: set, Store: pipeline.NewVolatile(true), Observer: r, Replay: true, Brakes: replayBrakes(o.Config.BrakeLimits()),
	}))
	if err != nil {
		return ReplaySummary{}, err
	}
	if err := p.Attach("replay", r); err != nil {
		return ReplaySummary{}, err
	}
	began := time.Now()
	ran := p.Run(ctx)
	r.summary.Took = time.Since(began)
	stats := p.Stats()
	r.summary.Duplicates = int(stats.Duplicates)
	err = errors.Join(ran, r.failed)
	if stats.Panics > 0 {
		err = errors.Join(err, fmt.Errorf("%d events could not be judged", stats.Panics))
	}
	if err == nil {
		err = ctx.Err()
	}
	return r.summary, err
}

// replay is the adapter that delivers the recording, and the observer that puts
// what the shards decide back into the order of the input.
type replay struct {
	o      ReplayOptions
	reader *jsonl.Reader

	mu       sync.Mutex
	unjudged map[eventKey][]*replayed // in the order of delivery
	order    []*replayed              // that are not settled yet, or wait for one before them
	summary  ReplaySummary
	failed   error
}

var (
	_ chat.Adapter      = (*replay)(nil)
	_ pipeline.Observer = (*replay)(nil)
)

type eventKey struct {
	chat, id string
	kind     chat.Kind
}

// replayed is one event on its way.
type replayed struct {
	line     int
	decision *ReplayDecision // nil where there is nothing to tell
	settled  bool
}

func newReplay(o ReplayOptions) *replay {
	if o.Decided == nil {
		o.Decided = func(*ReplayDecision) error { return nil }
	}
	return &replay{
		o: o, reader: jsonl.NewReader(o.Events), unjudged: map[eventKey][]*replayed{},
		summary: ReplaySummary{Actions: map[chat.Verb]int{}, Held: map[chat.Verb]int{}},
	}
}

// Capabilities is everything: a recording does not say what its bot could do.
func (r *replay) Capabilities(string) chat.Capabilities {
	return chat.Capabilities{Warn: true, Delete: true, Remove: true, Ban: true, Unban: true, Mute: chat.MuteTimed, Edits: true}
}

// Do refuses: a replay does nothing to anyone, and the pipeline asks for nothing.
func (r *replay) Do(_ context.Context, a chat.Action) (chat.Receipt, error) {
	return chat.Receipt{}, &chat.Error{Op: string(a.Verb), Kind: chat.Unsupported, Err: errors.New("this is a replay")}
}

// Run delivers the recording to its end. What went wrong is in r.failed: the
// pipeline would take an error for a lost connection.
func (r *replay) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	for r.alive(ctx) {
		e, err := r.reader.Next()
		var bad *jsonl.LineError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &bad):
			r.skip(bad)
			continue
		case err != nil:
			r.fail(fmt.Errorf("line %d: %w", r.reader.Line(), err))
			return nil
		}
		r.expect(&e)
		if err := deliver(ctx, e); err != nil {
			return nil
		}
	}
	return nil
}

func (r *replay) alive(ctx context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed == nil && ctx.Err() == nil
}

func (r *replay) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failed = errors.Join(r.failed, err)
}

func (r *replay) skip(bad *jsonl.LineError) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.summary.Bad++; r.summary.Bad <= keptBadLines {
		r.summary.FirstBad = append(r.summary.FirstBad, bad)
	}
}

// expect notes that e is delivered next.
func (r *replay) expect(e *chat.Event) {
	x := &replayed{line: r.reader.Line()}
	key := eventKey{e.Chat, e.ID, e.Kind}
	e.Ack = func() { r.settle(key, x) }
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Events++
	r.unjudged[key] = append(r.unjudged[key], x)
	r.order = append(r.order, x)
}

// Judged notes what was decided. Events of one chat are judged in the order of
// their delivery, so that the first one of its key is meant.
func (r *replay) Judged(e *chat.Event, v *rules.Verdict, c *review.Case, _ time.Time) {
	if c == nil && !r.o.All {
		return
	}
	d := newReplayDecision(e, v, c)
	r.mu.Lock()
	defer r.mu.Unlock()
	x := r.unjudged[eventKey{e.Chat, e.ID, e.Kind}][0]
	d.Line = x.line
	x.decision = d
}

// settle tells of x, and of all that waited for it.
func (r *replay) settle(key eventKey, x *replayed) {
	r.mu.Lock()
	defer r.mu.Unlock()
	x.settled = true
	if rest := r.unjudged[key]; len(rest) > 1 {
		for i := range rest {
			if rest[i] == x {
				r.unjudged[key] = append(rest[:i:i], rest[i+1:]...)
				break
			}
		}
	} else {
		delete(r.unjudged, key)
	}
	for len(r.order) > 0 && r.order[0].settled {
		if d := r.order[0].decision; d != nil && r.failed == nil {
			r.count(d)
			r.failed = r.o.Decided(d)
		}
		r.order[0] = nil
		r.order = r.order[1:]
	}
}

func (r *replay) count(d *ReplayDecision) {
	if d.Flagged {
		r.summary.Flagged++
	}
	for _, v := range d.verbs {
		r.summary.Actions[v]++
	}
	for _, v := range d.held {
		r.summary.Held[v]++
	}
}

// Settled is not called in a replay: nothing is done.
func (r *replay) Settled(*review.Act) {}

// Alarmed is not shown: a replay alarms nobody.
func (r *replay) Alarmed(string, lang.Text) {}

func newReplayDecision(e *chat.Event, v *rules.Verdict, c *review.Case) *ReplayDecision {
	d := &ReplayDecision{
		Event: e.ID, Kind: e.Kind, Platform: e.Platform, Chat: e.Chat, Member: e.Author.ID, Time: e.Time,
	}
	for i := range v.Hits {
		h := &v.Hits[i]
		for _, g := range h.Signals {
			d.Hits = append(d.Hits, ReplayHit{
				Rule: h.Rule, Severity: h.Severity, Mode: h.Mode, Start: g.Span.Start, End: g.Span.End,
				Text: e.Message.Text[g.Span.Start:g.Span.End], Why: g.Why,
			})
		}
	}
	if c == nil {
		return d
	}
	d.Flagged, d.Case, d.State = true, c.ID, c.State
	d.Do, d.verbs = stepNames(c.Decision.Do)
	d.Held, d.held = stepNames(c.Decision.Held)
	d.Shadow, _ = stepNames(c.Decision.Shadow)
	d.Review, d.Score, d.Why = c.Decision.Review, c.Decision.Score, c.Decision.Why
	return d
}

func stepNames(steps []rules.Step) (names []string, verbs []chat.Verb) {
	for _, s := range steps {
		names, verbs = append(names, s.String()), append(verbs, s.Verb)
	}
	return names, verbs
}
