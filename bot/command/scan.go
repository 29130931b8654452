package command

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// maxLine is the longest line that scan reads, in bytes.
const maxLine = 1 << 20

type scanCommand struct {
	rulesFlags
	wordFlags
	TSV      []string `name:"tsv" placeholder:"[KEYWORD,]TEXT"`
	Platform string   `placeholder:"NAME"`
	Chat     string   `placeholder:"ID"`
	More     []string `arg:"" optional:"" name:"file"`
}

// Run scans standard input, line by line, until it ends. Files that stand alone
// are rule files too, so that a shell may expand -r rules/*.yaml.
func (c *scanCommand) Run(ctx context.Context, s *shell) error {
	in := newLines(s.Stdin)
	out := bufio.NewWriterSize(s.Stdout, 64<<10)
	next, err := c.source(in, func(err error) { s.complain(err.Error()) })
	if err != nil {
		return err
	}
	scan := scanner{event: chat.Event{
		ID: "scan", Kind: chat.KindMessage, Platform: c.Platform, Chat: c.Chat, Time: s.Now().Truncate(time.Second),
		Author: chat.Member{ID: "scan"}, Message: chat.Message{ID: "scan"},
	}}
	for ctx.Err() == nil {
		item, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return errors.Join(fmt.Errorf("line %d / 第 %[1]d 行: %w", in.number, err), out.Flush())
		}
		if _, err := out.Write(scan.line(&item)); err != nil {
			return err
		}
		if in.pausing() {
			if err := out.Flush(); err != nil {
				return err
			}
		}
	}
	return errors.Join(out.Flush(), ctx.Err())
}

// item is one text, and what judges it.
type item struct {
	set     *judge // nil: nothing hits
	keyword []byte // of the line, with --tsv KEYWORD,TEXT
	text    []byte // valid until the next item
}

// judge is a rule set and which of its rules count: those say nothing here, where
// there is no time.
type judge struct {
	*rules.Set
	counting map[string]bool
}

func newJudge(set *rules.Set) *judge {
	j := &judge{Set: set, counting: map[string]bool{}}
	for _, r := range set.Rules() {
		if len(r.Limits) > 0 {
			j.counting[r.ID] = true
		}
	}
	return j
}

// source is where items come from.
func (c *scanCommand) source(in *lines, warn func(error)) (func() (item, error), error) {
	if c.Keyword != "" && (len(c.Rules) > 0 || c.Config != "" || len(c.More) > 0) {
		return nil, &misuse{lang.T("--keyword 和规则文件不能一起用", "--keyword and rule files can't be used together")}
	}
	if len(c.TSV) > 2 {
		return nil, &misuse{lang.T("--tsv 写一列（文本）或两列（关键词,文本）", "--tsv names one column (the text) or two (keyword,text)")}
	}
	if len(c.TSV) == 2 {
		if c.Keyword != "" || len(c.Rules) > 0 || c.Config != "" || len(c.More) > 0 {
			return nil, &misuse{lang.T("--tsv 关键词,文本 已指明每行的关键词，不能再给规则或 --keyword", "--tsv KEYWORD,TEXT takes the keyword from each line: give no rules and no --keyword")}
		}
		return c.keywordColumn(in, warn)
	}
	set, err := c.judge()
	if err != nil {
		return nil, err
	}
	if len(c.TSV) == 1 {
		cols, err := readHead(in, c.TSV)
		if err != nil {
			return nil, err
		}
		return func() (item, error) {
			fields, err := cols.next(in)
			return item{set: set, text: fields[0]}, err
		}, nil
	}
	return func() (item, error) {
		text, err := in.next()
		return item{set: set, text: text}, err
	}, nil
}

func (c *scanCommand) judge() (*judge, error) {
	if c.Keyword != "" {
		return c.oneWord(c.Keyword, nil)
	}
	set, _, err := c.set(c.More)
	if err != nil {
		return nil, err
	}
	return newJudge(set), nil
}

// scanner judges texts one after the other.
type scanner struct {
	event   chat.Event
	scratch rules.Scratch
	buffer  []byte
	passed  int // texts judged
}

// apart lets so much time pass that no rule takes the next text for the rest of the
// one before, and at times makes somebody else its author, lest time run out.
func (s *scanner) apart() {
	const most = 100_000
	if s.passed++; s.passed%most == 0 {
		s.event.Time = s.event.Time.Add(-most * time.Hour)
		s.event.Author.ID = strconv.Itoa(s.passed)
	}
	s.event.Time = s.event.Time.Add(time.Hour)
}

// line is the JSON line of a text, valid until the next one.
func (s *scanner) line(i *item) []byte {
	s.apart()
	s.event.Message.Text = string(i.text)
	var v rules.Verdict
	if i.set != nil {
		v = i.set.Eval(&s.event, &s.scratch)
	}
	s.buffer = appendResult(s.buffer[:0], i, &v)
	return s.buffer
}

// counts reports whether a hit says something about one text alone.
func (j *judge) counts(h *rules.Hit) bool { return !j.counting[h.Rule] }

// lines reads lines of any length up to maxLine.
type lines struct {
	r      *bufio.Reader
	long   []byte
	number int
}

func newLines(r io.Reader) *lines { return &lines{r: bufio.NewReaderSize(r, 64<<10)} }

// next is the next line without its end, valid until the next call; io.EOF after
// the last.
func (l *lines) next() ([]byte, error) {
	l.number++
	line, err := l.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		l.long = append(l.long[:0], line...)
		for errors.Is(err, bufio.ErrBufferFull) {
			if len(l.long) > maxLine {
				return nil, fmt.Errorf("longer than %d bytes / 超过 %[1]d 字节", maxLine)
			}
			line, err = l.r.ReadSlice('\n')
			l.long = append(l.long, line...)
		}
		line = l.long
	}
	if err != nil && (!errors.Is(err, io.EOF) || len(line) == 0) {
		return nil, err
	}
	if n := len(line); line[n-1] == '\n' {
		line = line[:n-1]
		if n > 1 && line[n-2] == '\r' {
			line = line[:n-2]
		}
	}
	return line, nil
}

// pausing reports whether the next line may have to be waited for.
func (l *lines) pausing() bool { return l.r.Buffered() == 0 }
