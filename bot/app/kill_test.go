package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/adapters/onebot/onebottest"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// build makes the real binary, without the race detector: it has to start a
// hundred times.
func build(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(dir, "patrol")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "patrol/bot").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

const killRules = `
rules:
  - {id: ad, keywords: [buy now], then: [delete, warn]}
  - {id: silence, keywords: [silence me], then: [delete, mute 1h, warn]}
  - {id: out, keywords: [throw me out], then: [remove]}
`

// TestKilledAtAnyMomentItLosesNothing kills the bot again and again while a group
// is busy, and then holds what the platform saw against what the store says.
func TestKilledAtAnyMomentItLosesNothing(t *testing.T) {
	kills := 6
	if os.Getenv("PATROL_E2E") != "" {
		kills = 100
	}
	k := newKillTest(t)
	stopTalk := k.talk()
	for n := range kills {
		p := k.start()
		// Anywhere between the first breath and busy work: this waits for nothing,
		// the random moment is the test.
		<-time.After(time.Duration(rand.IntN(250)) * time.Millisecond)
		if n%3 == 0 {
			k.overturnOne()
		}
		p.kill()
	}
	p := k.start()
	until(t, "enough happened after the last kill", func() bool { return k.acked.Load() > int64(5*kills) })
	stopTalk()
	k.overturnOne()
	k.settle()
	p.stop()
	k.check()
}

type killTest struct {
	t      *testing.T
	dir    string
	binary string
	fake   *onebottest.Server
	post   string
	http   *http.Client
	desk   *store.Store // a reviewer's, beside the bot
	acked  atomic.Int64
	users  atomic.Int64

	mu         sync.Mutex
	said       map[string]string // message id -> what was said
	settled    map[string]bool   // message ids that were acknowledged
	overturned map[string]bool   // case ids
}

const (
	killGroup = 100
	killSelf  = 10001
	firstUser = 1_000_000
)

func newKillTest(t *testing.T) *killTest {
	t.Helper()
	k := &killTest{
		t: t, dir: t.TempDir(), fake: onebottest.New(onebottest.Config{Self: killSelf, RecallWindow: time.Hour}),
		http: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second},
		said: map[string]string{}, settled: map[string]bool{}, overturned: map[string]bool{},
	}
	k.binary = build(t, k.dir)
	k.fake.AddGroup(killGroup, "admin")
	running, err := k.fake.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(running.Close)
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listen := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	k.post = "http://" + listen + "/"
	files := map[string]string{
		"rules.yaml": killRules,
		// Nothing may hold an action back: that it is done is what is looked at.
		"patrol.yaml": fmt.Sprintf("rules: [rules.yaml]\nreview: {precision: {target: 0}, sample: {per_day: 0}}\n"+
			"ladder: {brake: {removals: 0, rule: {members: 0}, share: {percent: 0}}}\nadapters:\n  - name: qq\n    kind: onebot\n"+
			"    config: {mode: http, url: %q, listen: %q, recall_window: 1h, acts_per_minute: 600000, warns_per_minute: 600000}\n", running.URL, listen),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(k.dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if k.desk, err = store.Open(t.Context(), store.Config{Path: filepath.Join(k.dir, "patrol.db")}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = k.desk.Close() })
	return k
}

// process is one life of the bot.
type process struct {
	t   *testing.T
	cmd *exec.Cmd
	log bytes.Buffer
}

// start begins a life and waits until the bot answers.
func (k *killTest) start() *process {
	k.t.Helper()
	p := &process{t: k.t, cmd: exec.Command(k.binary, "run", "-c", filepath.Join(k.dir, "patrol.yaml"))}
	p.cmd.Stderr = &p.log
	if err := p.cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	until(k.t, "the bot listens", func() bool {
		r, err := k.http.Get(k.post) // refused as no POST, but it answers
		if err != nil {
			return false
		}
		return r.Body.Close() == nil
	})
	return p
}

func (p *process) kill() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGKILL); err != nil {
		p.t.Fatalf("kill: %v\n%s", err, p.log.String())
	}
	_ = p.cmd.Wait() // it says that it was killed
}

func (p *process) stop() {
	p.t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Wait(); err != nil {
		p.t.Fatalf("a clean stop: %v\n%s", err, p.log.String())
	}
}

// talk lets several people talk at once until the returned function is called.
func (k *killTest) talk() (stop func()) {
	ctx, cancel := context.WithCancel(k.t.Context())
	var wg sync.WaitGroup
	for person := range 4 {
		wg.Go(func() {
			random := rand.New(rand.NewPCG(uint64(person), 7))
			for ctx.Err() == nil {
				text := []string{"good morning", "please buy now", "silence me", "throw me out", "what a day"}[random.IntN(5)]
				k.say(ctx, text)
			}
		})
	}
	return func() { cancel(); wg.Wait() }
}

// say has a new member say something, and posts the event until the bot has
// acknowledged it, through however many lives that takes.
func (k *killTest) say(ctx context.Context, text string) {
	user := firstUser + k.users.Add(1)
	k.fake.AddMember(killGroup, onebottest.Member{ID: user, Nickname: "Mallory"})
	id := k.fake.Say(killGroup, user, text)
	key := strconv.Itoa(int(id))
	k.mu.Lock()
	k.said[key] = text
	k.mu.Unlock()
	event, err := json.Marshal(map[string]any{
		"time": time.Now().Unix(), "self_id": killSelf, "post_type": "message", "message_type": "group", "sub_type": "normal",
		"message_id": id, "group_id": killGroup, "user_id": user, "raw_message": text,
		"message": []any{map[string]any{"type": "text", "data": map[string]any{"text": text}}},
		"sender":  map[string]any{"user_id": user, "nickname": "Mallory", "role": "member"},
	})
	if err != nil {
		k.t.Error(err)
		return
	}
	for ctx.Err() == nil {
		r, err := k.http.Post(k.post, "application/json", bytes.NewReader(event))
		if err != nil {
			<-time.After(5 * time.Millisecond) // it is dead: leave the next life room to begin
			continue
		}
		_ = r.Body.Close()
		if r.StatusCode == http.StatusNoContent {
			k.mu.Lock()
			k.settled[key] = true
			k.mu.Unlock()
			k.acked.Add(1)
			return
		}
	}
}

// overturnOne has a reviewer overturn the newest case of a mute.
func (k *killTest) overturnOne() {
	k.t.Helper()
	page, err := k.desk.Cases(k.t.Context(), review.Filter{Rule: "silence", States: []review.State{review.Acted}, Limit: 1})
	if err != nil {
		k.t.Fatal(err)
	}
	for _, c := range page.Cases {
		if _, err := review.NewQueue(review.Config{Store: k.desk}).Overturn(k.t.Context(), c.ID, "ann", "let him talk"); err != nil {
			k.t.Fatal(err)
		}
		k.overturned[c.ID] = true
	}
}

// cases are all cases of the store.
func (k *killTest) cases() (all []review.Case) {
	k.t.Helper()
	for after := ""; ; {
		page, err := k.desk.Cases(k.t.Context(), review.Filter{After: after, Limit: review.MaxPage})
		if err != nil {
			k.t.Fatal(err)
		}
		all = append(all, page.Cases...)
		if after = page.Next; after == "" {
			return all
		}
	}
}

// settle waits until nothing waits to be done.
func (k *killTest) settle() {
	k.t.Helper()
	until(k.t, "every action is settled", func() bool {
		for _, c := range k.cases() {
			for _, a := range c.Acts {
				if a.State == review.Doing || a.State == review.Due {
					return false
				}
			}
		}
		return true
	})
}

func (k *killTest) check() {
	t := k.t
	t.Helper()
	byMessage := map[string]review.Case{}
	for _, c := range k.cases() {
		if _, twice := byMessage[c.Event.Message.ID]; twice {
			t.Errorf("message %s has two cases", c.Event.Message.ID)
		}
		byMessage[c.Event.Message.ID] = c
	}
	violations, posted := 0, map[string]int{} // warnings by the case that they name
	for _, m := range k.fake.Sent(killGroup) {
		for _, c := range byMessage {
			if strings.Contains(m.Text(), c.ID) {
				posted[c.ID]++
			}
		}
	}
	for id, text := range k.said {
		c, recorded := byMessage[id]
		bad := text != "good morning" && text != "what a day"
		switch {
		case bad && k.settled[id] && !recorded:
			t.Errorf("%q of message %s was acknowledged and is not in the store", text, id)
		case !bad && recorded:
			t.Errorf("harmless message %s has a case", id)
		case bad && recorded:
			violations++
			k.checkCase(&c, posted[c.ID])
		}
		if !bad {
			number, _ := strconv.Atoi(id)
			if m, ok := k.fake.Message(int32(number)); !ok || m.Recalled {
				t.Errorf("harmless message %s was acted on", id)
			}
		}
	}
	if violations < 20 {
		t.Fatalf("only %d violations: too few to prove anything", violations)
	}
	if len(k.overturned) == 0 {
		t.Error("nothing was overturned")
	}
	head, err := k.desk.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(ledger.Head{}, k.desk.Entries(t.Context(), store.EntryFilter{}), head); err != nil {
		t.Errorf("the ledger: %v", err)
	}
	t.Logf("%d messages said, %d acknowledged, %d violations, %d overturned, %d ledger entries", len(k.said), len(k.settled), violations, len(k.overturned), head.Seq)
}

// checkCase holds one case against what the platform saw.
func (k *killTest) checkCase(c *review.Case, posted int) {
	t := k.t
	t.Helper()
	if posted > 2 {
		t.Errorf("case %s: %d warnings for one message", c.ID, posted)
	}
	number, _ := strconv.Atoi(c.Event.Message.ID)
	message, _ := k.fake.Message(int32(number))
	user, _ := strconv.ParseInt(c.Event.Author.ID, 10, 64)
	member, _ := k.fake.Member(killGroup, user)
	here := member.Present
	undone := k.overturned[c.ID]
	for _, a := range c.Acts {
		switch a.Action.Verb {
		case chat.Delete:
			if a.State != review.Done && !undone || a.State == review.Done && !message.Recalled {
				t.Errorf("case %s: delete is %s (%s), recalled %v", c.ID, a.State, a.Error, message.Recalled)
			}
		case chat.Warn:
			given := a.State == review.Failed && strings.Contains(a.Error, "not repeated")
			if a.State != review.Done && !given && !undone || a.State == review.Done && posted == 0 {
				t.Errorf("case %s: warn is %s (%s), posted %d times", c.ID, a.State, a.Error, posted)
			}
		case chat.Mute:
			if !undone && (a.State != review.Done || !k.fake.Muted(killGroup, user)) {
				t.Errorf("case %s: mute is %s (%s), member %+v", c.ID, a.State, a.Error, member)
			}
		case chat.Remove:
			if a.State != review.Done || here {
				t.Errorf("case %s: remove is %s (%s), still here %v", c.ID, a.State, a.Error, here)
			}
		}
	}
	if undone && k.fake.Muted(killGroup, user) {
		t.Errorf("case %s was overturned and the member is still muted: %+v", c.ID, c.Acts)
	}
}
