package rules_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestExplainTellsEveryCandidate(t *testing.T) {
	set := parse(t, `
rules:
  - {id: ads, keywords: [加微信, vip], except: [请勿加微信]}
  - {id: price, regexp: '价格[0-9]+'}
  - {id: elsewhere, keywords: [微信], where: {chats: [999]}}
  - {id: flood, flood: {per: chat, messages: 1, in: 1h}}
`)
	ev := said("请勿加微信。Ｖ加微～信 vips 价格９")
	for range 3 { // explaining counts nothing
		set.Explain(ev)
	}
	got := set.Explain(ev)
	want := rules.Explanation{
		Set:    set.Version(),
		Folded: "请勿加微信v加微信vips价格9",
		Clean:  "请勿加微信。v加微~信 vips 价格9",
		Candidates: []rules.Candidate{
			{Rule: "ads", Word: "加微信", Span: rules.Span{Start: 6, End: 15}, Text: "加微信", Why: lang.T("例外短语“请勿加微信”盖住了它", `the except phrase "请勿加微信" covers it`)},
			{Rule: "ads", Word: "加微信", Span: rules.Span{Start: 21, End: 33}, Text: "加微～信", Seen: lang.T(`原文写作 "加微～信"`, `written as "加微～信"`), Counted: true, Then: rules.Then{Answer: rules.Ladder}, Why: lang.T(`原文写作 "加微～信"`, `written as "加微～信"`)},
			{Rule: "ads", Word: "vip", Span: rules.Span{Start: 34, End: 37}, Text: "vip", Why: lang.T("只是一个更长的词的一部分", "it is only a part of a longer word")},
			{Rule: "price", Word: "价格[0-9]+", Span: rules.Span{Start: 39, End: 48}, Text: "价格９", Counted: true, Then: rules.Then{Answer: rules.Ladder}},
			{Rule: "elsewhere", Word: "微信", Span: rules.Span{Start: 9, End: 15}, Text: "微信", Why: lang.T("此规则在这里不生效", "the rule does not hold here")},
			{Rule: "elsewhere", Word: "微信", Span: rules.Span{Start: 24, End: 33}, Text: "微～信", Seen: lang.T(`原文写作 "微～信"`, `written as "微～信"`), Why: lang.T("此规则在这里不生效", "the rule does not hold here")},
		},
		Verdict: got.Verdict,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explanation (-want +got):\n%s", diff)
	}
	if v := eval(set, ev); len(v.Hits) != 2 {
		t.Errorf("hits %+v, want ads and price: explaining must not have counted", v.Hits)
	}
}

func TestExplainOfTheBotItself(t *testing.T) {
	set := parse(t, "rules: [{id: ads, keywords: [加微信]}]")
	ev := said("加微信")
	ev.Author.Role = chat.RoleSelf
	if e := set.Explain(ev); len(e.Candidates) != 0 || e.Folded != "加微信" {
		t.Errorf("explanation %+v, want the folded form and no candidates", e)
	}
}

func TestExplainSaysWhyAConditionDoesNotHold(t *testing.T) {
	set := parse(t, "rules: [{id: a, when: message.length > 9}, {id: b, when: 'hits[3].word == \"\"'}, {id: c, when: 'true'}, {id: d, when: 'true', where: {chats: [9]}}]")
	var got []string
	for _, c := range set.Explain(said("你好")).Candidates {
		got = append(got, c.Rule+": "+c.Why.En)
	}
	want := []string{
		"a: the condition does not hold: message.length > 9",
		"b: the condition failed: index out of range: 3 (array length is 0) (1:5)",
		"c: the condition holds",
		"d: the rule does not hold here",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("candidates (-want +got):\n%s", diff)
	}
}
