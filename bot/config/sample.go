package config

import (
	"time"

	"patrol/bot/review"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
)

// usualSample is little enough for a few people to judge beside their work, and
// enough to know within a month how a rule does that hits twenty times a day.
func (c *Config) usualSample() {
	s := &c.Review.Sample
	for key, usual := range map[*float64]struct {
		path  string
		value float64
	}{&s.Acted: {"acted", 0.05}, &s.Passed: {"passed", 0.001}, &s.Second: {"second", 0.2}} {
		if !c.doc.Has(yamlfile.Path("review.sample." + usual.path)) {
			*key = usual.value
		}
	}
	if !c.doc.Has("review.sample.per_day") {
		s.PerDay = 50
	}
	if s.Due == 0 {
		s.Due = Duration(7 * 24 * time.Hour)
	}
}

// Sampling is what is drawn, as bot/review wants it.
func (c *Config) Sampling() review.Sampling {
	s := c.Review.Sample
	return review.Sampling{Acted: s.Acted, Passed: s.Passed, PerDay: s.PerDay, Second: s.Second, Due: time.Duration(s.Due)}
}

func (k *checker) sample(s *Sample) {
	for key, share := range map[string]float64{"acted": s.Acted, "passed": s.Passed, "second": s.Second} {
		if !(share >= 0 && share <= 1) {
			k.fault(yamlfile.Path("review.sample").Key(key), lang.F("%s 是 0 到 1 之间的比例，现在是 %g", "%s is a share from 0 to 1, and is %g", key, share),
				lang.T("例如 0.05（每 20 个抽 1 个）；0 不抽", "such as 0.05 for one in 20; 0 draws nothing"))
		}
	}
	if s.PerDay < 0 || s.PerDay > 10_000 {
		k.fault("review.sample.per_day", lang.F("per_day 在 0 和 10000 之间，现在是 %d", "per_day is between 0 and 10000, and is %d", s.PerDay), lang.T("0 不抽", "0 draws nothing"))
	}
	if s.Due < 0 {
		k.fault("review.sample.due", lang.T("due 不能是负数", "due can't be negative"), lang.Text{})
	}
}
