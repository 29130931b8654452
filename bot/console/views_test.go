package console

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var (
	viewLink   = regexp.MustCompile(`<a href="([^"]+)"[^>]* id="view-(\d)"`)
	viewAction = regexp.MustCompile(`action="/views/([a-z0-9]+)/home"`)
	viewCount  = regexp.MustCompile(`id="view-\d"(?s:.*?)<b class="count">(\d+\+?)</b>`)
)

func TestViewsAreSavedAndCounted(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	rui, vera, ada := h.as("rui"), h.as("vera"), h.as("ada")
	if page := rui.get("/").body; strings.Contains(page, `class="views"`) || strings.Contains(page, `action="/views"`) {
		t.Error("there are views, or the whole queue can be saved as one")
	}
	from := "rule=ads.contact&tab=all"
	if page := rui.get("/?" + from).body; !strings.Contains(page, `action="/views"`) {
		t.Error("the filter can't be saved")
	}
	if a := rui.send("/views", "name", "广告 <b>x</b>", "from", from); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/?"+from {
		t.Fatal(a.Status, a.Header.Get("Location"))
	}
	page := rui.get("/").body
	link := viewLink.FindStringSubmatch(page)
	if link == nil || strings.ReplaceAll(link[1], "&amp;", "&") != "/?"+from || strings.Contains(page, "<b>x") {
		t.Fatalf("the view is not there, or not safely: %q", link)
	}
	if n := viewCount.FindStringSubmatch(page); n == nil || n[1] != "2" {
		t.Errorf("it counts %v, want 2", n)
	}
	if page := vera.get("/").body; strings.Contains(page, `class="views"`) {
		t.Error("another one has it too")
	}

	// Only an admin shares one.
	rui.send("/views", "name", "mine", "shared", "1", "from", "severity=severe")
	if page := vera.get("/").body; strings.Contains(page, `class="views"`) {
		t.Error("a reviewer has shared a view")
	}
	ada.send("/views", "name", "everybody's", "shared", "1", "from", "severity=severe")
	if page := vera.get("/").body; !strings.Contains(page, "everybody&#39;s") {
		t.Error("the shared view is not there")
	}
	shared := viewAction.FindStringSubmatch(vera.get("/?severity=severe").body)
	if shared == nil {
		t.Fatal("the shared view is not the one that is shown")
	}
	if a := vera.send("/views/"+shared[1]+"/delete", "from", ""); a.StatusCode != http.StatusNotFound {
		t.Errorf("a viewer deletes everybody's view: %s", a.Status)
	}

	// Who begins with a view gets there from "/", and finds the whole queue still.
	if a := vera.send("/views/"+shared[1]+"/home", "on", "1", "from", "severity=severe"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := vera.get("/"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/?severity=severe" {
		t.Errorf("home is %s %s", a.Status, a.Header.Get("Location"))
	}
	if a := vera.get("/?tab=open"); len(listed(a.body)) != 5+1 {
		t.Errorf("the whole queue has %d cases", len(listed(a.body)))
	}
	if a := ada.send("/views/"+shared[1]+"/delete", "from", ""); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := vera.get("/"); a.StatusCode != http.StatusOK {
		t.Errorf("home is still the view that is gone: %s", a.Status)
	}
	if a := rui.send("/views", "name", strings.Repeat("x", 41), "from", from); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "1 to 40") {
		t.Error(a.Status)
	}
}

// TestSharedViewsNameNoOtherChat keeps what an admin shared for one chat from who
// may not see it.
func TestSharedViewsNameNoOtherChat(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	mia, ada := h.limited("mia", cases[1]), h.as("ada")
	ada.send("/views", "name", "theirs", "shared", "1", "from", "chat=qq-main%2F814022")
	ada.send("/views", "name", "severe ones", "shared", "1", "from", "severity=severe&tab=all")
	page := mia.get("/").body
	if strings.Contains(page, "814022") || strings.Contains(page, "theirs") {
		t.Error("the view of another chat is shown")
	}
	if n := viewCount.FindStringSubmatch(page); n == nil || n[1] != "1" {
		t.Errorf("the other counts %v, want the one case in reach", n)
	}
}

// TestBrowserSwitchesViews saves a view and goes there and back by keys.
func TestBrowserSwitchesViews(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	logIn(t, ctx, h, "rui")
	for i, filter := range []string{"severity=severe", "platform=qq&tab=all"} {
		goTo(t, ctx, h.server.URL+"/?"+filter)
		keys(t, ctx, "v")
		until(t, ctx, `document.activeElement.id === "view-name"`)
		do(t, ctx, chromedp.KeyEvent([]string{"严重", "QQ 的全部"}[i]+kb.Enter))
		until(t, ctx, fmt.Sprintf(`document.readyState === "complete" && document.querySelectorAll(".views a").length === %d`, i+1))
	}
	current := func(key string) string {
		return fmt.Sprintf(`document.readyState === "complete" && document.querySelector(".views a[aria-current]")?.id === "view-%s"`, key)
	}
	keys(t, ctx, "1")
	until(t, ctx, current("1")+` && location.search === document.getElementById("view-1").search`)
	shot(t, ctx, "views")
	keys(t, ctx, "2")
	until(t, ctx, current("2"))
	keys(t, ctx, "0")
	until(t, ctx, `location.search === "?tab=open" && document.readyState === "complete" && document.querySelectorAll("[data-row]").length === 6`)
}
