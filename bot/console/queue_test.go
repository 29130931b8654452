package console

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

var keyed = regexp.MustCompile(`data-key="([^"]+)"`)

// listed are the ids of the cases on a page, in order.
func listed(page string) (ids []string) {
	for _, found := range keyed.FindAllStringSubmatch(page, -1) {
		ids = append(ids, found[1])
	}
	return ids
}

func TestQueueFilters(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	lei := h.as("李雷")
	lei.send("/cases/" + cases[3].ID + "/claim")
	lei.send("/cases/"+cases[2].ID+"/overturn", "ground", "x")
	lei.send("/cases/" + cases[6].ID + "/uphold")
	ids := func(at ...int) (list []string) {
		for _, i := range at {
			list = append(list, cases[i].ID)
		}
		return list
	}
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"open cases come by rank", "", ids(1, 0, 4, 3, 5)},
		{"overdue", "?tab=overdue", ids(0)},
		{"mine", "?tab=mine", ids(3)},
		{"overturned", "?tab=overturned", ids(2)},
		{"upheld", "?tab=upheld", ids(6)},
		{"acted alone, newest first", "?tab=acted", ids(8, 9, 10, 11, 7)},
		{"logged", "?tab=logged", nil},
		{"by rule", "?tab=all&rule=ads.contact", ids(0, 7)},
		{"by severity", "?severity=severe", ids(1, 4)},
		{"by platform", "?platform=irc", ids(1, 5)},
		{"by chat", "?chat=irc-main/%23help", ids(5)},
		{"by member", "?tab=all&member=100482", ids(0, 6, 7)},
		{"all at once", "?tab=open&platform=irc&severity=severe&rule=scam.invest&chat=irc-main/%23trading", ids(1)},
		{"a tab that does not exist is the first", "?tab=nonsense", ids(1, 0, 4, 3, 5)},
		{"a severity that does not exist is none", "?severity=nonsense", ids(1, 0, 4, 3, 5)},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := lei.get("/" + c.query)
			if got := listed(a.body); a.StatusCode != http.StatusOK || !slices.Equal(got, c.want) {
				t.Errorf("%s lists %v, want %v", a.Status, got, c.want)
			}
		})
	}
	page := lei.get("/").body
	if !strings.Contains(page, `Open <b class="count">5</b>`) || !strings.Contains(page, `Overdue <b class="count">1</b>`) {
		t.Error("the counts are wrong")
	}
	if !strings.Contains(page, "held by you") || !strings.Contains(page, "overdue by 42 min") {
		t.Error("the list does not say who holds a case, or that one is overdue")
	}
}

func TestEmptyQueuesSayWhatToDo(t *testing.T) {
	vera := open(t, nil).as("vera")
	for query, want := range map[string]string{
		"": "New ones appear here by themselves", "?tab=all": "once the bot is in a group", "?rule=x": "Clear the filters", "?tab=upheld": "See all cases",
	} {
		if a := vera.get("/" + query); !strings.Contains(a.body, want) {
			t.Errorf("%q does not say %q", query, want)
		}
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	h := open(t, nil)
	var want []string
	for i := range review.DefaultPage + 7 {
		text := fmt.Sprintf("广告 %d", i)
		c := scene{n: 500 + i, ago: time.Duration(i) * time.Minute, platform: "qq", chat: "1", member: chat.Member{ID: "7"}, text: text,
			hits: []rules.Hit{hit(text, "ads", lang.T("广告", "ad"), rules.Minor, "广告")}, score: 1}.build()
		h.record(c)
		want = append(want, c.ID)
	}
	vera := h.as("vera")
	first := vera.get("/?tab=acted&rule=ads")
	older := regexp.MustCompile(`href="([^"]+)" id="older"`).FindStringSubmatch(first.body)
	if older == nil {
		t.Fatal("there is no way to the next page")
	}
	second := vera.get(strings.ReplaceAll(older[1], "&amp;", "&"))
	if got := append(listed(first.body), listed(second.body)...); !slices.Equal(got, want) {
		t.Errorf("two pages list %d cases of %d, or in another order", len(got), len(want))
	}
	if strings.Contains(second.body, `id="older"`) || !strings.Contains(second.body, "Back to the first page") {
		t.Error("the last page leads on, or not back")
	}
}

func TestWantSurvivesItsAddress(t *testing.T) {
	for _, w := range []want{{Tab: "open"}, {Tab: "all", Rule: "a&b=c", Chat: "x/#y", Member: "z?", Platform: "é", Severity: "major", After: "1:2"}} {
		q, err := url.ParseQuery(w.query())
		if err != nil {
			t.Fatal(err)
		}
		if got := readWant(q); got != w {
			t.Errorf("%+v comes back as %+v", w, got)
		}
	}
}

func TestLanguage(t *testing.T) {
	h := open(t, nil)
	for _, c := range []struct{ accept, want string }{
		{"", "en"}, {"zh-CN,zh;q=0.9", "zh-CN"}, {"en-GB,en;q=0.9,zh;q=0.8", "en"}, {"fr-FR, zh-TW;q=0.7, en;q=0.3", "zh-CN"}, {"zh;q=0, en", "en"}, {"de", "en"},
	} {
		if a := h.somebody().get("/login", "Accept-Language", c.accept); !strings.Contains(a.body, `<html lang="`+c.want+`">`) {
			t.Errorf("%q does not get %s", c.accept, c.want)
		}
	}
	p := h.somebody()
	if a := p.post("/language", "lang", "zh", "back", "/login?next=%2F"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/login?next=%2F" {
		t.Fatalf("%s to %q", a.Status, a.Header.Get("Location"))
	}
	if a := p.get("/login", "Accept-Language", "en"); !strings.Contains(a.body, `lang="zh-CN"`) {
		t.Error("the choice is forgotten")
	}
	if a := p.post("/language", "lang", "fr"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("a language that nobody speaks: %s", a.Status)
	}
}

func TestRelativeTimes(t *testing.T) {
	for _, c := range []struct {
		d      time.Duration
		zh, en string
	}{
		{-10 * time.Second, "刚刚", "just now"}, {-90 * time.Second, "1 分钟前", "1 min ago"}, {-26 * time.Hour, "26 小时前", "26 h ago"},
		{-50 * time.Hour, "2 天前", "2 days ago"}, {30 * time.Second, "30 秒后", "in 30 s"}, {3 * time.Hour, "3 小时后", "in 3 h"},
		{-8 * 24 * time.Hour, "2026年3月6日", "6 Mar 2026"}, {40 * 24 * time.Hour, "2026年4月23日", "23 Apr 2026"},
	} {
		if zh, en := relative(noon.Add(c.d), noon, lang.Zh), relative(noon.Add(c.d), noon, lang.En); zh != c.zh || en != c.en {
			t.Errorf("%s is %q and %q, want %q and %q", c.d, zh, en, c.zh, c.en)
		}
	}
	for d, want := range map[time.Duration]string{36 * time.Hour: "1 d 12 h", 10 * time.Minute: "10 min", 90 * time.Second: "1 min 30 s", time.Millisecond: "less than 1 s"} {
		if got := length(d, lang.En); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

func TestAForgedPlaceInTheListIsTheAskersFault(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	for _, after := range []string{"x", "1:2:3", "9999999999999999999999:1", "1:2;DROP"} {
		if a := rui.get("/?after=" + url.QueryEscape(after)); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%q: %s", after, a.Status)
		}
	}
}
