package review_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// world is one case that people decide and a worker carries out, in any order.
type world struct {
	t     *rapid.T
	m     *memory
	q     *review.Queue
	now   time.Time
	taken []review.Act // what the worker holds
}

func newWorld(t *rapid.T) *world {
	var acts []review.Act
	verbs := []chat.Verb{chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Warn}
	for _, v := range rapid.SliceOfNDistinct(rapid.SampledFrom(verbs), 0, len(verbs), rapid.ID).Draw(t, "planned") {
		a := act(v, rapid.SampledFrom([]review.ActState{review.Held, review.Due, review.Doing}).Draw(t, "planned state"))
		if v != chat.Warn && rapid.IntRange(0, 2).Draw(t, "by hand") == 0 {
			a.Hand = review.HandOnly
			if a.State != review.Held {
				a.State = review.Asked
			}
		}
		acts = append(acts, a)
	}
	if rapid.Bool().Draw(t, "a longer mute is held") {
		held := act(chat.Mute, review.Held)
		held.Action.Key += ".held"
		acts = append(acts, held)
	}
	strike := rapid.SampledFrom([]review.StrikeState{review.StrikeNone, review.StrikeCounts, review.StrikePending}).Draw(t, "strike")
	planned := kase(strike, acts...)
	planned.Event.Platform = rapid.SampledFrom([]string{"qq", "dingtalk"}).Draw(t, "platform") // one ends mutes, the other does not
	w := &world{t: t, m: newMemory(planned), now: start}
	w.q = review.NewQueue(review.Config{Store: w.m, Now: func() time.Time { return w.now }, Policy: review.Policy{
		Grace:    rapid.SampledFrom([]time.Duration{0, 5 * time.Second}).Draw(t, "grace"),
		Second:   rapid.SampledFrom([][]chat.Verb{nil, {chat.Ban}, {chat.Ban, chat.Remove}}).Draw(t, "second"),
		Measures: []rules.Step{{Verb: chat.Mute, For: time.Minute}, {Verb: chat.Ban}},
		Apology:  func(*review.Case) string { return rapid.SampledFrom([]string{"", "sorry"}).Draw(w.t, "apology") },
	}})
	for _, a := range acts {
		if a.State == review.Doing {
			w.taken = append(w.taken, a)
		}
	}
	return w
}

func (w *world) kase() review.Case { return w.m.cases[id] }

// verb lets a person do something. Refusals must change nothing.
func (w *world) verb() {
	by := rapid.SampledFrom([]string{"li", "wu"}).Draw(w.t, "by")
	before, said := w.kase(), len(w.m.entries)
	var err error
	verb := rapid.SampledFrom([]string{"claim", "release", "uphold", "instead", "overturn", "note", "escalate", "take back", "repost", "appeal", "did", "could not"}).Draw(w.t, "verb")
	switch verb {
	case "claim":
		_, err = w.q.Claim(context.Background(), id, by)
	case "release":
		_, err = w.q.Release(context.Background(), id, by)
	case "uphold":
		_, err = w.q.Uphold(context.Background(), id, by, "ground")
	case "overturn":
		_, err = w.q.Overturn(context.Background(), id, by, "ground")
	case "instead":
		step := rapid.SampledFrom([]rules.Step{{}, {Verb: chat.Mute, For: time.Minute}, {Verb: chat.Ban}}).Draw(w.t, "instead")
		_, err = w.q.Decide(context.Background(), id, review.Upheld, review.Word{By: by, Ground: "ground", Instead: &step})
	case "escalate":
		_, err = w.q.Escalate(context.Background(), id, by, "ground")
	case "take back":
		_, err = w.q.TakeBack(context.Background(), id, by)
	case "repost":
		_, err = w.q.Repost(context.Background(), id, by)
	case "note":
		_, err = w.q.Note(context.Background(), id, by, "text")
	case "did":
		_, err = w.q.Did(context.Background(), id, w.someAct(), by, "")
	case "could not":
		_, err = w.q.CouldNot(context.Background(), id, w.someAct(), by, "no right")
	case "appeal":
		_, err = w.m.Apply(context.Background(), id, func(c *review.Case) ([]ledger.Entry, error) {
			return c.FileAppeal(review.Appeal{At: w.now, Via: "link", Text: "it was not me"}, time.Hour)
		})
	}
	if err == nil {
		w.heard(verb, by, &before)
		return
	}
	expected := []error{review.ErrClaimed, review.ErrDecided, review.ErrSecond, review.ErrNothing, review.ErrIntact, review.ErrNotAsked, review.ErrAppealed, review.ErrNoAppeal, review.ErrFirst}
	if !slices.ContainsFunc(expected, func(e error) bool { return errors.Is(err, e) }) {
		w.t.Fatal(err)
	}
	if after := w.kase(); len(w.m.entries) != said || after.State != before.State || !slices.EqualFunc(after.Acts, before.Acts, sameAct) {
		w.t.Fatalf("a refused verb changed the case from %+v to %+v", before, after)
	}
}

// heard holds after a verb that was not refused: there is one appeal a case, it opens
// the case, and who decided before it does not decide on it.
func (w *world) heard(verb, by string, before *review.Case) {
	after := w.kase()
	decides := verb == "uphold" || verb == "instead" || verb == "overturn"
	switch waited := before.AppealState() == review.AppealWaits; {
	case verb == "appeal" && (!before.Appealable() || !before.Appeal.At.IsZero()):
		w.t.Fatalf("an appeal against %+v was taken", before)
	case verb == "appeal" && (after.State != review.Open || after.AppealState() != review.AppealWaits || after.Due.IsZero()):
		w.t.Fatalf("after an appeal the case is %+v", after)
	case verb == "appeal" && before.State == review.Upheld && after.Appeal.First != before.DecidedBy:
		w.t.Fatalf("%s had decided, and the appeal says %q", before.DecidedBy, after.Appeal.First)
	case waited && decides && by == before.Appeal.First:
		w.t.Fatalf("%s decided on the appeal against their own decision", by)
	case waited && verb == "overturn" && after.AppealState() != review.AppealAccepted:
		w.t.Fatalf("overturned, and the appeal is %s", after.AppealState())
	case verb != "appeal" && after.Appeal != before.Appeal:
		w.t.Fatalf("%s changed the appeal from %+v to %+v", verb, before.Appeal, after.Appeal)
	}
}

// someAct is the key of any act.
func (w *world) someAct() string {
	acts := w.kase().Acts
	if len(acts) == 0 {
		return ""
	}
	return acts[rapid.IntRange(0, len(acts)-1).Draw(w.t, "act")].Action.Key
}

func sameAct(a, b review.Act) bool {
	return a.Action.Key == b.Action.Key && a.State == b.State && a.Due.Equal(b.Due)
}

// take lets the worker begin one act that is due.
func (w *world) take() {
	for _, a := range w.kase().Acts {
		if a.State == review.Due && !a.Due.After(w.now) && a.Hand == review.HandOnly {
			a.State, a.Due = review.Asked, w.now.Add(time.Hour)
			if err := w.m.settle(review.Update{Case: id, Acts: []review.Act{a}}); err != nil {
				w.t.Fatalf("asking for %+v: %v", a, err)
			}
			return
		}
		if a.State == review.Due && !a.Due.After(w.now) {
			a.State, a.Attempts = review.Doing, a.Attempts+1
			if err := w.m.settle(review.Update{Case: id, Acts: []review.Act{a}}); err != nil {
				w.t.Fatalf("taking %+v: %v", a, err)
			}
			w.taken = append(w.taken, a)
			return
		}
	}
}

// finish lets the worker report on something that it holds.
func (w *world) finish(outcome review.ActState) {
	if len(w.taken) == 0 {
		return
	}
	i := rapid.IntRange(0, len(w.taken)-1).Draw(w.t, "which")
	a := w.taken[i]
	w.taken = slices.Delete(w.taken, i, i+1)
	a.State, a.Settled = outcome, w.now
	u := review.Update{Case: id, Acts: []review.Act{a}}
	e := ledger.Entry{Case: id, Act: a.Action.Key, Verb: string(a.Action.Verb), Actor: ledger.Bot}
	switch outcome {
	case review.Due:
		u.Acts[0].Settled, u.Acts[0].Due = time.Time{}, w.now.Add(time.Minute)
	case review.Failed:
		e.Kind = ledger.Failed
		u.Entries = []ledger.Entry{e}
	case review.Done:
		e.Kind = ledger.Done
		u.Entries = []ledger.Entry{e}
		if a.Action.Verb == chat.Mute {
			timer := act(chat.Unmute, review.Due)
			timer.Due = w.now.Add(a.Action.For)
			u.Acts = append(u.Acts, timer)
		}
	}
	if err := w.m.settle(u); err != nil && !errors.Is(err, review.ErrCancelled) {
		w.t.Fatal(err)
	}
}

// check holds after every step.
func (w *world) check() {
	c := w.kase()
	keys := map[string]bool{}
	for _, a := range c.Acts {
		if keys[a.Action.Key] {
			w.t.Fatalf("%s is there twice", a.Action.Key)
		}
		keys[a.Action.Key] = true
	}
	for _, a := range c.Acts {
		punishing := a.Action.Verb.Weight() > 0
		switch {
		case c.State == review.Overturned && punishing && (a.State == review.Held || a.State == review.Due || a.State == review.Asked):
			w.t.Fatalf("overturned, but %s is %s", a.Action.Key, a.State)
		case c.State == review.Upheld && a.State == review.Held:
			w.t.Fatalf("upheld, but %s is held", a.Action.Key)
		case c.State == review.Overturned && a.Action.Verb.Undo() != "" && (a.State == review.Done || a.State == review.Doing):
			w.undone(&c, &a)
		}
	}
	switch {
	case c.State == review.Overturned && (c.Strike == review.StrikeCounts || c.Strike == review.StrikePending),
		c.State == review.Upheld && (c.Strike == review.StrikeVoid || c.Strike == review.StrikePending):
		w.t.Fatalf("%s, and the strike is %s", c.State, c.Strike)
	}
	w.story(&c)
}

// undone checks that something undoes a, has done so since, or was given up.
func (w *world) undone(c *review.Case, a *review.Act) {
	i := slices.IndexFunc(c.Acts, func(u review.Act) bool { return u.Action.Key == review.ActKey(id, a.Action.Verb.Undo()) })
	if i < 0 {
		w.t.Fatalf("nothing undoes %s", a.Action.Key)
	}
	switch undo := c.Acts[i]; {
	case undo.State == review.Due && undo.Attempts == 0 && undo.Due.After(w.now):
		w.t.Fatalf("%s waits for its timer", undo.Action.Key)
	case undo.State == review.Cancelled, undo.State == review.Done && a.State == review.Done && undo.Settled.Before(a.Settled):
		w.t.Fatalf("%s was done after it was undone", a.Action.Key)
	}
}

// punishes reports whether the act of that key does, and not undo, something.
func punishes(key string) bool {
	_, verb, _ := strings.Cut(key, "/")
	verb, _, _ = strings.Cut(verb, ".")
	return chat.Verb(verb).Weight() > 0
}

// story checks that the ledger alone tells how the case and each settled act stand.
func (w *world) story(c *review.Case) {
	state, before, last, lastBefore := review.Open, review.Open, map[string]ledger.Kind{}, map[string]ledger.Kind{}
	for _, e := range w.m.entries {
		switch e.Kind {
		case ledger.TakenBack:
			if e.Ground.En == "the uphold" || e.Ground.En == "the overturn" {
				state = before
				maps.DeleteFunc(last, func(key string, kind ledger.Kind) bool { // what the verdict cancelled is wanted again
					return kind == ledger.Cancelled && lastBefore[key] != ledger.Cancelled
				})
			}
		case ledger.Appealed:
			state = review.Open
		case ledger.Upheld:
			before, state, lastBefore = state, review.Upheld, maps.Clone(last)
			for key, kind := range last {
				if before == review.Overturned && kind == ledger.Cancelled && punishes(key) {
					delete(last, key) // what was cancelled is wanted again
				}
			}
		case ledger.Overturned:
			before, state, lastBefore = state, review.Overturned, maps.Clone(last)
		case ledger.Done, ledger.Failed, ledger.Cancelled:
			last[e.Act] = e.Kind
		}
		bots := []ledger.Kind{ledger.Done, ledger.Failed, ledger.Cancelled, ledger.Appealed}
		if e.Actor == ledger.Bot && !slices.Contains(bots, e.Kind) {
			w.t.Fatalf("a person's act without the person: %+v", e)
		}
	}
	if state != c.State {
		w.t.Fatalf("the ledger says %s, the case is %s", state, c.State)
	}
	word := map[review.ActState]ledger.Kind{review.Done: ledger.Done, review.Failed: ledger.Failed, review.Cancelled: ledger.Cancelled}
	for _, a := range c.Acts {
		if want, settled := word[a.State]; settled && last[a.Action.Key] != want {
			w.t.Fatalf("%s is %s, the ledger says %q", a.Action.Key, a.State, last[a.Action.Key])
		}
	}
}

func TestWhateverHappensAnOverturnHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld(t)
		t.Repeat(map[string]func(*rapid.T){
			"":          func(*rapid.T) { w.check() },
			"person":    func(t *rapid.T) { w.t = t; w.verb() },
			"take":      func(*rapid.T) { w.take() },
			"succeed":   func(t *rapid.T) { w.t = t; w.finish(review.Done) },
			"fail":      func(t *rapid.T) { w.t = t; w.finish(review.Failed) },
			"try later": func(t *rapid.T) { w.t = t; w.finish(review.Due) },
			"wait": func(t *rapid.T) {
				w.now = w.now.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "seconds")) * time.Second)
			},
		})
		// In the end the worker catches up, and nothing that was overturned is left.
		for range 100 {
			w.now = w.now.Add(time.Minute)
			w.take()
			w.finish(review.Done)
			for _, a := range w.kase().Acts {
				if a.State != review.Asked {
					continue
				}
				if _, err := w.q.Did(context.Background(), id, a.Action.Key, "li", ""); err != nil {
					t.Fatal(err)
				}
			}
			w.check()
		}
		c := w.kase()
		for _, a := range c.Acts {
			if a.State == review.Doing || a.State == review.Due && !a.Due.After(w.now) {
				t.Fatalf("%s is still %s", a.Action.Key, a.State)
			}
			if c.State != review.Overturned || a.State != review.Done || a.Action.Verb.Undo() == "" {
				continue
			}
			i := slices.IndexFunc(c.Acts, func(u review.Act) bool { return u.Action.Key == review.ActKey(id, a.Action.Verb.Undo()) })
			if undo := c.Acts[i]; undo.State == review.Done && undo.Settled.Before(a.Settled) || undo.State != review.Done && undo.State != review.Failed {
				t.Fatalf("overturned, but %s stands and %s is %s", a.Action.Key, undo.Action.Key, undo.State)
			}
		}
	})
}
