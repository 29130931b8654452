package rules

import (
	"slices"
	"strings"

	"patrol/detectors/contact"
	linkfind "patrol/detectors/links"
	"patrol/detectors/script"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// source is where a look is written: a rule, or a piece of its evidence.
type source struct {
	at       yamlfile.Path
	links    *linksFile
	contact  []string
	script   []string
	mentions int
	group    int16
}

// look checks what a rule looks for beside words.
func (c *checker) look(s source) look {
	var k look
	k.contacts = kinds(c, s.at.Key("contact"), s.contact, kindsOf[contact.Kind]{contact.Kinds, contact.Parse})
	k.signs = kinds(c, s.at.Key("script"), s.script, kindsOf[script.Kind]{script.Kinds, script.Parse})
	if s.links != nil {
		k.links = c.linkLook(s.at.Key("links"), s.links)
	}
	if c.doc.Has(s.at.Key("mentions")) {
		k.mentions = s.mentions
		if s.mentions < 1 && !c.broken {
			c.fault(s.at.Key("mentions"), lang.F("%d 太少，至少是 1", "%d is too few: 1 is the least", s.mentions), lang.Text{})
		}
	}
	return k
}

// kindsOf are the kinds that one detector knows.
type kindsOf[K ~int] struct {
	count K
	parse func(string) (K, bool)
}

// kinds reads the names of kinds; any stands for all of them.
func kinds[K interface {
	~int
	String() string
}](c *checker, at yamlfile.Path, names []string, of kindsOf[K]) []K {
	if names == nil {
		return nil
	}
	known := []string{anyKind}
	for k := range of.count {
		known = append(known, k.String())
	}
	var found []K
	for i, name := range names {
		if name == anyKind {
			for k := range of.count {
				found = append(found, k)
			}
			continue
		}
		k, ok := of.parse(name)
		if !ok {
			c.unknown(at.Index(i), name, known)
			continue
		}
		found = append(found, k)
	}
	if len(names) == 0 && !c.broken {
		c.fault(at, lang.T("列表是空的", "the list is empty"), lang.F("可用的值：%s", "use some of %s", strings.Join(known, ", ")))
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// anyKind stands for all kinds.
const anyKind = "any"

// linkLook checks which links are looked for.
func (c *checker) linkLook(at yamlfile.Path, in *linksFile) *linkLook {
	k := &linkLook{platforms: in.Platforms}
	for i, name := range in.Traits {
		trait, ok := linkfind.ParseTrait(name)
		switch {
		case name == anyKind:
			k.any = true
		case !ok:
			c.unknown(at.Key("traits").Index(i), name, strings.Split("any,"+linkTraits, ","))
		}
		k.traits |= trait
	}
	known := linkfind.Platforms()
	for i, platform := range in.Platforms {
		if !slices.Contains(known, platform) {
			c.unknown(at.Key("platforms").Index(i), platform, known)
		}
	}
	k.deny = c.hosts(at, "deny", in.Deny, in.DenyFiles)
	k.allow = c.hosts(at, "allow", in.Allow, in.AllowFiles)
	k.any = k.any || k.traits == 0 && len(in.Deny)+len(in.DenyFiles) == 0 // links: {} are all links
	if k.traits&linkfind.Lookalike != 0 && len(in.Imitated) == 0 && !c.broken {
		c.fault(at.Key("traits"), lang.T("lookalike 要用 imitated 说明仿冒谁", "lookalike needs imitated, to say what is imitated"), lang.T("例如 imitated: [paypal.com]", "for example imitated: [paypal.com]"))
	}
	if len(in.Platforms) > 0 && k.traits&(linkfind.Invite|linkfind.Profile) == 0 && !c.broken {
		c.warn(at.Key("platforms"), lang.T("platforms 只对 invite 和 profile 起作用", "platforms only works with invite and profile"), lang.T("请删去它", "take it out"))
	}
	_, bad := linkfind.NewHosts(in.Imitated)
	c.badHosts(at.Key("imitated"), bad)
	k.finder = c.finder(in.Imitated)
	return k
}

// finder is the number of the finder for some imitated hosts; rules that name
// none share one.
func (c *checker) finder(imitated []string) int {
	d := &c.l.set.detectors
	if len(imitated) == 0 && c.l.plainFinder > 0 {
		return c.l.plainFinder - 1
	}
	d.finders = append(d.finders, linkfind.New(linkfind.Options{Imitated: imitated}))
	if len(imitated) == 0 {
		c.l.plainFinder = len(d.finders)
	}
	return len(d.finders) - 1
}

// hosts reads a list of hosts and the files that go on with it.
func (c *checker) hosts(at yamlfile.Path, key string, names, files []string) linkfind.Hosts {
	all, bad := linkfind.NewHosts(names)
	c.badHosts(at.Key(key), bad)
	for i, name := range files {
		list, faults := c.l.wordList(c.l.beside(c.doc.File(), name))
		for _, f := range faults {
			f.Path = string(at.Key(key + "_files").Index(i))
			c.l.faults = append(c.l.faults, f)
		}
		for _, w := range list {
			more, bad := linkfind.NewHosts([]string{w.text})
			if len(bad) > 0 {
				c.wordFault(w, false, lang.F("%s 不是主机名", "%s is no host", yamlfile.Excerpt(w.text)), hostMend)
			}
			for host := range more {
				all[host] = struct{}{}
			}
		}
	}
	return all
}

func (c *checker) badHosts(at yamlfile.Path, bad []string) {
	for _, name := range bad {
		c.fault(at, lang.F("%s 不是主机名", "%s is no host", yamlfile.Excerpt(name)), hostMend)
	}
}

var hostMend = lang.T("请写 example.com，它包括所有子域名", "write example.com, which stands for its subdomains as well")

// evidence checks the rule's evidence and what it takes, or the rule's own look.
func (c *checker) evidence() {
	in := c.in
	if !c.has("evidence") && !c.has("score") {
		c.out.groups = []group{{look: c.look(source{at: c.path, links: in.Links, contact: in.Contact, script: in.Script, mentions: in.Mentions})}}
		return
	}
	c.scores()
	at := c.at("evidence")
	if len(in.Evidence) == 0 && !c.broken {
		c.missing(at, "evidence", "evidence: [{title: {zh: 招揽, en: offer}, weight: 2, keywords: [兼职]}]")
	}
	if len(in.Evidence) > maxEvidence {
		c.fault(at, lang.F("证据有 %d 项，至多 %d 项", "%d pieces of evidence: %d are the most", len(in.Evidence), maxEvidence), lang.Text{})
		in.Evidence = in.Evidence[:maxEvidence]
	}
	best := 0.0
	for i := range in.Evidence {
		g := c.piece(at.Index(i), &in.Evidence[i], int16(i))
		best += max(0, g.weight, g.upTo)
		c.out.groups = append(c.out.groups, g)
	}
	if len(in.Evidence) > 0 && best+slack < c.out.score.least() && !c.broken {
		c.fault(at, lang.F("所有证据加起来也只有 %s，到不了 %s", "all the evidence together comes to %s, and never to %s", points(best), points(c.out.score.least())), lang.Text{})
	}
}

// maxEvidence is how many pieces of evidence one rule may have.
const maxEvidence = 60

func (c *checker) scores() {
	in, at := c.in.Score, c.at("score")
	if in == nil {
		if !c.broken {
			c.missing(at, "score", "score: {act: 5, review: 3}")
		}
		return
	}
	c.out.score = score{act: in.Act, review: in.Review}
	for _, s := range []struct {
		key   string
		value float64
	}{{"act", in.Act}, {"review", in.Review}} {
		if c.doc.Has(at.Key(s.key)) && !(s.value > 0) && !c.broken {
			c.fault(at.Key(s.key), lang.F("%s 必须大于 0", "%s must be more than 0", s.key), lang.Text{})
		}
	}
	switch {
	case in.Act == 0 && in.Review == 0 && !c.broken:
		c.missing(at, "act / review", "score: {act: 5, review: 3}")
	case in.Act > 0 && in.Review >= in.Act:
		c.fault(at.Key("review"), lang.T("review 必须小于 act，否则永远轮不到它", "review must be less than act, or else it never comes to it"), lang.Text{})
	case in.Act == 0 && c.has("then"):
		c.warn(c.at("then"), lang.T("没有 score.act，then 不起作用，只会交人工", "without score.act then does nothing: a person is asked"), lang.T("请写 score.act，或删去 then", "write score.act, or take then out"))
	}
}

// piece checks one piece of evidence.
func (c *checker) piece(at yamlfile.Path, in *evidenceFile, index int16) group {
	g := group{title: in.Title, weight: in.Weight, upTo: in.UpTo}
	g.look = c.look(source{at: at, links: in.Links, contact: in.Contact, script: in.Script, mentions: in.Mentions, group: index})
	if g.title.IsZero() && !c.broken {
		c.missing(at, "title", "title: {zh: 招揽, en: offer}")
	}
	switch {
	case c.broken:
	case !c.doc.Has(at.Key("weight")) || in.Weight == 0:
		c.missing(at, "weight", "weight: 2")
	case c.doc.Has(at.Key("up_to")) && (in.UpTo <= in.Weight || in.Weight < 0):
		c.fault(at.Key("up_to"), lang.T("up_to 必须大于 weight", "up_to must be more than weight"), lang.T("请写大一些，或删去它", "make it larger, or take it out"))
	}
	words := len(in.Keywords)+len(in.KeywordFiles)+len(in.Regexp) > 0
	switch {
	case in.When != "" && (words || !g.empty()):
		c.fault(at.Key("when"), lang.T("一项证据要么是条件（when），要么看内容", "a piece of evidence is a condition (when) or looks for something, not both"), lang.T("请拆成两项", "make two of it"))
	case in.When == "" && !words && g.empty() && !c.broken:
		c.fault(at, lang.T("这项证据什么也不找", "this piece of evidence looks for nothing"), lang.T("请写 keywords、regexp、links、contact、script、mentions 或 when", "give it keywords, regexp, links, contact, script, mentions or when"))
	case in.When != "":
		condition, mistake := compileCondition(in.When)
		if mistake != nil {
			c.fault(at.Key("when"), mistake.Problem, mistake.Mend)
			break
		}
		c.l.set.memory.asks |= condition.asks
		g.when = condition
	}
	return g
}

// detects enters what the rule looks for beside words.
func (c *checker) detects() {
	c.out.supports()
	for i := range c.out.groups {
		g := &c.out.groups[i]
		if !g.empty() {
			// The look is shared with the rule's group, which is a copy: it never changes.
			shared := g.look
			c.l.set.detectors.enter(seer{rule: c.index, group: int16(i), look: &shared})
		}
		if c.out.score.weighs() {
			c.out.Looks = append(c.out.Looks, g.says(g.words()))
		} else if !g.empty() {
			c.out.Looks = append(c.out.Looks, g.words())
		}
	}
}

// words says what is looked for.
func (k *look) words() lang.Text {
	var zh, en []string
	if k.links != nil {
		zh, en = append(zh, "链接"), append(en, "links")
	}
	for _, kind := range k.contacts {
		zh, en = append(zh, contactWords[kind].Zh), append(en, contactWords[kind].En)
	}
	for _, kind := range k.signs {
		zh, en = append(zh, kind.String()), append(en, kind.String())
	}
	if k.mentions > 0 {
		zh, en = append(zh, "@"), append(en, "mentions")
	}
	return lang.T(strings.Join(zh, "、"), strings.Join(en, ", "))
}
