package onebot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode"

	"patrol/adapters/chat"
)

// answering is an implementation that answers everything in one way.
type answering struct {
	status int
	body   []byte
}

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(a.body))}, nil
}

// FuzzCall has an implementation answer actions with anything at all: nothing
// panics, a failure is a *chat.Error that names its action and quotes nothing raw, and
// a success is never made of a failure.
func FuzzCall(f *testing.F) {
	for _, seed := range []string{
		`{"status":"ok","retcode":0,"data":{"message_id":7}}`, `{"status":"ok","retcode":0,"data":null}`, `{"status":"async","retcode":1}`,
		`{"status":"failed","retcode":1200,"wording":"不能禁言群主\u202e\u001b[31m"}`, `{"retcode":"1403"}`, `{"retcode":"\b"}`, `{"status":"ok","retcode":0,"data":{"message_id":[]}}`,
		`{"status":"ok","retcode":0,"data":{"user_id":1,"role":"owner","group_id":"2","member_count":-1,"shut_up_timestamp":9e99}}`,
		`{"status":"ok","retcode":0,"data":[{"group_id":1,"member_count":1e400}]}`, `{"status":"ok","retcode":0,"data":{"time":-5,"message":"[CQ:x","sender":{"user_id":3}}}`,
		`{"status":7,"retcode":{},"data":[[[`, "", "null", "[]", `"ok"`, "\x00\xff",
	} {
		f.Add(200, []byte(seed))
	}
	for _, status := range []int{204, 401, 404, 429, 500, 999} {
		f.Add(status, []byte("<html>"))
	}
	verbs := []chat.Verb{chat.Warn, chat.Delete, chat.Mute, chat.Unmute, chat.Remove, chat.Ban}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		a, err := New(Config{Mode: ModeHTTP, URL: "http://127.0.0.1:1", Listen: "127.0.0.1:0"}, chat.Host{Name: "qq"})
		if err != nil {
			t.Fatal(err)
		}
		a.attach(&api{client: &http.Client{Transport: answering{status, body}}, url: "http://127.0.0.1:1", timeout: time.Minute})
		ctx := context.Background()
		failed := false
		for _, verb := range verbs {
			_, err := a.Do(ctx, chat.Action{Key: "k", Verb: verb, Chat: "1", Member: "2", Message: "3", Text: "x", For: time.Hour})
			told(t, err)
			failed = failed || err != nil
		}
		if p, err := decode(body); !failed && (status != http.StatusOK || err != nil || p.Status == "failed") {
			t.Errorf("%d %q is taken for a success", status, body)
		}
		e, err := a.Message(ctx, "1", "3")
		told(t, err)
		if err == nil && (e.Chat != "1" || e.Author.ID == "" || e.Kind == "") {
			t.Errorf("%q is taken for a message: %+v", body, e)
		}
		told(t, a.probeList(ctx))
		var into map[string]any
		told(t, a.ask(ctx, "get_group_member_info", struct{}{}, &into))
	})
}

func told(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	var e *chat.Error
	if !errors.As(err, &e) || e.Op == "" || e.Err == nil {
		t.Errorf("%T: %v", err, err)
	}
	if strings.ContainsFunc(err.Error(), unicode.IsControl) {
		t.Errorf("the error quotes raw input: %q", err)
	}
}
