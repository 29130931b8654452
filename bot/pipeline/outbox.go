package pipeline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// outbox carries out what the store says is to be done: at once what was just
// decided, later what a timer or a person makes due. The store is its memory;
// what it holds itself may be lost at any moment.
type outbox struct {
	p        *Pipeline
	lanes    map[string][]*lane // by adapter
	woken    chan struct{}
	progress chan struct{}
}

// lanesPerAdapter lets one slow chat not hold up all the others.
const lanesPerAdapter = 4

func newOutbox(p *Pipeline) *outbox {
	return &outbox{p: p, lanes: map[string][]*lane{}, woken: make(chan struct{}, 1), progress: make(chan struct{}, 1)}
}

func (o *outbox) wake() { signal(o.woken) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// open makes the lanes of every attached adapter.
func (o *outbox) open() {
	for name, a := range o.p.adapters {
		pace := newPace(o.p.config.Now)
		for range lanesPerAdapter {
			o.lanes[name] = append(o.lanes[name], newLane(o, name, a, pace))
		}
	}
}

// add queues actions of one case that are marked Doing in the store.
func (o *outbox) add(acts []review.Act) {
	var now []review.Act
	for _, a := range acts {
		if a.State == review.Doing {
			now = append(now, a)
		}
	}
	if len(now) > 0 {
		o.push(job{acts: now, at: o.p.config.Now()})
	}
}

func (o *outbox) push(j job) {
	first := &j.acts[0]
	lanes := o.lanes[first.Adapter]
	if len(lanes) == 0 {
		// The adapter is gone from the bot file. The action stays Doing in the store
		// and is found again when the adapter is back.
		o.p.config.Log.Warn().Str("case", first.Case).Str("adapter", first.Adapter).Msg("no such connection any more: its actions wait")
		return
	}
	lanes[o.p.hash(first.Adapter, first.Action.Chat)%uint64(len(lanes))].push(j)
}

// run drives the lanes and looks for due actions until ctx ends.
func (o *outbox) run(ctx context.Context) {
	if o.p.config.Replay {
		return
	}
	done := make(chan struct{})
	running := 0
	for _, lanes := range o.lanes {
		for _, l := range lanes {
			running++
			go func() {
				defer func() { done <- struct{}{} }()
				l.run(ctx)
			}()
		}
	}
	o.poll(ctx)
	for range running {
		<-done
	}
}

// pollEvery bounds how late an action is found that another process made due.
const pollEvery = time.Second

func (o *outbox) poll(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-o.woken:
		case <-timer.C:
		}
		timer.Reset(o.takeDue(ctx))
	}
}

// takeDue hands out what is due, and says how long until it should look again.
func (o *outbox) takeDue(ctx context.Context) (wait time.Duration) {
	const some = 256
	for {
		acts, next, err := o.p.config.Store.TakeDue(ctx, o.p.config.Now(), some)
		if err != nil {
			if ctx.Err() == nil {
				o.p.config.Log.Error().Err(err).Msg("due actions can't be read")
			}
			return pollEvery
		}
		for _, a := range acts {
			o.push(job{acts: []review.Act{a}, at: o.p.config.Now()})
		}
		if len(acts) == some {
			continue
		}
		if next.IsZero() {
			return pollEvery
		}
		return min(pollEvery, max(time.Millisecond, next.Sub(o.p.config.Now())))
	}
}

// recover queues again what a crash cut short. A warning that may have been
// posted twice already is given up; a mute runs only to the end it would have
// had.
func (o *outbox) recover(ctx context.Context) error {
	o.open()
	acts, err := o.p.config.Store.Interrupted(ctx)
	if err != nil {
		return err
	}
	now := o.p.config.Now()
	answers := make([]chan error, len(acts))
	for i := range acts {
		answers[i] = make(chan error, 1)
		if err := o.p.config.Store.Settle(ctx, o.again(&acts[i], now), func(err error) { answers[i] <- err }); err != nil {
			answers[i] <- err
		}
	}
	for i, a := range acts {
		switch err := <-answers[i]; {
		case errors.Is(err, review.ErrCancelled):
		case err != nil:
			return fmt.Errorf("count another attempt at %s: %w", a.Action.Key, err)
		case a.State == review.Doing:
			o.push(job{acts: []review.Act{a}, at: now, old: true})
		}
	}
	if len(acts) > 0 {
		o.p.config.Log.Info().Int("actions", len(acts)).Msg("found actions that the last run left undone")
	}
	return nil
}

// again counts another attempt at an action that was cut short, or gives it up.
func (o *outbox) again(a *review.Act, now time.Time) review.Update {
	was := a.Due
	a.Attempts++
	giveUp := func(why string) { a.State, a.Settled, a.Error = review.Failed, now, why }
	switch timed := a.Action.Verb == chat.Mute && a.Action.For > 0; {
	case posts(a.Action.Verb) && a.Attempts > maxWarnAttempts:
		giveUp("may have been posted before the process ended: not repeated")
	case posts(a.Action.Verb) && now.Sub(was) > o.p.config.StaleAfter:
		giveUp("the process was away for too long for a warning to be of use")
	case timed && !was.Add(a.Action.For).After(now):
		giveUp("the mute would be over by now")
	case timed:
		a.Action.For, a.Due = was.Add(a.Action.For).Sub(now), now // the end stays where it was, however often this happens
	}
	u := review.Update{Case: a.Case, Acts: []review.Act{*a}}
	if a.State == review.Failed {
		u.Entries = []ledger.Entry{outcome(a, now)}
	}
	return u
}

// settleNow writes u and waits until it is durable.
func (o *outbox) settleNow(ctx context.Context, u review.Update) error {
	done := make(chan error, 1)
	if err := o.p.config.Store.Settle(ctx, u, func(err error) { done <- err }); err != nil {
		return err
	}
	return <-done
}

// settleAgainAfter is how long a refused outcome waits.
const settleAgainAfter = time.Second

// settle writes u in the background, again until the store takes it. If the
// process ends before, the action is found unfinished and done again.
func (o *outbox) settle(ctx context.Context, u review.Update) {
	again := func(err error) {
		if err == nil || errors.Is(err, review.ErrCancelled) || ctx.Err() != nil {
			return
		}
		o.p.config.Log.Error().Err(err).Str("case", u.Case).Msg("the store refuses the outcome of an action: trying again")
		time.AfterFunc(settleAgainAfter, func() { o.settle(ctx, u) })
	}
	if err := o.p.config.Store.Settle(ctx, u, again); err != nil {
		again(err)
	}
}

// finish waits until no action is ready or under way, for at most d.
func (o *outbox) finish(d time.Duration) {
	deadline := time.NewTimer(d)
	defer deadline.Stop()
	for o.busy() {
		select {
		case <-o.progress:
		case <-deadline.C:
			return
		}
	}
}

func (o *outbox) busy() bool {
	for _, lanes := range o.lanes {
		for _, l := range lanes {
			if l.busy() {
				return true
			}
		}
	}
	return false
}

// waiting counts the actions that are queued in memory.
func (o *outbox) waiting() int {
	n := 0
	for _, lanes := range o.lanes {
		for _, l := range lanes {
			n += l.len()
		}
	}
	return n
}

func entry(k ledger.Kind, a *review.Act, ground lang.Text) ledger.Entry {
	return ledger.Entry{
		At: a.Settled, Kind: k, Actor: ledger.Bot, Case: a.Case, Chat: a.Adapter + "/" + a.Action.Chat,
		Member: a.Action.Member, Act: a.Action.Key, Verb: string(a.Action.Verb), Ground: ground,
	}
}
