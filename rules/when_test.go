package rules_test

import (
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

func TestConditions(t *testing.T) {
	tests := []struct {
		name, when string
		change     func(*chat.Event)
		hits       bool
	}{
		{"a newcomer by age", `member.age < duration("1d")`, joined(time.Hour), true},
		{"days are known to duration", `member.age > duration("7d12h")`, joined(8 * 24 * time.Hour), true},
		{"an unknown age is never new", `member.age < duration("1d")`, nil, false},
		{"an unknown age is never old", `member.age > duration("1d")`, nil, false},
		{"a condition may ask whether the age is known", `!member.joined_known || member.age < duration("1d")`, nil, true},
		{"a role", `member.role == "member"`, nil, true},
		{"a name", `member.name startsWith "小"`, nil, true},
		{"an id", `member.id in ["6", "7"]`, nil, true},
		{"where", `event.platform == "qq" && event.chat == "123" && event.kind == "message"`, nil, true},
		{"at night", `event.time.Hour() < 6`, func(ev *chat.Event) { ev.Time = ev.Time.Add(-8 * time.Hour) }, true},
		{"the length counts characters", `message.length == 5`, nil, true},
		{"links, mentions and media", `message.links + message.mentions + message.media == 0 && not message.reply`, nil, true},
		{"hits by word", `any(hits, .word == "加微信")`, nil, true},
		{"hits by number", `len(hits) > 1`, nil, false},
		{"a pattern", `message.text matches "快.微信"`, nil, true},
		{"no such pattern", `message.text matches "[0-9]"`, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules:\n- id: a\n  keywords: [加微信]\n  when: >-\n    "+tt.when)
			ev := said("快加微信吧")
			if tt.change != nil {
				tt.change(ev)
			}
			v := eval(set, ev)
			if v.Clean() == tt.hits {
				t.Errorf("hits: %v, want %v; excused %+v", !v.Clean(), tt.hits, v.Excused)
			}
			if v.Clean() && len(v.Excused) != 1 {
				t.Errorf("%d excuses, want one that says why it did not hit", len(v.Excused))
			}
			if len(set.Failures()) != 0 {
				t.Errorf("failures %v", set.Failures())
			}
		})
	}
}

func TestAConditionThatFailsPunishesNobody(t *testing.T) {
	set := parse(t, `
rules:
  - {id: text, keywords: [加微信], when: 'hits[7].word == "加微信"'}
  - {id: bare, when: 'hits[0].word == "加微信"'}
  - {id: sound, keywords: [加微信], when: 'hits[0].word == "加微信"'}
`)
	for range 3 {
		v := eval(set, said("加微信"))
		if len(v.Hits) != 1 || v.Hits[0].Rule != "sound" {
			t.Fatalf("hits %+v, want only the sound rule", v.Hits)
		}
		if len(v.Excused) != 1 || !strings.HasPrefix(v.Excused[0].Why.En, "the condition failed: ") {
			t.Errorf("excused %+v, want the reason of the failure", v.Excused)
		}
	}
	if got := set.Failures(); got["text"] != 3 || got["bare"] != 3 || len(got) != 2 {
		t.Errorf("failures %v, want 3 each of text and bare", got)
	}
}

func TestARuleThatIsOnlyACondition(t *testing.T) {
	set := parse(t, `rules: [{id: name, when: 'member.name contains "客服"', where: {platforms: [qq]}}]`)
	for _, tt := range []struct {
		name   string
		change func(*chat.Event)
		hits   bool
	}{
		{"a message", nil, true},
		{"a join", func(ev *chat.Event) { ev.Kind, ev.Message = chat.KindJoin, chat.Message{} }, true},
		{"a leave", kind(chat.KindLeave), false},
		{"a report", kind(chat.KindReport), false},
		{"another name", func(ev *chat.Event) { ev.Author.Name = "小明" }, false},
		{"another platform", func(ev *chat.Event) { ev.Platform = "irc" }, false},
		{"an admin", role(chat.RoleAdmin), false},
	} {
		ev := said("你好")
		ev.Author.Name = "官方客服"
		if tt.change != nil {
			tt.change(ev)
		}
		v := eval(set, ev)
		if v.Clean() == tt.hits {
			t.Errorf("%s: hits: %v, want %v", tt.name, !v.Clean(), tt.hits)
		}
		if tt.hits && (len(v.Hits[0].Signals) != 1 || v.Hits[0].Signals[0].Why.Zh == "") {
			t.Errorf("%s: signals %+v, want one that says why", tt.name, v.Hits[0].Signals)
		}
	}
}

func TestAConditionEnds(t *testing.T) {
	set := parse(t, `rules: [{id: a, when: 'message.text matches "(a+)+b" or count(hits, len(.text) > 0) > 3'}]`)
	if v := eval(set, said(strings.Repeat("a", 100_000))); !v.Clean() {
		t.Errorf("hits %+v", v.Hits)
	}
	long := "rules: [{id: a, when: '" + strings.Repeat("true && ", 400) + "true'}]"
	if set, faults := rules.Parse("t.yaml", []byte(long), rules.Options{}); set != nil || !strings.Contains(faults.Error(), "exceeds maximum allowed nodes") {
		t.Errorf("a condition of 800 nodes: %v", faults)
	}
}
