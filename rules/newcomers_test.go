package rules_test

import (
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

func TestConditionsKnowHowNewAMemberIs(t *testing.T) {
	for _, c := range []struct {
		name, when string
		hits       []int // of the messages, from 1
	}{
		{"first messages", "member.messages <= 2", []int{1, 2}},
		{"since a join that the bot saw", `member.age < duration("150s")`, []int{1, 2}},
		{"whether a join is known", "member.joined_known", []int{1, 2, 3, 4}},
	} {
		set := parse(t, "rules: [{id: r, keywords: [红包], when: '"+c.when+"'}]")
		var sc rules.Scratch
		join := said("")
		join.Kind, join.Time = chat.KindJoin, noon
		set.Eval(join, &sc)
		var hits []int
		for i := 1; i <= 4; i++ {
			ev := said("领红包")
			ev.Time = noon.Add(time.Duration(i) * time.Minute)
			if v := set.Eval(ev, &sc); !v.Clean() {
				hits = append(hits, i)
			}
		}
		if len(hits) != len(c.hits) {
			t.Errorf("%s: hits %v, want %v", c.name, hits, c.hits)
		}
	}
}

func TestAnEditIsNoFurtherMessage(t *testing.T) {
	set := parse(t, "rules: [{id: r, keywords: [红包], when: 'member.messages == 1'}]")
	var sc rules.Scratch
	set.Eval(said("你好"), &sc)
	edit := said("领红包")
	edit.Kind = chat.KindEdit
	if v := set.Eval(edit, &sc); v.Clean() {
		t.Error("the edit of a first message is not taken for one")
	}
	if v := set.Eval(said("领红包"), &sc); !v.Clean() {
		t.Error("the second message is taken for the first")
	}
}

func TestWhatNoRuleAsksIsUnknown(t *testing.T) {
	set := parse(t, "rules: [{id: r, keywords: [红包], when: 'member.age < duration(\"1h\")'}]")
	var sc rules.Scratch
	if v := set.Eval(said("领红包"), &sc); !v.Clean() {
		t.Error("a member whose join nobody saw is taken for new")
	}
}
