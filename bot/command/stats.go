package command

import (
	"context"
	"strconv"
	"time"

	"patrol/bot/app"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/score"
)

type statsCommand struct {
	configFlag
	Since string `placeholder:"DURATION"`
	JSON  bool   `name:"json"`
}

// ruleStats is how right a rule is, as --json writes it.
type ruleStats struct {
	review.RuleVerdicts
	Precision *score.Rate `json:"precision"` // shares, with their 95 % interval
	AsksFirst bool        `json:"asks_first"`
}

// Run tells how right each rule is.
func (c *statsCommand) Run(ctx context.Context, s *shell) error {
	bot, err := c.load(s)
	if err != nil {
		return err
	}
	target := app.PrecisionTarget(bot)
	within := target.Within
	if c.Since != "" {
		var d rules.Duration
		if err := d.UnmarshalText([]byte(c.Since)); err != nil {
			return &misuse{lang.F("--since：%v", "--since: %v", err)}
		}
		within = time.Duration(d)
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		verdicts, err := st.Verdicts(ctx, s.Now().Add(-within))
		if err != nil {
			return err
		}
		all := []ruleStats{}
		for _, v := range verdicts {
			all = append(all, ruleStats{v, v.Precision(), target.Missed(v)})
		}
		if c.JSON {
			return writeJSON(s.Stdout, all)
		}
		return s.statsTable(all)
	})
}

func (s *shell) statsTable(all []ruleStats) error {
	head := []string{s.say("规则", "RULE"), s.say("维持", "UPHELD"), s.say("推翻", "OVERTURNED"), s.say("准确率 %（95% 区间）", "PRECISION % (95 %)"), ""}
	var rows [][]cell
	for _, r := range all {
		note := cell{}
		if r.AsksFirst {
			note = cell{s.say("先问人", "asks first"), yellow}
		}
		rows = append(rows, []cell{{Plain(r.Rule), ""}, {strconv.Itoa(r.Upheld), ""}, {strconv.Itoa(r.Overturned), ""}, {r.Precision.Percent(), ""}, note})
	}
	return table(s.Stdout, s.out, head, rows)
}
