package chattest

import (
	"errors"
	"fmt"
	"time"

	"patrol/adapters/chat"
)

// do carries out a, the way a real platform would: by its limits and rights.
func (p *Platform) do(a chat.Action) (chat.Receipt, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cut {
		return chat.Receipt{}, refuse(a, chat.Transient, "no connection")
	}
	p.calls = append(p.calls, a)
	if planned := p.failures[a.Verb]; len(planned) > 0 {
		p.failures[a.Verb] = planned[1:]
		if planned[0] != nil {
			return chat.Receipt{}, planned[0]
		}
	}
	r, now := p.room(a.Chat), p.config.Now()
	if err := p.allowed(r, a, now); err != nil {
		return chat.Receipt{}, err
	}
	receipt, err := p.apply(r, a, now)
	if err == nil {
		p.count(a, now)
	}
	return receipt, err
}

func refuse(a chat.Action, k chat.ErrorKind, why string) error {
	return &chat.Error{Op: string(a.Verb), Kind: k, Err: errors.New(why)}
}

func (p *Platform) allowed(r *room, a chat.Action, now time.Time) error {
	switch {
	case !p.config.Can.Can(a.Verb):
		return refuse(a, chat.Unsupported, "this platform can't")
	case r.demoted && a.Verb != chat.Warn:
		return refuse(a, chat.Forbidden, "the bot is an ordinary member here")
	}
	if m := r.members[a.Member]; a.Verb.Weight() >= chat.Mute.Weight() && m != nil && m.Role.Untouchable() {
		return refuse(a, chat.Forbidden, "the member is "+string(m.Role))
	}
	for _, l := range p.limits(a) {
		if wait := p.wait(l, now); wait > 0 {
			return &chat.Error{Op: string(a.Verb), Kind: chat.RateLimited, After: wait, Err: fmt.Errorf("more than %d in %s", l.most, l.in)}
		}
	}
	return nil
}

// limit is at most so many actions under one name in a time.
type limit struct {
	name string
	most int
	in   time.Duration
}

func (p *Platform) limits(a chat.Action) []limit {
	c := p.config.Can
	all := []limit{{"acts", c.ActsPerMinute, time.Minute}}
	switch a.Verb {
	case chat.Warn:
		all = append(all, limit{"warns in " + a.Chat, c.WarnsPerMinute, time.Minute})
	case chat.Remove, chat.Ban:
		all = append(all, limit{"removals", c.RemovalsPerDay, 24 * time.Hour})
	}
	return all
}

func (p *Platform) wait(l limit, now time.Time) time.Duration {
	past := p.done[l.name]
	for len(past) > 0 && now.Sub(past[0]) >= l.in {
		past = past[1:]
	}
	p.done[l.name] = past
	if l.most == 0 || len(past) < l.most {
		return 0
	}
	return past[0].Add(l.in).Sub(now)
}

func (p *Platform) count(a chat.Action, now time.Time) {
	for _, l := range p.limits(a) {
		if l.most > 0 {
			p.done[l.name] = append(p.done[l.name], now)
		}
	}
}

func (p *Platform) apply(r *room, a chat.Action, now time.Time) (chat.Receipt, error) {
	switch a.Verb {
	case chat.Warn:
		n := Notice{ID: p.next("n"), Text: a.Text, Member: a.Member, ReplyTo: a.Message, At: now}
		r.notices = append(r.notices, n)
		return chat.Receipt{ID: n.ID}, nil
	case chat.Delete:
		return p.recall(r, a, now)
	}
	m, known := r.members[a.Member]
	if !known || !m.present && (a.Verb == chat.Remove || a.Verb == chat.Mute) {
		return chat.Receipt{}, refuse(a, chat.NotFound, "no such member")
	}
	switch a.Verb {
	case chat.Mute:
		m.muted, m.until = true, time.Time{}
		if p.config.Can.Mute == chat.MuteTimed {
			if d := p.config.Can.ClampMute(a.For); d > 0 {
				m.until = now.Add(d)
			}
		}
		return chat.Receipt{Until: m.until}, nil
	case chat.Unmute:
		m.muted = false
	case chat.Ban:
		m.banned = true
		p.leave(a.Chat, m)
	case chat.Unban:
		m.banned = false
	case chat.Remove:
		p.leave(a.Chat, m)
	}
	return chat.Receipt{}, nil
}

func (p *Platform) recall(r *room, a chat.Action, now time.Time) (chat.Receipt, error) {
	m, known := r.messages[a.Message]
	window := p.config.Can.DeleteWindow
	switch {
	case !known || m.deleted:
		return chat.Receipt{}, refuse(a, chat.NotFound, "no such message")
	case window > 0 && now.Sub(m.sent) > window:
		return chat.Receipt{}, refuse(a, chat.Unsupported, "the message is older than "+window.String())
	}
	m.deleted = true
	return chat.Receipt{}, nil
}
