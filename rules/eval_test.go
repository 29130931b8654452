package rules_test

import (
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

// parse loads one rule file without faults, or ends the test.
func parse(t testing.TB, source string) *rules.Set {
	t.Helper()
	set, faults := rules.Parse("test.yaml", []byte(source), rules.Options{})
	if len(faults) > 0 {
		t.Fatalf("faults in the test's own rules:\n%v", faults)
	}
	return set
}

var noon = time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)

// said is a message by an ordinary member.
func said(text string) *chat.Event {
	return &chat.Event{
		ID: "e1", Kind: chat.KindMessage, Platform: "qq", Chat: "123", Time: noon,
		Author:  chat.Member{ID: "7", Name: "小明"},
		Message: chat.Message{ID: "m1", Text: text},
	}
}

// eval judges one event with fresh scratch.
func eval(set *rules.Set, ev *chat.Event) rules.Verdict {
	var sc rules.Scratch
	return set.Eval(ev, &sc)
}

func TestKeywordsThroughDisguise(t *testing.T) {
	tests := []struct {
		name, keyword, text string
		want                string // what is marked in the text; empty for no hit
	}{
		{"a plain word hits", "加微信", "请加微信聊", "加微信"},
		{"spaces between Chinese characters are read over", "加微信", "加 微 信", "加 微 信"},
		{"symbols and emoji are read over", "加微信", "来加❤微~信吧", "加❤微~信"},
		{"a full stop ends the word", "加微信", "增加。微信很好", ""},
		{"a line break ends the word", "加微信", "增加\n微信很好", ""},
		{"a comma between two clauses is no disguise", "加微信", "今天不加，微信上说", ""},
		{"commas between all characters are one", "加微信", "加，微，信", "加，微，信"},
		{"a long gap is no disguise", "加微信", "加 - - - - - - 微信", ""},
		{"full-width letters are letters", "wechat", "ＷＥＣＨＡＴ", "ＷＥＣＨＡＴ"},
		{"zero-width characters are not there", "加微信", "加\u200b微\u200b信", "加\u200b微\u200b信"},
		{"dots inside a token are read over", "wechat", "my w.e.c.h.a.t is", "w.e.c.h.a.t"},
		{"a hyphen inside a token is read over", "wechat", "we-chat me", "we-chat"},
		{"a word spelled out with spaces hits", "wechat", "add w e c h a t now", "w e c h a t"},
		{"two words do not make one", "wechat", "we chat all day", ""},
		{"the ends of two words do not make one", "aclass", "we have a class today", ""},
		{"parts of two words do not make one", "ass", "a ssh key", ""},
		{"spelling must be even", "wechat", "w e chat", ""},
		{"spelling must be even in its marks as well", "wechat", "w e-c h a t", ""},
		{"a comma between two words is no disguise", "yesman", "yes,man", ""},
		{"two letters are not spelled out", "vx", "plot v x axis", ""},
		{"a Latin word inside a longer one does not count", "vps", "novpshere", ""},
		{"digits may follow a Latin word", "vx", "vx12345", "vx"},
		{"digits are not cut", "24口", "124口", ""},
		{"Chinese beside a Latin word is an edge", "vx", "加vx聊", "vx"},
		{"Chinese and Latin mixed hit with spaces", "加v信", "加 V 信", "加 V 信"},
		{"a Latin edge of a mixed word is an edge", "加v", "加video", ""},
		{"a keyword's own spaces are no gaps", "kill yourself", "go kill yourself", "kill yourself"},
		{"a keyword's own spaces may be missing", "kill yourself", "killyourself", "killyourself"},
		{"words in a phrase may be disguised", "kill yourself", "k.i.l.l yourself", "k.i.l.l yourself"},
		{"a phrase has edges as well", "kill your", "kill yourself", ""},
		{"a phrase does not span sentences", "kill yourself", "a kill. Yourself", ""},
		{"Cyrillic words have edges as well", "кот", "который", ""},
		{"a Cyrillic word hits", "кот", "мой кот спит", "кот"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set, faults := rules.Parse("t.yaml", []byte("rules: [{id: a, keywords: ['"+tt.keyword+"']}]"), rules.Options{})
			if set == nil {
				t.Fatal(faults)
			}
			v := eval(set, said(tt.text))
			got := ""
			if len(v.Hits) > 0 {
				span := v.Hits[0].Signals[0].Span
				got = tt.text[span.Start:span.End]
			}
			if got != tt.want {
				t.Errorf("marked %q, want %q; excused: %+v", got, tt.want, v.Excused)
			}
		})
	}
}
