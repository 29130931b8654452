package pipeline

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// How often and how patiently a failed action is tried again.
const (
	maxWarnAttempts = 2 // posts that may have reached people
	maxOtherTries   = 3 // of an error that the adapter can't name
	maxTries        = 12
	firstBackOff    = time.Second
	longestBackOff  = 5 * time.Minute
	longestWarnWait = 30 * time.Second // a notice that would come later than this is not worth posting
	doWithin        = 30 * time.Second
	oldAfter        = 200 * time.Millisecond
)

// work tries every action of j once, writes what became of them, and queues what
// is to be tried again.
func (l *lane) work(ctx context.Context, j *job) {
	p := l.outbox.p
	if j.doubtful(p.config.Now()) {
		l.confirm(ctx, j)
	}
	var done review.Update
	var again []review.Act
	var after time.Duration
	for i := range j.acts {
		a := &j.acts[i]
		done.Case = a.Case
		retry, wait := l.try(ctx, a, j.tries)
		if ctx.Err() != nil {
			break // whatever is still Doing is found again at the next start
		}
		if retry {
			again, after = append(again, *a), max(after, wait)
			continue
		}
		done.Acts = append(done.Acts, *a)
		done.Entries = append(done.Entries, outcome(a, p.config.Now()))
		if a.State == review.Failed && done.Trouble.IsZero() && troubling(a) {
			done.Trouble = lang.F("%s 没有做成：%s", "%s was not done: %s", a.Action.Verb, a.Error)
			done.Due = p.config.Now().Add(p.config.Due(""))
		}
		if timer, ok := l.lifts(a); ok {
			done.Acts = append(done.Acts, timer)
		}
		p.config.Observer.Settled(a)
		p.countAct(a)
		l.logOutcome(a)
	}
	if len(done.Acts) > 0 {
		l.outbox.settle(context.WithoutCancel(ctx), done)
	}
	if len(again) > 0 {
		l.push(job{acts: again, at: p.config.Now().Add(after), tries: j.tries + 1, old: true})
	}
}

func (l *lane) cancel(ctx context.Context, a review.Act, why lang.Text) {
	p := l.outbox.p
	a.State, a.Settled, a.Error = review.Cancelled, p.config.Now(), why.En
	l.outbox.settle(context.WithoutCancel(ctx), review.Update{
		Case: a.Case, Acts: []review.Act{a}, Entries: []ledger.Entry{entry(ledger.Cancelled, &a, why)},
	})
	p.config.Observer.Settled(&a)
}

// try carries a out and moves it to its next state; retry says that it is still
// to be done, after wait.
func (l *lane) try(ctx context.Context, a *review.Act, tries int) (retry bool, wait time.Duration) {
	p := l.outbox.p
	if a.Action.Verb.Weight() == 0 {
		l.overtake(ctx, a)
	}
	if a.Hand == review.HandOnly { // the time has come to undo what a person has done
		l.handOver(a)
		return false, 0
	}
	can := l.adapter.Capabilities(a.Action.Chat)
	switch turn, ok := l.pace.wait(&a.Action, can); {
	case !ok:
		l.fail(a, fmt.Sprintf("today's %d removals of this connection are used up", can.RemovalsPerDay))
		l.handOver(a)
		return false, 0
	case turn > longestWarnWait && posts(a.Action.Verb):
		l.fail(a, tooManyNotices)
		return false, 0
	case turn > 0:
		return true, turn
	}
	receipt, err := l.do(ctx, a)
	if err == nil {
		a.State, a.Settled, a.Receipt, a.Error = review.Done, p.config.Now(), receipt, ""
		return false, 0
	}
	return l.failed(ctx, a, err, tries)
}

const tooManyNotices = "too many notices in this chat: not worth posting this late"

// overtake takes back the action that a undoes, if it still waits to be tried
// again: it must not come after its own undoing.
func (l *lane) overtake(ctx context.Context, a *review.Act) {
	for _, v := range []chat.Verb{chat.Mute, chat.Ban} {
		if v.Undo() != a.Action.Verb {
			continue
		}
		for {
			stale, waiting := l.withdraw(a.Case, v)
			if !waiting {
				break
			}
			l.cancel(ctx, stale, lang.T("在执行前已撤销", "undone before it was carried out"))
		}
	}
}

func (l *lane) do(ctx context.Context, a *review.Act) (r chat.Receipt, err error) {
	ctx, cancel := context.WithTimeout(ctx, doWithin)
	defer cancel()
	defer func() {
		if x := recover(); x != nil {
			l.outbox.p.config.Log.Error().Str("adapter", l.name).Bytes("stack", debug.Stack()).Msgf("adapter panicked: %v", x)
			err = &chat.Error{Op: string(a.Action.Verb), Err: fmt.Errorf("panic: %v", x)}
		}
	}()
	if err := l.guard(ctx, a); err != nil {
		return chat.Receipt{}, err
	}
	action := a.Action
	if action.Verb == chat.Tell {
		action.Verb = chat.Warn
	}
	if a.Private == "" {
		return l.adapter.Do(ctx, action)
	}
	told, err := l.tellAlone(ctx, a)
	if told || err != nil {
		return chat.Receipt{Note: "told the member alone"}, err
	}
	receipt, err := l.adapter.Do(ctx, action)
	receipt.Note = strings.TrimSpace("posted: the member can't be written to alone. " + receipt.Note)
	return receipt, err
}

// tellAlone writes the notice to the member and nobody else. told is false where the
// platform has no way to this member: then it is to be posted.
func (l *lane) tellAlone(ctx context.Context, a *review.Act) (told bool, err error) {
	to, can := l.adapter.(chat.Messenger)
	if !can {
		return false, nil
	}
	text, err := l.outbox.p.linked(ctx, a.Case, a.Private)
	if err != nil {
		return false, err
	}
	err = to.Tell(ctx, a.Action.Chat, chat.Member{ID: a.Action.Member, Name: a.Action.Name}, text)
	switch kind := chat.KindOf(err); {
	case err == nil:
		return true, nil
	case kind == chat.NotFound, kind == chat.Forbidden, kind == chat.Unsupported:
		return false, nil
	}
	return false, err
}

// posts reports whether the verb posts a notice: one that came twice, or much too
// late, would be worse than none.
func posts(v chat.Verb) bool { return v == chat.Warn || v == chat.Tell }

// untouchable is why the last look before a heavy action stops it.
type untouchable struct{ role chat.Role }

func (u *untouchable) Error() string {
	return "the member is " + string(u.role) + " by now and is never acted on"
}

// guard looks the member up right before a mute, removal or ban, where the
// platform can: somebody may have become an admin since the event.
func (l *lane) guard(ctx context.Context, a *review.Act) error {
	roster, ok := l.adapter.(chat.Roster)
	if !ok || a.Action.Verb.Weight() < chat.Mute.Weight() {
		return nil
	}
	m, err := roster.Member(ctx, a.Action.Chat, a.Action.Member)
	switch kind := chat.KindOf(err); {
	case err == nil && m.Role.Untouchable():
		return &untouchable{m.Role}
	case err != nil && (kind == chat.Transient || kind == chat.RateLimited):
		return err
	}
	return nil // not there, or not to be looked up: the event's own role stands
}

// failed decides, from the kind of error alone, whether a is tried again.
func (l *lane) failed(ctx context.Context, a *review.Act, err error, tries int) (retry bool, wait time.Duration) {
	p := l.outbox.p
	if u := (*untouchable)(nil); errors.As(err, &u) {
		a.State, a.Settled, a.Error = review.Cancelled, p.config.Now(), u.Error()
		return false, 0
	}
	kind := chat.KindOf(err)
	switch kind {
	case chat.NotFound:
		gone := a.Action.Verb == chat.Delete || a.Action.Verb == chat.Remove || a.Action.Verb.Weight() == 0
		if gone || a.Action.Verb == chat.Ban && a.Attempts > 1 { // whom the attempt before has put out is not found
			a.State, a.Settled, a.Receipt.Note = review.Done, p.config.Now(), "already gone: "+plainError(err)
			return false, 0
		}
		l.fail(a, plainError(err))
		return false, 0
	case chat.Forbidden, chat.Unsupported:
		l.fail(a, plainError(err))
		l.handOver(a)
		return false, 0
	case chat.Other:
		if tries+1 >= maxOtherTries {
			l.fail(a, plainError(err))
			return false, 0
		}
	}
	if tries+1 >= maxTries {
		l.fail(a, fmt.Sprintf("given up after %d tries: %s", tries+1, plainError(err)))
		return false, 0
	}
	if posts(a.Action.Verb) && kind != chat.RateLimited && !l.countWarn(ctx, a) {
		l.fail(a, "may have been posted: not repeated: "+plainError(err))
		return false, 0
	}
	return true, backOff(err, tries)
}

// countWarn makes another post of a warning durable before it is tried, so that
// no crash can make it a third.
func (l *lane) countWarn(ctx context.Context, a *review.Act) bool {
	if a.Attempts >= maxWarnAttempts {
		return false
	}
	a.Attempts++
	return l.outbox.settleNow(ctx, review.Update{Case: a.Case, Acts: []review.Act{*a}}) == nil
}

func (l *lane) fail(a *review.Act, why string) {
	a.State, a.Settled, a.Error = review.Failed, l.outbox.p.config.Now(), why
}

// plainError is err as a person may see it: one line, bounded, nothing that
// turns a terminal.
func plainError(err error) string {
	s := strings.ToValidUTF8(err.Error(), "?")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	if len(s) > 300 {
		s = strings.ToValidUTF8(s[:300], "") + "…"
	}
	return s
}

func backOff(err error, tries int) time.Duration {
	if e := (*chat.Error)(nil); errors.As(err, &e) && e.Kind == chat.RateLimited && e.After > 0 {
		return min(e.After, time.Hour)
	}
	return min(firstBackOff<<min(tries, 16), longestBackOff)
}

// lifts is the timer of a mute that the platform does not lift by itself.
func (l *lane) lifts(a *review.Act) (review.Act, bool) {
	if a.Action.Verb != chat.Mute || a.State != review.Done || a.Action.For <= 0 ||
		l.adapter.Capabilities(a.Action.Chat).Mute != chat.MuteUntimed || !a.Receipt.Until.IsZero() {
		return review.Act{}, false
	}
	t := *a
	t.Action.Verb, t.Action.Key = chat.Unmute, review.ActKey(a.Case, chat.Unmute)
	t.State, t.Due = review.Due, a.Settled.Add(a.Action.For)
	t.Action.For, t.Action.Text = 0, ""
	t.Attempts, t.Settled, t.Receipt, t.Error = 0, time.Time{}, chat.Receipt{}, ""
	return t, true
}

// troubling reports whether a person should know that a failed.
func troubling(a *review.Act) bool { return a.Error != tooManyNotices }

func outcome(a *review.Act, now time.Time) ledger.Entry {
	switch a.State {
	case review.Done:
		return entry(ledger.Done, a, lang.T(a.Receipt.Note, a.Receipt.Note))
	case review.Asked:
		e := entry(ledger.Asked, a, lang.T(a.Error, a.Error))
		e.At = now
		return e
	case review.Cancelled:
		return entry(ledger.Cancelled, a, lang.T(a.Error, a.Error))
	}
	return entry(ledger.Failed, a, lang.T(a.Error, a.Error))
}

func (l *lane) logOutcome(a *review.Act) {
	line := l.outbox.p.config.Log.Info()
	if a.State == review.Failed {
		line = l.outbox.p.config.Log.Warn()
	}
	line.Str("case", a.Case).Str("act", a.Action.Key).Str("verb", string(a.Action.Verb)).Str("adapter", a.Adapter).
		Str("chat", a.Action.Chat).Str("member", a.Action.Member).Str("state", string(a.State)).Str("why", a.Error).Msg("action")
}
