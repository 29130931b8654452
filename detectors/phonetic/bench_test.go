package phonetic

import (
	"strings"
	"testing"
)

// talk are ordinary messages.
var talk = []string{
	"哈哈哈哈", "今天晚上吃什么，有人一起吗？", "这个接口返回的时间好像不对，应该是 UTC 吧", "can someone review my patch? it's only 20 lines",
	"明天的会改到三点半了，大家注意一下", "我昨天去看了那个电影，真的很不错，推荐你们也去看看，特别是音乐", "ok", "下雨了 记得带伞☔",
}

// keywords are some, few and many.
func keywords() map[string][]string {
	few := strings.Fields("加微信 兼职 刷单 博彩 贷款 裸聊 看片 代开发票 办证 加群")
	var many []string
	for _, x := range few {
		for y := range strings.FieldsSeq("日结 返利 套现 彩金 网赚 包夜 外挂 代练 迷药 征信 高仿 枪支 股票 引流 涨粉 跑分 群发 私聊 招聘 充值") {
			many = append(many, x+y, y+x)
		}
	}
	return map[string][]string{"10 words": few, "400 words": many}
}

// BenchmarkScan reads clean messages with the shipped aliases and some keywords:
// the gate is what a clean message costs, the scan what one costs that it lets through.
func BenchmarkScan(b *testing.B) {
	for name, words := range keywords() {
		b.Run("gate/"+name, func(b *testing.B) {
			s := scanner(b, Options{}, words...)
			b.ReportAllocs()
			passed, i := 0, 0
			for b.Loop() {
				if s.May(talk[i%len(talk)]) {
					passed++
				}
				i++
			}
			b.ReportMetric(100*float64(passed)/float64(i), "%passed")
		})
		b.Run("scan/"+name, func(b *testing.B) {
			s := scanner(b, Options{}, words...)
			lines := make([]string, len(talk))
			for i := range talk {
				lines[i] = keep.Word(talk[i])
			}
			var sc Scratch
			var found []Match
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				found = s.Scan(found[:0], lines[i%len(lines)], &sc)
				i++
			}
			if len(found) > 0 {
				b.Fatalf("found %+v", found)
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		scanner(b, Options{}, "加微信", "兼职")
	}
}
