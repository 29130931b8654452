package store_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/review"
	"patrol/bot/store"
)

// outOfReach has cases of two chats, of which one is in reach.
func outOfReach(t *testing.T, s keeper) {
	ours, theirs, open := sample(1), sample(2), sample(3)
	ours.State, theirs.State, open.State = review.Open, review.Open, review.Open
	for _, c := range []*review.Case{ours, theirs, open} {
		record(t, s, c, decided(c)...)
	}
	if err := s.Append(t.Context(), ledger.Entry{At: start, Kind: ledger.Account, Actor: "li"}); err != nil {
		t.Fatal(err)
	}
	key := func(c *review.Case) string { return review.ChatKey(c.Event.Adapter, c.Event.Chat) }
	ctx := review.WithReach(t.Context(), review.Only(key(ours)))
	nowhere := review.WithReach(t.Context(), review.Only())

	for name, f := range map[string]review.Filter{
		"everything": {}, "by due time": {States: []review.State{review.Open}}, "by chat": {Chats: []string{key(ours), key(theirs)}},
		"by rule": {Rule: "ads.contact"}, "by platform": {Platform: "qq"}, "by severity": {Severity: ours.Verdict.Severity()},
	} {
		page, err := s.Cases(ctx, f)
		if err != nil || len(page.Cases) != 1 || page.Cases[0].ID != ours.ID {
			t.Errorf("%s: %d cases, %v", name, len(page.Cases), err)
		}
		for _, c := range []struct {
			from  context.Context
			at, n int
		}{{ctx, 1000, 1}, {ctx, 1, 1}, {ctx, 0, 0}, {nowhere, 1000, 0}} {
			if n, err := s.Count(c.from, f, c.at); n != c.n || err != nil {
				t.Errorf("%s: counts %d of %d at most, %v", name, n, c.at, err)
			}
		}
		if page, err := s.Cases(nowhere, f); err != nil || len(page.Cases) != 0 {
			t.Errorf("%s, from nowhere: %d cases, %v", name, len(page.Cases), err)
		}
	}
	if page, err := s.Cases(ctx, review.Filter{Chats: []string{key(theirs)}}); err != nil || len(page.Cases) != 0 {
		t.Errorf("another chat: %d cases, %v", len(page.Cases), err)
	}
	if page, err := s.Cases(ctx, review.Filter{Member: theirs.Event.Author.ID}); err != nil || len(page.Cases) != 0 {
		t.Errorf("another member: %d cases, %v", len(page.Cases), err)
	}
	if c, err := s.Case(ctx, ours.ID[:8]); err != nil || c.ID != ours.ID {
		t.Errorf("our case: %v", err)
	}
	for _, id := range []string{theirs.ID, theirs.ID[:8]} {
		if c, err := s.Case(ctx, id); !errors.Is(err, review.ErrNotFound) || c.ID != "" {
			t.Errorf("their case %s: %q, %v", id, c.ID, err)
		}
	}
	if _, err := s.Bundle(ctx, theirs.ID, start); !errors.Is(err, review.ErrNotFound) {
		t.Errorf("their evidence: %v", err)
	}
	if erased, err := s.EraseCase(ctx, theirs.ID, review.Erasure{At: start, By: "li"}); erased || !errors.Is(err, review.ErrNotFound) {
		t.Errorf("erasing their texts: %v, %v", erased, err)
	}
	if ids, err := s.CasesOf(ctx, "qq-main", theirs.Event.Author.ID); err != nil || len(ids) != 0 {
		t.Errorf("the cases of their member: %v, %v", ids, err)
	}
	if p, err := s.Proof(ctx, key(theirs), start.Add(-time.Hour), start.Add(time.Hour)); err != nil || p != (monthly.Proof{}) {
		t.Errorf("the proof of their month: %+v, %v", p, err)
	}
	brakesOf(ctx, t, s, key(ours), key(theirs))
	for _, c := range []struct {
		ctx  context.Context
		want []string
	}{{ctx, []string{key(ours)}}, {nowhere, nil}, {t.Context(), []string{key(ours), key(theirs), key(open)}}} {
		if chats, err := s.Chats(c.ctx, 10); err != nil || !slices.Equal(chats, c.want) {
			t.Errorf("chats: %v, %v, want %v", chats, err, c.want)
		}
	}
	if chats, err := s.Chats(t.Context(), 2); err != nil || len(chats) != 2 {
		t.Errorf("two chats: %v, %v", chats, err)
	}
	c, err := s.Apply(ctx, theirs.ID, func(c *review.Case) ([]ledger.Entry, error) { return c.Note("li", "mine now", start), nil })
	if !errors.Is(err, review.ErrNotFound) || c.ID != "" || len(load(t, s, theirs.ID).Remarks) > 0 {
		t.Errorf("a verb out of reach: %q, %v", c.ID, err)
	}
	if n, _, err := s.Waiting(ctx, start); n != 1 || err != nil {
		t.Errorf("%d cases wait, %v", n, err)
	}
	if n, _, err := s.Waiting(nowhere, start); n != 0 || err != nil {
		t.Errorf("%d cases wait nowhere, %v", n, err)
	}
	entriesInReach(t, s, ours, theirs)
}

// brakesOf has a brake of each chat and one that spans them.
func brakesOf(ctx context.Context, t *testing.T, s keeper, ours, theirs string) {
	for _, b := range []brake.Brake{
		{ID: "1", Kind: brake.Chat, Scope: ours, At: start}, {ID: "2", Kind: brake.Share, Scope: theirs, At: start}, {ID: "3", Kind: brake.Rule, Scope: "ads", At: start},
		{ID: "4", Kind: brake.Chat, Scope: ours, At: start.Add(2 * time.Hour)},
	} {
		if err := s.PutBrake(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		ctx  context.Context
		chat string
		want string
	}{{ctx, ours, "1"}, {ctx, theirs, ""}, {t.Context(), ours, "13"}, {t.Context(), theirs, "23"}} {
		all, err := s.BrakesOf(c.ctx, c.chat, start, start.Add(time.Hour))
		var got string
		for _, b := range all {
			got += b.ID
		}
		if got != c.want || err != nil {
			t.Errorf("the brakes of %s: %q, %v, want %q", c.chat, got, err, c.want)
		}
	}
}

func entriesInReach(t *testing.T, s keeper, ours, theirs *review.Case) {
	ctx := review.WithReach(t.Context(), review.Only(review.ChatKey(ours.Event.Adapter, ours.Event.Chat)))
	for name, f := range map[string]store.EntryFilter{"everything": {}, "our case": {Case: ours.ID}, "their case": {Case: theirs.ID}} {
		n := 0
		for r, err := range s.Entries(ctx, f) {
			e, broken := r.Entry()
			if err != nil || broken != nil || e.Case != ours.ID {
				t.Errorf("%s: entry %d is about %q, %v, %v", name, r.Seq, e.Case, err, broken)
			}
			n++
		}
		if want := 1; f.Case == theirs.ID && n != 0 || f.Case != theirs.ID && n != want {
			t.Errorf("%s: %d entries", name, n)
		}
	}
	_, newest, err := s.Changed(ctx, 0)
	if err != nil {
		t.Fatal(err)
	}
	note := func(c *review.Case) {
		if _, err := s.Apply(t.Context(), c.ID, func(c *review.Case) ([]ledger.Entry, error) { return c.Note("li", "x", start), nil }); err != nil {
			t.Fatal(err)
		}
	}
	note(theirs)
	if changed, _, err := s.Changed(ctx, newest); changed || err != nil {
		t.Errorf("a note on their case is told: %v", err)
	}
	if changed, _, err := s.Changed(t.Context(), newest); !changed || err != nil {
		t.Errorf("a note is not told to somebody who sees all: %v", err)
	}
	note(ours)
	if changed, _, err := s.Changed(ctx, newest); !changed || err != nil {
		t.Errorf("a note on our case is not told: %v", err)
	}
}

// TestPrefixesOutOfReachAreNotAmbiguous: that an id begins like another group's
// would tell that it is there.
func TestPrefixesOutOfReachAreNotAmbiguous(t *testing.T) {
	s := mustOpen(t, store.Config{Relaxed: true})
	byPrefix := map[string][]*review.Case{}
	for i := range 3000 {
		c := sample(i)
		record(t, s, c)
		byPrefix[c.ID[:4]] = append(byPrefix[c.ID[:4]], c)
	}
	tried := 0
	for prefix, cases := range byPrefix {
		if len(cases) != 2 || cases[0].Event.Chat == cases[1].Event.Chat {
			continue
		}
		tried++
		ctx := review.WithReach(t.Context(), review.Only(review.ChatKey(cases[0].Event.Adapter, cases[0].Event.Chat)))
		if c, err := s.Case(ctx, prefix); err != nil || c.ID != cases[0].ID {
			t.Errorf("%s: %q, %v", prefix, c.ID, err)
		}
	}
	if tried == 0 {
		t.Fatal("no two ids begin alike")
	}
}

func TestManyChatsInReach(t *testing.T) {
	s := mustOpen(t, store.Config{Relaxed: true})
	var chats []string
	for i := range review.MaxReach {
		chats = append(chats, review.ChatKey("qq-main", "none"+strings.Repeat("x", i)))
	}
	c := sample(1)
	record(t, s, c)
	ctx := review.WithReach(t.Context(), review.Only(append(chats[1:], review.ChatKey(c.Event.Adapter, c.Event.Chat))...))
	for _, f := range []review.Filter{{}, {States: []review.State{review.Open}}, {Rule: "ads.contact"}} {
		if page, err := s.Cases(ctx, f); err != nil || len(page.Cases) != 1 {
			t.Errorf("%+v: %d cases, %v", f, len(page.Cases), err)
		}
	}
}

// How each method of a store that takes a context treats the reach in it.
const (
	bound    = "shows and changes only what is in reach" // and outOfReach tries it
	accounts = "is about accounts, which only admins manage"
	own      = "is what the reviewer has put away for themself, or an admin for everybody"
	admins   = "is for admins, who reach every chat"
	bots     = "is the bot's own, which nobody calls for a person"
)

var reaches = map[string]string{
	"Apply": bound, "Bundle": bound, "Case": bound, "Cases": bound, "Changed": bound, "Entries": bound, "Verdicts": bound, "Waiting": bound,
	"Reviewer": accounts, "ReviewerFrom": accounts, "Reviewers": accounts, "PutReviewer": accounts,
	"Session": accounts, "Sessions": accounts, "PutSession": accounts, "TouchSession": accounts,
	"Factor": accounts, "PutFactor": accounts, "DeleteFactor": accounts, "TakeStep": accounts, "TakeRecovery": accounts, "RecoveryLeft": accounts, "RenewKey": accounts,
	"Token": accounts, "Tokens": accounts, "PutToken": accounts, "TouchToken": accounts, "DeleteToken": accounts,
	"DeleteSession": accounts, "DeleteSessions": accounts, "ExpireSessions": accounts,
	"KeepReport": bots, "KeptReports": bots, "DropReport": bots,
	"Count": bound, "Views": own, "PutView": own, "DeleteView": own, "SetHome": own,
	"Brakes": bound, "Held": bound, "LiftBrake": bound, "PutBrake": bots,
	"Reporter": bots, "PutReport": bots, "Reports": admins, "PutAppealToken": bots, "AppealToken": bots, "ExpireAppealTokens": bots,
	"Busiest": bound, "Outcomes": bound, "SecondOpinions": bound, "Tallies": bound, "AddCounts": bots, "Drawn": bots, "ForgetCounts": bots,
	"PutUndo": admins, "Undos": admins,
	"Append": bots, "Head": bots, "IndexTexts": bots, "Interrupted": bots, "LoadState": bots, "Record": bots, "SaveState": bots,
	"EraseTexts": bots, "Prune": bots, "Shred": bots,
	"Audit": admins, "BrakesOf": bound, "Chats": bound, "Proof": bound, "EraseCase": bound, "CasesOf": bound, "Evidence": admins, "LedgerStart": bots,
	"Settle": bots, "Strikes": bots, "TakeDue": bots,
}

// TestEveryMethodHasAReach makes whoever adds a method say what a reviewer of some
// groups only gets from it. What reads or changes cases for people is bound: it
// asks review.ReachOf, and outOfReach shows it.
func TestEveryMethodHasAReach(t *testing.T) {
	var have []string
	for m := range reflect.TypeFor[*store.Store]().Methods() {
		if m.Type.NumIn() > 1 && m.Type.In(1).String() == "context.Context" {
			have = append(have, m.Name)
			if reaches[m.Name] == "" {
				t.Errorf("nobody said what a limited reviewer gets from %s: add it to reaches", m.Name)
			}
		}
	}
	for name := range reaches {
		if !slices.Contains(have, name) {
			t.Errorf("there is no method %s", name)
		}
	}
}

func loginsEndWithChanges(t *testing.T, s keeper) {
	li := review.Reviewer{Name: "li", Role: review.Desk, Created: start, Only: review.Only("irc/#b", "irc/#a", "irc/#b"), Source: "https://idp 1"}
	put := func() {
		t.Helper()
		if err := s.PutReviewer(t.Context(), li); err != nil {
			t.Fatal(err)
		}
	}
	put()
	got, err := s.Reviewer(t.Context(), "li")
	if diff(li, got) != "" || err != nil {
		t.Fatal(diff(li, got), err)
	}
	if from, err := s.ReviewerFrom(t.Context(), li.Source); diff(got, from) != "" || err != nil {
		t.Error(from, err)
	}
	if _, err := s.ReviewerFrom(t.Context(), ""); !errors.Is(err, review.ErrNoReviewer) {
		t.Error("an account without a source is found by none")
	}
	session := review.Session{
		Hash: "h", Name: "li", CSRF: "c", Created: start, Seen: start, Expires: start.Add(1), Method: "password", Address: "::1", Agent: "x",
	}
	if err := s.PutSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if all, err := s.Sessions(t.Context(), "li"); diff([]review.Session{session}, all) != "" || err != nil {
		t.Error(all, err)
	}
	session.Seen, session.Expires = start.Add(5), start.Add(9)
	if err := s.TouchSession(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Session(t.Context(), "h"); got != session || err != nil {
		t.Error(got, err)
	}
	li.Role, li.Only = review.Viewer, review.Only("irc/#a")
	put()
	if got, err := s.Reviewer(t.Context(), "li"); err != nil || !got.Only.Equal(li.Only) || got.Epoch != 1 {
		t.Error(got, err)
	}
	if err := s.TouchSession(t.Context(), session); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("keeping alive what a change has ended: %v", err)
	}
	if _, err := s.Session(t.Context(), "h"); !errors.Is(err, review.ErrNoSession) {
		t.Errorf("it was revived: %v", err)
	}
	if err := s.PutSession(t.Context(), session); !errors.Is(err, review.ErrNoReviewer) {
		t.Errorf("a login that began before the change: %v", err)
	}
	li.Disabled = true
	put()
	session.Epoch = 2
	if err := s.PutSession(t.Context(), session); !errors.Is(err, review.ErrNoReviewer) {
		t.Errorf("a login of a disabled account: %v", err)
	}
}
