package app_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"patrol/bot/review"
)

// TestNoticesGoInPrivateAndLinksNeverIntoTheChat runs a bot whose members can be
// written to alone, with private notices in one of two chats, and appeals by the link
// that the member got.
func TestNoticesGoInPrivateAndLinksNeverIntoTheChat(t *testing.T) {
	b := newBot(t, "")
	b.write("patrol.yaml", `rules: [rules.yaml]
adapters: [{name: pipe, kind: jsonl, config: {direct: true}}]
review: {sample: {per_day: 0}}
notice: {private: true, chats: [{chats: [pipe/loud], private: false}]}
members: {appeal: {url: "http://appeals.example", listen: "127.0.0.1:0"}}
`)
	b.load()
	in, say := io.Pipe()
	a := b.app(in)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	for _, chat := range []string{"quiet", "loud"} {
		text := fmt.Sprintf(`{"id":"m-%[1]s","kind":"message","platform":"test","chat":%[1]q,"author":{"id":"u1","name":"N"},"message":{"id":"m-%[1]s","text":"buy now"},"time":%[2]q}`+"\n",
			chat, time.Now().Format(time.RFC3339Nano))
		if _, err := io.WriteString(say, text); err != nil {
			t.Fatal(err)
		}
	}
	type action struct{ Verb, Chat, Member, Text string }
	var said []action
	until(t, "everything is done", func() bool {
		said = nil
		for line := range strings.Lines(b.out.String()) {
			var one action
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatal(err)
			}
			said = append(said, one)
		}
		return len(said) == 4
	})
	link := ""
	for _, one := range said {
		switch one.Verb {
		case "warn":
			if one.Chat != "loud" || strings.Contains(one.Text, "appeals.example") || !strings.Contains(one.Text, "私聊我") {
				t.Errorf("posted in %s: %s", one.Chat, one.Text)
			}
		case "tell":
			link = regexp.MustCompile(`http://appeals\.example(/appeal/\S+)`).FindString(one.Text)
			if one.Chat != "quiet" || one.Member != "u1" || link == "" || !strings.Contains(one.Text, "你在 quiet 的消息触犯了群规「广告」：消息已撤回") || !strings.Contains(one.Text, "answer: appeal") {
				t.Errorf("told alone, of %s: %s", one.Chat, one.Text)
			}
		}
	}
	if link == "" {
		t.Fatalf("nobody was told alone: %+v", said)
	}
	page, err := a.Store().Cases(t.Context(), review.Filter{Chats: []string{"pipe/quiet"}})
	if err != nil || len(page.Cases) != 1 || strings.Contains(fmt.Sprintf("%+v", page.Cases[0]), strings.TrimPrefix(link, "http://appeals.example/appeal/")) {
		t.Errorf("the case holds the link itself, %v", err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	address := strings.Replace(link, "http://appeals.example", "http://"+a.AppealsAddress(), 1)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader("text=a+joke"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	c, err := a.Store().Case(t.Context(), page.Cases[0].ID)
	if answer.StatusCode != http.StatusSeeOther || err != nil || c.Appeal.Text != "a joke" || c.Appeal.Via != "link" {
		t.Errorf("the appeal: %s, %+v, %v", answer.Status, c.Appeal, err)
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
