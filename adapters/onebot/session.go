package onebot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"patrol/adapters/chat"
)

// caller asks an implementation to do something and returns the data of its
// response. Any error is a *chat.Error.
type caller interface {
	call(ctx context.Context, action string, params any) (json.RawMessage, error)
}

// maxFrame bounds one payload.
const maxFrame = 16 << 20

// session is one WebSocket connection.
type session struct {
	conn    *websocket.Conn
	timeout time.Duration

	mu      sync.Mutex
	echo    int
	pending map[string]chan *payload // nil once the connection is gone
}

func newSession(conn *websocket.Conn, timeout time.Duration) *session {
	conn.SetReadLimit(maxFrame)
	return &session{conn: conn, timeout: timeout, pending: map[string]chan *payload{}}
}

// read reads until the connection ends, hands responses to their callers and
// everything else to take. It is the connection's only reader. After the first
// heartbeat, three intervals of silence end the connection; time spent in take
// is not silence.
func (s *session) read(ctx context.Context, warn func(error), take func(*payload)) error {
	defer s.close()
	var silence time.Duration
	for {
		data, err := s.frame(ctx, silence)
		if err != nil {
			return err
		}
		p, err := decode(data)
		switch {
		case err != nil:
			warn(err)
		case p.response():
			if p.Echo == "" && (p.Retcode == "1403" || p.Retcode == "1401") {
				return fmt.Errorf("%w: %w", errRefused, refusal("connect", p))
			}
			s.respond(p)
		default:
			if ms, err := strconv.Atoi(string(p.Interval)); err == nil && p.MetaEventType == "heartbeat" && ms > 0 {
				silence = 3 * time.Duration(ms) * time.Millisecond
			}
			take(p)
		}
	}
}

// errRefused means that no other attempt will fare better.
var errRefused = errors.New("the access token is refused")

func (s *session) frame(ctx context.Context, silence time.Duration) ([]byte, error) {
	if silence > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, silence, errSilence)
		defer cancel()
	}
	_, data, err := s.conn.Read(ctx)
	if err != nil && errors.Is(context.Cause(ctx), errSilence) {
		return nil, errSilence
	}
	return data, err
}

var errSilence = errors.New("no heartbeat for three intervals")

func (s *session) respond(p *payload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if waiting := s.pending[string(p.Echo)]; waiting != nil {
		waiting <- p // has room
		delete(s.pending, string(p.Echo))
	}
}

// close drops the connection and everybody who waits for a response on it.
func (s *session) close() {
	s.mu.Lock()
	for _, waiting := range s.pending {
		close(waiting)
	}
	s.pending = nil
	s.mu.Unlock()
	_ = s.conn.CloseNow() // it is given up, whatever state it is in
}

// request is an action on a WebSocket.
type request struct {
	Action string `json:"action"`
	Params any    `json:"params"`
	Echo   string `json:"echo"`
}

func (s *session) call(ctx context.Context, action string, params any) (json.RawMessage, error) {
	echo, response := s.expect()
	if response == nil {
		return nil, transient(action, errNotConnected)
	}
	defer s.forget(echo)
	frame, err := json.Marshal(request{action, params, echo})
	if err != nil {
		return nil, &chat.Error{Op: action, Kind: chat.Other, Err: err}
	}
	// The connection dies with the context of a write that it interrupts, so a
	// caller's must not be used here.
	writing, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeout)
	err = s.conn.Write(writing, websocket.MessageText, frame)
	cancel()
	if err != nil {
		return nil, transient(action, err)
	}
	ctx, cancel = context.WithTimeout(ctx, s.timeout)
	defer cancel()
	select {
	case p, ok := <-response:
		if !ok {
			return nil, transient(action, errors.New("the connection was lost before the answer came"))
		}
		return outcome(action, p)
	case <-ctx.Done():
		return nil, transient(action, ctx.Err())
	}
}

// expect is a new echo and where its response will come; nil when the connection
// is gone.
func (s *session) expect() (string, chan *payload) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending == nil {
		return "", nil
	}
	s.echo++
	echo := "patrol-" + strconv.Itoa(s.echo)
	response := make(chan *payload, 1)
	s.pending[echo] = response
	return echo, response
}

func (s *session) forget(echo string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.pending, echo)
}

// outcome is what a response says. "async" means that it was accepted; more is
// never told.
func outcome(action string, p *payload) (json.RawMessage, error) {
	if p.Retcode != "0" && p.Status != "ok" && p.Status != "async" || p.Status == "failed" {
		return nil, refusal(action, p)
	}
	return p.Data, nil
}
