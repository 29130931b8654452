package store

import (
	"slices"

	"patrol/adapters/chat"
	"patrol/bot/review"
)

// recent remembers how cases stand that were recorded lately and have acts under
// way: their outcomes follow within moments, and then nothing needs to be read.
// Whatever makes it doubtful that a case still stands so makes it be forgotten:
// a transaction that was not committed, another process's write, a verb.
type recent struct {
	most  int
	cases map[string]*loaded
	order []string // the ids by age; a ring once it is full
	next  int
}

// newRecent remembers at most so many cases, of some 2 KB each. Between a case and
// its outcome there are no more than fit into the writer's queue, where nothing else
// is slow.
func newRecent(most int) *recent { return &recent{most: most, cases: map[string]*loaded{}} }

// remember keeps of a case what review.Case.Settle needs. The caller of Record may
// do with c what it wants afterwards.
func (r *recent) remember(c *review.Case, seq int64, desk []byte) {
	l := &loaded{
		Case: review.Case{
			ID: c.ID, State: c.State, Due: c.Due, Strike: c.Strike,
			Event: chat.Event{Adapter: c.Event.Adapter, Chat: c.Event.Chat, Author: chat.Member{ID: c.Event.Author.ID}},
			Acts:  slices.Clone(c.Acts),
		},
		seq: seq, planned: slices.Clone(c.Acts), desk: desk,
	}
	l.SetHandling(c.Handling())
	l.was = columnsOf(&l.Case)
	if !l.was.agenda.doing {
		return
	}
	r.cases[c.ID] = l
	if len(r.order) < r.most {
		r.order = append(r.order, c.ID)
		return
	}
	delete(r.cases, r.order[r.next])
	r.order[r.next] = c.ID
	r.next = (r.next + 1) % r.most
}

// find is the case as it stands, nil where that is not remembered.
func (r *recent) find(id string) *loaded { return r.cases[id] }

func (r *recent) forget(id string) { delete(r.cases, id) }

func (r *recent) forgetAll() { clear(r.cases) }
