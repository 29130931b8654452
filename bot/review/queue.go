package review

import (
	"context"
	"errors"
	"strings"
	"time"

	"patrol/bot/ledger"
)

// Config is what a Queue is made of.
type Config struct {
	Store Store
	Now   func() time.Time // time.Now where nil
	Lease time.Duration    // how long a claim holds; 10 minutes where 0
	Wake  func()           // called after a verb made acts due; may be nil; must not block

	Policy Policy
}

// Queue is what people do with cases. It holds no state of its own and may be
// used from many goroutines.
//
// Every verb takes the whole id of a case and the name of the person, writes
// down in the ledger what that person did, and returns the case as it stands
// then. Errors: ErrNotFound, ErrClaimed, ErrDecided, ErrNobody, ErrEmpty, ErrSecond,
// ErrAbove, ErrMeasure, ErrNothing, ErrIntact, ErrNoSecond, and what the store says.
type Queue struct{ config Config }

// NewQueue is the queue over c.Store, which must not be nil.
func NewQueue(c Config) *Queue {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Lease <= 0 {
		c.Lease = 10 * time.Minute
	}
	if c.Wake == nil {
		c.Wake = func() {}
	}
	return &Queue{config: c}
}

// The errors of a call that says too little.
var (
	ErrNobody = errors.New("a verb needs the name of a person / 缺少操作人")
	ErrEmpty  = errors.New("the note is empty / 备注为空")
)

// Claim takes the case for by until the lease ends, or makes by's own lease
// longer. A case that another person holds is refused with a *ClaimedError.
func (q *Queue) Claim(ctx context.Context, id, by string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Claim(by, now, q.config.Lease)
	})
}

// Release gives the case back. Releasing a case that nobody holds changes nothing.
func (q *Queue) Release(ctx context.Context, id, by string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Release(by, now)
	})
}

// Policy is what the verdicts of this queue follow.
func (q *Queue) Policy() *Policy { return &q.config.Policy }

// Uphold agrees with the bot: what was held becomes due, the strike counts. Where
// two people have to agree it is a proposal, or confirms that of another person:
// Case.State says which.
func (q *Queue) Uphold(ctx context.Context, id, by, ground string) (Case, error) {
	return q.Decide(ctx, id, Upheld, Word{By: by, Ground: ground})
}

// Overturn disagrees with the bot: what waits is cancelled, what was done is
// undone, the strike is void.
func (q *Queue) Overturn(ctx context.Context, id, by, ground string) (Case, error) {
	return q.Decide(ctx, id, Overturned, Word{By: by, Ground: ground})
}

// Decide is Uphold or Overturn with everything that w says; w.At is filled in.
func (q *Queue) Decide(ctx context.Context, id string, to State, w Word) (Case, error) {
	return q.do(ctx, id, w.By, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		w.At = now
		if to == Overturned {
			return c.Overturn(w, &q.config.Policy)
		}
		return c.Uphold(w, &q.config.Policy)
	})
}

// Escalate hands the case up. It waits for a person again, also where the bot
// acted alone.
func (q *Queue) Escalate(ctx context.Context, id, by, ground string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Escalate(Word{By: by, At: now, Ground: ground})
	})
}

// TakeBack undoes the last verdict, proposal or escalation by by on the case.
func (q *Queue) TakeBack(ctx context.Context, id, by string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.TakeBack(Word{By: by, At: now})
	})
}

// Repost asks for the text of a deleted message of an overturned case to be posted
// again, with the name of its author.
func (q *Queue) Repost(ctx context.Context, id, by string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Repost(Word{By: by, At: now}, &q.config.Policy)
	})
}

// Opine writes down what by would have decided, of a case that was drawn to be
// judged twice: ErrNoSecond.
func (q *Queue) Opine(ctx context.Context, id, by string, upheld bool) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Opine(Word{By: by, At: now}, upheld)
	})
}

// Did says that by has done by hand what the act of that key asks for, and CouldNot
// that it can't be done: Case.Did and Case.CouldNot.
func (q *Queue) Did(ctx context.Context, id, key, by, ground string) (Case, error) {
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Did(key, Word{By: by, At: now, Ground: ground})
	})
}

// CouldNot is the other answer to an act that is asked for. It needs a ground.
func (q *Queue) CouldNot(ctx context.Context, id, key, by, ground string) (Case, error) {
	if strings.TrimSpace(ground) == "" {
		return Case{}, ErrEmpty
	}
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.CouldNot(key, Word{By: by, At: now, Ground: ground}, &q.config.Policy)
	})
}

// Note writes a remark on the case. Anybody may, whoever holds it.
func (q *Queue) Note(ctx context.Context, id, by, text string) (Case, error) {
	if strings.TrimSpace(text) == "" {
		return Case{}, ErrEmpty
	}
	return q.do(ctx, id, by, func(c *Case, now time.Time) ([]ledger.Entry, error) {
		return c.Note(by, text, now), nil
	})
}

func (q *Queue) do(ctx context.Context, id, by string, verb func(*Case, time.Time) ([]ledger.Entry, error)) (Case, error) {
	if strings.TrimSpace(by) == "" {
		return Case{}, ErrNobody
	}
	woken := false
	c, err := q.config.Store.Apply(ctx, id, func(c *Case) ([]ledger.Entry, error) {
		now := q.config.Now()
		entries, err := verb(c, now)
		woken = c.dueBy(now.Add(q.config.Policy.Grace))
		return entries, err
	})
	if err == nil && woken {
		q.config.Wake()
	}
	return c, err
}
