package monthly

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/rules/lang"
)

//go:embed page.html
var pageSource string

// HTML writes the report as a page for people, in both languages, fit for printing.
// The page stands alone: no script, nothing loaded from elsewhere. Everything in it
// that somebody else wrote is escaped, and characters that change how text is shown
// are written out.
func (r *Report) HTML(w io.Writer) error {
	page, err := template.New("page").Funcs(template.FuncMap{
		"visible": visible, "both": both, "term": term, "when": r.when, "took": Took, "share": func(t Times) string { return fmt.Sprintf("%.1f %%", t.Share()) },
		"length": length, "last": func(days []Day) int { return len(days) - 1 }, "height": r.height,
	}).Parse(pageSource)
	if err != nil {
		return err
	}
	return page.Execute(w, r)
}

// when is t in the zone of the month.
func (r *Report) when(t time.Time) string {
	return t.In(r.From.Location()).Format("2006-01-02 15:04:05 -07:00")
}

// height is how high the bar of a day is, in percent of the highest.
func (r *Report) height(n int) int {
	most := 1
	for _, d := range r.Days {
		most = max(most, d.Cases)
	}
	return 100 * n / most
}

// Took is a number of seconds for people.
func Took(s float64) string {
	switch d := time.Duration(s * float64(time.Second)); {
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", s)
	case d < time.Hour:
		text := d.Round(time.Second).String()
		if rest, whole := strings.CutSuffix(text, "m0s"); whole {
			return rest + "m"
		}
		return text
	default:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
}

func length(d time.Duration) string {
	if d == 0 {
		return "永久 / for good"
	}
	return retention.Length(d)
}

func visible(s string) string { return ledger.Visible(s) }

func both(t lang.Text) string {
	switch {
	case t.Zh == t.En || t.En == "":
		return visible(t.Zh)
	case t.Zh == "":
		return visible(t.En)
	}
	return visible(t.Zh) + " / " + visible(t.En)
}

// term is a verb, a severity or a kind of brake in both languages.
func term(word string) string {
	zh := map[string]string{
		"warn": "警告", "delete": "撤回", "mute": "禁言", "unmute": "解除禁言", "remove": "移出", "ban": "封禁", "unban": "解除封禁", "tell": "通知",
		"minor": "轻微", "major": "较重", "severe": "严重", "chat": "本群移出过多", "share": "本群处置面过大", "rule": "一条规则处置过多",
	}[word]
	en := map[string]string{"tell": "notice", "chat": "removals in the group", "share": "share of the group", "rule": "members under one rule"}[word]
	if en == "" {
		en = word
	}
	if zh == "" {
		return visible(word)
	}
	return zh + " / " + en
}
