package onebot

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"patrol/adapters/chat"
)

// Adapter is one account on one OneBot implementation.
type Adapter struct {
	config  Config
	host    chat.Host
	client  *http.Client
	backoff chat.Backoff
	queue   chan *payload // between who reads a connection and who delivers
	rights  rights

	mu      sync.Mutex
	caller  caller // nil while there is no connection for actions
	address net.Addr
}

var (
	_ chat.Adapter = (*Adapter)(nil)
	_ chat.Roster  = (*Adapter)(nil)

	_ chat.Messenger = (*Adapter)(nil)
	_ chat.Census    = (*Adapter)(nil)
	_ chat.Archive   = (*Adapter)(nil)
)

// queued is how many events wait inside the adapter, so that responses behind
// them on the same connection are still read while deliver is slow.
const queued = 64

// New is an adapter that has connected to nothing yet. It reads the secrets that
// c names files for.
func New(c Config, h chat.Host) (*Adapter, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	h = h.WithDefaults()
	c, err := c.complete(h.Resolve)
	if err != nil {
		return nil, err
	}
	return &Adapter{
		config: c, host: h, client: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
		queue: make(chan *payload, queued), rights: newRights(),
	}, nil
}

// Run connects, delivers, and reconnects until ctx ends. It returns an error
// where the access token is refused, or nothing can listen on the address.
func (a *Adapter) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer a.client.CloseIdleConnections()
	defer cancel()
	wg.Go(func() { a.deliver(ctx, deliver) })
	wg.Go(func() { a.probe(ctx) })
	var err error
	switch a.config.Mode {
	case ModeReverse:
		if err = a.serve(ctx, a.reverse); ctx.Err() == nil {
			err = fmt.Errorf("listen on %s: %w", a.config.Listen, err)
		}
	case ModeHTTP:
		err = a.runHTTP(ctx)
	default:
		err = a.runForward(ctx)
	}
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// taker queues payloads, and waits while the queue is full.
func (a *Adapter) taker(ctx context.Context) func(*payload) {
	return func(p *payload) {
		if a.config.SelfID != "" && p.SelfID != "" && string(p.SelfID) != a.config.SelfID {
			p.settle() // another account on the same implementation
			return
		}
		select {
		case a.queue <- p:
		case <-ctx.Done():
		}
	}
}

// deliver turns payloads into events, in order.
func (a *Adapter) deliver(ctx context.Context, deliver func(context.Context, chat.Event) error) {
	for {
		select {
		case p := <-a.queue:
			a.rights.note(p)
			if p.MetaEventType == "lifecycle" && a.config.Mode == ModeHTTP {
				a.rights.reconnected() // it has started anew: there is no connection to tell by
			}
			e, ok := p.event(a.config.Platform, time.Now())
			if !ok {
				p.settle()
				continue
			}
			e.Ack = p.settle
			if deliver(ctx, e) != nil {
				return // ctx has ended
			}
		case <-ctx.Done():
			return
		}
	}
}

// attach makes c the connection for actions, and has the rights probed anew.
func (a *Adapter) attach(c caller) {
	a.mu.Lock()
	a.caller = c
	a.mu.Unlock()
	a.rights.reconnected()
}

// detach ends that, unless a newer connection took its place.
func (a *Adapter) detach(c caller) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.caller == c {
		a.caller = nil
	}
}

func (a *Adapter) call(ctx context.Context, action string, params any) (json.RawMessage, error) {
	a.mu.Lock()
	c := a.caller
	a.mu.Unlock()
	if c == nil {
		return nil, transient(action, errNotConnected)
	}
	return c.call(ctx, action, params)
}

func (a *Adapter) listening(at net.Addr) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.address = at
}

// Address is where the adapter listens, nil while it does not. With a port of 0
// in the config it says which port it is.
func (a *Adapter) Address() net.Addr {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.address
}
