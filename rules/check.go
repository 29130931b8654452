package rules

import (
	"slices"
	"strings"
	"unicode"

	"patrol/adapters/chat"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// checker makes a rule out of what a file says, and finds what is wrong with it.
type checker struct {
	l      *loader
	doc    *yamlfile.Doc
	path   yamlfile.Path
	in     *ruleFile
	broken bool // the decoder has found faults in it, so what seems missing may only be misspelt
	out    rule
	index  int32
	group  int16 // of the piece of evidence under way
}

func (c *checker) at(key string) yamlfile.Path { return c.path.Key(key) }

func (c *checker) has(key string) bool { return c.doc.Has(c.at(key)) }

func (c *checker) fault(at yamlfile.Path, problem, mend lang.Text) {
	c.l.faults = append(c.l.faults, c.doc.Fault(at, problem, mend))
}

func (c *checker) warn(at yamlfile.Path, problem, mend lang.Text) {
	c.l.faults = append(c.l.faults, c.doc.Warning(at, problem, mend))
}

// rule checks everything and returns the rule.
func (c *checker) rule(index int32) rule {
	c.index = index
	at := c.doc.Value(c.path)
	c.out.File, c.out.Line = c.doc.File(), at.Line
	c.identity()
	c.outcome()
	disguise := c.choice("disguise", c.in.Disguise, "folded", "phonetic", "exact")
	c.out.exact, c.out.phonetic = disguise == "exact", disguise == "phonetic"
	c.out.gapless = c.choice("gaps", c.in.Gaps, "allow", "forbid") == "forbid"
	c.out.boundary = boundaries[c.choice("boundary", c.in.Boundary, "auto", "word", "none")]
	c.exemption()
	c.place()
	c.evidence()
	c.keywords()
	c.patterns()
	c.limits()
	c.repeats()
	c.imitates()
	c.across()
	c.condition()
	c.detects()
	c.tests()
	c.idle()
	c.describe()
	return c.out
}

var boundaries = map[string]boundaryMode{"auto": boundaryAuto, "word": boundaryWord, "none": boundaryNone}

// choice is the value of a key with a few known values, the first of them by
// default.
func (c *checker) choice(key, value string, known ...string) string {
	switch {
	case value == "":
		return known[0]
	case slices.Contains(known, value):
		return value
	}
	c.unknown(c.at(key), value, known)
	return known[0]
}

// unknown is the fault of a value that is none of those known.
func (c *checker) unknown(at yamlfile.Path, value string, known []string) {
	mend := lang.F("可用的值：%s", "use one of %s", strings.Join(known, ", "))
	if near, ok := yamlfile.Nearest(value, known); ok {
		mend = lang.F("是不是 %s？", "did you mean %s?", near)
	}
	c.fault(at, lang.F("未知的值 %s", "unknown value %s", yamlfile.Excerpt(value)), mend)
}

const maxID = 100

func (c *checker) identity() {
	id := c.in.ID
	odd := strings.IndexFunc(id, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r)
	})
	switch {
	case id == "" && !c.broken:
		c.fault(c.at("id"), lang.T("规则没有 id", "the rule has no id"), lang.T("请写一个固定的名字，例如 id: ads.contact", "give it a lasting name, for example id: ads.contact"))
	case odd >= 0 || len(id) > maxID:
		c.fault(c.at("id"), lang.F("id %s 不合适", "the id %s won't do", yamlfile.Excerpt(id)),
			lang.F("只用字母、数字、. _ -，至多 %d 字节", "use letters, digits, . _ - and at most %d bytes", maxID))
	}
	here := c.doc.Fault(c.at("id"), lang.Text{}, lang.Text{})
	if first, again := c.l.ids[id]; again && id != "" {
		here.Problem = lang.F("id %s 用了两次，第一次在 %s", "the id %s is used twice, first at %s", yamlfile.Excerpt(id), first.Place())
		here.Mend = lang.T("请改其中一个", "change one of them")
		c.l.faults = append(c.l.faults, here)
	} else {
		c.l.ids[id] = here
	}
	c.out.ID, c.out.Title, c.out.Category = id, c.in.Title, c.in.Category
	if c.out.Title.IsZero() {
		c.out.Title = lang.T(id, id)
	}
	if c.out.Category == "" {
		c.out.Category, _, _ = strings.Cut(id, ".")
	}
}

// outcome reads severity, mode and then.
func (c *checker) outcome() {
	c.out.Severity = Severity(c.choice("severity", c.in.Severity, string(Minor), string(Major), string(Severe)))
	c.out.Mode = Mode(c.choice("mode", c.in.Mode, string(Live), string(Shadow)))
	c.out.Then = c.then("then", c.in.Then, Ladder)
	c.out.phoneticThen = c.then("phonetic_then", c.in.PhoneticThen, Review)
}

// then reads what follows a hit.
func (c *checker) then(key string, in []string, standard Answer) Then {
	then := Then{Answer: standard}
	if len(in) == 0 {
		if in != nil && !c.broken {
			c.fault(c.at(key), lang.F("%s 是空的", "%s is empty", key), lang.F("只做记录请写 %s: log", "to only write it down, say %s: log", key))
		}
		return then
	}
	if answer := Answer(in[0]); len(in) == 1 && slices.Contains([]Answer{Ladder, Review, Log}, answer) {
		then.Answer = answer
		return then
	}
	then.Answer = Steps
	for i, text := range in {
		c.step(c.at(key).Index(i), text, &then)
	}
	slices.SortStableFunc(then.Steps, func(a, b Step) int { return a.Verb.Weight() - b.Verb.Weight() })
	return then
}

func (c *checker) step(at yamlfile.Path, text string, then *Then) {
	switch Answer(text) {
	case Review:
		then.Review = true
		return
	case Ladder, Log:
		c.fault(at, lang.F("%s 不能和别的步骤写在一起", "%s can't stand beside other steps", text), lang.F("请只写 then: %s，或删去它", "write then: %s alone, or take it out", text))
		return
	}
	step, err := ParseStep(text)
	if err != nil {
		known := []string{"ladder", "review", "log", "warn", "delete", "mute 10m", "remove", "ban"}
		mend := lang.F("可用的写法：%s", "use one of %s", strings.Join(known, ", "))
		verb, _, _ := strings.Cut(text, " ")
		if near, ok := yamlfile.Nearest(text, known); ok && chat.Verb(verb).Weight() == 0 {
			mend = lang.F("是不是 %s？", "did you mean %s?", near)
		}
		c.fault(at, lang.F("%s 不是正确的步骤", "%s is no step", yamlfile.Excerpt(text)), mend)
		return
	}
	if slices.ContainsFunc(then.Steps, func(s Step) bool { return s.Verb == step.Verb }) {
		c.warn(at, lang.F("步骤 %s 写了两次", "the step %s is here twice", step.Verb), lang.T("请只留一个", "keep one of them"))
		return
	}
	then.Steps = append(then.Steps, step)
}

// exemption reads whom the rule does not bind.
func (c *checker) exemption() {
	in, at := &c.in.Exempt, c.at("exempt")
	c.out.exempt.roles = []chat.Role{chat.RoleOwner, chat.RoleAdmin}
	if in.Roles != nil {
		c.out.exempt.roles = nil
	}
	for i, role := range in.Roles {
		known := []string{string(chat.RoleOwner), string(chat.RoleAdmin), string(chat.RoleMember)}
		if !slices.Contains(known, role) {
			c.unknown(at.Key("roles").Index(i), role, known)
		}
		c.out.exempt.roles = append(c.out.exempt.roles, chat.Role(role))
	}
	if len(in.Members) > 0 {
		c.out.exempt.members = make(map[string]struct{})
	}
	for i, name := range in.Members {
		list, known := c.l.lists[name]
		if !known {
			list = map[string]struct{}{name: {}}
			if near, ok := yamlfile.Nearest(name, c.l.listNames()); ok {
				c.warn(at.Key("members").Index(i), lang.F("没有叫 %s 的名单，所以当作成员号", "there is no list called %s, so it is taken as a member's id", yamlfile.Excerpt(name)),
					lang.F("是不是名单 %s？", "did you mean the list %s?", near))
			}
		}
		for id := range list {
			c.out.exempt.members[id] = struct{}{}
		}
	}
	if in.Trusted {
		c.out.exempt.trusted = c.l.trust
	}
}

// place reads where the rule holds.
func (c *checker) place() {
	in := &c.in.Where
	c.out.where = place{platforms: set(in.Platforms), chats: set(in.Chats)}
	c.out.Platforms, c.out.Chats = in.Platforms, in.Chats
	for i, platform := range in.Platforms {
		if platform != strings.ToLower(platform) || strings.TrimSpace(platform) != platform || platform == "" {
			c.fault(c.at("where").Key("platforms").Index(i), lang.F("平台名 %s 不对", "%s is no name of a platform", yamlfile.Excerpt(platform)),
				lang.T("平台名用小写，例如 qq、irc", "platforms are written in lower case, such as qq or irc"))
		}
	}
}

// set is the set of some strings, nil for none.
func set(of []string) map[string]struct{} {
	if len(of) == 0 {
		return nil
	}
	all := make(map[string]struct{}, len(of))
	for _, s := range of {
		all[s] = struct{}{}
	}
	return all
}

func (l *loader) listNames() []string {
	names := make([]string, 0, len(l.lists))
	for name := range l.lists {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// idle finds rules that do nothing, and settings that do nothing.
func (c *checker) idle() {
	counts, weighs := c.has("flood") || c.has("repeat"), c.has("evidence") || c.has("score")
	own := slices.ContainsFunc([]string{"keywords", "keyword_files", "regexp", "links", "contact", "script", "mentions", "imitates"}, c.has)
	reads := own || weighs
	switch {
	case !counts && !reads && c.in.When == "" && !c.broken:
		c.fault(c.path, lang.T("规则没有 keywords、keyword_files、regexp、links、contact、script、mentions、imitates、evidence、flood、repeat 或 when，永远不会命中",
			"the rule has none of keywords, keyword_files, regexp, links, contact, script, mentions, imitates, evidence, flood, repeat and when, so it can't hit"), lang.Text{})
	case counts && reads:
		at := c.at("flood")
		if !c.has("flood") {
			at = c.at("repeat")
		}
		c.fault(at, lang.T("一条规则要么计数（flood、repeat），要么看文字（keywords、regexp）", "a rule counts (flood, repeat) or reads (keywords, regexp), not both"),
			lang.T("请拆成两条规则", "make two rules of it"))
	case c.has("flood") && c.has("repeat"):
		c.fault(c.at("repeat"), lang.T("一条规则只能写 flood 和 repeat 之一", "a rule has flood or repeat, not both"), lang.T("请拆成两条规则", "make two rules of it"))
	case own && weighs:
		c.fault(c.at("evidence"), lang.T("一条规则要么自己命中，要么权衡证据（evidence）", "a rule hits by what it looks for or weighs evidence, not both"),
			lang.T("请把 keywords 等写进 evidence 的一项里", "put its keywords and the like into a piece of evidence"))
	}
	c.out.alone = !counts && !reads
	words := c.out.excepts > 0 || c.has("keywords") || c.has("keyword_files")
	for _, setting := range []struct {
		key  string
		used bool
		by   string
	}{
		{"boundary", words, "keywords"},
		{"disguise", reads, "keywords / regexp"},
		{"gaps", words && !c.out.exact, "keywords + disguise: folded / phonetic"},
		{"phonetic_then", words && c.out.phonetic, "keywords + disguise: phonetic"},
		{"across", words, "keywords"},
		{"except", reads, "keywords / regexp"},
	} {
		if c.has(setting.key) && !setting.used {
			c.l.faults = append(c.l.faults, c.doc.Warning(c.at(setting.key), lang.F("%s 在没有 %s 的规则里不起作用", "%s does nothing in a rule without %s", setting.key, setting.by),
				lang.T("请删去它", "take it out")))
		}
	}
}

// describe fills what Rules tells about the rule.
func (c *checker) describe() {
	r := &c.out
	r.Keywords, r.When = r.excepts, c.in.When
	if len(r.entries) > 0 || len(r.patterns) > 0 {
		r.Disguise = "folded"
		switch {
		case r.exact:
			r.Disguise = "exact"
		case r.phonetic:
			r.Disguise = "phonetic"
		}
	}
	if r.Keywords > 0 {
		r.Boundary = [...]string{boundaryAuto: "auto", boundaryWord: "word", boundaryNone: "none"}[r.boundary]
	}
	for i := range r.patterns {
		r.Patterns = append(r.Patterns, r.patterns[i].text)
	}
	for i := range r.limits {
		r.Limits = append(r.Limits, r.limits[i].why)
	}
	if r.copies != nil {
		r.Limits = append(r.Limits, r.copies.words())
	}
}
