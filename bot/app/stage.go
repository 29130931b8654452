package app

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/mattn/go-runewidth"

	"patrol/adapters/chat"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// stage shows a play and what the bot makes of it, line by line. It observes the
// pipeline.
type stage struct {
	lang  lang.Lang
	color bool

	mu      sync.Mutex
	out     io.Writer
	err     error // of writing
	events  int
	flagged int
	waiting int
	byVerb  map[string]int
	byRule  map[string]int
}

var _ pipeline.Observer = (*stage)(nil)

func newStage(o DemoOptions) *stage {
	return &stage{lang: o.Lang, color: o.Color, out: o.Out, byVerb: map[string]int{}, byRule: map[string]int{}}
}

// The colours of the play, as terminal codes.
const (
	dim    = "2"
	bold   = "1"
	red    = "31"
	green  = "32"
	yellow = "33"
	blue   = "36"
)

func (s *stage) paint(code, text string) string {
	if !s.color {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s *stage) say(zh, en string) string { return lang.T(zh, en).In(s.lang) }

// line writes one line; what was said comes through printable first.
func (s *stage) line(format string, args ...any) {
	if _, err := fmt.Fprintf(s.out, format+"\n", args...); err != nil && s.err == nil {
		s.err = err
	}
}

func (s *stage) open(console, login, rulesDir string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line("%s", s.paint(bold, s.say("Patrol 演示：一个热闹的双语群，机器人在巡逻", "Patrol demo: a lively bilingual group, with the bot on patrol")))
	s.line("%s %s", s.say("审核台：", "Console:"), console)
	s.line("%s %s", s.say("一次性登录链接（15 分钟内有效）：", "One-time login link (valid for 15 minutes):"), s.paint(blue, login))
	s.line("%s %s\n", s.say("规则（改了就生效）：", "Rules (edit them, they take effect):"), rulesDir)
}

func (s *stage) heard(e chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events++
	who := pad(printable(pipeline.Plain(e.Author.Name)), 14)
	switch e.Kind {
	case chat.KindMessage:
		s.line("%s %s", who, printable(e.Message.Text))
	case chat.KindJoin:
		s.line("%s %s", who, s.paint(dim, s.say("加入了群", "joined the group")))
	}
}

func (s *stage) unsaid(e chat.Event) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line("%s %s", pad(printable(pipeline.Plain(e.Author.Name)), 14), s.paint(dim, s.say("（已被禁言或移出，没能说出来）", "(muted or removed: not heard)")))
}

// Judged shows a decision in words.
func (s *stage) Judged(e *chat.Event, v *rules.Verdict, c *review.Case, _ time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c == nil {
		s.excuses(v)
		return
	}
	s.flagged++
	if c.State == review.Open {
		s.waiting++
	}
	for i := range v.Hits {
		h := &v.Hits[i]
		s.byRule[h.Rule]++
		title := h.Title.In(s.lang)
		s.line("  %s %s · %s (%s) · %s", s.paint(red, "▲"), s.paint(bold, printable(pipeline.Plain(e.Author.Name))), title, h.Rule, s.signals(e, h))
	}
	s.line("    %s %s", s.paint(yellow, "→"), s.consequence(c))
}

// excuses says why a message was let pass though a rule saw something in it.
func (s *stage) excuses(v *rules.Verdict) {
	said := map[string]bool{}
	for _, x := range v.Excused {
		if said[x.Rule] {
			continue
		}
		said[x.Rule] = true
		why := runewidth.Truncate(printable(x.Why.In(s.lang)), 60, "…")
		s.line("  %s %s (%s): %s", s.paint(green, s.say("○ 放过", "○ let pass")), printable(x.Signal.Word), x.Rule, why)
	}
}

// signals says which words, or what else, a rule hit on.
func (s *stage) signals(e *chat.Event, h *rules.Hit) string {
	var out []string
	for _, g := range h.Signals {
		text := printable(g.Why.In(s.lang))
		if g.Span.End > g.Span.Start && g.Span.End <= len(e.Message.Text) {
			text = s.say("「", "“") + printable(e.Message.Text[g.Span.Start:g.Span.End]) + s.say("」", "”")
		}
		if text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, s.say("、", ", "))
}

func (s *stage) consequence(c *review.Case) string {
	parts := []string{}
	if len(c.Decision.Do) > 0 {
		parts = append(parts, s.steps(c.Decision.Do))
	}
	if len(c.Decision.ByHand) > 0 {
		parts = append(parts, s.say("请人操作：", "a person is asked to: ")+s.steps(c.Decision.ByHand))
	}
	if len(c.Decision.Held) > 0 {
		parts = append(parts, s.say("待人工确认：", "waits for a person: ")+s.steps(c.Decision.Held))
	}
	if len(c.Decision.Shadow) > 0 {
		parts = append(parts, s.say("影子规则本会：", "a shadow rule would: ")+s.steps(c.Decision.Shadow))
	}
	if c.Decision.Score > 0 {
		parts = append(parts, fmt.Sprintf(s.say("积分 %d", "score %d"), c.Decision.Score))
	}
	return strings.Join(append(parts, s.say("案件 ", "case ")+c.ID), " · ")
}

func (s *stage) steps(steps []rules.Step) string {
	var out []string
	for _, x := range steps {
		text := s.verb(x.Verb)
		if x.For > 0 {
			text += " " + rules.Length(x.For).In(s.lang)
		}
		out = append(out, text)
	}
	return strings.Join(out, s.say("、", ", "))
}

func (s *stage) verb(v chat.Verb) string {
	names := map[chat.Verb]lang.Text{
		chat.Warn: lang.T("警告", "warn"), chat.Delete: lang.T("撤回", "delete"), chat.Mute: lang.T("禁言", "mute"),
		chat.Remove: lang.T("移出", "remove"), chat.Ban: lang.T("封禁", "ban"), chat.Unmute: lang.T("解除禁言", "unmute"), chat.Unban: lang.T("解封", "unban"),
	}
	return names[v].In(s.lang)
}

// Settled shows what became of an action.
func (s *stage) Settled(a *review.Act) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.byVerb[string(a.Action.Verb)+" "+string(a.State)]++
	mark := s.paint(green, "✓")
	if a.State != review.Done {
		mark = s.paint(red, "✗")
	}
	detail := ""
	if a.Action.Verb == chat.Warn {
		detail = ": " + strings.ReplaceAll(printable(a.Action.Text), "\n", " / ")
	}
	if a.Error != "" {
		detail = ": " + printable(a.Error)
	}
	s.line("    %s %s%s", mark, s.verb(a.Action.Verb), s.paint(dim, detail))
}

// Alarmed shows an alarm; the app's own alarms come the same way.
func (s *stage) Alarmed(string, lang.Text) {}

func (s *stage) alarm(what lang.Text) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line("  %s %s", s.paint(red, "!"), printable(what.In(s.lang)))
}

func (s *stage) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line("\n%s", s.paint(bold, s.say("演完了。审核台还开着：打开上面的链接，推翻那条误判试试。按 Ctrl-C 结束。",
		"The play is over. The console stays open: follow the link above and overturn the false alarm. Ctrl-C ends.")))
}

// sumUp writes the table at the end.
func (s *stage) sumUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line("\n%s", s.paint(bold, s.say("小结", "Summary")))
	row := func(name string, n int) { s.line("  %s %5d", pad(name, 34), n) }
	row(s.say("事件", "events"), s.events)
	row(s.say("命中的事件", "flagged events"), s.flagged)
	row(s.say("等待人工的案件", "cases that wait for a person"), s.waiting)
	for _, rule := range sortedKeys(s.byRule) {
		row(s.say("规则 ", "rule ")+rule, s.byRule[rule])
	}
	for _, key := range sortedKeys(s.byVerb) {
		verb, state, _ := strings.Cut(key, " ")
		row(s.say("动作 ", "action ")+s.verb(chat.Verb(verb))+" "+state, s.byVerb[key])
	}
}

func sortedKeys(m map[string]int) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func pad(s string, width int) string { return runewidth.FillRight(s, width) }

// printable is s with everything that a terminal would act on, or that hides or
// turns text, shown as a visible mark.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.Is(unicode.Bidi_Control, r) || !unicode.IsPrint(r):
			return '·'
		}
		return r
	}, strings.ToValidUTF8(s, "�"))
}
