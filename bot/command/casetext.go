package command

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"patrol/bot/appeal"
	"patrol/bot/review"
	"patrol/rules"
)

// caseText is a case in full, for a person.
func (s *shell) caseText(c *review.Case) string {
	var p page
	p.line(s.out.paint(bold, s.say("案件 ", "case ")+c.ID) + "  " + s.term(string(c.State)) + "  " + s.term(string(c.Verdict.Severity())))
	s.field(&p, "事件", "event", fmt.Sprintf("%s %s %s/%s", s.term(string(c.Event.Kind)), s.at(c.Event.Time), Plain(c.Event.Adapter), Plain(c.Event.Chat)))
	who := strings.TrimSpace(fmt.Sprintf("%s (%s)", Plain(c.Event.Author.Name), Plain(c.Event.Author.ID)))
	if c.Event.Author.Role != "" {
		who += " " + s.term(string(c.Event.Author.Role))
	}
	s.field(&p, "成员", "member", who)
	s.field(&p, "内容", "text", s.marked(c.Event.Message.Text, spans(c)))
	if c.Verdict.Folded != "" && c.Verdict.Folded != c.Event.Message.Text {
		s.field(&p, "还原", "folded", Plain(c.Verdict.Folded))
	}
	s.sample(&p, c)
	if !c.Due.IsZero() {
		s.field(&p, "期限", "due", s.at(c.Due))
	}
	if !c.Trouble.IsZero() {
		s.field(&p, "求助", "trouble", s.out.paint(red, Plain(c.Trouble.In(s.lang))))
	}
	if e := &c.Erased; e.By != "" {
		s.field(&p, "已删除", "erased", fmt.Sprintf("%s %s %s", Plain(e.By), s.at(e.At), Plain(e.Ground.In(s.lang))))
	}
	s.voices(&p, c)
	s.hits(&p, c)
	s.outcome(&p, c)
	s.stepsOf(&p, c)
	s.people(&p, c)
	if len(c.Context) > 0 {
		p.line(s.out.paint(bold, s.say("此前的消息", "the messages before it")))
		for i := range c.Context {
			e := &c.Context[i]
			p.line(fmt.Sprintf("  %s  %s  %s", e.Time.Local().Format("15:04:05"), pad(excerpt(cmp.Or(e.Author.Name, e.Author.ID), 14), 14), excerpt(e.Message.Text, 80)))
		}
	}
	return p.String()
}

func (s *shell) field(p *page, zh, en, value string) { p.line(pad(s.say(zh, en), 10) + value) }

func (s *shell) at(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05 -07:00") }

func spans(c *review.Case) (all []rules.Span) {
	for _, h := range c.Verdict.Hits {
		for _, g := range h.Signals {
			if g.Span.End > g.Span.Start {
				all = append(all, g.Span)
			}
		}
	}
	return all
}

func (s *shell) hits(p *page, c *review.Case) {
	p.line(s.out.paint(bold, s.say("命中", "hits")) + s.out.paint(dim, s.say("（规则集 ", " (rule set ")+Plain(c.Verdict.Set)+s.say("）", ")")))
	for i := range c.Verdict.Hits {
		h := &c.Verdict.Hits[i]
		p.line(fmt.Sprintf("  %s · %s · %s · %s%s", Plain(h.Rule), Plain(h.Title.In(s.lang)), s.term(string(h.Severity)), s.then(h.Then), s.modeNote(h.Mode)))
		for _, g := range h.Signals {
			if said := strings.TrimSpace(Plain(g.Word) + " " + Plain(g.Why.In(s.lang))); said != "" {
				p.line("    " + said)
			}
		}
	}
	for i := range c.Verdict.Excused {
		x := &c.Verdict.Excused[i]
		p.line(s.out.paint(dim, fmt.Sprintf("  %s %s: %s %s", s.say("放过", "excused"), Plain(x.Rule), Plain(x.Signal.Word), Plain(x.Why.In(s.lang)))))
	}
}

func (s *shell) outcome(p *page, c *review.Case) {
	p.line(s.out.paint(bold, s.say("处置", "what was done")))
	for i := range c.Acts {
		p.line("  " + s.act(&c.Acts[i]))
	}
	if len(c.Acts) == 0 {
		p.line("  " + s.say("没有对任何人采取动作", "nothing was done to anyone"))
	}
	for _, why := range c.Decision.Why {
		p.line("  " + s.out.paint(dim, Plain(why.In(s.lang))))
	}
	if c.Strike != review.StrikeNone {
		weight := 0
		if c.Decision.Strike != nil {
			weight = c.Decision.Strike.Weight
		}
		p.line(fmt.Sprintf(s.say("  积分 %d：%s（判定时合计 %d）", "  strike of %d: %s (score %d when decided)"), weight, s.term(string(c.Strike)), c.Decision.Score))
	}
}

// act is an action with its state, in one line.
func (s *shell) act(a *review.Act) string {
	line := s.steps([]rules.Step{{Verb: a.Action.Verb, For: a.Action.For}}) + "  " + s.term(string(a.State))
	if !a.Settled.IsZero() {
		line += "  " + s.at(a.Settled)
	}
	if note := cmp.Or(a.Error, a.Receipt.Note); note != "" {
		line += "  " + Plain(note)
	}
	return line
}

func (s *shell) people(p *page, c *review.Case) {
	if c.ClaimedBy != "" && c.ClaimedUntil.After(s.Now()) {
		s.field(p, "处理人", "held by", Plain(c.ClaimedBy)+s.say("，至 ", ", until ")+s.at(c.ClaimedUntil))
	}
	if e := c.Escalated; e.By != "" {
		s.field(p, "上报", "escalated", fmt.Sprintf("%s %s %s", Plain(e.By), s.at(e.At), Plain(e.Ground)))
	}
	if o := c.Proposed; o.By != "" {
		s.field(p, "提议", "proposed", fmt.Sprintf("%s %s %s", Plain(o.By), s.at(o.At), Plain(o.Ground)))
	}
	if c.DecidedBy != "" {
		s.field(p, "结论", "decided", fmt.Sprintf("%s %s %s %s", s.term(string(c.State)), Plain(c.DecidedBy), s.at(c.DecidedAt), Plain(c.Ground)))
	}
	for _, r := range c.Remarks {
		s.field(p, "备注", "note", fmt.Sprintf("%s %s: %s", s.at(r.At), Plain(r.By), Plain(r.Text)))
	}
}

// voices is what members say to the case.
func (s *shell) voices(p *page, c *review.Case) {
	if c.Reported.Count > 0 {
		s.field(p, "举报", "reported", fmt.Sprintf(s.say("%d 次，合计分量 %.2f", "%d times, weighing %.2f together"), c.Reported.Count, c.Reported.Weight))
	}
	if c.AppealState() == review.NoAppeal {
		return
	}
	s.field(p, "申诉", "appeal", fmt.Sprintf("%s %s %s", s.at(c.Appeal.At), appeal.StateText(c).In(s.lang), Plain(c.Appeal.Text)))
}
