package irctest

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// Proxy stands between a client and a server, so that a test can break the
// connection. All methods are safe for concurrent use.
type Proxy struct {
	listener net.Listener
	server   string
	work     sync.WaitGroup

	mu       sync.Mutex
	cut      bool
	open     map[net.Conn]bool
	attempts []time.Time
}

// NewProxy listens on loopback in front of the server and ends with the test.
func NewProxy(tb testing.TB, server string) *Proxy {
	tb.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	p := &Proxy{listener: l, server: server, open: map[net.Conn]bool{}}
	p.work.Go(p.accept)
	tb.Cleanup(func() {
		p.Cut()
		l.Close()
		p.work.Wait()
	})
	return p
}

// Addr is where clients connect.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Cut breaks every connection, and each new one at once, until Mend.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut, p.attempts = true, nil
	for c := range p.open {
		c.Close()
	}
}

// Mend lets connections through again.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cut = false
}

// Attempts are the times at which somebody connected since Cut.
func (p *Proxy) Attempts() []time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]time.Time(nil), p.attempts...)
}

func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.work.Go(func() { p.serve(client) })
	}
}

func (p *Proxy) serve(client net.Conn) {
	defer client.Close()
	server, ok := p.through(client)
	if !ok {
		return
	}
	defer p.forget(client, server)
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{client, server}, {server, client}} {
		both.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			client.Close()
			server.Close()
		})
	}
	both.Wait()
}

// through connects to the server, unless the way is cut.
func (p *Proxy) through(client net.Conn) (server net.Conn, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attempts = append(p.attempts, time.Now())
	if p.cut {
		return nil, false
	}
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return nil, false
	}
	p.open[client], p.open[server] = true, true
	return server, true
}

func (p *Proxy) forget(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		c.Close()
		delete(p.open, c)
	}
}
