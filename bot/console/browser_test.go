package console

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"patrol/bot/review"
)

// keys presses one key after the other, wherever the focus is. chromedp.KeyEvent
// sends the character apart from the key, so that a page can't suppress it as it
// can in a browser with a person in front of it; this sends both as one.
func keys(t *testing.T, ctx context.Context, pressed ...string) {
	t.Helper()
	for _, key := range pressed {
		if key == kb.Enter {
			do(t, ctx, chromedp.KeyEvent(key))
			continue
		}
		for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeKeyDown, input.DispatchKeyEventTypeKeyUp} {
			event := input.DispatchKeyEventParams{Type: kind, Key: key}
			if kind == input.DispatchKeyEventTypeKeyDown {
				event.Text = key
			}
			if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, event); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestBrowserWorksTheQueueByKeyboard(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	logIn(t, ctx, h, "rui")

	keys(t, ctx, "?")
	until(t, ctx, `document.getElementById("help").open`)
	shot(t, ctx, "help")
	keys(t, ctx, "?")
	until(t, ctx, `!document.getElementById("help").open`)

	at := `document.activeElement.closest("[data-key]")?.dataset.key`
	keys(t, ctx, "j")
	until(t, ctx, fmt.Sprintf(`%s === %q`, at, cases[0].ID))
	keys(t, ctx, "j", "j")
	until(t, ctx, fmt.Sprintf(`%s === %q`, at, cases[2].ID))
	keys(t, ctx, "k")
	until(t, ctx, fmt.Sprintf(`%s === %q`, at, cases[1].ID))
	shot(t, ctx, "keyboard-queue")

	keys(t, ctx, kb.Enter)
	on := func(c *review.Case) string {
		return fmt.Sprintf(`location.pathname === "/cases/%s" && document.readyState === "complete"`, c.ID)
	}
	until(t, ctx, on(cases[1])+` && document.getElementById("claim") !== null`)
	keys(t, ctx, "c")
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("You hold this case until")`)
	keys(t, ctx, "u")
	until(t, ctx, `document.activeElement.id === "uphold"`)
	keys(t, ctx, "s", "c", "a", "m", kb.Enter)
	until(t, ctx, `document.body.innerText.includes("rui has upheld this case")`)
	if c := h.load(cases[1].ID); c.State != review.Upheld || c.Ground != "scam" {
		t.Fatalf("the case is %s on %q", c.State, c.Ground)
	}
	shot(t, ctx, "upheld")

	until(t, ctx, `document.activeElement.matches(".note a")`)
	keys(t, ctx, kb.Enter)
	until(t, ctx, on(cases[2])+` && document.getElementById("overturn") !== null`)
	keys(t, ctx, "x")
	until(t, ctx, `document.activeElement.id === "overturn"`)
	do(t, ctx, chromedp.KeyEvent("24 is a number"+kb.Enter))
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("rui has overturned this case")`)
	if c := h.load(cases[2].ID); c.State != review.Overturned || c.Ground != "24 is a number" {
		t.Fatalf("the case is %s on %q", c.State, c.Ground)
	}

	keys(t, ctx, "n")
	until(t, ctx, `document.activeElement.id === "note"`)
	do(t, ctx, chromedp.KeyEvent("an except phrase is missing"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("The note was added")`)
	keys(t, ctx, "q")
	until(t, ctx, `location.pathname === "/" && document.readyState === "complete" && document.querySelectorAll("[data-row]").length === 4`)
	keys(t, ctx, "/")
	until(t, ctx, `document.activeElement.id === "filter-rule"`)
	do(t, ctx, chromedp.KeyEvent("flood.member"+kb.Enter))
	until(t, ctx, `location.search.includes("rule=flood.member") && document.querySelectorAll("[data-row]").length === 1`)
}

// TestBrowserFollowsChanges keeps what a person is doing while the page changes.
func TestBrowserFollowsChanges(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := lively()
	h.record(cases[1:]...)
	logIn(t, ctx, h, "rui")
	until(t, ctx, `document.body.dataset.connected === "1"`)
	keys(t, ctx, "j")
	until(t, ctx, fmt.Sprintf(`document.activeElement.closest("[data-key]")?.dataset.key === %q`, cases[1].ID))
	eval[bool](t, ctx, `document.querySelector("[data-key] .user").dataset.same = "1", true`)

	h.record(cases[0])
	until(t, ctx, fmt.Sprintf(`document.querySelector("[data-key]").dataset.key === %q`, cases[0].ID))
	until(t, ctx, `document.querySelector(".tabs .count").innerText === "6"`)
	until(t, ctx, fmt.Sprintf(`document.activeElement.closest("[data-key]")?.dataset.key === %q`, cases[1].ID))

	do(t, ctx, chromedp.Navigate(h.server.URL+"/cases/"+cases[0].ID))
	until(t, ctx, `document.body.dataset.connected === "1"`)
	keys(t, ctx, "x")
	do(t, ctx, chromedp.KeyEvent("half a sen"))
	if _, err := h.queue.Note(t.Context(), cases[0].ID, "李雷", "我也看过了"); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector(".remarks")?.innerText.includes("我也看过了")`)
	if typed := eval[string](t, ctx, `document.activeElement.id + ": " + document.activeElement.value`); typed != "overturn: half a sen" {
		t.Errorf("the update left %q", typed)
	}
	if _, err := h.queue.Claim(t.Context(), cases[0].ID, "李雷"); err != nil {
		t.Fatal(err)
	}
	until(t, ctx, `document.querySelector(".claim").innerText.includes("李雷 holds this case")`)
}

// TestBrowserRunsNothingOfMembers opens hostile cases with a real parser.
func TestBrowserRunsNothingOfMembers(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	logIn(t, ctx, h, "rui")
	for i, text := range hostile {
		c := hostileCase(i, text)
		h.record(c)
		do(t, ctx, chromedp.Navigate(h.server.URL+"/cases/"+c.ID), chromedp.WaitVisible(chromedp.CSS(".decide")))
		if !eval[bool](t, ctx, `window.hacked === undefined && document.querySelectorAll("script").length === 1 && document.querySelectorAll("main img, main svg, base, iframe, [onerror], [onload], [onmouseover], [style]").length === 0`) {
			t.Errorf("%.40q runs or loads something", text)
		}
		if eval[bool](t, ctx, `[...document.querySelectorAll("a[href], form[action]")].some(e => !new URL(e.getAttribute("href") ?? e.getAttribute("action"), location.href).href.startsWith(location.origin + "/"))`) {
			t.Errorf("%.40q leads away from the console", text)
		}
		if over := eval[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			t.Errorf("%.40q makes the page %d pixels too wide", text, over)
		}
		// In the page's own view the text is whole: what is hidden is shown by name.
		shown := eval[string](t, ctx, `[...document.querySelector(".evidence .text").childNodes].map(n => n.dataset?.raw !== undefined ? "\uE000" : n.textContent).join("")`)
		if want := strings.Map(func(r rune) rune {
			if r == '\uFFFD' || hiddenLabel(r, 0) != "" {
				return '\uE000'
			}
			return r
		}, text); len(text) < 900 && shown != want {
			t.Errorf("%.40q is shown as %.60q", text, shown)
		}
	}
	do(t, ctx, chromedp.Navigate(h.server.URL+"/"), chromedp.WaitVisible(chromedp.CSS(".cases")))
	if !eval[bool](t, ctx, `window.hacked === undefined && document.querySelectorAll("[data-row]").length > 10`) {
		t.Error("the queue runs what members wrote, or lacks it")
	}
	shot(t, ctx, "hostile-queue")
}
