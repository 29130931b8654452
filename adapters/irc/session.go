package irc

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lrstanley/girc"

	"patrol/adapters/chat"
)

const (
	tick            = time.Second       // how often a session looks after itself
	registerWithin  = time.Minute       // for registration as a whole
	quietBeforePing = time.Minute       // of the server, before we ask whether it is there
	quietBeforeEnd  = 150 * time.Second // of the server, before we take it for gone
	regainEvery     = time.Minute       // how often our own nick is asked for while somebody has it
)

// session is one connection, from its first line to its last. Its reader is the
// only one who changes what it knows, under mu.
type session struct {
	*Adapter
	link *link
	out  chan<- chat.Event
	over chan struct{} // closed when nothing can be sent any more

	lastRead atomic.Int64 // Unix nanoseconds
	stalled  atomic.Bool  // the reader waits until an event is taken

	mu         sync.Mutex
	server     server
	roster     *roster
	masks      masks
	stamp      stamp
	began      time.Time
	entry      entry
	registered bool
	pinged     time.Time
	regained   time.Time
	rejoins    map[*room]*rejoin
	asking     *inquiry
	turn       chan struct{} // held while an action is carried out
}

// rejoin is when to go back into a room.
type rejoin struct {
	backoff chat.Backoff
	at      time.Time // zero: not planned
}

func newSession(a *Adapter, l *link, out chan<- chat.Event) *session {
	now := time.Now()
	s := &session{
		Adapter: a, link: l, out: out, over: make(chan struct{}), server: newServer(), stamp: newStamp(now), began: now,
		rejoins: map[*room]*rejoin{}, turn: make(chan struct{}, 1),
	}
	s.roster = newRoster(&s.server, a.config.Nick)
	for _, c := range a.config.Channels {
		x := &room{name: c.Name, members: map[string]string{}}
		s.roster.rooms[s.server.fold(c.Name)] = x
		s.rejoins[x] = &rejoin{backoff: a.rejoin}
	}
	s.lastRead.Store(now.UnixNano())
	return s
}

// run speaks with the server until the connection or ctx ends, and says why. Its
// goroutines have ended when it returns.
func (s *session) run(ctx context.Context) error {
	var helpers sync.WaitGroup
	helpers.Go(func() { s.watch(ctx) })
	s.register()
	err := s.listen(ctx)
	close(s.over)
	s.link.close(err)
	helpers.Wait()
	return err
}

// listen handles line after line.
func (s *session) listen(ctx context.Context) error {
	for {
		e, err := s.link.read()
		if err != nil {
			return s.reason(err)
		}
		s.lastRead.Store(time.Now().UnixNano())
		events := s.handle(e)
		for _, event := range events {
			if !s.deliver(ctx, event) {
				break
			}
		}
	}
}

// deliver queues event, in order, and waits while the queue is full: the server's
// lines then wait in the connection. It is false once ctx has ended.
func (s *session) deliver(ctx context.Context, event chat.Event) bool {
	select {
	case s.out <- event:
		return true
	default:
	}
	s.stalled.Store(true)
	defer func() {
		s.lastRead.Store(time.Now().UnixNano()) // it was us who were silent
		s.stalled.Store(false)
	}()
	select {
	case s.out <- event:
		return true
	case <-ctx.Done():
		return false
	}
}

// reason is why the session really ended: what the server said last, where it
// said something.
func (s *session) reason(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.entry.refused != nil:
		return s.entry.refused
	case s.entry.farewell != "":
		return fmt.Errorf("the server closed the connection: %s", s.entry.farewell)
	case !s.registered:
		return fmt.Errorf("connection lost before it was accepted: %w", err)
	}
	return fmt.Errorf("connection lost: %w", err)
}

// watch looks after what no line of the server would start, and takes leave when
// ctx ends.
func (s *session) watch(ctx context.Context) {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			s.link.farewell("Patrol is leaving")
			return
		case <-s.over:
			return
		case now := <-ticker.C:
			s.keepAlive(now)
			s.keepPlace(now)
		}
	}
}

var (
	errSilent   = errors.New("the server has been silent for too long")
	errNotAdmit = errors.New("the server took too long to accept us")
)

// keepAlive notices a dead connection, and keeps a server content that gets no
// answer to its PING because the reader waits for the queue.
func (s *session) keepAlive(now time.Time) {
	s.mu.Lock()
	registered, due := s.registered, now.Sub(s.pinged) >= quietBeforePing
	quiet := now.Sub(time.Unix(0, s.lastRead.Load()))
	ping := registered && due && quiet >= quietBeforePing
	if ping {
		s.pinged = now
	}
	s.mu.Unlock()
	stalled := s.stalled.Load()
	switch {
	case !registered && now.Sub(s.began) > registerWithin:
		s.link.close(errNotAdmit)
	case stalled && ping:
		_ = s.link.send(girc.PONG, "patrol")
	case !stalled && quiet > quietBeforeEnd:
		s.link.close(errSilent)
	case ping:
		_ = s.link.send(girc.PING, "patrol")
	}
}

// keepPlace goes back into rooms and for the nick that we should have.
func (s *session) keepPlace(now time.Time) {
	s.mu.Lock()
	var join []*room
	for x, r := range s.rejoins {
		if s.registered && !r.at.IsZero() && !now.Before(r.at) {
			r.at = time.Time{}
			join = append(join, x)
		}
	}
	regain := s.registered && !s.roster.isSelf(s.config.Nick) && now.Sub(s.regained) >= regainEvery
	if regain {
		s.regained = now
	}
	s.mu.Unlock()
	for _, x := range join {
		s.join(x)
	}
	if regain {
		_ = s.link.send(girc.NICK, s.config.Nick)
	}
}

// join asks to be let into x.
func (s *session) join(x *room) {
	for _, c := range s.config.Channels {
		switch {
		case c.Name != x.name:
		case c.Key == "":
			_ = s.link.send(girc.JOIN, c.Name)
		default:
			_ = s.link.send(girc.JOIN, c.Name, string(c.Key))
		}
	}
}

// outside is for when we are not, or no longer, in x. mu is held.
func (s *session) outside(x *room) {
	s.roster.empty(x)
	s.publish(x)
	r := s.rejoins[x]
	if r.at.IsZero() {
		r.at = time.Now().Add(r.backoff.Next())
	}
}

// inside is for when the server has let us into x and named everybody. mu is held.
func (s *session) inside(x *room) {
	x.joined = true
	s.rejoins[x].at = time.Time{}
	s.publish(x)
}

// publish tells the adapter what can be done in x now. mu is held.
func (s *session) publish(x *room) {
	s.setCapabilities(x.name, s.capabilities(x))
}

// capabilities is what we may do in x. mu is held.
func (s *session) capabilities(x *room) chat.Capabilities {
	if !x.joined {
		return chat.Capabilities{}
	}
	c := s.warnOnly()
	if !s.roster.ruled(x) {
		return c
	}
	c.Remove, c.Ban, c.Unban = true, true, true
	c.Delete = s.server.caps[capRedaction]
	switch s.masks.style {
	case StyleNone:
	case StyleTimed:
		c.Mute, c.MuteMin, c.MuteMax = chat.MuteTimed, minTimedBan, maxTimedBan
	default:
		c.Mute = chat.MuteUntimed
	}
	return c
}
