package console

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
)

// openAPI is a console with everything that the API shows.
func openAPI(t testing.TB) (*house, []*review.Case) {
	t.Helper()
	var h *house
	h = open(t, func(c *Config) {
		set, faults := rules.Parse("r.yaml", []byte("rules: [{id: ads, title: {zh: 广告, en: ad}, keywords: [加微信], category: ads, severity: minor, then: ladder}]"), rules.Options{})
		if faults.Fatal() {
			t.Fatal(faults)
		}
		c.Rules = func() *rules.Set { return set }
		c.Ledger = func(ctx context.Context, from int64, limit int) (list []ledger.Record, err error) {
			for r, err := range h.store.Entries(ctx, store.EntryFilter{From: from, Pruned: true, Limit: limit}) {
				if err != nil {
					return nil, err
				}
				list = append(list, r)
			}
			return list, nil
		}
	})
	cases := lively()
	h.record(cases...)
	return h, cases
}

// token is a token of that reviewer, for those scopes.
func (h *house) apiToken(owner string, scopes ...review.Scope) string {
	h.Helper()
	var names []string
	for _, s := range scopes {
		names = append(names, string(s))
	}
	token, secret, err := review.NewToken(owner, "test", names, h.clock.now(), time.Hour)
	if err == nil {
		err = h.store.PutToken(h.Context(), token)
	}
	if err != nil {
		h.Fatal(err)
	}
	return secret
}

// call asks the API with a token, or as the person's login where it is "".
func (p *person) call(token, method, path, body string, header ...string) answer {
	p.Helper()
	if token != "" {
		header = append(header, "Authorization", "Bearer "+token)
	}
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
		header = append(header, "Content-Type", "application/json")
	}
	return p.do(p.request(method, path, in, header...))
}

func (a answer) code() string {
	var p problem
	if json.Unmarshal([]byte(a.body), &p) != nil || p.Status != a.StatusCode || p.Title == "" || a.Header.Get("Content-Type") != "application/problem+json" {
		return "no problem: " + a.Status
	}
	return p.Code
}

// rights says for every endpoint what it needs, beside the table itself.
var rights = func() map[string]string {
	all := map[string]string{
		"GET /api/v1/openapi.json": "", "GET /api/v1/me": "see", "GET /api/v1/waiting": "see cases:read", "GET /api/v1/cases": "see cases:read",
		"GET /api/v1/cases/{id}": "see cases:read", "GET /api/v1/cases/{id}/timeline": "see ledger:read", "GET /api/v1/ledger": "see ledger:read",
		"GET /api/v1/rules": "see rules:read", "GET /api/v1/stats": "see cases:read", "GET /api/v1/query": "see cases:read", "POST /api/v1/bulk": "decide cases:decide",
	}
	for _, verb := range []string{"claim", "release", "uphold", "overturn", "escalate", "take-back", "repost", "second-opinion", "did", "could-not", "note"} {
		all["POST /api/v1/cases/{id}/"+verb] = "decide cases:decide"
	}
	return all
}()

// body is something that the endpoint takes, about that case.
func (e *endpoint) sample(id string) string {
	switch e.body.(type) {
	case verbBody:
		return `{"ground":"x","text":"x","uphold":true}`
	case bulkBody:
		return fmt.Sprintf(`{"verb":"note","ids":[%q],"text":"x"}`, id)
	}
	return ""
}

// TestEveryCallAsksForItsPowerAndScope walks the table of endpoints as nobody, as
// each role by login and by token, and with tokens that lack the scope.
func TestEveryCallAsksForItsPowerAndScope(t *testing.T) {
	h, cases := openAPI(t)
	roles := map[string]review.Role{"vera": review.Viewer, "rui": review.Desk, "ada": review.Admin}
	nobody := h.somebody()
	seen := map[string]bool{}
	for _, e := range h.console.endpoints() {
		seen[e.pattern] = true
		if want, listed := rights[e.pattern]; !listed || strings.TrimSpace(string(e.needs)+" "+string(e.scope)) != want {
			t.Errorf("%s needs %q and %q; this test has %q (listed: %t)", e.pattern, e.needs, e.scope, want, listed)
		}
		if e.needs == anybody {
			continue
		}
		method, path, _ := strings.Cut(e.pattern, " ")
		path = strings.ReplaceAll(path, "{id}", cases[5].ID)
		if a := nobody.call("", method, path, e.sample(cases[5].ID)); a.StatusCode != http.StatusUnauthorized || a.code() != "unauthorized" || a.Header.Get("WWW-Authenticate") == "" {
			t.Errorf("nobody, %s: %s", e.pattern, a.Status)
		}
		if a := nobody.call("patrol_NONSENSE", method, path, e.sample(cases[5].ID)); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("a token that is none, %s: %s", e.pattern, a.Status)
		}
		h.clock.advance(time.Minute)
		for name, role := range roles {
			others := slices.DeleteFunc(slices.Clone(review.Scopes), func(s review.Scope) bool { return s == e.scope })
			if a := nobody.call(h.apiToken(name, others...), method, path, e.sample(cases[5].ID)); e.scope != "" && a.code() != "scope" {
				t.Errorf("%s with a token for all else, %s: %s", name, e.pattern, a.Status)
			}
			may := role.May(e.needs)
			a := nobody.call(h.apiToken(name, review.Scopes...), method, path, e.sample(cases[5].ID))
			if may && (a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusForbidden || a.StatusCode >= 500) || !may && a.code() != "forbidden" {
				t.Errorf("%s by token (may: %t), %s: %s %s", name, may, e.pattern, a.Status, a.body)
			}
			person := h.as(name)
			token := person.token()
			if method == http.MethodPost {
				if a := person.call("", method, path, e.sample(cases[5].ID)); a.code() != "csrf" {
					t.Errorf("%s by login without the token of its forms, %s: %s", name, e.pattern, a.Status)
				}
			}
			a = person.call("", method, path, e.sample(cases[5].ID), "X-Patrol-CSRF", token)
			if may && (a.StatusCode == http.StatusUnauthorized || a.StatusCode == http.StatusForbidden || a.StatusCode >= 500) || !may && a.code() != "forbidden" {
				t.Errorf("%s by login (may: %t), %s: %s", name, may, e.pattern, a.Status)
			}
			h.clock.advance(time.Minute)
		}
	}
	for pattern := range rights {
		if !seen[pattern] {
			t.Errorf("there is no endpoint %s", pattern)
		}
	}
}

// TestTheAPIShowsALimitedReviewerNothingOfOtherGroups walks the table with the case
// of another group.
func TestTheAPIShowsALimitedReviewerNothingOfOtherGroups(t *testing.T) {
	h, cases := openAPI(t)
	ours, theirs := cases[0], cases[1]
	h.limited("mia", ours)
	token := h.apiToken("mia", review.Scopes...)
	p := h.somebody()
	for _, e := range h.console.endpoints() {
		method, path, _ := strings.Cut(e.pattern, " ")
		named := strings.Contains(path, "{id}")
		path = strings.ReplaceAll(path, "{id}", theirs.ID)
		if e.pattern == "GET /api/v1/cases" {
			path += "?chat=" + url.QueryEscape(review.ChatKey(theirs.Event.Adapter, theirs.Event.Chat)) + "&chat=" + url.QueryEscape(review.ChatKey(ours.Event.Adapter, ours.Event.Chat))
		}
		a := p.call(token, method, path, e.sample(theirs.ID))
		if named && a.code() != "not_found" {
			t.Errorf("%s: %s", e.pattern, a.Status)
		}
		for _, foreign := range []string{theirs.Event.Chat, theirs.Event.Author.ID, "guaranteed 30%"} {
			if strings.Contains(a.body, foreign) {
				t.Errorf("%s shows %q of another group", e.pattern, foreign)
			}
		}
		if e.pattern == "POST /api/v1/bulk" && !strings.Contains(a.body, `"code":"not_found"`) {
			t.Errorf("a bulk: %s", a.body)
		}
	}
	if c := h.load(theirs.ID); c.State != review.Open || len(c.Remarks) > 0 || c.ClaimedBy != "" {
		t.Error("the case of another group was changed")
	}
}

// TestTokensEnd: with their time, with their owner, and when they are revoked.
func TestTokensEnd(t *testing.T) {
	var log bytes.Buffer
	h := open(t, func(c *Config) { c.Log = zerolog.New(&log) })
	p := h.somebody()
	works := func(token string) bool { return p.call(token, "GET", "/api/v1/me", "").StatusCode == http.StatusOK }
	rui, ada := h.as("rui"), h.as("ada")
	a := rui.send("/account/tokens", "label", "看板 <b>", "scope", "cases:read", "days", "7")
	_, rest, _ := strings.Cut(a.body, `id="token-secret">`)
	token, _, _ := strings.Cut(rest, "<")
	if !works(token) {
		t.Fatalf("a token from the page does not work: %q", token)
	}
	if strings.Contains(rui.get("/account/tokens").body, token) || strings.Contains(log.String(), token) {
		t.Error("a token is shown twice, or logged")
	}
	all, err := h.store.Tokens(t.Context(), "rui")
	if err != nil || len(all) != 1 || all[0].Used.IsZero() {
		t.Fatalf("%+v, %v", all, err)
	}
	if a := ada.send("/account/tokens/" + all[0].ID + "/revoke"); a.StatusCode != http.StatusNotFound || !works(token) {
		t.Errorf("revoking somebody else's as one's own: %s", a.Status)
	}
	if a := rui.send("/account/tokens/" + all[0].ID + "/revoke"); a.StatusCode != http.StatusSeeOther || works(token) {
		t.Errorf("revoked: %s, it works: %t", a.Status, works(token))
	}
	token = h.apiToken("rui", review.ReadCases)
	all, err = h.store.Tokens(t.Context(), "rui")
	if err != nil {
		t.Fatal(err)
	}
	if a := ada.send("/accounts/tokens/" + all[0].ID + "/revoke"); a.StatusCode != http.StatusSeeOther || works(token) {
		t.Errorf("revoked by an admin: %s", a.Status)
	}
	token = h.apiToken("rui", review.ReadCases)
	h.clock.advance(time.Hour)
	if works(token) {
		t.Error("a token outlives its time")
	}
	token = h.apiToken("rui", review.ReadCases)
	if a := ada.send("/accounts/rui/disable"); a.StatusCode != http.StatusSeeOther || works(token) {
		t.Error("a token outlives its owner")
	}
	vera := h.as("vera")
	if a := vera.send("/account/tokens", "label", "x", "scope", "cases:decide", "days", "7"); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("a viewer makes a token that decides: %s", a.Status)
	}
}

func TestCallsAreSlowedDown(t *testing.T) {
	h := open(t, nil)
	token, other := h.apiToken("rui", review.ReadCases), h.apiToken("rui", review.ReadCases)
	p := h.somebody()
	for i := range perToken.burst {
		if a := p.call(token, "GET", "/api/v1/me", ""); a.StatusCode != http.StatusOK {
			t.Fatalf("call %d: %s", i, a.Status)
		}
	}
	if a := p.call(token, "GET", "/api/v1/me", ""); a.code() != "too_fast" || a.Header.Get("Retry-After") == "" {
		t.Error(a.Status)
	}
	if a := p.call(other, "GET", "/api/v1/me", ""); a.StatusCode != http.StatusOK {
		t.Errorf("another token is slowed down too: %s", a.Status)
	}
	h.clock.advance(perToken.refill)
	if a := p.call(token, "GET", "/api/v1/me", ""); a.StatusCode != http.StatusOK {
		t.Errorf("after a pause: %s", a.Status)
	}
}

func TestCallsThatAreWrong(t *testing.T) {
	h, cases := openAPI(t)
	token := h.apiToken("rui", review.Scopes...)
	p := h.somebody()
	id := cases[0].ID
	if _, err := h.queue.Claim(t.Context(), cases[2].ID, "李雷"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		method, path, body string
		status             int
		code               string
	}{
		{"GET", "/api/v1/cases?stat=open", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases?state=closed", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases?rule=a&rule=b", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases?since=yesterday", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases?limit=-1", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases?cursor=forged", "", 400, "bad_cursor"},
		{"GET", "/api/v1/ledger?cursor=x", "", 400, "bad_parameter"},
		{"GET", "/api/v1/cases/" + id[:6], "", 404, "not_found"},
		{"GET", "/api/v1/cases/none", "", 404, "not_found"},
		{"GET", "/api/v1/nothing", "", 404, "not_found"},
		{"POST", "/api/v1/cases/" + id + "/overturn", `{"ground":" "}`, 422, "no_ground"},
		{"POST", "/api/v1/cases/" + id + "/overturn", `{"grund":"x"}`, 400, "bad_body"},
		{"POST", "/api/v1/cases/" + id + "/overturn", `{"ground":"x"}{}`, 400, "bad_body"},
		{"POST", "/api/v1/cases/" + id + "/overturn", `[]`, 400, "bad_body"},
		{"POST", "/api/v1/cases/" + id + "/note", `{"text":"` + strings.Repeat("a", maxForm) + `"}`, 400, "bad_body"},
		{"POST", "/api/v1/cases/" + id + "/note", `{}`, 422, "empty_note"},
		{"POST", "/api/v1/cases/" + id + "/uphold", `{"instead":"explode"}`, 422, "no_such_measure"},
		{"POST", "/api/v1/cases/" + id + "/take-back", `{}`, 409, "nothing_to_take_back"},
		{"POST", "/api/v1/cases/" + cases[2].ID + "/overturn", `{"ground":"x"}`, 409, "claimed"},
		{"POST", "/api/v1/bulk", `{"verb":"explode","ids":["x"]}`, 400, "bad_body"},
		{"POST", "/api/v1/bulk", `{"verb":"claim","ids":[]}`, 400, "bad_body"},
	} {
		if a := p.call(token, c.method, c.path, c.body); a.StatusCode != c.status || a.code() != c.code {
			t.Errorf("%s %.60s %.40s: %s %.200s, want %d %s", c.method, c.path, c.body, a.Status, a.body, c.status, c.code)
		}
		h.clock.advance(time.Second)
	}
	if a := p.do(p.request("POST", "/api/v1/cases/"+id+"/overturn", strings.NewReader("ground=x"), "Authorization", "Bearer "+token, "Content-Type", "application/x-www-form-urlencoded")); a.code() != "media_type" {
		t.Errorf("a form: %s", a.Status)
	}
	if zh := p.call(token, "GET", "/api/v1/cases/none", "", "Accept-Language", "zh-CN"); !strings.Contains(zh.body, "没有这个案件") || strings.Contains(zh.body, "no such") {
		t.Errorf("in Chinese: %s", zh.body)
	}
	if c := h.load(id); c.State != review.Open {
		t.Errorf("a call that was refused has made the case %s", c.State)
	}
}

// TestAQueueIsWorkedOverTheAPI reads all pages, decides, and reads the ledger.
func TestAQueueIsWorkedOverTheAPI(t *testing.T) {
	h, cases := openAPI(t)
	token := h.apiToken("rui", review.Scopes...)
	p := h.somebody()
	var ids []string
	for cursor := ""; ; {
		var page casesAnswer
		p.decode(token, "GET", "/api/v1/cases?limit=5&cursor="+cursor, "", &page)
		for _, c := range page.Cases {
			ids = append(ids, c.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if slices.Sort(ids); len(slices.Compact(ids)) != len(cases) {
		t.Errorf("%d cases on all pages, want %d", len(ids), len(cases))
	}
	var after review.Case
	p.decode(token, "POST", "/api/v1/cases/"+cases[0].ID+"/overturn", `{"ground":"误判"}`, &after)
	if after.State != review.Overturned || after.DecidedBy != "rui" || h.load(cases[0].ID).State != review.Overturned {
		t.Errorf("after an overturn: %s by %q", after.State, after.DecidedBy)
	}
	p.decode(token, "POST", "/api/v1/cases/"+cases[0].ID+"/take-back", "", &after)
	if after.State != review.Open {
		t.Errorf("after taking it back: %s", after.State)
	}
	var tally bulkAnswer
	p.decode(token, "POST", "/api/v1/bulk", fmt.Sprintf(`{"verb":"uphold","ids":[%q,%q,"nothing"],"ground":"广告"}`, cases[1].ID, cases[2].ID), &tally)
	if len(tally.Done) != 2 || len(tally.Refused) != 1 || tally.Refused[0].Code != "not_found" {
		t.Errorf("%+v", tally)
	}
	var said timelineAnswer
	p.decode(token, "GET", "/api/v1/cases/"+cases[0].ID+"/timeline", "", &said)
	if last := said.Entries[len(said.Entries)-1]; last.Kind != ledger.TakenBack || last.Actor != "rui" {
		t.Errorf("the ledger ends with %+v", last)
	}
	n := int64(0)
	for cursor := ""; ; {
		var page ledgerAnswer
		p.decode(token, "GET", "/api/v1/ledger?limit=7&cursor="+cursor, "", &page)
		for _, r := range page.Records {
			n++
			if r.Seq != n || r.Entry.Seq != n {
				t.Fatalf("entry %d of the ledger is %d", n, r.Seq)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if end, err := h.store.Head(t.Context()); err != nil || end.Seq != n {
		t.Errorf("%d entries, want %d: %v", n, end.Seq, err)
	}
}

func (p *person) decode(token, method, path, body string, into any) {
	p.Helper()
	a := p.call(token, method, path, body)
	if a.StatusCode != http.StatusOK {
		p.Fatalf("%s %s: %s %s", method, path, a.Status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		p.Fatal(err)
	}
}

// TestEveryVerbOfTheQueueCanBeCalled: what is added to the queue must not be
// forgotten here.
func TestEveryVerbOfTheQueueCanBeCalled(t *testing.T) {
	called := map[string]string{
		"Claim": "claim", "Release": "release", "Uphold": "uphold", "Decide": "uphold", "Overturn": "overturn", "Escalate": "escalate",
		"TakeBack": "take-back", "Repost": "repost", "Note": "note", "Opine": "second-opinion", "Did": "did", "CouldNot": "could-not",
	}
	for m := range reflect.TypeFor[*review.Queue]().Methods() {
		onCase := m.Type.NumIn() > 3 && m.Type.In(1).String() == "context.Context" && m.Type.In(2).Kind() == reflect.String && m.Type.NumOut() == 2 && m.Type.Out(0) == reflect.TypeFor[review.Case]()
		if onCase && !slices.ContainsFunc(verbs, func(v verb) bool { return v.name == called[m.Name] }) {
			t.Errorf("nothing calls Queue.%s", m.Name)
		}
	}
}

// TestEveryAnswerIsAsTheDocumentSays asks every endpoint, well and wrongly, and
// holds what comes back against the schemas.
func TestEveryAnswerIsAsTheDocumentSays(t *testing.T) {
	h, cases := openAPI(t)
	token := h.apiToken("rui", review.Scopes...)
	p := h.somebody()
	document := p.call("", "GET", "/api/v1/openapi.json", "")
	parsed, err := jsonschema.UnmarshalJSON(strings.NewReader(document.body))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("patrol.json", parsed); err != nil {
		t.Fatal(err)
	}
	paths := parsed.(map[string]any)["paths"].(map[string]any)
	for path, methods := range paths {
		for method := range methods.(map[string]any) {
			if _, listed := rights[strings.ToUpper(method)+" "+path]; !listed {
				t.Errorf("the document has %s %s, the API does not", method, path)
			}
		}
	}
	for i, e := range h.console.endpoints() {
		method, path, _ := strings.Cut(e.pattern, " ")
		operation, ok := paths[path].(map[string]any)[strings.ToLower(method)].(map[string]any)
		if !ok {
			t.Errorf("the document lacks %s", e.pattern)
			continue
		}
		id := cases[i%len(cases)].ID
		for _, try := range []struct{ token, id, body, query string }{
			{token, id, e.sample(id), ""}, {token, "nothing", e.sample("nothing"), ""}, {"patrol_NONE", id, e.sample(id), ""},
			{token, id, `{"nonsense":1}`, "?nonsense=1"}, {token, id, `{}`, ""}, {token, id, `{}`, "?sql=SELECT+id,+rules+FROM+cases"},
		} {
			if e.body == nil {
				try.body = ""
			}
			a := p.call(try.token, method, strings.ReplaceAll(path, "{id}", try.id)+try.query, try.body)
			status := strconv.Itoa(a.StatusCode)
			response, said := operation["responses"].(map[string]any)[status].(map[string]any)
			if !said {
				t.Errorf("%s%s %s answers %s, of which the document says nothing: %s", e.pattern, try.query, try.body, status, a.body)
				continue
			}
			var kind string
			for kind = range response["content"].(map[string]any) {
			}
			if got := a.Header.Get("Content-Type"); got != kind {
				t.Errorf("%s answers %s with %s, not %s", e.pattern, status, got, kind)
			}
			pointer := "patrol.json#/paths/" + strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(path) + "/" + strings.ToLower(method) +
				"/responses/" + status + "/content/" + strings.ReplaceAll(kind, "/", "~1") + "/schema"
			schema, err := compiler.Compile(pointer)
			if err != nil {
				t.Fatalf("%s: %v", pointer, err)
			}
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(a.body))
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				t.Errorf("%s answers %s otherwise than the document says: %v", e.pattern, status, err)
			}
			h.clock.advance(time.Second)
		}
	}
}
