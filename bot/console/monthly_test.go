package console

import (
	"encoding/csv"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"patrol/bot/monthly"
	"patrol/bot/review"
	"patrol/rules/lang"
)

func TestTheMonthlyReportIsShownAndTakenAway(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	group := review.ChatKey(cases[0].Event.Adapter, cases[0].Event.Chat)
	of := "?" + url.Values{"chat": {group}, "month": {"2026-03"}}.Encode()
	rui := h.as("rui")

	empty := rui.get("/monthly")
	if empty.StatusCode != http.StatusOK || !strings.Contains(empty.body, `value="2026-02"`) || !strings.Contains(empty.body, `<option value="`+group+`">`) {
		t.Errorf("%s: %s", empty.Status, empty.body)
	}
	page := rui.get("/monthly" + of)
	for _, what := range []string{"The month is not over", "Timeliness", "/monthly/csv?chat=", "Ledger entries about the month", cases[0].Verdict.Hits[0].Rule} {
		if !strings.Contains(page.body, what) {
			t.Errorf("the page does not say %q", what)
		}
	}
	if text := cases[0].Event.Message.Text; strings.Contains(page.body, text) {
		t.Error("the page has message text")
	}
	for _, wrong := range []string{"?chat=nowhere&month=2026-03", "?chat=a/b&month=march", "?chat=a/b&month=2026-04"} {
		if a := rui.get("/monthly" + wrong); a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.body, "note bad") {
			t.Errorf("%s: %s", wrong, a.Status)
		}
		if a := rui.get("/monthly/json" + wrong); a.StatusCode != http.StatusBadRequest {
			t.Errorf("%s as a file: %s", wrong, a.Status)
		}
	}

	var r monthly.Report
	data := rui.get("/monthly/json" + of)
	if err := json.Unmarshal([]byte(data.body), &r); err != nil || r.Chat != group || r.Cases.All == 0 || !r.Proof.Checked {
		t.Errorf("%+v, %v", r, err)
	}
	table := rui.get("/monthly/csv" + of)
	if rows, err := csv.NewReader(strings.NewReader(table.body)).ReadAll(); err != nil || len(rows) < 50 || !strings.HasPrefix(table.Header.Get("Content-Disposition"), "attachment; filename=\"monthly-") {
		t.Errorf("%d rows, %v, %q", len(rows), err, table.Header.Get("Content-Disposition"))
	}
	if file := rui.get("/monthly/html" + of); !strings.Contains(file.body, "the whole ledger and all evidence hold") {
		t.Errorf("%s: %s", file.Status, file.body)
	}
	if a := rui.get("/monthly/pdf" + of); a.StatusCode != http.StatusNotFound {
		t.Error(a.Status)
	}
}

func TestTheMonthlyReportFits(t *testing.T) {
	ctx := browser(t)
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	prepare(t, h, cases)
	how := review.Erasure{At: noon, By: "ada", Ground: lang.T("本人要求", "the member asked for it")}
	if erased, err := h.store.EraseCase(t.Context(), cases[6].ID, how); !erased || err != nil {
		t.Fatal(erased, err)
	}
	logIn(t, ctx, h, "ada")
	of := url.Values{"chat": {review.ChatKey(cases[0].Event.Adapter, cases[0].Event.Chat)}, "month": {"2026-03"}}
	everywhere(t, ctx, h, []picture{{"monthly", "/monthly"}, {"monthly-report", "/monthly?" + of.Encode()}, {"erased", "/cases/" + cases[6].ID}})
}

func TestTheMonthlyReportIsForReviewersOfTheGroup(t *testing.T) {
	h := open(t, nil)
	cases := lively()
	h.record(cases...)
	ours := cases[0]
	i := 1
	for review.ChatKey(cases[i].Event.Adapter, cases[i].Event.Chat) == review.ChatKey(ours.Event.Adapter, ours.Event.Chat) {
		i++
	}
	theirs := cases[i]
	of := func(c *review.Case) string {
		return "?" + url.Values{"chat": {review.ChatKey(c.Event.Adapter, c.Event.Chat)}, "month": {"2026-03"}}.Encode()
	}
	limited := h.limited("mei", ours)
	if a := limited.get("/monthly/json" + of(ours)); a.StatusCode != http.StatusOK {
		t.Error(a.Status)
	}
	for _, path := range []string{"/monthly", "/monthly/json", "/monthly/csv", "/monthly/html"} {
		if a := limited.get(path + of(theirs)); a.StatusCode != http.StatusNotFound {
			t.Errorf("%s of another group: %s", path, a.Status)
		}
	}
	if a := limited.get("/monthly"); strings.Contains(a.body, theirs.Event.Chat+`"`) {
		t.Error("another group is offered")
	}
	if a := h.as("vera").get("/monthly" + of(ours)); a.StatusCode != http.StatusForbidden {
		t.Errorf("a viewer: %s", a.Status)
	}
}
