package store_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/bot/store"
	"patrol/rules/lang"
)

// keeper is everything that a store does. Each kind of store has to pass conform.
type keeper interface {
	review.Store
	outbox
	desk
	brakes
	stats.Source
	AddCounts(ctx context.Context, tallies []stats.Tally, done func(error)) error
	ForgetCounts(ctx context.Context, day string) error
	Drawn(ctx context.Context, since time.Time) (map[review.Frame]int, error)
	SecondOpinions(ctx context.Context, by string, limit int) ([]review.Case, error)
	Record(ctx context.Context, c *review.Case, entries []ledger.Entry, done func(fresh bool, err error)) error
	Verdicts(ctx context.Context, since time.Time) ([]review.RuleVerdicts, error)
	Strikes(ctx context.Context, adapter, chat, member string, since time.Time) ([]ladder.Strike, error)
	Append(ctx context.Context, entries ...ledger.Entry) error
	Head(ctx context.Context) (ledger.Head, error)
	Entries(ctx context.Context, f store.EntryFilter) iter.Seq2[ledger.Record, error]
	Bundle(ctx context.Context, id string, made time.Time) (*ledger.Bundle, error)
	BrakesOf(ctx context.Context, chat string, from, until time.Time) ([]brake.Brake, error)
	Proof(ctx context.Context, chat string, from, until time.Time) (monthly.Proof, error)
	Chats(ctx context.Context, most int) ([]string, error)
	EraseCase(ctx context.Context, id string, how review.Erasure) (bool, error)
	CasesOf(ctx context.Context, adapter, member string) ([]string, error)
	Subscribe() (<-chan struct{}, func())
	Waiting(ctx context.Context, now time.Time) (open, overdue int, err error)
	Changed(ctx context.Context, seq int64) (changed bool, newest int64, err error)
}

type outbox interface {
	Settle(ctx context.Context, u review.Update, done func(error)) error
	TakeDue(ctx context.Context, now time.Time, limit int) ([]review.Act, time.Time, error)
	Interrupted(ctx context.Context) ([]review.Act, error)
}

type desk interface {
	views
	SaveState(ctx context.Context, key string, value []byte) error
	LoadState(ctx context.Context, key string) ([]byte, error)
	Reviewers(ctx context.Context) ([]review.Reviewer, error)
	Reviewer(ctx context.Context, name string) (review.Reviewer, error)
	PutReviewer(ctx context.Context, r review.Reviewer, entries ...ledger.Entry) error
	ReviewerFrom(ctx context.Context, source string) (review.Reviewer, error)
	PutSession(ctx context.Context, session review.Session) error
	TouchSession(ctx context.Context, session review.Session) error
	Sessions(ctx context.Context, name string) ([]review.Session, error)
	Session(ctx context.Context, hash string) (review.Session, error)
	Factor(ctx context.Context, name string) (review.Factor, error)
	PutFactor(ctx context.Context, name string, f review.Factor, entries ...ledger.Entry) error
	DeleteFactor(ctx context.Context, name string, entries ...ledger.Entry) error
	TakeStep(ctx context.Context, name string, step int64) error
	TakeRecovery(ctx context.Context, name, hash string, entries ...ledger.Entry) error
	RecoveryLeft(ctx context.Context, name string) (int, error)
	PutToken(ctx context.Context, t review.Token, entries ...ledger.Entry) error
	Token(ctx context.Context, hash string) (review.Token, error)
	Tokens(ctx context.Context, owner string) ([]review.Token, error)
	TouchToken(ctx context.Context, id string, at time.Time) error
	DeleteToken(ctx context.Context, id, owner string, entries ...ledger.Entry) error
	DeleteSession(ctx context.Context, hash string) error
	DeleteSessions(ctx context.Context, name string) error
	ExpireSessions(ctx context.Context, now time.Time) error
}

func TestSQLiteConforms(t *testing.T) {
	conform(t, func(t testing.TB) keeper { return mustOpen(t, store.Config{}) })
}

// conform runs every check against a fresh store of one kind.
func conform(t *testing.T, open func(testing.TB) keeper) {
	for name, check := range map[string]func(*testing.T, keeper){
		"a case comes back as it was recorded":            caseComesBack,
		"a case is recorded once":                         recordedOnce,
		"hostile text comes back unchanged":               hostileText,
		"an impossible date does not stop a case":         impossibleDate,
		"a case is found by the beginning of its id":      foundByPrefix,
		"a change that fails writes nothing":              failedChange,
		"a verb changes case, acts, strike and ledger":    verbWritesAll,
		"only strikes that count are given":               strikesThatCount,
		"an act is taken once":                            actTakenOnce,
		"what a crash cut short is found":                 interrupted,
		"an outcome is written":                           outcomeWritten,
		"trouble opens a case that nobody has decided":    troubleOpens,
		"a cancelled act is not taken up":                 cancelledStays,
		"the ledger verifies and is read in parts":        ledgerReads,
		"a bundle verifies":                               bundleVerifies,
		"brakes are kept, with what they hold":            brakesKept,
		"orders to undo are kept":                         undosKept,
		"verdicts are counted by rule":                    verdictsAreCounted,
		"verdicts count by what brought them up":          verdictsByChance,
		"what was drawn is judged, once or twice":         samplesJudged,
		"how long decisions take is kept":                 decisionsTimed,
		"counts add up":                                   countsAddUp,
		"reports are kept, and weigh by their record":     reportsKept,
		"reports are kept until they are filed":           reportsJournaled,
		"links to appeals are kept":                       appealTokensKept,
		"states are kept":                                 statesKept,
		"accounts and sessions are kept":                  accountsKept,
		"what is out of reach is not there":               outOfReach,
		"a login does not outlive a change":               loginsEndWithChanges,
		"a code of a second factor is taken once":         codesTakenOnce,
		"what people are to do by hand is listed":         askedForByHand,
		"views are kept":                                  viewsKept,
		"tokens are kept":                                 tokensKept,
		"a subscriber hears of commits":                   subscriberHears,
		"open and overdue cases are counted":              waitingCounted,
		"pages are those of a plain search":               pagesAreRight,
		"first pages of many are those of a plain search": manyPagesAreRight,
		"a page that is asked for wrongly is an error":    wrongCursor,
	} {
		t.Run(name, func(t *testing.T) { check(t, open(t)) })
	}
}

func diff(a, b any) string { return cmp.Diff(a, b, cmpopts.EquateEmpty()) }

func load(tb testing.TB, s keeper, id string) review.Case {
	tb.Helper()
	c, err := s.Case(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func verify(tb testing.TB, s keeper) ledger.Head {
	tb.Helper()
	head, err := ledger.Verify(ledger.Head{}, s.Entries(tb.Context(), store.EntryFilter{}))
	if err != nil {
		tb.Fatal(err)
	}
	return head
}

func caseComesBack(t *testing.T, s keeper) {
	c := sample(7)
	c.Context = []chat.Event{sample(5).Event, sample(6).Event}
	c.Trouble = lang.T("刹车", "the brake is on")
	c.Acts[0].Receipt = chat.Receipt{ID: "x", Note: "was already gone"}
	want := *c
	if !record(t, s, c, decided(c)...) {
		t.Fatal("not fresh")
	}
	if d := diff(want, load(t, s, c.ID)); d != "" {
		t.Fatal(d)
	}
}

func recordedOnce(t *testing.T, s keeper) {
	c := sample(1)
	record(t, s, c, decided(c)...)
	again := sample(1)
	again.State = review.Logged
	if record(t, s, again, decided(again)...) {
		t.Fatal("a second time is fresh as well")
	}
	if got := load(t, s, c.ID); got.State != review.Open {
		t.Errorf("the second time changed it to %s", got.State)
	}
	if head := verify(t, s); head.Seq != 1 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
}

func hostileText(t *testing.T, s keeper) {
	texts := []string{"a\x00b", "\xff\xfe\x80", "\xed\xa0\x80 lone", "�", `\ufffd "bytes":{"/id":"AA=="}`, "'; DROP TABLE cases; --",
		strings.Repeat("长", 350_000), strings.Repeat("\x00\xff", 100_000), "\u202e<script>"}
	for i, text := range texts {
		c := sample(i)
		c.Event.Message.Text, c.Event.Author.Name, c.Event.Author.ID = text, text, "id\x00"+text[:3]
		c.Event.Chat = "#\xff" + fmt.Sprint(i)
		c.Acts[1].Action.Text = text
		c.Verdict.Hits[0].Rule = "rule\x00\xff"
		c.ID = review.CaseID(&c.Event)
		c.Decision.Strike.Case = c.ID
		for n := range c.Acts {
			c.Acts[n].Case, c.Acts[n].Action.Key = c.ID, review.ActKey(c.ID, c.Acts[n].Action.Verb)
		}
		want := *c
		record(t, s, c, decided(c)...)
		if got := load(t, s, c.ID); diff(want, got) != "" {
			t.Errorf("%.20q was changed", text)
		}
		strikes, err := s.Strikes(t.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, start)
		if err != nil || len(strikes) != 1 {
			t.Errorf("%.20q: strikes %v, %v", text, strikes, err)
		}
		page, err := s.Cases(t.Context(), review.Filter{Rule: "rule\x00\xff", Chats: []string{review.ChatKey(c.Event.Adapter, c.Event.Chat)}})
		if err != nil || len(page.Cases) != 1 || page.Cases[0].ID != c.ID {
			t.Errorf("%.20q: not found by its rule: %v", text, err)
		}
		noted, err := s.Apply(t.Context(), c.ID, func(c *review.Case) ([]ledger.Entry, error) { return c.Note("li", text, start), nil })
		if err != nil || noted.Remarks[0].Text != text || load(t, s, c.ID).Remarks[0].Text != text {
			t.Errorf("%.20q: the note was changed: %v", text, err)
		}
	}
	verify(t, s)
}

func impossibleDate(t *testing.T, s keeper) {
	c := sample(1)
	c.Event.Author.Joined = time.Date(51234, 1, 1, 0, 0, 0, 0, time.UTC) // milliseconds taken for seconds
	c.Event.Time = time.Date(-4, 1, 1, 0, 0, 0, 0, time.UTC)
	record(t, s, c, decided(c)...)
	if got := load(t, s, c.ID).Event; !got.Author.Joined.IsZero() || !got.Time.IsZero() {
		t.Errorf("got %v and %v", got.Author.Joined, got.Time)
	}
}

func foundByPrefix(t *testing.T, s keeper) {
	ids := map[string]int{}
	var written sync.WaitGroup
	for i := range 3000 {
		c := sample(i)
		ids[c.ID[:4]]++
		written.Add(1)
		if err := s.Record(t.Context(), c, nil, func(bool, error) { written.Done() }); err != nil {
			t.Fatal(err)
		}
	}
	written.Wait()
	unique, shared := "", ""
	for i := range 3000 {
		if id := sample(i).ID; ids[id[:4]] == 1 {
			unique = id
		} else {
			shared = id
		}
	}
	if unique == "" || shared == "" {
		t.Fatal("the samples show nothing: no two ids begin alike, or none begins alone")
	}
	if got := load(t, s, unique[:4]); got.ID != unique {
		t.Errorf("got %s", got.ID)
	}
	if got := load(t, s, shared); got.ID != shared {
		t.Errorf("got %s", got.ID)
	}
	for prefix, want := range map[string]error{shared[:4]: review.ErrAmbiguous, "0000": review.ErrNotFound, unique[:3]: review.ErrNotFound, "": review.ErrNotFound, "%%%%": review.ErrNotFound} {
		if _, err := s.Case(t.Context(), prefix); !errors.Is(err, want) {
			t.Errorf("%q: %v", prefix, err)
		}
	}
}

func failedChange(t *testing.T, s keeper) {
	c := sample(1)
	record(t, s, c, decided(c)...)
	before, head := load(t, s, c.ID), verify(t, s)
	refusal := errors.New("no")
	got, err := s.Apply(t.Context(), c.ID, func(c *review.Case) ([]ledger.Entry, error) {
		c.State, c.Acts[0].State = review.Upheld, review.Cancelled
		return decided(c), refusal
	})
	if !errors.Is(err, refusal) || diff(before, got) != "" || diff(before, load(t, s, c.ID)) != "" || verify(t, s) != head {
		t.Errorf("%v: %s", err, diff(before, got))
	}
	if _, err := s.Apply(t.Context(), c.ID, func(*review.Case) ([]ledger.Entry, error) { panic("oh") }); err == nil {
		t.Error("a panic is no error")
	}
	if _, err := s.Apply(t.Context(), "nothing", nil); !errors.Is(err, review.ErrNotFound) {
		t.Error(err)
	}
}

func verbWritesAll(t *testing.T, s keeper) {
	c := sample(1)
	c.Acts[0].Action.Verb = chat.Mute // being done: has to be undone
	record(t, s, c, decided(c)...)
	now := start.Add(time.Hour)
	q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return now }})
	if _, err := q.Claim(t.Context(), c.ID, "li"); err != nil {
		t.Fatal(err)
	}
	mine, err := s.Cases(t.Context(), review.Filter{ClaimedBy: "li"})
	if err != nil || len(mine.Cases) != 1 {
		t.Errorf("mine: %v, %v", mine.Cases, err)
	}
	after, err := q.Overturn(t.Context(), c.ID, "li", "一个问题")
	if err != nil {
		t.Fatal(err)
	}
	if d := diff(after, load(t, s, c.ID)); d != "" {
		t.Error(d)
	}
	if after.State != review.Overturned || after.Strike != review.StrikeVoid || after.Ground != "一个问题" || len(after.Acts) != 4 {
		t.Errorf("got %+v", after)
	}
	if k, err := s.Strikes(t.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, start); err != nil || len(k) != 0 {
		t.Errorf("strikes %v, %v", k, err)
	}
	// The mute and the ban of the sample are cancelled, the other mute is undone.
	due, _, err := s.TakeDue(t.Context(), now, 9)
	if err != nil || len(due) != 1 || due[0].Action.Verb != chat.Unmute {
		t.Errorf("due %+v, %v", due, err)
	}
	if head := verify(t, s); head.Seq != 5 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
	mine, err = s.Cases(t.Context(), review.Filter{ClaimedBy: "li"})
	if err != nil || len(mine.Cases) != 0 {
		t.Errorf("mine: %v, %v", mine.Cases, err)
	}
}

func strikesThatCount(t *testing.T, s keeper) {
	var want []ladder.Strike
	for i, state := range []review.StrikeState{review.StrikeCounts, review.StrikePending, review.StrikeCounts, review.StrikeVoid, review.StrikeNone} {
		c := sample(i)
		c.Event.Chat, c.Event.Author.ID, c.Strike = "1", "7", state
		record(t, s, c, decided(c)...)
		if state == review.StrikeCounts {
			want = append(want, *c.Decision.Strike)
		}
	}
	for _, other := range []struct{ chat, member string }{{"2", "7"}, {"1", "8"}} {
		c := sample(50 + int(other.chat[0]))
		c.Event.Chat, c.Event.Author.ID = other.chat, other.member
		record(t, s, c)
	}
	got, err := s.Strikes(t.Context(), "qq-main", "1", "7", start)
	if err != nil || diff(want, got) != "" {
		t.Errorf("%s, %v", diff(want, got), err)
	}
	got, err = s.Strikes(t.Context(), "qq-main", "1", "7", want[0].Until)
	if err != nil || diff(want[1:], got) != "" {
		t.Errorf("after the first has lapsed: %s, %v", diff(want[1:], got), err)
	}
}
