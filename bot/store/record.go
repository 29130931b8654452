package store

import (
	"context"
	"fmt"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
)

// Record queues a new case with its acts, its strike and its entries, and returns;
// it waits only while the queue is full. done is called from the writer after the
// commit, so it should be quick. fresh is false where a case of that id was there
// already: then nothing was changed and no entry written. The caller must not touch
// c until done was called, and may not find the case before. An error means that nothing was queued and done will not
// be called.
//
// The case is kept as evidence in the very JSON that is encoded here, packed, in two parts,
// so that what people wrote can be erased; Record puts ledger.Commit of them into those entries of kind Decided that carry none. Dates outside the
// years 0 to 9999, which no JSON can carry, are cleared in c first.
func (s *Store) Record(ctx context.Context, c *review.Case, entries []ledger.Entry, done func(fresh bool, err error)) error {
	r, err := prepare(c, entries)
	if err != nil {
		return fmt.Errorf("record case %s: %w", c.ID, err)
	}
	return s.writer.queue(ctx, job{record: true, write: r.write, done: func(err error) { done(r.fresh && err == nil, err) }})
}

// recording is a case ready to be written: all encoding is done by the caller of
// Record, for the writer is one goroutine and there are many callers.
type recording struct {
	kase     *review.Case
	evidence []byte // the case without its texts
	said     []byte // the texts
	desk     []byte
	drafts   []ledger.Draft
	fresh    bool
}

// caseRoom is what each part of most cases fits in.
const caseRoom = 2048

var (
	caseForm = ledger.NewForm[review.Case]()
	saidForm = ledger.NewForm[review.Said]()
)

func prepare(c *review.Case, entries []ledger.Entry) (*recording, error) {
	mendTimes(c)
	r := &recording{kase: c, drafts: make([]ledger.Draft, len(entries))}
	var err error
	rest, said := c.Split()
	said.Salt = ledger.NewSalt()
	if r.evidence, err = caseForm.Canonical(make([]byte, 0, caseRoom), &rest); err != nil {
		return nil, err
	}
	if r.said, err = saidForm.Canonical(make([]byte, 0, caseRoom), &said); err != nil {
		return nil, err
	}
	if r.desk, err = encodeDesk(c); err != nil {
		return nil, err
	}
	for i, e := range entries {
		if e.Kind == ledger.Decided && e.Digest == "" {
			e.Digest = ledger.Commit(ledger.Sum(r.evidence), ledger.Sum(r.said)).String()
		}
		if r.drafts[i], err = ledger.Prepare(e); err != nil {
			return nil, err
		}
	}
	r.evidence, r.said = pack(r.evidence), pack(r.said)
	return r, nil
}

// mendTimes clears times that a platform sent and JSON refuses.
func mendTimes(c *review.Case) {
	times := []*time.Time{&c.Event.Time, &c.Event.Author.Joined}
	for i := range c.Context {
		times = append(times, &c.Context[i].Time, &c.Context[i].Author.Joined)
	}
	for i := range c.Acts {
		times = append(times, &c.Acts[i].Action.Sent)
	}
	for _, t := range times {
		if y := t.UTC().Year(); y < 0 || y > 9999 {
			*t = time.Time{}
		}
	}
}

const (
	insertCase = `INSERT INTO cases (id, state, created, due, adapter, platform, chat, member, severity, strike, claimed_by, doing, act_due, asked, desk)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`
	insertStrike = `INSERT INTO strikes (chat, member, case_id, state, at, until, weight, rule) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`
)

func (r *recording) write(t *transaction) error {
	c := r.kase
	r.fresh = false
	seq, err := r.insert(t)
	if err != nil || seq == 0 {
		return err
	}
	if err := t.later(lateEvidence, seq, r.evidence, r.said); err != nil {
		return err
	}
	for i := range c.Verdict.Hits {
		if err := t.later(lateRules, c.Verdict.Hits[i].Rule, nanos(c.Created), seq); err != nil {
			return err
		}
	}
	if c.State == review.Open {
		if err := t.queueAs("", seq, c); err != nil {
			return err
		}
	}
	if err := t.recordSample(seq, c); err != nil {
		return err
	}
	if err := t.holdBy(braked(c.Acts), seq); err != nil {
		return err
	}
	if k := c.Decision.Strike; k != nil && c.Strike != review.StrikeNone {
		chat := review.ChatKey(c.Event.Adapter, c.Event.Chat)
		t.known.add(chat, c.Event.Author.ID)
		if _, err := t.quick(insertStrike, chat, c.Event.Author.ID, c.ID, string(c.Strike), nanos(k.At), nanos(k.Until), k.Weight, k.Rule); err != nil {
			return err
		}
	}
	if err := t.append(&seq, r.drafts); err != nil {
		return err
	}
	r.fresh, t.lastCase = true, seq
	t.recent.remember(c, seq, r.desk)
	return nil
}

// insert writes the row of the case; seq is 0 where the case was there already.
func (r *recording) insert(t *transaction) (seq int64, err error) {
	c, is := r.kase, columnsOf(r.kase)
	result, err := t.quick(insertCase, c.ID, string(is.state), nanos(c.Created), is.due, c.Event.Adapter, c.Event.Platform,
		review.ChatKey(c.Event.Adapter, c.Event.Chat), c.Event.Author.ID, string(c.Verdict.Severity()), string(is.strike), is.claimedBy,
		is.agenda.doing, is.agenda.due, is.agenda.asked, r.desk)
	if err != nil {
		return 0, err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return 0, err
	}
	return result.LastInsertId()
}
