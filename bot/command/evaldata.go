package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// labelled is one line of a table of labelled texts. Its fields hold until the
// next one.
type labelled struct {
	spam    bool
	group   string
	keyword string
	text    string
	number  int // of the line in its file, from 1

	timed bool          // the table says when and by whom, so that rules may count
	at    time.Duration // since the table begins
	user  string
	room  string
	mod   bool
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

	second, user, room, mod int // columns of a recorded chat
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
	l.second, l.user, l.room, l.mod = at("second"), at("user"), at("room"), at("is_mod")
	if (l.second < 0) != (l.user < 0) {
		return nil, l.fault(errors.New("the columns second and user need each other / second 和 user 两列要一起有"))
	}
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
	if err := l.time(&one, fields); err != nil {
		return labelled{}, l.fault(err)
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

// time reads when and by whom a line was said.
func (l *labels) time(one *labelled, fields []string) error {
	if l.second < 0 {
		return nil
	}
	second, err := strconv.ParseFloat(fields[l.second], 64)
	if err != nil || !(second >= 0 && second < 1e9) {
		return fmt.Errorf("second is %.40q: write a number of seconds / second 列请写秒数", fields[l.second])
	}
	one.timed, one.at, one.user = true, time.Duration(second*float64(time.Second)), fields[l.user]
	if l.room >= 0 {
		one.room = fields[l.room]
	}
	one.mod = l.mod >= 0 && fields[l.mod] == "1"
	return nil
}

// lineBreaks undoes what a table writes for the characters that end its cells.
var lineBreaks = strings.NewReplacer(`\n`, "\n", `\t`, "\t")

// fault names the place of an error.
func (l *labels) fault(err error) error {
	return fmt.Errorf("%s:%d: %w", l.name, max(1, l.in.number), err)
}
