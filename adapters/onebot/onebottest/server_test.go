package onebottest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/onebot/onebottest"
)

// call posts v to a path, and returns the status and the body.
func call(t *testing.T, url, v string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(v))
	must(t, err)
	r.Header.Set("Authorization", "Bearer open sesame")
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(r)
	must(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	must(t, err)
	return response.StatusCode, string(body)
}

// clock is a clock that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func TestMutesLapseAndRecallsComeTooLate(t *testing.T) {
	c := &clock{now: time.Unix(1700000000, 0)}
	s := world(onebottest.Config{Now: c.Now})
	running, err := s.Start()
	must(t, err)
	defer running.Close()
	early, late := s.Say(100200, 12345678, "early"), s.Say(100200, 12345678, "late")
	recall := func(id int32) string {
		_, body := call(t, running.URL+"/delete_msg", fmt.Sprintf(`{"message_id":%d}`, id))
		return body
	}
	c.advance(2 * time.Minute)
	if body := recall(early); !strings.Contains(body, `"retcode":0`) {
		t.Errorf("recalled in time: %s", body)
	}
	c.advance(time.Second)
	if body := recall(late); !strings.Contains(body, "Recall failed") {
		t.Errorf("recalled too late: %s", body)
	}
	_, body := call(t, running.URL+"/set_group_ban", `{"group_id":"100200","user_id":"12345678","duration":"60"}`)
	if !strings.Contains(body, `"retcode":0`) || !s.Muted(100200, 12345678) || s.Say(100200, 12345678, "x") != 0 {
		t.Errorf("not mute: %s", body)
	}
	c.advance(time.Minute)
	if s.Muted(100200, 12345678) || s.Say(100200, 12345678, "x") == 0 {
		t.Error("the mute did not lapse")
	}
}

func TestRightsAreEnforced(t *testing.T) {
	s := world(onebottest.Config{})
	running, err := s.Start()
	must(t, err)
	defer running.Close()
	kick := func() string {
		_, body := call(t, running.URL+"/set_group_kick", `{"group_id":100200,"user_id":12345678,"reject_add_request":true}`)
		return body
	}
	s.SetRole(100200, 10001000, "member", false)
	if body := kick(); !strings.Contains(body, "ERR_NOT_GROUP_ADMIN") {
		t.Errorf("kicked by an ordinary member: %s", body)
	}
	s.SetRole(100200, 10001000, "admin", false)
	s.SetRole(100200, 12345678, "admin", false)
	if body := kick(); !strings.Contains(body, "permission") {
		t.Errorf("an admin was kicked by an admin: %s", body)
	}
	s.SetRole(100200, 10001000, "owner", false)
	if body := kick(); !strings.Contains(body, `"retcode":0`) {
		t.Errorf("an admin was not kicked by the owner: %s", body)
	}
	if s.Join(100200, 12345678) {
		t.Error("came back although requests are refused")
	}
	if body := kick(); !strings.Contains(body, "不存在") {
		t.Errorf("kicked twice: %s", body)
	}
}

func TestHTTPStatuses(t *testing.T) {
	s := world(onebottest.Config{Token: "open sesame"})
	running, err := s.Start()
	must(t, err)
	defer running.Close()
	if status, _ := call(t, running.URL+"/no_such_action", "{}"); status != http.StatusNotFound {
		t.Errorf("an unknown action: %d", status)
	}
	s.Fail("get_login_info", 502, "")
	s.Fail("get_login_info", 0, "")
	for _, want := range []int{502, 200} {
		if status, _ := call(t, running.URL+"/get_login_info", "{}"); status != want {
			t.Errorf("a planned failure: %d, want %d", status, want)
		}
	}
	other := world(onebottest.Config{Token: "another"})
	guarded, err := other.Start()
	must(t, err)
	defer guarded.Close()
	if status, _ := call(t, guarded.URL+"/get_login_info", "{}"); status != http.StatusForbidden {
		t.Errorf("a wrong token: %d", status)
	}
}

func TestAnotherProcessControlsAndInspects(t *testing.T) {
	s := onebottest.New(onebottest.Config{})
	running, err := s.Start()
	must(t, err)
	defer running.Close()
	order := func(path, body string) string {
		t.Helper()
		status, answer := call(t, running.Control+path, body)
		if status != http.StatusOK {
			t.Fatalf("%s: %d %s", path, status, answer)
		}
		return strings.TrimSpace(answer)
	}
	order("/group", `{"group":100,"role":"admin"}`)
	order("/member", `{"group":100,"user":7,"name":"Mallory"}`)
	said := order("/say", `{"group":100,"user":7,"text":"spam"}`)
	if said != `{"message_id":1001}` {
		t.Fatalf("said: %s", said)
	}
	for range 2 {
		call(t, running.URL+"/send_group_msg", `{"group_id":100,"message":"[CQ:reply,id=1001]stop"}`)
	}
	call(t, running.URL+"/set_group_ban", `{"group_id":100,"user_id":7,"duration":600}`)
	order("/leave", `{"group":100,"user":7}`)
	if joined := order("/join", `{"group":100,"user":7}`); joined != `{"joined":true}` {
		t.Errorf("joined: %s", joined)
	}
	if unknown := order("/say", `{"group":5,"user":7}`); !strings.Contains(unknown, "no such group") {
		t.Errorf("a group that is not there: %s", unknown)
	}
	r, err := http.Get(running.Control + "/state")
	must(t, err)
	defer r.Body.Close()
	defer http.DefaultClient.CloseIdleConnections()
	var state struct {
		Members map[string][]onebottest.Member
		Notices map[string]int
		Calls   []onebottest.Call
	}
	must(t, json.NewDecoder(r.Body).Decode(&state))
	if diff := cmp.Diff(map[string]int{"1001": 2}, state.Notices); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
	m := state.Members["100"][0]
	if m.ID != 7 || !m.Present || time.Until(m.Muted) < 9*time.Minute || len(state.Calls) != 3 {
		t.Errorf("the member is %+v, after %d calls", m, len(state.Calls))
	}
}

func Example() {
	s := onebottest.New(onebottest.Config{Self: 10001})
	s.AddGroup(100, "admin")
	s.AddMember(100, onebottest.Member{ID: 7, Nickname: "Mallory"})
	running, err := s.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer running.Close()
	s.Say(100, 7, "spam")

	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Post(running.URL+"/set_group_ban", "application/json", strings.NewReader(`{"group_id":100,"user_id":7,"duration":600}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	fmt.Println(response.Status, s.Muted(100, 7))
	// Output: 200 OK true
}
