package review_test

import (
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestTheQueueComesByHarmDoubtAndAge(t *testing.T) {
	base := func() review.Case {
		c := kase(review.StrikeNone)
		c.Due = start.Add(12 * time.Hour)
		c.Verdict.Hits = []rules.Hit{{Rule: "ads", Severity: rules.Minor, Mode: rules.Live, Then: rules.Then{Answer: rules.Ladder}}}
		return c
	}
	for _, one := range []struct {
		name   string
		change func(*review.Case)
		want   time.Duration // after it was recorded
	}{
		{"nothing special", func(*review.Case) {}, 12 * time.Hour},
		{"graver", func(c *review.Case) { c.Verdict.Hits[0].Severity = rules.Severe }, 3 * time.Hour},
		{"an act waits", func(c *review.Case) { c.Decision.Held = []rules.Step{{Verb: chat.Warn}} }, 6 * time.Hour},
		{"an act failed", func(c *review.Case) { c.Trouble = lang.T("不行", "no") }, 6 * time.Hour},
		{"a member may be wronged", func(c *review.Case) { c.Decision.Do = []rules.Step{{Verb: chat.Mute}} }, 8 * time.Hour},
		{"a deleted message restricts nobody", func(c *review.Case) { c.Decision.Do = []rules.Step{{Verb: chat.Delete}} }, 12 * time.Hour},
		{"the rule asks for a person", func(c *review.Case) { c.Verdict.Hits[0].Then.Answer = rules.Review }, 8 * time.Hour},
		{"a rule that only watches asks for nobody", func(c *review.Case) {
			c.Verdict.Hits[0].Then.Answer, c.Verdict.Hits[0].Mode = rules.Review, rules.Shadow
		}, 12 * time.Hour},
		{"something was excused", func(c *review.Case) { c.Verdict.Excused = []rules.Excuse{{Rule: "x"}} }, 9*time.Hour + 36*time.Minute},
		{"handed up", func(c *review.Case) { c.Escalated.By = "li" }, 6 * time.Hour},
		{"handed up by the clock", func(c *review.Case) { c.Escalated.By = ledger.Bot }, 12 * time.Hour},
		{"without a time", func(c *review.Case) { c.Due = time.Time{} }, 0},
		{"due before it was recorded", func(c *review.Case) { c.Due = start.Add(-time.Hour) }, 0},
	} {
		c := base()
		one.change(&c)
		if got := c.Rank().Sub(c.Created); got != one.want {
			t.Errorf("%s: %v, want %v", one.name, got, one.want)
		}
	}
}

func TestWhatIsAlike(t *testing.T) {
	said := func(member, text string) review.Case {
		c := kase(review.StrikeNone)
		c.Event.Kind, c.Event.Author.ID, c.Event.Message.Text = chat.KindMessage, member, text
		c.Verdict.Hits = []rules.Hit{{Rule: "ads", Mode: rules.Live, Signals: []rules.Signal{{Word: "微信", Span: rules.Span{Start: 0, End: 6}}}}}
		return c
	}
	flood := func(member, text string) review.Case {
		c := said(member, text)
		c.Verdict.Hits[0].Signals[0].Span = rules.Span{}
		return c
	}
	elsewhere, otherRule, joined, shadowed := said("7", "微信 a 1"), said("7", "微信 a 1"), flood("8", ""), said("9", "微信 a 3")
	elsewhere.Event.Chat, otherRule.Verdict.Hits[0].Rule, joined.Event.Kind = "other", "scam", chat.KindJoin
	joinedToo := flood("9", "")
	joinedToo.Event.Kind = chat.KindJoin
	shadowed.Verdict.Hits = append(shadowed.Verdict.Hits, rules.Hit{Rule: "watch", Mode: rules.Shadow})
	for _, one := range []struct {
		name string
		a, b review.Case
		want bool
	}{
		{"a template with another number", said("7", "微信 a 1!!"), said("8", "微信，A 22"), true},
		{"another text", said("7", "微信 a"), said("7", "微信 b"), false},
		{"another chat", said("7", "微信 a 1"), elsewhere, false},
		{"another rule", said("7", "微信 a 1"), otherRule, false},
		{"a shadow rule beside it", said("7", "微信 a 1"), shadowed, true},
		{"one member's flood", flood("7", "早"), flood("7", "吃了吗"), true},
		{"two members' floods", flood("7", "早"), flood("8", "早"), false},
		{"a raid of joins", joined, joinedToo, true},
		{"a join and a flood", joined, flood("8", ""), false},
	} {
		if got := one.a.Likeness() == one.b.Likeness(); got != one.want {
			t.Errorf("%s: alike is %v", one.name, got)
		}
	}
}
