package console

import (
	"net/http"
	"sync"
	"time"

	"patrol/bot/review"
)

// streams counts the live streams.
type streams struct {
	mu   sync.Mutex
	open int
	of   map[string]int // by reviewer
}

// streamsEach is how many one reviewer may have: a stream a visible tab.
const streamsEach = 16

func (s *streams) enter(name string, most int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open >= most || s.of[name] >= streamsEach {
		return false
	}
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.open++
	s.of[name]++
	return true
}

func (s *streams) leave(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open--
	if s.of[name]--; s.of[name] <= 0 {
		delete(s.of, name)
	}
}

// The pace of a stream: how soon one change may follow another, and how long a
// browser that does not read is waited for.
const (
	quiet     = 400 * time.Millisecond
	patience  = 10 * time.Second
	helloLine = "retry: 3000\n: hello\n\n"
)

// events tells the script that something changed, as server-sent events
// (https://html.spec.whatwg.org/multipage/server-sent-events.html); what, it
// finds out by asking for its page again. The stream ends with the login, with
// the connection, and with Close.
func (c *Console) events(w http.ResponseWriter, r *http.Request, v *visit) error {
	name := v.login.reviewer.Name
	select {
	case <-c.closed:
		return closing
	default:
	}
	if !c.streams.enter(name, c.config.Streams) {
		return crowded
	}
	defer c.streams.leave(name)
	changes, unsubscribe := c.config.Store.Subscribe()
	defer unsubscribe()

	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	c.stream(newLines(w), r, v.login, changes)
	return nil
}

func (c *Console) stream(out *lines, r *http.Request, who *login, changes <-chan struct{}) {
	beat := time.NewTicker(c.config.Heartbeat)
	defer beat.Stop()
	pause := time.NewTimer(0)
	defer pause.Stop()
	<-pause.C
	limited := review.ReachOf(r.Context()).Limited // others hear of every commit, also of those that no entry tells of
	changed, paused, seen := false, false, int64(0)
	if _, newest, err := c.config.Store.Changed(r.Context(), seen); err == nil {
		seen = newest
	}
	for ok := out.write(helloLine); ok; {
		select {
		case <-r.Context().Done():
			return
		case <-c.closed:
			return
		case _, open := <-changes:
			if !open {
				return
			}
			ours, newest, err := c.config.Store.Changed(r.Context(), seen)
			if err != nil {
				return
			}
			changed, seen = changed || ours || !limited, newest
		case <-pause.C:
			paused = false
		case <-beat.C:
			l, err := c.lookUp(r.Context(), who.session.Hash)
			if err != nil || l == nil {
				return
			}
			ok = out.write(": still here\n\n")
		}
		if changed && !paused && ok {
			ok = out.write("event: changed\ndata:\n\n")
			changed, paused = false, true
			pause.Reset(quiet)
		}
	}
}

// lines writes to a browser and sends at once.
type lines struct {
	w http.ResponseWriter
	c *http.ResponseController
}

func newLines(w http.ResponseWriter) *lines { return &lines{w, http.NewResponseController(w)} }

func (l *lines) write(s string) bool {
	// A server that can't set deadlines has its own. The deadline is taken back,
	// for HTTP/2 ends a stream whose deadline passes while nothing is written.
	_ = l.c.SetWriteDeadline(time.Now().Add(patience))
	defer func() { _ = l.c.SetWriteDeadline(time.Time{}) }()
	if _, err := l.w.Write([]byte(s)); err != nil {
		return false
	}
	return l.c.Flush() == nil
}
