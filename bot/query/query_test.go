package query_test

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/query"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// shelf serves cases in pages, as a store does.
type shelf []review.Case

func (s shelf) Cases(ctx context.Context, f review.Filter) (review.Page, error) {
	if err := ctx.Err(); err != nil {
		return review.Page{}, err
	}
	from := 0
	if f.After != "" {
		from = slices.IndexFunc(s, func(c review.Case) bool { return c.ID == f.After }) + 1
	}
	var page review.Page
	for _, c := range s[from:] {
		if len(f.Chats) > 0 && !slices.Contains(f.Chats, review.ChatKey(c.Event.Adapter, c.Event.Chat)) {
			continue
		}
		if len(page.Cases) == f.Limit {
			page.Next = page.Cases[len(page.Cases)-1].ID
			break
		}
		page.Cases = append(page.Cases, c)
	}
	return page, nil
}

func someCases() shelf {
	at := time.Date(2026, 11, 30, 9, 30, 0, 0, time.Local)
	make := func(n int, chatID, member, rule string, verb chat.Verb) review.Case {
		id := fmt.Sprintf("case%04d", n)
		return review.Case{
			ID: id, State: review.Acted, Created: at,
			Event: chat.Event{
				Adapter: "qq", Platform: "qq", Chat: chatID, Kind: chat.KindMessage,
				Author: chat.Member{ID: member, Name: "O'Neil " + member}, Message: chat.Message{Text: "it's 加微信"},
			},
			Verdict:  rules.Verdict{Hits: []rules.Hit{{Rule: rule, Severity: rules.Major, Mode: rules.Live, Then: rules.Then{Answer: rules.Ladder}, Signals: []rules.Signal{{Word: "加微信"}}}}},
			Decision: ladder.Decision{Score: n, Strike: &ladder.Strike{Case: id, Rule: rule, Weight: 3, At: at, Until: at.Add(time.Hour)}},
			Strike:   review.StrikeCounts,
			Acts:     []review.Act{{State: review.Done, Action: chat.Action{Verb: chat.Delete}}, {State: review.Done, Action: chat.Action{Verb: verb, For: 10 * time.Minute}}},
		}
	}
	return shelf{
		make(1, "42", "ann", "ads.contact", chat.Remove),
		make(2, "42", "bob", "ads.contact", chat.Mute),
		make(3, "43", "cho", "abuse.insult", chat.Remove),
		make(4, "42", "ann", "flood.member", chat.Mute),
	}
}

func reported() shelf {
	cases := someCases()
	cases[1].Reported = review.Reports{Count: 3, Weight: 1.25, Last: cases[1].Created.Add(time.Minute)}
	return cases
}

// many are n cases of one rule, more than a page of the store.
func many(n int) shelf {
	var cases shelf
	for i := range n {
		one := someCases()[0]
		one.ID = fmt.Sprintf("case%04d", i)
		cases = append(cases, one)
	}
	return cases
}

func answer(t *testing.T, r query.Request) query.Result {
	t.Helper()
	if r.Cases == nil {
		r.Cases = someCases()
	}
	result, err := query.Run(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: %v", r.SQL, err)
	}
	return result
}

func TestQueriesAndTheirAnswers(t *testing.T) {
	for _, c := range []struct {
		name string
		ask  query.Request
		want string
	}{
		{"some columns where something holds", query.Request{SQL: "SELECT member, rule FROM cases WHERE action = 'remove'"}, "member rule|ann ads.contact|cho abuse.insult"},
		{"words in any case, a semicolon at the end", query.Request{SQL: "select Member from Cases where SCORE >= 3;"}, "member|cho|ann"},
		{"quotes in texts", query.Request{SQL: "SELECT id FROM cases WHERE name = 'O''Neil bob' AND text = 'it''s 加微信'"}, "id|case0002"},
		{"names that begin like keywords", query.Request{SQL: "SELECT at, adapter, answer AS andy FROM hits WHERE 1 = 2"}, ""},
		{"another name for a column", query.Request{SQL: "SELECT member AS who, score + 1 AS next FROM cases LIMIT 1"}, "who next|ann 2"},
		{"limit and offset after order", query.Request{SQL: "SELECT id, score FROM cases LIMIT 2 OFFSET 1", Order: []string{"score desc"}}, "id score|case0003 3|case0002 2"},
		{"two orders", query.Request{SQL: "SELECT member, score FROM cases", Order: []string{"member", "score desc"}}, "member score|ann 4|ann 1|bob 2|cho 3"},
		{"equal rows counted, the most first", query.Request{SQL: "SELECT member FROM cases", Count: true}, "count member|2 ann|1 bob|1 cho"},
		{"counted and ordered", query.Request{SQL: "SELECT rule FROM cases", Count: true, Order: []string{"rule"}}, "count rule|1 abuse.insult|2 ads.contact|1 flood.member"},
		{"parentheses", query.Request{SQL: "SELECT id FROM cases WHERE (score = 1 OR score = 4) AND (member = 'ann')"}, "id|case0001|case0004"},
		{"an empty value is written -", query.Request{SQL: "SELECT id FROM cases WHERE decided_by = '-' AND score < 2"}, "id|case0001"},
		{"actions", query.Request{SQL: "SELECT member, verb, minutes FROM actions WHERE verb = 'mute'"}, "member verb minutes|bob mute 10|ann mute 10"},
		{"strikes", query.Request{SQL: "SELECT member, weight, state FROM strikes WHERE rule = 'abuse.insult'"}, "member weight state|cho 3 counts"},
		{"hits", query.Request{SQL: "SELECT rule, word, day, hour FROM hits LIMIT 1"}, "rule word day hour|ads.contact 加微信 20261130 9"},
		{"reports, and never by whom", query.Request{Cases: reported(), SQL: "SELECT member, reports, weight, last FROM reports"}, "member reports weight last|bob 3 125 2026-11-30 09:31:00"},
		{"rules, as they last hit", query.Request{SQL: "SELECT rule, title_en, severity, version FROM rules"}, "rule title_en severity version|ads.contact - major -|abuse.insult - major -|flood.member - major -"},
		{"a rule once, whichever page it is on", query.Request{Cases: many(1500), SQL: "SELECT rule FROM rules"}, "rule|ads.contact"},
		{"conditions as columns", query.Request{SQL: "SELECT member = 'ann' FROM cases LIMIT 2"}, "value|true|false"},
		{"texts joined", query.Request{SQL: "SELECT chat || '/' || member FROM cases LIMIT 1"}, "value|42/ann"},
		{"only what the reviewer may see", query.Request{SQL: "SELECT id FROM cases", Scope: review.Filter{Chats: []string{"qq/43"}}}, "id|case0003"},
	} {
		t.Run(c.name, func(t *testing.T) {
			result := answer(t, c.ask)
			if c.want == "" {
				if len(result.Rows) != 0 || len(result.Columns) == 0 {
					t.Errorf("got %v", result)
				}
				return
			}
			if got := written(&result); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if result.Partial {
				t.Error("the answer is said to be a part")
			}
		})
	}
}

func written(r *query.Result) string {
	var lines []string
	var head []string
	for _, c := range r.Columns {
		head = append(head, c.Name)
	}
	lines = append(lines, strings.Join(head, " "))
	for _, row := range r.Rows {
		lines = append(lines, strings.Trim(fmt.Sprint(row), "[]"))
	}
	return strings.Join(lines, "|")
}

func TestWhatTheDialectLacksIsSaid(t *testing.T) {
	for sql, want := range map[string]string{
		"":                                                        "query:1: write SELECT columns FROM table",
		"DROP TABLE cases":                                        "query:1: DROP is not supported: a query only reads",
		"SELECT id FROM cases; DELETE":                            "query:23: DELETE is not supported",
		"SELECT id FROM cases; SELECT 1":                          "query:21: a query is one SELECT",
		"SELECT id FROM cases ORDER BY id":                        "query:22: ORDER is not supported: there is no ORDER BY: use --order",
		"SELECT count(*) FROM cases":                              "query:8: COUNT is not supported",
		"SELECT upper(id) FROM cases":                             "query:8: there is no function upper",
		"SELECT id FROM cases WHERE id LIKE 5":                    "query:31: LIKE is not supported",
		"SELECT id FROM users":                                    "query:16: there is no table users; there are cases, actions, hits, strikes",
		"SELECT password FROM cases":                              "query:8: table cases has no column password; it has id,",
		"SELECT id FROM cases WHERE id = ''":                      "query:33: there is no empty text",
		"SELECT id FROM cases WHERE a = NULL":                     "query:32: NULL is not supported: there is no NULL",
		"SELECT id FROM cases WHERE id = 'x":                      "query:33: the closing quote is missing",
		"SELECT id FROM cases WHERE score = 3000000000":           "query:36: 3000000000 is no whole number up to",
		"SELECT id FROM cases WHERE score = '3'":                  "query: both sides of = must be numbers; they are numbers and texts",
		"SELECT id FROM cases WHERE at < '2026'":                  "query: both sides of < must be numbers; they are texts and texts",
		"SELECT id FROM cases WHERE score":                        "query: WHERE needs a condition",
		"SELECT id FROM cases WHERE id = 'a' AND hour = 1 OR 1=1": "query:50: put parentheses where AND stands beside OR",
		"SELECT id FROM cases WHERE ((hour = 1)":                  "query: a closing parenthesis is missing",
		"SELECT id FROM cases WHERE hour = 1)":                    "query:36: this parenthesis closes nothing",
		"SELECT id FROM cases LIMIT -1":                           `query:28: "-" can't stand here`,
		"SELECT id FROM cases LIMIT id":                           "query:22: LIMIT stands at the end, with a whole number",
		"SELECT id":                                               "query: FROM and a table are missing",
		"SELECT FROM cases":                                       "query: there are no columns after SELECT",
		"SELECT id, FROM cases":                                   "query: the query can't be understood",
		"SELECT \"id\" FROM cases":                                "query:8: names need no quotes",
		"SELECT 名 FROM cases":                                     `query:8: "名" can't stand here`,
		"SELECT id FROM cases WHERE " + strings.Repeat("(", 300):  "query:59: parentheses go 32 deep at most",
		"SELECT id FROM cases" + strings.Repeat(" ", 5000):        "query: the query has 5020 bytes",
	} {
		_, err := query.Run(t.Context(), query.Request{Cases: someCases(), SQL: sql})
		var wrong *query.Error
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%.60s\ngot  %v\nwant %s", sql, err, want)
			continue
		}
		if zh := wrong.In(lang.Zh); zh == "" || zh == wrong.In(lang.En) {
			t.Errorf("%.60s: in Chinese it says %q", sql, zh)
		}
	}
}

func TestAnOrderThatIsNone(t *testing.T) {
	for _, order := range []string{"", "nothing", "id down", "id desc desc"} {
		_, err := query.Run(t.Context(), query.Request{Cases: someCases(), SQL: "SELECT id FROM cases", Order: []string{order}})
		if _, ok := errors.AsType[*query.Error](err); !ok {
			t.Errorf("%q: %v", order, err)
		}
	}
}

func manyCases(n int) shelf {
	var many shelf
	for i := range n {
		c := someCases()[i%4]
		c.ID = fmt.Sprintf("case%05d", i)
		many = append(many, c)
	}
	return many
}

func TestABudgetCutsTheAnswerAndSaysSo(t *testing.T) {
	many := manyCases(1200)
	for name, c := range map[string]struct {
		ask          query.Request
		rows, looked int
		partial      bool
	}{
		"all of it":                     {query.Request{SQL: "SELECT id FROM cases", MaxRows: 5000}, 1200, 1200, false},
		"fewer cases":                   {query.Request{SQL: "SELECT id FROM cases", MaxCases: 700}, 700, 700, true},
		"fewer rows":                    {query.Request{SQL: "SELECT id FROM cases", MaxRows: 10}, 10, 500, true},
		"a limit is what was asked for": {query.Request{SQL: "SELECT id FROM cases LIMIT 10", MaxRows: 20}, 10, 500, true},
		"counting looks at all":         {query.Request{SQL: "SELECT member FROM cases", Count: true}, 3, 1200, false},
	} {
		t.Run(name, func(t *testing.T) {
			c.ask.Cases = many
			result := answer(t, c.ask)
			if len(result.Rows) != c.rows || result.Looked != c.looked || result.Partial != c.partial {
				t.Errorf("%d rows of %d cases, partial %v; want %d, %d, %v", len(result.Rows), result.Looked, result.Partial, c.rows, c.looked, c.partial)
			}
		})
	}
}

func TestATimeThatIsOverGivesWhatWasFound(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancel()
	result, err := query.Run(ctx, query.Request{Cases: someCases(), SQL: "SELECT id FROM cases"})
	if err != nil || !result.Partial || len(result.Rows) != 0 {
		t.Errorf("%v, %v", result, err)
	}
	gone, stop := context.WithCancel(t.Context())
	stop()
	if _, err := query.Run(gone, query.Request{Cases: someCases(), SQL: "SELECT id FROM cases"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader who left: %v", err)
	}
}

func TestSpreadsheetsRunNothing(t *testing.T) {
	cases := someCases()[:1]
	for cell, want := range map[string]string{
		"=1+1": "'=1+1", "+86": "'+86", "@sum": "'@sum", "-2": "'-2", "\tx": "'\tx", "＝cmd": "'＝cmd", "a=1": "a=1", "": "-", "-": "-", "x,\"y\"\n": "x,\"y\"\n",
	} {
		cases[0].Event.Author.Name = cell
		result := answer(t, query.Request{Cases: cases, SQL: "SELECT name FROM cases"})
		var out strings.Builder
		if err := result.WriteCSV(&out); err != nil {
			t.Fatal(err)
		}
		records, err := csv.NewReader(strings.NewReader(out.String())).ReadAll()
		if err != nil || len(records) != 2 || records[1][0] != want {
			t.Errorf("%q is written %q, %v; want %q", cell, records, err, want)
		}
	}
}

func TestEveryTableFillsItsColumns(t *testing.T) {
	for _, table := range query.Tables() {
		result := answer(t, query.Request{Cases: reported(), SQL: "SELECT * FROM " + table.Name})
		if len(result.Rows) == 0 {
			t.Fatalf("%s is empty", table.Name)
		}
		for _, row := range result.Rows {
			if len(row) != len(table.Columns) {
				t.Fatalf("%s: %d cells for %d columns", table.Name, len(row), len(table.Columns))
			}
			for i, cell := range row {
				_, isNumber := cell.(int32)
				_, isText := cell.(string)
				if kind := table.Columns[i].Kind; kind == query.Number && !isNumber || kind == query.Text && !isText || cell == "" {
					t.Errorf("%s.%s is %#v", table.Name, table.Columns[i].Name, cell)
				}
			}
		}
		for _, c := range table.Columns {
			if c.Help.Zh == "" || c.Help.En == "" || c.Help.Zh == c.Help.En {
				t.Errorf("%s.%s has no help", table.Name, c.Name)
			}
			answer(t, query.Request{SQL: fmt.Sprintf("SELECT %s FROM %s WHERE %[1]s = %[1]s", c.Name, table.Name)})
		}
	}
}

// FuzzRun: no query panics, prints, sees another's chats or fails in any other
// way than by an *Error.
func FuzzRun(f *testing.F) {
	for _, sql := range []string{
		"SELECT * FROM cases", "SELECT member, rule FROM cases WHERE action = 'remove' AND (score > 1 OR hour <= 3) LIMIT 3 OFFSET 1",
		"SELECT a FROM", "SELECT 1", "select 'x''y' || name as n from hits where true", "SELECT ((((1))))+2 FROM actions", "SELECT id FROM cases WHERE", "SELECT id AS FROM cases",
		"SELECT true FROM cases WHERE 'a' = 'b' = true", "SELECT 1e5 FROM cases", "'", "\x00", "SELECT * , * FROM strikes WHERE weight + 2147483647 > 1",
	} {
		f.Add(sql, "score desc", true)
	}
	cases := someCases()
	f.Fuzz(func(t *testing.T, sql, order string, count bool) {
		r := query.Request{Cases: cases, Scope: review.Filter{Chats: []string{"qq/43"}}, SQL: sql, Count: count}
		if order != "" {
			r.Order = []string{order}
		}
		result, err := query.Run(t.Context(), r)
		var wrong *query.Error
		if err != nil && !errors.As(err, &wrong) {
			t.Fatalf("%q: %v", sql, err)
		}
		if err != nil && strings.Contains(err.Error(), "can't be run") {
			t.Fatalf("%q got past the checks: %v", sql, err)
		}
		for _, row := range result.Rows {
			if s := fmt.Sprint(row); !strings.Contains(sql, "case0001") && strings.Contains(s, "case0001") {
				t.Fatalf("%q sees another's case: %s", sql, s)
			}
		}
	})
}

func BenchmarkRun(b *testing.B) {
	many := manyCases(100_000)
	for b.Loop() {
		result, err := query.Run(b.Context(), query.Request{Cases: many, SQL: "SELECT member, rule FROM cases WHERE action = 'remove'", Count: true})
		if err != nil || result.Looked != len(many) {
			b.Fatal(result.Looked, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(many)), "ns/case")
}
