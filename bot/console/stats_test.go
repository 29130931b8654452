package console

import (
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/score"
)

// busy is a house with a month behind it: counts of every day, verdicts, and what was
// drawn, half of it judged.
func busy(t testing.TB) (*house, []*review.Case) {
	h := open(t, func(c *Config) {
		c.Target = review.Target{Precision: 0.6, After: 10, Within: 90 * 24 * time.Hour}
		c.Doubted = func() []string { return []string{"adult.words"} }
	})
	r := rand.New(rand.NewPCG(1, 1))
	var tallies []stats.Tally
	for ago := range 30 {
		day := noon.In(time.FixedZone("", 8*3600)).AddDate(0, 0, -ago).Format(stats.DayForm)
		for i, room := range []string{"qq-main/814022", "irc-main/#trading", "feishu-main/oc_a0553eda", "onebot-main/55200", "irc-main/#help"} {
			n := int64(9000/(i+1)) + r.Int64N(3000) + int64(2000*math.Sin(float64(ago)/2))
			tallies = append(tallies, stats.Tally{Day: day, Chat: room, What: stats.Messages, N: n}, stats.Tally{Day: day, Chat: room, What: stats.Passed, N: n - 60},
				stats.Tally{Day: day, Chat: room, What: stats.Acted, N: 20 + r.Int64N(12)}, stats.Tally{Day: day, Chat: room, What: stats.Asked, N: 4})
			for k, rule := range []string{"ads.contact", "flood.member", "links.invite", "scam.invest", "raid.copy", "imitate.admin", "adult.words", "ads.resale"} {
				tallies = append(tallies, stats.Tally{Day: day, Chat: room, What: stats.Hits, Name: rule, N: r.Int64N(int64(14 - k))})
			}
			for k, verb := range []chat.Verb{chat.Delete, chat.Warn, chat.Mute, chat.Remove} {
				tallies = append(tallies, stats.Tally{Day: day, Chat: room, What: stats.Actions, Name: string(verb), N: r.Int64N(int64(20 - 4*k))})
			}
		}
	}
	done := make(chan error, 1)
	if err := h.store.AddCounts(t.Context(), tallies, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return h, drawnCases(t, h, r)
}

// drawnCases records what was drawn over the month and lets people judge most of it.
func drawnCases(t testing.TB, h *house, r *rand.Rand) (cases []*review.Case) {
	texts := []string{"周末有人一起去看展吗？票还剩两张", "what time? I land at 6", "加我V信领资料，包过", "转发了那个通知，大家看一下群文件 📎", "有没有人知道哪家打印店便宜"}
	for i := range 120 {
		text := texts[i%len(texts)]
		s := scene{n: 9000 + i, ago: time.Duration(i*6)*time.Hour + time.Hour, platform: "qq", chat: "814022", member: chat.Member{ID: fmt.Sprint(40 + i), Name: []string{"阿May", "Tom (NYC)", "老周", "小林"}[i%4]}, text: text}
		sample := review.Sample{Of: review.OfPassed, Probability: 0.001, Twice: i%3 == 0}
		if i%2 == 0 {
			sample.Of, sample.Probability = review.OfActed, 0.05
			rule, title := "ads.contact", adTitle
			if i%8 == 0 {
				rule, title = "adult.words", lang.T("低俗用语", "obscene words")
			}
			s.hits = []rules.Hit{hit(text, rule, title, rules.Minor)}
			s.hits[0].Signals = []rules.Signal{{Word: text[:3], Span: rules.Span{Start: 0, End: 3}}}
			s.acts = []review.Act{act(chat.Delete, 0, review.Done)}
		}
		c := s.build()
		c.Draw(sample, c.Created.Add(7*24*time.Hour))
		c.Context = []chat.Event{said(9*time.Minute, "31", "阿May", "周末有人一起去看展吗？"), said(8*time.Minute, "52", "Tom (NYC)", "what time?")}
		cases = append(cases, c)
	}
	h.record(cases...)
	for i, c := range cases {
		if i < 6 {
			continue // these wait
		}
		h.clock.at = c.Created.Add(time.Duration(1+r.IntN(200)) * 20 * time.Minute)
		if h.clock.at.After(noon) {
			h.clock.at = noon
		}
		wrong := r.Float64() < 0.07
		if len(c.Verdict.Hits) > 0 && c.Verdict.Hits[0].Rule == "adult.words" {
			wrong = r.Float64() < 0.6
		}
		decide := h.queue.Uphold
		if wrong {
			decide = h.queue.Overturn
		}
		if _, err := decide(t.Context(), c.ID, "rui", "抽检"); err != nil {
			t.Fatal(err)
		}
		if c.Sample.Twice && i > 20 {
			if _, err := h.queue.Opine(t.Context(), c.ID, "ada", wrong == (r.Float64() < 0.12)); err != nil {
				t.Fatal(err)
			}
		}
	}
	h.clock.at = noon
	return cases
}

// TestTheNumbersFit looks at the pages of numbers and samples.
func TestTheNumbersFit(t *testing.T) {
	ctx := browser(t)
	h, cases := busy(t)
	h.record(lively()...)
	logIn(t, ctx, h, "ada")
	second := ""
	for _, c := range cases {
		if one := h.load(c.ID); one.WantsSecond("ada") {
			second = c.ID
		}
	}
	everywhere(t, ctx, h, []picture{
		{"stats", "/stats"}, {"stats-week", "/stats?days=7"}, {"stats-year", "/stats?days=365"}, {"samples", "/?tab=samples"}, {"seconds", "/samples"},
		{"sample-second", "/samples/" + second}, {"case-passed", "/cases/" + cases[1].ID}, {"case-acted", "/cases/" + cases[0].ID},
	})
	for _, what := range []string{"stats"} {
		goTo(t, ctx, h.server.URL+"/"+what)
		for name, expression := range map[string]string{
			"drawings without a name":  `[...document.querySelectorAll("svg[role=img]")].filter(s => !s.getAttribute("aria-labelledby").split(" ").every(id => document.getElementById(id)?.textContent)).length`,
			"drawings without a table": `[...document.querySelectorAll("figure.chart")].filter(f => !f.querySelector("table tbody tr")).length`,
			"styles that are inline":   `document.querySelectorAll("[style], style").length`,
			"numbers that are none":    `[...document.querySelectorAll("rect, path")].filter(e => /NaN|Inf/.test(e.outerHTML)).length`,
		} {
			if n := eval[int](t, ctx, expression); n != 0 {
				t.Errorf("%s has %d %s", what, n, name)
			}
		}
		if n := eval[int](t, ctx, `document.querySelectorAll("figure.chart .day").length`); n != 5*30 {
			t.Errorf("%d days are drawn", n)
		}
	}
}

func TestTheNumbersOfALimitedReviewerAreOfTheirChats(t *testing.T) {
	h, _ := busy(t)
	all := h.as("rui").get("/stats")
	if all.StatusCode != http.StatusOK || !strings.Contains(all.body, "#trading") {
		t.Fatalf("%s: %s", all.Status, all.body)
	}
	ours := scene{n: 1, platform: "irc", chat: "#help"}.build()
	body := h.limited("mia", ours).get("/stats").body
	for _, foreign := range []string{"#trading", "814022", "oc_a0553eda"} {
		if strings.Contains(body, foreign) {
			t.Errorf("the numbers name %s", foreign)
		}
	}
	if !strings.Contains(body, "Only the chats that you review") || !strings.Contains(body, "irc-main/#help") {
		t.Error("it is not said of which chats the numbers are")
	}
	var whole, part stats.Report
	h.somebody().decode(h.apiToken("rui", review.Scopes...), "GET", "/api/v1/stats", "", &whole)
	h.somebody().decode(h.apiToken("mia", review.Scopes...), "GET", "/api/v1/stats?days=30", "", &part)
	if part.Messages == 0 || part.Messages*3 > whole.Messages || part.Upheld != 0 || whole.Upheld == 0 || part.Precision != nil || whole.Precision == nil || len(part.Busiest) != 1 {
		t.Errorf("whole: %d messages, %d upheld; part: %d messages, %d upheld, %d chats", whole.Messages, whole.Upheld, part.Messages, part.Upheld, len(part.Busiest))
	}
	var one, foreign stats.Report
	h.somebody().decode(h.apiToken("rui", review.Scopes...), "GET", "/api/v1/stats?chat=irc-main%2F%23help", "", &one)
	h.somebody().decode(h.apiToken("mia", review.Scopes...), "GET", "/api/v1/stats?chat=qq-main%2F814022", "", &foreign)
	if one.Messages != part.Messages || foreign.Messages != 0 || len(foreign.Busiest) != 0 {
		t.Errorf("of one chat %d messages, want %d; of one out of reach %d", one.Messages, part.Messages, foreign.Messages)
	}
	if page := h.as("rui").get("/stats?chat=irc-main%2F%23help&days=7").body; !strings.Contains(page, "Only this chat is counted") || strings.Contains(page, "#trading") {
		t.Error("the page of one chat is not of that chat alone")
	}
	if whole.Agreement.N < 10 || whole.Agreement.Kappa == nil || whole.Recall == nil {
		t.Errorf("agreement %+v, recall %v", whole.Agreement, whole.Recall)
	}
	if a := h.somebody().call(h.apiToken("rui", review.Scopes...), "GET", "/api/v1/stats?days=0", ""); a.code() != "bad_parameter" {
		t.Errorf("no day at all: %s", a.Status)
	}
}

func TestADrawnCaseIsDecidedLikeAnyOther(t *testing.T) {
	h := open(t, nil)
	c := scene{n: 1, ago: time.Hour, platform: "qq", chat: "814022", member: chat.Member{ID: "31", Name: "阿May"}, text: "周末有人一起去看展吗？"}.build()
	c.State = review.Logged
	c.Draw(review.Sample{Of: review.OfPassed, Probability: 0.001, Twice: true}, noon.Add(time.Hour))
	h.record(c)
	rui, lei := h.as("rui"), h.as("李雷")
	queue := rui.get("/").body
	for _, want := range []string{"周末有人一起去看展吗", ">sample<"} {
		if !strings.Contains(queue, want) {
			t.Errorf("the queue lacks %q", want)
		}
	}
	page := rui.get("/cases/" + c.ID).body
	for _, want := range []string{"one in 1000", "Rightly let pass", "Should be acted on", "No rule hit."} {
		if !strings.Contains(page, want) {
			t.Errorf("the case lacks %q", want)
		}
	}
	if a := rui.send("/cases/"+c.ID+"/overturn", "ground", "an ad"); a.StatusCode != http.StatusSeeOther {
		t.Fatal(a.Status)
	}
	if one := h.load(c.ID); one.State != review.Overturned || len(one.Acts) != 0 {
		t.Errorf("it is %s with %d acts", one.State, len(one.Acts))
	}
	if body := rui.get("/?tab=overturned").body; !strings.Contains(body, ">missed<") {
		t.Error("what was missed is not called so")
	}

	if list := rui.get("/samples").body; strings.Contains(list, "/samples/"+c.ID) {
		t.Error("a second opinion is wanted of who was the first")
	}
	if list := lei.get("/samples").body; !strings.Contains(list, "/samples/"+c.ID) {
		t.Error("no second opinion is wanted of anybody")
	}
	if a := lei.get("/cases/" + c.ID); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/samples/"+c.ID {
		t.Errorf("the second is shown the verdict: %s", a.Status)
	}
	if a := lei.get("/cases/" + c.ID + "?seen=1"); a.StatusCode != http.StatusOK {
		t.Errorf("who asks for the case does not get it: %s", a.Status)
	}
	blind := lei.get("/samples/" + c.ID)
	for _, told := range []string{"rui", "an ad", "missed", "verturned"} {
		if strings.Contains(blind.body, told) {
			t.Errorf("the second is told %q", told)
		}
	}
	if blind.StatusCode != http.StatusOK || !strings.Contains(blind.body, "周末有人一起去看展吗") {
		t.Errorf("%s: the message is not there", blind.Status)
	}
	if a := lei.send("/samples/"+c.ID, "opinion", "neither"); a.StatusCode != http.StatusBadRequest {
		t.Errorf("an opinion that is none: %s", a.Status)
	}
	if a := rui.send("/samples/"+c.ID, "opinion", "uphold"); a.StatusCode != http.StatusConflict {
		t.Errorf("the first's own second opinion: %s", a.Status)
	}
	if a := lei.send("/samples/"+c.ID, "opinion", "uphold"); a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/samples?done=opined" {
		t.Errorf("%s %s", a.Status, a.Header.Get("Location"))
	}
	one := h.load(c.ID)
	if one.State != review.Overturned || one.Second.By != "李雷" || !one.Second.Upheld {
		t.Errorf("it is %s, second %+v", one.State, one.Second)
	}
	if a := lei.get("/samples/" + c.ID); a.StatusCode != http.StatusSeeOther {
		t.Errorf("once it is given: %s", a.Status)
	}
	entries, err := h.timeline(t.Context(), c.ID)
	if err != nil || entries[len(entries)-1].Kind != ledger.Opined {
		t.Errorf("the ledger ends with %+v, %v", entries, err)
	}
}

func TestAMessageLetPassIsNoPastCaseOfItsAuthor(t *testing.T) {
	h := open(t, nil)
	author := chat.Member{ID: "31", Name: "阿May"}
	passed := scene{n: 1, ago: time.Hour, platform: "qq", chat: "814022", member: author, text: "一条被抽中的话"}.build()
	passed.Draw(review.Sample{Of: review.OfPassed, Probability: 0.001}, noon.Add(time.Hour))
	later := scene{n: 2, ago: time.Minute, due: time.Hour, platform: "qq", chat: "814022", member: author, text: "加微信", hits: []rules.Hit{hit("加微信", "ads.contact", adTitle, rules.Minor, "加微信")}}.build()
	h.record(passed, later)
	if body := h.as("rui").get("/cases/" + later.ID).body; strings.Contains(body, "/cases/"+passed.ID) && strings.Contains(body[strings.Index(body, "h-member"):], passed.ID) {
		t.Error("a message that was merely drawn stands against its author")
	}
}

func TestPlotsAreDrawnToScale(t *testing.T) {
	c := plot("x", "X", []string{"2026-03-12", "2026-03-13", "2026-03-14"}, []series{{"a", []float64{1, 0, 30}}, {"b", []float64{2, 0, 5}}}, counted)
	if c.Top != "40" || c.Half != "20" || c.First != "03-12" || c.Mid != "03-13" || c.Last != "03-14" || c.Empty {
		t.Errorf("%+v", c)
	}
	if g := c.Groups[2]; len(g.Bars) != 2 || g.Bars[0].H != 150 || g.Bars[0].Y != 50 || g.Bars[1].H != 25 || g.Bars[1].Y != 25 {
		t.Errorf("bars %+v", c.Groups[2].Bars)
	}
	if len(c.Groups[1].Bars) != 0 || c.Legend[0].Sum != "31" || c.Rows[2][2] != "5" {
		t.Errorf("%+v", c)
	}
	if c := plot("x", "X", nil, nil, counted); !c.Empty {
		t.Error("nothing is drawn")
	}
	for v, want := range map[float64]float64{0: 1, 0.3: 0.4, 1: 1, 3: 4, 5: 6, 7: 8, 9: 10, 11: 20, 61: 80, 99999: 100000, 100: 100} {
		if got := nice(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("nice(%g) is %g, want %g", v, got, want)
		}
	}
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -5000: "-5,000"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is written %s", n, got)
		}
	}
	if i := intervalOf(&score.Rate{Value: 1, Low: 1, High: 1}, 0.6); i.Width < 0.5 || i.Target != 60 {
		t.Errorf("%+v", i)
	}
}

// TestBrowserGivesSecondOpinionsByKeyboard goes from one to the next.
func TestBrowserGivesSecondOpinionsByKeyboard(t *testing.T) {
	ctx := browser(t)
	h, _ := busy(t)
	logIn(t, ctx, h, "李雷")
	goTo(t, ctx, h.server.URL+"/samples")
	left := eval[int](t, ctx, `document.querySelectorAll("[data-row]").length`)
	if left < 3 {
		t.Fatalf("%d second opinions are wanted", left)
	}
	keys(t, ctx, "j", "o")
	for i := range 3 {
		until(t, ctx, `location.pathname.startsWith("/samples/") && document.readyState === "complete" && document.getElementById("uphold") !== null`)
		before := eval[string](t, ctx, `location.pathname`)
		key, button := "u", "uphold"
		if i == 1 {
			key, button = "x", "overturn"
		}
		keys(t, ctx, key)
		until(t, ctx, fmt.Sprintf(`document.activeElement.id === %q`, button))
		keys(t, ctx, kb.Enter)
		until(t, ctx, fmt.Sprintf(`location.pathname !== %q && document.readyState === "complete" && document.body.innerText.includes("Your opinion is noted.")`, before))
	}
	goTo(t, ctx, h.server.URL+"/samples")
	if now := eval[int](t, ctx, `document.querySelectorAll("[data-row]").length`); now != left-3 {
		t.Errorf("%d of %d are left", now, left)
	}
}

// TestHostileNamesStayNames: what members, platforms and rule files call things is
// text on the page of numbers.
func TestHostileNamesStayNames(t *testing.T) {
	h := open(t, nil)
	var tallies []stats.Tally
	for i, text := range hostile {
		day := noon.Format(stats.DayForm)
		tallies = append(tallies, stats.Tally{Day: day, Chat: "a/" + text, What: stats.Messages, N: int64(i + 1)}, stats.Tally{Day: day, Chat: "a/" + text, What: stats.Hits, Name: text, N: int64(i + 1)},
			stats.Tally{Day: day, Chat: "a/" + text, What: stats.Actions, Name: text, N: 1})
	}
	done := make(chan error, 1)
	if err := h.store.AddCounts(t.Context(), tallies, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	a := h.as("rui").get("/stats")
	if a.StatusCode != http.StatusOK || strings.Count(a.body, "<script") != 1 {
		t.Errorf("%s with %d scripts", a.Status, strings.Count(a.body, "<script"))
	}
	for _, text := range hostile {
		if strings.Contains(text, "<") && strings.Contains(a.body, text) {
			t.Errorf("the page has %q as it is", text)
		}
	}
}
