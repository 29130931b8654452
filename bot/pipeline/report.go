package pipeline

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/report"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// ReportRule is the rule that a case names which members have brought about.
const ReportRule = "report"

// flaggedKept is how many flagged messages of a chat are remembered, so that
// reports of them join their cases.
const flaggedKept = 64

func (s *shard) flaggedAs(r *room, c *review.Case) {
	if s.p.config.Talk.Reports == nil || c.Event.Message.ID == "" {
		return
	}
	if r.flagged == nil || len(r.flagged) >= flaggedKept {
		r.flagged = map[string]string{}
	}
	r.flagged[c.Event.Message.ID] = c.ID
}

// accusation is a report on its way: by whose event, of which message.
type accusation struct {
	by      chat.Event
	message string
	about   chat.Event // the message, as far as it is remembered; without an author where it is not
	context []chat.Event
	kase    string
}

// reports takes e for a report where it is one, and reports so. Such an event is
// acknowledged once the report is durable.
func (s *shard) reports(e *chat.Event, r *room) bool {
	talk := &s.p.config.Talk
	if talk.Reports == nil || s.p.config.Replay {
		return false
	}
	call, ok := talk.Reports.Call(e)
	if !ok {
		return false
	}
	a, ok := s.accuse(e, call, r)
	if !ok {
		return e.Kind == chat.KindReport && s.unreported(e)
	}
	a.by = *e
	if limit := talk.Reports.Takes(e); limit != report.Taken {
		s.p.errands <- func(ctx context.Context) { s.p.hide(ctx, &a) }
		s.p.tooManyReports(e, limit)
		return e.Kind != chat.KindReport || s.unreported(e)
	}
	if e.Kind != chat.KindReport {
		e.Ack = twice(e.Ack) // the line acknowledges it as well, once it is judged
	}
	a.by.Ack = e.Ack
	s.p.errands <- func(ctx context.Context) {
		if s.p.take(ctx, &a) {
			s.p.file(ctx, a)
		}
	}
	return true
}

func (s *shard) unreported(e *chat.Event) bool {
	ack(e)
	return true
}

// twice is ack, called with the second of two calls.
func twice(ack func()) func() {
	if ack == nil {
		return nil
	}
	var calls atomic.Int32
	return func() {
		if calls.Add(1) == 2 {
			ack()
		}
	}
}

// accuse finds the message that is meant. Nobody reports themselves.
func (s *shard) accuse(e *chat.Event, call report.Call, r *room) (a accusation, ok bool) {
	line, known := r.context.find(func(l *contextLine) bool {
		switch {
		case call.Message != "":
			return l.id == call.Message
		case call.Member != "":
			return l.member == call.Member
		}
		return strings.EqualFold(l.name, call.Name)
	})
	if !known && call.Message == "" || known && (line.member == e.Author.ID || line.id == "") {
		return a, false
	}
	a.message = call.Message
	if known {
		a.message = line.id
		a.context = r.context.before(line.id, s.p.config.Context)
	}
	a.about = chat.Event{
		ID: a.message, Kind: chat.KindMessage, Platform: e.Platform, Adapter: e.Adapter, Chat: e.Chat, Time: line.at,
		Author: chat.Member{ID: line.member, Name: line.name}, Message: chat.Message{ID: a.message, Text: line.text},
	}
	if a.kase = r.flagged[a.message]; a.kase == "" {
		a.kase = review.CaseID(&chat.Event{Adapter: e.Adapter, Chat: e.Chat, Kind: chat.KindReport, ID: a.message})
	}
	return a, true
}

func (p *Pipeline) tooManyReports(e *chat.Event, limit report.Limit) {
	p.config.Log.Warn().Str("adapter", e.Adapter).Str("chat", e.Chat).Str("limit", string(limit)).Msg("too many reports: one is not taken")
	if limit == report.ByChat {
		p.config.Observer.Alarmed(e.Chat, lang.F("%s 群的举报太多，暂不受理", "chat %s sends too many reports: no more are taken for now", e.Chat))
	}
}

// file puts a report into the store. It names the reporter to the store alone.
func (p *Pipeline) file(ctx context.Context, a accusation) {
	p.complete(ctx, &a)
	if a.about.Author.ID == a.by.Author.ID {
		p.filed(ctx, &a)
		return
	}
	reporter := a.by.Adapter + "/" + a.by.Author.ID
	record, err := p.config.Talk.Reported.Reporter(ctx, reporter)
	if err != nil {
		p.config.Log.Error().Err(err).Msg("a reporter's record can't be read: the report weighs as a stranger's")
	}
	f := report.Filing{
		Report: report.Report{Case: a.kase, Chat: review.ChatKey(a.by.Adapter, a.by.Chat), Reporter: reporter, At: a.by.Time, Weight: record.Weight()},
		Draft:  p.draft(ctx, &a), Least: p.config.Talk.Reports.Least(),
	}
	if a.by.Author.Role.Untouchable() {
		f.Weight = 1 // the chat's own admins
	}
	f.Due = p.dueFor
	all, fresh, err := p.config.Talk.Reported.PutReport(ctx, f)
	if err != nil {
		p.config.Log.Error().Err(err).Str("case", a.kase).Msg("the store refuses a report: it is kept, and filed at the next start")
		return
	}
	p.filed(ctx, &a)
	p.config.Log.Info().Str("case", a.kase).Str("adapter", a.by.Adapter).Str("chat", a.by.Chat).Bool("fresh", fresh).
		Int("reports", all.Count).Float64("weight", all.Weight).Msg("a message was reported")
}

// filed forgets a report that needs no keeping any more. Filing one twice changes
// nothing.
func (p *Pipeline) filed(ctx context.Context, a *accusation) {
	if err := p.config.Talk.Journal.DropReport(context.WithoutCancel(ctx), a.key()); err != nil {
		p.config.Log.Warn().Err(err).Str("case", a.kase).Msg("a report that is filed is still kept")
	}
}

// dueFor is how soon a person should look at a message: as soon as at a grave hit
// where the reports of two members who are always right ask for it.
func (p *Pipeline) dueFor(all review.Reports) time.Duration {
	switch {
	case all.Weight >= 2:
		return p.config.Due(rules.Severe)
	case all.Weight >= 1:
		return p.config.Due(rules.Major)
	}
	return p.config.Due(rules.Minor)
}

// complete asks the platform for what is not remembered: the message, and what its
// author is by now.
func (p *Pipeline) complete(ctx context.Context, a *accusation) {
	if archive, ok := p.adapters[a.by.Adapter].(chat.Archive); ok && a.about.Author.ID == "" {
		if e, err := archive.Message(ctx, a.by.Chat, a.message); err == nil {
			a.about.Author, a.about.Message, a.about.Time = e.Author, e.Message, e.Time
		}
	}
	if roster, ok := p.adapters[a.by.Adapter].(chat.Roster); ok && a.about.Author.ID != "" {
		if m, err := roster.Member(ctx, a.by.Chat, a.about.Author.ID); err == nil {
			a.about.Author.Role, a.about.Author.Joined = m.Role, m.Joined
		}
	}
	if a.about.Time.IsZero() {
		a.about.Time = a.by.Time
	}
}

// draft is the case of a message that only members complain of: what the ladder
// would do waits for a person.
func (p *Pipeline) draft(ctx context.Context, a *accusation) *review.Case {
	now := p.config.Now()
	v := rules.Verdict{Set: p.rules.Load().Version(), Hits: []rules.Hit{{
		Rule: ReportRule, Title: lang.T("成员举报", "reported by members"), Category: "report", Severity: rules.Minor, Mode: rules.Live,
		Then:    rules.Then{Answer: rules.Review},
		Signals: []rules.Signal{{Why: lang.T("有成员举报了这条消息", "members have reported this message")}},
	}}}
	in := ladder.Input{Event: &a.about, Verdict: &v, Age: max(0, now.Sub(a.about.Time)), ByHand: p.byHand(a.by.Platform)}
	if adapter := p.adapters[a.by.Adapter]; adapter != nil {
		in.Capabilities = adapter.Capabilities(a.by.Chat)
	}
	var err error
	if in.Strikes, err = p.config.Store.Strikes(ctx, a.by.Adapter, a.by.Chat, a.about.Author.ID, now.Add(-time.Minute)); err != nil {
		p.config.Log.Error().Err(err).Str("chat", a.by.Chat).Msg("strikes can't be read")
	}
	c := p.plan(&a.about, &v, p.config.Ladder.Decide(in), now)
	rename(c, a.kase)
	c.State, c.Context = review.Open, a.context
	if c.Due.IsZero() {
		c.Due = now.Add(p.config.Due(rules.Minor))
	}
	return c
}

// rename gives a case another id, and its acts with it.
func rename(c *review.Case, id string) {
	for i := range c.Acts {
		a := &c.Acts[i]
		a.Case, a.Action.Key = id, id+strings.TrimPrefix(a.Action.Key, c.ID)
		a.Action.Text, a.Private = strings.ReplaceAll(a.Action.Text, c.ID, id), strings.ReplaceAll(a.Private, c.ID, id)
		a.Action.Reason = strings.ReplaceAll(a.Action.Reason, c.ID, id)
	}
	if c.Decision.Strike != nil {
		c.Decision.Strike.Case = id
	}
	c.ID = id
}
