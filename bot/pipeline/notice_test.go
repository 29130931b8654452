package pipeline_test

import (
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/pipeline"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestANoticeIsWrittenForPeople(t *testing.T) {
	c := &review.Case{
		ID: "abc", Event: chat.Event{Author: chat.Member{Name: "小\u202e明"}},
		Verdict: rules.Verdict{Hits: []rules.Hit{
			{Rule: "trial", Mode: rules.Shadow},
			{Rule: "ads", Mode: rules.Live, Title: lang.T("广告", "advertising")},
		}},
		Decision: ladder.Decision{Do: []rules.Step{{Verb: chat.Delete}, {Verb: chat.Mute, For: 90 * time.Minute}, {Verb: chat.Warn}}},
	}
	for _, test := range []struct {
		notices pipeline.Notices
		want    string
	}{
		{pipeline.Notices{Language: lang.Zh}, "小明，你的消息触犯了群规「广告」：消息已撤回，禁言 1 小时 30 分钟。如有误判，请把编号 abc 告诉管理员。"},
		{pipeline.Notices{Language: lang.En}, "小明, your message breaks the rule “advertising”: the message was deleted, you are muted for 1 h 30 min. If this is a mistake, tell an admin the number abc."},
		{pipeline.Notices{Template: lang.T("{name}{done}", "{rule} {case}")}, "小明：消息已撤回，禁言 1 小时 30 分钟\nadvertising abc"},
		{pipeline.Notices{Language: lang.En, Template: lang.T("", "{{case}} {nobody} {case} {{for}{appeal}}{")}, "{abc} {nobody} abc {1 h 30 minIf this is a mistake, tell an admin the number abc}{"},
	} {
		if got := test.notices.Text(c); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

func TestANameIsNoTemplate(t *testing.T) {
	c := &review.Case{ID: "abc", Event: chat.Event{Author: chat.Member{Name: "{case}{appeal}"}}}
	if got := (pipeline.Notices{Language: lang.En, Template: lang.T("", "{name}: {case}")}).Text(c); got != "{case}{appeal}: abc" {
		t.Errorf("got %s", got)
	}
}
