package onebottest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/onebot/onebottest"
)

const client = "node-napcat-ts@0.4.25"

// install puts the client of others beside our script, outside of the module.
func install(t *testing.T) string {
	t.Helper()
	if os.Getenv("PATROL_E2E") != "1" {
		t.Skipf("set PATROL_E2E=1 to prove the server with %s, which needs npm, node and the network", client)
	}
	dir := t.TempDir()
	script, err := os.ReadFile(filepath.Join("testdata", "client.mjs"))
	must(t, err)
	must(t, os.WriteFile(filepath.Join(dir, "client.mjs"), script, 0o600))
	must(t, os.WriteFile(filepath.Join(dir, "package.json"), []byte(`{"private":true}`), 0o600))
	npm := exec.CommandContext(t.Context(), "npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", client)
	npm.Dir = dir
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("npm install %s: %v\n%s", client, err, out)
	}
	return dir
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func world(c onebottest.Config) *onebottest.Server {
	c.Self = 10001000
	s := onebottest.New(c)
	s.AddGroup(100200, "admin")
	s.AddMember(100200, onebottest.Member{ID: 12345678, Nickname: "小不点"})
	s.AddMember(100200, onebottest.Member{ID: 32345678, Nickname: "Alice", Role: "owner"})
	return s
}

// converse runs the script, says text once it is connected, and returns the last
// line that it printed.
func converse(t *testing.T, dir string, s *onebottest.Server, token, text string) []byte {
	t.Helper()
	running, err := s.Start()
	must(t, err)
	defer running.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	node := exec.CommandContext(ctx, "node", "client.mjs", running.WS(), token)
	node.Dir = dir
	var trouble bytes.Buffer
	node.Stderr = &trouble
	out, err := node.StdoutPipe()
	must(t, err)
	must(t, node.Start())
	var last []byte
	for lines := bufio.NewScanner(out); lines.Scan(); {
		last = bytes.Clone(lines.Bytes())
		if string(last) == "connected" {
			s.Say(100200, 12345678, text)
		}
	}
	if err := node.Wait(); err != nil {
		t.Fatalf("%v\n%s", err, trouble.String())
	}
	return last
}

type refused struct {
	Retcode int    `json:"retcode"`
	Message string `json:"message"`
}

// account is what the script says that it saw.
type account struct {
	Error, Lifecycle string
	Message          struct {
		Group    int64 `json:"group_id"`
		User     int64 `json:"user_id"`
		Segments []onebottest.Segment
		Role     string
		Nickname string
	}
	Login  struct{ Nickname string }
	Groups []struct {
		GroupName string `json:"group_name"`
	}
	Members []struct{ Role string }
	Muted   struct {
		Until int64 `json:"shut_up_timestamp"`
	}
	TooShort, DeletedTwice, BanOwner, Unknown, Gone *refused
	Notices                                         []struct{ Type, Sub string }
}

func TestAClientOfOthersUnderstandsTheServer(t *testing.T) {
	dir := install(t)
	const text = `spam & [CQ:face,id=1] 加微信`
	s := world(onebottest.Config{Token: "open sesame"})
	var saw account
	line := converse(t, dir, s, "open sesame", text)
	must(t, json.Unmarshal(line, &saw))
	if saw.Error != "" {
		t.Fatalf("the client failed: %s\n%s", saw.Error, line)
	}
	if saw.Lifecycle != "connect" || saw.Login.Nickname != "patrol" || len(saw.Groups) != 1 || len(saw.Members) != 3 {
		t.Errorf("the client saw the lifecycle event %q, the login %+v, %d groups and %d members", saw.Lifecycle, saw.Login, len(saw.Groups), len(saw.Members))
	}
	want := []onebottest.Segment{{Type: "text", Data: map[string]any{"text": text}}}
	if diff := cmp.Diff(want, saw.Message.Segments); diff != "" || saw.Message.Nickname != "小不点" || saw.Message.Role != "member" {
		t.Errorf("the message (-want +got):\n%s\n%+v", diff, saw.Message)
	}
	if left := time.Until(time.Unix(saw.Muted.Until, 0)); left < 9*time.Minute || left > 11*time.Minute {
		t.Errorf("the mute was to last for 10 minutes, and has %s left", left)
	}
	for what, c := range map[string]struct {
		got     *refused
		retcode int
		words   string
	}{
		"a mute of 5 s":       {saw.TooShort, 1400, "duration"},
		"a second recall":     {saw.DeletedTwice, 1200, "消息不存在"},
		"a mute of the owner": {saw.BanOwner, 1200, "permission"},
		"an unknown action":   {saw.Unknown, 1404, ""},
		"a kicked member":     {saw.Gone, 1200, "不存在"},
	} {
		if c.got == nil || c.got.Retcode != c.retcode || !strings.Contains(c.got.Message, c.words) {
			t.Errorf("%s: got %+v, want %d %s", what, c.got, c.retcode, c.words)
		}
	}
	var kinds []string
	for _, n := range saw.Notices {
		kinds = append(kinds, n.Type+" "+n.Sub)
	}
	if diff := cmp.Diff([]string{"group_ban ban", "group_ban lift_ban", "group_recall ", "group_decrease kick"}, kinds); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	sent := s.Sent(100200)
	if len(sent) != 1 || sent[0].Text() != " [CQ:at,qq=all] & co" || sent[0].ReplyTo() == "" {
		t.Errorf("the client sent %+v", sent)
	}
	if m, _ := s.Member(100200, 12345678); m.Present || !m.Rejected {
		t.Errorf("the kicked member is %+v", m)
	}
}

func TestAClientOfOthersIsRefusedWithAWrongToken(t *testing.T) {
	dir := install(t)
	var saw struct{ Refused bool }
	must(t, json.Unmarshal(converse(t, dir, world(onebottest.Config{Token: "open sesame"}), "wrong", ""), &saw))
	if !saw.Refused {
		t.Error("a wrong token was accepted")
	}
}
