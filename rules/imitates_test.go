package rules_test

import (
	"testing"

	"patrol/adapters/chat"
	"patrol/rules"
)

func TestImitatesSaysWhom(t *testing.T) {
	set := parse(t, "rules: [{id: r, imitates: admin}]")
	var sc rules.Scratch
	boss := said("大家好")
	boss.Author = chat.Member{ID: "boss", Name: "Anna", Role: chat.RoleOwner}
	if v := set.Eval(boss, &sc); !v.Clean() {
		t.Error("the owner imitates herself")
	}
	ev := said("大家好")
	ev.Author = chat.Member{ID: "other", Name: "АNNA"}
	v := set.Eval(ev, &sc)
	if len(v.Hits) != 1 || v.Hits[0].Signals[0].Why.En != `the name "АNNA" looks like the admin "Anna"` {
		t.Errorf("got %+v", v.Hits)
	}
	ev.Chat = "elsewhere"
	if v := set.Eval(ev, &sc); !v.Clean() {
		t.Error("she is an admin of another chat")
	}
	fresh, err := set.Fresh()
	if err != nil {
		t.Fatal(err)
	}
	ev.Chat = boss.Chat
	if v := fresh.Eval(ev, &sc); !v.Clean() {
		t.Error("a fresh set knows admins")
	}
}
