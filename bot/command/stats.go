package command

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"patrol/bot/app"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

type statsCommand struct {
	configFlag
	Since string   `placeholder:"DURATION"`
	Chat  []string `sep:"none" placeholder:"CONNECTION/CHAT"`
	CSV   bool     `name:"csv" xor:"form"`
	JSON  bool     `name:"json" xor:"form"`
}

// Run tells the numbers of a time.
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
	reach := review.Reach{}
	if len(c.Chat) > 0 {
		if reach, err = review.ParseReach(c.Chat); err != nil {
			return &misuse{lang.F("--chat：%v", "--chat: %v", err)}
		}
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		verdicts, err := st.Verdicts(ctx, s.Now().Add(-target.Within))
		if err != nil {
			return err
		}
		options := stats.Options{Now: s.Now(), Doubted: target.Doubted(verdicts), PerDay: bot.Sampling().PerDay}
		report, err := stats.Of(review.WithReach(ctx, reach), st, stats.Last(within, s.Now()), options)
		switch {
		case err != nil:
			return err
		case c.JSON:
			return writeJSON(s.Stdout, report)
		case c.CSV:
			return writeStatsCSV(s.Stdout, report)
		}
		return s.statsText(report)
	})
}

// statsText is the report for a person.
func (s *shell) statsText(r *stats.Report) error {
	var p page
	p.line(s.out.paint(bold, fmt.Sprintf(s.say("%s 至 %s", "%s to %s"), r.From, r.To)))
	count := func(n int64) string { return strconv.FormatInt(n, 10) }
	s.field(&p, "消息", "messages", count(r.Messages))
	s.field(&p, "命中", "hits", count(r.Hits))
	s.field(&p, "案件", "cases", fmt.Sprintf(s.say("自行处置 %d，先问人 %d，仅记录 %d", "%d acted on alone, %d asked about, %d only logged"), r.Acted, r.Asked, r.Logged))
	s.field(&p, "动作", "actions", s.verbCounts(r.Verbs))
	s.field(&p, "裁决", "decided", fmt.Sprintf(s.say("维持 %d，推翻 %d，推翻率 %s %%", "%d upheld, %d overturned: %s %%"), r.Upheld, r.Overturned, r.Overturns.Percent()))
	s.field(&p, "用时", "time", s.timing(&r.Timing))
	s.field(&p, "待处理", "waiting", fmt.Sprintf(s.say("%d，其中超时 %d", "%d, %d of them overdue"), r.Queue.Waiting, r.Queue.Overdue))
	p.line("")
	p.line(s.out.paint(bold, s.say("由随机抽检估计（95% 区间）", "estimated from what was drawn by chance (95 % intervals)")))
	s.field(&p, "准确率", "precision", r.Precision.Percent()+s.say(" %：自行处置中该处置的", " % of what the bot did alone was deserved"))
	s.field(&p, "召回率", "recall", r.Recall.Percent()+s.say(" %：该处置的中被处置或送审的", " % of what deserved it was acted on or asked about"))
	s.field(&p, "漏处置", "missed", r.Misses.String()+s.say(" / 每万条放行的消息", " of 10,000 messages that were let pass"))
	s.field(&p, "一致性", "agreement", s.agreement(&r.Agreement))
	for _, line := range r.Samples {
		s.field(&p, "抽检", "drawn", fmt.Sprintf(s.say("%s：抽中 %d，已判断 %d，机器人对 %s %%", "%s: %d, %d of them judged, the bot right on %s %%"), s.frameName(line.Of), line.Drawn, line.Judged, line.Right.Percent())+s.full(line.Full))
	}
	p.line("")
	if _, err := fmt.Fprint(s.Stdout, p.String()); err != nil {
		return err
	}
	if err := s.ruleTable(r.Rules); err != nil || len(r.Busiest) == 0 {
		return err
	}
	if _, err := fmt.Fprintln(s.Stdout); err != nil {
		return err
	}
	return s.chatTable(r.Busiest)
}

func (s *shell) full(full bool) string {
	if !full {
		return ""
	}
	return s.out.paint(yellow, s.say("；某天已抽满，之后的未被代表", "; used up on some day: what came later is not represented"))
}

func (s *shell) verbCounts(verbs []stats.Count) string {
	if len(verbs) == 0 {
		return "0"
	}
	var list []string
	for _, v := range verbs {
		list = append(list, s.term(v.Name)+" "+strconv.FormatInt(v.N, 10))
	}
	return strings.Join(list, s.say("，", ", "))
}

func (s *shell) timing(t *stats.Timing) string {
	if t.N == 0 {
		return "-"
	}
	return fmt.Sprintf(s.say("中位 %s，九成 %s，按期 %s %%", "median %s, 9 of 10 within %s, in time %s %%"), hours(t.Median), hours(t.P90), t.InTime.Percent())
}

// hours writes a time to decide: "45m", "3h", "2d".
func hours(h float64) string {
	switch d := time.Duration(h * float64(time.Hour)); {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%dh", int(d.Hours()))
	case d >= time.Minute:
		return fmt.Sprintf("%dm", int(d.Minutes()))
	default:
		return fmt.Sprintf("%ds", int(d.Seconds()))
	}
}

func (s *shell) agreement(a *stats.Agreement) string {
	if a.Kappa == nil {
		return fmt.Sprintf(s.say("- （盲审两次的 %d 件）", "- (%d judged twice)"), a.N)
	}
	return fmt.Sprintf(s.say("κ %.2f（%.2f–%.2f），盲审两次的 %d 件", "kappa %.2f (%.2f–%.2f), %d judged twice"), a.Kappa.Value, a.Kappa.Low, a.Kappa.High, a.N)
}

func (s *shell) frameName(of review.Frame) string {
	switch of {
	case review.OfActed:
		return s.say("自行处置", "acted on alone")
	case review.OfLogged:
		return s.say("仅记录", "only logged")
	}
	return s.say("放行", "let pass")
}

func (s *shell) ruleTable(all []stats.RuleLine) error {
	head := []string{
		s.say("规则", "RULE"), s.say("命中", "HITS"), s.say("维持", "UPHELD"), s.say("推翻", "OVERTURNED"), s.say("准确率 %（95% 区间）", "PRECISION % (95 %)"),
		s.say("抽检准确率 %", "DRAWN BY CHANCE %"), s.say("用时", "TIME"), "",
	}
	var rows [][]cell
	for _, r := range all {
		note := cell{}
		if r.AsksFirst {
			note = cell{s.say("先问人", "asks first"), yellow}
		}
		took := "-"
		if r.Timing.N > 0 {
			took = hours(r.Timing.Median) + " / " + hours(r.Timing.P90)
		}
		rows = append(rows, []cell{
			{Plain(r.Rule), ""}, {strconv.FormatInt(r.Hits, 10), ""}, {strconv.Itoa(r.Upheld), ""}, {strconv.Itoa(r.Overturned), ""},
			{r.Precision.Percent(), ""}, {r.Sampled.Percent(), ""}, {took, ""}, note,
		})
	}
	return table(s.Stdout, s.out, head, rows)
}

func (s *shell) chatTable(all []stats.ChatLine) error {
	head := []string{s.say("最忙的群", "BUSIEST CHATS"), s.say("消息", "MESSAGES"), s.say("命中", "HITS"), s.say("动作", "ACTIONS"), s.say("用时", "TIME")}
	var rows [][]cell
	for _, c := range all {
		took := "-"
		if c.Timing.N > 0 {
			took = hours(c.Timing.Median) + " / " + hours(c.Timing.P90)
		}
		rows = append(rows, []cell{{excerpt(c.Chat, 40), ""}, {strconv.FormatInt(c.Messages, 10), ""}, {strconv.FormatInt(c.Hits, 10), ""}, {strconv.FormatInt(c.Actions, 10), ""}, {took, ""}})
	}
	return table(s.Stdout, s.out, head, rows)
}
