package onebot

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"patrol/adapters/chat"
	"patrol/adapters/onebot/onebottest"
)

func TestSignatures(t *testing.T) {
	body := []byte(`{"post_type":"meta_event"}`)
	const good = "sha1=3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69"
	if !signed(body, good, "secret") {
		t.Error("a right signature is refused")
	}
	for _, bad := range []string{"", "sha1=", "sha1=zz", good[:len(good)-1] + "8", strings.TrimPrefix(good, "sha1=3f")} {
		if signed(body, bad, "secret") {
			t.Errorf("%q is accepted", bad)
		}
	}
	if signed(body, good, "other") || signed(append(body, ' '), good, "secret") {
		t.Error("a signature of something else is accepted")
	}
}

func TestPostedEventsMustBeSignedAndSmall(t *testing.T) {
	a, err := New(Config{Mode: ModeHTTP, URL: "http://127.0.0.1:1", Listen: "127.0.0.1:0", Secret: "secret", SelfID: "1"}, chat.Host{})
	must(t, err)
	run(t, a)
	post := func(change func(*http.Request)) int {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(`{"post_type":"meta_event"}`))
		r.Header.Set("X-Self-ID", "1")
		r.Header.Set("X-Signature", "sha1=3f2b4c15bf23e0d67d4cacb7f5e3de9e3b188f69")
		change(r)
		w := httptest.NewRecorder()
		a.post(w, r)
		return w.Code
	}
	for _, c := range []struct {
		name   string
		change func(*http.Request)
		want   int
	}{
		{"signed", func(*http.Request) {}, http.StatusNoContent},
		{"unsigned", func(r *http.Request) { r.Header.Del("X-Signature") }, http.StatusForbidden},
		{"of another account", func(r *http.Request) { r.Header.Set("X-Self-ID", "2") }, http.StatusForbidden},
		{"got instead of posted", func(r *http.Request) { r.Method = http.MethodGet }, http.StatusMethodNotAllowed},
		{"too large", func(r *http.Request) { r.Body = io.NopCloser(io.LimitReader(endless{}, maxFrame+1)) }, http.StatusRequestEntityTooLarge},
	} {
		if got := post(c.change); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

func TestPostedEventsAreAcceptedOnceTheyAreSettled(t *testing.T) {
	a, err := New(Config{Mode: ModeHTTP, URL: "http://127.0.0.1:1", Listen: "127.0.0.1:0", Timeout: chat.Duration(20 * time.Millisecond)}, chat.Host{})
	must(t, err)
	acknowledge := false
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		ended <- a.Run(ctx, func(_ context.Context, e chat.Event) error {
			if acknowledge {
				e.Ack()
			}
			return nil
		})
	}()
	for _, c := range []struct {
		settled bool
		want    int
	}{{true, http.StatusNoContent}, {false, http.StatusServiceUnavailable}} {
		acknowledge = c.settled // nothing is on its way meanwhile
		w := httptest.NewRecorder()
		a.post(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(
			`{"post_type":"message","message_type":"group","group_id":1,"user_id":2,"self_id":3,"message_id":4,"time":5,"message":"hi"}`)))
		if w.Code != c.want {
			t.Errorf("settled %v: %d, want %d", c.settled, w.Code, c.want)
		}
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestReverseConnectionsMustShowTheToken(t *testing.T) {
	a, err := New(Config{Mode: ModeReverse, Listen: "127.0.0.1:0", Token: "open sesame", SelfID: "1"}, chat.Host{})
	must(t, err)
	for _, c := range []struct {
		name, target, header, self string
		want                       int
	}{
		{"in the header", "/", "Bearer open sesame", "1", 0},
		{"in the address", "/?access_token=open+sesame", "", "1", 0},
		{"missing", "/", "", "1", http.StatusUnauthorized},
		{"wrong", "/", "Bearer open", "1", http.StatusForbidden},
		{"wrong in the header but right in the address", "/?access_token=open+sesame", "Bearer x", "1", http.StatusForbidden},
		{"of another account", "/", "Bearer open sesame", "2", http.StatusForbidden},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.target, nil)
		r.Header.Set("X-Self-ID", c.self)
		if c.header != "" {
			r.Header.Set("Authorization", c.header)
		}
		if got := a.refuses(r); got != c.want {
			t.Errorf("a token %s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestARefusedTokenIsNotTriedAgain(t *testing.T) {
	world := newWorld(onebottest.Config{Token: "right"})
	running, err := world.Start()
	must(t, err)
	defer running.Close()
	a, err := New(Config{URL: running.WS(), Token: "wrong-token"}, chat.Host{})
	must(t, err)
	err = a.Run(t.Context(), func(context.Context, chat.Event) error { return nil })
	if !errors.Is(err, errRefused) || strings.Contains(err.Error(), "wrong-token") {
		t.Errorf("got %v, want that the token is refused, and not the token", err)
	}
}

func TestATokenRefusedInTheFirstFrameIsNotTriedAgain(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		_ = conn.Write(r.Context(), websocket.MessageText, []byte(`{"status":"failed","retcode":1403,"data":null,"message":"token验证失败","echo":null}`))
		_, _, _ = conn.Read(r.Context())
		conn.CloseNow()
	}))
	defer server.Close()
	a, err := New(Config{URL: "ws" + strings.TrimPrefix(server.URL, "http")}, chat.Host{})
	must(t, err)
	if err := a.Run(t.Context(), func(context.Context, chat.Event) error { return nil }); !errors.Is(err, errRefused) {
		t.Errorf("got %v, want that the token is refused", err)
	}
}
