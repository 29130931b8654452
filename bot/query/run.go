package query

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/eatonphil/gosql"

	"patrol/bot/review"
)

// Cases is where the rows come from; bot/store's Store is one.
type Cases interface {
	Cases(ctx context.Context, f review.Filter) (review.Page, error)
}

// The bounds of a Request's fields that are 0.
const (
	DefaultCases = 100_000
	DefaultRows  = 1_000
)

// Request is one query.
type Request struct {
	Cases    Cases
	Scope    review.Filter // what this reviewer may see; its paging fields are not used
	SQL      string
	Order    []string // columns of the result, each may end in " desc"
	Count    bool     // equal rows become one, with how many there were in front
	MaxCases int      // how many cases are looked at, the newest first; DefaultCases where 0
	MaxRows  int      // how many rows come back at most; DefaultRows where 0
}

// Result is the answer to a query.
type Result struct {
	Columns []Column
	Rows    [][]any // a string, int32 or bool in each cell
	Looked  int     // how many cases were looked at
	Partial bool    // there were more cases, or more rows, or the time was over
}

// Run answers r. An error in the query is an *Error; any other is of the store.
// Where ctx ends by its deadline, what was found until then is the answer.
func Run(ctx context.Context, r Request) (Result, error) {
	p, err := parse(r.SQL)
	if err != nil {
		return Result{}, err
	}
	columns := slices.Clone(p.columns)
	if r.Count {
		columns = slices.Insert(columns, 0, Column{Name: "count", Kind: Number})
	}
	order, err := orderBy(columns, r.Order)
	if err != nil {
		return Result{}, err
	}
	c := collector{plan: p, most: cmp.Or(r.MaxRows, DefaultRows), all: r.Count || len(order) > 0}
	if r.Count {
		c.counts = map[string]int{}
	}
	looked, partial, err := c.collect(ctx, r)
	if err != nil {
		return Result{}, err
	}
	if r.Count && len(order) == 0 {
		order = []by{{column: 0, desc: true}}
	}
	rows := c.counted()
	slices.SortStableFunc(rows, order.compare)
	rows = rows[min(p.offset, len(rows)):]
	if most := cmp.Or(r.MaxRows, DefaultRows); len(rows) > most && (p.limit < 0 || p.limit > most) {
		rows, partial = rows[:most], true
	}
	if p.limit >= 0 {
		rows = rows[:min(p.limit, len(rows))]
	}
	return Result{Columns: columns, Rows: rows, Looked: looked, Partial: partial}, nil
}

// maxKept bounds the memory of a query that must see all rows before it answers.
const maxKept = 200_000

// collector runs a plan over one page of cases after the other, so that a query
// never holds more of the store than a page, and can be stopped between pages.
type collector struct {
	plan   *plan
	rows   [][]any
	counts map[string]int // with counting: which of rows holds an equal one
	tally  []int32        // and how many there were
	most   int
	all    bool // rows are ordered or counted: all must be seen
}

func (c *collector) collect(ctx context.Context, r Request) (looked int, partial bool, err error) {
	most := cmp.Or(r.MaxCases, DefaultCases)
	filter := r.Scope
	for looked < most {
		filter.Limit = min(review.MaxPage, most-looked)
		page, err := r.Cases.Cases(ctx, filter)
		if ctx.Err() == context.DeadlineExceeded {
			return looked, true, nil
		}
		if err != nil {
			return looked, false, fmt.Errorf("query: %w", err)
		}
		if err := c.page(page.Cases); err != nil {
			return looked, false, err
		}
		looked += len(page.Cases)
		if filter.After = page.Next; page.Next == "" {
			return looked, false, nil
		}
		if c.enough() {
			return looked, true, nil
		}
	}
	return looked, true, nil
}

func (c *collector) enough() bool {
	if c.all {
		return len(c.rows) >= maxKept
	}
	wanted := c.plan.offset + c.most
	if c.plan.limit >= 0 {
		wanted = c.plan.offset + min(c.plan.limit, c.most)
	}
	return len(c.rows) > wanted
}

// page runs the query over the rows of these cases.
func (c *collector) page(cases []review.Case) error {
	found, err := guard(func() (*gosql.Results, error) { return c.plan.run(cases) })
	if err != nil {
		return &Error{Text: fault(0, "查询无法执行：%v", "the query can't be run: %v", err).Text}
	}
	for _, cells := range found.Rows {
		row := make([]any, len(cells))
		for i, cell := range cells {
			row[i] = value(c.plan.columns[i].Kind, cell)
		}
		c.add(row)
	}
	return nil
}

func (c *collector) add(row []any) {
	if c.counts == nil {
		c.rows = append(c.rows, row)
		return
	}
	key := fmt.Sprintf("%q", row)
	if at, known := c.counts[key]; known {
		c.tally[at]++
		return
	}
	c.counts[key] = len(c.rows)
	c.rows, c.tally = append(c.rows, row), append(c.tally, 1)
}

// counted are the rows, with how many of each there were where that was asked.
func (c *collector) counted() [][]any {
	if c.counts == nil {
		return c.rows
	}
	for i := range c.rows {
		c.rows[i] = slices.Insert(c.rows[i], 0, any(c.tally[i]))
	}
	return c.rows
}

// run fills a table of the engine with the columns that are used, and selects.
func (p *plan) run(cases []review.Case) (*gosql.Results, error) {
	engine := gosql.NewMemoryBackend()
	name := gosql.Token{Kind: gosql.IdentifierKind, Value: p.table.Name}
	var columns []*gosql.ColumnDefinition
	for _, i := range p.used {
		columns = append(columns, &gosql.ColumnDefinition{
			Name:     gosql.Token{Kind: gosql.IdentifierKind, Value: p.table.Columns[i].Name},
			Datatype: gosql.Token{Kind: gosql.KeywordKind, Value: engineType(p.table.Columns[i].Kind)},
		})
	}
	if err := engine.CreateTable(&gosql.CreateTableStatement{Name: name, Cols: &columns}); err != nil {
		return nil, err
	}
	for i := range cases {
		for _, row := range p.table.rows(&cases[i]) {
			values := make([]*gosql.Expression, len(p.used))
			for k, column := range p.used {
				values[k] = &gosql.Expression{Kind: gosql.LiteralKind, Literal: literal(row[column])}
			}
			if err := engine.Insert(&gosql.InsertStatement{Table: name, Values: &values}); err != nil {
				return nil, err
			}
		}
	}
	return engine.Select(p.query)
}

func engineType(k Kind) string {
	switch k {
	case Number:
		return string(gosql.IntKeyword)
	case Bool:
		return string(gosql.BoolKeyword)
	}
	return string(gosql.TextKeyword)
}

func literal(cell any) *gosql.Token {
	switch v := cell.(type) {
	case int32:
		return &gosql.Token{Kind: gosql.NumericKind, Value: strconv.Itoa(int(v))}
	case bool:
		return &gosql.Token{Kind: gosql.BoolKind, Value: strconv.FormatBool(v)}
	}
	return &gosql.Token{Kind: gosql.StringKind, Value: cell.(string)}
}

func value(k Kind, cell gosql.Cell) any {
	switch k {
	case Number:
		if n := cell.AsInt(); n != nil {
			return *n
		}
		return int32(0)
	case Bool:
		b := cell.AsBool()
		return b != nil && *b
	}
	if s := cell.AsText(); s != nil {
		return *s
	}
	return Empty
}

// guard turns a panic of the engine into an error.
func guard[T any](f func() (T, error)) (result T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	return f()
}

type by struct {
	column int
	desc   bool
}

type ordering []by

// orderBy reads "column" and "column desc".
func orderBy(columns []Column, wanted []string) (ordering, error) {
	var order ordering
	for _, w := range wanted {
		words := strings.Fields(strings.ToLower(w))
		desc := len(words) == 2 && words[1] == "desc"
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && !desc && words[1] != "asc" {
			return nil, fault(0, "排序写作 列名 或 列名 desc，而不是 %q", "an order is a column, or a column and desc, not %q", w)
		}
		at := slices.IndexFunc(columns, func(c Column) bool { return c.Name == words[0] })
		if at < 0 {
			return nil, fault(0, "结果里没有列 %s，不能按它排序", "the result has no column %s to order by", words[0])
		}
		order = append(order, by{at, desc})
	}
	return order, nil
}

func (o ordering) compare(a, b []any) int {
	for _, by := range o {
		x := compareCells(a[by.column], b[by.column])
		if by.desc {
			x = -x
		}
		if x != 0 {
			return x
		}
	}
	return 0
}

func compareCells(a, b any) int {
	switch a := a.(type) {
	case int32:
		return cmp.Compare(a, b.(int32))
	case string:
		return cmp.Compare(a, b.(string))
	}
	return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b))
}
