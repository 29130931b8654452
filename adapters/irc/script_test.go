package irc

import (
	"bufio"
	"context"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"patrol/adapters/chat"
)

// script is an IRC server that says what a test tells it to, for what real
// servers don't do on demand. It answers PING, and each line that begins with a
// known text with the lines for that, all in order.
type script struct {
	t *testing.T

	mu      sync.Mutex
	replies map[string][]string
	deaf    bool // takes no notice of anything
	conn    net.Conn
	dials   []time.Time

	heard chan string
}

func newScript(t *testing.T) *script {
	s := &script{t: t, replies: map[string][]string{}, heard: make(chan string, 10_000)}
	s.on("CAP LS", ":srv CAP * LS :")
	s.on("USER", s.greeting("CASEMAPPING=ascii PREFIX=(qaohv)~&@%+ EXTBAN=,mR CHANMODES=beI,k,l,imnpst WHOX")...)
	s.on("TBAN\r", ":srv 461 patrol TBAN :Not enough parameters.")
	s.on("JOIN #chat", ":patrol!p@bot.test JOIN #chat", ":srv 353 patrol = #chat :@patrol @boss mallory bob", ":srv 366 patrol #chat :End")
	s.on("WHO #chat",
		":srv 354 patrol 717 #chat p bot.test patrol H@ 0",
		":srv 354 patrol 717 #chat boss boss.test boss H@ 0",
		":srv 354 patrol 717 #chat mal evil.test mallory H 0",
		":srv 354 patrol 717 #chat bob good.test bob H bobby",
		":srv 315 patrol #chat :End")
	return s
}

func (s *script) greeting(support string) []string {
	return []string{
		":srv 001 patrol :Welcome", ":srv 004 patrol srv scripted-1 iosw biklmnopstv",
		":srv 005 patrol " + support + " :are supported by this server", ":srv 376 patrol :End of MOTD",
	}
}

// on sets what is said to a line that begins so. A final \r stands for its end.
func (s *script) on(begin string, lines ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.replies[begin] = lines
}

func (s *script) dial(context.Context, string, string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.conn = ours
	s.dials = append(s.dials, time.Now())
	out := make(chan string, 10_000)
	go s.serve(ours, out)
	go write(ours, out)
	return theirs, nil
}

func (s *script) serve(conn net.Conn, out chan<- string) {
	defer close(out)
	in := bufio.NewScanner(conn)
	for in.Scan() {
		line := strings.TrimSuffix(in.Text(), "\r")
		s.heard <- line
		for _, reply := range s.answers(line) {
			out <- reply
		}
	}
	conn.Close()
}

func write(conn net.Conn, out <-chan string) {
	for line := range out {
		_, _ = conn.Write([]byte(line + "\r\n"))
	}
}

func (s *script) answers(line string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.deaf {
		return nil
	}
	best := ""
	for begin := range s.replies {
		if strings.HasPrefix(line+"\r", begin) && len(begin) > len(best) {
			best = begin
		}
	}
	if token, ping := strings.CutPrefix(line, "PING "); ping {
		return append(slices.Clone(s.replies[best]), ":srv PONG srv :"+token)
	}
	return s.replies[best]
}

func (s *script) setDeaf(deaf bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.deaf = deaf
}

// current is the latest connection.
func (s *script) current() net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conn
}

// say sends lines unasked, after all answers that are under way.
func (s *script) say(lines ...string) {
	s.t.Helper()
	synctest.Wait()
	conn := s.current()
	for _, line := range lines {
		if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
			s.t.Fatalf("can't say %q: %v", line, err)
		}
	}
}

// expect is the next line that begins so. Others before it are passed over.
func (s *script) expect(begin string) string {
	s.t.Helper()
	deadline := time.After(10 * time.Minute) // of a bubble's clock
	var passed []string
	for {
		select {
		case line := <-s.heard:
			if strings.HasPrefix(line+"\r", begin) {
				return line
			}
			passed = append(passed, line)
		case <-deadline:
			s.t.Fatalf("waited in vain for %q; heard %q", begin, passed)
		}
	}
}

// bot is an adapter that runs against a script.
type bot struct {
	*Adapter
	events chan chat.Event
	ended  chan error
	stop   context.CancelFunc
	warned chan error
}

func scripted(c Config) Config {
	off := false
	c.Server, c.Nick, c.TLS, c.Channels = "srv:6667", "patrol", &off, append(c.Channels, Channel{Name: "#chat"})
	if c.Pace == 0 {
		c.Pace = 1000
	}
	return c
}

// run starts a bot that has room for so many events that nobody has taken.
func (s *script) run(c Config, room int) *bot {
	s.t.Helper()
	b := &bot{events: make(chan chat.Event, room), ended: make(chan error, 1), warned: make(chan error, 1000)}
	a, err := New(scripted(c), chat.Host{Warn: func(err error) { b.warned <- err }})
	if err != nil {
		s.t.Fatal(err)
	}
	a.dial = s.dial
	b.Adapter = a
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = cancel
	gone := make(chan struct{})
	s.t.Cleanup(func() { cancel(); <-gone })
	go func() {
		defer close(gone)
		b.ended <- a.Run(ctx, func(ctx context.Context, e chat.Event) error {
			select {
			case b.events <- e:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	return b
}

// end stops the bot, whose Run must return nil.
func (s *script) end(b *bot) {
	s.t.Helper()
	b.stop()
	if err := <-b.ended; err != nil {
		s.t.Errorf("Run returned %v", err)
	}
}

// act is v against mallory.
func act(v chat.Verb) chat.Action {
	return chat.Action{Key: "k", Verb: v, Chat: "#chat", Member: "mal@evil.test", Name: "mallory", Text: "stop", Reason: "ads", Message: "m1"}
}
