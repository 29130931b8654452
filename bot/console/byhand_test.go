package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
)

// handmade are cases of a platform where the bot can do nothing.
func handmade(n int) (cases []*review.Case) {
	for i := range n {
		text := fmt.Sprint("加微信领红包 <b>", i, "</b> \u202egnp.exe")
		c := scene{
			n: 700 + i, ago: time.Hour, platform: "wechat", chat: "业主群", member: chat.Member{ID: fmt.Sprint("wxid_", i), Name: "小明<i>"},
			text: text, folded: text, hits: []rules.Hit{hit(text, "ads.contact", adTitle, rules.Major, "加微信")}, score: 3,
			acts: []review.Act{act(chat.Remove, 0, review.Asked), act(chat.Delete, 0, review.Asked)},
		}.build()
		for k := range c.Acts {
			c.Acts[k].Hand, c.Acts[k].Due = review.HandOnly, noon.Add(time.Duration(30*(i+k)-20)*time.Minute)
		}
		cases = append(cases, c)
	}
	return cases
}

func TestWhatIsAskedForIsListedAndDone(t *testing.T) {
	h := open(t, nil)
	rui, vera := h.as("rui"), h.as("vera")
	if strings.Contains(rui.get("/").body, "tab=byhand") {
		t.Error("there is a tab for what nobody is asked for")
	}
	cases := handmade(3)
	h.record(cases...)
	page := rui.get("/").body
	if !strings.Contains(page, `By hand <b class="count">3</b><i class="alarm"`) {
		t.Error("the tab does not count, or does not say that one is overdue")
	}
	list := rui.get("/?tab=byhand").body
	if got := listed(list); fmt.Sprint(got) != fmt.Sprint([]string{cases[0].ID, cases[1].ID, cases[2].ID}) || !strings.Contains(list, "by hand, overdue by 20 min") {
		t.Errorf("listed: %v", got)
	}
	path := "/cases/" + cases[0].ID
	one := rui.get(path).body
	for _, want := range []string{"By hand: remove", "Choose the member and tap 移出 (Remove)", "By hand: delete message", `action="` + path + `/did"`, `action="` + path + `/could-not"`} {
		if !strings.Contains(one, want) {
			t.Errorf("the case lacks %q", want)
		}
	}
	if zh := rui.get(path, "Accept-Language", "zh").body; !strings.Contains(zh, "请人工移出群组") || !strings.Contains(zh, "点成员头像后面的“－”") {
		t.Error("no steps in Chinese")
	}
	if strings.Contains(vera.get(path).body, "/did") {
		t.Error("a viewer is offered to have done it")
	}
	key := cases[0].Acts[0].Action.Key
	if a := rui.send(path+"/could-not", "act", key); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("could not, without a reason: %s", a.Status)
	}
	if a := rui.send(path+"/did", "act", key, "ground", "顺便提醒了他"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if a := rui.send(path+"/did", "act", key); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Nothing was recorded") {
		t.Errorf("twice: %s", a.Status)
	}
	c := h.load(cases[0].ID)
	if c.Acts[0].State != review.Done || c.Acts[1].State != review.Asked {
		t.Errorf("%+v", c.Acts)
	}
	after := rui.get(path).body
	if !strings.Contains(after, "顺便提醒了他") || strings.Contains(after, "By hand: remove") {
		t.Error("the timeline does not say who did it, or it is still asked for")
	}
	if a := rui.send("/cases/"+cases[1].ID+"/overturn", "ground", "误判"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if strings.Contains(rui.get("/cases/"+cases[1].ID).body, "By hand:") {
		t.Error("what was overturned is still asked for")
	}
	if !strings.Contains(rui.get("/?tab=byhand").body, `By hand <b class="count">2</b>`) {
		t.Error("the count stands")
	}
}

// TestBrowserDoesWhatIsAsked works the list by keys: open, done, could not.
func TestBrowserDoesWhatIsAsked(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := handmade(2)
	h.record(cases...)
	logIn(t, ctx, h, "rui")
	goTo(t, ctx, h.server.URL+"/?tab=byhand")
	keys(t, ctx, "j", "o")
	until(t, ctx, fmt.Sprintf(`location.pathname === "/cases/%s" && document.readyState === "complete" && document.querySelectorAll(".byhand").length === 2`, cases[0].ID))
	nothingRuns(t, ctx)
	shot(t, ctx, "byhand")
	keys(t, ctx, "d")
	until(t, ctx, `document.readyState === "complete" && document.querySelectorAll(".byhand").length === 1 && document.body.innerText.includes("Recorded as done by hand.")`)
	do(t, ctx, chromedp.SendKeys(chromedp.CSS("form[action$='could-not'] input[name=ground]"), "只有手机端能撤回"+kb.Enter))
	until(t, ctx, `document.readyState === "complete" && document.querySelector(".byhand") === null && document.body.innerText.includes("Recorded as not possible.")`)
	c := h.load(cases[0].ID)
	if c.Acts[0].State != review.Done || c.Acts[1].State != review.Failed || c.State != review.Open {
		t.Errorf("the case is %s, %+v", c.State, c.Acts)
	}
	screen{"phone-zh-dark", 390, 844, "zh", "dark", true}.show(t, ctx, h)
	goTo(t, ctx, h.server.URL+"/cases/"+cases[1].ID+"?from=tab%3Dbyhand")
	screen{"phone-zh-dark", 390, 844, "zh", "dark", true}.fits(t, ctx, "byhand")
	shot(t, ctx, "phone-zh-dark-byhand")
	goTo(t, ctx, h.server.URL+"/?tab=byhand")
	shot(t, ctx, "phone-zh-dark-byhand-list")
}
