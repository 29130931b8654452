package rules_test

import (
	"slices"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

func TestAKeywordIsHeard(t *testing.T) {
	tests := []struct {
		name, rule, text string
		want             string // the English explanation of the hit; "" for none
		then             rules.Answer
	}{
		{"by sound", "keywords: [裸聊]", "有落辽吗", `written as "落辽", read as "裸聊" by sound`, rules.Review},
		{"by alias", "keywords: [加微信]", "想赚钱的加V聊", `written as "加V", read as "加微信" by alias`, rules.Review},
		{"by pinyin", "keywords: [加微信]", "jia wei信", `written as "jia wei信", read as "加微信" by pinyin`, rules.Review},
		{"by an alias of the file", "keywords: [加微信]", "请加小绿绿", `written as "加小绿绿", read as "加微信" by alias`, rules.Review},
		{"written as it is, it is not only heard", "keywords: [加微信]", "加V 加微信", `written as "加V", read as "加微信" by alias`, rules.Ladder},
		{"written with gaps, it is not only heard", "keywords: [加微信]", "加 微❤信", `written as "加 微❤信"`, rules.Ladder},
		{"the rule says what follows", "keywords: [加微信], phonetic_then: [delete, warn]", "加VX", `written as "加VX", read as "加微信" by alias`, rules.Steps},
		{"an everyday word that sounds alike", "keywords: [监制]", "这简直了", "", ""},
		{"everyday words that sound alike", "keywords: [代理]", "我带你去", "", ""},
		{"no everyday words", "keywords: [项目]", "找象木合作", `written as "象木", read as "项目" by sound`, rules.Review},
		{"an everyday word that is another name", "keywords: [电报]", "坐飞机回家", "", ""},
		{"the same beside an account", "keywords: [电报]", "飞机：abc123", `written as "飞机", read as "电报" by alias`, rules.Review},
		{"another word goes over its edge", "keywords: [大麻]", "去打麻将吗", "", ""},
		{"an except phrase covers it", "keywords: [裸聊], except: [有落辽]", "有落辽吗", "", ""},
		{"it cuts through words", "keywords: [口教]", "24口交换机", "", ""},
		{"gaps are forbidden", "keywords: [兼职], gaps: forbid", "jian zhi", "", ""},
		{"letters of an address set apart", "keywords: [example.com]", "e x a m p l e . c o m", `written as "e x a m p l e . c o m"`, rules.Ladder},
		{"a sentence between them", "keywords: [no way.com]", "no way. Com", "", ""},
		{"other rules do not listen", "keywords: [加微信], disguise: folded", "加V", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rule := tt.rule
			if tt.name != "other rules do not listen" {
				rule += ", disguise: phonetic"
			}
			set := parse(t, "aliases: {微信: [小绿绿]}\nrules: [{id: a, "+rule+"}]")
			v := eval(set, said(tt.text))
			if v.Clean() != (tt.want == "") {
				t.Fatalf("verdict %+v, want %q", v, tt.want)
			}
			if tt.want == "" {
				return
			}
			hit := v.Hits[0]
			if !slices.ContainsFunc(hit.Signals, func(s rules.Signal) bool { return s.Why.En == tt.want }) || hit.Then.Answer != tt.then {
				t.Errorf("hit %+v, want %q, then %s", hit, tt.want, tt.then)
			}
		})
	}
}

func TestEvidenceThatIsOnlyHeardAsksAPerson(t *testing.T) {
	set := parse(t, `rules:
- id: a
  disguise: phonetic
  score: {act: 3, review: 2}
  evidence:
  - {title: {zh: 招揽, en: offer}, weight: 2, keywords: [兼职]}
  - {title: {zh: 联系, en: contact}, weight: 1, keywords: [加微信]}`)
	for text, want := range map[string]rules.Answer{"兼职加微信": rules.Ladder, "兼职加V": rules.Review, "jianzhi加V": rules.Review} {
		v := eval(set, said(text))
		if v.Clean() || v.Hits[0].Then.Answer != want {
			t.Errorf("%q: %+v, want %s", text, v.Hits, want)
		}
	}
}

func TestExplainTellsHowAWordWasRead(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微信], disguise: phonetic}]")
	x := set.Explain(&chat.Event{Kind: chat.KindMessage, Time: time.Unix(0, 0), Message: chat.Message{Text: "看 +薇❤"}})
	if len(x.Candidates) != 1 || x.Candidates[0].Why.Zh != "原文写作 \"+薇❤\"，按别名读作 \"加微信\"" {
		t.Errorf("candidates %+v", x.Candidates)
	}
}

func TestGapsCanBeForbidden(t *testing.T) {
	set := parse(t, "rules: [{id: a, keywords: [加微信, we chat], gaps: forbid}]")
	for text, hits := range map[string]bool{"加微信": true, "加\u200b微信": true, "加 微信": false, "加❤微信": false, "we chat": true, "we-chat": true} {
		if v := eval(set, said(text)); v.Clean() == hits {
			t.Errorf("%q: hits %v, want %v: %+v", text, !hits, hits, v)
		}
	}
}
