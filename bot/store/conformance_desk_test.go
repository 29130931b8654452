package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

func ledgerReads(t *testing.T, s keeper) {
	if h := verify(t, s); h != (ledger.Head{}) {
		t.Errorf("an empty chain ends at %v", h)
	}
	var entries []ledger.Entry
	for range 2500 {
		entries = append(entries, ledger.Entry{At: start, Kind: ledger.Reloaded, Actor: ledger.Bot})
	}
	if err := s.Append(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
	c := sample(1)
	record(t, s, c, fourEntries(c)...)
	head, err := s.Head(t.Context())
	if err != nil || head != verify(t, s) || head.Seq != 2504 {
		t.Errorf("head %v, %v", head, err)
	}
	for _, f := range []struct {
		filter store.EntryFilter
		want   []int64
	}{
		{store.EntryFilter{From: 3, To: 5}, []int64{3, 4, 5}},
		{store.EntryFilter{From: 2500, Limit: 2}, []int64{2500, 2501}},
		{store.EntryFilter{Case: c.ID}, []int64{2501, 2502, 2503, 2504}},
		{store.EntryFilter{Case: "nothing"}, nil},
	} {
		var got []int64
		for r, err := range s.Entries(t.Context(), f.filter) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r.Seq)
		}
		if !slices.Equal(got, f.want) {
			t.Errorf("%+v: %v", f.filter, got)
		}
	}
}

func bundleVerifies(t *testing.T, s keeper) {
	for i := range 20 {
		c := sample(i)
		record(t, s, c, decided(c)...)
	}
	c := sample(9)
	if _, err := review.NewQueue(review.Config{Store: s}).Overturn(t.Context(), c.ID, "li", "误报"); err != nil {
		t.Fatal(err)
	}
	b, err := s.Bundle(t.Context(), c.ID, start)
	if err != nil {
		t.Fatal(err)
	}
	data, err := b.JSON()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.VerifyBundle(data); err != nil {
		t.Error(err)
	}
	if strings.Contains(string(data), sample(8).ID) {
		t.Error("the bundle speaks of another case")
	}
	var (
		recorded review.Case
		said     review.Said
	)
	if err := errors.Join(ledger.Decode([]byte(b.Recorded), &recorded), ledger.Decode([]byte(b.Said), &said)); err != nil || len(said.Salt) != 16 {
		t.Error(said, err)
	}
	if strings.Contains(b.Recorded, c.Event.Message.Text) || c.Event.Message.Text == "" {
		t.Error("the text is in the part that stays")
	}
	if recorded.Join(&said); diff(*c, recorded) != "" {
		t.Error(diff(*c, recorded))
	}
	if _, err := s.Bundle(t.Context(), "nothing", start); !errors.Is(err, review.ErrNotFound) {
		t.Error(err)
	}
}

func statesKept(t *testing.T, s keeper) {
	if v, err := s.LoadState(t.Context(), "rates"); v != nil || err != nil {
		t.Error(v, err)
	}
	for _, want := range [][]byte{{1, 0, 255}, {}, nil, []byte("later")} {
		if err := s.SaveState(t.Context(), "rates", want); err != nil {
			t.Fatal(err)
		}
		if v, err := s.LoadState(t.Context(), "rates"); string(v) != string(want) || err != nil {
			t.Error(v, err)
		}
	}
}

func accountsKept(t *testing.T, s keeper) {
	li := review.Reviewer{Name: "li", Hash: "$argon2id$1", Role: review.Admin, Created: start}
	wu := review.Reviewer{Name: "wu", Hash: "$argon2id$2", Role: review.Viewer, Created: start}
	for _, r := range []review.Reviewer{wu, li} {
		if err := s.PutReviewer(t.Context(), r, ledger.Entry{Kind: ledger.Account, Actor: "li", Member: r.Name}); err != nil {
			t.Fatal(err)
		}
	}
	if all, err := s.Reviewers(t.Context()); diff([]review.Reviewer{li, wu}, all) != "" || err != nil {
		t.Error(all, err)
	}
	if _, err := s.Reviewer(t.Context(), "nobody"); !errors.Is(err, review.ErrNoReviewer) {
		t.Error(err)
	}
	if err := s.PutReviewer(t.Context(), review.Reviewer{}); !errors.Is(err, review.ErrNobody) {
		t.Error(err)
	}
	hour := start.Add(time.Hour)
	for i, name := range []string{"li", "li", "wu", "wu"} {
		session := review.Session{Hash: fmt.Sprint(i), Name: name, CSRF: "c", Created: start, Seen: start, Expires: hour.Add(time.Duration(i) * time.Minute)}
		if err := s.PutSession(t.Context(), session); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Session(t.Context(), session.Hash); got != session || err != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	left := func(step string, want ...string) {
		t.Helper()
		for _, hash := range []string{"0", "1", "2", "3"} {
			if _, err := s.Session(t.Context(), hash); errors.Is(err, review.ErrNoSession) == slices.Contains(want, hash) {
				t.Errorf("after %s: session %s: %v", step, hash, err)
			}
		}
	}
	if err := s.ExpireSessions(t.Context(), hour); err != nil {
		t.Fatal(err)
	}
	left("expiry", "1", "2", "3")
	wu.Disabled = true
	if err := s.PutReviewer(t.Context(), wu); err != nil {
		t.Fatal(err)
	}
	left("disabling wu", "1")
	wu.Epoch = 1
	if got, err := s.Reviewer(t.Context(), "wu"); diff(wu, got) != "" || err != nil {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := s.DeleteSession(t.Context(), "1"); err != nil {
		t.Fatal(err)
	}
	left("logging out")
	if err := s.DeleteSessions(t.Context(), "li"); err != nil {
		t.Fatal(err)
	}
	if head := verify(t, s); head.Seq != 2 {
		t.Errorf("the ledger has %d entries", head.Seq)
	}
}

func subscriberHears(t *testing.T, s keeper) {
	heard, end := s.Subscribe()
	for i := range 5 {
		record(t, s, sample(i))
	}
	<-heard
	end()
	for range heard {
		// At most one signal is left, then the channel is closed.
	}
	end()
}

func waitingCounted(t *testing.T, s keeper) {
	for i := range 10 {
		c := sample(i)
		if i%2 == 0 {
			c.State = review.Acted
		}
		record(t, s, c)
	}
	open, overdue, err := s.Waiting(t.Context(), sample(6).Due)
	if open != 5 || overdue != 3 || err != nil {
		t.Errorf("%d open, %d overdue, %v", open, overdue, err)
	}
}

func wrongCursor(t *testing.T, s keeper) {
	for _, after := range []string{"x", "1", "1:", "1:2:3", "1:2'", " 1:2"} {
		if _, err := s.Cases(t.Context(), review.Filter{After: after}); err == nil {
			t.Errorf("%q is taken", after)
		}
	}
}
