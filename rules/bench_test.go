package rules_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/detectors/newcomer"
	"patrol/rules"
)

// harmless are ordinary messages, of the lengths that people write.
var harmless = []string{
	"哈哈哈哈", "今天晚上吃什么，有人一起吗？", "早上好", "这个接口返回的时间好像不对，应该是 UTC 吧",
	"lol", "can someone review my patch? it's only 20 lines", "明天的会改到三点半了，大家注意一下",
	"我昨天去看了那个电影，真的很不错，推荐你们也去看看，特别是音乐", "ok", "收到", "@小明 文件发你了，看一下第 3 页",
	"https://example.com/docs/2024/guide 这里有说明", "yes, that worked for me, thanks a lot!", "下雨了 记得带伞☔",
}

// manyWords makes n different keywords of the kinds that lists hold.
func manyWords(n int) []string {
	random := rand.New(rand.NewPCG(1, 2))
	han := []rune("加微信领红包免费兼职日结刷单返利贷款征信套现博彩百家乐彩金投注代开发票出售账号会员充值优惠打折代购赌场上分客服办证高仿手表减肥药壮阳迷药枪支弹药外挂辅助")
	words := make(map[string]bool, n)
	list := make([]string, 0, n)
	for len(list) < n {
		var b strings.Builder
		if random.IntN(5) == 0 {
			for range 6 + random.IntN(6) {
				b.WriteByte(byte('a' + random.IntN(26)))
			}
		} else {
			for range 3 + random.IntN(4) {
				b.WriteRune(han[random.IntN(len(han))])
			}
		}
		if w := b.String(); !words[w] {
			words[w] = true
			list = append(list, w)
		}
	}
	return list
}

// BenchmarkEvalClean judges clean messages with n keywords and two flood rules:
// fold, scan, rates and verdict.
func BenchmarkEvalClean(b *testing.B) {
	for _, n := range []int{10, 1_000, 100_000} {
		b.Run(fmt.Sprintf("%d keywords", n), func(b *testing.B) {
			source := "rules:\n- id: a\n  keywords:\n  - " + strings.Join(manyWords(n), "\n  - ") + `
- {id: f, flood: {per: member, messages: 1000, in: 1s}}
- {id: g, flood: {per: chat, mentions: 1000, links: 1000, in: 1s}}
`
			set, faults := rules.Parse("bench.yaml", []byte(source), rules.Options{})
			if set == nil {
				b.Fatal(faults)
			}
			events := make([]chat.Event, 4096)
			for i := range events {
				events[i] = *said(harmless[i%len(harmless)])
				events[i].Chat = strconv.Itoa(i % 50)
				events[i].Author.ID = "member" + strconv.Itoa(i%1000)
			}
			var sc rules.Scratch
			at := noon
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				ev := &events[i%len(events)]
				at = at.Add(time.Millisecond)
				ev.Time = at
				if v := set.Eval(ev, &sc); !v.Clean() {
					b.Fatalf("%q is not clean: %+v", ev.Message.Text, v)
				}
			}
		})
	}
}

// BenchmarkEvalHit judges messages that hit a rule, disguised.
func BenchmarkEvalHit(b *testing.B) {
	set := parse(b, "rules: [{id: a, keywords: [加微信]}]")
	ev := said("想了解的 加❤微~信 领红包")
	var sc rules.Scratch
	b.ReportAllocs()
	for range b.N {
		if v := set.Eval(ev, &sc); v.Clean() {
			b.Fatal("no hit")
		}
	}
}

// BenchmarkEvalDetectors judges clean messages with every detector asked for,
// and evidence to weigh.
func BenchmarkEvalDetectors(b *testing.B) {
	set := parse(b, weighing+`
- {id: l, links: {traits: [invite, shortener, obfuscated]}}
- {id: c, contact: [qq, wechat, phone]}
- {id: s, script: any}
`)
	events := make([]chat.Event, len(harmless))
	for i := range events {
		events[i] = *said(harmless[i])
	}
	var sc rules.Scratch
	b.ReportAllocs()
	for i := range b.N {
		if v := set.Eval(&events[i%len(events)], &sc); !v.Clean() {
			b.Fatalf("%q is not clean: %+v", events[i%len(events)].Message.Text, v)
		}
	}
}

// BenchmarkEvalShipped judges clean messages by all the rules that ship.
func BenchmarkEvalShipped(b *testing.B) {
	set, faults := rules.Load(shipped(b), rules.Options{})
	if set == nil {
		b.Fatal(faults)
	}
	events := make([]chat.Event, len(harmless))
	for i := range events {
		events[i] = *said(harmless[i])
		events[i].Author.ID = "member" + strconv.Itoa(i)
	}
	var sc rules.Scratch
	at := noon
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		ev := &events[i%len(events)]
		at = at.Add(time.Hour) // so that no text is a repeated one
		ev.Time = at
		if v := set.Eval(ev, &sc); !v.Clean() {
			b.Fatalf("%q is not clean: %+v", ev.Message.Text, v)
		}
	}
}

// typical are messages of the kinds that busy chats are made of.
var typical = []struct{ kind, text string }{
	{"plain", "我昨天去看了那个电影，真的很不错，推荐你们也去看看"},
	{"with digits", "明天 14:30 在 302 开会，大约要 45 分钟"},
	{"with a number", "会议号 482 915 307，别迟到了"},
	{"with a link", "https://example.com/docs/2024/guide 这里有说明"},
	{"with a name", "@xiaoming_01 文件发你了，看一下第 3 页"},
	{"with a model", "我的显卡是 RTX4070，够跑这个模型吗"},
	{"in English", "can someone review my patch? it's only 20 lines"},
	{"in Russian", "Подскажите, пожалуйста, во сколько завтра начинается встреча"},
}

// BenchmarkEvalTypical judges such messages by all the rules that ship, of
// members who have long been writing and of newcomers, so slowly
// that nothing counts as repeated. Without newcomers nothing must be allocated; that
// is held here and not in a test, as the pools of regexp forget under the race
// detector. Its clock runs so fast that it can't run for long: -benchtime 5000x.
func BenchmarkEvalTypical(b *testing.B) {
	set, faults := rules.Load(shipped(b), rules.Options{})
	if set == nil {
		b.Fatal(faults)
	}
	at := noon
	for _, c := range typical {
		for _, who := range []string{"", ", of newcomers"} {
			b.Run(c.kind+who, func(b *testing.B) {
				ev := said(c.text)
				var sc rules.Scratch
				b.ReportAllocs()
				judge := func(i int) {
					if at = at.Add(11 * time.Minute); at.Year() > 2040 {
						b.Skip("the clock is out of years: ask for less, -benchtime 5000x")
					}
					ev.Time = at
					if who != "" {
						ev.Author.ID = c.kind + strconv.Itoa(i)
					}
					if v := set.Eval(ev, &sc); !v.Clean() {
						b.Fatalf("%q is not clean: %+v", c.text, v)
					}
				}
				for i := range newcomer.Most {
					judge(i)
				}
				b.ResetTimer()
				for i := range b.N {
					judge(newcomer.Most + i)
				}
				b.StopTimer()
				if n := testing.AllocsPerRun(100, func() { judge(0) }); n > 0 && who == "" {
					b.Errorf("%v allocations, want none", n) // a newcomer is remembered
				}
			})
		}
	}
}
