package config

import (
	"time"

	"patrol/bot/brake"
	"patrol/rules/lang"
)

// Brake holds what is heavy once too much happens at once: too many removals in
// one chat, too many members under one rule, too great a share of a chat.
type Brake struct {
	Removals int        `yaml:"removals"`
	In       Duration   `yaml:"in"`
	Hold     Duration   `yaml:"hold"`
	Rule     RuleBrake  `yaml:"rule"`
	Share    ShareBrake `yaml:"share"`
}

// RuleBrake holds what one rule asks for.
type RuleBrake struct {
	Members int      `yaml:"members"`
	In      Duration `yaml:"in"`
}

// ShareBrake holds what is done to too much of a chat.
type ShareBrake struct {
	Percent float64  `yaml:"percent"`
	Least   int      `yaml:"least"`
	In      Duration `yaml:"in"`
}

// usualBrakes fills in the parts of the brake that the file does not mention.
func (c *Config) usualBrakes() {
	b := &c.Ladder.Brake
	if !c.doc.Has("ladder.brake") {
		b.Removals, b.In = 5, Duration(time.Minute)
	}
	if !c.doc.Has("ladder.brake.rule") {
		b.Rule = RuleBrake{Members: 100, In: Duration(10 * time.Minute)}
	}
	if !c.doc.Has("ladder.brake.share") {
		b.Share = ShareBrake{Percent: 10, Least: 10, In: Duration(time.Hour)}
	}
}

// BrakeLimits are the limits as bot/brake wants them.
func (c *Config) BrakeLimits() brake.Limits {
	b := &c.Ladder.Brake
	return brake.Limits{
		Chat:  brake.Limit{Most: b.Removals, In: time.Duration(b.In)},
		Rule:  brake.Limit{Most: b.Rule.Members, In: time.Duration(b.Rule.In)},
		Share: brake.ShareLimit{Percent: b.Share.Percent, Least: b.Share.Least, In: time.Duration(b.Share.In)},
		Hold:  time.Duration(b.Hold),
	}
}

func (k *checker) brake(b *Brake) {
	if b.Removals < 0 || b.Removals > 0 && b.In <= 0 {
		k.fault("ladder.brake", lang.F("刹车需要 removals 和 in，现在是 %d 和 %s", "the brake needs removals and in, and has %d and %s", b.Removals, time.Duration(b.In)),
			lang.T("例如 brake: {removals: 5, in: 1m}；removals: 0 关闭刹车", "such as brake: {removals: 5, in: 1m}; removals: 0 turns it off"))
	}
	if r := b.Rule; r.Members < 0 || r.Members > 0 && r.In <= 0 {
		k.fault("ladder.brake.rule", lang.F("按规则的刹车需要 members 和 in，现在是 %d 和 %s", "the brake on rules needs members and in, and has %d and %s", r.Members, time.Duration(r.In)),
			lang.T("例如 rule: {members: 100, in: 10m}；members: 0 关闭", "such as rule: {members: 100, in: 10m}; members: 0 turns it off"))
	}
	if s := b.Share; s.Percent < 0 || s.Percent > 100 || s.Least < 0 || s.Percent > 0 && s.In <= 0 {
		k.fault("ladder.brake.share", lang.F("按比例的刹车需要 percent（0 到 100）、least 和 in，现在是 %v、%d 和 %s",
			"the brake on shares needs percent (0 to 100), least and in, and has %v, %d and %s", s.Percent, s.Least, time.Duration(s.In)),
			lang.T("例如 share: {percent: 10, least: 10, in: 1h}；percent: 0 关闭", "such as share: {percent: 10, least: 10, in: 1h}; percent: 0 turns it off"))
	}
}
