package command

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// keywordColumn takes the keyword and the text from each line of a table. A line
// whose keyword can't be used is told to warn, and nothing hits in it.
func (c *scanCommand) keywordColumn(in *lines, warn func(error)) (func() (item, error), error) {
	cols, err := readHead(in, c.TSV)
	if err != nil {
		return nil, err
	}
	judges := wordJudges{flags: &c.wordFlags}
	return func() (item, error) {
		fields, err := cols.next(in)
		if err != nil {
			return item{}, err
		}
		set, err := judges.of(string(fields[0]))
		if err != nil {
			warn(fmt.Errorf("line %d / 第 %[1]d 行: %w", in.number, err))
		}
		return item{set: set, keyword: fields[0], text: fields[1]}, nil
	}, nil
}

// tableColumns are where the wanted columns stand in each line of a table.
type tableColumns struct {
	names []string
	at    []int
}

// readHead finds the columns in the first line.
func readHead(in *lines, names []string) (*tableColumns, error) {
	head, err := in.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the table is empty: it lacks its line of column names / 表格是空的，缺少列名一行")
	}
	if err != nil {
		return nil, err
	}
	c := &tableColumns{names: names}
	present := strings.Split(string(bytes.TrimPrefix(head, []byte("\ufeff"))), "\t")
	for _, name := range names {
		i := slices.Index(present, name)
		if i < 0 {
			return nil, fmt.Errorf("the table has no column %q, but %q / 表格没有这一列", name, present)
		}
		c.at = append(c.at, i)
	}
	return c, nil
}

// next is the wanted fields of the next line, as many as there are columns. In
// the last, the text, line breaks and tabs are put where tables write \n and \t.
func (c *tableColumns) next(in *lines) ([2][]byte, error) {
	var wanted [2][]byte
	line, err := in.next()
	if err != nil {
		return wanted, err
	}
	fields := bytes.Split(line, []byte("\t"))
	for i, at := range c.at {
		if at >= len(fields) {
			return wanted, fmt.Errorf("the column %q is missing / 缺少这一列", c.names[i])
		}
		wanted[i] = fields[at]
	}
	if text := &wanted[len(c.at)-1]; bytes.IndexByte(*text, '\\') >= 0 {
		*text = []byte(lineBreaks.Replace(string(*text)))
	}
	return wanted, nil
}
