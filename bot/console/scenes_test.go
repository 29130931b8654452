package console

import (
	"fmt"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// scene writes a case in few words.
type scene struct {
	n        int // makes the id; lower is older
	ago      time.Duration
	due      time.Duration // from noon; zero: not open
	platform string
	chat     string
	member   chat.Member
	text     string
	folded   string
	hits     []rules.Hit
	excused  []rules.Excuse
	acts     []review.Act
	score    int
	why      []lang.Text
	context  []chat.Event
	trouble  lang.Text
	attached []chat.Attachment
}

func (s scene) build() *review.Case {
	at := noon.Add(-s.ago)
	e := chat.Event{
		ID: fmt.Sprintf("m%d", s.n), Kind: chat.KindMessage, Platform: s.platform, Adapter: s.platform + "-main", Chat: s.chat,
		Author: s.member, Message: chat.Message{ID: fmt.Sprintf("m%d", s.n), Text: s.text, Attachments: s.attached}, Time: at,
	}
	id := review.CaseID(&e)
	c := &review.Case{
		ID: id, State: review.Acted, Created: at, Event: e, Trouble: s.trouble, Context: s.context,
		Verdict: rules.Verdict{Set: "9c41e07b", Folded: s.folded, Hits: s.hits, Excused: s.excused},
	}
	c.Decision = ladder.Decision{Score: s.score, Why: s.why}
	if s.score > 0 {
		c.Strike = review.StrikeCounts
		c.Decision.Strike = &ladder.Strike{Case: id, Rule: s.hits[0].Rule, Weight: c.Verdict.Severity().Weight(), At: at, Until: at.Add(30 * 24 * time.Hour)}
	}
	if s.due != 0 {
		c.State, c.Due, c.Decision.Review = review.Open, noon.Add(s.due), true
	}
	for _, a := range s.acts {
		a.Case, a.Adapter, a.Due = id, e.Adapter, at
		a.Action.Key, a.Action.Chat, a.Action.Member, a.Action.Name = review.ActKey(id, a.Action.Verb), s.chat, s.member.ID, s.member.Name
		if a.State == review.Done || a.State == review.Failed {
			a.Settled, a.Attempts = at.Add(time.Second), max(a.Attempts, 1)
		}
		c.Acts = append(c.Acts, a)
	}
	return c
}

func act(v chat.Verb, d time.Duration, s review.ActState) review.Act {
	return review.Act{State: s, Action: chat.Action{Verb: v, For: d}}
}

// hit is a rule that found those words in text, where they stand.
func hit(text, rule string, title lang.Text, s rules.Severity, words ...string) rules.Hit {
	h := rules.Hit{Rule: rule, Title: title, Category: strings.SplitN(rule, ".", 2)[0], Severity: s, Mode: rules.Live, Then: rules.Then{Answer: rules.Ladder}}
	for _, word := range words {
		written, read, _ := strings.Cut(word, "=")
		if read == "" {
			read = written
		}
		start := strings.Index(text, written)
		h.Signals = append(h.Signals, rules.Signal{Word: read, Span: rules.Span{Start: start, End: start + len(written)}})
	}
	return h
}

func said(ago time.Duration, id, name, text string) chat.Event {
	return chat.Event{ID: fmt.Sprint(id, ago), Kind: chat.KindMessage, Chat: "814022", Author: chat.Member{ID: id, Name: name}, Message: chat.Message{Text: text}, Time: noon.Add(-ago)}
}

var (
	adTitle    = lang.T("引流加微信", "contact-swapping ad")
	scamTitle  = lang.T("投资诈骗话术", "investment scam pitch")
	floodTitle = lang.T("刷屏", "flooding")
	raidTitle  = lang.T("新人复制粘贴", "newcomers pasting one text")
	linkTitle  = lang.T("群邀请链接", "invite link")
)

const (
	adText   = "姐妹们！加\u200b 薇 信 ✨vx88\u00ad0217✨ 领 红 包🧧，先到先得\n名额只剩 12 个，晚了就没有了～"
	adFolded = "姐妹们加微信vx880217领红包先到先得\n名额只剩12个晚了就没有了"
	scamText = "My uncle at the exchange gave me a signal, guaranteed 30% a week. DM me on t.me/\u202eyenom_ysae\u202c before the window closes, I can only take five more people."
	falseMsg = "我刚换了24口交换机，顺便问下大家用的什么牌子的网线？"
	longLink = "join us: https://example.net/invite/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa?ref=1"
)

// lively is a queue as a morning leaves it.
func lively() []*review.Case {
	alan := chat.Member{ID: "100482", Name: "小草莓🍓代购", Joined: noon.Add(-26 * time.Hour)}
	bob := chat.Member{ID: "bob!u@198.51.100.7", Name: "CryptoBob", Joined: noon.Add(-20 * time.Minute)}
	wang := chat.Member{ID: "220915", Name: "王工", Role: chat.RoleMember, Joined: noon.Add(-900 * 24 * time.Hour)}
	flooder := chat.Member{ID: "77310", Name: "在下一位路过的热心网友名字特别特别长不知道你能不能显示得下呢", Joined: noon.Add(-40 * time.Hour)}
	rlo := chat.Member{ID: "99120", Name: "admin\u202e\u200d管理员\u202c", Joined: noon.Add(-2 * time.Hour)}
	talk := []chat.Event{
		said(11*time.Minute, "31", "阿May", "周末有人一起去看展吗？票还剩两张"),
		said(9*time.Minute, "52", "Tom (NYC)", "what time? I land at 6"),
		said(8*time.Minute, "31", "阿May", "七点开始，地铁 10 号线出来就是"),
		said(7*time.Minute, "100482", "小草莓🍓代购", "在吗在吗"),
		said(6*time.Minute, "88", "老周", "转发了那个通知，大家看一下群文件 📎"),
	}
	ad := hit(adText, "ads.contact", adTitle, rules.Major, "加\u200b 薇 信=加微信", "领 红 包=领红包")
	urgent := hit(adText, "ads.urgency", lang.T("催促话术", "urgency pitch"), rules.Minor, "红 包🧧，先到先得=先到先得", "名额只剩")
	urgent.Mode = rules.Shadow
	flood := hit("", "flood.member", floodTitle, rules.Minor)
	flood.Signals = []rules.Signal{{Why: lang.T("10 秒内 9 条消息（上限 5）", "9 messages in 10 s (limit 5)")}}
	raid := hit("", "raid.copy", raidTitle, rules.Severe)
	raid.Signals = []rules.Signal{{Why: lang.T("60 秒内 4 名新人发送近似文本（相似度 0.94）", "4 newcomers sent near-identical text in 60 s (similarity 0.94)")}}
	score := func(n int) []lang.Text { return []lang.Text{lang.F("积分 %d", "score %d", n)} }

	scenes := []scene{
		{n: 1, ago: 5 * time.Minute, due: -42 * time.Minute, platform: "qq", chat: "814022", member: alan, text: adText, folded: adFolded,
			hits: []rules.Hit{ad, urgent}, score: 8, context: talk,
			excused: []rules.Excuse{{Rule: "ads.gift", Signal: rules.Signal{Word: "红包", Span: ad.Signals[1].Span}, Why: lang.T("例外短语：春节红包", "except phrase: 春节红包")}},
			acts:    []review.Act{act(chat.Delete, 0, review.Done), act(chat.Mute, 24*time.Hour, review.Done), act(chat.Remove, 0, review.Held)},
			why:     append(score(8), lang.T("8 分这一级要人工确认", "the step at 8 waits for a person"))},
		{n: 2, ago: 13 * time.Minute, due: 47 * time.Minute, platform: "irc", chat: "#trading", member: bob, text: scamText, folded: "my uncle at the exchange gave me a signal guaranteed 30% a week dm me on t.me/easy_money before the window closes",
			hits: []rules.Hit{hit(scamText, "scam.invest", scamTitle, rules.Severe, "guaranteed 30% a week", "DM me"), hit(scamText, "links.invite", linkTitle, rules.Minor, "t.me/\u202eyenom_ysae\u202c=t.me/*")}, score: 5,
			acts: []review.Act{act(chat.Delete, 0, review.Failed), act(chat.Mute, 24*time.Hour, review.Done), act(chat.Ban, 0, review.Held)}, why: score(5),
			trouble: lang.T("撤回失败：平台不支持撤回他人消息", "delete failed: this platform can't delete other members' messages")},
		{n: 3, ago: 31 * time.Minute, due: 3 * time.Hour, platform: "qq", chat: "814022", member: wang, text: falseMsg, folded: "我刚换了24口交换机顺便问下大家用的什么牌子的网线",
			hits: []rules.Hit{hit(falseMsg, "adult.words", lang.T("低俗用语", "obscene words"), rules.Minor, "口交")}, score: 1, acts: []review.Act{act(chat.Delete, 0, review.Held)}, why: score(1), context: talk[:2]},
		{n: 4, ago: 44 * time.Minute, due: 11 * time.Hour, platform: "feishu", chat: "oc_a0553eda", member: flooder, text: strings.Repeat("哈哈哈哈哈哈哈哈", 12),
			hits: []rules.Hit{flood}, score: 2, acts: []review.Act{act(chat.Warn, 0, review.Done), act(chat.Mute, 10*time.Minute, review.Held)}, why: score(2)},
		{n: 5, ago: 52 * time.Minute, due: 40 * time.Hour, platform: "qq", chat: "814022", member: rlo, text: "我是群管理员，大家把验证码发给我核对一下",
			hits: []rules.Hit{hit("我是群管理员，大家把验证码发给我核对一下", "imitate.admin", lang.T("冒充管理员", "imitates an admin"), rules.Severe, "验证码发给我")}, score: 5,
			acts: []review.Act{act(chat.Mute, 24*time.Hour, review.Done), act(chat.Ban, 0, review.Held)}, why: score(5)},
		{n: 6, ago: 70 * time.Minute, due: 60 * time.Hour, platform: "irc", chat: "#help", member: chat.Member{ID: "eve!e@203.0.113.9", Name: "eve"}, text: longLink,
			hits: []rules.Hit{hit(longLink, "links.invite", linkTitle, rules.Minor, "https://example.net/invite/")}, score: 1, acts: []review.Act{act(chat.Delete, 0, review.Held)}, why: score(1),
			attached: []chat.Attachment{{Kind: "image", Name: "qr_<b>code</b>.png", URL: "https://files.example/qr.png"}}},
		{n: 7, ago: 3 * time.Hour, platform: "qq", chat: "814022", member: alan, text: "代购清单私我～", hits: []rules.Hit{hit("代购清单私我～", "ads.resale", lang.T("代购广告", "resale ad"), rules.Minor, "代购清单")}, score: 1,
			acts: []review.Act{act(chat.Delete, 0, review.Done), act(chat.Warn, 0, review.Done)}, why: score(1)},
		{n: 8, ago: 27 * time.Hour, platform: "qq", chat: "814022", member: alan, text: "免费领取护肤小样，加V", hits: []rules.Hit{hit("免费领取护肤小样，加V", "ads.contact", adTitle, rules.Major, "免费领取", "加V")}, score: 3,
			acts: []review.Act{act(chat.Delete, 0, review.Done), act(chat.Mute, 10*time.Minute, review.Done)}, why: score(3)},
	}
	var cases []*review.Case
	for _, s := range scenes {
		cases = append(cases, s.build())
	}
	for i := range 4 {
		text := "【官方活动】点击领取 888 元新人礼包 " + strings.Repeat("🎁", i+1)
		cases = append(cases, scene{n: 20 + i, ago: time.Duration(95+i) * time.Minute, platform: "onebot", chat: "5520" + fmt.Sprint(i), member: chat.Member{ID: fmt.Sprint(9000 + i), Name: fmt.Sprintf("用户%d", 88213+i*7), Joined: noon.Add(-96 * time.Minute)}, text: text,
			hits: []rules.Hit{raid, hit(text, "ads.gift", lang.T("礼包诱导", "gift bait"), rules.Major, "领取 888 元")}, score: 5,
			acts: []review.Act{act(chat.Delete, 0, review.Done), act(chat.Mute, time.Hour, review.Done)}, why: score(5)}.build())
	}
	return cases
}
