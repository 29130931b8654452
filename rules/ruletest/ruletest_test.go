package ruletest_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/ruletest"
)

func TestRun(t *testing.T) {
	tests := []struct {
		name, source string
		want         []string // the failures in English
	}{
		{"tests that come out as they say", `
rules:
  - id: ads
    keywords: [加微信]
    tests: {hit: [加 微 信], pass: [增加。微信]}
`, nil},
		{"a text that must hit and does not, with the reason", `
rules:
  - id: ads
    keywords: [加微信]
    except: [请勿加微信]
    tests:
      hit: [你好, 请勿加微信]
`, []string{
			`t.yaml:7:13: ads: "你好": must hit, but did not`,
			`t.yaml:7:17: ads: "请勿加微信": must hit, but did not ("加微信": the except phrase "请勿加微信" covers it)`,
		}},
		{"a text that must not hit and does, with what hit", `
rules:
  - id: ads
    keywords: [加微信, 领红包]
    tests: {pass: [加 微信领红包]}
`, []string{`t.yaml:5:20: ads: "加 微信领红包": must not hit, but hit ("加 微信", "领红包")`}},
		{"another rule's hit is no hit", `
rules:
  - {id: ads, keywords: [加微信], tests: {hit: [加群领]}}
  - {id: groups, keywords: [加群领]}
`, []string{`t.yaml:3:46: ads: "加群领": must hit, but did not`}},
		{"the test happens where the rule holds", `
rules:
  - {id: ads, keywords: [加微信], where: {platforms: [qq], chats: [5]}, tests: {hit: [加微信]}}
`, nil},
		{"members of every kind", `
rules:
  - id: new
    keywords: [加微信]
    when: member.age < duration("1d") and message.mentions == 2 and message.media == 1 and member.name == "小明"
    tests:
      hit: [{text: 加微信, age: 1h, mentions: 2, media: 1, name: 小明}]
      pass:
        - {text: 加微信, age: 2d, mentions: 2, media: 1, name: 小明}
        - {text: 加微信, age: 1h, mentions: 2, media: 1, name: 小红}
        - {text: 加微信, age: 1h, mentions: 2, media: 1, name: 小明, role: admin}
        - 加微信
`, nil},
		{"floods", `
rules:
  - id: flood
    flood: {per: member, messages: 3, in: 1h}
    tests:
      hit: [{text: a, times: 4}]
      pass:
        - {text: a, times: 3}
        - {text: a, times: 6, members: 2}
        - {text: a, times: 20, every: 30m}
        - {text: a, times: 9, kind: edit}
        - {text: a, times: 4}
`, []string{`t.yaml:12:11: flood: "a": must not hit, but hit (more than 3 messages in 1 h)`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, faults := rules.Parse("t.yaml", []byte(tt.source), rules.Options{})
			if set == nil {
				t.Fatal(faults)
			}
			failures, err := ruletest.Run(set)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, f := range failures {
				got = append(got, f.In(lang.En))
				if f.In(lang.Zh) == f.In(lang.En) {
					t.Errorf("%s is not in Chinese", f.In(lang.En))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("failures (-want +got):\n%s", diff)
			}
		})
	}
}

func ExampleRun() {
	source := `
rules:
  - id: ads.contact
    keywords: [加微信]
    tests:
      hit: ["加 薇 信"]
      pass: [我用微信支付了]
`
	set, faults := rules.Parse("ads.yaml", []byte(source), rules.Options{})
	if set == nil {
		fmt.Println(faults.In(lang.En))
		return
	}
	failures, err := ruletest.Run(set)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range failures {
		fmt.Println(f.In(lang.En))
		fmt.Println(f.In(lang.Zh))
	}
	// Output:
	// ads.yaml:6:13: ads.contact: "加 薇 信": must hit, but did not
	// ads.yaml:6:13: ads.contact: "加 薇 信": 必须命中，却没有
}
