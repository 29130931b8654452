package rules_test

import (
	"strings"
	"testing"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// seen is what the first hit of a text marks, and why, in English.
func seen(set *rules.Set, ev *chat.Event) string {
	var all []string
	for _, hit := range eval(set, ev).Hits {
		for _, sig := range hit.Signals {
			said := ev.Message.Text[sig.Span.Start:sig.Span.End]
			if !sig.Why.IsZero() {
				said += " (" + sig.Why.En + ")"
			}
			all = append(all, said)
		}
	}
	return strings.Join(all, "; ")
}

func TestDetectorsInRules(t *testing.T) {
	tests := []struct{ name, rule, text, want string }{
		{"any link", "links: {}", "看 https://example.com/a 吧", "https://example.com/a (a link)"},
		{"links in full-width letters are marked as they are written", "links: {}", "ｅｘａｍｐｌｅ．ｃｏｍ", "ｅｘａｍｐｌｅ．ｃｏｍ (a link: without a scheme)"},
		{"a trait", "links: {traits: invite}", "https://example.com t.me/+AbCdEfGh", "t.me/+AbCdEfGh (a link: without a scheme, an invite, telegram)"},
		{"a platform", "links: {traits: invite, platforms: qq}", "discord.gg/abc https://qm.qq.com/q/abc", "https://qm.qq.com/q/abc (a link: an invite, qq)"},
		{"a denied host", "links: {deny: [bad.example]}", "https://good.example https://a.bad.example/x", "https://a.bad.example/x (a link)"},
		{"an allowed host", "links: {allow: [good.example]}", "https://www.good.example https://x.example", "https://x.example (a link)"},
		{"an imitation", "links: {traits: lookalike, imitated: paypal.com}", "https://paypal.com https://paypa1.com", "https://paypa1.com (a link: imitates another host)"},
		{"an except phrase excuses a link", "links: {}\n  except: ['example.com']", "example.com", ""},
		{"a contact", "contact: qq", "加扣扣 123987456 聊", "123987456 (a QQ number)"},
		{"a contact of another kind", "contact: qq", "微信 abc12345", ""},
		{"a disguised contact is marked as it is written", "contact: qq", "QQ①③⑤⑦⑨②④", "①③⑤⑦⑨②④ (a QQ number)"},
		{"signs", "script: hidden", "加\u200b微信", "\u200b (1 invisible characters between letters)"},
		{"one styled letter is no sign", "script: styled", "𝐕 加我", ""},
		{"any sign", "script: any", "𝐕𝐗加我", "𝐕𝐗 (2 styled letters)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules:\n- id: a\n  "+tt.rule)
			if got := seen(set, said(tt.text)); got != tt.want {
				t.Errorf("saw %q, want %q", got, tt.want)
			}
		})
	}
}

func TestMentionsInOneMessage(t *testing.T) {
	set := parse(t, "rules: [{id: a, mentions: 3}]")
	for _, tt := range []struct {
		mentions []string
		want     string
	}{
		{nil, ""},
		{[]string{"1", "2"}, ""},
		{[]string{"1", "2", "3"}, " (mentions 3 members at once)"},
		{[]string{"all"}, " (mentions everyone)"},
	} {
		ev := said("")
		ev.Message.Mentions = tt.mentions
		if got := seen(set, ev); got != tt.want {
			t.Errorf("%v: saw %q, want %q", tt.mentions, got, tt.want)
		}
	}
}

func TestOneMessageLeavesNothingToTheNext(t *testing.T) {
	set := parse(t, "rules: [{id: a, links: {}, contact: any, script: any}]")
	var sc rules.Scratch
	ev := said("𝐕𝐗 QQ 123987456 https://example.com")
	if v := set.Eval(ev, &sc); len(v.Hits) != 1 || len(v.Hits[0].Signals) < 3 {
		t.Fatalf("%+v", v)
	}
	ev.Message.Text = "早上好"
	if v := set.Eval(ev, &sc); !v.Clean() {
		t.Errorf("%+v", v)
	}
}

const weighing = `
rules:
- id: ads
  score: {act: 4, review: 2.5}
  then: [delete]
  except: [谨防兼职日结]
  evidence:
  - {title: {zh: 招揽, en: offer}, weight: 1, up_to: 2, keywords: [兼职日结, 日结, 宝妈]}
  - {title: {zh: 联系方式, en: contact}, weight: 1.5, contact: [qq, wechat]}
  - {title: {zh: 伪装, en: disguise}, weight: 1, script: [styled, hidden]}
  - {title: {zh: 新人, en: newcomer}, weight: 0.5, when: member.joined_known && member.age < duration("1d")}
  - {title: {zh: 自由, en: freedom}, weight: 0.6, keywords: [日结 时间, 兼职]}
  - {title: {zh: 提醒, en: warning}, weight: -3, keywords: [警方提醒]}
`

func TestEvidence(t *testing.T) {
	set := parse(t, weighing)
	tests := []struct{ name, text, answer, sum string }{
		{"one piece is not enough", "兼职日结", "", ""},
		{"two pieces go to a person", "兼职日结，QQ 123987456", "review", "evidence 2.5 of 2.5: offer 1 + contact 1.5"},
		{"all together act", "兼职日结，宝妈优先，QQ 123987456 𝐕𝐗", "steps", "evidence 4.5 of 4: offer 2 + contact 1.5 + disguise 1"},
		{"different things add up, but not above their most", "兼职日结 宝妈 日结 QQ 123987456", "review", "evidence 3.5 of 2.5: offer 2 + contact 1.5"},
		{"the same thing counts once", "兼职日结 兼职日结 QQ 123987456 QQ 123987457", "review", "evidence 2.5 of 2.5: offer 1 + contact 1.5"},
		{"a stretch of text counts for the first that finds it", "宝妈 兼职日结 时间自由", "", ""},
		{"what speaks for the member is taken off", "警方提醒：宝妈 兼职日结 QQ 123987456 是骗局 𝐕𝐗", "", ""},
		{"an excused word does not count", "谨防兼职日结 QQ 123987456", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := eval(set, said(tt.text))
			if tt.answer == "" {
				if !v.Clean() {
					t.Errorf("hit: %+v", v.Hits)
				}
				return
			}
			if v.Clean() {
				t.Fatal("no hit")
			}
			if hit := v.Hits[0]; string(hit.Then.Answer) != tt.answer || hit.Signals[0].Why.En != tt.sum {
				t.Errorf("%s: %s, want %s: %s", hit.Then.Answer, hit.Signals[0].Why.En, tt.answer, tt.sum)
			}
		})
	}
}

func TestAConditionAsEvidence(t *testing.T) {
	set := parse(t, weighing)
	ev := said("宝妈，微信 abc12345")
	if v := eval(set, ev); v.Hits[0].Signals[0].Why.Zh != "证据 2.5，满 2.5 算数：招揽 1 + 联系方式 1.5" {
		t.Errorf("%+v", v.Hits[0].Signals[0])
	}
	ev.Author.Joined = ev.Time.Add(-1)
	if v := eval(set, ev); v.Hits[0].Signals[0].Why.En != "evidence 3 of 2.5: offer 1 + contact 1.5 + newcomer 0.5" {
		t.Errorf("%+v", v.Hits[0].Signals[0])
	}
}

func TestExplainWeighsAloud(t *testing.T) {
	set := parse(t, weighing)
	var got []string
	for _, c := range set.Explain(said("兼职日结 𝐕𝐗")).Candidates {
		got = append(got, c.Text+": "+c.Why.In(lang.En))
	}
	want := "兼职日结: evidence 2 of 2.5: offer 1 + disguise 1; 𝐕𝐗: evidence 2 of 2.5: offer 1 + disguise 1"
	if strings.Join(got, "; ") != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestRulesTellWhatTheyLookFor(t *testing.T) {
	r := parse(t, weighing).Rules()[0]
	var got []string
	for _, l := range r.Looks {
		got = append(got, l.En)
	}
	if want := "offer +1|contact +1.5: a QQ number, a WeChat id|disguise +1: hidden, styled|newcomer +0.5|freedom +0.6|warning -3"; strings.Join(got, "|") != want {
		t.Errorf("%q", got)
	}
}
