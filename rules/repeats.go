package rules

import (
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/detectors/newcomer"
	"patrol/detectors/repeat"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// copies is what a repeat rule looks for: nearly the same text, so often.
type copies struct {
	per     scope
	least   repeat.Count // from so many on it hits, in each respect
	first   int          // only the first messages of each member count; 0 for all
	size    int          // texts that say less do not count, in Chinese characters
	tracker *repeat.Tracker
	name    string // under which Rates keeps the tracker
	config  repeat.Config
}

// defaultSize is how long a text is at least that counts as a copy: honest
// people answer each other with the same few characters.
const defaultSize = 8

// repeated counts the message for every repeat rule that it concerns. Only what
// was said counts, edits do not.
func (s *Set) repeated(ev *chat.Event, sc *Scratch) {
	if len(s.memory.repeats) == 0 || ev.Kind != chat.KindMessage || ev.Message.Text == "" {
		return
	}
	sc.counts = sc.counts[:0]
	if sc.wrote > s.memory.latest {
		return // most of what is said in most chats
	}
	if !sc.read {
		s.drop.Fold(&sc.text, ev.Message.Text)
		sc.read = true
	}
	if len(sc.text.String()) < s.memory.shortest {
		return
	}
	sc.sketch.Take(sc.text.String())
	size := sc.sketch.Size()
	keys := sc.place.keys()
	for _, id := range s.memory.repeats {
		r := &s.rules[id]
		if size < r.copies.size || r.copies.first > 0 && sc.wrote > r.copies.first || !r.where.holds(ev) {
			continue
		}
		if _, exempt := r.exempt.covers(ev); exempt {
			continue
		}
		count := r.copies.tracker.Post(repeat.Post{
			Scope: scopeOf(keys[r.copies.per]), Member: keys[perMember].Subject, Chat: keys[perMember].Scope, At: ev.Time,
		}, &sc.sketch)
		if least := &r.copies.least; count.Messages >= least.Messages && count.Members >= least.Members && count.Chats >= least.Chats {
			sc.found = append(sc.found, finding{rule: id, entry: int32(len(sc.counts)), kind: foundRepeat})
			sc.counts = append(sc.counts, count)
		}
	}
}

// said says how often nearly the same was posted.
func (c *copies) said(n repeat.Count) lang.Text {
	in := Length(c.config.In)
	switch {
	case c.least.Chats > 1:
		return lang.T(fmt.Sprintf("%s内在 %d 个群发了 %d 条几乎一样的内容", in.Zh, n.Chats, n.Messages),
			fmt.Sprintf("nearly the same text %d times in %d chats within %s", n.Messages, n.Chats, in.En))
	case c.least.Members > 1:
		return lang.T(fmt.Sprintf("%s内 %d 人发了 %d 条几乎一样的内容", in.Zh, n.Members, n.Messages),
			fmt.Sprintf("nearly the same text %d times by %d members within %s", n.Messages, n.Members, in.En))
	}
	return lang.T(fmt.Sprintf("%s内发了 %d 条几乎一样的内容", in.Zh, n.Messages), fmt.Sprintf("nearly the same text %d times within %s", n.Messages, in.En))
}

// words says from when on the rule hits.
func (c *copies) words() lang.Text {
	least := c.least
	least.Messages = max(least.Messages, least.Members, least.Chats)
	return c.said(least)
}

// repeats checks a repeat rule.
func (c *checker) repeats() {
	in, at := c.in.Repeat, c.at("repeat")
	if in == nil {
		return
	}
	per := c.per(at, in.Per)
	if !c.doc.Has(at.Key("in")) {
		c.missing(at.Key("in"), "in", "in: 60s")
	} else if (in.In <= 0 || time.Duration(in.In) > 24*time.Hour) && !c.broken {
		c.fault(at.Key("in"), lang.T("时间必须大于 0，至多 24h", "the time must be more than 0 and at most 24h"), lang.Text{})
	}
	c.within(at, "messages", in.Messages, repeat.MostMessages)
	c.within(at, "members", in.Members, repeat.Most)
	c.within(at, "chats", in.Chats, repeat.Most)
	if in.Messages == 0 && in.Members == 0 && in.Chats == 0 && !c.broken {
		c.missing(at, "messages / members / chats", "members: 3")
	}
	if in.Members > 1 && in.Per == "member" {
		c.fault(at.Key("members"), lang.T("per: member 只有一个人", "per: member is about one member alone"), lang.T("请写 per: chat，或改用 messages", "write per: chat, or use messages"))
	}
	if in.Chats > 1 && in.Per != "platform" && !c.broken {
		c.fault(at.Key("chats"), lang.T("chats 只能和 per: platform 一起用", "chats needs per: platform"), lang.Text{})
	}
	if c.doc.Has(at.Key("similarity")) && !(in.Similarity > 0 && in.Similarity <= 1) && !c.broken {
		c.fault(at.Key("similarity"), lang.F("相似度 %v 不在 0 到 1 之间", "a similarity of %v is not above 0 and at most 1", in.Similarity), lang.T("请写 0.7（默认）左右", "write something near 0.7, the default"))
	}
	if c.doc.Has(at.Key("first")) && (in.First < 1 || in.First >= newcomer.Most) && !c.broken {
		c.fault(at.Key("first"), lang.F("%d 不在 1 到 %d 之间", "%d is not from 1 to %d", in.First, newcomer.Most-1), lang.Text{})
	}
	if in.First > 0 {
		c.l.set.memory.asks |= asksWrote
	}
	size := in.MinSize
	if !c.doc.Has(at.Key("min_size")) {
		size = defaultSize
	}
	c.out.copies = &copies{
		per: per, first: in.First, size: max(1, size), least: repeat.Count{Messages: max(1, in.Messages), Members: max(1, in.Members), Chats: max(1, in.Chats)},
		config: repeat.Config{In: time.Duration(in.In), Similarity: in.Similarity, Wide: per == perPlatform},
		name:   c.in.ID + " repeat " + in.Per + " " + time.Duration(in.In).String() + " " + fmt.Sprint(in.Similarity, " ", in.First),
	}
}

// within checks a number of a repeat rule, of which 1 says nothing.
func (c *checker) within(at yamlfile.Path, key string, n, most int) {
	if c.doc.Has(at.Key(key)) && (n < 2 || n > most) && !c.broken {
		c.fault(at.Key(key), lang.F("%d 不在 2 到 %d 之间", "%d is not from 2 to %d", n, most), lang.Text{})
	}
}
