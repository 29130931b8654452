package console

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"patrol/bot/review"
)

// FuzzCalls calls the API as a reviewer of one chat, with any query, path and body:
// nothing is a fault of the server, every answer is JSON of the kind that is
// documented, and nothing of another chat is in it.
func FuzzCalls(f *testing.F) {
	h, cases := openAPI(f)
	ours, marker := cases[0], "elsewhere-6b1f"
	hidden := *cases[1]
	hidden.Event.ID, hidden.Event.Chat, hidden.Event.Message.Text = marker, marker, marker
	hidden.Event.Author.Name, hidden.ID = marker, review.CaseID(&hidden.Event)
	for i := range hidden.Acts {
		hidden.Acts[i].Case, hidden.Acts[i].Action.Key = hidden.ID, review.ActKey(hidden.ID, hidden.Acts[i].Action.Verb)
	}
	h.record(&hidden)
	h.limited("mei", ours)
	var scopes []string
	for _, s := range []review.Scope{review.ReadCases, review.DecideCases, review.ReadLedger, review.ReadRules} {
		scopes = append(scopes, string(s))
	}
	token, secret, err := review.NewToken("mei", "fuzz", scopes, h.clock.now(), 360*24*time.Hour)
	if err == nil {
		err = h.store.PutToken(f.Context(), token)
	}
	if err != nil {
		f.Fatal(err)
	}
	endpoints := h.console.endpoints()
	for i, e := range endpoints {
		f.Add(i, ours.ID, "", e.sample(ours.ID))
		f.Add(i, hidden.ID, "limit=5", e.sample(hidden.ID))
	}
	for i, query := range []string{
		"state=open&limit=2", "limit=-1", "limit=99999999999999999999", "since=2026-03-01T00:00:00Z", "cursor=%00", "text=%E5%8A%A0", "state=open&state=acted", "nonsense=1",
		"sql=SELECT+id,text+FROM+cases", "sql=SELECT+*+FROM+" + marker, "days=7", "%", ";", "chat=qq-main%2F" + marker,
	} {
		f.Add(i, ours.ID, query, `{"ground":"x"}`)
	}
	for _, body := range []string{`{"ground":1}`, `[]`, `null`, `{"ids":["x"],"verb":"uphold"}{}`, `{"unknown":1}`, `{"ground":"\ud800"}`, "{", strings.Repeat("[", 10_000)} {
		f.Add(len(endpoints)-1, "a/b?c", "", body)
	}
	f.Fuzz(func(t *testing.T, which int, id, query, body string) {
		e := &endpoints[abs(which)%len(endpoints)]
		method, path, _ := strings.Cut(e.pattern, " ")
		path = strings.ReplaceAll(path, "{id}", url.PathEscape(id))
		r, err := http.NewRequestWithContext(t.Context(), method, "http://patrol.test"+path, strings.NewReader(body))
		if err != nil {
			return
		}
		h.clock.advance(10 * time.Second) // nobody may call without end
		r.URL.RawQuery = query
		r.RemoteAddr = "127.0.0.1:1"
		r.Header.Set("Authorization", "Bearer "+secret)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.console.ServeHTTP(w, r)
		what := fmt.Sprintf("%s %s?%s %q: %d", method, path, query, body, w.Code)
		if w.Code >= 300 && w.Code < 400 && w.Header().Get("Content-Type") != "application/problem+json" {
			return // the path was not clean, and leads to the one that is
		}
		var known struct {
			Status int
			Code   string
		}
		kind := w.Header().Get("Content-Type")
		switch {
		case w.Code >= 500 || w.Code == http.StatusTooManyRequests || w.Code == http.StatusUnauthorized:
			t.Errorf("%s\n%s", what, w.Body)
		case !json.Valid(w.Body.Bytes()):
			t.Errorf("%s is answered with no JSON:\n%s", what, w.Body)
		case w.Code >= 400 && (kind != "application/problem+json" || json.Unmarshal(w.Body.Bytes(), &known) != nil || known.Status != w.Code || known.Code == ""):
			t.Errorf("%s is refused with %s:\n%s", what, kind, w.Body)
		case w.Code < 400 && kind != "application/json":
			t.Errorf("%s is %s", what, kind)
		case strings.Contains(w.Body.String(), marker) && !strings.Contains(query+body+id, marker):
			t.Errorf("%s gives away what is out of reach:\n%s", what, w.Body)
		}
	})
}

func abs(n int) int {
	if n < 0 {
		return -(n + 1)
	}
	return n
}
