package command

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/score"
)

type evalCommand struct {
	rulesFlags
	wordFlags
	Platform       string   `placeholder:"NAME"`
	Chat           string   `placeholder:"ID"`
	Misses         bool     `name:"misses"`
	FalseAlarms    bool     `name:"false-alarms"`
	Limit          int      `default:"50" placeholder:"N"`
	MaxFalseAlarms *float64 `placeholder:"N"`
	MinRecall      *float64 `placeholder:"PERCENT"`
	JSON           bool     `name:"json"`
	Data           []string `arg:"" name:"data"`
}

// Run measures rules on labelled texts.
func (c *evalCommand) Run(ctx context.Context, s *shell) error {
	e, err := c.evaluation(s)
	if err != nil {
		return err
	}
	for _, name := range e.data {
		if err := e.file(ctx, name); err != nil {
			return err
		}
	}
	result := e.result()
	if c.JSON {
		err = writeJSON(s.Stdout, result)
	} else {
		err = result.show(s)
	}
	return errors.Join(err, c.bounds(s, &result.All))
}

// bounds says which of the bounds that were asked for do not hold.
func (c *evalCommand) bounds(s *shell, all *score.Report) error {
	wrong := false
	if rate := all.Flagged.FalseAlarms; c.MaxFalseAlarms != nil && rate != nil && rate.Value > *c.MaxFalseAlarms {
		wrong = true
		s.complain(fmt.Sprintf(s.say("每万条误伤 %.1f 条，上限是 %g", "%.1f false alarms per 10,000, and %g are allowed"), rate.Value, *c.MaxFalseAlarms))
	}
	if rate := all.Flagged.Recall; c.MinRecall != nil && rate != nil && 100*rate.Value < *c.MinRecall {
		wrong = true
		s.complain(fmt.Sprintf(s.say("找出 %.1f%%，下限是 %g%%", "%.1f %% of the spam found, and %g %% are wanted"), 100*rate.Value, *c.MinRecall))
	}
	return foundIf(wrong)
}

// evaluation is a measurement under way.
type evaluation struct {
	command *evalCommand
	shell   *shell
	data    []string // files of labelled texts
	set     *judge   // nil: each line is judged by its own keyword
	words   wordJudges
	rules   []rules.Rule
	scanner scanner
	sheet   *score.Sheet // of all files
	files   []fileResult
}

// evaluation tells rules from data and readies the rules.
func (c *evalCommand) evaluation(s *shell) (*evaluation, error) {
	e := &evaluation{command: c, shell: s, words: wordJudges{flags: &c.wordFlags}}
	e.scanner.event = chat.Event{
		ID: "eval", Kind: chat.KindMessage, Platform: c.Platform, Chat: c.Chat, Time: s.Now().Truncate(time.Second),
		Author: chat.Member{ID: "eval"}, Message: chat.Message{ID: "eval"},
	}
	var more []string
	for _, name := range c.Data {
		if holdsRules(name) {
			more = append(more, name)
		} else {
			e.data = append(e.data, name)
		}
	}
	given := len(c.Rules) > 0 || c.Config != "" || len(more) > 0
	switch {
	case len(e.data) == 0:
		return nil, &misuse{lang.T("没有给出标注过的文本（TSV 文件，- 是标准输入）", "no labelled texts are given (TSV files, - is standard input)")}
	case c.Limit < 0:
		return nil, &misuse{lang.T("--limit 不能是负数", "--limit can't be negative")}
	case c.Keyword != "" && given:
		return nil, &misuse{lang.T("--keyword 和规则文件不能一起用", "--keyword and rule files can't be used together")}
	}
	if err := e.ready(more, given); err != nil {
		return nil, err
	}
	e.rules = []rules.Rule{{ID: wordRule}}
	if e.set != nil {
		e.rules = e.set.Rules()
	}
	e.sheet = score.New(e.rules)
	return e, nil
}

// holdsRules reports whether an argument names rules: the same endings as in a
// folder, and folders.
func holdsRules(name string) bool {
	if ext := filepath.Ext(name); ext == ".yaml" || ext == ".yml" {
		return true
	}
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

func (e *evaluation) ready(more []string, given bool) (err error) {
	c := e.command
	switch {
	case c.Keyword != "":
		e.set, err = c.oneWord(c.Keyword, nil)
		return err
	case !given && e.ownKeywords():
		return nil
	}
	set, _, err := c.set(more)
	if err != nil {
		return err
	}
	e.set = newJudge(set)
	return nil
}

// ownKeywords reports whether all data have a keyword in each line. Standard
// input can't be looked into and then read again: for it rules must be given.
func (e *evaluation) ownKeywords() bool {
	for _, name := range e.data {
		if name == "-" {
			return false
		}
		f, err := os.Open(name)
		if err != nil {
			return false // reading it says why
		}
		l, err := readLabels(name, f)
		_ = f.Close()
		if err != nil || l.keyword < 0 {
			return false
		}
	}
	return true
}

// file judges the lines of one file.
func (e *evaluation) file(ctx context.Context, name string) error {
	in := e.shell.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return fmt.Errorf("data: %w / 数据文件", err)
		}
		defer f.Close()
		in = f
	}
	data, err := readLabels(name, bufio.NewReaderSize(in, 1<<16))
	if err != nil {
		return err
	}
	result := fileResult{Data: name}
	sheet := score.New(e.rules)
	for ctx.Err() == nil {
		one, err := data.next()
		if errors.Is(err, io.EOF) {
			result.Report = sheet.Report()
			e.files = append(e.files, result)
			return nil
		}
		if err != nil {
			return err
		}
		if e.set == nil && nameless(one.keyword) {
			result.Nameless++
			continue
		}
		line, err := e.judge(&one)
		if err != nil {
			e.shell.complain(data.fault(err).Error())
		}
		sheet.Add(line)
		e.sheet.Add(line)
		e.list(&result, &one, &line)
	}
	return ctx.Err()
}

// nameless reports whether what stands for a keyword is no word but a remark in
// brackets on what a line holds: (any), (contact id). Nothing can be looked for then.
func nameless(keyword string) bool {
	return strings.HasPrefix(keyword, "(") && strings.HasSuffix(keyword, ")")
}

// judge judges one line. The error says why its keyword can't be used, and that
// nothing hits therefore.
func (e *evaluation) judge(one *labelled) (score.Line, error) {
	line := score.Line{Spam: one.spam, Group: one.group}
	set := e.set
	if set == nil {
		var err error
		if set, err = e.words.of(one.keyword); set == nil {
			return line, err
		}
	}
	e.event(one)
	verdict := set.Eval(&e.scanner.event, &e.scanner.scratch)
	for i := range verdict.Hits {
		if one.timed || set.counts(&verdict.Hits[i]) {
			line.Hits = append(line.Hits, verdict.Hits[i])
		}
	}
	return line, nil
}

// event makes the scanner's event that of a line. Each recorded chat has a time
// of its own, so that one file does not count in another.
func (e *evaluation) event(one *labelled) {
	ev := &e.scanner.event
	ev.Message.Text = one.text
	if !one.timed {
		e.scanner.apart()
		return
	}
	const apart = 30 * 24 * time.Hour
	ev.Time = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(len(e.files))*apart + one.at)
	ev.Author, ev.Chat = chat.Member{ID: one.user, Name: one.user}, cmp.Or(one.room, e.command.Chat)
	if one.mod {
		ev.Author.Role = chat.RoleAdmin
	}
}

// list keeps a line that came out wrong, where such lines are asked for.
func (e *evaluation) list(r *fileResult, one *labelled, line *score.Line) {
	asked := line.Asked()
	flagged := asked == rules.Ladder || asked == rules.Review
	kept, wanted := &r.FalseAlarms, e.command.FalseAlarms
	if one.spam {
		kept, wanted = &r.Misses, e.command.Misses
	}
	if !wanted || flagged == one.spam || e.command.Limit > 0 && len(*kept) == e.command.Limit {
		return
	}
	wrong := wrongLine{Line: one.number, Keyword: one.keyword, Text: strings.ToValidUTF8(one.text, "\ufffd"), Answer: asked}
	for i := range line.Hits {
		wrong.Rules = append(wrong.Rules, line.Hits[i].Rule)
		for _, sig := range line.Hits[i].Signals {
			wrong.Found = append(wrong.Found, strings.ToValidUTF8(one.text[sig.Span.Start:sig.Span.End], "\ufffd"))
		}
	}
	*kept = append(*kept, wrong)
}

func (e *evaluation) result() *evalResult {
	r := &evalResult{Files: e.files, All: e.sheet.Report()}
	if e.set != nil {
		r.Set = e.set.Version()
	}
	return r
}
