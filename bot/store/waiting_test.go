package store_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

// TestAlikeCasesAreOneRow lets cases of a few raids come, be decided, handed up and
// troubled in any order.
func TestAlikeCasesAreOneRow(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, err := store.Open(t.Context(), store.Config{Path: t.TempDir() + "/patrol.db", Relaxed: true})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		var recorded []review.Case
		apply := func(r *rapid.T, change func(q *review.Queue, id string) (review.Case, error)) {
			if len(recorded) == 0 {
				return
			}
			i := rapid.IntRange(0, len(recorded)-1).Draw(r, "case")
			q := review.NewQueue(review.Config{Store: s, Now: func() time.Time { return start.Add(time.Hour) }})
			if _, err := change(q, recorded[i].ID); err != nil {
				return
			}
			recorded[i], err = s.Case(t.Context(), recorded[i].ID)
			if err != nil {
				r.Fatal(err)
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) { groupsAreRight(t, r, s, recorded) },
			"record": func(r *rapid.T) {
				c := sample(len(recorded))
				c.Event.Chat = rapid.SampledFrom([]string{"a", "b"}).Draw(r, "chat")
				c.Verdict.Folded = rapid.SampledFrom([]string{"加微信 1", "加微信 2", "投资"}).Draw(r, "text")
				c.Verdict.Hits[0].Severity = rapid.SampledFrom([]rules.Severity{rules.Minor, rules.Severe}).Draw(r, "severity")
				c.State = rapid.SampledFrom([]review.State{review.Open, review.Open, review.Acted}).Draw(r, "state")
				record(t, s, c)
				recorded = append(recorded, *c)
			},
			"uphold": func(r *rapid.T) {
				apply(r, func(q *review.Queue, id string) (review.Case, error) { return q.Uphold(t.Context(), id, "li", "") })
			},
			"take back": func(r *rapid.T) {
				apply(r, func(q *review.Queue, id string) (review.Case, error) { return q.TakeBack(t.Context(), id, "li") })
			},
			"escalate": func(r *rapid.T) {
				apply(r, func(q *review.Queue, id string) (review.Case, error) { return q.Escalate(t.Context(), id, "li", "") })
			},
			"trouble": func(r *rapid.T) {
				apply(r, func(_ *review.Queue, id string) (review.Case, error) {
					done := make(chan error, 1)
					u := review.Update{Case: id, Trouble: lang.T("不行", "no"), Due: start.Add(3 * time.Hour)}
					if err := s.Settle(t.Context(), u, func(err error) { done <- err }); err != nil {
						return review.Case{}, err
					}
					return review.Case{}, <-done
				})
			},
		})
	})
}
