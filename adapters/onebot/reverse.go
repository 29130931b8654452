package onebot

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// serve runs an HTTP server for handler on the configured address until ctx ends.
func (a *Adapter) serve(ctx context.Context, handler http.HandlerFunc) error {
	var conns sync.WaitGroup
	defer conns.Wait()
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", a.config.Listen)
	if err != nil {
		return err
	}
	a.listening(listener.Addr())
	server := &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			conns.Add(1)
			defer conns.Done()
			handler(w, r)
		}),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute, // of a request; a WebSocket has left it behind
		IdleTimeout:       5 * time.Minute,
		BaseContext:       func(net.Listener) context.Context { return ctx },
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return err
	case <-ctx.Done():
		// Every handler ends with ctx; a connection that has asked for nothing yet does not.
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = server.Shutdown(ending)
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	}
}

// reverse is the handler of connections that an implementation dials to us.
func (a *Adapter) reverse(w http.ResponseWriter, r *http.Request) {
	if status := a.refuses(r); status != 0 {
		http.Error(w, http.StatusText(status), status)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		a.host.Warn(err)
		return
	}
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	s := newSession(conn, time.Duration(a.config.Timeout))
	take := a.taker(ctx)
	switch clientRole(r) {
	case "api":
		take = func(*payload) {}
		a.attach(s)
	case "event":
	default:
		a.attach(s)
	}
	defer a.detach(s)
	if err := s.read(ctx, a.host.Warn, take); ctx.Err() == nil {
		a.host.Warn(err)
	}
}

// clientRole is what the connection is for: api, event, or universal for both.
func clientRole(r *http.Request) string {
	if role := strings.ToLower(r.Header.Get("X-Client-Role")); role != "" {
		return role
	}
	switch {
	case strings.HasSuffix(r.URL.Path, "/api"):
		return "api"
	case strings.HasSuffix(r.URL.Path, "/event"):
		return "event"
	}
	return "universal"
}

// refuses is the status that a request is turned away with, 0 if it is welcome.
func (a *Adapter) refuses(r *http.Request) int {
	if self := r.Header.Get("X-Self-ID"); a.config.SelfID != "" && self != a.config.SelfID {
		return http.StatusForbidden
	}
	if a.config.Token == "" {
		return 0
	}
	given := r.URL.Query().Get("access_token")
	if header := r.Header.Get("Authorization"); header != "" {
		_, given, _ = strings.Cut(header, " ") // "Bearer"; some say "Token"
	}
	switch {
	case given == "":
		return http.StatusUnauthorized
	case subtle.ConstantTimeCompare([]byte(given), []byte(a.config.Token)) != 1:
		return http.StatusForbidden
	}
	return 0
}

// post is the handler of events that an implementation posts to us. It answers
// once the event is settled: recorded, or nothing to do. Where that takes longer
// than an action may, it answers 503 and the event is still delivered; one that
// is posted again is known by its id.
func (a *Adapter) post(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
		return
	}
	if self := r.Header.Get("X-Self-ID"); a.config.SelfID != "" && self != a.config.SelfID {
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxFrame))
	if err != nil {
		http.Error(w, http.StatusText(http.StatusRequestEntityTooLarge), http.StatusRequestEntityTooLarge)
		return
	}
	if a.config.Secret != "" && !signed(body, r.Header.Get("X-Signature"), string(a.config.Secret)) {
		a.host.Warn(errors.New("an event with a wrong X-Signature / 事件签名不符"))
		http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		return
	}
	p, err := decode(body)
	if err != nil {
		a.host.Warn(err)
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	p.settled = make(chan struct{})
	ctx, cancel := context.WithTimeout(r.Context(), time.Duration(a.config.Timeout))
	defer cancel()
	a.taker(ctx)(p)
	select {
	case <-p.settled:
		w.WriteHeader(http.StatusNoContent)
	case <-ctx.Done():
		// Not recorded yet: an implementation that tries again loses nothing.
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
	}
}

// signed reports whether signature is "sha1=" and the HMAC of body in hex.
func signed(body []byte, signature, secret string) bool {
	given, err := hex.DecodeString(strings.TrimPrefix(signature, "sha1="))
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write(body)
	return err == nil && hmac.Equal(given, mac.Sum(nil))
}
