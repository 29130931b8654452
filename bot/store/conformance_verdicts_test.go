package store_test

import (
	"slices"
	"testing"
	"time"

	"patrol/bot/review"
	"patrol/rules/score"
)

func verdictsAreCounted(t *testing.T, s keeper) {
	queue := review.NewQueue(review.Config{Store: s})
	var ids []string
	rule := ""
	for i := range 4 {
		c := sample(i)
		rule = c.Verdict.Hits[0].Rule
		c.Verdict.Hits = c.Verdict.Hits[:1]
		record(t, s, c, decided(c)...)
		ids = append(ids, c.ID)
	}
	expect := func(what string, upheld, overturned int) {
		t.Helper()
		got, err := s.Verdicts(t.Context(), time.Time{})
		var want []review.RuleVerdicts
		if upheld+overturned > 0 {
			want = []review.RuleVerdicts{{Rule: rule, Upheld: upheld, Overturned: overturned}}
		}
		for i := range got {
			got[i].Drawn, got[i].Samples = score.Sample{}, 0 // verdictsByChance looks at them
		}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%s: %+v, %v; want %+v", what, got, err, want)
		}
	}
	do := func(_ review.Case, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	expect("before any verdict", 0, 0)
	do(queue.Uphold(t.Context(), ids[0], "li", ""))
	do(queue.Uphold(t.Context(), ids[1], "li", ""))
	do(queue.Overturn(t.Context(), ids[2], "li", ""))
	expect("after three", 2, 1)
	do(queue.Overturn(t.Context(), ids[1], "li", ""))
	expect("after one was decided otherwise", 1, 2)
	do(queue.TakeBack(t.Context(), ids[2], "li"))
	expect("after one was taken back", 1, 1)
	do(queue.Note(t.Context(), ids[0], "li", "seen"))
	expect("after a note", 1, 1)
	if late, err := s.Verdicts(t.Context(), time.Now().Add(time.Hour)); err != nil || len(late) != 0 {
		t.Errorf("since later: %v, %v", late, err)
	}
	reach := review.WithReach(t.Context(), review.Reach{Limited: true, Chats: []string{"nowhere/1"}})
	if others, err := s.Verdicts(reach, time.Time{}); err != nil || len(others) != 0 {
		t.Errorf("of chats out of reach: %v, %v", others, err)
	}
}
