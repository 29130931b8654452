package irc

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
	"patrol/adapters/irc/irctest"
)

const channel = "#chat"

// backend is a real server as the tests below need to know it.
type backend struct {
	start func(testing.TB) string
	lacks map[string]string
	mute  chat.Muting
	// muted is the ban list entry of a mute, banned that of a ban; %s is user@host.
	muted, banned string
	full          bool   // a ban list can be filled up
	ident, host   string // what the server puts before a user name, and shows as everybody's host
}

func backends() map[string]backend {
	nothingTwice := map[string]string{
		"redelivery":      "IRC sends nothing twice",
		"acknowledgement": "IRC keeps nothing for those who are away",
		"edit":            "IRC has no edits",
	}
	insp, ng := nothingTwice, map[string]string{
		"own messages": "ngIRCd never echoes what a client says",
		"error other":  "ngIRCd has no error that is not told apart, in reach of a test",
	}
	maps.Copy(ng, nothingTwice)
	return map[string]backend{
		"inspircd": {start: irctest.StartInspIRCd, lacks: insp, mute: chat.MuteTimed, muted: "m:*!%s", banned: "*!%s", full: true, host: "127.0.0.1"},
		"ngircd":   {start: irctest.StartNgircd, lacks: ng, mute: chat.MuteUntimed, muted: "?*!%s", banned: "*!%s", ident: "~", host: "127.0.0.1"},
	}
}

func config(addr string) Config {
	return Config{Server: addr, Nick: "patrol", Channels: []Channel{{Name: channel}}, Pace: 1000}
}

func open(t *testing.T, c Config) *Adapter {
	t.Helper()
	a, err := New(c, chat.Host{Warn: func(err error) { t.Log(err) }})
	if err != nil {
		t.Fatal(err)
	}
	a.backoff = chat.Backoff{First: 200 * time.Millisecond, Most: 2 * time.Second}
	a.rejoin = chat.Backoff{First: time.Second, Most: 2 * time.Second}
	return a
}

// network is one server with its people: boss opens the channel and makes the bot
// an operator whenever it comes in, members come and go.
type network struct {
	cutAt  time.Time // zero: never
	t      *testing.T
	addr   string
	proxy  *irctest.Proxy
	boss   *irctest.Client
	people map[string]*irctest.Client
}

func newNetwork(t *testing.T, b backend, names ...string) *network {
	addr := b.start(t)
	n := &network{t: t, addr: addr, proxy: irctest.NewProxy(t, addr), people: map[string]*irctest.Client{}}
	for i, c := range irctest.DialAll(t, addr, append([]string{"boss"}, names...)...) {
		c.Join(channel)
		if i == 0 {
			n.boss = c
		}
		n.people[c.Nick()] = c
	}
	n.boss.React(func(line string) (answer string) {
		if nick, _, _ := strings.Cut(line, "!"); strings.HasPrefix(nick, ":patrol") && strings.Contains(line, " JOIN ") {
			return "MODE " + channel + " +o " + nick[1:]
		}
		return ""
	})
	return n
}

func (n *network) client(name string) *irctest.Client {
	c := n.people[name]
	if c == nil {
		n.t.Fatalf("nobody is called %s", name)
	}
	return c
}

func (n *network) present(nick string) bool {
	return slices.ContainsFunc(n.boss.Members(channel), func(m string) bool { return strings.TrimLeft(m, "@%+") == nick })
}

// ready reports whether the bot is an operator, and knows it, on a connection that
// began after the last cut.
func (n *network) ready(a *Adapter) bool {
	s := a.current()
	if s == nil || s.began.Before(n.cutAt) {
		return false
	}
	s.mu.Lock()
	self, ruled := s.roster.self, s.roster.ruled(s.roster.room(channel))
	s.mu.Unlock()
	return ruled && slices.Contains(n.boss.Members(channel), "@"+self)
}

func (n *network) cut() {
	n.proxy.Cut()
	n.cutAt = time.Now()
}

// speaks reports whether name is heard in the channel.
func (n *network) speaks(name string) bool {
	const text = "can you hear me?"
	c := n.client(name)
	before := len(n.heardFrom(name, text))
	c.Ask("PRIVMSG " + channel + " :" + text)
	return len(n.heardFrom(name, text)) > before
}

func (n *network) heardFrom(name, text string) []string {
	n.boss.Ask()
	var all []string
	for _, l := range n.boss.Lines() {
		if _, said, ok := strings.Cut(l, " PRIVMSG "+channel+" :"); ok && strings.Contains(l, ":"+name+"!") && strings.Contains(said, text) {
			all = append(all, said)
		}
	}
	return all
}

func holds(lines []string, part string) bool {
	return slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(l, part) })
}

// address is the user@host of a client of that name.
func (b backend) address(who string) string { return b.ident + who + "@" + b.host }

func (b backend) rig(t *testing.T) chattest.Rig {
	n := newNetwork(t, b, "mallory", "bob")
	c := config(n.proxy.Addr())
	c.Pace = 20
	a := open(t, c)
	entry := func(form, who string) bool {
		return slices.Contains(n.boss.Bans(channel), strings.ReplaceAll(form, "%s", b.address(who)))
	}
	return chattest.Rig{
		Adapter: a, Chat: channel, Member: "mallory", Other: "bob", Admin: "boss",
		Ready: func() bool { return n.ready(a) },
		Say:   func(who, text string) string { n.client(who).Say(channel, text); return "" },
		SayAsBot: func(text string) {
			_, _ = a.Do(context.Background(), chat.Action{Key: "own", Verb: chat.Warn, Chat: channel, Text: text})
		},
		Join:  func(who string) { n.client(who).Join(channel) },
		Leave: func(who string) { n.client(who).Ask("PART " + channel) },

		Whisper: func(who, text string) { n.client(who).Say("patrol", text) },
		See: chattest.Sight{
			Present: n.present,
			Muted:   func(who string) bool { return entry(b.muted, who) && !n.speaks(who) },
			Banned:  func(who string) bool { return entry(b.banned, who) },
			Notices: func() []string { return n.heardFrom("patrol", "") },
			Told: func(who string) (texts []string) {
				c := n.client(who)
				for _, l := range c.Lines() {
					if _, text, ok := strings.Cut(l, " NOTICE "+who+" :"); ok {
						texts = append(texts, text)
					}
				}
				return texts
			},
		},
		Link:    chattest.Link{Cut: n.cut, Mend: n.proxy.Mend, Attempts: n.proxy.Attempts},
		Failing: n.failing(a, b),
	}
}

func (n *network) failing(a *Adapter, b backend) map[chat.ErrorKind]func() chat.Action {
	act := chat.Action{Verb: chat.Ban, Chat: channel, Member: "nobody@nowhere.test", Name: "nobody"}
	all := map[chat.ErrorKind]func() chat.Action{
		chat.Transient:   func() chat.Action { n.cut(); return act },
		chat.Forbidden:   func() chat.Action { n.boss.Ask("MODE " + channel + " -o patrol"); return act },
		chat.NotFound:    func() chat.Action { x := act; x.Verb = chat.Remove; return x },
		chat.RateLimited: func() chat.Action { n.exhaust(a); return act },
	}
	if b.full {
		all[chat.Other] = func() chat.Action {
			for i := range irctest.MaxBans {
				n.boss.Ask("MODE " + channel + " +b *!*@" + strings.Repeat("x", i+1) + ".test")
			}
			return act
		}
	}
	return all
}

// exhaust asks for so many actions that another one would wait for too long.
func (n *network) exhaust(a *Adapter) {
	var many sync.WaitGroup
	ctx, stop := context.WithCancel(context.Background())
	n.t.Cleanup(func() { stop(); many.Wait() })
	gone := chat.Action{Verb: chat.Remove, Chat: channel, Member: "nobody@nowhere.test"}
	for range 700 {
		many.Go(func() { _, _ = a.Do(ctx, gone) })
	}
	for {
		hurried, cancel := context.WithTimeout(ctx, time.Millisecond)
		_, err := a.Do(hurried, gone)
		cancel()
		var e *chat.Error
		if errors.As(err, &e) && e.After > 25*time.Second {
			return
		}
	}
}

func TestConformance(t *testing.T) {
	for name, b := range backends() {
		t.Run(name, func(t *testing.T) {
			if testing.Short() {
				t.Skip("takes half a minute")
			}
			chattest.Run(t, chattest.Harness{Open: b.rig, Lacks: b.lacks, Patience: 20 * time.Second})
		})
	}
}
