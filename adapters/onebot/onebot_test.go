package onebot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/adapters/onebot/onebottest"
)

func TestRefusalsAreToldApart(t *testing.T) {
	for _, c := range []struct {
		action, response string
		want             chat.ErrorKind
	}{
		{"set_group_ban", `{"status":"failed","retcode":1400,"message":"bad parameter"}`, chat.Other},
		{"set_group_ban", `{"status":"failed","retcode":1401}`, chat.Forbidden},
		{"set_group_ban", `{"status":"failed","retcode":1403}`, chat.Forbidden},
		{"set_group_whole_ban", `{"status":"failed","retcode":1404}`, chat.Unsupported},
		{"set_group_ban", `{"status":"failed","retcode":120101005,"message":"x"}`, chat.Forbidden},
		{"set_group_ban", `{"status":"failed","retcode":1200,"message":"error: 120101005 ERR_NOT_GROUP_ADMIN"}`, chat.Forbidden},
		{"set_group_ban", `{"status":"failed","retcode":"1200","wording":"不能禁言群主"}`, chat.Forbidden},
		{"set_group_kick", `{"status":"failed","retcode":1200,"message":"群成员不存在"}`, chat.NotFound},
		{"delete_msg", `{"status":"failed","retcode":1200,"message":"Recall failed"}`, chat.Unsupported},
		{"delete_msg", `{"status":"failed","retcode":200,"message":"?"}`, chat.Unsupported},
		{"delete_msg", `{"status":"failed","retcode":100,"message":"消息不存在"}`, chat.NotFound},
		{"send_group_msg", `{"status":"failed","retcode":1200,"message":"Timeout: NTEvent serviceAndMethod"}`, chat.Transient},
		{"send_group_msg", `{"status":"failed","retcode":1200,"message":"发送过于频繁"}`, chat.RateLimited},
		{"send_group_msg", `{"status":"failed","retcode":1200,"message":"odd"}`, chat.Other},
	} {
		p, err := decode([]byte(c.response))
		must(t, err)
		_, err = outcome(c.action, p)
		var e *chat.Error
		if !errors.As(err, &e) || e.Kind != c.want || e.Op != c.action {
			t.Errorf("%s answered with %s: %v, want %s", c.action, c.response, err, c.want)
		}
	}
	for _, good := range []string{`{"status":"ok","retcode":0,"data":null}`, `{"status":"async","retcode":1,"data":null}`, `{"retcode":0}`} {
		p, err := decode([]byte(good))
		must(t, err)
		if _, err := outcome("x", p); err != nil || !p.response() {
			t.Errorf("%s is a failure: %v", good, err)
		}
	}
	for status, want := range map[int]chat.ErrorKind{
		401: chat.Forbidden, 403: chat.Forbidden, 404: chat.Unsupported, 406: chat.Other, 429: chat.RateLimited, 500: chat.Transient, 502: chat.Transient,
	} {
		if got := httpRefusal("x", status).Kind; got != want {
			t.Errorf("HTTP %d is %s, want %s", status, got, want)
		}
	}
}

// running runs a until the test ends, keeps its events and says when one fits.
type running struct {
	mu     sync.Mutex
	events []chat.Event
}

func run(t *testing.T, a *Adapter) *running {
	t.Helper()
	r := &running{}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := a.Run(ctx, func(_ context.Context, e chat.Event) error {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.events = append(r.events, e)
			return nil
		}); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return r
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
		<-tick.C
	}
}

func TestCapabilitiesFollowTheRole(t *testing.T) {
	world, a := attach(t, ModeWS, false, onebottest.Config{})
	if c := a.Capabilities("100200"); !c.Warn || !c.Delete {
		t.Errorf("before the probe: %+v, want what OneBot can", c)
	}
	run(t, a)
	can := func(v chat.Verb) func() bool { return func() bool { return a.Capabilities("100200").Can(v) } }
	eventually(t, "the probe", func() bool { _, known := a.rights.is("100200"); return known })
	if c := a.Capabilities("100200"); !c.Delete || c.Mute != chat.MuteTimed || c.MuteMax != muteMax || c.Unban || c.DeleteWindow != 2*time.Minute {
		t.Errorf("an admin has %+v", c)
	}
	world.SetRole(group, self, "member", true)
	eventually(t, "the rights to be gone", func() bool { return !can(chat.Mute)() })
	if c := a.Capabilities("100200"); !c.Warn || c.Delete || c.Remove || c.Ban {
		t.Errorf("an ordinary member has %+v, want warnings only", c)
	}
	if _, err := a.Do(t.Context(), chat.Action{Verb: chat.Mute, Chat: "100200", Member: "7"}); chat.KindOf(err) != chat.Unsupported {
		t.Errorf("a mute without the right to: %v", err)
	}
	world.SetRole(group, self, "admin", true)
	eventually(t, "the rights to be back", can(chat.Mute))
}

func TestRightsLearnFromNotices(t *testing.T) {
	r := newRights()
	note := func(s string) {
		p, err := decode([]byte(s))
		must(t, err)
		r.note(p)
	}
	note(`{"post_type":"notice","notice_type":"group_ban","sub_type":"ban","group_id":1,"user_id":9,"self_id":9,"duration":60}`)
	if here, _ := r.is("1"); !time.Now().Before(here.muted) {
		t.Error("the bot does not know that it is mute")
	}
	note(`{"post_type":"notice","notice_type":"group_ban","sub_type":"lift_ban","group_id":1,"user_id":9,"self_id":9,"duration":0}`)
	if here, _ := r.is("1"); time.Now().Before(here.muted) {
		t.Error("the bot does not know that it may speak again")
	}
	note(`{"post_type":"notice","notice_type":"group_recall","group_id":1,"user_id":7,"operator_id":7,"self_id":9,"message_id":-5}`)
	if !r.recalledAlready("-5") || r.recalledAlready("-6") {
		t.Error("a recalled message is not known to be gone")
	}
	r.learn("1", chat.RoleAdmin)
	note(`{"post_type":"notice","notice_type":"group_decrease","sub_type":"kick_me","group_id":1,"user_id":9,"self_id":9}`)
	if _, known := r.is("1"); known {
		t.Error("the bot thinks that it is still in a group that it was put out of")
	}
}

func TestAGroupThatCannotBeProbedIsLeftAlone(t *testing.T) {
	world, a := attach(t, ModeWS, false, onebottest.Config{})
	for range 100 {
		world.Fail("get_group_member_info", 1200, "no such thing today") // not found: not worth another try now
	}
	r := run(t, a)
	eventually(t, "the first probe", func() bool { return len(world.Calls("get_group_member_info")) > 0 })
	for range 20 {
		world.Say(group, bob, "hello")
	}
	eventually(t, "the messages", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.events) == 20
	})
	if n := len(world.Calls("get_group_member_info")); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if !a.Capabilities("100200").Can(chat.Mute) {
		t.Error("a group that was not probed has not what OneBot can")
	}
}

func TestRecentForgetsTheOldest(t *testing.T) {
	r := recent{seen: map[string]bool{}}
	for i := range remembered + 1 {
		r.add(fmt.Sprint(i))
	}
	if r.seen["0"] || !r.seen["1"] || len(r.seen) != remembered || len(r.order) != remembered {
		t.Errorf("%d remembered", len(r.seen))
	}
}

func TestSilenceAfterHeartbeatsIsALostConnection(t *testing.T) {
	_, a := attach(t, ModeWS, false, onebottest.Config{})
	var mu sync.Mutex
	var warned []error
	a.host.Warn = func(err error) {
		mu.Lock()
		defer mu.Unlock()
		warned = append(warned, err)
	}
	connections := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		mu.Lock()
		connections++
		mu.Unlock()
		_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"post_type":"meta_event","meta_event_type":"heartbeat","status":{"online":true},"interval":10,"time":1,"self_id":1}`))
		for {
			if _, _, err := conn.Read(r.Context()); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	a.config.URL = "ws" + strings.TrimPrefix(server.URL, "http")
	run(t, a)
	eventually(t, "two new connections", func() bool { mu.Lock(); defer mu.Unlock(); return connections >= 3 })
	mu.Lock()
	defer mu.Unlock()
	if !errors.Is(warned[0], errSilence) {
		t.Errorf("warned of %v, want silence", warned[0])
	}
}

func TestWarningsAnswerNameAndAreNeverCode(t *testing.T) {
	world, a := attach(t, ModeWS, false, onebottest.Config{})
	run(t, a)
	eventually(t, "the connection", func() bool { _, known := a.rights.is("100200"); return known })
	ref := world.Say(group, mallory, "spam")
	act := chat.Action{Verb: chat.Warn, Chat: "100200", Member: "12345678", Message: formatInt(int64(ref)), Text: "[CQ:at,qq=all]"}
	receipt, err := a.Do(t.Context(), act)
	must(t, err)
	calls := world.Calls("send_group_msg")
	if len(calls) != 1 {
		t.Fatalf("%d messages were sent", len(calls))
	}
	want := fmt.Sprintf(`{"group_id":100200,"message":[{"type":"reply","data":{"id":"%d"}},{"type":"at","data":{"qq":"12345678"}},{"type":"text","data":{"text":" [CQ:at,qq=all]"}}]}`, ref)
	if diff := cmp.Diff(want, string(calls[0].Params)); diff != "" {
		t.Errorf("sent (-want +got):\n%s", diff)
	}
	if sent := world.Sent(group); len(sent) != 1 || receipt.ID != formatInt(int64(sent[0].ID)) {
		t.Errorf("the receipt %+v does not name the message", receipt)
	}

	// A message that is gone can't be answered.
	_, err = a.Do(t.Context(), chat.Action{Verb: chat.Delete, Chat: "100200", Message: act.Message})
	must(t, err)
	_, err = a.Do(t.Context(), act)
	must(t, err)
	if sent := world.Sent(group); len(sent) != 2 || sent[1].ReplyTo() != "" {
		t.Errorf("answered a message that is gone: %+v", sent)
	}
}

func TestActionsOnTheWire(t *testing.T) {
	world, a := attach(t, ModeHTTP, false, onebottest.Config{})
	run(t, a)
	eventually(t, "the probe", func() bool { _, known := a.rights.is("100200"); return known })
	do := func(act chat.Action) {
		act.Chat, act.Member = "100200", "12345678"
		if _, err := a.Do(t.Context(), act); err != nil {
			t.Errorf("%s: %v", act.Verb, err)
		}
	}
	do(chat.Action{Verb: chat.Mute, For: time.Second})
	do(chat.Action{Verb: chat.Mute, For: 400 * 24 * time.Hour})
	do(chat.Action{Verb: chat.Mute, For: 0})
	do(chat.Action{Verb: chat.Unmute})
	do(chat.Action{Verb: chat.Remove})
	world.Join(group, mallory)
	do(chat.Action{Verb: chat.Ban})
	var got []string
	for _, c := range append(world.Calls("set_group_ban"), world.Calls("set_group_kick")...) {
		got = append(got, string(c.Params))
	}
	want := []string{
		`{"group_id":100200,"user_id":12345678,"duration":60}`,
		`{"group_id":100200,"user_id":12345678,"duration":2592000}`,
		`{"group_id":100200,"user_id":12345678,"duration":2592000}`,
		`{"group_id":100200,"user_id":12345678,"duration":0}`,
		`{"group_id":100200,"user_id":12345678,"reject_add_request":false}`,
		`{"group_id":100200,"user_id":12345678,"reject_add_request":true}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestConfigNamesEveryFault(t *testing.T) {
	for _, c := range []struct {
		name   string
		config Config
		want   []string
	}{
		{"nothing", Config{}, []string{"url is missing"}},
		{"an unknown mode", Config{Mode: "carrier pigeon"}, []string{"mode:"}},
		{"keys of other modes", Config{URL: "ws://x", Listen: "127.0.0.1:1", Secret: "s"}, []string{"listen has no use", "secret has no use"}},
		{"an address of another protocol", Config{URL: "http://x"}, []string{"url must begin with ws://"}},
		{"an address with a token", Config{URL: "x://h?access_token=hunter2"}, []string{"url must begin"}},
		{"open to the network without a token", Config{Mode: ModeReverse, Listen: ":8080"}, []string{"open to the network"}},
		{"open to the network without a secret", Config{Mode: ModeHTTP, URL: "http://x", Listen: "0.0.0.0:80", Token: "t"}, []string{"give secret"}},
		{"not an address", Config{Mode: ModeReverse, Listen: "8080"}, []string{"not host:port"}},
		{"two of each", Config{URL: "ws://x", Token: "t", TokenFile: "f"}, []string{"only one of token and token_file"}},
		{"negative limits", Config{URL: "ws://x", ActsPerMinute: -1, WarnsPerMinute: -1}, []string{"acts_per_minute", "warns_per_minute"}},
		{"split where there is nothing to split", Config{Mode: ModeReverse, Listen: "127.0.0.1:1", Split: true}, []string{"split has no use"}},
		{"a token file that is not there", Config{URL: "ws://x", TokenFile: "/does/not/exist"}, []string{"token_file"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := New(c.config, chat.Host{})
			for _, want := range c.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want %q in it", err, want)
				}
			}
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the fault quotes a secret: %v", err)
			}
		})
	}
	for _, good := range []Config{
		{URL: "wss://host/path"}, {Mode: ModeReverse, Listen: "[::1]:8080"}, {Mode: ModeReverse, Listen: "0.0.0.0:8080", Token: "t"},
		{Mode: ModeHTTP, URL: "http://127.0.0.1:3000", Listen: "localhost:0"},
	} {
		if _, err := New(good, chat.Host{}); err != nil {
			t.Errorf("%+v is refused: %v", good, err)
		}
	}
}

func TestMembersAreLookedUp(t *testing.T) {
	world, a := attach(t, ModeWS, false, onebottest.Config{StringIDs: true})
	run(t, a)
	eventually(t, "the probe", func() bool { _, known := a.rights.is("100200"); return known })
	m, err := a.Member(t.Context(), "100200", "22345678")
	if err != nil || m.Name != "鲍勃" || m.Role != chat.RoleMember || time.Since(m.Joined) > time.Minute {
		t.Errorf("got %+v, %v", m, err)
	}
	if m, err := a.Member(t.Context(), "100200", "10001000"); err != nil || m.Role != chat.RoleSelf {
		t.Errorf("the bot itself is %+v, %v", m, err)
	}
	var params struct {
		NoCache bool `json:"no_cache"`
	}
	calls := world.Calls("get_group_member_info")
	must(t, json.Unmarshal(calls[len(calls)-1].Params, &params))
	if !params.NoCache {
		t.Error("the implementation's cache was asked")
	}
}

func TestGarbageIsSurvived(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		for _, frame := range []string{
			"", "\x00\xff", "{", "[1]", `{"echo":"patrol-999","status":"ok"}`, `{"post_type":"message","message_type":"group","group_id":[]}`,
			`{"post_type":"message","message_type":"group","group_id":1,"user_id":2,"self_id":3,"message_id":4,"time":5,"message":"still here"}`,
		} {
			_ = conn.Write(r.Context(), websocket.MessageText, []byte(frame))
		}
		for {
			if _, _, err := conn.Read(r.Context()); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	var log bytes.Buffer
	var mu sync.Mutex
	a, err := New(Config{URL: "ws" + strings.TrimPrefix(server.URL, "http"), Timeout: chat.Duration(time.Second)}, chat.Host{Warn: func(err error) {
		mu.Lock()
		defer mu.Unlock()
		fmt.Fprintln(&log, err)
	}})
	must(t, err)
	r := run(t, a)
	eventually(t, "the event after the garbage", func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return len(r.events) == 1 && r.events[0].Message.Text == "still here"
	})
	mu.Lock()
	defer mu.Unlock()
	if strings.Count(log.String(), "no OneBot") != 5 {
		t.Errorf("warned of:\n%s", log.String())
	}
}
