package chattest

import (
	"context"
	"errors"
	"time"

	"patrol/adapters/chat"
)

// Adapter is the adapter of a Platform. It delivers the log from the first event
// that was not acknowledged, in order, and from there again when it is run
// again, as an adapter with a cursor does.
type Adapter struct{ platform *Platform }

var (
	_ chat.Adapter = (*Adapter)(nil)
	_ chat.Roster  = (*Adapter)(nil)
)

// Adapter is a fresh adapter for p. At most one of a Platform's may run.
func (p *Platform) Adapter() *Adapter { return &Adapter{platform: p} }

// Capabilities is what Config.Can says, and only warnings where the bot was demoted.
func (a *Adapter) Capabilities(room string) chat.Capabilities {
	p := a.platform
	p.mu.Lock()
	defer p.mu.Unlock()
	if r := p.chats[room]; r != nil && r.demoted {
		return chat.Capabilities{Warn: p.config.Can.Warn, WarnsPerMinute: p.config.Can.WarnsPerMinute, Edits: p.config.Can.Edits}
	}
	return p.config.Can
}

// Run delivers until ctx ends.
func (a *Adapter) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	p := a.platform
	backoff := chat.Backoff{First: 20 * time.Millisecond, Most: time.Second}
	p.mu.Lock()
	at := p.start
	p.mu.Unlock()
	for ctx.Err() == nil {
		e, ok, more := p.after(at)
		switch {
		case errors.Is(more.err, errCut):
			p.attempted()
			if backoff.Wait(ctx) != nil {
				return nil
			}
		case ok:
			backoff.Reset()
			at++
			e.Ack = func() { p.acknowledge(e.ID) }
			if err := deliver(ctx, e); err != nil && ctx.Err() == nil {
				return err
			}
		default:
			select {
			case <-ctx.Done():
			case <-more.happens:
			}
		}
	}
	return nil
}

var errCut = errors.New("no connection")

// later says when to look at the log again.
type later struct {
	happens <-chan struct{}
	err     error
}

// after is the event at place i of the log, if it is there and can be fetched.
func (p *Platform) after(i int) (chat.Event, bool, later) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.cut:
		return chat.Event{}, false, later{err: errCut}
	case i < len(p.log):
		return p.log[i], true, later{}
	}
	return chat.Event{}, false, later{happens: p.more}
}

func (p *Platform) attempted() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attempts = append(p.attempts, p.config.Now())
}

func (p *Platform) acknowledge(id string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settled[id] = true
	for p.start < len(p.log) && p.settled[p.log[p.start].ID] {
		p.start++
	}
}

// Do carries a out on the platform.
func (a *Adapter) Do(ctx context.Context, act chat.Action) (chat.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return chat.Receipt{}, &chat.Error{Op: string(act.Verb), Kind: chat.Transient, Err: err}
	}
	return a.platform.do(act)
}

// Member looks a member up.
func (a *Adapter) Member(_ context.Context, room, id string) (chat.Member, error) {
	m, present := a.platform.Member(room, id)
	if !present {
		return chat.Member{}, &chat.Error{Op: "member", Kind: chat.NotFound, Err: errors.New("no such member")}
	}
	return m, nil
}
