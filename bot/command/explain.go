package command

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/config"
	"patrol/bot/ladder"
	"patrol/rules"
	"patrol/rules/lang"
)

type explainCommand struct {
	rulesFlags
	Score    int      `placeholder:"N"`
	Platform string   `placeholder:"NAME"`
	Chat     string   `placeholder:"ID"`
	Role     string   `enum:"member,admin,owner" default:"member" placeholder:"ROLE"`
	JSON     bool     `name:"json"`
	Text     []string `arg:"" name:"text"`
}

// explained is what `rules explain --json` writes.
type explained struct {
	Text string `json:"text"`
	rules.Explanation
	First ladder.Decision  `json:"first"`           // for a member without strikes
	Score int              `json:"score,omitempty"` // of the other member
	Then  *ladder.Decision `json:"then,omitempty"`  // for a member with that score
}

// Run tells what the rules make of a text. What stands before the last argument
// are rule files too, so that a shell may expand -r rules/*.yaml.
func (c *explainCommand) Run(s *shell) error {
	last := len(c.Text) - 1
	set, bot, err := c.set(c.Text[:last])
	if err != nil {
		return err
	}
	if c.Score < 0 {
		return &misuse{lang.T("--score 不能是负数", "--score can't be negative")}
	}
	l, err := ladderOf(bot)
	if err != nil {
		return err
	}
	e := chat.Event{
		ID: "explain", Kind: chat.KindMessage, Platform: c.Platform, Chat: c.Chat, Time: s.Now(),
		Author:  chat.Member{ID: "explain", Role: chat.Role(c.Role)},
		Message: chat.Message{ID: "explain", Text: c.Text[last]},
	}
	x := explained{Text: e.Message.Text, Explanation: set.Explain(&e), Score: c.Score}
	x.First = decide(l, &e, &x.Verdict, 0)
	if c.Score > 0 {
		then := decide(l, &e, &x.Verdict, c.Score)
		x.Then = &then
	}
	if c.JSON {
		return writeJSON(s.Stdout, x)
	}
	_, err = s.Stdout.Write([]byte(s.explain(&x, set)))
	return err
}

// ladderOf is the ladder of the bot file, and the usual one without a file.
func ladderOf(bot *config.Config) (*ladder.Ladder, error) {
	if bot == nil {
		return ladder.New(ladder.Default())
	}
	return ladder.New(bot.LadderConfig())
}

// decide is what the ladder says on a platform that can do everything.
func decide(l *ladder.Ladder, e *chat.Event, v *rules.Verdict, score int) ladder.Decision {
	var past []ladder.Strike
	if score > 0 {
		past = []ladder.Strike{{Weight: score, At: e.Time.Add(-time.Second), Until: e.Time.Add(time.Hour)}}
	}
	return l.Decide(ladder.Input{Event: e, Verdict: v, Strikes: past, Capabilities: everything})
}

// everything is what a platform without limits can do.
var everything = chat.Capabilities{
	Warn: true, Delete: true, Remove: true, Ban: true, Unban: true, Mute: chat.MuteTimed, Edits: true,
}

func (s *shell) explain(x *explained, set *rules.Set) string {
	var p page
	field := func(zh, en, value string) { p.line(s.out.paint(bold, s.say(zh, en)) + value) }
	field("原文：", "text:   ", Plain(x.Text))
	field("还原：", "folded: ", Plain(x.Folded))
	if x.Clean != x.Folded {
		field("供正则：", "for patterns: ", Plain(x.Clean))
	}
	if len(x.Candidates) == 0 {
		p.line(s.out.paint(green, s.say("没有命中。", "No rule hits.")))
	}
	titles := map[string]rules.Rule{}
	counting := 0
	for _, r := range set.Rules() {
		titles[r.ID] = r
		if len(r.Limits) > 0 {
			counting++
		}
	}
	for _, together := range byRule(x.Candidates) {
		s.finding(&p, together, x.Text, titles[together[0].Rule])
	}
	p.line("")
	s.decision(&p, s.say("初犯：", "first offence: "), &x.First)
	if x.Then != nil {
		s.decision(&p, fmt.Sprintf(s.say("已有 %d 分时：", "with %d points: "), x.Score), x.Then)
	}
	if counting > 0 {
		p.line(s.out.paint(dim, fmt.Sprintf(s.say("（另有 %d 条频率规则，一条消息说明不了它们）", "(%d flood rules count messages over time: one message tells nothing about them)"), counting)))
	}
	return p.String()
}

// byRule puts together what one rule counts, and what it lets pass for one reason.
func byRule(all []rules.Candidate) [][]rules.Candidate {
	var out [][]rules.Candidate
	for _, c := range all {
		i := slices.IndexFunc(out, func(t []rules.Candidate) bool {
			return t[0].Rule == c.Rule && t[0].Counted == c.Counted && (c.Counted || t[0].Why == c.Why)
		})
		if i < 0 {
			out = append(out, nil)
			i = len(out) - 1
		}
		out[i] = append(out[i], c)
	}
	return out
}

// finding says what one rule found, in the order of the text.
func (s *shell) finding(p *page, found []rules.Candidate, text string, r rules.Rule) {
	first := &found[0]
	mark, code := s.say("● 命中", "● hit"), red
	if !first.Counted {
		mark, code = s.say("○ 放过", "○ excused"), green
	}
	var spans []rules.Span
	for i := range found {
		if c := &found[i]; c.Span.End > c.Span.Start {
			spans = append(spans, c.Span)
		}
	}
	p.line("")
	p.line(fmt.Sprintf("%s %s · %s · %s", s.out.paint(code, mark), s.out.paint(bold, Plain(first.Rule)), Plain(r.Title.In(s.lang)), s.term(string(r.Severity))))
	switch {
	case len(spans) > 0:
		p.line("  " + s.marked(text, spans))
	case !first.Counted: // a condition: why it does not hold is all there is to say
		p.line("  " + s.say("说明：", "why: ") + Plain(first.Why.In(s.lang)))
		return
	}
	switch {
	case !first.Counted:
		p.line("  " + s.say("说明：", "why: ") + Plain(first.Why.In(s.lang)))
	case len(found) > 1 && first.Word == "" && first.Span == rules.Span{}: // what the evidence comes to
		p.line("  " + s.say("说明：", "why: ") + Plain(first.Seen.In(s.lang)))
		found = found[1:]
	}
	slices.SortStableFunc(found, func(a, b rules.Candidate) int { return cmp.Compare(placeless(&a), placeless(&b)) })
	for i := range found {
		p.line("    " + s.seen(&found[i]))
	}
	if first.Counted {
		p.line("  " + s.say("处置：", "then: ") + s.then(first.Then) + s.modeNote(r.Mode))
	}
}

// placeless is 1 for what stands nowhere in the text, which is said last.
func placeless(c *rules.Candidate) int {
	if c.Span.End > c.Span.Start {
		return 0
	}
	return 1
}

// seen is one thing that a rule saw: where, what, by which word, and what to know
// of it.
func (s *shell) seen(c *rules.Candidate) string {
	var parts []string
	if c.Span.End > c.Span.Start {
		parts = append(parts, fmt.Sprintf("[%d:%d] %s", c.Span.Start, c.Span.End, Plain(c.Text)))
	}
	if c.Word != "" && c.Word != c.Text {
		parts = append(parts, s.say("词：", "word: ")+Plain(c.Word))
	}
	if !c.Seen.IsZero() {
		parts = append(parts, Plain(c.Seen.In(s.lang)))
	}
	return strings.Join(parts, " · ")
}

func (s *shell) modeNote(m rules.Mode) string {
	if m == rules.Shadow {
		return s.say("（影子模式：只记录）", " (shadow: only recorded)")
	}
	return ""
}

// then says what a rule asks for.
func (s *shell) then(t rules.Then) string {
	if t.Answer != rules.Steps {
		return s.term(string(t.Answer))
	}
	said := s.steps(t.Steps)
	if t.Review {
		said += s.say("，并交人工", ", and a person looks")
	}
	return said
}

func (s *shell) decision(p *page, lead string, d *ladder.Decision) {
	var parts []string
	if len(d.Do) > 0 {
		parts = append(parts, s.steps(d.Do))
	}
	if len(d.Held) > 0 {
		parts = append(parts, s.say("待人工确认：", "waits for a person: ")+s.steps(d.Held))
	}
	if len(d.Shadow) > 0 {
		parts = append(parts, s.say("影子规则本会：", "a shadow rule would: ")+s.steps(d.Shadow))
	}
	if d.Review && len(d.Held) == 0 {
		parts = append(parts, s.say("交人工审核", "a person is asked"))
	}
	if len(parts) == 0 {
		parts = append(parts, s.say("什么也不做", "nothing is done"))
	}
	p.line(s.out.paint(bold, lead) + strings.Join(parts, s.say("；", "; ")))
	for _, why := range d.Why {
		p.line("  " + s.out.paint(dim, Plain(why.In(s.lang))))
	}
}
