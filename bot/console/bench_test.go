package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// BenchmarkPages asks for the pages of a busy desk: 100,000 cases (10,000 with
// -short, others with PATROL_BENCH_CASES), of which every tenth is open, and a member with many of them. "verdict" is
// all that lies between two cases of somebody who works the queue: the press, and
// the page of the next case.
func BenchmarkPages(b *testing.B) {
	h := open(b, nil)
	last := h.busy(benchCases(b))
	for more := true; more; {
		var err error
		if more, err = h.store.IndexTexts(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
	token := newToken()
	session := review.Session{Hash: hashToken(token), Name: "rui", CSRF: newToken(), Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
	if err := h.store.PutSession(b.Context(), session); err != nil {
		b.Fatal(err)
	}
	ask := func(b *testing.B, method, path string, form url.Values, want int) *httptest.ResponseRecorder {
		b.Helper()
		r := httptest.NewRequestWithContext(b.Context(), method, path, strings.NewReader(form.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.AddCookie(&http.Cookie{Name: "patrol", Value: token})
		w := httptest.NewRecorder()
		h.console.ServeHTTP(w, r)
		if w.Code != want {
			b.Fatal(method, path, w.Code)
		}
		return w
	}
	pages := []struct{ name, path string }{
		{"queue", "/"}, {"all", "/?tab=all"}, {"rule", "/?tab=all&rule=ads"}, {"case", "/cases/" + last.ID},
		{"search", "/?tab=all&text=" + url.QueryEscape("微信")}, {"search_open", "/?text=" + url.QueryEscape("微信")},
		{"search_rare", "/?tab=all&text=" + url.QueryEscape("查无此词")}, {"overdue", "/?tab=overdue"}, {"severity", "/?severity=severe"}, {"mine", "/?tab=mine"},
		{"chat", "/?tab=all&chat=qq-main/7"}, {"member", "/?tab=all&member=7"}, {"rule_of_none", "/?tab=upheld&rule=ads"}, {"byhand", "/?tab=byhand"},
	}
	for _, page := range pages {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				ask(b, http.MethodGet, page.path, nil, http.StatusOK)
			}
		})
	}
	for i, page := range []string{"rule=ads&tab=all", "tab=all&text=" + url.QueryEscape("微信"), "chat=qq-main%2F7", "severity=severe"} {
		view, err := review.NewView("rui", fmt.Sprint(i), page, noon)
		if err == nil {
			err = h.store.PutView(b.Context(), view)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	b.Run("queue_with_views", func(b *testing.B) {
		for b.Loop() {
			ask(b, http.MethodGet, "/?tab=open", nil, http.StatusOK)
		}
	})
	next := regexp.MustCompile(`name="next" value="([^"]+)"`)
	b.Run("verdict", func(b *testing.B) {
		id := listed(ask(b, http.MethodGet, "/", nil, http.StatusOK).Body.String())[0]
		after := next.FindStringSubmatch(ask(b, http.MethodGet, "/cases/"+id, nil, http.StatusOK).Body.String())
		for b.Loop() {
			form := url.Values{"csrf": {session.CSRF}, "next": {after[1]}}
			to := ask(b, http.MethodPost, "/cases/"+id+"/uphold", form, http.StatusSeeOther).Header().Get("Location")
			id = after[1]
			if after = next.FindStringSubmatch(ask(b, http.MethodGet, to, nil, http.StatusOK).Body.String()); after == nil {
				b.Fatal("the queue is empty")
			}
		}
	})
	for _, chats := range []int{2, 90} { // of 100
		only := review.Reviewer{Name: "mia", Role: review.Desk, Created: noon}
		for i := range chats {
			only.Only.Chats = append(only.Only.Chats, review.ChatKey("qq-main", fmt.Sprint(i)))
		}
		only.Only = review.Only(only.Only.Chats...)
		if err := h.store.PutReviewer(b.Context(), only); err != nil {
			b.Fatal(err)
		}
		session.Name, session.Hash, token = "mia", hashToken(fmt.Sprint("of ", chats)), fmt.Sprint("of ", chats)
		who, err := h.store.Reviewer(b.Context(), "mia")
		if err == nil {
			session.Epoch = who.Epoch
			err = h.store.PutSession(b.Context(), session)
		}
		if err != nil {
			b.Fatal(err)
		}
		for _, page := range pages {
			if page.name == "case" {
				continue
			}
			b.Run(fmt.Sprintf("of_%d_chats/%s", chats, page.name), func(b *testing.B) {
				for b.Loop() {
					ask(b, http.MethodGet, page.path, nil, http.StatusOK)
				}
			})
		}
	}
}

// benchCases is of how many cases a benchmark is.
func benchCases(b *testing.B) int {
	b.Helper()
	if text := os.Getenv("PATROL_BENCH_CASES"); text != "" {
		size, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		return size
	}
	if testing.Short() {
		return 10_000
	}
	return 100_000
}

// BenchmarkBrowserNextCase is what a person waits for who works the queue by keys:
// from the press of Enter on a verdict until the next case is there to be read, as
// the browser itself measures it.
func BenchmarkBrowserNextCase(b *testing.B) {
	ctx := browser(b)
	h := open(b, nil)
	h.busy(benchCases(b))
	logIn(b, ctx, h, "rui")
	goTo(b, ctx, h.server.URL+"/cases/"+eval[string](b, ctx, `document.querySelector("[data-key]").dataset.key`))
	var took []float64
	for b.Loop() {
		at := eval[string](b, ctx, `location.pathname`)
		keys(b, ctx, "u")
		until(b, ctx, `document.activeElement.id === "uphold"`)
		eval[bool](b, ctx, `sessionStorage.setItem("pressed", performance.timeOrigin + performance.now()), true`)
		keys(b, ctx, kb.Enter)
		until(b, ctx, fmt.Sprintf(`location.pathname !== %q && document.readyState === "complete" && document.getElementById("uphold") !== null`, at))
		took = append(took, eval[float64](b, ctx, `performance.timeOrigin + performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd - Number(sessionStorage.getItem("pressed"))`))
	}
	slices.Sort(took)
	b.ReportMetric(took[len(took)/2], "ms-median")
	b.ReportMetric(took[len(took)*95/100], "ms-p95")
}

// busy records so many cases and returns the last.
func (h *house) busy(size int) (last *review.Case) {
	var written sync.WaitGroup
	for i := range size {
		text := fmt.Sprintf("加\u200b微信领红包 %s，先到先得", strings.Repeat("好", i%30+1))
		due := time.Duration(0)
		if i%10 == 0 {
			due = time.Duration(i) * time.Minute
		}
		last = scene{n: i, ago: time.Duration(i) * time.Second, due: due, platform: "qq", chat: fmt.Sprint(i % 100), member: chat.Member{ID: fmt.Sprint(i % 40), Name: "小明"}, text: text,
			hits: []rules.Hit{hit(text, "ads", lang.T("广告", "ad"), rules.Minor, "微信", "先到先得")}, score: 1, acts: []review.Act{act(chat.Delete, 0, review.Done)}}.build()
		written.Add(1)
		err := h.store.Record(h.Context(), last, nil, func(_ bool, err error) {
			defer written.Done()
			if err != nil {
				h.Error(err)
			}
		})
		if err != nil {
			h.Fatal(err)
		}
	}
	written.Wait()
	return last
}
