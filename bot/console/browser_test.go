package console

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
)

// keys presses one key after the other, wherever the focus is. chromedp.KeyEvent
// sends the character apart from the key, so that a page can't suppress it as it
// can in a browser with a person in front of it; this sends both as one.
func keys(t testing.TB, ctx context.Context, pressed ...string) {
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
	until(t, ctx, on(cases[2])+` && document.body.innerText.includes("Upheld.")`)
	if c := h.load(cases[1].ID); c.State != review.Upheld || c.Ground != "scam" {
		t.Fatalf("the case is %s on %q", c.State, c.Ground)
	}
	shot(t, ctx, "upheld")

	keys(t, ctx, "z")
	until(t, ctx, on(cases[1])+` && document.body.innerText.includes("Taken back.")`)
	if c := h.load(cases[1].ID); c.State != review.Open {
		t.Fatalf("the case is %s", c.State)
	}
	keys(t, ctx, "j")
	until(t, ctx, on(cases[2])+` && document.getElementById("overturn") !== null`)
	keys(t, ctx, "x")
	until(t, ctx, `document.activeElement.id === "overturn"`)
	do(t, ctx, chromedp.KeyEvent("24 is a number"+kb.Enter))
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("Overturned.")`)
	if c := h.load(cases[2].ID); c.State != review.Overturned || c.Ground != "24 is a number" {
		t.Fatalf("the case is %s on %q", c.State, c.Ground)
	}

	keys(t, ctx, "n")
	until(t, ctx, `document.activeElement.id === "note"`)
	do(t, ctx, chromedp.KeyEvent("an except phrase is missing"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("The note was added")`)
	keys(t, ctx, "q")
	until(t, ctx, `location.pathname === "/" && document.readyState === "complete" && document.querySelectorAll("[data-row]").length === 5`)
	keys(t, ctx, "/")
	until(t, ctx, `document.activeElement.id === "filter-text"`)
	do(t, ctx, chromedp.KeyEvent("红包"+kb.Enter))
	until(t, ctx, `location.search.includes("text=") && document.querySelectorAll("[data-row]").length === 1`)
}

// many are open cases that have nothing in common.
func many(n int) (cases []*review.Case) {
	for i := range n {
		text := fmt.Sprintf("加微信领红包，第%s家店", strings.Repeat("好", i+1))
		cases = append(cases, scene{
			n: 100 + i, ago: time.Duration(n-i) * time.Minute, due: time.Duration(i+1) * time.Minute, platform: "qq", chat: "814022",
			member: chat.Member{ID: fmt.Sprint(3000 + i), Name: "小明"}, text: text, folded: text,
			hits: []rules.Hit{hit(text, "ads.contact", adTitle, rules.Minor, "加微信")}, acts: []review.Act{act(chat.Mute, 10*time.Minute, review.Held)},
		}.build())
	}
	return cases
}

// TestBrowserDecidesFiftyCases works a morning's queue without touching a mouse.
func TestBrowserDecidesFiftyCases(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := many(50)
	h.record(cases...)
	logIn(t, ctx, h, "rui")
	keys(t, ctx, "j")
	until(t, ctx, `document.activeElement.closest("[data-key]") !== null`)
	order := eval[[]string](t, ctx, `[...document.querySelectorAll("[data-key]")].map(e => e.dataset.key)`)
	if len(order) != len(cases) {
		t.Fatalf("the queue shows %d cases", len(order))
	}
	keys(t, ctx, "o")
	for i, id := range order {
		until(t, ctx, fmt.Sprintf(`location.pathname === "/cases/%s" && document.readyState === "complete"`, id))
		if i%5 == 4 {
			keys(t, ctx, "x")
			until(t, ctx, `document.activeElement.id === "overturn"`)
			keys(t, ctx, "n", "o", kb.Enter)
			continue
		}
		keys(t, ctx, "u")
		until(t, ctx, `document.activeElement.id === "uphold"`)
		keys(t, ctx, kb.Enter)
	}
	until(t, ctx, `location.pathname === "/" && document.readyState === "complete" && document.querySelector(".empty") !== null`)
	for i, id := range order {
		want := review.Upheld
		if i%5 == 4 {
			want = review.Overturned
		}
		if c := h.load(id); c.State != want || c.DecidedBy != "rui" {
			t.Errorf("case %d is %s by %q, want %s", i, c.State, c.DecidedBy, want)
		}
	}
}

// TestBrowserDecidesARaidAtOnce finds the posts of a raid in one row, decides them
// with two keys and takes that back with one.
func TestBrowserDecidesARaidAtOnce(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	raid := raidOf(40)
	h.record(raid...)
	h.record(many(2)...)
	logIn(t, ctx, h, "rui")
	until(t, ctx, `document.querySelectorAll("[data-row]").length === 3 && document.body.innerText.includes("40 alike")`)
	for eval[bool](t, ctx, `!(document.activeElement.closest("[data-key]")?.querySelector(".alike"))`) {
		keys(t, ctx, "j")
	}
	keys(t, ctx, "u")
	until(t, ctx, `document.activeElement.id === "bulk-ground" && document.getElementById("bulk-count").textContent === "40"`)
	shot(t, ctx, "bulk")
	keys(t, ctx, kb.Enter)
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("40 cases upheld")`)
	for _, c := range raid {
		if now := h.load(c.ID); now.State != review.Upheld {
			t.Fatalf("a case of the raid is %s", now.State)
		}
	}
	keys(t, ctx, "z")
	until(t, ctx, `document.readyState === "complete" && document.body.innerText.includes("40 cases taken back") && document.body.innerText.includes("40 alike")`)
	for _, c := range raid {
		if now := h.load(c.ID); now.State != review.Open {
			t.Fatalf("a case of the raid is %s", now.State)
		}
	}
	keys(t, ctx, "a")
	until(t, ctx, `document.getElementById("bulk-count").textContent === "42"`)
}

// raidOf are n posts of one text with another number each.
func raidOf(n int) (cases []*review.Case) {
	for i := range n {
		text := fmt.Sprintf("加入我们一起赚钱 %d%d 名额有限", i, 7*i)
		cases = append(cases, scene{
			n: 500 + i, ago: time.Minute, due: 30 * time.Minute, platform: "qq", chat: "814022", member: chat.Member{ID: fmt.Sprint(9000 + i), Name: fmt.Sprint("用户", 9000+i), Joined: noon.Add(-time.Hour)},
			text: text, folded: text, hits: []rules.Hit{hit(text, "raid.copy", raidTitle, rules.Major, "一起赚钱")}, acts: []review.Act{act(chat.Remove, 0, review.Held)},
		}.build())
	}
	return cases
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
