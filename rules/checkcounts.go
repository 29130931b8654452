package rules

import (
	"fmt"
	"slices"
	"time"

	"patrol/adapters/chat"
	"patrol/detectors/flood"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// limits checks a flood rule.
func (c *checker) limits() {
	in, at := c.in.Flood, c.at("flood")
	if in == nil {
		return
	}
	per := c.per(at, in.Per)
	if !c.doc.Has(at.Key("in")) {
		c.missing(at.Key("in"), "in", "in: 10s")
	} else if in.In <= 0 && !c.broken {
		c.fault(at.Key("in"), lang.T("时间必须大于 0", "the time must be more than 0"), lang.Text{})
	}
	any := false
	for _, m := range []struct {
		measure *measure
		events  int
	}{
		{messages, in.Messages}, {joins, in.Joins}, {mentions, in.Mentions},
		{links, in.Links}, {media, in.Media}, {characters, in.Characters},
	} {
		key := at.Key(m.measure.key)
		if !c.doc.Has(key) {
			continue
		}
		any = true
		if m.events < 1 {
			if !c.broken {
				c.fault(key, lang.F("%d 太少，至少是 1", "%d is too few: 1 is the least", m.events), lang.Text{})
			}
			continue
		}
		c.limit(m.measure, per, flood.Limit{Events: m.events, In: time.Duration(in.In)})
	}
	if !any && !c.broken {
		c.missing(at, "messages / joins / mentions / links / media / characters", "messages: 5")
	}
	if in.MergePaste && (in.Messages == 0 || per != perMember) {
		c.warn(at.Key("merge_paste"), lang.T("merge_paste 只对 per: member 的 messages 起作用", "merge_paste only works with messages and per: member"), lang.T("请删去它", "take it out"))
	}
}

// per is the scope that a rule counts apart.
func (c *checker) per(at yamlfile.Path, name string) scope {
	switch name {
	case "member":
	case "chat":
		return perChat
	case "platform":
		return perPlatform
	case "":
		c.missing(at.Key("per"), "per", "per: member")
	default:
		c.unknown(at.Key("per"), name, []string{"member", "chat", "platform"})
	}
	return perMember
}

func (c *checker) missing(at yamlfile.Path, key, example string) {
	if !c.broken {
		c.fault(at, lang.F("缺少 %s", "%s is missing", key), lang.F("例如 %s", "for example %s", example))
	}
}

// limit enters one limit.
func (c *checker) limit(m *measure, per scope, allowed flood.Limit) {
	l := limit{measure: m, per: per, config: flood.Config{Limit: allowed}, merge: m == messages && per == perMember && c.in.Flood.MergePaste}
	l.name = fmt.Sprintf("%s %s %d %d %s", c.in.ID, m.key, per, allowed.Events, allowed.In)
	l.why = l.words()
	if allowed.In > 0 {
		if _, err := flood.New(l.config); err != nil {
			c.fault(c.at("flood"), lang.F("频率限制不对：%v", "the limit is wrong: %v", err), lang.Text{})
		}
	}
	c.out.limits = append(c.out.limits, l)
}

// condition checks the rule's when.
func (c *checker) condition() {
	if c.in.When == "" {
		return
	}
	condition, mistake := compileCondition(c.in.When)
	if mistake != nil {
		c.fault(c.at("when"), mistake.Problem, mistake.Mend)
		return
	}
	c.out.when = condition
	c.l.set.memory.asks |= condition.asks
}

// The bounds on test cases, so that testing a rule file takes no time.
const (
	maxTestTimes   = 10_000
	maxTestMembers = 10_000
)

// tests checks and keeps the test cases.
func (c *checker) tests() {
	at := c.at("tests")
	for i := range c.in.Tests.Hit {
		c.test(at.Key("hit").Index(i), &c.in.Tests.Hit[i], true)
	}
	for i := range c.in.Tests.Pass {
		c.test(at.Key("pass").Index(i), &c.in.Tests.Pass[i], false)
	}
}

func (c *checker) test(at yamlfile.Path, in *testFile, hit bool) {
	for _, bound := range []struct {
		key         string
		value, most int
	}{
		{"times", in.Times, maxTestTimes}, {"members", in.Members, maxTestMembers},
		{"chats", in.Chats, maxTestMembers}, {"mentions", in.Mentions, maxTestMembers}, {"media", in.Media, maxTestMembers},
	} {
		if bound.value < 0 || bound.value > bound.most {
			c.fault(at.Key(bound.key), lang.F("%d 超出 0 到 %d", "%d is not from 0 to %d", bound.value, bound.most), lang.Text{})
		}
	}
	if in.Text != "" && len(in.Texts) > 0 {
		c.fault(at.Key("texts"), lang.T("text 和 texts 只能写一个", "give text or texts, not both"), lang.Text{})
	}
	kind, role := chat.Kind(in.Kind), chat.Role(in.Role)
	if kinds := []string{"message", "edit", "join"}; in.Kind != "" && !slices.Contains(kinds, in.Kind) {
		c.unknown(at.Key("kind"), in.Kind, kinds)
	}
	if roles := []string{"member", "admin", "owner"}; in.Role != "" && !slices.Contains(roles, in.Role) {
		c.unknown(at.Key("role"), in.Role, roles)
	}
	if kind == "" {
		kind = chat.KindMessage
	}
	place := c.doc.Value(at)
	t := Test{
		Hit: hit, Text: in.Text, Kind: kind, Times: max(1, in.Times, len(in.Texts)), Every: time.Duration(in.Every), Members: max(1, in.Members),
		Texts: in.Texts, Admin: in.Admin, Chats: max(1, in.Chats), Age: time.Duration(in.Age), Role: role, Name: in.Name, Mentions: in.Mentions, Media: in.Media,
		File: c.doc.File(), Line: place.Line, Col: place.Col,
	}
	if t.Every == 0 && !c.doc.Has(at.Key("every")) {
		t.Every = time.Second
	}
	c.out.Tests = append(c.out.Tests, t)
}
