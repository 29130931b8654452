package undo

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// Store keeps orders, and finds the cases for them.
type Store interface {
	// PutUndo adds the order or replaces the one of its ID, and appends the entries
	// with it.
	PutUndo(ctx context.Context, o Order, entries ...ledger.Entry) error
	// Undos are the orders, the newest first, limit at most.
	Undos(ctx context.Context, limit int) ([]Order, error)
	Cases(ctx context.Context, f review.Filter) (review.Page, error)
}

// Desk carries orders out. It holds no state and may be used from many goroutines
// and processes: two that carry out one order share the work.
type Desk struct {
	Store Store
	Queue *review.Queue    // over the same store
	Now   func() time.Time // time.Now where nil
}

func (d *Desk) now() time.Time {
	if d.Now == nil {
		return time.Now()
	}
	return d.Now()
}

// Preview says what the order would come to. It changes nothing.
func (d *Desk) Preview(ctx context.Context, o Order) (Preview, error) {
	p := Preview{Gone: map[chat.Verb]int{}}
	if err := o.check(); err != nil {
		return p, err
	}
	members, now := map[string]bool{}, d.now()
	err := d.pages(ctx, &o, func(cases []review.Case) error {
		for i := range cases {
			c := &cases[i]
			before := p.Cases
			if p.add(&o, c, now, d.Queue.Policy()); p.Cases > before {
				members[review.ChatKey(c.Event.Adapter, c.Event.Chat)+"/"+c.Event.Author.ID] = true
			}
		}
		return nil
	})
	p.Members = len(members)
	return p, err
}

// pages goes over the cases on which the rule hit in the time of the order.
func (d *Desk) pages(ctx context.Context, o *Order, visit func([]review.Case) error) error {
	f := review.Filter{Rule: o.Rule, Since: o.Since, Until: o.Until, Chats: o.Chats, Limit: review.MaxPage}
	for {
		page, err := d.Store.Cases(ctx, f)
		if err != nil {
			return err
		}
		if err := visit(page.Cases); err != nil {
			return err
		}
		if f.After = page.Next; page.Next == "" {
			return nil
		}
	}
}

// Begin writes the order down, so that it is carried out whatever happens, and
// returns it with its id. It ends at the present moment at the latest.
func (d *Desk) Begin(ctx context.Context, o Order) (Order, error) {
	o.At = d.now()
	if o.Until.After(o.At) {
		o.Until = o.At
	}
	if err := o.check(); err != nil {
		return o, err
	}
	o.ID = strings.ToLower(rand.Text()[:8])
	return o, d.Store.PutUndo(ctx, o, o.entry(o.By, o.At, lang.F(
		"撤销 %[2]s：规则 %[1]s 从 %[3]s 到 %[4]s 所做的一切", "undo %[2]s: everything that rule %[1]s did from %[3]s to %[4]s",
		o.Rule, o.ID, stamp(o.Since), stamp(o.Until))))
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func (o *Order) entry(by string, at time.Time, what lang.Text) ledger.Entry {
	e := ledger.Entry{At: at, Kind: ledger.Batch, Actor: by, Rules: []string{o.Rule}, Ground: what}
	if len(o.Chats) == 1 {
		e.Chat = o.Chats[0]
	}
	if o.Ground != "" {
		e.Ground.Zh, e.Ground.En = e.Ground.Zh+"。"+o.Ground, e.Ground.En+". "+o.Ground
	}
	return e
}

// Finish overturns what the order takes, and notes on the order that it is done.
// Cases that another person holds are left alone and named in the tally; giving the
// order again takes them. Called again, or after a crash, it goes on.
func (d *Desk) Finish(ctx context.Context, o Order) (review.Swept, error) {
	total := review.Swept{Refused: map[string]error{}}
	queue := d.Queue // a write that was begun may end after this has returned
	err := d.pages(ctx, &o, func(cases []review.Case) error {
		var ids []string
		for i := range cases {
			if o.takes(&cases[i]) {
				ids = append(ids, cases[i].ID)
			}
		}
		tally, err := queue.Sweep(ctx, ids, o.By, func(c *review.Case, now time.Time) ([]ledger.Entry, error) {
			if !o.takes(c) {
				return nil, nil
			}
			return o.overturn(c, now, queue.Policy())
		})
		total.Done += tally.Done
		maps.Copy(total.Refused, tally.Refused)
		return err
	})
	if err != nil {
		return total, err
	}
	o.Finished, o.Cases, o.Left = d.now(), total.Done, len(total.Refused)
	what := lang.F("撤销 %s 完成：推翻 %d 个案件，%d 个未动", "undo %s is done: %d cases overturned, %d left alone", o.ID, o.Cases, o.Left)
	return total, d.Store.PutUndo(ctx, o, o.entry(o.By, o.Finished, what))
}

// overturn overturns one case in the name of who gave the order.
func (o *Order) overturn(c *review.Case, now time.Time, p *review.Policy) ([]ledger.Entry, error) {
	var claimed []ledger.Entry
	if c.State == review.Upheld {
		var err error // who gives the order knows that people have upheld some of its cases
		if claimed, err = c.Claim(o.By, now, time.Minute); err != nil {
			return nil, err
		}
	}
	ground := fmt.Sprintf("撤销 %[1]s：规则 %[2]s / undo %[1]s: rule %[2]s", o.ID, o.Rule)
	if o.Ground != "" {
		ground += ": " + o.Ground
	}
	entries, err := c.Overturn(review.Word{By: o.By, At: now, Ground: ground}, p)
	return append(claimed, entries...), err
}

// resumed is how many of the newest orders Resume looks at.
const resumed = 100

// Resume finishes the orders that were given before a time and not finished.
func (d *Desk) Resume(ctx context.Context, before time.Time) error {
	orders, err := d.Store.Undos(ctx, resumed)
	if err != nil {
		return err
	}
	var faults []error
	for _, o := range orders {
		if !o.Finished.IsZero() || !o.At.Before(before) {
			continue
		}
		if _, err := d.Finish(ctx, o); err != nil {
			faults = append(faults, fmt.Errorf("undo %s: %w", o.ID, err))
		}
	}
	return errors.Join(faults...)
}
