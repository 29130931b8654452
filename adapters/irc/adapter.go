package irc

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/time/rate"

	"patrol/adapters/chat"
)

const (
	queueSize    = 1024        // events that wait to be taken before the connection has to
	maxRefusals  = 3           // in a row, before the server is given up
	provedGood   = time.Minute // how long a connection lasts before the next failure counts as the first
	burst        = 5           // actions that may be done at once
	minTimedBan  = time.Second
	maxTimedBan  = 365 * 24 * time.Hour
	confirmLimit = 30 * time.Second // for an action as a whole: servers slow a busy client down rather than refuse it
)

// Adapter is one bot on one IRC network.
type Adapter struct {
	config  Config
	host    chat.Host
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	backoff chat.Backoff // between connections
	rejoin  chat.Backoff // before going back into a channel
	secure  *tls.Config
	charset encoding.Encoding
	pace    *rate.Limiter

	mu      sync.Mutex
	session *session // while registered
	can     map[string]chat.Capabilities
}

var (
	_ chat.Adapter = (*Adapter)(nil)
	_ chat.Roster  = (*Adapter)(nil)

	_ chat.Messenger = (*Adapter)(nil)
	_ chat.Census    = (*Adapter)(nil)
)

// New is an adapter that has not connected yet. It reads the files that c names.
func New(c Config, h chat.Host) (*Adapter, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	h = h.WithDefaults()
	c, err := c.complete(h)
	if err != nil {
		return nil, err
	}
	secure, err := c.tlsConfig(h)
	if err != nil {
		return nil, err
	}
	charset, err := charsetOf(c.Encoding)
	if err != nil {
		return nil, err
	}
	return &Adapter{
		config: c, host: h, secure: secure, charset: charset, dial: (&net.Dialer{}).DialContext,
		backoff: chat.Backoff{First: time.Second, Most: 2 * time.Minute}, rejoin: chat.Backoff{First: 5 * time.Second, Most: 5 * time.Minute},
		pace: rate.NewLimiter(rate.Limit(c.Pace), burst), can: map[string]chat.Capabilities{},
	}, nil
}

// Capabilities is what the bot may do in a channel: nothing while it is kept out,
// warnings as an ordinary member, and the rest as an operator or half-operator.
// During an outage it stays what it was; before the first visit it is warnings.
func (a *Adapter) Capabilities(room string) chat.Capabilities {
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, known := a.can[room]; known {
		return c
	}
	return a.warnOnly()
}

func (a *Adapter) warnOnly() chat.Capabilities {
	perMinute := max(1, int(a.config.Pace*60))
	return chat.Capabilities{Warn: true, WarnsPerMinute: perMinute, ActsPerMinute: perMinute}
}

func (a *Adapter) setCapabilities(room string, c chat.Capabilities) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.can[room] = c
}

func (a *Adapter) accepted(s *session) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.session = s
}

func (a *Adapter) current() *session {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.session
}

// Run stays on the network until ctx ends. It gives up, and says why, where the
// server has refused the bot (its password, its login, its nick, or a ban) three
// times in a row. What was read before a connection broke is still delivered; IRC
// sends nothing twice, so events carry no Ack.
func (a *Adapter) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	work, stop := context.WithCancel(ctx)
	defer stop()
	queue := make(chan chat.Event, queueSize)
	handed := make(chan error, 1)
	go func() {
		handed <- hand(work, queue, deliver)
		stop() // where nobody takes events there is nothing to stay for
	}()
	err := a.stay(work, queue)
	close(queue)
	untaken := <-handed
	switch {
	case ctx.Err() != nil:
		return nil
	case untaken != nil:
		return untaken
	}
	return err
}

// hand delivers what is in queue until it is closed.
func hand(ctx context.Context, queue <-chan chat.Event, deliver func(context.Context, chat.Event) error) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, more := <-queue:
			if !more {
				return nil
			}
			if err := deliver(ctx, e); err != nil {
				return err
			}
		}
	}
}

// stay connects again and again.
func (a *Adapter) stay(ctx context.Context, queue chan<- chat.Event) error {
	backoff := a.backoff
	refusals := 0
	for {
		began := time.Now()
		err := a.visit(ctx, queue)
		if ctx.Err() != nil {
			return nil
		}
		if _, refused := errors.AsType[*refusal](err); refused {
			refusals++
		} else {
			refusals = 0
		}
		if refusals >= maxRefusals {
			return fmt.Errorf("irc %s: %w", a.config.Server, err)
		}
		a.host.Warn(fmt.Errorf("irc %s: %w", a.config.Server, err))
		if time.Since(began) >= provedGood {
			backoff.Reset()
		}
		if backoff.Wait(ctx) != nil {
			return nil
		}
	}
}

// visit is one connection from beginning to end.
func (a *Adapter) visit(ctx context.Context, queue chan<- chat.Event) error {
	l, err := a.connect(ctx)
	if err != nil {
		return err
	}
	defer a.accepted(nil)
	return newSession(a, l, queue).run(ctx)
}
