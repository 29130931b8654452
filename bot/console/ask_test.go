package console

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"patrol/bot/query"
	"patrol/bot/review"
)

// formulas are texts that a spreadsheet would run.
var formulas = []string{`=HYPERLINK("https://evil.example","x")`, "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1+1"}

func TestAQueryIsAnswered(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	rui := h.as("rui")
	a := asked{SQL: "SELECT member, id FROM cases WHERE chat = '814022' AND state = 'open'", Order: "member desc"}
	page := rui.get(a.href(""))
	if page.StatusCode != http.StatusOK || !strings.Contains(page.body, "3 rows, from 12 cases") {
		t.Fatalf("%s\n%s", page.Status, page.body)
	}
	at := -1
	for _, c := range []*review.Case{cases[2], cases[0], cases[4]} { // members 220915, 100482, 99120 in the order of texts, upside down
		if c == cases[4] {
			at = -1 // 99120 is the greatest text
		}
		found := strings.Index(page.body, `href="/cases/`+c.ID+`"`)
		if found <= at {
			t.Errorf("case %s of %s stands at %d, after %d", c.ID, c.Event.Author.ID, found, at)
		}
		at = found
	}
	counted := rui.get(asked{SQL: "SELECT state FROM cases", Count: true}.href("json"))
	var result struct{ Rows []map[string]any }
	if err := json.Unmarshal([]byte(counted.body), &result); err != nil || fmt.Sprint(result.Rows) != "[map[count:6 state:open] map[count:6 state:acted]]" {
		t.Errorf("%v: %s", err, counted.body)
	}
	if page := rui.get(asked{SQL: "SELECT id FROM cases", Age: "1h"}.href("")); !strings.Contains(page.body, "5 rows, from 5 cases") {
		t.Errorf("the last hour has not its 5 cases:\n%s", page.body)
	}
}

func TestAQueryIsSavedWithoutFormulas(t *testing.T) {
	h := open(t, nil)
	for i, text := range formulas {
		h.record(hostileCase(i, text))
	}
	a := h.as("vera").get(asked{SQL: "SELECT text, name FROM cases"}.href("csv"))
	if !strings.HasPrefix(a.Header.Get("Content-Disposition"), "attachment") || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("the file comes as %v", a.Header)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.body, "\ufeff"))).ReadAll()
	if err != nil || len(lines) != len(formulas)+1 {
		t.Fatalf("%d lines, %v", len(lines), err)
	}
	for _, cell := range slices.Concat(lines[1:]...) {
		if strings.ContainsAny(cell[:1], "=+-@\t＝"[:5]) || strings.HasPrefix(cell, "＝") {
			t.Errorf("a spreadsheet runs %q", cell)
		}
	}
}

func TestAQueryThatIsWrongSaysWhere(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	for sql, want := range map[string][2]string{
		"SELECT member FROM cases ORDER BY member": {"character 26: ORDER is not supported", "第 26 字：不支持 ORDER"},
		"SELECT membre FROM cases":                 {"character 8: table cases has no column membre", "第 8 字：表 cases 没有列 membre"},
		"DELETE FROM cases":                        {"character 1: ", "第 1 字："},
		"SELECT <script>alert(1)</script>":         {"", ""},
	} {
		for i, language := range []string{"en", "zh"} {
			page := rui.get(asked{SQL: sql}.href(""), "Accept-Language", language)
			if page.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(page.body, want[i]) || strings.Contains(page.body, "<script>alert") {
				t.Errorf("%s in %s: %s\n%s", sql, language, page.Status, page.body)
			}
		}
		if a := rui.call("", http.MethodGet, "/api/v1/query?sql="+url.QueryEscape(sql), ""); a.code() != "bad_query" {
			t.Errorf("%s over the API: %s %s", sql, a.Status, a.body)
		}
	}
}

// TestAQueryReachesNoOtherGroup asks for everything of every table as somebody who
// reviews one group.
func TestAQueryReachesNoOtherGroup(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	for _, c := range cases {
		c.Reported = review.Reports{Count: 2, Weight: 1, Last: c.Created}
	}
	h.record(cases...)
	mia := h.limited("mia", cases[1])
	for _, table := range query.Tables() {
		sql := "SELECT * FROM " + table.Name
		theirs, ours := cases[0].ID, cases[1].ID
		if table.Name == "rules" { // which are named by what hit
			theirs, ours = cases[0].Verdict.Hits[0].Rule, cases[1].Verdict.Hits[0].Rule
		}
		if table.Name != "strikes" { // so that the test would notice the others' rows
			if all := h.as("rui").get(asked{SQL: sql}.href("json")); !strings.Contains(all.body, theirs) {
				t.Fatalf("%s does not show all to who sees all: %s", sql, all.body)
			}
		}
		for _, path := range []string{asked{SQL: sql}.href(""), asked{SQL: sql}.href("csv"), asked{SQL: sql}.href("json"), "/api/v1/query?sql=" + url.QueryEscape(sql)} {
			a := mia.get(path)
			if a.StatusCode != http.StatusOK || !strings.Contains(a.body, ours) {
				t.Errorf("%s: %s, and not the own case", path, a.Status)
			}
			if strings.Contains(a.body, theirs) {
				t.Errorf("%s shows %s", path, theirs)
			}
			for _, c := range cases {
				if c.Event.Chat != cases[1].Event.Chat && strings.Contains(a.body, c.ID) {
					t.Errorf("%s shows case %s of %s", path, c.ID, c.Event.Chat)
				}
			}
		}
	}
}

// TestQueriesAreBounded: by person, and all together.
func TestQueriesAreBounded(t *testing.T) {
	h := open(t, nil)
	rui := h.as("rui")
	path := asked{SQL: "SELECT id FROM cases"}.href("")
	for range perAsker.burst {
		if a := rui.get(path); a.StatusCode != http.StatusOK {
			t.Fatal(a.Status)
		}
	}
	if a := rui.get(path); a.StatusCode != http.StatusTooManyRequests {
		t.Errorf("one more: %s", a.Status)
	}
	if a := h.as("ada").get(path); a.StatusCode != http.StatusOK {
		t.Errorf("another person: %s", a.Status)
	}
	for range askAtOnce {
		h.console.asking <- struct{}{}
	}
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	_, err := h.console.answerTo(ctx, query.Request{Cases: h.store, SQL: "SELECT id FROM cases"})
	if _, slow := errors.AsType[*slowDown](err); !slow {
		t.Errorf("a query beside %d others: %v", askAtOnce, err)
	}
}

// TestBrowserAsks goes from the queue to an answer and on to a case by keys alone,
// with cells that members wrote to break the page.
func TestBrowserAsks(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	for i, text := range slices.Concat(hostile, formulas) {
		h.record(hostileCase(i, text))
	}
	logIn(t, ctx, h, "rui")
	keys(t, ctx, "y")
	until(t, ctx, `location.pathname === "/query" && document.readyState === "complete"`)
	keys(t, ctx, "/")
	until(t, ctx, `document.activeElement.id === "sql"`)
	do(t, ctx, chromedp.KeyEvent("SELECT id, name, text, chat FROM cases"))
	do(t, ctx, chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(kb.ModifierCtrl)))
	until(t, ctx, `location.search.includes("sql=") && document.readyState === "complete" && document.querySelector(".result") !== null`)
	nothingRuns(t, ctx)
	if rows := eval[int](t, ctx, `document.querySelectorAll(".result tbody tr").length`); rows != len(hostile)+len(formulas) {
		t.Errorf("%d rows, want %d", rows, len(hostile)+len(formulas))
	}
	shot(t, ctx, "query-hostile")
	keys(t, ctx, "j", "j")
	second := eval[string](t, ctx, `document.querySelectorAll(".result tbody tr")[1].querySelector("a").getAttribute("href")`)
	until(t, ctx, fmt.Sprintf(`document.activeElement.getAttribute("href") === %q`, second))
	keys(t, ctx, "o")
	until(t, ctx, fmt.Sprintf(`location.pathname === %q && document.readyState === "complete"`, second))
}
