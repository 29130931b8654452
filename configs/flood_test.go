package configs_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/configs"
	"patrol/rules"
)

// countingRules are the rules against floods and raids. What they do to a chat of
// one's own is told by
//
//	patrol eval -r configs/rules/flood.yaml -r configs/rules/raid.yaml CHAT.tsv
//
// with the columns room, second, user, is_mod and text.
func countingRules(t *testing.T) *rules.Set {
	t.Helper()
	set, faults := rules.Load([]string{"rules/flood.yaml", "rules/raid.yaml"}, rules.Options{FS: configs.FS})
	if set == nil {
		t.Fatal(faults)
	}
	return set
}

// hall is a busy chat: every second somebody of forty says something.
type hall struct {
	set     *rules.Set
	scratch rules.Scratch
	now     time.Time
	said    int
	why     string // of the last that was stopped
}

func newHall(t *testing.T) *hall {
	return &hall{set: countingRules(t), now: time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)}
}

// stopped reports whether the bot would act on a message.
func (h *hall) stopped(member, text string) bool {
	h.said++
	v := h.set.Eval(&chat.Event{
		ID: strconv.Itoa(h.said), Kind: chat.KindMessage, Platform: "p", Chat: "c", Time: h.now,
		Author: chat.Member{ID: member}, Message: chat.Message{ID: strconv.Itoa(h.said), Text: text},
	}, &h.scratch)
	for i := range v.Hits {
		if v.Hits[i].Asks() == rules.Ladder {
			h.why = v.Hits[i].Rule + ": " + text
			return true
		}
	}
	return false
}

// talk lets the chat go on for a second, and reports whether honest people were
// stopped.
func (h *hall) talk() bool {
	h.now = h.now.Add(time.Second)
	texts := []string{"哈哈哈哈哈", "收到，谢谢老师，老师辛苦了", "+1", "同问", "我也想知道", "第 %d 题", "生日快乐！", "真的吗？？？", "LUL LUL LUL", "see you at %d", "🎉🎉🎉"}
	text := strings.ReplaceAll(texts[h.said*7%len(texts)], "%d", strconv.Itoa(h.said))
	if h.said%3 == 0 {
		text = fmt.Sprintf("%c%c，我觉得%c%c%c和%c%c都可以", '一'+rune(h.said), '丁'+rune(h.said*3), '七'+rune(h.said*5), '万'+rune(h.said*7), '上'+rune(h.said*11), '下'+rune(h.said*13), '不'+rune(h.said*2))
	}
	return h.stopped("m"+strconv.Itoa(h.said*11%40), text)
}

func TestHonestTalkGoesOn(t *testing.T) {
	h := newHall(t)
	for range 5000 {
		if h.talk() {
			t.Fatalf("message %d was stopped: %s", h.said, h.why)
		}
	}
}

func TestAFlooderIsStoppedWithinEightMessages(t *testing.T) {
	for name, text := range map[string]string{"other texts": "第 %d 句话，完全不同的内容 %[1]c", "one text": "买买买", "an advert": "加我微信 abc12345 领红包，先到先得"} {
		h := newHall(t)
		for range 100 {
			h.talk()
		}
		for n := 1; ; n++ {
			h.talk()
			one := text
			if name == "other texts" {
				one = fmt.Sprintf(text, '一'+n*7)
			}
			if h.stopped("flooder", one) {
				break
			}
			if n == 8 {
				t.Errorf("%s: not stopped within 8 messages", name)
				break
			}
		}
	}
}

func TestARaidIsStoppedWithinFiveMessages(t *testing.T) {
	for name, text := range map[string]string{
		"one advert":         "全网最低价，需要的加我微信 abc12345",
		"with numbers":       "进群领红包，编号 %d，先到先得",
		"disguised anew":     "进 群%[2]s领 红%[2]s包，先%[2]s到先得 %[1]d",
		"in English":         "join my channel for free crypto signals",
		"an invitation":      "https://discord.gg/abcdef",
		"an insult":          "这个群主是骗子大家快跑吧",
		"a short one":        "进群领红包",
		"a link with a tail": "免费领取会员 https://vip.example/get?id=%d",
	} {
		h := newHall(t)
		for range 100 {
			h.talk()
		}
		passed := 0
		for n := range 20 {
			if n%2 == 0 {
				h.talk()
			}
			if !h.stopped("raider"+strconv.Itoa(n), spelt(text, n)) {
				passed++
			}
		}
		if passed > 4 {
			t.Errorf("%s: %d of 20 passed, want at most 4", name, passed)
		}
	}
}

// spelt is the n-th writing of a raid's text.
func spelt(text string, n int) string {
	return strings.NewReplacer("%d", strconv.Itoa(n*7919), "%[1]d", strconv.Itoa(n*7919), "%[2]s", []string{" ", "~", "❤"}[n%3]).Replace(text)
}
