package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/command"
	"patrol/bot/ledger"
)

// screen is output that a test may look at while it is written.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// botFile is a bot that reads events from standard input.
func botFile(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), someRules)
	return write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nadapters: [{name: main, kind: jsonl}]\nconsole: {listen: '127.0.0.1:0'}\nreview: {sample: {per_day: 0}}\n")
}

// patrolling is a bot at work.
type patrolling struct {
	events    io.WriteCloser
	interrupt context.CancelFunc
	out, err  screen
	code      chan int
	reload    chan os.Signal
}

func startPatrol(t *testing.T, bot string) *patrolling {
	t.Helper()
	in, events := io.Pipe()
	p := &patrolling{events: events, code: make(chan int, 1), reload: make(chan os.Signal)}
	interrupted := make(chan context.CancelFunc, 1)
	env := command.Env{
		Stdin: in, Stdout: &p.out, Stderr: &p.err,
		Interrupt: func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			interrupted <- cancel
			return ctx, cancel
		},
		Reloads: func() (<-chan os.Signal, func()) { return p.reload, func() {} },
	}
	go func() { p.code <- command.Run(context.WithoutCancel(t.Context()), []string{"run", "-c", bot}, env) }()
	select {
	case p.interrupt = <-interrupted:
	case code := <-p.code:
		t.Fatalf("it ended with %d:\n%s", code, p.err.String())
	}
	eventually(t, "on patrol", func() bool { return strings.Contains(p.err.String(), "on patrol") })
	return p
}

// hear sends a message and waits until n actions of its member are asked for.
func (p *patrolling) hear(t *testing.T, id, member, text string, n int) {
	t.Helper()
	event := chat.Event{
		ID: id, Kind: chat.KindMessage, Platform: "qq", Chat: "100", Author: chat.Member{ID: member, Name: "小\x1b明"},
		Message: chat.Message{ID: "m-" + id, Text: text}, Time: time.Now(),
	}
	if err := json.NewEncoder(p.events).Encode(event); err != nil {
		t.Fatal(err)
	}
	eventually(t, fmt.Sprintf("%d actions against %s", n, member), func() bool {
		return strings.Count(p.out.String(), fmt.Sprintf(`"member":%q`, member)) >= n
	})
}

func (p *patrolling) stop(t *testing.T) {
	t.Helper()
	p.interrupt()
	select {
	case code := <-p.code:
		if code != command.Fine {
			t.Errorf("it ended with %d:\n%s", code, p.err.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatal("it does not stop")
	}
	if err := p.events.Close(); err != nil { // only now does a read of the input end
		t.Fatal(err)
	}
}

// caseIDs are the ids of all cases, the newest first.
func caseIDs(t *testing.T, bot string) []string {
	t.Helper()
	var page struct{ Cases []struct{ ID string } }
	decode(t, run(t, "cases", "list", "-c", bot, "--state", "all", "--json").must(t, command.Fine).out, &page)
	var ids []string
	for _, c := range page.Cases {
		ids = append(ids, c.ID)
	}
	return ids
}

// A bot acts, a person overturns it from another process, and the bot undoes it.
func TestRunActsAndAnOverturnUndoesIt(t *testing.T) {
	bot := botFile(t)
	p := startPatrol(t, bot)
	p.hear(t, "e1", "u1", "低价卖 号", 3) // delete, mute, warn
	eventually(t, "the case is settled", func() bool {
		return strings.Contains(run(t, "cases", "list", "-c", bot, "--state", "acted").out, "ads.sale")
	})
	id := caseIDs(t, bot)[0]
	eventually(t, "the mute is recorded as done", func() bool {
		return strings.Count(run(t, "cases", "show", "-c", bot, id).out, "  done  ") == 3
	})
	run(t, "cases", "overturn", "-c", bot, id[:6], "--as", "li", "-m", "他在举报").must(t, command.Fine).
		says(t, "overturned", "to be done: unmute", "can't be undone: delete", "can't be undone: warn", "strike: void", "patrol run carries it out")
	eventually(t, "the unmute", func() bool { return strings.Contains(p.out.String(), `"verb":"unmute"`) })
	p.reload <- os.Interrupt // any signal of the channel
	eventually(t, "a reload", func() bool { return strings.Contains(p.err.String(), "new rules at work") })
	p.stop(t)

	run(t, "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "overturned", "【卖 号】", "unmute  done", "void", "他在举报", "li")
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).says(t, "the ledger holds")
	run(t, "ledger", "show", "-c", bot, "--case", id).must(t, command.Fine).says(t, "decided", "overturned", "unmute", "ads.sale")
}

func TestRunLogsForProgramsAndForPeople(t *testing.T) {
	bot := botFile(t)
	p := startPatrol(t, bot)
	p.hear(t, "e1", "u1", "低价卖 号", 3)
	p.stop(t)
	decided := false
	for line := range strings.Lines(p.err.String()) {
		var entry struct{ Message, Case string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		decided = decided || entry.Message == "decision" && entry.Case != ""
	}
	if !decided || !strings.Contains(p.err.String(), "patrol users add") {
		t.Errorf("the log lacks the decision, or how to log in:\n%s", p.err.String())
	}
}

// someCases is a bot file whose store has three cases: of 卖号 (acted), of 代练
// (open) and of 日志 (logged), with a hostile name.
func someCases(t *testing.T) string {
	t.Helper()
	bot := botFile(t)
	p := startPatrol(t, bot)
	p.hear(t, "e1", "u1", "低价卖 号", 3)
	p.hear(t, "e2", "u2", "谁要代练\u202e\x1b[2J", 0)
	p.hear(t, "e3", "u3", "看日志", 0)
	eventually(t, "three cases", func() bool {
		return strings.Count(p.err.String(), `"message":"decision"`) == 3
	})
	p.stop(t)
	if ids := caseIDs(t, bot); len(ids) != 3 {
		t.Fatalf("cases: %v", ids)
	}
	return bot
}

func TestCases(t *testing.T) {
	bot := someCases(t)
	ids := caseIDs(t, bot)
	open := ids[1]

	list := run(t, "cases", "list", "-c", bot).must(t, command.Fine).says(t, open, "ads.boost", "open", "CASE")
	if strings.Contains(list.out, ids[0]) || strings.ContainsAny(list.out, "\x1b\u202e") {
		t.Errorf("the list of open cases:\n%q", list.out)
	}
	run(t, "--lang=zh", "cases", "list", "-c", bot, "--state", "acted,logged").must(t, command.Fine).says(t, ids[0], ids[2], "已自动处置", "仅记录")
	run(t, "cases", "list", "-c", bot, "--state", "all", "--rule", "talk.log").must(t, command.Fine).says(t, ids[0])
	run(t, "cases", "list", "-c", bot, "--text", "代练").must(t, command.Fine).says(t, open)
	run(t, "cases", "list", "-c", bot, "--text", "代写").must(t, command.Fine).says(t, "There are no such cases")
	run(t, "cases", "list", "-c", bot, "--escalated").must(t, command.Fine).says(t, "There are no such cases")
	run(t, "cases", "list", "-c", bot, "--overdue").must(t, command.Fine).says(t, "There are no such cases")
	run(t, "cases", "list", "-c", bot, "--state", "all", "--limit", "1").must(t, command.Fine).says(t, "--after ")
	run(t, "cases", "list", "-c", bot, "--chat", "main/100", "--severity", "minor", "--member", "u2").must(t, command.Fine).says(t, open)

	run(t, "cases", "show", "-c", bot, open[:5]).must(t, command.Fine).says(t, "谁要【代练】⟦U+202E⟧⟦U+001B⟧[2J", "小⟦U+001B⟧明", "a person decides", "held")
	run(t, "--lang=zh", "cases", "show", "-c", bot, strings.ToUpper(open)).must(t, command.Fine).says(t, "案件 "+open, "待处理", "规则集")
	var shown struct{ ID, State string }
	decode(t, run(t, "cases", "show", "-c", bot, open, "--json").must(t, command.Fine).out, &shown)
	if shown.ID != open || shown.State != "open" {
		t.Errorf("shown: %+v", shown)
	}
	for name, id := range map[string]string{"unknown": "zzzzzz", "too short": open[:2], "empty": ""} {
		if got := run(t, "cases", "show", "-c", bot, id); got.code != command.Failed {
			t.Errorf("a case of %s id: exit code %d", name, got.code)
		}
	}
}

func TestCaseVerbs(t *testing.T) {
	bot := someCases(t)
	id := caseIDs(t, bot)[1]
	do := func(verb string, more ...string) outcome {
		return run(t, append([]string{"cases", verb, "-c", bot, id}, more...)...)
	}
	do("claim", "--as", "li").must(t, command.Fine).says(t, "held by li")
	do("claim", "--as", "wang").must(t, command.Failed).says(t, "li")
	do("uphold", "--as", "wang").must(t, command.Failed)
	do("note", "a", "word", "--as", "wang").must(t, command.Fine)
	do("note", "  ").must(t, command.Failed)
	do("release", "--as", "li").must(t, command.Fine)
	do("uphold", "--as", "wang", "--ground", "确是代练").must(t, command.Fine).says(t, "upheld", "to be done: delete", "strike: counts")
	do("uphold", "--as", "wang").must(t, command.Failed).says(t, "decided already")
	do("show").must(t, command.Fine).says(t, "确是代练", "a word", "wang", "counts")
	var after struct{ State string }
	decode(t, do("overturn", "--as", "wang", "--json").must(t, command.Fine).out, &after)
	if after.State != "overturned" {
		t.Errorf("after: %+v", after)
	}
	run(t, "ledger", "show", "-c", bot, "--case", id).must(t, command.Fine).says(t, "claimed", "noted", "released", "upheld", "overturned")
	if got := runIn(t, command.Env{User: "patrol"}, "cases", "claim", "-c", bot, id); got.code != command.Misused {
		t.Errorf("a system user called like the bot may act: %d", got.code)
	}
}

func TestLedger(t *testing.T) {
	bot := someCases(t)
	id := caseIDs(t, bot)[1]
	head := run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).out
	noted := strings.TrimSpace(head[strings.LastIndex(head, "  "):])
	run(t, "ledger", "verify", "-c", bot, "--head", noted).must(t, command.Fine)
	seq, hash, _ := strings.Cut(noted, ":")
	run(t, "ledger", "verify", "-c", bot, "--head", seq+":"+strings.Repeat("0", len(hash))).must(t, command.Wrong).says(t, "entry "+seq+" is broken")
	run(t, "ledger", "verify", "-c", bot, "--head", "999:"+hash).must(t, command.Wrong)
	var verified struct {
		OK    bool
		Entry int64
		Fault string
	}
	decode(t, run(t, "ledger", "verify", "-c", bot, "--json").must(t, command.Fine).out, &verified)
	if !verified.OK {
		t.Errorf("verified: %+v", verified)
	}

	show := run(t, "ledger", "show", "-c", bot, "--from", "2", "--limit", "2").must(t, command.Fine)
	if strings.Count(show.out, "\n") != 2 {
		t.Errorf("two entries:\n%s", show.out)
	}
	for line := range strings.Lines(run(t, "ledger", "show", "-c", bot, "--json").must(t, command.Fine).out) {
		var record struct {
			Entry struct{ Kind string }
			Hash  string
		}
		decode(t, line, &record)
		if record.Entry.Kind == "" || len(record.Hash) != 64 {
			t.Errorf("record: %s", line)
		}
	}
	testExport(t, bot, id)
}

func testExport(t *testing.T, bot, id string) {
	dir := filepath.Join(t.TempDir(), "out") + string(filepath.Separator)
	run(t, "ledger", "export", "-c", bot, "--case", id, "-o", dir).must(t, command.Fine).says(t, "evidence-"+id+".json", ".html")
	data, err := os.ReadFile(filepath.Join(dir, "evidence-"+id+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.VerifyBundle(data); err != nil {
		t.Error(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "evidence-"+id+".html"))
	if err != nil || !bytes.Contains(page, []byte(id)) {
		t.Errorf("the page: %d bytes, %v", len(page), err)
	}
	run(t, "ledger", "export", "-c", bot, "--case", id, "-o", dir).must(t, command.Failed)
	file := filepath.Join(t.TempDir(), "case.json")
	run(t, "ledger", "export", "-c", bot, "--case", id, "-o", file).must(t, command.Fine)
	if _, err := os.Stat(strings.TrimSuffix(file, ".json") + ".html"); err != nil {
		t.Error(err)
	}
	run(t, "ledger", "export", "-c", bot, "--case", "zzzz").must(t, command.Failed)
}

func TestUsers(t *testing.T) {
	bot := botFile(t)
	secret := "correct horse battery\n"
	feed(t, secret, "users", "add", "-c", bot, "小王", "--role", "admin", "--password-stdin").must(t, command.Fine).says(t, "小王", "admin")
	feed(t, secret, "users", "add", "-c", bot, "小王", "--password-stdin").must(t, command.Failed).says(t, "taken")
	feed(t, "short\n", "users", "add", "-c", bot, "li", "--password-stdin").must(t, command.Failed)
	run(t, "users", "add", "-c", bot, "li").must(t, command.Misused).says(t, "--password-stdin")
	run(t, "--lang=zh", "users", "list", "-c", bot).must(t, command.Fine).says(t, "小王", "管理员", "启用")
	run(t, "users", "disable", "-c", bot, "小王").must(t, command.Fine)
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "disabled")
	run(t, "users", "enable", "-c", bot, "小王").must(t, command.Fine)
	run(t, "users", "disable", "-c", bot, "nobody").must(t, command.Failed)
	feed(t, "another good one\n", "users", "passwd", "-c", bot, "小王", "--password-stdin").must(t, command.Fine)
	var all []struct {
		Name, Role string
		Disabled   bool
	}
	got := run(t, "users", "list", "-c", bot, "--json").must(t, command.Fine)
	decode(t, got.out, &all)
	if len(all) != 1 || all[0].Name != "小王" || all[0].Role != "admin" || all[0].Disabled || strings.Contains(got.out, "argon2") {
		t.Errorf("accounts: %s", got.out)
	}
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "tester", "added account 小王", "gave 小王 a new password")
}

func TestPasswordsFromATerminal(t *testing.T) {
	bot := botFile(t)
	typed := func(passwords ...string) command.Env {
		return command.Env{ReadPassword: func() (string, error) {
			if len(passwords) == 0 {
				return "", errors.New("the terminal is gone")
			}
			next := passwords[0]
			passwords = passwords[1:]
			return next, nil
		}}
	}
	runIn(t, typed("correct horse battery", "correct horse battery"), "users", "add", "-c", bot, "li").must(t, command.Fine).says(t, "Password", "Once more")
	runIn(t, typed("correct horse battery", "correct horse bettery"), "users", "add", "-c", bot, "wang").must(t, command.Failed).says(t, "differ")
	runIn(t, typed(), "users", "add", "-c", bot, "wang").must(t, command.Failed).says(t, "terminal is gone")
	got := runIn(t, typed("correct horse battery", "correct horse battery"), "users", "passwd", "-c", bot, "li").must(t, command.Fine)
	if strings.Contains(got.out+got.err, "horse") {
		t.Error("the password is shown")
	}
}

func TestDemoPlaysOnce(t *testing.T) {
	got := run(t, "demo", "--once", "--speed", "500", "--lang", "zh").must(t, command.Fine).says(t, "小结", "http://127.0.0.1:")
	if strings.Contains(got.out, "\x1b") {
		t.Error("colour without a terminal")
	}
}

func TestWhatInitWritesWorks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "bot")
	run(t, "init", "--dir", dir, "--yes", "--platform", "jsonl").must(t, command.Fine)
	rules := filepath.Join(dir, "rules")
	run(t, "rules", "check", rules).must(t, command.Fine).says(t, "0 warnings")
	run(t, "rules", "test", rules).must(t, command.Fine).says(t, " 0 failed")
	bot := filepath.Join(dir, "patrol.yaml")
	lines := scan(t, "加 薇 信 abc12345 领红包\n我用微信支付了\n", "-c", bot)
	if len(lines) != 2 || lines[0].Action != "ladder" || lines[1].Flagged {
		t.Errorf("scanned: %+v", lines)
	}
	feed(t, "", "replay", "-c", bot, "-").must(t, command.Fine).says(t, "events        0")
}

func TestVerdictsAreProposedTakenBackAndDoneInBulk(t *testing.T) {
	bot := someCases(t)
	ids := caseIDs(t, bot)
	acted, open := ids[2], ids[1]
	change(t, bot, "review: {", "language: en\nreview: {second_reviewer: [mute], apology: {en: \"{name}: sorry, {rule} was wrong ({case})\"}, ")

	run(t, "cases", "escalate", "-c", bot, open, "--as", "li", "-m", "a regular").must(t, command.Fine).says(t, "escalated")
	run(t, "cases", "show", "-c", bot, open).must(t, command.Fine).says(t, "escalated", "a regular")
	run(t, "cases", "undo", "-c", bot, open, "--as", "li").must(t, command.Fine)
	run(t, "cases", "undo", "-c", bot, open, "--as", "li").must(t, command.Failed).says(t, "nothing of yours to take back")

	run(t, "cases", "uphold", "-c", bot, open, "--as", "li", "--instead", "mute 24h").must(t, command.Fine).says(t, "another person has to confirm")
	run(t, "cases", "uphold", "-c", bot, open, "--as", "li", "--instead", "mute 24h").must(t, command.Failed).says(t, "another person has to confirm this")
	run(t, "cases", "uphold", "-c", bot, open, "--as", "wu", "--instead", "mute 25h").must(t, command.Failed).says(t, "the ladder has no such measure")
	run(t, "cases", "uphold", "-c", bot, open, "--as", "wu").must(t, command.Fine).says(t, "upheld", "to be done: mute 24h")
	run(t, "cases", "undo", "-c", bot, open, "--as", "wu").must(t, command.Fine).says(t, "open", "cancelled: mute 24h")

	run(t, "cases", "repost", "-c", bot, acted, "--as", "li").must(t, command.Failed).says(t, "was not deleted")
	run(t, "cases", "overturn", "-c", bot, acted, open[:6], open, "--as", "li", "-m", "a game").must(t, command.Fine).says(t, acted, open, "to be done: unmute", "to be done: notice")
	run(t, "cases", "repost", "-c", bot, acted, "--as", "li").must(t, command.Fine).says(t, "to be done: notice")

	p := startPatrol(t, bot)
	eventually(t, "the apology and the text", func() bool {
		return strings.Contains(p.out.String(), "sorry, selling accounts was wrong ("+acted+")") && strings.Contains(p.out.String(), `A message that was deleted by mistake. 小明 said:\n\u003e 低价卖 号`)
	})
	p.stop(t)
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).says(t, "the ledger holds")
}

// change replaces a part of a file.
func change(t *testing.T, path, part, by string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || strings.Count(string(data), part) != 1 {
		t.Fatalf("%q is not in %s: %v", part, data, err)
	}
	if err := os.WriteFile(path, []byte(strings.Replace(string(data), part, by, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}
