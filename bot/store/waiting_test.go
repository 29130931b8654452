package store_test

import (
	"slices"
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

func TestTextsAreFound(t *testing.T) {
	s := mustOpen(t, store.Config{})
	texts := []string{"我用微信支付了", "加 薇 信 领红包", "Hello Worldly people", "微 信", "ＶＸ号 abc123", "<b>\"quoted\" OR NOT</b>", "好", ""}
	for i, text := range texts {
		c := sample(i)
		c.Event.Message.Text, c.Verdict.Folded, c.Event.Author.Name = text, "", "小明"
		if i == 1 {
			c.Verdict.Folded = "加微信领红包"
		}
		if i%2 == 1 {
			c.State = review.Acted
		}
		record(t, s, c)
	}
	for _, c := range []struct {
		name string
		f    review.Filter
		want []int
	}{
		{"two characters", review.Filter{Text: "微信"}, []int{1, 0}},
		{"a longer stretch", review.Filter{Text: "微信支付"}, []int{0}},
		{"the end of a stretch", review.Filter{Text: "付了"}, []int{0}},
		{"one character in the middle", review.Filter{Text: "支"}, []int{0}},
		{"one character at the end", review.Filter{Text: "了"}, []int{0}},
		{"a text of one character", review.Filter{Text: "好"}, []int{6}},
		{"the beginning of a word", review.Filter{Text: "WORLD"}, []int{2}},
		{"the middle of a word is no beginning", review.Filter{Text: "orld"}, nil},
		{"two words in any order", review.Filter{Text: "people hello"}, []int{2}},
		{"what the scanner read", review.Filter{Text: "微信领"}, []int{1}},
		{"no word goes over from one text to the next", review.Filter{Text: "包加"}, nil},
		{"words of the search language are words", review.Filter{Text: `"quoted" OR NOT`}, []int{5}},
		{"signs alone find nothing", review.Filter{Text: `"* -`}, nil},
		{"a name", review.Filter{Text: "小明", Limit: 3}, []int{7, 6, 5}},
		{"another field as well", review.Filter{Text: "微信", States: []review.State{review.Open}}, []int{0}},
		{"alike as well", review.Filter{Text: "微信", Alike: sample(0).Likeness()}, nil},
	} {
		page, err := s.Cases(t.Context(), c.f)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got, want []string
		for _, found := range page.Cases {
			got = append(got, found.ID)
		}
		for _, i := range c.want {
			want = append(want, sample(i).ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s finds %v instead of %v", c.name, got, want)
		}
	}
}

// TestASearchGoesOnWhereItStopped finds every case once, page after page, also
// where most of those that say the words are let through by no other field.
func TestASearchGoesOnWhereItStopped(t *testing.T) {
	s := mustOpen(t, store.Config{Relaxed: true})
	want := 0
	for i := range 1300 {
		c := sample(i)
		if c.State = review.Acted; i%400 == 7 {
			c.State = review.Open
			want++
		}
		record(t, s, c)
	}
	f := review.Filter{Text: "红包", States: []review.State{review.Open}, Limit: 2}
	seen := map[string]bool{}
	for pages := 0; ; pages++ {
		page, err := s.Cases(t.Context(), f)
		if err != nil || pages > 10 {
			t.Fatal(pages, err)
		}
		for _, c := range page.Cases {
			if seen[c.ID] || c.State != review.Open {
				t.Errorf("%s is found twice, or is %s", c.ID, c.State)
			}
			seen[c.ID] = true
		}
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if len(seen) != want {
		t.Errorf("%d cases are found instead of %d", len(seen), want)
	}
}
