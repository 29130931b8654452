package review_test

import (
	"context"
	"slices"
	"strings"
	"sync"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// memory is a Store that forgets at the end of the test.
type memory struct {
	mu      sync.Mutex
	cases   map[string]review.Case
	entries []ledger.Entry
}

var _ review.Store = (*memory)(nil)

func newMemory(cases ...review.Case) *memory {
	m := &memory{cases: map[string]review.Case{}}
	for _, c := range cases {
		m.cases[c.ID] = c
	}
	return m
}

func (m *memory) Case(_ context.Context, id string) (review.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var found []review.Case
	for key, c := range m.cases {
		if strings.HasPrefix(key, id) {
			found = append(found, c)
		}
	}
	switch len(found) {
	case 0:
		return review.Case{}, review.ErrNotFound
	case 1:
		return copied(found[0]), nil
	}
	return review.Case{}, review.ErrAmbiguous
}

func (m *memory) Cases(context.Context, review.Filter) (review.Page, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var page review.Page
	for _, c := range m.cases {
		page.Cases = append(page.Cases, copied(c))
	}
	return page, nil
}

func (m *memory) Apply(_ context.Context, id string, change func(*review.Case) ([]ledger.Entry, error)) (review.Case, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	was, ok := m.cases[id]
	if !ok {
		return review.Case{}, review.ErrNotFound
	}
	c := copied(was)
	entries, err := change(&c)
	if err != nil {
		return copied(was), err
	}
	m.cases[id] = copied(c)
	m.entries = append(m.entries, entries...)
	return c, nil
}

// settle is what a store does with an Update.
func (m *memory) settle(u review.Update) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := copied(m.cases[u.Case])
	entries, err := c.Settle(u)
	m.cases[u.Case] = c
	m.entries = append(append(m.entries, u.Entries...), entries...)
	return err
}

func copied(c review.Case) review.Case {
	c.Acts, c.Remarks = slices.Clone(c.Acts), slices.Clone(c.Remarks)
	return c
}
