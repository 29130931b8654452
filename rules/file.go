package rules

import (
	"errors"
	"time"

	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// The structs of this file are the grammar of rule files: the decoder, the JSON
// Schema and its descriptions are all made from them.

// document is a rule file.
type document struct {
	Version      int                 `yaml:"version" zh:"文件格式的版本，目前是 1" en:"version of the file format, 1 for now"`
	TrustedAfter Duration            `yaml:"trusted_after" zh:"入群多久算老成员，默认 30d；对所有规则文件有效" en:"how long after joining a member is trusted, 30d by default; holds for all rule files"`
	Lists        map[string][]string `yaml:"lists" zh:"成员名单，供 exempt.members 引用；名单 trusted 中的人总算老成员" en:"lists of member ids for exempt.members; those in the list called trusted are always trusted"`
	Aliases      map[string][]string `yaml:"aliases" zh:"词的别名，例如 {微信: [薇, vx]}；disguise: phonetic 的关键词里凡有这个词，也认它的别名；加在自带的别名之上，对所有规则文件有效" en:"other names of words, such as {微信: [薇, vx]}; keywords with disguise: phonetic that hold the word are found under these names too; adds to those that ship with the program and holds for all rule files"`
	Rules        []ruleFile          `yaml:"rules" zh:"规则" en:"the rules"`
}

// ruleFile is one rule as it is written.
type ruleFile struct {
	ID           string         `yaml:"id" zh:"规则的固定名字，审核员和台账都会看到，例如 ads.contact" en:"the rule's lasting name, shown to reviewers and in the ledger, for example ads.contact"`
	Title        lang.Text      `yaml:"title" zh:"规则的标题" en:"the rule's title"`
	Category     string         `yaml:"category" zh:"类别；默认取 id 第一个点之前的部分" en:"category; by default what is before the first dot of the id"`
	Keywords     []string       `yaml:"keywords,single" zh:"关键词；中文词之间的斜杠表示任选其一：收公户/收银行卡 是两个词" en:"keywords; a slash between Chinese words separates two: 收公户/收银行卡"`
	KeywordFiles []string       `yaml:"keyword_files,single" zh:"词表文件，一行一词，# 开头是注释；路径相对于本文件" en:"files of keywords, one a line, # starts a comment; paths are relative to this file"`
	Regexp       []string       `yaml:"regexp,single" zh:"正则表达式（RE2 语法），匹配还原伪装后的小写文本" en:"regular expressions (RE2 syntax), matched against the lower-case text with its disguise undone"`
	Links        *linksFile     `yaml:"links" zh:"哪些链接；写 {} 指所有链接" en:"which links; {} for all of them"`
	Contact      []string       `yaml:"contact,single" zh:"联系方式的种类：phone、qq、wechat、telegram、whatsapp、line、email；added 加我 12345678 之类；handle @名字，number、id 没有引导词、像账号的数字和字串（只宜作证据）" en:"kinds of contact details: phone, qq, wechat, telegram, whatsapp, line, email; added is add me 12345678 and the like; handle is @name, number and id are what looks like an account without a lead-in (good as evidence only)" enum:"any,phone,qq,wechat,telegram,whatsapp,line,email,added,handle,number,id"`
	Script       []string       `yaml:"script,single" zh:"伪装的种类：hidden 隐形字符、styled 花体、circled 带圈、wide 全角字母、marks 附加符号、mixed 混用形似字母（只宜作证据）、stray 生僻文字" en:"kinds of disguise: hidden characters, styled, circled or wide (full-width) letters, marks stacked on letters, mixed alphabets in a word (good as evidence only), stray scripts" enum:"any,hidden,styled,circled,wide,marks,mixed,stray"`
	Mentions     int            `yaml:"mentions" zh:"一条消息至少 @ 几人；@ 全体总算" en:"how many members one message mentions at least; everyone always does"`
	Imitates     string         `yaml:"imitates" zh:"admin：名字像某个管理员的人（就机器人所见的管理员）" en:"admin: members whose name looks like that of an admin whom the bot has seen" enum:"admin"`
	Evidence     []evidenceFile `yaml:"evidence" zh:"证据：单凭一项说明不了什么，加起来满 score 才算命中" en:"evidence, none of which tells much alone: the rule hits where its sum reaches score"`
	Score        *scoreFile     `yaml:"score" zh:"证据加到多少才算" en:"what the evidence must come to"`
	Flood        *floodFile     `yaml:"flood" zh:"频率限制" en:"a limit on how often"`
	Repeat       *repeatFile    `yaml:"repeat" zh:"重复：几乎一样的内容又来了" en:"nearly the same text again"`
	Disguise     string         `yaml:"disguise" zh:"识别伪装的程度：folded（默认，忽略大小写、全半角、分隔符、繁简、形近字等）、phonetic（还认谐音、拼音、首字母、表情和别名）或 exact（逐字）" en:"how much disguise to see through: folded (the default: case, width, separators, look-alikes and more), phonetic (also what sounds the same, pinyin, initials, emoji and aliases) or exact (letter for letter)" enum:"folded,phonetic,exact"`
	Gaps         string         `yaml:"gaps" zh:"关键词的字之间可否隔着空格、标点或表情：allow（默认，有限度）或 forbid" en:"whether the characters of a keyword may stand apart, by spaces, punctuation or emoji: allow (the default, within bounds) or forbid" enum:"allow,forbid"`
	Across       Duration       `yaml:"across" zh:"关键词拆成几条短消息接连发出也算，两条之间至多隔这么久，例如 20s" en:"keywords also count that a member posts in pieces, in short messages no longer apart than this, for example 20s"`
	Boundary     string         `yaml:"boundary" zh:"命中处的词边界：auto（默认）、word 或 none" en:"the word edges that a hit needs: auto (the default), word or none" enum:"auto,word,none"`
	Except       []string       `yaml:"except,single" zh:"例外短语：完整盖住命中处时不算命中" en:"phrases that excuse a hit which lies inside them"`
	Exempt       exemptFile     `yaml:"exempt" zh:"不受本规则约束的人" en:"whom the rule does not bind"`
	Where        whereFile      `yaml:"where" zh:"规则只在哪里生效；默认处处生效" en:"where the rule holds; everywhere by default"`
	When         string         `yaml:"when" zh:"附加条件：关于 event、member、message、hits 的表达式（expr 语言），结果为真才算命中" en:"a condition on event, member, message and hits in the expr language: the rule hits only where it is true"`
	Severity     string         `yaml:"severity" zh:"严重程度：minor（默认）、major 或 severe" en:"how grave a hit is: minor (the default), major or severe" enum:"minor,major,severe"`
	Then         []string       `yaml:"then,single" zh:"命中后怎么办：ladder（默认）、review、log，或步骤列表，如 [delete, mute 1h, review]" en:"what follows a hit: ladder (the default), review, log, or a list of steps such as [delete, mute 1h, review]"`
	PhoneticThen []string       `yaml:"phonetic_then,single" zh:"只靠谐音、拼音、表情或别名命中时怎么办，写法同 then；默认 review" en:"what follows a hit by sound, pinyin, emoji or alias alone, written as then is; review by default"`
	Mode         string         `yaml:"mode" zh:"live（默认）照办，shadow 只记录本来会怎么办" en:"live (the default) acts, shadow only records what it would have done" enum:"live,shadow"`
	Tests        testsFile      `yaml:"tests" zh:"规则自带的测试" en:"tests that the rule carries"`
}

// linkTraits are the traits of links, for the schema.
const linkTraits = "bare,obfuscated,punycode,numeric,shortener,invite,profile,lookalike"

type linksFile struct {
	Traits     []string `yaml:"traits,single" zh:"有其中一种特征的链接；默认 any（有 deny 时只看 deny）" en:"links with one of these traits; any by default, or with deny only those" enum:"any,bare,obfuscated,punycode,numeric,shortener,invite,profile,lookalike"`
	Platforms  []string `yaml:"platforms,single" zh:"invite 和 profile 只看这些平台，例如 qq、wechat、wecom、telegram、discord、whatsapp、line、matrix" en:"for invite and profile only these platforms, such as qq, wechat, wecom, telegram, discord, whatsapp, line or matrix"`
	Imitated   []string `yaml:"imitated,single" zh:"lookalike 查谁的仿冒，例如 paypal.com" en:"the hosts that lookalike finds imitations of, such as paypal.com"`
	Deny       []string `yaml:"deny,single" zh:"总是算的主机名，包括子域名" en:"hosts that always count, with their subdomains"`
	DenyFiles  []string `yaml:"deny_files,single" zh:"同上，一行一个的文件" en:"the same in files, one a line"`
	Allow      []string `yaml:"allow,single" zh:"从来不算的主机名，包括子域名" en:"hosts that never count, with their subdomains"`
	AllowFiles []string `yaml:"allow_files,single" zh:"同上，一行一个的文件" en:"the same in files, one a line"`
}

// evidenceFile is one piece of evidence.
type evidenceFile struct {
	Title        lang.Text  `yaml:"title" zh:"这项证据叫什么" en:"what this piece of evidence is called"`
	Weight       float64    `yaml:"weight" zh:"分量；负数表示对发言人有利" en:"its weight; a negative one speaks for the member"`
	UpTo         float64    `yaml:"up_to" zh:"每样不同的发现各算一次，至多这么多；默认只算一次" en:"each different thing that is found counts, up to this much; by default it counts once"`
	Keywords     []string   `yaml:"keywords,single" zh:"关键词" en:"keywords"`
	KeywordFiles []string   `yaml:"keyword_files,single" zh:"词表文件" en:"files of keywords"`
	Regexp       []string   `yaml:"regexp,single" zh:"正则表达式" en:"regular expressions"`
	Links        *linksFile `yaml:"links" zh:"链接" en:"links"`
	Contact      []string   `yaml:"contact,single" zh:"联系方式的种类" en:"kinds of contact details" enum:"any,phone,qq,wechat,telegram,whatsapp,line,email,added,handle,number,id"`
	Script       []string   `yaml:"script,single" zh:"伪装的种类" en:"kinds of disguise" enum:"any,hidden,styled,circled,wide,marks,mixed,stray"`
	Mentions     int        `yaml:"mentions" zh:"至少 @ 几人" en:"how many members are mentioned at least"`
	When         string     `yaml:"when" zh:"条件：为真才算这项证据；有别的证据时才判断" en:"a condition: this counts where it is true; only asked where there is other evidence"`
}

// scoreFile is what the evidence must come to.
type scoreFile struct {
	Act    float64 `yaml:"act" zh:"满这么多就照 then 办" en:"from here on the rule does what then says"`
	Review float64 `yaml:"review" zh:"满这么多就交人工；小于 act" en:"from here on a person is asked; less than act"`
}

type floodFile struct {
	Per        string   `yaml:"per" zh:"按什么计数：member（群里的每个人）、chat（每个群）或 platform（整个平台）" en:"what is counted apart: member (each member of each chat), chat or platform" enum:"member,chat,platform"`
	Messages   int      `yaml:"messages" zh:"最多几条消息" en:"how many messages at most"`
	Joins      int      `yaml:"joins" zh:"最多几人入群" en:"how many joins at most"`
	Mentions   int      `yaml:"mentions" zh:"最多 @ 几人次" en:"how many mentions at most"`
	Links      int      `yaml:"links" zh:"最多几个链接" en:"how many links at most"`
	Media      int      `yaml:"media" zh:"最多几个图片、视频等附件" en:"how many attachments at most"`
	Characters int      `yaml:"characters" zh:"最多几个字" en:"how many characters at most"`
	In         Duration `yaml:"in" zh:"多长时间内，例如 10s" en:"within how long, for example 10s"`
	MergePaste bool     `yaml:"merge_paste" zh:"一次粘贴的连续多行只算一条消息" en:"consecutive lines of one paste count as one message"`
}

type repeatFile struct {
	Per        string   `yaml:"per" zh:"在哪里比：member（群里的每个人）、chat（每个群）或 platform（整个平台）" en:"what is compared apart: member (each member of each chat), chat or platform" enum:"member,chat,platform"`
	Messages   int      `yaml:"messages" zh:"第几条起算（连同这一条）" en:"from how many messages on, this one included"`
	Members    int      `yaml:"members" zh:"多少人发过起算" en:"from how many members on"`
	Chats      int      `yaml:"chats" zh:"在多少个群发过起算；要写 per: platform" en:"from how many chats on; with per: platform"`
	In         Duration `yaml:"in" zh:"多长时间内，例如 60s，至多 24h" en:"within how long, for example 60s, 24h at most"`
	Similarity float64  `yaml:"similarity" zh:"多像才算一样，大于 0，至多 1（一字不差，数字除外）；默认 0.7" en:"how alike counts as the same, above 0 and at most 1 (all but numbers the same); 0.7 by default"`
	First      int      `yaml:"first" zh:"只算每人在群里的头几条消息，就机器人所见；默认都算" en:"only so many first messages of each member in the chat count, as far as the bot has seen; all by default"`
	MinSize    int      `yaml:"min_size" zh:"短于这么多字的内容不算，默认 8；字母四个算一个字，反复出现的只算一次" en:"shorter texts do not count: in Chinese characters, 8 by default; four letters are one, and what comes again and again counts once"`
}

type exemptFile struct {
	Roles   []string `yaml:"roles,single" zh:"角色；默认 [owner, admin]，写 [] 则谁都不豁免" en:"roles; [owner, admin] by default, [] for nobody" enum:"owner,admin,member"`
	Members []string `yaml:"members,single" zh:"成员号或名单名" en:"member ids or names of lists"`
	Trusted bool     `yaml:"trusted" zh:"是否豁免老成员" en:"whether trusted members are exempt"`
}

type whereFile struct {
	Platforms []string `yaml:"platforms,single" zh:"平台，例如 qq、irc" en:"platforms such as qq or irc"`
	Chats     []string `yaml:"chats,single" zh:"群号" en:"chat ids"`
}

type testsFile struct {
	Hit  []testFile `yaml:"hit" zh:"必须命中" en:"must hit"`
	Pass []testFile `yaml:"pass" zh:"不得命中" en:"must not hit"`
}

// testFile is a test case: a text alone, or what else the event is like.
type testFile struct {
	Text     string   `yaml:"text" zh:"消息" en:"the message"`
	Texts    []string `yaml:"texts" zh:"轮流发的多条消息，代替 text" en:"messages one after the other, instead of text"`
	Kind     string   `yaml:"kind" zh:"事件：message（默认）、edit 或 join" en:"the event: message (the default), edit or join" enum:"message,edit,join"`
	Times    int      `yaml:"times" zh:"一共发生几次；其中一次命中就算命中" en:"how often it happens; one hit among them is a hit"`
	Every    Duration `yaml:"every" zh:"每次间隔多久，默认 1s" en:"how long between them, 1s by default"`
	Members  int      `yaml:"members" zh:"由几个人轮流做，默认 1" en:"how many members take turns, 1 by default"`
	Chats    int      `yaml:"chats" zh:"轮流在几个群，默认 1" en:"in how many chats in turn, 1 by default"`
	Age      Duration `yaml:"age" zh:"入群多久了；默认未知" en:"how long ago the member joined; unknown by default"`
	Role     string   `yaml:"role" zh:"成员的角色" en:"the member's role" enum:"member,admin,owner"`
	Admin    string   `yaml:"admin" zh:"群里先有这个名字的管理员说过话" en:"an admin of this name has spoken before"`
	Name     string   `yaml:"name" zh:"成员的名字" en:"the member's name"`
	Mentions int      `yaml:"mentions" zh:"@ 了几人" en:"how many members are mentioned"`
	Media    int      `yaml:"media" zh:"几个附件" en:"how many attachments"`
}

// UnmarshalText reads a test case that is only a text.
func (t *testFile) UnmarshalText(text []byte) error {
	t.Text = string(text)
	return nil
}

// Duration is a length of time in a file: 10s, 5m, 1h30m, 7d.
type Duration time.Duration

// UnmarshalText reads a length of time with ParseDuration; it must not be
// negative.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := ParseDuration(string(text))
	if err == nil && parsed < 0 {
		err = errors.New("negative")
	}
	if err != nil {
		return &yamlfile.Mistake{
			Problem: lang.F("%s 不是时长", "%s is no length of time", yamlfile.Excerpt(string(text))),
			Mend:    lang.T("请写 10s、5m、1h 或 7d", "write 10s, 5m, 1h or 7d"),
		}
	}
	*d = Duration(parsed)
	return nil
}
