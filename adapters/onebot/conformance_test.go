package onebot

import (
	"maps"
	"net"
	"strconv"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/chattest"
	"patrol/adapters/onebot/onebottest"
)

// The people of the test group.
const (
	group   = 100200
	self    = 10001000
	mallory = 12345678
	bob     = 22345678
	alice   = 32345678
)

var people = map[string]int64{"mallory": mallory, "bob": bob, "alice": alice}

func newWorld(c onebottest.Config) *onebottest.Server {
	c.Self = self
	s := onebottest.New(c)
	s.AddGroup(group, "admin")
	s.AddMember(group, onebottest.Member{ID: mallory, Nickname: "小不点"})
	s.AddMember(group, onebottest.Member{ID: bob, Nickname: "Bob", Card: "鲍勃"})
	s.AddMember(group, onebottest.Member{ID: alice, Nickname: "Alice", Role: "owner"})
	return s
}

func formatInt(n int64) string { return strconv.FormatInt(n, 10) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// freeAddress is a port of loopback that nothing listens on.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// attach starts a world and an adapter for it, in a mode.
func attach(t *testing.T, mode string, split bool, c onebottest.Config) (*onebottest.Server, *Adapter) {
	t.Helper()
	c.Token = "open sesame"
	config := Config{Mode: mode, Split: split, Token: "open sesame", Timeout: chat.Duration(5 * time.Second)}
	switch mode {
	case ModeReverse:
		config.Listen = freeAddress(t)
		c.Reverse = "ws://" + config.Listen + "/onebot/v11/ws"
	case ModeHTTP:
		config.Listen, config.Secret = freeAddress(t), "shared"
		c.Post, c.Secret = "http://"+config.Listen+"/", "shared"
	}
	world := newWorld(c)
	running, err := world.Start()
	must(t, err)
	t.Cleanup(running.Close)
	switch mode {
	case ModeWS:
		config.URL = running.WS()
	case ModeHTTP:
		config.URL = running.URL
	}
	a, err := New(config, chat.Host{Warn: func(err error) { t.Logf("warned: %v", err) }})
	must(t, err)
	a.backoff = chat.Backoff{First: 40 * time.Millisecond, Most: time.Second}
	return world, a
}

func rig(t *testing.T, mode string, split bool, c onebottest.Config) chattest.Rig {
	world, a := attach(t, mode, split, c)
	refs := map[string]int32{}
	say := func(who, text string) string {
		id := world.Say(group, people[who], text)
		ref := formatInt(int64(id))
		refs[ref] = id
		return ref
	}
	r := chattest.Rig{
		Adapter: a, Chat: "100200", Member: "mallory", Other: "bob", Admin: "alice",
		Ready: func() bool {
			_, known := a.rights.is("100200")
			return known && world.Clients() > 0 && (mode != ModeHTTP || a.Address() != nil)
		},
		Say:      say,
		SayAsBot: func(text string) { world.Say(group, self, text) },
		Join:     func(who string) { world.Join(group, people[who]) },
		Leave:    func(who string) { world.Leave(group, people[who]) },
		Whisper:  func(who, text string) { world.Whisper(people[who], text) },
		See: chattest.Sight{
			Present: func(who string) bool { m, _ := world.Member(group, people[who]); return m.Present },
			Banned:  func(who string) bool { m, _ := world.Member(group, people[who]); return m.Rejected },
			Muted:   func(who string) bool { return world.Muted(group, people[who]) },
			Told:    func(who string) []string { return world.Told(people[who]) },
			Deleted: func(ref string) bool { m, _ := world.Message(refs[ref]); return m.Recalled },
			Notices: func() []string {
				var texts []string
				for _, m := range world.Sent(group) {
					texts = append(texts, m.Text())
				}
				return texts
			},
		},
		Link:    chattest.Link{Redeliver: world.Redeliver, Cut: world.Cut, Mend: world.Mend},
		Failing: failing(world),
	}
	if mode == ModeWS {
		r.Link.Attempts = world.Attempts
	}
	return r
}

func failing(world *onebottest.Server) map[chat.ErrorKind]func() chat.Action {
	mute := func(user int64) chat.Action {
		return chat.Action{Verb: chat.Mute, Chat: "100200", Member: formatInt(user), For: time.Hour}
	}
	planned := func(retcode int, words string) func() chat.Action {
		return func() chat.Action {
			world.Fail("set_group_ban", retcode, words)
			return mute(mallory)
		}
	}
	return map[chat.ErrorKind]func() chat.Action{
		chat.Forbidden: func() chat.Action {
			world.SetRole(group, self, "member", false) // and nobody told us
			return mute(mallory)
		},
		chat.NotFound:    func() chat.Action { return mute(999) },
		chat.Transient:   planned(1200, "NTEvent timeout"),
		chat.RateLimited: planned(1200, "操作过于频繁"),
		chat.Other:       planned(1200, "something odd"),
	}
}

func TestConformance(t *testing.T) {
	const (
		noEdits   = "QQ has no edits"
		noCursor  = "OneBot sends nothing again"
		itDials   = "the implementation dials us"
		noConnect = "HTTP has no connection"
	)
	for _, c := range []struct {
		name  string
		mode  string
		split bool
		world onebottest.Config
		lacks map[string]string
	}{
		{"forward WebSocket", ModeWS, false, onebottest.Config{}, nil},
		{"forward WebSocket in two", ModeWS, true, onebottest.Config{CQ: true}, nil},
		{"forward WebSocket, ids as strings, CQ strings", ModeWS, false, onebottest.Config{StringIDs: true, CQ: true}, nil},
		{"reverse WebSocket", ModeReverse, false, onebottest.Config{}, map[string]string{"back-off": itDials}},
		{"HTTP", ModeHTTP, false, onebottest.Config{}, map[string]string{"back-off": noConnect}},
		{"HTTP, ids as strings, CQ strings", ModeHTTP, false, onebottest.Config{StringIDs: true, CQ: true}, map[string]string{"back-off": noConnect}},
	} {
		t.Run(c.name, func(t *testing.T) {
			lacks := map[string]string{"edit": noEdits, "acknowledgement": noCursor}
			maps.Copy(lacks, c.lacks)
			chattest.Run(t, chattest.Harness{
				Open:  func(t *testing.T) chattest.Rig { return rig(t, c.mode, c.split, c.world) },
				Lacks: lacks,
			})
		})
	}
}
