package console

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// entriesAll lets every ledger entry through.
var entriesAll = store.EntryFilter{}

// noon is when every test takes place.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// password is everybody's in tests, and its hash is cheap.
const password = "correct horse battery"

// house is a console over a real store, on a real port.
type house struct {
	testing.TB
	store   *store.Store
	queue   *review.Queue
	console *Console
	server  *httptest.Server
	clock   *clock
}

func open(t testing.TB, change func(*Config)) *house {
	t.Helper()
	return openAt(t, store.Config{}, change)
}

// openAt is open with a store that is opened as s says.
func openAt(t testing.TB, s store.Config, change func(*Config)) *house {
	t.Helper()
	s.Path, s.Relaxed = filepath.Join(t.TempDir(), "patrol.db"), true
	h := &house{TB: t, clock: &clock{at: noon}}
	var err error
	h.store, err = store.Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	h.queue = review.NewQueue(review.Config{Store: h.store, Now: h.clock.now})
	config := Config{Store: h.store, Queue: h.queue, Now: h.clock.now, Zone: time.FixedZone("", 8*3600), Timeline: h.timeline}
	if change != nil {
		change(&config)
	}
	if h.console, err = New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		h.console.Close()
		if h.server != nil {
			h.server.Close()
		}
		if err := h.store.Close(); err != nil {
			t.Error(err)
		}
	})
	hash := hashAt(cost{time: 1, memory: 64, threads: 1}, password)
	h.console.doors.decoy = hashAt(cost{time: 1, memory: 64, threads: 1}, "nobody's")
	h.server = httptest.NewServer(h.console)
	for name, role := range map[string]review.Role{"vera": review.Viewer, "rui": review.Desk, "李雷": review.Desk, "ada": review.Admin} {
		if err := h.store.PutReviewer(t.Context(), review.Reviewer{Name: name, Hash: hash, Role: role, Created: noon.Add(-240 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

// timeline reads the ledger as the app does.
func (h *house) timeline(ctx context.Context, id string) (list []ledger.Entry, err error) {
	for record, err := range h.store.Entries(ctx, store.EntryFilter{Case: id}) {
		if err != nil {
			return nil, err
		}
		e, err := record.Entry()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// record writes the cases as the pipeline does.
func (h *house) record(cases ...*review.Case) {
	h.Helper()
	for _, c := range cases {
		entry := ledger.Entry{At: c.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID, Chat: review.ChatKey(c.Event.Adapter, c.Event.Chat), Member: c.Event.Author.ID}
		done := make(chan error, 1)
		if err := h.store.Record(h.Context(), c, []ledger.Entry{entry}, func(_ bool, err error) { done <- err }); err != nil {
			h.Fatal(err)
		}
		if err := <-done; err != nil {
			h.Fatal(err)
		}
	}
}

// load is the case as the store has it.
func (h *house) load(id string) review.Case {
	h.Helper()
	c, err := h.store.Case(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// person is somebody with a browser.
type person struct {
	*house
	client *http.Client
}

// answer is what came back, read whole.
type answer struct {
	*http.Response
	body string
}

func (h *house) somebody() *person {
	jar, err := cookiejar.New(nil)
	if err != nil {
		h.Fatal(err)
	}
	return &person{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is somebody who has logged in under that name.
func (h *house) as(name string) *person {
	h.Helper()
	p := h.somebody()
	if a := p.post("/login", "name", name, "password", password); a.StatusCode != http.StatusSeeOther {
		h.Fatalf("%s can't log in: %s\n%s", name, a.Status, a.body)
	}
	return p
}

func (p *person) do(r *http.Request) answer {
	p.Helper()
	res, err := p.client.Do(r)
	if err != nil {
		p.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.Fatal(err)
	}
	return answer{res, string(body)}
}

func (p *person) get(path string, header ...string) answer {
	p.Helper()
	return p.do(p.request(http.MethodGet, path, nil, header...))
}

func (p *person) request(method, path string, body io.Reader, header ...string) *http.Request {
	p.Helper()
	r, err := http.NewRequestWithContext(p.Context(), method, p.server.URL+path, body)
	if err != nil {
		p.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// post sends a form of this site: pairs of names and values.
func (p *person) post(path string, pairs ...string) answer {
	p.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return p.do(p.request(http.MethodPost, path, strings.NewReader(form.Encode()),
		"Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "same-origin"))
}

var csrfField = regexp.MustCompile(`name="csrf" value="([0-9a-f]+)"`)

// token is what the forms of this login carry.
func (p *person) token() string {
	p.Helper()
	found := csrfField.FindStringSubmatch(p.get("/account").body)
	if found == nil {
		p.Fatal("the account page has no form with a token")
	}
	return found[1]
}

// send posts with the token of the login.
func (p *person) send(path string, pairs ...string) answer {
	p.Helper()
	return p.post(path, append(pairs, "csrf", p.token())...)
}
