package irctest

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// Client is one ordinary user of a server. It answers PING by itself and keeps
// every other line. Its methods fail the test where something does not happen in
// time; they may be called from one goroutine at a time.
type Client struct {
	tb   testing.TB
	conn net.Conn
	done chan struct{}

	mu    sync.Mutex
	nick  string
	lines []string
	more  chan struct{} // closed when a line was added or the connection has ended
	ended bool
	at    int // the first line that Expect has not passed
	asked int
	react func(line string) (answer string)
}

// Dial connects and registers under nick, with nick as the user name, too. The
// client hangs up when the test ends.
func Dial(tb testing.TB, addr, nick string) *Client {
	tb.Helper()
	return DialAll(tb, addr, nick)[0]
}

// DialAll is Dial for several clients at once: servers let them wait together.
func DialAll(tb testing.TB, addr string, nicks ...string) []*Client {
	tb.Helper()
	var all []*Client
	for _, nick := range nicks {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			tb.Fatal(err)
		}
		c := &Client{tb: tb, conn: conn, nick: nick, done: make(chan struct{}), more: make(chan struct{})}
		go c.read()
		tb.Cleanup(c.Close)
		c.Send("NICK %s", nick)
		c.Send("USER %s 0 * :%s", nick, nick)
		all = append(all, c)
	}
	for _, c := range all {
		c.Expect(" 001 ")
	}
	return all
}

// Nick is what the client called itself.
func (c *Client) Nick() string { return c.nick }

// Close hangs up.
func (c *Client) Close() {
	c.conn.Close()
	<-c.done
}

// Send sends one line.
func (c *Client) Send(format string, args ...any) {
	c.tb.Helper()
	if err := c.send(fmt.Sprintf(format, args...)); err != nil {
		c.tb.Fatalf("%s can't send: %v", c.nick, err)
	}
}

func (c *Client) send(line string) error {
	_ = c.conn.SetWriteDeadline(time.Now().Add(patience))
	_, err := c.conn.Write([]byte(line + "\r\n"))
	return err
}

// Join enters a channel.
func (c *Client) Join(channel string) {
	c.tb.Helper()
	c.Send("JOIN %s", channel)
	c.Expect(" 366 ")
}

// Say says text in a channel.
func (c *Client) Say(channel, text string) {
	c.tb.Helper()
	c.Send("PRIVMSG %s :%s", channel, text)
}

// React sends what react answers to each line from now on; "" is no answer.
func (c *Client) React(react func(line string) (answer string)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.react = react
}

// Expect waits for a line that holds all of parts, past the one that the last
// Expect found, and returns it.
func (c *Client) Expect(parts ...string) string {
	c.tb.Helper()
	return c.ExpectThat(fmt.Sprintf("%q", parts), func(line string) bool { return holds(line, parts) })
}

// ExpectThat is Expect for any condition; what says in words what is waited for.
func (c *Client) ExpectThat(what string, fits func(line string) bool) string {
	c.tb.Helper()
	line, ok := c.wait(fits)
	if !ok {
		c.tb.Fatalf("%s waited in vain for %s; it got %s", c.nick, what, among(c.Lines()))
	}
	return line
}

func (c *Client) wait(fits func(string) bool) (string, bool) {
	deadline := time.After(patience)
	for {
		line, more, found := c.next(fits)
		if found {
			return line, true
		}
		if more == nil {
			return "", false
		}
		select {
		case <-more:
		case <-deadline:
			return "", false
		}
	}
}

// next is the next line that fits, or else what says that there are more; that is
// nil when there will be none.
func (c *Client) next(fits func(string) bool) (line string, more <-chan struct{}, found bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := c.at; i < len(c.lines); i++ {
		if fits(c.lines[i]) {
			c.at = i + 1
			return c.lines[i], nil, true
		}
	}
	if c.ended {
		return "", nil, false
	}
	return "", c.more, false
}

// Ask sends lines and returns everything that came between them and the server's
// answer to a PING behind them: after it, the server has dealt with the lines.
func (c *Client) Ask(lines ...string) []string {
	c.tb.Helper()
	c.mu.Lock()
	from := len(c.lines)
	c.asked++
	token := fmt.Sprintf("irctest-%d", c.asked)
	at := c.at
	c.mu.Unlock()
	for _, l := range append(lines, "PING "+token) {
		c.Send("%s", l)
	}
	c.Expect(" PONG ", token)
	c.mu.Lock()
	defer c.mu.Unlock()
	to := c.at
	c.at = at
	return append([]string(nil), c.lines[from:to]...)
}

// Heard reports whether any line so far holds all of parts. To be sure of a no,
// Ask first.
func (c *Client) Heard(parts ...string) bool {
	for _, l := range c.Lines() {
		if holds(l, parts) {
			return true
		}
	}
	return false
}

// Lines are all lines so far, but for PING.
func (c *Client) Lines() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string(nil), c.lines...)
}

// Members are the nicks in a channel, with their signs.
func (c *Client) Members(channel string) []string {
	c.tb.Helper()
	var all []string
	for _, l := range c.Ask("NAMES " + channel) {
		if f := strings.Fields(l); len(f) > 5 && f[1] == "353" {
			_, names, _ := strings.Cut(l[1:], ":")
			all = append(all, strings.Fields(names)...)
		}
	}
	return all
}

// Bans are the entries of a channel's ban list.
func (c *Client) Bans(channel string) []string {
	c.tb.Helper()
	var all []string
	for _, l := range c.Ask("MODE " + channel + " +b") {
		if f := strings.Fields(l); len(f) > 4 && f[1] == "367" {
			all = append(all, f[4])
		}
	}
	return all
}

func holds(line string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(line, p) {
			return false
		}
	}
	return true
}

func (c *Client) read() {
	defer close(c.done)
	in := bufio.NewScanner(c.conn)
	for in.Scan() {
		line := in.Text()
		if token, ping := strings.CutPrefix(line, "PING "); ping {
			_ = c.send("PONG " + token)
			continue
		}
		if answer := c.add(line, false); answer != "" {
			_ = c.send(answer)
		}
	}
	c.add("", true)
}

func (c *Client) add(line string, end bool) (answer string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended = end; !end {
		c.lines = append(c.lines, line)
	}
	close(c.more)
	c.more = make(chan struct{})
	if end || c.react == nil {
		return ""
	}
	return c.react(line)
}
