package query

import (
	"math"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// Kind is the type of a column.
type Kind int

// The kinds of columns.
const (
	Text   Kind = iota // Go string; what is empty is written Empty
	Number             // Go int32
	Bool               // Go bool
)

// Empty stands for an empty text, which the engine can't hold.
const Empty = "-"

// Column describes a column.
type Column struct {
	Name string
	Kind Kind
	Help lang.Text
}

// Table describes a table.
type Table struct {
	Name    string
	Help    lang.Text
	Columns []Column
	rows    func(*review.Case) [][]any // in the order of Columns
}

// Tables are the tables that a query can read, made anew for every call.
func Tables() []Table {
	return []Table{cases(), actions(), hits(), strikes(), reports(), ruleTable()}
}

func tableOf(name string) (Table, bool) {
	all := Tables()
	i := slices.IndexFunc(all, func(t Table) bool { return t.Name == name })
	if i < 0 {
		return Table{}, false
	}
	return all[i], true
}

// about are the columns of every table that tells of cases.
func about() []Column {
	return []Column{
		{"id", Text, lang.T("案件号", "the case's id")},
		{"adapter", Text, lang.T("连接的名字", "the name of the connection")},
		{"platform", Text, lang.T("平台", "the platform")},
		{"chat", Text, lang.T("群号", "the chat's id")},
		{"member", Text, lang.T("成员号", "the member's id")},
		{"name", Text, lang.T("成员的名字", "the member's name")},
		{"day", Number, lang.T("日期（本地），如 20261130", "the local day, such as 20261130")},
		{"hour", Number, lang.T("几点（本地），0 到 23", "the local hour, 0 to 23")},
		{"at", Text, lang.T("时间", "when")},
	}
}

func aboutOf(c *review.Case) []any {
	at := c.Created.Local()
	return []any{
		c.ID, text(c.Event.Adapter), text(c.Event.Platform), text(c.Event.Chat), text(c.Event.Author.ID), text(c.Event.Author.Name),
		number(at.Year()*10_000 + int(at.Month())*100 + at.Day()), number(at.Hour()), when(c.Created),
	}
}

func cases() Table {
	return Table{
		Name: "cases", Help: lang.T("案件，每行一个", "cases, one a row"),
		Columns: append(about(),
			Column{"kind", Text, lang.T("事件：message、edit、join……", "the event: message, edit, join ...")},
			Column{"state", Text, lang.T("open、acted、logged、upheld 或 overturned", "open, acted, logged, upheld or overturned")},
			Column{"rule", Text, lang.T("最先命中的规则", "the first rule that hit")},
			Column{"rules", Number, lang.T("命中几条规则", "how many rules hit")},
			Column{"severity", Text, lang.T("minor、major 或 severe", "minor, major or severe")},
			Column{"action", Text, lang.T("已执行的最重动作", "the heaviest action that was done")},
			Column{"held", Text, lang.T("等待确认的最重动作", "the heaviest action that is held")},
			Column{"score", Number, lang.T("当时的积分", "the member's score then")},
			Column{"text", Text, lang.T("消息原文，太长的只有开头", "the message as it was written; of a very long one the beginning")},
			Column{"claimed_by", Text, lang.T("谁领取了", "who holds it")},
			Column{"decided_by", Text, lang.T("谁裁决的", "who decided it")},
			Column{"decided_at", Text, lang.T("裁决时间", "when it was decided")},
			Column{"ground", Text, lang.T("裁决理由", "the ground of the decision")},
			Column{"notes", Number, lang.T("几条备注", "how many notes it has")},
			Column{"sample", Text, lang.T("随机抽中的：acted、logged 或 passed（放行的消息，没有规则命中）", "of what it was drawn by chance: acted, logged or passed (a message that no rule hit)")},
		),
		rows: func(c *review.Case) [][]any {
			return [][]any{append(aboutOf(c),
				text(string(c.Event.Kind)), text(string(c.State)), text(firstRule(c)), number(len(c.Verdict.Hits)), text(string(c.Verdict.Severity())),
				text(string(heaviest(c, review.Done))), text(string(heaviest(c, review.Held))), number(c.Decision.Score), text(clip(c.Event.Message.Text)),
				text(c.ClaimedBy), text(c.DecidedBy), when(c.DecidedAt), text(c.Ground), number(len(c.Remarks)), text(string(c.Sample.Of)),
			)}
		},
	}
}

func actions() Table {
	return Table{
		Name: "actions", Help: lang.T("动作，每行一个", "actions, one a row"),
		Columns: append(about(),
			Column{"rule", Text, lang.T("最先命中的规则", "the first rule that hit")},
			Column{"verb", Text, lang.T("warn、delete、mute、remove、ban、unmute 或 unban", "warn, delete, mute, remove, ban, unmute or unban")},
			Column{"state", Text, lang.T("held、due、doing、done、failed、asked（请人操作）或 cancelled", "held, due, doing, done, failed, asked (of a person) or cancelled")},
			Column{"minutes", Number, lang.T("禁言多少分钟", "how many minutes a mute lasts")},
			Column{"attempts", Number, lang.T("试了几次", "how often it was tried")},
			Column{"settled", Text, lang.T("何时完成、失败或取消", "when it was done, failed or cancelled")},
			Column{"error", Text, lang.T("失败的原因", "why it failed")},
		),
		rows: func(c *review.Case) [][]any {
			var rows [][]any
			for i := range c.Acts {
				a := &c.Acts[i]
				rows = append(rows, append(aboutOf(c),
					text(firstRule(c)), text(string(a.Action.Verb)), text(string(a.State)), number(int(a.Action.For/time.Minute)),
					number(a.Attempts), when(a.Settled), text(a.Error),
				))
			}
			return rows
		},
	}
}

func hits() Table {
	return Table{
		Name: "hits", Help: lang.T("规则命中，每行是一个案件的一条规则", "hits, one rule of one case a row"),
		Columns: append(about(),
			Column{"rule", Text, lang.T("规则", "the rule")},
			Column{"category", Text, lang.T("类别", "its category")},
			Column{"severity", Text, lang.T("minor、major 或 severe", "minor, major or severe")},
			Column{"mode", Text, lang.T("live 或 shadow", "live or shadow")},
			Column{"answer", Text, lang.T("ladder、review、log 或 steps", "ladder, review, log or steps")},
			Column{"word", Text, lang.T("第一个命中的词", "the first word that hit")},
			Column{"state", Text, lang.T("案件的状态", "the state of the case")},
		),
		rows: func(c *review.Case) [][]any {
			var rows [][]any
			for i := range c.Verdict.Hits {
				h := &c.Verdict.Hits[i]
				word := ""
				if len(h.Signals) > 0 {
					word = h.Signals[0].Word
				}
				rows = append(rows, append(aboutOf(c),
					text(h.Rule), text(h.Category), text(string(h.Severity)), text(string(h.Mode)), text(string(h.Then.Answer)), text(word), text(string(c.State)),
				))
			}
			return rows
		},
	}
}

func strikes() Table {
	return Table{
		Name: "strikes", Help: lang.T("积分，每行一次", "strikes, one a row"),
		Columns: append(about(),
			Column{"rule", Text, lang.T("因哪条规则", "for which rule")},
			Column{"weight", Number, lang.T("记几分", "how much it weighs")},
			Column{"state", Text, lang.T("counts、pending 或 void", "counts, pending or void")},
			Column{"until", Text, lang.T("何时失效", "when it lapses")},
		),
		rows: func(c *review.Case) [][]any {
			if c.Strike == review.StrikeNone || c.Decision.Strike == nil {
				return nil
			}
			s := c.Decision.Strike
			return [][]any{append(aboutOf(c), text(s.Rule), number(s.Weight), text(string(c.Strike)), when(s.Until))}
		},
	}
}

func reports() Table {
	return Table{
		Name: "reports", Help: lang.T("成员的举报，每行是一个案件收到的全部举报；不说是谁举报的", "what members reported, all reports of one case a row; never who reported"),
		Columns: append(about(),
			Column{"reports", Number, lang.T("几次举报", "how many reports")},
			Column{"weight", Number, lang.T("合计多可信，100 是完全可信的一次", "what they weigh together; one that is surely right weighs 100")},
			Column{"last", Text, lang.T("最后一次举报的时间", "when the last one came")},
			Column{"rule", Text, lang.T("最先命中的规则", "the first rule that hit")},
			Column{"state", Text, lang.T("案件的状态", "the state of the case")},
			Column{"decided_at", Text, lang.T("裁决时间", "when it was decided")},
		),
		rows: func(c *review.Case) [][]any {
			r := &c.Reported
			if r.Count == 0 {
				return nil
			}
			return [][]any{append(aboutOf(c),
				number(r.Count), number(int(math.Round(100*r.Weight))), when(r.Last), text(firstRule(c)), text(string(c.State)), when(c.DecidedAt),
			)}
		},
	}
}

// ruleTable tells of rules as they were when they last hit. Cases come the newest
// first, so that the first hit of a rule is that one.
func ruleTable() Table {
	known := map[string]bool{}
	return Table{
		Name: "rules", Help: lang.T("命中过的规则，每行一条，内容以最近一次命中为准", "rules that hit, one a row, as they were when they last hit"),
		Columns: []Column{
			{"rule", Text, lang.T("规则", "the rule")},
			{"title_zh", Text, lang.T("中文标题", "its title in Chinese")},
			{"title_en", Text, lang.T("英文标题", "its title in English")},
			{"category", Text, lang.T("类别", "its category")},
			{"severity", Text, lang.T("minor、major 或 severe", "minor, major or severe")},
			{"mode", Text, lang.T("live 或 shadow", "live or shadow")},
			{"answer", Text, lang.T("ladder、review、log 或 steps", "ladder, review, log or steps")},
			{"version", Text, lang.T("规则集的版本", "the version of the rule set")},
			{"last", Text, lang.T("最近一次命中的时间", "when it last hit")},
		},
		rows: func(c *review.Case) [][]any {
			var rows [][]any
			for i := range c.Verdict.Hits {
				h := &c.Verdict.Hits[i]
				if known[h.Rule] {
					continue
				}
				known[h.Rule] = true
				rows = append(rows, []any{
					text(h.Rule), text(h.Title.Zh), text(h.Title.En), text(h.Category), text(string(h.Severity)), text(string(h.Mode)),
					text(string(h.Then.Answer)), text(c.Verdict.Set), when(c.Created),
				})
			}
			return rows
		},
	}
}

func firstRule(c *review.Case) string {
	if len(c.Verdict.Hits) == 0 {
		return ""
	}
	return c.Verdict.Hits[0].Rule
}

func heaviest(c *review.Case, state review.ActState) chat.Verb {
	var verb chat.Verb
	for i := range c.Acts {
		if a := &c.Acts[i]; a.State == state && a.Action.Verb.Weight() > verb.Weight() {
			verb = a.Action.Verb
		}
	}
	return verb
}

// text is a cell that is never empty: to the engine an empty text is NULL, which
// no comparison of its can bear.
func text(s string) any {
	if s == "" {
		return Empty
	}
	return s
}

// maxText bounds a message in bytes, so that a page of the longest ones fits in
// memory.
const maxText = 4096

func clip(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText], "") + "…"
}

func number(n int) any { return int32(min(max(n, math.MinInt32), math.MaxInt32)) }

func when(t time.Time) any {
	if t.IsZero() {
		return Empty
	}
	return t.Local().Format("2006-01-02 15:04:05")
}
