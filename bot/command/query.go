package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"patrol/bot/query"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type queryCommand struct {
	configFlag
	sightFlag
	SQL     string        `arg:"" name:"sql" optional:""`
	Order   []string      `placeholder:"COLUMN"`
	Count   bool          ``
	Chat    []string      `sep:"none" placeholder:"CONNECTION/CHAT"`
	Since   time.Duration `placeholder:"DURATION"`
	Cases   int           `default:"100000" placeholder:"N"`
	Rows    int           `default:"1000" placeholder:"N"`
	Timeout time.Duration `default:"30s" placeholder:"DURATION"`
	Schema  bool          ``
	Table   bool          `xor:"form"`
	CSV     bool          `name:"csv" xor:"form"`
	JSON    bool          `name:"json" xor:"form"`
}

// Run answers a query, or tells what can be asked.
func (c *queryCommand) Run(ctx context.Context, s *shell) error {
	switch {
	case c.Schema:
		return s.schema()
	case strings.TrimSpace(c.SQL) == "":
		return &misuse{lang.T("请写一句 SELECT；--schema 列出能查的表和列", "write a SELECT; --schema lists the tables and columns")}
	case c.Cases < 1 || c.Rows < 1 || c.Timeout <= 0 || c.Since < 0:
		return &misuse{lang.T("--cases、--rows、--timeout、--since 要大于 0", "--cases, --rows, --timeout and --since must be more than 0")}
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		ctx, err := c.seeing(ctx, s, st)
		if err != nil {
			return err
		}
		timed, cancel := context.WithTimeout(ctx, c.Timeout)
		defer cancel()
		request := query.Request{
			Cases: st, Scope: review.Filter{Chats: c.Chat}, SQL: c.SQL,
			Order: c.Order, Count: c.Count, MaxCases: c.Cases, MaxRows: c.Rows,
		}
		if c.Since > 0 {
			request.Scope.Since = s.Now().Add(-c.Since)
		}
		result, err := query.Run(timed, request)
		if wrong, ok := errors.AsType[*query.Error](err); ok {
			return &misuse{lang.T(wrong.In(lang.Zh), wrong.In(lang.En))}
		}
		if err != nil {
			return err
		}
		return c.write(s, &result)
	})
}

func (c *queryCommand) write(s *shell, result *query.Result) error {
	if result.Partial {
		defer fmt.Fprintf(s.Stderr, s.say("只是一部分：看了最新的 %d 个案件；可用 --since、--cases、--rows、--timeout 调整。\n", "This is a part: the newest %d cases were looked at; change it with --since, --cases, --rows and --timeout.\n"), result.Looked)
	}
	switch {
	case c.JSON:
		return writeJSON(s.Stdout, result)
	case c.CSV:
		return result.WriteCSV(s.Stdout)
	}
	var head []string
	for _, column := range result.Columns {
		head = append(head, column.Name)
	}
	var rows [][]cell
	for _, row := range result.Rows {
		var cells []cell
		for _, value := range row {
			cells = append(cells, cell{text: excerpt(fmt.Sprint(value), 60)})
		}
		rows = append(rows, cells)
	}
	return table(s.Stdout, s.out, head, rows)
}

// schema lists the tables and their columns.
func (s *shell) schema() error {
	for i, t := range query.Tables() {
		if i > 0 {
			fmt.Fprintln(s.Stdout)
		}
		fmt.Fprintf(s.Stdout, "%s  %s\n", s.out.paint(bold, t.Name), t.Help.In(s.lang))
		var rows [][]cell
		for _, column := range t.Columns {
			rows = append(rows, []cell{{"  " + column.Name, ""}, {s.kind(column.Kind), dim}, {column.Help.In(s.lang), ""}})
		}
		if err := table(s.Stdout, s.out, []string{s.say("  列", "  COLUMN"), s.say("类型", "KIND"), s.say("含义", "WHAT IT IS")}, rows); err != nil {
			return err
		}
	}
	return nil
}

func (s *shell) kind(k query.Kind) string {
	switch k {
	case query.Number:
		return s.say("整数", "number")
	case query.Bool:
		return s.say("条件", "condition")
	}
	return s.say("文本", "text")
}
