package console

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestOverturnUndoes(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	id := cases[0].ID
	rui := h.as("rui")
	page := rui.get("/cases/" + id).body
	for _, want := range []string{"will do: unmute", "won&#39;t do: remove", "the strike is void", "can&#39;t be undone: delete message", "will do: remove"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not foretell %q", want)
		}
	}
	if a := rui.send("/cases/"+id+"/overturn", "ground", "  "); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "needs a ground") {
		t.Errorf("an overturn without a ground: %s", a.Status)
	}
	a := rui.send("/cases/"+id+"/overturn", "ground", "ordinary   talk", "from", "rule=ads.contact", "next", cases[1].ID)
	if want := "/cases/" + cases[1].ID + "?from=rule%3Dads.contact&done=overturned&of=" + id; a.Header.Get("Location") != want {
		t.Fatalf("%s to %s, want %s", a.Status, a.Header.Get("Location"), want)
	}
	c := h.load(id)
	states := map[chat.Verb]review.ActState{}
	for _, act := range c.Acts {
		states[act.Action.Verb] = act.State
	}
	if c.State != review.Overturned || c.DecidedBy != "rui" || c.Ground != "ordinary talk" || c.Strike != review.StrikeVoid ||
		states[chat.Remove] != review.Cancelled || states[chat.Unmute] != review.Due {
		t.Errorf("%s by %q on %q, strike %s, acts %v", c.State, c.DecidedBy, c.Ground, c.Strike, states)
	}
	page = rui.get(a.Header.Get("Location")).body
	for _, want := range []string{"Overturned. What was done is being undone.", `href="/cases/` + id + `?from=rule%3Dads.contact"`, `action="/cases/` + id + `/undo"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the next page lacks %q", want)
		}
	}
	page = rui.get("/cases/" + id).body
	for _, want := range []string{"rui has overturned this case.", "ordinary talk", "Take it back", "Post the text again"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page of the case lacks %q", want)
		}
	}
	if a := rui.send("/cases/"+id+"/overturn", "ground", "again"); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "rui has decided") {
		t.Errorf("a second overturn: %s", a.Status)
	}
}

func TestTwoReviewersDoNotDecideOneCaseUnknowingly(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	path := "/cases/" + cases[0].ID
	rui, lei := h.as("rui"), h.as("李雷")
	if a := rui.send(path + "/claim"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if page := lei.get(path).body; !strings.Contains(page, "rui holds this case until 20:10.") || strings.Contains(page, path+"/uphold") {
		t.Error("the page of a case that another holds offers to decide it, or does not say who does")
	}
	if a := lei.send(path+"/uphold", "ground", ""); a.StatusCode != http.StatusConflict || !strings.Contains(a.body, "Nothing was done: rui holds this case.") {
		t.Errorf("deciding it all the same: %s", a.Status)
	}
	if c := h.load(cases[0].ID); c.State != review.Open {
		t.Errorf("the case is %s", c.State)
	}
	h.clock.advance(11 * time.Minute)
	if a := lei.send(path + "/uphold"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("after the lease: %s", a.Status)
	}
}

func TestNotesAndRelease(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	path := "/cases/" + cases[0].ID
	rui := h.as("rui")
	rui.send(path + "/claim")
	if a := rui.send(path+"/note", "text", " \n "); a.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("an empty note: %s", a.Status)
	}
	if a := rui.send(path+"/note", "text", "<i>see</i> the other case\u202e"); a.StatusCode != http.StatusSeeOther {
		t.Errorf("a note: %s", a.Status)
	}
	page := rui.get(path).body
	if !strings.Contains(page, "&lt;i&gt;see&lt;/i&gt; the other case<span class=\"hid\"") {
		t.Error("the note is not shown, or not as it was written")
	}
	if !strings.Contains(page, "wrote a note") || !strings.Contains(page, "claimed the case") {
		t.Error("the timeline does not have the note and the claim")
	}
	rui.send(path + "/release")
	if c := h.load(cases[0].ID); c.ClaimedBy != "" {
		t.Errorf("a released case is held by %q", c.ClaimedBy)
	}
}

func TestCasePageTellsEverything(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	page := h.as("vera").get("/cases/"+cases[0].ID, "Accept-Language", "zh-CN,zh;q=0.9,en;q=0.8").body
	for _, want := range []string{
		`lang="zh-CN"`, `姐妹们<mark title="ads.contact: 加微信">加微信</mark>vx880217`, `data-raw="e2808b"`, "引流加微信", "ads.contact", "9c41e07b", "影子模式", "例外短语：春节红包", "周末有人一起去看展吗",
		"小草莓", "100482", "26 小时前", "判定时 8 分，目前 7 分", "代购广告", "移出群组", "等待确认", "8 分这一级要人工确认", "机器人作出判定", "已超时 42 分钟", "只读账号不能作出结论",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, "/uphold") || strings.Contains(page, "/note\"") {
		t.Error("a viewer is offered verbs")
	}
	marks := regexp.MustCompile(`<mark title="ads.contact: 加微信">`).FindAllString(page, -1)
	if len(marks) == 0 {
		t.Error("the hit is not marked")
	}
	scam := h.as("vera").get("/cases/" + cases[1].ID).body
	for _, want := range []string{"The bot asks for help", "delete failed", "failed", `data-raw="e280ae"`} {
		if !strings.Contains(scam, want) {
			t.Errorf("the page of the failed action lacks %q", want)
		}
	}
}

func TestCasesAreFoundByTheBeginningOfTheirID(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	vera := h.as("vera")
	if a := vera.get("/cases/" + cases[0].ID[:6]); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/cases/"+cases[0].ID {
		t.Errorf("%s to %q", a.Status, a.Header.Get("Location"))
	}
	if a := vera.get("/cases/zzzzzzzzzzzz"); a.StatusCode != http.StatusNotFound || !strings.Contains(a.body, "no such page or case") {
		t.Errorf("a case that does not exist: %s", a.Status)
	}
}

// hostile is what a member may write to break a page, in every place that a
// member, a rule file or a reviewer fills.
var hostile = []string{
	`<script>window.hacked = 1</script>`, `"><img src=x onerror="window.hacked=1">`, `' onmouseover='window.hacked=1`,
	`javascript:window.hacked=1`, `</title></textarea></style></script><svg/onload=window.hacked=1>`, `{{.CSRF}}`, `<!--`, `]]>`, "\x00<\x00script>",
	"\u202e\u2066\u2067<b>", "<\xff/script\xff>", `<base href="https://evil.example/">`, `<meta http-equiv=refresh content="0;url=https://evil.example">`,
	`<form action=https://evil.example><button>x`, strings.Repeat("Z\u0351\u0352\u0353", 200), strings.Repeat("W", 5000), "`${window.hacked=1}`", `&lt;script&gt;`,
}

func hostileCase(n int, text string) *review.Case {
	member := chat.Member{ID: text, Name: text, Joined: noon.Add(-time.Hour)}
	bad := hit("", text, lang.T(text, text), rules.Minor)
	bad.Category = text
	bad.Signals = []rules.Signal{{Word: text, Span: rules.Span{Start: 0, End: len(text) / 2}, Why: lang.T(text, text)}}
	failed := act(chat.Mute, time.Minute, review.Failed)
	failed.Error, failed.Receipt.Note, failed.Action.Text = text, text, text
	c := scene{
		n: 1000 + n, ago: time.Minute, due: time.Hour, platform: text, chat: text, member: member, text: text, folded: text + "x", score: 1,
		hits: []rules.Hit{bad}, excused: []rules.Excuse{{Rule: text, Signal: bad.Signals[0], Why: lang.T(text, text)}}, acts: []review.Act{failed},
		why: []lang.Text{lang.T(text, text)}, context: []chat.Event{said(time.Minute, text, text, text)}, trouble: lang.T(text, text),
		attached: []chat.Attachment{{Kind: text, Name: text, URL: text}},
	}.build()
	c.Remarks = []review.Remark{{By: text, At: noon, Text: text}}
	c.Verdict.Set = text
	return c
}

var tag = regexp.MustCompile(`<[a-zA-Z/!][^>]*>`)

// TestHostileTextAddsNoMarkup compares the tags of a page that shows hostile text
// with those of one that shows a harmless word in its place.
func TestHostileTextAddsNoMarkup(t *testing.T) {
	h := open(t, nil)
	kinds := func(page string) map[string]int {
		count := map[string]int{}
		for _, one := range tag.FindAllString(page, -1) {
			name, _, _ := strings.Cut(strings.Trim(one, "<>"), " ")
			if name != "mark" && name != "/mark" && name != "span" && name != "/span" && name != "p" && name != "/p" {
				count[name]++
			}
		}
		return count
	}
	rui := h.as("rui")
	alone := "?from=tab%3Dlogged" // a list without neighbours
	for i, text := range hostile {
		bad, harmless := hostileCase(2*i, text), hostileCase(2*i+1, strings.Repeat("w", len(text)))
		h.record(bad, harmless)
		a, twin := rui.get("/cases/"+bad.ID+alone), rui.get("/cases/"+harmless.ID+alone)
		if a.StatusCode != http.StatusOK || twin.StatusCode != http.StatusOK {
			t.Fatalf("%.40q: %s and %s", text, a.Status, twin.Status)
		}
		got, want := kinds(a.body), kinds(twin.body)
		if want["form"] < 5 || want["script"] != 1 {
			t.Fatalf("the harmless page has %v: the comparison is broken", want)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%.40q: the page has other tags than with a harmless text:\n%s", text, diff)
		}
	}
	if page := rui.get("/?tab=all").body; strings.Count(page, "<script") != 1 || strings.Contains(page, "<img src=x") || len(listed(page)) != 2*len(hostile) {
		t.Errorf("the queue runs or loads what members wrote, or lists %d cases of %d", len(listed(page)), 2*len(hostile))
	}
}
