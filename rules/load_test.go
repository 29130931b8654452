package rules_test

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestKeywordFiles(t *testing.T) {
	files := fstest.MapFS{
		"conf/rules/a.yaml":    {Data: []byte("rules: [{id: a, keywords: [兼职日结], keyword_files: [../lists/words.txt, more.txt]}]")},
		"conf/lists/words.txt": {Data: []byte("\ufeff# a comment\r\n加微信\r\n\r\n  加群领  \r\n")},
		"conf/rules/more.txt":  {Data: []byte("刷单返利")},
	}
	set, faults := rules.Load([]string{"conf/rules/a.yaml"}, rules.Options{FS: files})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	for _, text := range []string{"兼职日结", "加微信", "加群领", "刷单返利"} {
		if v := eval(set, said(text)); v.Clean() {
			t.Errorf("%s is clean", text)
		}
	}
	if got := set.Rules()[0].Keywords; got != 4 {
		t.Errorf("%d keywords, want 4", got)
	}

	files["conf/lists/words.txt"] = &fstest.MapFile{Data: []byte("加微信\n")}
	changed, _ := rules.Load([]string{"conf/rules/a.yaml"}, rules.Options{FS: files})
	if changed.Version() == set.Version() {
		t.Error("a changed word list leaves the version as it was")
	}
	again, _ := rules.Load([]string{"conf/rules/a.yaml"}, rules.Options{FS: files})
	if changed.Version() != again.Version() || len(again.Version()) != 12 {
		t.Errorf("versions %q and %q of the same files", changed.Version(), again.Version())
	}
}

func TestListsHoldForAllFiles(t *testing.T) {
	files := fstest.MapFS{
		"a.yaml": {Data: []byte("rules: [{id: a, keywords: [加微信], exempt: {members: [staff]}}]")},
		"b.yaml": {Data: []byte("lists: {staff: [7]}\ntrusted_after: 1d\nrules: [{id: b, keywords: [加微信], exempt: {trusted: true}}]")},
	}
	set, faults := rules.Load([]string{"a.yaml", "b.yaml"}, rules.Options{FS: files})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	ev := said("加微信")
	joined(48 * time.Hour)(ev)
	if v := eval(set, ev); !v.Clean() || len(v.Excused) != 2 {
		t.Errorf("verdict %+v, want both rules excused", v)
	}
}

func TestRulesDescribeThemselves(t *testing.T) {
	set := parse(t, `
rules:
  - id: ads.contact
    title: {zh: 引流, en: ad}
    keywords: [加微信, 加群领]
    regexp: '价格[0-9]+'
    except: [请勿加微信]
    boundary: word
    where: {platforms: [qq]}
    when: message.length > 2
    then: review
    tests: {hit: [加微信]}
  - {id: flood.member, flood: {per: member, messages: 5, links: 3, in: 10s}, mode: shadow}
`)
	want := []rules.Rule{
		{ID: "ads.contact", Title: lang.T("引流", "ad"), Category: "ads", Severity: rules.Minor, Mode: rules.Live, Then: rules.Then{Answer: rules.Review},
			Disguise: "folded", Boundary: "word", Keywords: 2, Patterns: []string{"价格[0-9]+"}, When: "message.length > 2", Platforms: []string{"qq"},
			File: "test.yaml", Line: 3,
			Tests: []rules.Test{{Hit: true, Text: "加微信", Kind: chat.KindMessage, Times: 1, Chats: 1, Every: time.Second, Members: 1, File: "test.yaml", Line: 12, Col: 19}}},
		{ID: "flood.member", Title: lang.T("flood.member", "flood.member"), Category: "flood", Severity: rules.Minor, Mode: rules.Shadow, Then: rules.Then{Answer: rules.Ladder},
			Limits: []lang.Text{lang.T("10 秒内超过 5 条消息", "more than 5 messages in 10 s"), lang.T("10 秒内超过 3 个链接", "more than 3 links in 10 s")},
			File:   "test.yaml", Line: 13},
	}
	if diff := cmp.Diff(want, set.Rules()); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
	set.Rules()[0].Tests[0].Text = "changed"
	if set.Rules()[0].Tests[0].Text != "加微信" {
		t.Error("changing a description changes the set")
	}
}

func TestNothingToLoadIsAnEmptySet(t *testing.T) {
	set, faults := rules.Load(nil, rules.Options{})
	if set == nil || len(faults) != 0 {
		t.Fatalf("faults %v", faults)
	}
	if v := eval(set, said("加微信")); !v.Clean() {
		t.Errorf("hits %+v", v.Hits)
	}
}

func TestACleanMessageAllocatesNothing(t *testing.T) {
	set := parse(t, busyRules)
	var sc rules.Scratch
	ev := said("今天吃什么？ we could ｃｏｏｋ at home ☔ 价不高")
	set.Eval(ev, &sc)
	if n := testing.AllocsPerRun(100, func() { set.Eval(ev, &sc) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

const busyRules = `
rules:
  - {id: a, keywords: [加微信, wechat], except: [请勿加微信], when: message.length > 3}
  - {id: b, regexp: '价格[0-9]+'}
  - {id: c, keywords: [WeChat], disguise: exact}
  - {id: d, flood: {per: member, messages: 1000, links: 1000, in: 1s, merge_paste: true}}
  - {id: e, flood: {per: chat, messages: 1000, in: 1s}}
`
