package rules

import (
	"slices"
	"strconv"
	"strings"

	"patrol/adapters/chat"
	"patrol/detectors/contact"
	linkfind "patrol/detectors/links"
	"patrol/detectors/script"
	"patrol/rules/lang"
)

// look is what a rule, or one kind of its evidence, looks for beside words.
type look struct {
	links    *linkLook
	contacts []contact.Kind
	signs    []script.Kind
	mentions int // at least so many; 0 for any number
}

func (k *look) empty() bool {
	return k.links == nil && len(k.contacts) == 0 && len(k.signs) == 0 && k.mentions == 0
}

// linkLook says which links count.
type linkLook struct {
	finder    int // of the set's finders
	traits    linkfind.Trait
	any       bool     // whatever its traits
	platforms []string // of invites and profiles; nil for all
	deny      linkfind.Hosts
	allow     linkfind.Hosts
}

// counts reports whether a link is one that is looked for.
func (k *linkLook) counts(l *linkfind.Link) bool {
	switch {
	case l.Host != "" && k.allow.Has(l.Host):
		return false
	case l.Host != "" && k.deny.Has(l.Host):
		return true
	case l.Traits&(linkfind.Invite|linkfind.Profile) != 0 && len(k.platforms) > 0 && !slices.Contains(k.platforms, l.Platform):
		return k.any || l.Traits&k.traits&^(linkfind.Invite|linkfind.Profile) != 0
	}
	return k.any || l.Traits&k.traits != 0
}

// seer is a part of a rule that looks for something beside words.
type seer struct {
	rule  int32
	group int16
	look  *look
}

// detectors is what a Set runs beside its words, and the rules that want it.
type detectors struct {
	seers                     []seer
	finders                   []*linkfind.Finder
	contacts, links, scripted bool
}

// sights is what the detectors saw in one message.
type sights struct {
	links    [][]linkfind.Link // by finder
	contacts []contact.Contact
	signs    script.Signs
}

// enter notes what a rule wants to see.
func (d *detectors) enter(s seer) {
	d.seers = append(d.seers, s)
	d.links = d.links || s.look.links != nil
	d.contacts = d.contacts || len(s.look.contacts) > 0
	d.scripted = d.scripted || len(s.look.signs) > 0
}

// detect runs the detectors that the rules ask for, each only on messages that
// may hold what it looks for, and notes what the rules were looking for.
func (s *Set) detect(ev *chat.Event, sc *Scratch) {
	d, text, see := &s.detectors, ev.Message.Text, &sc.sights
	for i := range see.links {
		see.links[i] = see.links[i][:0]
	}
	see.contacts, see.signs = see.contacts[:0], script.Signs{}
	if d.links && linkfind.Candidate(text) {
		for len(see.links) < len(d.finders) {
			see.links = append(see.links, nil)
		}
		for i, finder := range d.finders {
			if i == 0 {
				see.links[i] = finder.Find(see.links[i], s.cleanText(text, sc))
			} else {
				see.links[i] = finder.Again(see.links[i], see.links[0])
			}
		}
	}
	if d.contacts && contact.Candidate(text) {
		see.contacts = contact.Find(see.contacts, s.cleanText(text, sc))
	}
	if d.scripted {
		see.signs = script.Look(text)
	}
	for i := range d.seers {
		d.seers[i].see(ev, sc)
	}
}

// see notes what one rule was looking for.
func (s *seer) see(ev *chat.Event, sc *Scratch) {
	note := func(kind findingKind, entry int, at Span) {
		sc.found = append(sc.found, finding{rule: s.rule, group: s.group, entry: int32(entry), kind: kind, span: at})
	}
	if k := s.look.links; k != nil && k.finder < len(sc.sights.links) {
		for i := range sc.sights.links[k.finder] {
			if l := &sc.sights.links[k.finder][i]; k.counts(l) {
				note(foundLink, i, sc.written(l.Start, l.End))
			}
		}
	}
	for i := range sc.sights.contacts {
		if c := &sc.sights.contacts[i]; slices.Contains(s.look.contacts, c.Kind) {
			note(foundContact, i, sc.written(c.Start, c.End))
		}
	}
	for _, kind := range s.look.signs {
		if sign := sc.sights.signs[kind]; sign.Count >= leastSigns[kind] {
			note(foundScript, int(kind), Span{Start: sign.Start, End: sign.End})
		}
	}
	if s.look.mentions > 0 && mentioned(ev) >= s.look.mentions {
		note(foundMentions, 0, Span{})
	}
}

// written is where a part of the clean text was written.
func (sc *Scratch) written(start, end int) Span {
	from, to := sc.clean.Span(start, end)
	return Span{Start: from, End: to}
}

// leastSigns is how many signs of a kind are no accident: a single styled or
// circled letter, a footnote's ① or an emphasised word, says nothing.
var leastSigns = [script.Kinds]int{
	script.Hidden: 1, script.Styled: 2, script.Circled: 3, script.Wide: 2, script.Marks: 2, script.Mixed: 1, script.Stray: 1,
}

// everyone is the id of a mention of all members, which counts as very many.
const everyone = "all"

func mentioned(ev *chat.Event) int {
	if slices.Contains(ev.Message.Mentions, everyone) {
		return 1_000_000
	}
	return len(ev.Message.Mentions)
}

// sight describes what a detector saw.
func (j *judgement) sight(f finding) Signal {
	sig := Signal{Span: f.span}
	switch f.kind {
	case foundLink:
		k := j.set.rules[f.rule].groups[f.group].links
		l := &j.sc.sights.links[k.finder][f.entry]
		sig.Word, sig.Why = strings.Clone(l.Host), linkWords(l) // the host may be lent, as the text is
	case foundContact:
		c := &j.sc.sights.contacts[f.entry]
		sig.Word, sig.Why = strings.Clone(c.ID), contactWords[c.Kind]
	case foundScript:
		n := j.sc.sights.signs[f.entry].Count
		sig.Why = lang.F(scriptWords[f.entry].Zh, scriptWords[f.entry].En, n)
	case foundMentions:
		if n := mentioned(j.ev); n < 1_000_000 {
			sig.Why = lang.F("一条消息里 @ 了 %d 人", "mentions %d members at once", n)
		} else {
			sig.Why = lang.T("@ 了全体成员", "mentions everyone")
		}
	}
	return sig
}

// linkWords says what is odd about a link.
func linkWords(l *linkfind.Link) lang.Text {
	var zh, en []string
	for i, words := range traitWords {
		if l.Traits&(1<<i) != 0 {
			zh, en = append(zh, words.Zh), append(en, words.En)
		}
	}
	if l.Platform != "" {
		zh, en = append(zh, l.Platform), append(en, l.Platform)
	}
	if len(zh) == 0 {
		return lang.T("链接", "a link")
	}
	return lang.T("链接："+strings.Join(zh, "、"), "a link: "+strings.Join(en, ", "))
}

// traitWords name the traits of links, in their order.
var traitWords = [...]lang.Text{
	lang.T("没写协议", "without a scheme"), lang.T("拆写", "written to escape programs"), lang.T("国际化域名", "international host"), lang.T("IP 地址", "an IP address"),
	lang.T("短链接", "hides where it leads"), lang.T("群邀请", "an invite"), lang.T("个人或频道主页", "a profile or channel"), lang.T("仿冒域名", "imitates another host"),
}

var contactWords = [contact.Kinds]lang.Text{
	contact.Phone: lang.T("电话号码", "a phone number"), contact.QQ: lang.T("QQ 号或群号", "a QQ number"), contact.WeChat: lang.T("微信号", "a WeChat id"),
	contact.Telegram: lang.T("Telegram 账号", "a Telegram name"), contact.WhatsApp: lang.T("WhatsApp 号码", "a WhatsApp number"), contact.Line: lang.T("LINE 账号", "a LINE id"),
	contact.Email: lang.T("邮箱", "a mail address"), contact.Added: lang.T("让人添加的号码", "an id to be added"), contact.Handle: lang.T("@账号", "an @name"),
	contact.Number: lang.T("像账号的数字", "a number like an account's"), contact.ID: lang.T("像账号的字串", "a word like an account's"),
}

var scriptWords = [script.Kinds]lang.Text{
	script.Hidden: lang.T("字间有 %d 个隐形字符", "%d invisible characters between letters"), script.Styled: lang.T("%d 个花体字母", "%d styled letters"),
	script.Circled: lang.T("%d 个带圈字符", "%d circled characters"), script.Wide: lang.T("%d 个全角字母", "%d full-width letters"),
	script.Marks: lang.T("%d 个多余的附加符号", "%d marks that no script needs"), script.Mixed: lang.T("%d 个词混用形似字母", "%d words of mixed alphabets"),
	script.Stray: lang.T("%d 个生僻文字的字母", "%d letters of scripts that nobody chats in"),
}

// points writes an amount of evidence.
func points(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) }
