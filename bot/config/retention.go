package config

import (
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/rules"
	"patrol/rules/lang"
)

// Retention says how long things are kept.
type Retention struct {
	Text   Keep `yaml:"text"`   // what people wrote, after the last word about a case; 30d
	Ledger Keep `yaml:"ledger"` // cases and ledger entries; 180d
}

// Keep is how long something is kept: a length of time, or off for good.
type Keep time.Duration

// UnmarshalText reads a length of time, 0 or off.
func (k *Keep) UnmarshalText(text []byte) error {
	switch strings.TrimSpace(string(text)) {
	case "off", "0":
		*k = 0
		return nil
	}
	parsed, err := rules.ParseDuration(string(text))
	if err != nil {
		return err
	}
	*k = Keep(parsed)
	return nil
}

const day = 24 * time.Hour

// usualRetention keeps texts for as long as an appeal may come in, and the record of
// what was done for half a year, which is what some laws ask for at least.
func (c *Config) usualRetention() {
	if !c.doc.Has("retention.text") {
		c.Retention.Text = Keep(30 * day)
		if l := c.Retention.Ledger; c.doc.Has("retention.ledger") && l > 0 {
			c.Retention.Text = min(c.Retention.Text, l)
		}
	}
	if !c.doc.Has("retention.ledger") {
		c.Retention.Ledger = max(Keep(180*day), c.Retention.Text)
	}
}

// RetentionPolicy is how long things are kept, as bot/retention wants it.
func (c *Config) RetentionPolicy() retention.Policy {
	return retention.Policy{Text: time.Duration(c.Retention.Text), Ledger: time.Duration(c.Retention.Ledger)}
}

// usualAppeal is how long after a case one may appeal, where the file does not say.
const usualAppeal = 30 * day

func (k *checker) retention(c *Config) {
	text, kept := time.Duration(c.Retention.Text), time.Duration(c.Retention.Ledger)
	within := time.Duration(c.Members.Appeal.Within)
	if within <= 0 {
		within = usualAppeal
	}
	if kept > 0 && kept < ledger.LeastPeriod {
		k.fault("retention.ledger", lang.F("ledger 至少 %s，现在是 %s", "ledger is at least %s, and is %s", retention.Length(ledger.LeastPeriod), retention.Length(kept)),
			lang.T("例如 180d；off 永久保存", "such as 180d; off keeps everything for good"))
	}
	if kept > 0 && text > kept {
		k.fault("retention.text", lang.F("文字保存 %s，比案件和账本（%s）还久", "texts are kept for %s, longer than cases and the ledger (%s)", retention.Length(text), retention.Length(kept)),
			lang.T("text 不能大于 ledger；off 则与案件一起删除", "text can't be more than ledger; with off texts go with their cases"))
	}
	if text > 0 && text < within && !c.Members.Appeal.Off {
		k.fault("retention.text", lang.F("文字只保存 %s，而申诉可在 %s 内提出，届时无法裁决", "texts are kept for %s only, and appeals may come within %s: nobody could decide them", retention.Length(text), retention.Length(within)),
			lang.T("延长 retention.text，或缩短 members.appeal.within", "make retention.text longer, or members.appeal.within shorter"))
	}
}
