package console

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"patrol/bot/review"
)

// screen is a device with its wishes.
type screen struct {
	name          string
	width, height int64
	lang, scheme  string
	phone         bool
}

func (s screen) show(t *testing.T, ctx context.Context, h *house) {
	t.Helper()
	if s.phone {
		do(t, ctx, chromedp.EmulateViewport(s.width, s.height, chromedp.EmulateScale(2), chromedp.EmulateMobile, chromedp.EmulateTouch))
	} else {
		do(t, ctx, chromedp.EmulateViewport(s.width, s.height))
	}
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: s.scheme}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		t.Fatal(err)
	}
	choose := fmt.Sprintf(`fetch("/language", {method: "POST", body: new URLSearchParams({lang: %q, back: "/login"})}).then(r => r.ok)`, s.lang)
	if ok, err := chromedp.Run(ctx, chromedp.Evaluate[bool](choose, chromedp.EvalAwaitPromise)); err != nil || !ok {
		t.Fatalf("choosing %s: %v %v", s.lang, ok, err)
	}
}

// TestEveryPageFits opens every page on every kind of screen in both languages:
// nothing sticks out, and the controls of a phone are big enough for a finger.
func TestEveryPageFits(t *testing.T) {
	ctx := browser(t)
	h := policed(t)
	cases := lively()
	h.record(cases...)
	h.record(raidOf(40)...)
	ad, scam := cases[0].ID, cases[1].ID
	prepare(t, h, cases)
	logIn(t, ctx, h, "ada")
	link := h.console.LoginLink("ada")
	everywhere(t, ctx, h, []picture{
		{"queue", "/"}, {"case-ad", "/cases/" + ad}, {"case-scam", "/cases/" + scam}, {"all", "/?tab=all"},
		{"filtered", "/?rule=ads.contact&tab=all"}, {"empty", "/?tab=mine"}, {"search", "/?tab=all&text=%E7%BA%A2%E5%8C%85"}, {"escalated", "/?tab=escalated"},
		{"proposed", "/cases/" + cases[4].ID}, {"account", "/account"}, {"factor", "/account/factor"}, {"accounts", "/accounts"},
		{"query", "/query"}, {"query-answer", asked{SQL: "SELECT id, member, name, rule, text FROM cases", Order: "member"}.href("")}, {"query-wrong", asked{SQL: "SELECT * FROM members"}.href("")},
		{"login", "/login"}, {"link", link}, {"missing", "/nowhere"}, {"overturned", "/cases/" + cases[6].ID},
	})
}

// TestThePagesForTroubleFit does so for brakes, batch undo, tokens and appeals.
func TestThePagesForTroubleFit(t *testing.T) {
	ctx := browser(t)
	h, punished, appealPage := appealing(t)
	var braked []*review.Case
	for _, c := range withActs() {
		if c.ID != punished.ID {
			braked = append(braked, c)
		}
	}
	h.brakeOn(braked)
	logIn(t, ctx, h, "ada")
	zone := time.FixedZone("", 8*3600)
	undone := url.Values{
		"rule": {punished.Verdict.Hits[0].Rule}, "since": {noon.Add(-1000 * time.Hour).In(zone).Format(timeForm)}, "until": {noon.Add(time.Minute).In(zone).Format(timeForm)},
	}
	if a := h.as("ada").send("/account/tokens", "label", "值班脚本 <b>on duty</b>", "scope", "cases:read", "days", "30"); a.StatusCode != http.StatusOK {
		t.Fatalf("a token: %s\n%s", a.Status, a.body)
	}
	everywhere(t, ctx, h, []picture{
		{"brakes", "/brakes"}, {"undo", "/undo"}, {"undo-preview", "/undo?" + undone.Encode()},
		{"tokens", "/account/tokens"}, {"all-tokens", "/accounts/tokens"}, {"appeal", appealPage},
	})
}

// picture is a page to be looked at.
type picture struct{ name, path string }

// everywhere looks at the pages on every kind of screen.
func everywhere(t *testing.T, ctx context.Context, h *house, pages []picture) {
	t.Helper()
	for _, s := range []screen{
		{"desktop-zh-light", 1360, 900, "zh", "light", false},
		{"desktop-en-dark", 1360, 900, "en", "dark", false},
		{"phone-zh-dark", 390, 844, "zh", "dark", true},
		{"phone-en-light", 390, 844, "en", "light", true},
	} {
		s.show(t, ctx, h)
		for _, page := range pages {
			goTo(t, ctx, h.server.URL+page.path)
			until(t, ctx, fmt.Sprintf(`document.documentElement.lang.startsWith(%q)`, s.lang))
			s.fits(t, ctx, page.name)
			shot(t, ctx, s.name+"-"+page.name)
		}
	}
}

// fits fails where something of the page sticks out or is too small.
func (s screen) fits(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	if over := eval[int](t, ctx, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
		t.Errorf("%s on %s is %d pixels too wide", name, s.name, over)
	}
	if !s.phone {
		return
	}
	small := eval[[]string](t, ctx, `[...document.querySelectorAll("button, .button, input:not([type=hidden]):not(.sr), select")]
		.map(e => e.type === "checkbox" ? e.closest("label") : e) // a finger presses the label
		.filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 90))`)
	if len(small) > 0 {
		t.Errorf("%s on %s has controls lower than 44 pixels: %q", name, s.name, small)
	}
}

// prepare lets people work on the cases, so that the pages have something to show.
func prepare(t *testing.T, h *house, cases []*review.Case) {
	t.Helper()
	for _, step := range []struct {
		who, path string
		form      []string
	}{
		{"李雷", "/cases/" + cases[0].ID + "/claim", nil},
		{"李雷", "/cases/" + cases[0].ID + "/note", []string{"text", "同一个人昨天也发过，换了写法。"}},
		{"rui", "/cases/" + cases[3].ID + "/escalate", []string{"ground", "老成员，拿不准"}},
		{"rui", "/cases/" + cases[4].ID + "/uphold", []string{"instead", "ban", "ground", "诈骗"}},
		{"rui", "/cases/" + cases[6].ID + "/overturn", []string{"ground", "误判：正常交流"}},
		{"rui", "/cases/" + cases[7].ID + "/uphold", []string{"ground", "广告"}},
		{"ada", "/views", []string{"name", "广告", "from", "rule=ads.contact&tab=all"}},
		{"ada", "/views", []string{"name", "夜班：严重 / grave ones at night", "from", "severity=severe", "shared", "1"}},
		{"ada", "/views", []string{"name", "搜索 red envelopes", "from", "tab=all&text=红包"}},
	} {
		if a := h.as(step.who).send(step.path, step.form...); a.StatusCode != http.StatusSeeOther {
			t.Fatalf("%s: %s", step.path, a.Status)
		}
	}
}
