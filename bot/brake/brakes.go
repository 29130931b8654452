package brake

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"patrol/bot/ledger"
	"patrol/rules"
	"patrol/rules/lang"
)

// Book keeps brakes over a restart, and tells of those that a person lifted.
type Book interface {
	// PutBrake adds b or replaces the one of its ID, but for who has lifted it, and
	// appends the entries with it.
	PutBrake(ctx context.Context, b Brake, entries ...ledger.Entry) error
	// Brakes are those that hold something, or are on at now, the newest first.
	Brakes(ctx context.Context, now time.Time) ([]Standing, error)
}

// Standing is a brake with how much it holds.
type Standing struct {
	Brake
	Holds int // cases
}

// Brakes are those of one bot, which demand after demand is weighed with. They may
// be used from many goroutines.
type Brakes struct {
	// Book, where it is set, keeps them. Told is called with each that trips, and
	// Fault with what the book refuses; both may be nil, must not block, and like
	// Book must not be changed once Weigh was called.
	Book  Book
	Told  func(Brake)
	Fault func(error)

	limits Limits

	mu      sync.Mutex
	on      map[scope]*Brake
	kept    map[string]time.Time // Until as the book has it, by ID
	windows map[scope]*window
	trips   uint64
}

type scope struct {
	kind Kind
	name string
}

// New is the brakes of l, all off.
func New(l Limits) *Brakes {
	if l.Hold <= 0 {
		l.Hold = 10 * time.Minute
	}
	return &Brakes{limits: l, on: map[scope]*Brake{}, kept: map[string]time.Time{}, windows: map[scope]*window{}}
}

// slack is how far the book may lag behind: a brake that every demand keeps on is
// not written with every demand.
func (b *Brakes) slack() time.Duration { return b.limits.Hold / 20 }

// Longest is how far back Restore has to be told of demands.
func (b *Brakes) Longest() time.Duration {
	return max(b.limits.Chat.In, b.limits.Share.In, b.limits.Rule.In)
}

// Restore puts the brakes of the last run back on and counts what was carried out
// shortly before it ended, oldest first. Call it before Weigh.
func (b *Brakes) Restore(standing []Standing, past []Demand) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range standing {
		one := standing[i].Brake
		if one.LiftedBy != "" {
			continue
		}
		b.kept[one.ID] = one.Until
		one.Until = one.Until.Add(b.slack())
		b.on[scope{one.Kind, one.Scope}] = &one
	}
	for i := range past {
		past[i].Size = max(1, past[i].Size) // nobody is connected yet; the windows do not depend on it
		for _, l := range b.limitsOn(&past[i]) {
			b.window(l.scope).admit(l.who, past[i].At, l.limit)
		}
	}
}

// applies is one limit that a demand counts against.
type applies struct {
	scope scope
	who   string
	limit Limit
}

// limitsOn lists what d counts against, in the order of the kinds.
func (b *Brakes) limitsOn(d *Demand) []applies {
	var out []applies
	if l := b.limits.Chat; d.Removal && l.Most > 0 {
		out = append(out, applies{scope{Chat, d.Chat}, d.Event, l})
	}
	if l := b.limits.Share; d.Silence && l.Percent > 0 && d.Size > 0 {
		out = append(out, applies{scope{Share, d.Chat}, d.Member, Limit{l.most(d.Size), l.In}})
	}
	if l := b.limits.Rule; l.Most > 0 {
		for _, rule := range d.Rules {
			out = append(out, applies{scope{Rule, rule}, d.Chat + "/" + d.Member, l})
		}
	}
	return out
}

// Weigh reports whether a brake holds d, which asks for more than a warning: the
// brake that does, nil where d may be carried out and is counted from now on. A
// brake that trips is written down before Weigh returns; where the book refuses, it
// holds all the same.
func (b *Brakes) Weigh(ctx context.Context, d Demand) *Brake {
	holds, write, tripped := b.weigh(&d)
	if holds == nil {
		return nil
	}
	if tripped && b.Told != nil {
		b.Told(*holds)
	}
	if write && b.Book != nil {
		var entries []ledger.Entry
		if tripped {
			entries = append(entries, holds.entry(d.At, d.Chat))
		}
		if err := b.Book.PutBrake(ctx, *holds, entries...); err != nil && b.Fault != nil {
			b.Fault(err)
		}
	}
	return holds
}

func (b *Brake) entry(at time.Time, chat string) ledger.Entry {
	e := ledger.Entry{At: at, Kind: ledger.Braked, Actor: ledger.Bot, Ground: b.Why}
	if b.Kind == Rule {
		e.Rules = []string{b.Scope}
	} else {
		e.Chat = chat
	}
	return e
}

// weigh is Weigh but for what is told and written.
func (b *Brakes) weigh(d *Demand) (holds *Brake, write, tripped bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if one := b.holding(d); one != nil {
		one.Until = later(one.Until, d.At.Add(b.limits.Hold))
		write = one.Until.Sub(b.kept[one.ID]) > b.slack()
		if write {
			b.kept[one.ID] = one.Until
		}
		copied := *one
		return &copied, write, false
	}
	all := b.limitsOn(d)
	for _, l := range all {
		if w := b.window(l.scope); w.full(l.who, d.At, l.limit) {
			one := b.trip(l, d.At)
			return &one, true, true
		}
	}
	for _, l := range all {
		b.window(l.scope).admit(l.who, d.At, l.limit)
	}
	return nil, false, false
}

// holding is the brake that is on and holds d.
func (b *Brakes) holding(d *Demand) *Brake {
	if len(b.on) == 0 {
		return nil
	}
	scopes := []scope{{Chat, d.Chat}, {Share, d.Chat}}
	for _, rule := range d.Rules {
		scopes = append(scopes, scope{Rule, rule})
	}
	for _, s := range scopes {
		switch one := b.on[s]; {
		case one == nil:
		case one.On(d.At):
			return one
		default:
			b.off(s)
		}
	}
	return nil
}

func (b *Brakes) off(s scope) {
	delete(b.kept, b.on[s].ID)
	delete(b.on, s)
}

func (b *Brakes) trip(l applies, at time.Time) Brake {
	one := &Brake{
		ID: newID(l.scope.kind, l.scope.name, at), Kind: l.scope.kind, Scope: l.scope.name,
		At: at, Until: at.Add(b.limits.Hold), Why: why(l),
	}
	b.on[l.scope], b.kept[one.ID] = one, one.Until
	b.trips++
	return *one
}

func why(l applies) lang.Text {
	in := rules.Length(l.limit.In)
	switch l.scope.kind {
	case Chat:
		return lang.T(
			fmt.Sprintf("刹车：%s 群在 %s内已移出 %d 人，之后比警告更重的动作等待人工确认", l.scope.name, in.Zh, l.limit.Most),
			fmt.Sprintf("the brake is on: chat %s saw %d removals within %s; what is heavier than a warning waits for a person", l.scope.name, l.limit.Most, in.En))
	case Share:
		return lang.T(
			fmt.Sprintf("刹车：%s 群在 %s内已有 %d 人被禁言或移出，占比过高，之后比警告更重的动作等待人工确认", l.scope.name, in.Zh, l.limit.Most),
			fmt.Sprintf("the brake is on: in chat %s, %d members were muted or put out within %s, too great a share; what is heavier than a warning waits for a person", l.scope.name, l.limit.Most, in.En))
	}
	return lang.T(
		fmt.Sprintf("刹车：规则 %s 在 %s内已处置 %d 人，它要求的比警告更重的动作等待人工确认", l.scope.name, in.Zh, l.limit.Most),
		fmt.Sprintf("the brake is on: rule %s acted on %d members within %s; what it asks for beyond a warning waits for a person", l.scope.name, l.limit.Most, in.En))
}

// On are the brakes that are on at t, by when they tripped.
func (b *Brakes) On(t time.Time) []Brake {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []Brake
	for _, one := range b.on {
		if one.On(t) {
			out = append(out, *one)
		}
	}
	slices.SortFunc(out, func(x, y Brake) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
	return out
}

// Trips is how often a brake has tripped since New.
func (b *Brakes) Trips() uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trips
}

// Refresh takes off the brakes that a person has lifted, whatever process that was
// in. It does nothing while all are off.
func (b *Brakes) Refresh(ctx context.Context, now time.Time) error {
	if b.Book == nil || len(b.On(now)) == 0 {
		return nil
	}
	standing, err := b.Book.Brakes(ctx, now)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range standing {
		s := scope{standing[i].Kind, standing[i].Scope}
		if one := b.on[s]; one != nil && one.ID == standing[i].ID && standing[i].LiftedBy != "" {
			b.off(s)
			delete(b.windows, s) // a person has looked: counting begins anew
		}
	}
	return nil
}

func (b *Brakes) window(s scope) *window {
	w := b.windows[s]
	if w == nil {
		w = &window{}
		b.windows[s] = w
	}
	return w
}

func later(x, y time.Time) time.Time {
	if y.After(x) {
		return y
	}
	return x
}

// window remembers who was admitted lately, each once, the latest last.
type window struct{ marks []mark }

type mark struct {
	who string
	at  time.Time
}

// full reports whether admitting who at t would make more than limit allows.
func (w *window) full(who string, t time.Time, limit Limit) bool {
	w.forget(t, limit.In)
	known := slices.ContainsFunc(w.marks, func(m mark) bool { return m.who == who })
	return !known && len(w.marks) >= limit.Most
}

func (w *window) admit(who string, t time.Time, limit Limit) {
	w.forget(t, limit.In)
	w.marks = slices.DeleteFunc(w.marks, func(m mark) bool { return m.who == who })
	w.marks = append(w.marks, mark{who, t})
}

func (w *window) forget(t time.Time, in time.Duration) {
	w.marks = slices.DeleteFunc(w.marks, func(m mark) bool { return t.Sub(m.at) > in })
}
