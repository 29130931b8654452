package report_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/adapters/chat"
	"patrol/bot/report"
)

func said(text, replyTo string, mentions ...string) *chat.Event {
	return &chat.Event{
		Kind: chat.KindMessage, Adapter: "qq", Chat: "1", Author: chat.Member{ID: "u1"}, Time: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		Message: chat.Message{ID: "m2", Text: text, ReplyTo: replyTo, Mentions: mentions},
	}
}

func TestReportsAreToldFromTalk(t *testing.T) {
	in := report.New(report.Config{})
	for _, c := range []struct {
		name string
		e    *chat.Event
		want report.Call
		ok   bool
	}{
		{"an answer in Chinese", said("举报", "m1"), report.Call{Message: "m1"}, true},
		{"an answer with a reason", said(" /REPORT spam", "m1"), report.Call{Message: "m1"}, true},
		{"with punctuation", said("举报！", "m1"), report.Call{Message: "m1"}, true},
		{"a mention", said("举报 @小明", "", "u7"), report.Call{Member: "u7"}, true},
		{"a name", said("!report spammer buy now", ""), report.Call{Name: "spammer"}, true},
		{"a name with an at", said("/report @spammer", ""), report.Call{Name: "spammer"}, true},
		{"an event of the platform", &chat.Event{Kind: chat.KindReport, Message: chat.Message{ReplyTo: "m1"}}, report.Call{Message: "m1"}, true},
		{"an event of nothing", &chat.Event{Kind: chat.KindReport}, report.Call{}, false},
		{"talk about reports", said("举报有奖，快来", "m1"), report.Call{}, false},
		{"a word in the middle", said("我要举报", "m1"), report.Call{}, false},
		{"nothing meant", said("举报", ""), report.Call{}, false},
		{"a longer word", said("/reporter", "m1"), report.Call{}, false},
		{"empty", said("", "m1"), report.Call{}, false},
	} {
		if got, ok := in.Call(c.e); got != c.want || ok != c.ok {
			t.Errorf("%s: %+v %v, want %+v %v", c.name, got, ok, c.want, c.ok)
		}
	}
}

func TestTalkAllocatesNothing(t *testing.T) {
	in, e := report.New(report.Config{}), said("我觉得今天天气不错", "")
	if n := testing.AllocsPerRun(100, func() { in.Call(e) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFloodsOfReportsAreLimited(t *testing.T) {
	in := report.New(report.Config{Most: 3, In: time.Minute, ChatMost: 5})
	taken := map[report.Limit]int{}
	for i := range 10 {
		e := said("举报", "m1")
		e.Author.ID = fmt.Sprint("u", i%2)
		taken[in.Takes(e)]++
	}
	if taken[report.Taken] != 5 || taken[report.ByReporter]+taken[report.ByChat] != 5 {
		t.Errorf("%v", taken)
	}
	late := said("举报", "m1")
	late.Time = late.Time.Add(2 * time.Minute)
	if in.Takes(late) != report.Taken {
		t.Error("nothing is taken any more, minutes later")
	}
}

func TestWeightFollowsTheRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := report.Record{Upheld: rapid.IntRange(0, 1000).Draw(t, "upheld"), Overturned: rapid.IntRange(0, 1000).Draw(t, "overturned")}
		w := r.Weight()
		better, worse := report.Record{Upheld: r.Upheld + 1, Overturned: r.Overturned}, report.Record{Upheld: r.Upheld, Overturned: r.Overturned + 1}
		if w <= 0 || w >= 1 || better.Weight() <= w || worse.Weight() >= w {
			t.Fatalf("%+v weighs %v, better %v, worse %v", r, w, better.Weight(), worse.Weight())
		}
	})
	if w := (report.Record{}).Weight(); w != 0.5 {
		t.Errorf("a stranger weighs %v", w)
	}
}

func FuzzCall(f *testing.F) {
	for _, text := range []string{"举报", "/report @a", "!report\x00", "举报" + strings.Repeat("@", 100), "\xff/report"} {
		f.Add(text, "m1")
		f.Add(text, "")
	}
	in := report.New(report.Config{})
	f.Fuzz(func(t *testing.T, text, replyTo string) {
		c, ok := in.Call(said(text, replyTo))
		if ok && c == (report.Call{}) {
			t.Errorf("%q is a report of nothing", text)
		}
	})
}

func Example() {
	in := report.New(report.Config{})
	e := chat.Event{Kind: chat.KindMessage, Message: chat.Message{Text: "举报", ReplyTo: "m1"}}
	call, ok := in.Call(&e)
	fmt.Println(ok, call.Message, report.Record{Upheld: 4}.Weight() > report.Record{Overturned: 4}.Weight())
	// Output: true m1 true
}
