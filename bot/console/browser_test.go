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
	cases[0], cases[1] = cases[1], cases[0] // as the queue has them
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
	cases[0], cases[1] = cases[1], cases[0] // as the queue has them
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

	goTo(t, ctx, h.server.URL+"/cases/"+cases[0].ID)
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

// TestBrowserRunsNothingOfMembers shows hostile texts to a real parser: each of
// them in every list of one case, all of them together where a case has one text,
// and each of them in its own row of the queue.
func TestBrowserRunsNothingOfMembers(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	all := strings.Join(hostile, "\n")
	pile := hostileCase(len(hostile), all)
	h.record(pile)
	for i, text := range hostile {
		h.record(hostileCase(i, text))
	}
	heap := hostileCase(len(hostile)+1, "x")
	for i, text := range hostile {
		c := hostileCase(i, text)
		heap.Verdict.Hits = append(heap.Verdict.Hits, c.Verdict.Hits...)
		heap.Verdict.Excused = append(heap.Verdict.Excused, c.Verdict.Excused...)
		heap.Context = append(heap.Context, c.Context...)
		heap.Remarks = append(heap.Remarks, c.Remarks...)
		heap.Decision.Why = append(heap.Decision.Why, c.Decision.Why...)
		heap.Event.Message.Attachments = append(heap.Event.Message.Attachments, c.Event.Message.Attachments...)
		failed := c.Acts[0]
		failed.Action.Key += fmt.Sprint("#", i)
		heap.Acts = append(heap.Acts, failed)
	}
	h.record(heap)
	logIn(t, ctx, h, "rui")

	goTo(t, ctx, h.server.URL+"/cases/"+pile.ID+"?all=1")
	nothingRuns(t, ctx)
	// What is hidden is shown by name; all else as it was written.
	shown := eval[string](t, ctx, `[...document.querySelector(".evidence .text").childNodes].map(n => n.dataset?.raw !== undefined ? "\uE000" : n.textContent).join("")`)
	want := strings.Map(func(r rune) rune {
		if r == '\uFFFD' || hiddenLabel(r, 0) != "" {
			return '\uE000'
		}
		return r
	}, all)
	if shown != want {
		t.Errorf("the text is shown as\n%q, want\n%q", shown, want)
	}
	goTo(t, ctx, h.server.URL+"/cases/"+heap.ID)
	nothingRuns(t, ctx)
	goTo(t, ctx, h.server.URL+"/")
	nothingRuns(t, ctx)
	if rows := eval[int](t, ctx, `document.querySelectorAll("[data-row]").length`); rows != len(hostile)+2 {
		t.Errorf("the queue shows %d cases, want %d", rows, len(hostile)+2)
	}
	shot(t, ctx, "hostile-queue")
}

// nothingRuns looks at the page for what members' texts may have become.
func nothingRuns(t *testing.T, ctx context.Context) {
	t.Helper()
	where := eval[string](t, ctx, `location.pathname`)
	if !eval[bool](t, ctx, `window.hacked === undefined`) {
		t.Errorf("%s has run what a member wrote", where)
	}
	for name, expression := range map[string]string{
		"scripts or things that load": `[...document.querySelectorAll("script:not([src^='/assets/console.js']), main img:not([src^='/assets/']), main svg, base, iframe, object, embed, [onerror], [onload], [onmouseover], [style]")].map(e => e.outerHTML.slice(0, 90))`,
		"ways out of the console":     `[...document.querySelectorAll("a[href], form[action]")].map(e => new URL(e.getAttribute("href") ?? e.getAttribute("action"), location.href).href).filter(to => !to.startsWith(location.origin + "/"))`,
	} {
		if found := eval[[]string](t, ctx, expression); len(found) > 0 {
			t.Errorf("%s has %s: %q", where, name, found)
		}
	}
	if over := eval[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s is %d pixels too wide", where, over)
	}
}
