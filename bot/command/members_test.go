package command_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/command"
)

// tell hands an event to the bot.
func (p *patrolling) tell(t *testing.T, e chat.Event) {
	t.Helper()
	e.Platform, e.Time = "qq", time.Now()
	if e.Chat == "" && e.Kind != chat.KindDirect {
		e.Chat = "100"
	}
	if err := json.NewEncoder(p.events).Encode(e); err != nil {
		t.Fatal(err)
	}
}

func member(id string) chat.Member { return chat.Member{ID: id, Name: "name-of-" + id} }

// memberBot is a bot that talks with members; more is added to its bot file.
func memberBot(t *testing.T, more string) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), someRules)
	return write(t, filepath.Join(dir, "patrol.yaml"), "rules: [r.yaml]\nreview: {sample: {per_day: 0}}\n"+more)
}

// A member reports a message, another does so too, and a reviewer upholds: nowhere is
// it said who they were, until somebody looks, and that is in the ledger.
func TestMembersReportAMessage(t *testing.T) {
	bot := memberBot(t, "adapters: [{name: main, kind: jsonl}]\n")
	p := startPatrol(t, bot)
	p.tell(t, chat.Event{ID: "e1", Kind: chat.KindMessage, Author: member("u1"), Message: chat.Message{ID: "m1", Text: "你这个笨蛋"}})
	p.tell(t, chat.Event{ID: "e2", Kind: chat.KindMessage, Author: member("tattle"), Message: chat.Message{ID: "m2", Text: "举报", ReplyTo: "m1"}})
	p.tell(t, chat.Event{ID: "e3", Kind: chat.KindReport, Author: member("gossip"), Message: chat.Message{ReplyTo: "m1"}})
	eventually(t, "two reports", func() bool {
		ids := caseIDs(t, bot)
		return len(ids) == 1 && strings.Contains(run(t, "cases", "show", "-c", bot, ids[0]).out, "2 times, weighing 1.00")
	})
	eventually(t, "the message that reports is deleted", func() bool {
		return strings.Contains(p.out.String(), `"verb":"delete"`) && strings.Contains(p.out.String(), `"m2"`)
	})
	id := caseIDs(t, bot)[0]
	run(t, "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "你这个笨蛋", "reported by members", "held")
	run(t, "cases", "uphold", "-c", bot, id, "--as", "li").must(t, command.Fine)
	p.stop(t)
	shown := run(t, "cases", "show", "-c", bot, id, "--json").out + run(t, "ledger", "show", "-c", bot).out + run(t, "reports", "-c", bot, id).out + p.err.String()
	for _, name := range []string{"tattle", "gossip"} {
		if strings.Contains(shown, name) {
			t.Errorf("%s is named", name)
		}
	}
	run(t, "reports", "-c", bot, id, "--names", "--as", "li").must(t, command.Fine).says(t, "main/tattle", "main/gossip")
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "looked up who reported")
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine)
}

// The punished appeals by a direct message, another reviewer accepts, and the bot
// lifts the mute and says so.
func TestThePunishedAppealsByDirectMessage(t *testing.T) {
	bot := memberBot(t, "language: zh\nadapters: [{name: main, kind: jsonl, config: {direct: true}}]\n")
	p := startPatrol(t, bot)
	p.hear(t, "e1", "u1", "低价卖 号", 3) // delete, mute, warn
	id := ""
	eventually(t, "the mute is recorded", func() bool {
		ids := caseIDs(t, bot)
		if len(ids) == 0 {
			return false
		}
		id = ids[0]
		return strings.Count(run(t, "cases", "show", "-c", bot, id).out, "  done  ") == 3
	})
	if !strings.Contains(p.out.String(), "私聊我：申诉 "+id) {
		t.Errorf("the notice does not say how to appeal:\n%s", p.out.String())
	}
	run(t, "cases", "uphold", "-c", bot, id, "--as", "li").must(t, command.Fine)
	answered := func(n int) func() bool {
		return func() bool { return strings.Count(p.out.String(), `"verb":"tell"`) == n }
	}
	p.tell(t, chat.Event{ID: "d1", Kind: chat.KindDirect, Author: member("u2"), Message: chat.Message{Text: "申诉 " + id + " 我替他"}})
	eventually(t, "an answer", answered(1))
	p.tell(t, chat.Event{ID: "d2", Kind: chat.KindDirect, Author: member("u1"), Message: chat.Message{Text: "申诉 " + id[:6] + " 我只是引用"}})
	eventually(t, "an answer", answered(2))
	run(t, "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "open", "waits for a decision", "我只是引用")
	run(t, "cases", "overturn", "-c", bot, id, "--as", "li").must(t, command.Failed).says(t, "another person has to decide the appeal")
	run(t, "cases", "overturn", "-c", bot, id, "--as", "wu").must(t, command.Fine)
	eventually(t, "the unmute", func() bool { return strings.Contains(p.out.String(), `"verb":"unmute"`) })
	p.tell(t, chat.Event{ID: "d3", Kind: chat.KindDirect, Author: member("u1"), Message: chat.Message{Text: "进度"}})
	eventually(t, "an answer", answered(3))
	if out := p.out.String(); !strings.Contains(out, "没有可以申诉的处置") || !strings.Contains(out, "申诉成立") {
		t.Errorf("the answers:\n%s", out)
	}
	p.stop(t)
	run(t, "ledger", "show", "-c", bot, "--case", id).must(t, command.Fine).says(t, "appealed", "overturned")
}

// Who is told alone is given a link; its token is nowhere in the store.
func TestThePunishedAppealsByLink(t *testing.T) {
	bot := memberBot(t, `
adapters: [{name: main, kind: jsonl, config: {direct: true}}]
members: {appeal: {url: "http://patrol.test", listen: "127.0.0.1:0"}}
notice:
  chats:
    - {chats: [main/100], language: en, private: true, en: "{name} broke {rule}, muted for {for}. {appeal}", welcome: {en: "Hello {name}"}}
`)
	p := startPatrol(t, bot)
	p.tell(t, chat.Event{ID: "j1", Kind: chat.KindJoin, Author: member("u9")})
	eventually(t, "a welcome", func() bool { return strings.Contains(p.out.String(), "Hello name-of-u9") })
	p.hear(t, "e1", "u1", "低价卖 号", 3)
	link := regexp.MustCompile(`http://patrol\.test(/appeal/[a-z2-7]{26})`)
	eventually(t, "a notice with a link", func() bool { return link.MatchString(p.out.String()) })
	if !strings.Contains(p.out.String(), "muted for 10 min") {
		t.Errorf("the chat's own notice is not used:\n%s", p.out.String())
	}
	path := link.FindStringSubmatch(p.out.String())[1]
	server := regexp.MustCompile(`"server":"appeals","address":"([0-9.:]+)"`)
	eventually(t, "the server for appeals", func() bool { return server.MatchString(p.err.String()) })
	base := "http://" + server.FindStringSubmatch(p.err.String())[1]
	fetch := func(method, path string, form url.Values) (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), method, base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Accept-Language", "en")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(body)
	}
	defer http.DefaultClient.CloseIdleConnections()
	for _, elsewhere := range []string{"/", "/login", "/accounts"} {
		if status, _ := fetch(http.MethodGet, elsewhere, nil); status != http.StatusNotFound {
			t.Errorf("the public server shows %s: %d", elsewhere, status)
		}
	}
	id := caseIDs(t, bot)[0]
	eventually(t, "all is recorded as done", func() bool {
		return strings.Count(run(t, "cases", "show", "-c", bot, id).out, "  done  ") == 3
	})
	if status, body := fetch(http.MethodPost, path, url.Values{"text": {"I was quoting"}}); status != http.StatusOK || !strings.Contains(body, "waits for a decision") {
		t.Fatalf("%d\n%s", status, body)
	}
	run(t, "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "open", "I was quoting")
	if shown := run(t, "cases", "show", "-c", bot, id, "--json").out; strings.Contains(shown, strings.TrimPrefix(path, "/appeal/")) {
		t.Error("the token is in the store")
	}
	run(t, "cases", "overturn", "-c", bot, id, "--as", "li").must(t, command.Fine)
	if _, body := fetch(http.MethodGet, path, nil); !strings.Contains(body, "accepted") {
		t.Errorf("the outcome is not shown:\n%s", body)
	}
	p.stop(t)
}

func TestFaultsOfWhatMembersTellAreNamed(t *testing.T) {
	for _, c := range []struct{ more, want string }{
		{"members: {appeal: {url: nonsense}}", "nonsense"},
		{"members: {appeal: {url: 'https://x.example'}}", "console.listen"},
		{"members: {appeal: {listen: '127.0.0.1:1'}}", "url"},
		{"members: {report: {least: 99}}", "out of range"},
		{"members: {report: {words: ['']}}", "empty"},
		{"notice: {chats: [{chats: [nochat]}]}", "nochat"},
		{"notice: {chats: [{chats: [main/1]}, {chats: [main/1]}]}", "twice"},
		{"notice: {chats: [{zh: x}]}", "which chats"},
	} {
		bot := memberBot(t, "adapters: [{name: main, kind: jsonl}]\n"+c.more+"\n")
		run(t, "run", "-c", bot).must(t, command.Failed).says(t, fmt.Sprintf("%s:", filepath.Base(bot)), c.want)
	}
}
