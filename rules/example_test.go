package rules_test

import (
	"fmt"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

func Example() {
	source := `
rules:
  - id: ads.contact
    title: {zh: 引流加微信, en: contact-swapping ad}
    keywords: [加微信]
    except: [请勿加微信]
    severity: major
`
	set, faults := rules.Parse("ads.yaml", []byte(source), rules.Options{})
	if set == nil {
		fmt.Println(faults.In(lang.En))
		return
	}
	var scratch rules.Scratch
	for _, text := range []string{"加❤微~信 领红包", "请勿加微信", "增加。微信很好用"} {
		event := chat.Event{
			Kind: chat.KindMessage, Platform: "qq", Chat: "1", Time: time.Unix(0, 0),
			Author: chat.Member{ID: "2"}, Message: chat.Message{Text: text},
		}
		verdict := set.Eval(&event, &scratch)
		for _, hit := range verdict.Hits {
			span := hit.Signals[0].Span
			fmt.Println(hit.Rule, hit.Severity, text[span.Start:span.End])
		}
		for _, excuse := range verdict.Excused {
			fmt.Println("excused:", excuse.Why.In(lang.En))
		}
	}
	// Output:
	// ads.contact major 加❤微~信
	// excused: the except phrase "请勿加微信" covers it
	// excused: a sentence ends inside it
}

func ExampleParse() {
	_, faults := rules.Parse("ads.yaml", []byte("rules:\n  - id: ads\n    keyword: [加微信]\n"), rules.Options{})
	fmt.Println(faults.In(lang.En))
	fmt.Println(faults.In(lang.Zh))
	// Output:
	// ads.yaml:3:5: rules[0].keyword: unknown key "keyword"; did you mean keywords?
	// ads.yaml:3:5: rules[0].keyword：未知的键 "keyword"；是不是 keywords？
}
