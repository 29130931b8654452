package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// labelled is one line of a table of labelled texts. Its fields hold until the
// next one.
type labelled struct {
	spam    bool
	group   string
	keyword string
	text    string
	number  int // of the line in its file, from 1
}

// labels reads a table of labelled texts.
type labels struct {
	name    string
	in      *lines
	columns int // how many a line has
	spam    int // where each column stands, -1 for none
	keyword int
	text    int
	group   int
	is      bool // what lines are that do not say themselves
}

// groupColumns are the columns whose values are reported apart, and what all
// lines of their tables are.
var groupColumns = []struct {
	name string
	spam bool
}{{"technique", true}, {"why", false}, {"why benign", false}}

// readLabels reads the line of column names.
func readLabels(name string, r io.Reader) (*labels, error) {
	l := &labels{name: name, in: newLines(r)}
	head, err := l.in.next()
	if errors.Is(err, io.EOF) {
		return nil, l.fault(errors.New("the table is empty: it lacks its line of column names / 表格是空的，缺少列名一行"))
	}
	if err != nil {
		return nil, l.fault(err)
	}
	names := strings.Split(string(bytes.TrimPrefix(head, []byte("\ufeff"))), "\t")
	l.columns = len(names)
	at := func(column string) int { return slices.Index(names, column) }
	l.spam, l.keyword, l.text, l.group = at("spam"), at("keyword"), at("text"), -1
	if l.text < 0 {
		return nil, l.fault(fmt.Errorf("the table has no column text, but %q / 表格没有 text 列", names))
	}
	for i, name := range names {
		if again := at(name); again != i {
			return nil, l.fault(fmt.Errorf("the columns %d and %d are both called %q / 第 %[1]d、%[2]d 列同名", again+1, i+1, name))
		}
	}
	for _, g := range groupColumns {
		if i := at(g.name); i >= 0 && l.group < 0 {
			l.group, l.is = i, g.spam
		}
	}
	return l, nil
}

// next is the next line, io.EOF after the last. Any other error names its place.
func (l *labels) next() (labelled, error) {
	line, err := l.in.next()
	if errors.Is(err, io.EOF) {
		return labelled{}, io.EOF
	}
	if err != nil {
		return labelled{}, l.fault(err)
	}
	fields := strings.Split(string(line), "\t")
	if len(fields) != l.columns {
		return labelled{}, l.fault(fmt.Errorf("%d columns, but the first line has %d / 有 %[1]d 列，而首行有 %[2]d 列", len(fields), l.columns))
	}
	one := labelled{spam: l.is, number: l.in.number, text: lineBreaks.Replace(fields[l.text])}
	if l.keyword >= 0 {
		one.keyword = fields[l.keyword]
	}
	if l.group >= 0 {
		one.group = fields[l.group]
	}
	if l.spam < 0 {
		return one, nil
	}
	switch fields[l.spam] {
	case "1":
		one.spam = true
	case "0":
		one.spam = false
	default:
		return labelled{}, l.fault(fmt.Errorf("spam is %.40q: write 1 or 0 / spam 列请写 1 或 0", fields[l.spam]))
	}
	return one, nil
}

// lineBreaks undoes what a table writes for the characters that end its cells.
var lineBreaks = strings.NewReplacer(`\n`, "\n", `\t`, "\t")

// fault names the place of an error.
func (l *labels) fault(err error) error {
	return fmt.Errorf("%s:%d: %w", l.name, max(1, l.in.number), err)
}
