package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// BenchmarkPages asks for the pages of a busy desk: 10,000 cases, a member with
// many of them.
func BenchmarkPages(b *testing.B) {
	h := open(b, nil)
	var last *review.Case
	for i := range 10_000 {
		text := fmt.Sprintf("加\u200b微信领红包 %d，先到先得", i)
		due := time.Duration(0)
		if i%10 == 0 {
			due = time.Duration(i) * time.Minute
		}
		last = scene{n: i, ago: time.Duration(i) * time.Minute, due: due, platform: "qq", chat: "1", member: chat.Member{ID: fmt.Sprint(i % 40), Name: "小明"}, text: text,
			hits: []rules.Hit{hit(text, "ads", lang.T("广告", "ad"), rules.Minor, "微信", "先到先得")}, score: 1, acts: []review.Act{act(chat.Delete, 0, review.Done)}}.build()
		h.record(last)
	}
	token := newToken()
	session := review.Session{Hash: hashToken(token), Name: "rui", CSRF: newToken(), Created: noon, Seen: noon, Expires: noon.Add(time.Hour)}
	if err := h.store.PutSession(b.Context(), session); err != nil {
		b.Fatal(err)
	}
	for _, page := range []struct{ name, path string }{
		{"queue", "/"}, {"all", "/?tab=all"}, {"rule", "/?tab=all&rule=ads"}, {"case", "/cases/" + last.ID},
	} {
		b.Run(page.name, func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, page.path, nil)
				r.AddCookie(&http.Cookie{Name: "patrol", Value: token})
				w := httptest.NewRecorder()
				h.console.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
		})
	}
}
