package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/goleak"

	"patrol/bot/app"
	"patrol/bot/config"
	"patrol/bot/review"
	"patrol/rules/lang"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const adRule = "rules:\n  - {id: ad, title: {zh: 广告, en: advertising}, keywords: [buy now], then: ladder}\n"

// bot is a bot over a folder of its own, fed by lines.
type bot struct {
	t      *testing.T
	dir    string
	config *config.Config
	out    safeBuffer
	alarms chan lang.Text
}

func newBot(t *testing.T, more string) *bot {
	t.Helper()
	b := &bot{t: t, dir: t.TempDir(), alarms: make(chan lang.Text, 16)}
	b.write("rules.yaml", adRule)
	if !strings.Contains(more, "review:") {
		more += "review: {sample: {per_day: 0}}\n"
	}
	b.write("patrol.yaml", "rules: [rules.yaml]\nadapters: [{name: pipe, kind: jsonl}]\n"+more)
	b.load()
	return b
}

// load reads the bot file as it is by now.
func (b *bot) load() {
	b.t.Helper()
	c, faults := config.Load(filepath.Join(b.dir, "patrol.yaml"))
	if err := faults.Err(); err != nil {
		b.t.Fatal(err)
	}
	b.config = c
}

func (b *bot) write(name, content string) {
	b.t.Helper()
	if err := os.WriteFile(filepath.Join(b.dir, name), []byte(content), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bot) app(in io.Reader) *app.App {
	b.t.Helper()
	a, err := app.New(b.t.Context(), app.Options{
		Config: b.config, Log: zerolog.Nop(), Stdin: in, Stdout: &b.out,
		Alarm: func(what lang.Text) { b.alarms <- what },
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return a
}

func line(id, member, text string) string {
	return fmt.Sprintf(`{"id":%q,"kind":"message","platform":"test","chat":"room","author":{"id":%q,"name":"N"},"message":{"id":%q,"text":%q},"time":%q}`+"\n",
		id, member, id, text, time.Now().Format(time.RFC3339Nano))
}

// safeBuffer may be written and read at once.
type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// until polls what until it holds, for at most a minute.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-deadline.C:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

func Example() {
	dir, err := os.MkdirTemp("", "patrol-example-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	_ = os.WriteFile(filepath.Join(dir, "rules.yaml"), []byte(adRule), 0o600)
	c, faults := config.Parse(filepath.Join(dir, "patrol.yaml"), []byte("rules: [rules.yaml]\nadapters: [{name: pipe, kind: jsonl}]\n"))
	if faults.Fatal() {
		fmt.Println(faults)
		return
	}
	var out bytes.Buffer
	a, err := app.New(context.Background(), app.Options{
		Config: c, Log: zerolog.Nop(), Stdin: strings.NewReader(line("m1", "u1", "buy now")), Stdout: &out,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = a.Run(context.Background()) // until the input ends
	for action := range strings.Lines(out.String()) {
		var read struct{ Verb, Member string }
		_ = json.Unmarshal([]byte(action), &read)
		fmt.Println(read.Verb, read.Member)
	}
	fmt.Println(err)
	// Output:
	// delete u1
	// warn u1
	// <nil>
}

func TestBotActsOnLinesAndKeepsTheCase(t *testing.T) {
	b := newBot(t, "")
	if err := b.app(strings.NewReader(line("m1", "u1", "good morning") + line("m2", "u2", "buy now"))).Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := b.out.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"verb":"delete"`) || !strings.Contains(got, `"verb":"warn"`) {
		t.Errorf("actions: %s", got)
	}
	again := b.app(strings.NewReader(""))
	page, err := again.Store().Cases(t.Context(), review.Filter{})
	if err != nil || len(page.Cases) != 1 || page.Cases[0].State != review.Acted || page.Cases[0].Acts[1].State != review.Done {
		t.Errorf("after a restart: %+v, %v", page.Cases, err)
	}
	if err := again.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOneStoreHasOneBot(t *testing.T) {
	b := newBot(t, "")
	first := b.app(strings.NewReader(""))
	_, err := app.New(t.Context(), app.Options{Config: b.config, Log: zerolog.Nop()})
	if err == nil || !strings.Contains(err.Error(), "in use by another patrol run") {
		t.Errorf("a second bot on the same store: %v", err)
	}
	if err := first.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestRulesAreReloadedAllOrNothing(t *testing.T) {
	b := newBot(t, "")
	in, say := io.Pipe()
	a := b.app(in)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	send := func(id, text string) {
		t.Helper()
		if _, err := io.WriteString(say, line(id, "u-"+id, text)); err != nil {
			t.Fatal(err)
		}
	}
	send("m1", "buy now")
	until(t, "the first rules act", func() bool { return strings.Contains(b.out.String(), `"u-m1"`) })

	b.write("rules.yaml", "rules:\n  - {id: ad, keywordz: [sell later], then: ladder}\n")
	refused := <-b.alarms
	if !strings.Contains(refused.En, "rules.yaml:2:") || !strings.Contains(refused.En, "keywordz") || !strings.Contains(refused.Zh, "继续使用上一版") {
		t.Errorf("the refusal does not name the place: %q", refused.En)
	}
	send("m2", "buy now")
	until(t, "the last good rules still act", func() bool { return strings.Contains(b.out.String(), `"u-m2"`) })

	b.write("rules.yaml", strings.ReplaceAll(adRule, "buy now", "sell later"))
	<-b.alarms
	send("m3", "buy now")
	send("m4", "sell later")
	until(t, "the new rules act", func() bool { return strings.Contains(b.out.String(), `"u-m4"`) })
	if strings.Contains(b.out.String(), `"u-m3"`) {
		t.Error("the old rules act as well")
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}

func TestRateWindowsSurviveARestart(t *testing.T) {
	b := newBot(t, "")
	b.write("rules.yaml", "rules:\n  - {id: flood, flood: {per: member, messages: 3, in: 1h}, then: ladder}\n")
	for run, lines := range []string{line("m1", "u", "a") + line("m2", "u", "b") + line("m3", "u", "c"), line("m4", "u", "d")} {
		if strings.Contains(b.out.String(), "verb") {
			t.Fatalf("acted before run %d", run)
		}
		if err := b.app(strings.NewReader(lines)).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if !strings.Contains(b.out.String(), `"verb":"delete"`) {
		t.Error("the fourth message after a restart was taken for the first")
	}
}

func TestWhatRulesRememberSurvivesARestart(t *testing.T) {
	b := newBot(t, "")
	b.write("rules.yaml", "rules:\n  - {id: copy, repeat: {per: chat, members: 3, in: 10m, first: 2}, then: ladder}\n")
	const text = "进群领红包，先到先得，人人都有份"
	regular := line("r1", "r", "早上好呀各位") + line("r2", "r", "今天天气真不错") + line("r3", "r", "中午吃什么好呢")
	for run, lines := range []string{regular + line("m1", "a", text) + line("m2", "b", text), line("m3", "r", text) + line("m4", "c", text)} {
		if strings.Contains(b.out.String(), "verb") {
			t.Fatalf("acted before run %d", run)
		}
		if err := b.app(strings.NewReader(lines)).Run(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	out := b.out.String()
	if !strings.Contains(out, `"verb":"delete"`) || !strings.Contains(out, `"m4"`) {
		t.Errorf("the third newcomer was taken for the first: %s", out)
	}
	if strings.Contains(out, `"m3"`) {
		t.Errorf("a regular was taken for a newcomer: %s", out)
	}
}

func TestOperationsAnswer(t *testing.T) {
	b := newBot(t, "metrics: {listen: \"127.0.0.1:0\"}\nconsole: {listen: \"127.0.0.1:0\"}\n")
	in, say := io.Pipe()
	a := b.app(in)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	if _, err := io.WriteString(say, line("m1", "u", "buy now")); err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	get := func(address, path string) string {
		r, err := client.Get("http://" + address + path)
		if err != nil {
			return err.Error()
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err.Error()
		}
		return fmt.Sprint(r.StatusCode, " ", string(body))
	}
	until(t, "the metrics count", func() bool {
		m := get(a.MetricsAddress(), "/metrics")
		return strings.Contains(m, `patrol_hits_total{mode="live",rule="ad"} 1`) && strings.Contains(m, "patrol_events_total 1") &&
			strings.Contains(m, `patrol_actions_total{state="done",verb="warn"} 1`)
	})
	for path, want := range map[string]string{"/healthz": "200 ok\n", "/readyz": "200 ready\n"} {
		if got := get(a.MetricsAddress(), path); got != want {
			t.Errorf("%s: %q", path, got)
		}
	}
	if got := get(a.ConsoleAddress(), "/login"); !strings.HasPrefix(got, "200 ") {
		t.Errorf("the console: %.200s", got)
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	if got := get(a.ConsoleAddress(), "/login"); strings.HasPrefix(got, "200 ") {
		t.Error("the console outlives the bot")
	}
}

func TestFaultsNameTheirPlace(t *testing.T) {
	for _, c := range []struct{ name, file, rules, want string }{
		{"no such kind of connection", "rules: [rules.yaml]\nadapters: [{name: a, kind: smoke}]\n", adRule, `patrol.yaml:2:`},
		{"a key that the adapter lacks", "rules: [rules.yaml]\nadapters: [{name: a, kind: jsonl, config: {inn: x}}]\n", adRule, `patrol.yaml:2:`},
		{"a rule file with a fault", "rules: [rules.yaml]\nadapters: [{name: a, kind: jsonl}]\n", "rules: [{id: x, then: dance}]\n", `rules.yaml:1:`},
		{"a pattern that names no file", "rules: [nowhere/*.yaml]\nadapters: [{name: a, kind: jsonl}]\n", adRule, `nowhere`},
		{"a port that is no port", "rules: [rules.yaml]\nadapters: [{name: a, kind: jsonl}]\nmetrics: {listen: \"127.0.0.1:99999\"}\n", adRule, `metrics.listen`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBot(t, "")
			b.write("patrol.yaml", c.file)
			b.write("rules.yaml", c.rules)
			parsed, faults := config.Load(filepath.Join(b.dir, "patrol.yaml"))
			if faults.Fatal() {
				t.Fatal(faults)
			}
			_, err := app.New(t.Context(), app.Options{Config: parsed, Log: zerolog.Nop()})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something with %q", err, c.want)
			}
		})
	}
}

func TestOverdueCasesAreHandedUp(t *testing.T) {
	b := newBot(t, "review: {due: {minor: 1ms}, sample: {per_day: 0}}\n")
	b.write("rules.yaml", strings.Replace(adRule, "then: ladder", "then: review", 1))
	first := b.app(strings.NewReader(line("1", "m", "buy now")))
	if err := first.Run(t.Context()); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	in, out := io.Pipe()
	second := b.app(in)
	ended := make(chan error, 1)
	go func() { ended <- second.Run(t.Context()) }()
	for told := false; !told; {
		select {
		case what := <-b.alarms:
			told = strings.Contains(what.En, "1 cases are overdue and were escalated")
		case <-time.After(time.Minute):
			t.Fatal("nobody was told of the overdue case")
		}
	}
	page, err := second.Store().Cases(t.Context(), review.Filter{Escalated: true})
	if err != nil || len(page.Cases) != 1 || page.Cases[0].Escalated.By != "patrol" {
		t.Errorf("%d escalated cases, %v", len(page.Cases), err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	<-ended
}
