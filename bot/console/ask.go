package console

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"patrol/bot/query"
	"patrol/rules/lang"
)

// What a query may cost. A person may choose how many cases are looked at.
const (
	askTime    = 10 * time.Second
	askCases   = 20_000
	askRows    = 500
	askAtOnce  = 2      // by all people together
	savedRows  = 10_000 // of a file
	askColumns = 64     // of what is typed as an order
)

// askBudgets are how many of the newest cases a query may look at.
var askBudgets = []int{2_000, askCases, 100_000}

// perAsker bounds how often one person asks.
var perAsker = allowance{burst: 20, refill: 2 * time.Second, slowest: 2 * time.Second, keys: 4096}

// asked is a question as it was typed.
type asked struct {
	SQL, Order, Age string
	Count           bool
	Cases           int
}

func readAsked(q url.Values) asked {
	a := asked{SQL: strings.TrimSpace(q.Get("sql")), Order: strings.TrimSpace(q.Get("order")), Age: q.Get("age"), Count: q.Get("count") != ""}
	if _, known := ages[a.Age]; !known {
		a.Age = ""
	}
	if a.Cases, _ = strconv.Atoi(q.Get("cases")); !slices.Contains(askBudgets, a.Cases) {
		a.Cases = askCases
	}
	return a
}

// href is the address that asks it, as a page or as a file.
func (a asked) href(as string) string {
	q := url.Values{"sql": {a.SQL}}
	for key, value := range map[string]string{"order": a.Order, "age": a.Age, "as": as} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if a.Count {
		q.Set("count", "1")
	}
	if a.Cases != askCases && a.Cases != 0 {
		q.Set("cases", strconv.Itoa(a.Cases))
	}
	return "/query?" + q.Encode()
}

// request is the query that was asked for. Its reach is that of the context.
func (a asked) request(c *Console, v *visit, rows int) query.Request {
	r := query.Request{Cases: c.config.Store, SQL: a.SQL, Count: a.Count, MaxCases: cmp.Or(a.Cases, askCases), MaxRows: rows}
	for column := range strings.SplitSeq(a.Order, ",") {
		if column = strings.TrimSpace(column); column != "" && len(r.Order) < askColumns {
			r.Order = append(r.Order, column)
		}
	}
	if old, aged := ages[a.Age]; aged {
		r.Scope.Since = v.now.Add(-old)
	}
	return r
}

// answerTo runs a query: a few at once, each for askTime. While others' take all
// of that time it is a *slowDown.
func (c *Console) answerTo(ctx context.Context, r query.Request) (query.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	select {
	case c.asking <- struct{}{}:
		defer func() { <-c.asking }()
	case <-ctx.Done():
		return query.Result{}, &slowDown{askTime}
	}
	return query.Run(ctx, r)
}

// answerFor is answerTo at the pace of one person.
func (c *Console) answerFor(ctx context.Context, v *visit, r query.Request) (query.Result, error) {
	if wait := c.askers.take(v.login.reviewer.Name, v.now); wait > 0 {
		return query.Result{}, &slowDown{wait}
	}
	return c.answerTo(ctx, r)
}

type askPage struct {
	frame
	asked
	Problem  string
	Ran      bool
	Columns  []askColumn
	Rows     [][]askCell
	Said     string // how much was looked at, and what came of it
	Partial  bool
	CSV      string
	JSON     string
	Ages     []string
	Budgets  []budget
	Limits   string
	Examples []example
	Tables   []askTable
}

type askColumn struct {
	Name   string
	Number bool
}

// askCell is one value; Href leads to the case that it names.
type askCell struct {
	Text []piece
	Href string
}

type budget struct {
	Cases int
	Name  string
	Here  bool
}

type example struct{ Name, SQL, Href string }

type askTable struct {
	Name, Help string
	Columns    []askHelp
}

type askHelp struct{ Name, Kind, Help string }

// ask is the page with the box, and the answer where something was typed into it.
// A query changes nothing, so that it may stand in an address.
func (c *Console) ask(w http.ResponseWriter, r *http.Request, v *visit) error {
	a := readAsked(r.URL.Query())
	p := &askPage{
		frame: c.frame(r, v, "ask.title"), asked: a, Ages: agesInOrder(), Examples: v.examples(), Tables: v.tables(),
		Limits: v.say("ask.limits", rough(askTime, v.lang), askRows),
	}
	for _, n := range askBudgets {
		p.Budgets = append(p.Budgets, budget{n, v.say("ask.newest", n), n == a.Cases})
	}
	if a.SQL == "" {
		return c.write(w, v, http.StatusOK, "query", p)
	}
	as := r.URL.Query().Get("as")
	rows := askRows
	if as != "" {
		rows = savedRows
	}
	result, err := c.answerFor(r.Context(), v, a.request(c, v, rows))
	if status, said := v.askProblem(err); said != "" {
		p.Problem = said
		return c.write(w, v, status, "query", p)
	}
	if err != nil {
		return err
	}
	if as != "" {
		return saveAs(w, as, &result)
	}
	p.show(v, &result)
	return c.write(w, v, http.StatusOK, "query", p)
}

// askProblem says what of a query a person can mend; "" for every other error.
func (v *visit) askProblem(err error) (status int, said string) {
	var (
		wrong *query.Error
		slow  *slowDown
	)
	switch {
	case errors.As(err, &wrong):
		return http.StatusUnprocessableEntity, wrong.In(v.lang)
	case errors.As(err, &slow):
		return http.StatusTooManyRequests, v.say("ask.slow", rough(max(slow.wait, time.Second), v.lang))
	}
	return 0, ""
}

func (p *askPage) show(v *visit, result *query.Result) {
	p.Ran, p.Partial = true, result.Partial
	p.Said = v.say("ask.said", len(result.Rows), result.Looked)
	p.CSV, p.JSON = p.href("csv"), p.href("json")
	for _, column := range result.Columns {
		p.Columns = append(p.Columns, askColumn{column.Name, column.Kind == query.Number})
	}
	for _, row := range result.Rows {
		cells := make([]askCell, len(row))
		for i, value := range row {
			text := fmt.Sprint(value)
			cells[i].Text = brief(text)
			if result.Columns[i].Name == "id" && text != query.Empty {
				cells[i].Href = "/cases/" + url.PathEscape(text)
			}
		}
		p.Rows = append(p.Rows, cells)
	}
}

// saveAs sends the result as a file.
func saveAs(w http.ResponseWriter, as string, result *query.Result) error {
	var (
		out  bytes.Buffer
		kind string
		err  error
	)
	switch as {
	case "csv":
		kind = "text/csv; charset=utf-8; header=present"
		out.WriteString("\ufeff") // without it the usual spreadsheet reads Chinese as something else
		err = result.WriteCSV(&out)
	case "json":
		kind = "application/json"
		err = json.NewEncoder(&out).Encode(result)
	default:
		return notFound
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="patrol-query.`+as+`"`)
	_, err = w.Write(out.Bytes())
	return err
}

// examples are queries to begin with.
func (v *visit) examples() []example {
	list := []example{
		{Name: v.say("ask.example.removed"), SQL: "SELECT id, member, name, rule, at FROM cases WHERE action = 'remove'"},
		{Name: v.say("ask.example.rules"), SQL: "SELECT rule, state FROM cases"},
		{Name: v.say("ask.example.failed"), SQL: "SELECT id, verb, error, at FROM actions WHERE state = 'failed'"},
		{Name: v.say("ask.example.strikes"), SQL: "SELECT member, name, rule FROM strikes WHERE state = 'counts'"},
		{Name: v.say("ask.example.night"), SQL: "SELECT chat, rule FROM cases WHERE (hour >= 22 OR hour < 7) AND severity <> 'minor'"},
	}
	for i, order := range []string{"at desc", "count desc", "at desc", "count desc", "count desc"} {
		a := asked{SQL: list[i].SQL, Order: order, Count: strings.HasPrefix(order, "count")}
		list[i].Href = a.href("")
	}
	return list
}

// tables is what can be asked.
func (v *visit) tables() (list []askTable) {
	for _, t := range query.Tables() {
		one := askTable{Name: t.Name, Help: t.Help.In(v.lang)}
		for _, column := range t.Columns {
			one.Columns = append(one.Columns, askHelp{column.Name, v.say("ask.kind." + kindName(column.Kind)), column.Help.In(v.lang)})
		}
		list = append(list, one)
	}
	return list
}

func kindName(k query.Kind) string {
	switch k {
	case query.Number:
		return "number"
	case query.Bool:
		return "bool"
	}
	return "text"
}

// queryAnswer is what came of a query.
type queryAnswer struct {
	Columns []string         `json:"columns"`
	Rows    []map[string]any `json:"rows"` // each by column; a text that is empty is "-"
	Looked  int              `json:"looked"`
	Partial bool             `json:"partial"` // there were more cases or rows, or the time was over
}

var queryParameters = []parameter{
	{name: "sql", about: lang.T("SELECT 列 FROM 表 WHERE 条件 LIMIT n", "SELECT columns FROM table WHERE condition LIMIT n")},
	{name: "order", about: lang.T("按哪一列排，可加 desc，可重复", "a column of the result, with desc where wanted; may be repeated"), many: true},
	{name: "count", about: lang.T("true：相同的行合为一行并计数", "true: equal rows become one, with how many there were"), enum: []string{"true", "false"}},
	{name: "since", about: lang.T("只看此时及以后的案件", "only cases recorded then or later"), form: "date-time"},
	{name: "cases", about: lang.F("最多看几个案件（新的在前），默认 %d，上限 %d", "how many cases are looked at, the newest first; %d where absent, never more than %d", askCases, slices.Max(askBudgets)), form: "integer"},
	{name: "limit", about: lang.F("最多几行，默认 %d，上限 %d", "how many rows at most; %d where absent, never more than %d", askRows, savedRows), form: "integer"},
}

func (c *Console) apiQuery(r *http.Request, _ *visit, _ any) (any, error) {
	q := r.URL.Query()
	request := query.Request{Cases: c.config.Store, SQL: q.Get("sql"), Order: q["order"], Count: q.Get("count") == "true"}
	request.Scope.Since, _ = time.Parse(time.RFC3339, q.Get("since"))
	number := func(name string, usual, most int) int {
		n, _ := strconv.Atoi(q.Get(name))
		return min(cmp.Or(n, usual), most)
	}
	request.MaxCases, request.MaxRows = number("cases", askCases, slices.Max(askBudgets)), number("limit", askRows, savedRows)
	result, err := c.answerTo(r.Context(), request)
	if wrong, ok := errors.AsType[*query.Error](err); ok {
		return nil, &badRequest{http.StatusBadRequest, "bad_query", lang.T(wrong.In(lang.Zh), wrong.In(lang.En))}
	}
	if err != nil {
		return nil, err
	}
	answer := queryAnswer{Columns: []string{}, Rows: []map[string]any{}, Looked: result.Looked, Partial: result.Partial}
	for _, column := range result.Columns {
		answer.Columns = append(answer.Columns, column.Name)
	}
	for _, row := range result.Rows {
		one := map[string]any{}
		for i, value := range row {
			one[answer.Columns[i]] = value
		}
		answer.Rows = append(answer.Rows, one)
	}
	return answer, nil
}
