package console

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"patrol/bot/review"
)

// TestBrowserShowsAMegabyte opens a line of a million bytes of the worst kind, in the
// list, as a case, as far as it is shown at all, and as the answer to a query.
func TestBrowserShowsAMegabyte(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	part := "<b>\u202e加\u200b微信" + strings.Repeat("Z\u0351", 3) + "\x00\x1b[2J</b><img src=x onerror=window.hacked=1>"
	text := strings.Repeat(part, 1<<20/len(part))
	huge := hostileCase(1, "=1+1")
	huge.Event.Message.Text, huge.Verdict.Folded, huge.Event.Author.Name = text, text, text
	h.record(huge, hostileCase(2, "short"))
	logIn(t, ctx, h, "rui")
	for _, path := range []string{"/?tab=open", "/cases/" + huge.ID, "/cases/" + huge.ID + "?all=1", asked{SQL: "SELECT id, name, text FROM cases"}.href("")} {
		goTo(t, ctx, h.server.URL+path)
		nothingRuns(t, ctx)
		most := 200_000
		if strings.HasSuffix(path, "?all=1") {
			most = 3_000_000
		}
		if n := len(h.as("rui").get(path).body); n > most {
			t.Errorf("%s has %d bytes", path, n)
		}
	}
	goTo(t, ctx, h.server.URL+"/cases/"+huge.ID)
	keys(t, ctx, "u")
	until(t, ctx, `document.activeElement.id === "uphold"`)
	do(t, ctx, chromedp.KeyEvent("seen\r"))
	until(t, ctx, fmt.Sprintf(`document.readyState === "complete" && location.pathname !== "/cases/%s"`, huge.ID))
	if c := h.load(huge.ID); c.State != review.Upheld {
		t.Errorf("the case is %s", c.State)
	}
}
