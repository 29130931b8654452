package ledger

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/rules"
	"patrol/rules/lang"
)

//go:embed page.html
var pageSource string

// standing is what the page shows of a case, by the names of its JSON.
type standing struct {
	State     string          `json:"state"`
	Event     chat.Event      `json:"event"`
	Verdict   rules.Verdict   `json:"verdict"`
	Decision  ladder.Decision `json:"decision"`
	DecidedBy string          `json:"decided_by"`
	Ground    string          `json:"ground"`
	Trouble   lang.Text       `json:"trouble"`
	Remarks   []struct {
		By   string    `json:"by"`
		At   time.Time `json:"at"`
		Text string    `json:"text"`
	} `json:"remarks"`
	Acts []struct {
		Action  chat.Action  `json:"action"`
		State   string       `json:"state"`
		Settled time.Time    `json:"settled"`
		Receipt chat.Receipt `json:"receipt"`
		Error   string       `json:"error"`
	} `json:"acts"`
}

// piece is a part of a message, inside a hit or not.
type piece struct {
	Text string
	Hit  bool
}

// HTML writes the bundle as a page for people, in both languages. The page stands
// alone: no script, nothing loaded from elsewhere. Everything in it that somebody
// else wrote is escaped, and characters that change how text is shown (controls,
// bidirectional overrides) are written out.
func (b *Bundle) HTML(w io.Writer) error {
	var c standing
	if err := Decode(b.Standing, &c); err != nil {
		return fmt.Errorf("case %s: %w", b.Case, err)
	}
	entries, err := b.Entries()
	if err != nil {
		return err
	}
	erasures, err := b.Erasures()
	if err != nil {
		return err
	}
	page, err := template.New("page").Funcs(template.FuncMap{"visible": visible, "when": when, "term": term, "both": both}).Parse(pageSource)
	if err != nil {
		return err
	}
	return page.Execute(w, map[string]any{"Bundle": b, "Case": &c, "Pieces": pieces(&c), "Entries": entries, "Erasures": erasures})
}

// pieces cuts the message where hits begin and end.
func pieces(c *standing) []piece {
	text := c.Event.Message.Text
	hit := make([]bool, len(text)+1)
	cuts := []int{0, len(text)}
	for _, h := range c.Verdict.Hits {
		for _, s := range h.Signals {
			start, end := max(0, s.Span.Start), min(len(text), s.Span.End)
			if start >= end {
				continue
			}
			cuts = append(cuts, start, end)
			for i := start; i < end; i++ {
				hit[i] = true
			}
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var all []piece
	for i := range cuts[1:] {
		all = append(all, piece{Text: text[cuts[i]:cuts[i+1]], Hit: hit[cuts[i]]})
	}
	return all
}

// visible is Visible for text of several lines.
func visible(s string) string { return Visible(s, '\n', '\t') }

// Visible is s with everything written out that is not shown as itself, but for the
// characters in kept: U+202E becomes ⟦U+202E⟧, a byte that is no text ⟦FF⟧. It is
// for pages of evidence, whose templates escape markup.
func Visible(s string, kept ...rune) string {
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&out, "⟦%02X⟧", s[0])
		case !slices.Contains(kept, r) && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp):
			fmt.Fprintf(&out, "⟦U+%04X⟧", r)
		default:
			out.WriteString(s[:size])
		}
		s = s[size:]
	}
	return out.String()
}

func when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func both(t lang.Text) string {
	switch {
	case t.Zh == t.En || t.En == "":
		return visible(t.Zh)
	case t.Zh == "":
		return visible(t.En)
	}
	return visible(t.Zh) + " / " + visible(t.En)
}

// term is a state, verb, severity or kind of entry in both languages.
func term(word string) string {
	zh := map[string]string{
		"open": "待审", "acted": "已自动处置", "logged": "仅记录", "upheld": "维持", "overturned": "撤销",
		"asked": "请人操作", "held": "待确认", "due": "待执行", "doing": "执行中", "done": "已执行", "failed": "失败", "cancelled": "已取消",
		"warn": "警告", "delete": "撤回", "mute": "禁言", "unmute": "解除禁言", "remove": "移出", "ban": "封禁", "unban": "解除封禁",
		"minor": "轻微", "major": "较重", "severe": "严重",
		"decided": "机器人判定", "claimed": "领取", "released": "放回", "noted": "备注",
		"escalated": "上报", "proposed": "提议", "taken_back": "撤回操作", "reposted": "重新发布", "tell": "通知", "redacted": "删除所写文字",
	}[word]
	if zh == "" {
		return visible(word)
	}
	return zh + " / " + word
}
