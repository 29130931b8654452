package rules_test

import (
	"fmt"
	"strings"
	"testing"

	"patrol/adapters/chat"
	"patrol/rules"
)

// BenchmarkEvalSteps tells what each step of seeing through disguise costs a clean message:
// the same keywords are looked for letter for letter, folded, and by sound.
func BenchmarkEvalSteps(b *testing.B) {
	few := strings.Fields("加微信 兼职 刷单 博彩 贷款 裸聊 看片 代开发票 办证 加群")
	for _, words := range [][]string{few, manyWords(400)} {
		for _, disguise := range []string{"exact", "folded", "phonetic"} {
			b.Run(fmt.Sprintf("%s/%d keywords", disguise, len(words)), func(b *testing.B) {
				source := "rules:\n- {id: a, disguise: " + disguise + ", keywords: [" + strings.Join(words, ", ") + "]}\n"
				set, faults := rules.Parse("bench.yaml", []byte(source), rules.Options{})
				if set == nil {
					b.Fatal(faults)
				}
				events := make([]chat.Event, len(harmless))
				for i := range events {
					events[i] = *said(harmless[i])
				}
				var sc rules.Scratch
				b.ReportAllocs()
				i := 0
				for b.Loop() {
					if v := set.Eval(&events[i%len(events)], &sc); !v.Clean() {
						b.Fatalf("%q is not clean: %+v", events[i%len(events)].Message.Text, v)
					}
					i++
				}
			})
		}
	}
}
