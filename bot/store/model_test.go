package store_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// model is what a store should hold, in memory and without a schema.
type model struct {
	cases   map[string]review.Case
	order   []string
	entries int64
}

func (m *model) record(c review.Case, entries int) bool {
	if _, ok := m.cases[c.ID]; ok {
		return false
	}
	m.cases[c.ID], m.order, m.entries = c, append(m.order, c.ID), m.entries+int64(entries)
	return true
}

func (m *model) apply(id string, change func(*review.Case) ([]ledger.Entry, error)) error {
	c, ok := m.cases[id]
	if !ok {
		return review.ErrNotFound
	}
	c.Acts, c.Remarks = slices.Clone(c.Acts), slices.Clone(c.Remarks)
	entries, err := change(&c)
	if err != nil && !errors.Is(err, review.ErrCancelled) {
		return err
	}
	m.cases[id], m.entries = c, m.entries+int64(len(entries))
	return err
}

// due are the acts that TakeDue takes, and when the next one is due.
func (m *model) due(now time.Time, limit int) (keys []string, next time.Time) {
	type waiting struct {
		at   time.Time
		n, i int
		key  string
	}
	var all []waiting
	for n, id := range m.order {
		for i, a := range m.cases[id].Acts {
			if a.State == review.Due {
				all = append(all, waiting{a.Due, n, i, a.Action.Key})
			}
		}
	}
	slices.SortFunc(all, func(a, b waiting) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return (a.n-b.n)*1000 + a.i - b.i
	})
	for _, w := range all {
		if w.at.After(now) || len(keys) == limit {
			return keys, w.at
		}
		keys = append(keys, w.key)
	}
	return keys, time.Time{}
}

func (m *model) take(keys []string) {
	for id, c := range m.cases {
		c.Acts = slices.Clone(c.Acts)
		for i := range c.Acts {
			if slices.Contains(keys, c.Acts[i].Action.Key) {
				c.Acts[i].State, c.Acts[i].Attempts = review.Doing, c.Acts[i].Attempts+1
			}
		}
		m.cases[id] = c
	}
}

func TestTheStoreIsItsModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s, err := store.Open(t.Context(), store.Config{Path: t.TempDir() + "/patrol.db", Relaxed: true})
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		m := &model{cases: map[string]review.Case{}}
		now := start
		pick := func(r *rapid.T) string { return sample(rapid.IntRange(0, 5).Draw(r, "case")).ID }
		both := func(r *rapid.T, id string, change func(*review.Case) ([]ledger.Entry, error)) {
			got, err := s.Apply(t.Context(), id, change)
			want := m.apply(id, change)
			if (err == nil) != (want == nil) || want != nil && err.Error() != want.Error() || diff(m.cases[id], got) != "" {
				r.Fatalf("%v instead of %v\n%s", err, want, diff(m.cases[id], got))
			}
		}
		r.Repeat(map[string]func(*rapid.T){
			"": func(r *rapid.T) { same(t, r, s, m) },
			"wait": func(r *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 3600).Draw(r, "seconds")) * time.Second)
			},
			"record": func(r *rapid.T) {
				c := sample(rapid.IntRange(0, 5).Draw(r, "case"))
				want := m.record(*c, 4)
				if fresh := record(t, s, c, fourEntries(c)...); fresh != want {
					r.Fatalf("fresh is %v", fresh)
				}
			},
			"claim": func(r *rapid.T) {
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) { return c.Claim("li", now, time.Minute) })
			},
			"uphold": func(r *rapid.T) {
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) {
					return c.Uphold(review.Word{By: "li", At: now, Ground: "x"}, &review.Policy{})
				})
			},
			"overturn": func(r *rapid.T) {
				by := rapid.SampledFrom([]string{"li", "wu"}).Draw(r, "by")
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) {
					return c.Overturn(review.Word{By: by, At: now, Ground: "y\xff"}, &review.Policy{})
				})
			},
			"escalate": func(r *rapid.T) {
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) { return c.Escalate(review.Word{By: "li", At: now}) })
			},
			"take back": func(r *rapid.T) {
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) { return c.TakeBack(review.Word{By: "li", At: now}) })
			},
			"note": func(r *rapid.T) {
				both(r, pick(r), func(c *review.Case) ([]ledger.Entry, error) { return c.Note("wu", "text", now), nil })
			},
			"take": func(r *rapid.T) {
				limit := rapid.IntRange(1, 4).Draw(r, "limit")
				keys, next := m.due(now, limit)
				acts, gotNext, err := s.TakeDue(t.Context(), now, limit)
				var got []string
				for _, a := range acts {
					got = append(got, a.Action.Key)
				}
				if err != nil || !slices.Equal(got, keys) || !gotNext.Equal(next) {
					r.Fatalf("took %v, next %v, %v instead of %v, %v", got, gotNext, err, keys, next)
				}
				m.take(keys)
			},
			"settle": func(r *rapid.T) {
				c, ok := m.cases[pick(r)]
				if !ok || len(c.Acts) == 0 {
					return
				}
				a := rapid.SampledFrom(c.Acts).Draw(r, "act")
				a.State = rapid.SampledFrom([]review.ActState{review.Doing, review.Done, review.Failed, review.Due, review.Cancelled}).Draw(r, "outcome")
				a.Settled, a.Error = now, rapid.SampledFrom([]string{"", "\xfe broken", "refused"}).Draw(r, "error")
				u := review.Update{Case: c.ID, Acts: []review.Act{a}, Entries: fourEntries(&c)[:1]}
				if rapid.Bool().Draw(r, "trouble") {
					u.Trouble.En, u.Due = "trouble", now
				}
				want := m.apply(c.ID, func(c *review.Case) ([]ledger.Entry, error) {
					more, err := c.Settle(u)
					return append(u.Entries, more...), err
				})
				if err := settle(t, s, u); (err == nil) != (want == nil) {
					r.Fatalf("%v instead of %v", err, want)
				}
			},
		})
		sameAltogether(t, r, s, m)
	})
}

// same compares each case and its strike with the model.
func same(t *testing.T, r *rapid.T, s *store.Store, m *model) {
	for _, id := range m.order {
		got, err := s.Case(t.Context(), id)
		if err != nil {
			r.Fatal(err)
		}
		if d := diff(m.cases[id], got); d != "" {
			r.Fatal(d)
		}
		c := m.cases[id]
		strikes, err := s.Strikes(t.Context(), c.Event.Adapter, c.Event.Chat, c.Event.Author.ID, start)
		if err != nil || len(strikes) > 1 || (len(strikes) == 1) != (c.Strike == review.StrikeCounts) {
			r.Fatalf("strike is %s, and there are %v: %v", c.Strike, strikes, err)
		}
	}
}

// sameAltogether compares what is asked of all cases at once.
func sameAltogether(t *testing.T, r *rapid.T, s *store.Store, m *model) {
	f := review.Filter{States: []review.State{review.Open}}
	page, err := s.Cases(t.Context(), f)
	if err != nil {
		r.Fatal(err)
	}
	var got []string
	for _, c := range page.Cases {
		got = append(got, c.ID)
	}
	var recorded []review.Case
	for _, id := range m.order {
		recorded = append(recorded, m.cases[id])
	}
	if want := plain(&f, recorded); !slices.Equal(got, want) {
		r.Fatalf("open are %v instead of %v", got, want)
	}
	groupsAreRight(t, r, s, recorded)
	head, err := ledger.Verify(ledger.Head{}, s.Entries(t.Context(), store.EntryFilter{}))
	if err != nil || head.Seq != m.entries {
		r.Fatalf("the ledger ends at %d instead of %d: %v", head.Seq, m.entries, err)
	}
	interrupted, err := s.Interrupted(t.Context())
	if err != nil {
		r.Fatal(err)
	}
	doing := 0
	for c := range maps.Values(m.cases) {
		for _, a := range c.Acts {
			if a.State == review.Doing {
				doing++
			}
		}
	}
	if len(interrupted) != doing {
		r.Fatalf("%d acts are being done instead of %d", len(interrupted), doing)
	}
}
