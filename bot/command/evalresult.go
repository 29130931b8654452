package command

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"patrol/rules"
	"patrol/rules/score"
)

// evalResult is what eval writes.
type evalResult struct {
	Set   string       `json:"set,omitempty"` // version of the rules; empty where each line has its keyword
	Files []fileResult `json:"files"`
	All   score.Report `json:"all"`
}

type fileResult struct {
	Data string `json:"data"`
	score.Report
	Nameless    int         `json:"nameless,omitempty"` // lines left out, as they have a remark in place of a keyword
	Misses      []wrongLine `json:"misses,omitempty"`
	FalseAlarms []wrongLine `json:"false_alarms,omitempty"`
}

// wrongLine is a line that came out wrong.
type wrongLine struct {
	Line    int          `json:"line"` // number in the file
	Keyword string       `json:"keyword,omitempty"`
	Text    string       `json:"text"`
	Answer  rules.Answer `json:"answer,omitempty"` // what the hits ask for
	Rules   []string     `json:"rules,omitempty"`
	Found   []string     `json:"found,omitempty"` // what the rules hit
}

// excerptWidth is how many columns of a listed text are shown.
const excerptWidth = 160

// show writes the result for a person.
func (r *evalResult) show(s *shell) error {
	for i := range r.Files {
		f := &r.Files[i]
		if err := showReport(s, f.Data, &f.Report); err != nil {
			return err
		}
		if f.Nameless > 0 {
			fmt.Fprintf(s.Stdout, s.say("另有 %d 条没有关键词，只有括号里的说明，例如 (any)，未计入\n\n", "%d more lines have a remark in brackets, such as (any), for their keyword and are left out\n\n"), f.Nameless)
		}
		if err := f.list(s); err != nil {
			return err
		}
	}
	if len(r.Files) < 2 {
		return nil
	}
	return showReport(s, s.say("合计", "all together"), &r.All)
}

func showReport(s *shell, name string, r *score.Report) error {
	fmt.Fprintln(s.Stdout, s.out.paint(bold, Plain(name)+s.say("：", ": "))+
		fmt.Sprintf(s.say("%d 条，垃圾信息 %d 条，无害 %d 条", "%d lines, %d spam, %d harmless"), r.Lines, r.Spam, r.Harmless))
	head := []string{"", s.say("垃圾", "spam"), s.say("无害", "harmless"), s.say("召回率 %", "recall %"), s.say("准确率 %", "precision %"), "F1 %", s.say("每万条误伤", "false alarms per 10,000")}
	var rows [][]cell
	for _, row := range []struct {
		name string
		of   *score.Score
	}{
		{s.say("自动处置", "acted on"), &r.Acted},
		{s.say("处置或送审", "acted on or queued"), &r.Flagged},
		{s.say("处置、送审或记录", "acted on, queued or logged"), &r.Noted},
	} {
		rows = append(rows, texts(row.name, strconv.Itoa(row.of.Spam), strconv.Itoa(row.of.Harmless), row.of.Recall.Percent(),
			row.of.Precision.Percent(), row.of.F1.Percent(), row.of.FalseAlarms.String()))
	}
	if err := table(s.Stdout, s.out, head, rows); err != nil {
		return err
	}
	for _, more := range []func(*shell, *score.Report) error{showRules, showGroups} {
		if err := more(s, r); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintln(s.Stdout)
	return err
}

// showRules tells about the rules that hit anything, those that hit the most first.
func showRules(s *shell, r *score.Report) error {
	if len(r.Rules) < 2 {
		return nil // it would say the same again
	}
	hit := slices.Clone(r.Rules)
	hit = slices.DeleteFunc(hit, func(one score.RuleScore) bool { return one.Spam+one.Harmless == 0 })
	slices.SortStableFunc(hit, func(a, b score.RuleScore) int { return b.Spam + b.Harmless - a.Spam - a.Harmless })
	var rows [][]cell
	for _, one := range hit {
		rows = append(rows, texts(Plain(one.Rule), split(one.Acted.Spam, one.Queued.Spam, one.Logged.Spam), split(one.Acted.Harmless, one.Queued.Harmless, one.Logged.Harmless),
			strconv.Itoa(one.Only), one.Precision.Percent(), one.FalseAlarms.String()))
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(s.Stdout, s.say("没有规则命中任何一条", "no rule hits anything"))
		return err
	}
	if _, err := fmt.Fprintln(s.Stdout); err != nil {
		return err
	}
	head := []string{s.say("规则", "rule"), s.say("垃圾：处置+送审+记录", "spam: acted+queued+logged"), s.say("无害：同左", "harmless: the same"), s.say("独中", "alone"), s.say("准确率 %", "precision %"), s.say("每万条误伤", "false alarms per 10,000")}
	if err := table(s.Stdout, s.out, head, rows); err != nil {
		return err
	}
	idle := len(r.Rules) - len(hit)
	if idle == 0 {
		return nil
	}
	_, err := fmt.Fprintf(s.Stdout, s.say("另有 %d 条规则没有命中任何一条\n", "%d more rules hit nothing\n"), idle)
	return err
}

func split(acted, queued, logged int) string { return fmt.Sprintf("%d+%d+%d", acted, queued, logged) }

// showGroups tells what became of each kind of lines.
func showGroups(s *shell, r *score.Report) error {
	if len(r.Groups) == 0 {
		return nil
	}
	var rows [][]cell
	for _, g := range r.Groups {
		rows = append(rows, texts(excerpt(g.Group, 48), strconv.Itoa(g.Lines), split(g.Acted, g.Queued, g.Logged), g.Share.Percent()))
	}
	if _, err := fmt.Fprintln(s.Stdout); err != nil {
		return err
	}
	return table(s.Stdout, s.out, []string{s.say("种类", "kind"), s.say("条数", "lines"), s.say("处置+送审+记录", "acted+queued+logged"), s.say("处置或送审 %", "acted on or queued %")}, rows)
}

func texts(all ...string) []cell {
	row := make([]cell, len(all))
	for i, text := range all {
		row[i].text = text
	}
	return row
}

// list writes the lines that came out wrong.
func (f *fileResult) list(s *shell) error {
	for _, part := range []struct {
		title string
		lines []wrongLine
	}{
		{s.say("漏掉的垃圾信息：", "missed spam:"), f.Misses},
		{s.say("误伤的无害文本：", "false alarms:"), f.FalseAlarms},
	} {
		if len(part.lines) == 0 {
			continue
		}
		var p page
		p.line(s.out.paint(bold, part.title))
		for i := range part.lines {
			p.line(part.lines[i].in(s, f.Data))
		}
		p.line("")
		if _, err := io.WriteString(s.Stdout, p.String()); err != nil {
			return err
		}
	}
	return nil
}

func (w *wrongLine) in(s *shell, file string) string {
	var said []string
	switch w.Answer {
	case rules.Ladder:
		said = append(said, s.say("处置", "acted on"))
	case rules.Review:
		said = append(said, s.say("送审", "queued"))
	case rules.Log:
		said = append(said, s.say("记录", "logged"))
	}
	if len(w.Rules) > 0 {
		said = append(said, s.out.paint(yellow, Plain(strings.Join(slices.Compact(w.Rules), ", "))))
	}
	if w.Keyword != "" {
		said = append(said, s.out.paint(cyan, excerpt(w.Keyword, excerptWidth)))
	}
	if len(w.Found) > 0 {
		said = append(said, s.out.paint(red, excerpt(strings.Join(w.Found, " "), excerptWidth/2)))
	}
	place := fmt.Sprintf("%s:%d:", Plain(file), w.Line)
	return strings.Join(append(append([]string{place}, said...), excerpt(w.Text, excerptWidth)), "  ")
}
