package onebottest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// client is one connection that events go out on; a sender of its own empties
// its queue, so that nobody waits for a slow client.
type client struct {
	events bool
	poster bool // posts over HTTP: there is no connection that a cut could end
	drop   context.CancelFunc

	mu    sync.Mutex
	queue [][]byte
	more  chan struct{}
}

func newClient(events bool, drop context.CancelFunc) *client {
	return &client{events: events, drop: drop, more: make(chan struct{}, 1)}
}

func (c *client) send(data []byte) {
	c.mu.Lock()
	c.queue = append(c.queue, data)
	c.mu.Unlock()
	select {
	case c.more <- struct{}{}:
	default:
	}
}

// drain writes what is queued, until ctx ends or write fails.
func (c *client) drain(ctx context.Context, write func([]byte) error) {
	defer c.drop()
	for {
		c.mu.Lock()
		queue := c.queue
		c.queue = nil
		c.mu.Unlock()
		for _, data := range queue {
			if write(data) != nil {
				return
			}
		}
		select {
		case <-c.more:
		case <-ctx.Done():
			return
		}
	}
}

// Cut drops every connection, and refuses new ones and HTTP until Mend.
func (s *Server) Cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut, s.attempts = true, nil
	for c := range s.clients {
		if c.drop(); !c.poster {
			delete(s.clients, c)
		}
	}
}

// Mend accepts connections again.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut = false
}

// Attempts is when a connection was asked for since the last Cut.
func (s *Server) Attempts() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.attempts)
}

// Clients is how many connections take events now.
func (s *Server) Clients() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for c := range s.clients {
		if c.events {
			n++
		}
	}
	return n
}

// join enters c unless connections are refused.
func (s *Server) join(c *client) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.cut {
		s.clients[c] = true
	}
	return !s.cut
}

func (s *Server) part(c *client) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.clients, c)
}

// ServeHTTP serves forward WebSocket and HTTP.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	cut := s.cut
	if cut {
		s.attempts = append(s.attempts, time.Now())
	}
	s.mu.Unlock()
	if cut {
		panic(http.ErrAbortHandler) // the connection just breaks
	}
	if status := s.refuses(r); status != 0 {
		w.WriteHeader(status)
		return
	}
	if r.Header.Get("Upgrade") == "" {
		s.serveAction(w, r)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	s.talk(r.Context(), conn, r.URL.Path)
}

func (s *Server) refuses(r *http.Request) int {
	if s.config.Token == "" {
		return 0
	}
	given := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	if given == "" {
		given = r.URL.Query().Get("access_token")
	}
	switch given {
	case s.config.Token:
		return 0
	case "":
		return http.StatusUnauthorized
	}
	return http.StatusForbidden
}

// talk serves one WebSocket until it ends.
func (s *Server) talk(ctx context.Context, conn *websocket.Conn, path string) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer func() { _ = conn.CloseNow() }()
	c := newClient(!strings.HasSuffix(path, "/api"), cancel)
	if c.events {
		hello, _ := json.Marshal(s.meta("lifecycle", map[string]any{"sub_type": "connect"}))
		c.send(hello)
	}
	if !s.join(c) {
		return
	}
	defer s.part(c)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()
	wg.Go(func() {
		c.drain(ctx, func(data []byte) error { return conn.Write(ctx, websocket.MessageText, data) })
	})
	if s.config.Heartbeat > 0 && c.events {
		wg.Go(func() { s.beat(ctx, c) })
	}
	if greet := s.greeting(); greet != nil && c.events {
		wg.Go(greet)
	}
	for {
		_, data, err := conn.Read(ctx)
		if err != nil {
			return
		}
		if !strings.HasSuffix(path, "/event") {
			c.send(s.answer(data))
		}
	}
}

func (s *Server) greeting() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.greet
}

func (s *Server) beat(ctx context.Context, c *client) {
	tick := time.NewTicker(s.config.Heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			data, _ := json.Marshal(s.meta("heartbeat", map[string]any{
				"interval": s.config.Heartbeat.Milliseconds(), "status": map[string]any{"online": true, "good": true},
			}))
			c.send(data)
		case <-ctx.Done():
			return
		}
	}
}

// answer is the response to a request frame.
func (s *Server) answer(frame []byte) []byte {
	var request struct {
		Action string          `json:"action"`
		Params json.RawMessage `json:"params"`
		Echo   json.RawMessage `json:"echo"`
	}
	response := map[string]any{"status": "failed", "retcode": 1400, "data": nil, "message": "broken JSON", "wording": "", "echo": nil}
	if json.Unmarshal(frame, &request) == nil {
		response = s.perform(request.Action, request.Params)
		if len(request.Echo) > 0 {
			response["echo"] = request.Echo
		}
	}
	data, err := json.Marshal(response)
	if err != nil {
		panic("a response that can't be encoded: " + err.Error())
	}
	return data
}

func (s *Server) perform(action string, params json.RawMessage) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := s.act(action, params)
	response := map[string]any{"status": "ok", "retcode": 0, "data": data, "message": "", "wording": ""}
	if p := (*problem)(nil); errors.As(err, &p) {
		response = map[string]any{"status": "failed", "retcode": p.retcode, "data": nil, "message": p.message, "wording": p.message}
	}
	s.calls = append(s.calls, Call{Action: action, Params: params, Retcode: response["retcode"].(int), Time: s.config.Now()})
	return response
}

// serveAction serves POST /{action} with JSON, and GET with a query.
func (s *Server) serveAction(w http.ResponseWriter, r *http.Request) {
	params, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if r.Method == http.MethodGet || len(params) == 0 {
		query := map[string]string{}
		for k := range r.URL.Query() {
			query[k] = r.URL.Query().Get(k)
		}
		params, _ = json.Marshal(query)
	}
	response := s.perform(strings.Trim(r.URL.Path, "/"), params)
	switch code := response["retcode"].(int); {
	case code == 1404:
		w.WriteHeader(http.StatusNotFound)
		return
	case code >= 400 && code < 600:
		w.WriteHeader(code)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(response) // the client may be gone
}

// Running is a Server with its addresses.
type Running struct {
	URL     string // http://127.0.0.1:port; with ws:// instead for WebSocket
	Control string // http://127.0.0.1:port of the control API
	stop    func()
}

// WS is the address for a forward WebSocket.
func (r *Running) WS() string { return "ws" + strings.TrimPrefix(r.URL, "http") }

// Close stops everything that Start started.
func (r *Running) Close() { r.stop() }

// Start serves on two free ports of loopback, dials Config.Reverse and posts to
// Config.Post.
func (s *Server) Start() (*Running, error) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var servers []*http.Server
	stop := sync.OnceFunc(func() {
		cancel()
		for _, server := range servers {
			_ = server.Close()
		}
		wg.Wait()
	})
	serve := func(h http.Handler) (string, error) {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return "", err
		}
		server := &http.Server{
			ReadHeaderTimeout: 5 * time.Second, BaseContext: func(net.Listener) context.Context { return ctx },
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				wg.Add(1)
				defer wg.Done()
				h.ServeHTTP(w, r)
			}),
		}
		servers = append(servers, server)
		wg.Go(func() { _ = server.Serve(listener) })
		return "http://" + listener.Addr().String(), nil
	}
	main, err1 := serve(s)
	control, err2 := serve(s.Control())
	if err := errors.Join(err1, err2); err != nil {
		stop()
		return nil, err
	}
	if s.config.Reverse != "" {
		wg.Go(func() { s.dial(ctx) })
	}
	if s.config.Post != "" {
		wg.Go(func() { s.postEvents(ctx) })
	}
	return &Running{URL: main, Control: control, stop: stop}, nil
}

// redial is how long a reverse connection rests between attempts.
const redial = 20 * time.Millisecond

func (s *Server) dial(ctx context.Context) {
	for ctx.Err() == nil {
		s.mu.Lock()
		cut := s.cut
		s.mu.Unlock()
		if !cut {
			s.dialOnce(ctx)
		}
		select {
		case <-time.After(redial):
		case <-ctx.Done():
		}
	}
}

func (s *Server) dialOnce(ctx context.Context) {
	header := http.Header{"X-Self-Id": {formatInt(s.config.Self)}, "X-Client-Role": {"Universal"}}
	if s.config.Token != "" {
		header.Set("Authorization", "Bearer "+s.config.Token)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	//nolint:bodyclose // Dial closes the body itself, as it documents.
	conn, _, err := websocket.Dial(ctx, s.config.Reverse, &websocket.DialOptions{HTTPHeader: header, HTTPClient: client})
	if err == nil {
		s.talk(ctx, conn, "/")
	}
}

// postEvents posts every event, one after the other: once, as the standard has
// it, or with Config.Insist until it is accepted.
func (s *Server) postEvents(ctx context.Context) {
	c := newClient(true, func() {})
	c.poster = true
	s.mu.Lock()
	s.clients[c] = true
	s.mu.Unlock()
	defer s.part(c)
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	c.drain(ctx, func(data []byte) error {
		for !s.postOnce(ctx, client, data) && s.config.Insist {
			select {
			case <-time.After(redial):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		return ctx.Err()
	})
}

// postOnce reports whether the event was accepted.
func (s *Server) postOnce(ctx context.Context, client *http.Client, data []byte) bool {
	s.mu.Lock()
	cut := s.cut
	s.mu.Unlock()
	if cut {
		return false
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.Post, bytes.NewReader(data))
	if err != nil {
		return false
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Self-ID", formatInt(s.config.Self))
	if s.config.Secret != "" {
		mac := hmac.New(sha1.New, []byte(s.config.Secret))
		mac.Write(data)
		r.Header.Set("X-Signature", "sha1="+hex.EncodeToString(mac.Sum(nil)))
	}
	response, err := client.Do(r)
	if err != nil {
		return false
	}
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	return err == nil && response.StatusCode/100 == 2
}
