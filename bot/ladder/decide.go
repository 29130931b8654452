package ladder

import (
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// Ladder decides. It is immutable and safe for concurrent use.
type Ladder struct{ config Config }

// New is the ladder of c, or what is wrong with c.
func New(c Config) (*Ladder, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	return &Ladder{config: c}, nil
}

// Memory is how long a strike counts.
func (l *Ladder) Memory() time.Duration { return l.config.Memory }

// Decide is what follows from in. It never asks for a verb heavier than the
// rules that hit and the rung that was reached allow, and for nothing at all
// against a member who may not be acted on.
func (l *Ladder) Decide(in Input) Decision {
	var d Decision
	if in.Verdict.Clean() {
		return d
	}
	if in.Event.Author.Role.Untouchable() || in.Event.Author.ID == "" {
		d.Why = append(d.Why, untouchable(in.Event.Author))
		return d
	}
	live, shadow := l.weigh(in, rules.Live), l.weigh(in, rules.Shadow)
	d.Score, d.Strike = live.score, live.strike
	d.Review = live.review || len(live.held) > 0
	d.Pending = live.strike != nil && (in.Stale || !live.counts)
	d.Why = append(d.Why, live.why...)

	now, held := live.now, live.held
	if in.Stale {
		d.Review = true
		d.Why = append(d.Why, lang.F("消息已过去 %s，只交人工处理", "the event is %s old: only a person may act on it", in.Age.Round(time.Second)))
		now, held = nil, union(now, held)
	}
	anyway := held
	if in.Braked {
		var stopped []rules.Step
		now, stopped = split(now, chat.Warn.Weight())
		if len(stopped) > 0 {
			d.Review = true
			held = union(held, stopped)
			d.Why = append(d.Why, lang.T("刹车已触发：比警告更重的动作等待人工确认", "the brake is on: what is heavier than a warning waits for a person"))
		}
	}
	fit := fitting{event: in.Event, can: in.Capabilities, age: in.Age, people: in.ByHand}
	d.Do = fit.all(now)
	d.ByHand = fit.asked()
	d.Held = without(fit.all(held), d.Do)
	d.Later = without(fit.asked(), d.ByHand)
	if in.Braked {
		d.Braked = without(d.Held, fit.quiet(anyway))
	}
	d.Shadow = fit.quiet(union(shadow.now, shadow.held))
	d.Why = append(d.Why, fit.why...)
	if fit.impossible {
		d.Review = true
	}
	return d
}

// demand is what the hits of one mode ask for, before the platform has its say.
type demand struct {
	now    []rules.Step
	held   []rules.Step
	strike *Strike
	counts bool // the strike counts without a person's word
	review bool
	score  int
	why    []lang.Text
}

func (l *Ladder) weigh(in Input, mode rules.Mode) demand {
	var (
		d            demand
		worst        *rules.Hit
		climb, asked bool
		doubted      []string
	)
	for i := range in.Verdict.Hits {
		h := &in.Verdict.Hits[i]
		if h.Mode != mode || h.Then.Answer == rules.Log {
			continue
		}
		if worst == nil || h.Severity.Weight() > worst.Severity.Weight() {
			worst = h
		}
		acts := h.Then.Answer == rules.Ladder || h.Then.Answer == rules.Steps
		switch doubt := acts && mode == rules.Live && slices.Contains(in.Doubted, h.Rule); {
		case doubt:
			doubted = append(doubted, h.Rule)
			d.held, d.review = union(d.held, h.Then.Steps), true
			asked = asked || h.Then.Answer == rules.Ladder
		case h.Then.Answer == rules.Review:
			asked = true
		case h.Then.Answer == rules.Ladder:
			climb = true
		case h.Then.Answer == rules.Steps:
			d.counts = true
			d.now = union(d.now, h.Then.Steps)
			d.review = d.review || h.Then.Review
		}
	}
	if worst == nil {
		return d
	}
	at := in.Event.Time
	d.strike = &Strike{Rule: worst.Rule, Weight: worst.Severity.Weight(), At: at, Until: at.Add(l.config.Memory)}
	d.score = d.strike.Weight
	for _, s := range in.Strikes {
		if s.Counts(at) {
			d.score += s.Weight
		}
	}
	rung, reached := l.rung(d.score)
	switch {
	case climb && reached:
		d.climb(rung)
	case asked && reached:
		d.held = union(d.held, rung.Do)
	}
	d.counts = d.counts || climb
	d.review = d.review || asked
	if climb {
		d.why = append(d.why, lang.F("积分 %d", "score %d", d.score))
	}
	if len(doubted) > 0 {
		names := strings.Join(doubted, ", ")
		d.why = append(d.why, lang.F("规则 %s 近来被推翻得太多，先问人再处置", "%s was overturned too often lately: a person is asked first", names))
	} else if asked && !climb {
		d.why = append(d.why, lang.T("规则要求人工审核", "the rule asks for a person"))
	}
	return d
}

func (d *demand) climb(r Rung) {
	if !r.Hold {
		d.now = union(d.now, r.Do)
		return
	}
	light, heavy := split(r.Do, chat.Delete.Weight())
	d.now = union(d.now, light)
	d.held = union(d.held, heavy)
	if len(heavy) > 0 {
		d.why = append(d.why, lang.F("%d 分这一级要人工确认", "the step at %d waits for a person", r.At))
	}
}

func (l *Ladder) rung(score int) (Rung, bool) {
	var (
		reached Rung
		ok      bool
	)
	for _, r := range l.config.Rungs {
		if r.At > score {
			break
		}
		reached, ok = r, true
	}
	return reached, ok
}

func untouchable(m chat.Member) lang.Text {
	switch m.Role {
	case chat.RoleSelf:
		return lang.T("这是机器人自己的消息", "this is the bot itself")
	case chat.RoleOwner:
		return lang.T("发言人是群主，从不处置", "the author owns the chat and is never acted on")
	case chat.RoleAdmin:
		return lang.T("发言人是管理员，从不处置", "the author is an admin and is never acted on")
	}
	return lang.T("平台没有说明发言人是谁", "the platform does not say who the author is")
}
