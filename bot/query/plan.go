package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/eatonphil/gosql"

	"patrol/rules/lang"
)

// plan is a query that was checked: run on the rows of its table it can't fail.
type plan struct {
	table   Table
	used    []int // the columns of table that the query reads
	query   *gosql.SelectStatement
	columns []Column // of the result
	limit   int      // -1 where the query has none
	offset  int
}

// parse checks sql and makes a plan of it. Every error is an *Error.
func parse(sql string) (*plan, error) {
	tokens, err := lex(sql)
	if err != nil {
		return nil, err
	}
	if tokens, err = oneStatement(tokens); err != nil {
		return nil, err
	}
	p := &plan{limit: -1}
	if tokens, err = p.cutLimit(tokens); err != nil {
		return nil, err
	}
	if err := checkNesting(tokens); err != nil {
		return nil, err
	}
	if err := p.findTable(tokens); err != nil {
		return nil, err
	}
	if err := p.checkNames(tokens); err != nil {
		return nil, err
	}
	if err := p.hand(tokens); err != nil {
		return nil, err
	}
	return p, p.typed()
}

func oneStatement(tokens []token) ([]token, error) {
	for len(tokens) > 0 && tokens[len(tokens)-1].is(tokenSign, ";") {
		tokens = tokens[:len(tokens)-1]
	}
	if len(tokens) == 0 || !tokens[0].is(tokenWord, "select") {
		return nil, fault(1, "请写 SELECT 列 FROM 表", "write SELECT columns FROM table")
	}
	for _, t := range tokens[1:] {
		if t.is(tokenSign, ";") || t.is(tokenWord, "select") {
			return nil, fault(t.at, "一次只能查一句", "a query is one SELECT")
		}
	}
	return tokens, nil
}

// cutLimit takes LIMIT n OFFSET m from the end of tokens: rows are ordered and
// counted before they are cut, which the engine can't do.
func (p *plan) cutLimit(tokens []token) ([]token, error) {
	for len(tokens) > 2 {
		word, n := tokens[len(tokens)-2], tokens[len(tokens)-1]
		if word.kind != tokenWord || word.text != "limit" && word.text != "offset" || n.kind != tokenNumber {
			break
		}
		value, err := strconv.Atoi(n.text)
		switch {
		case err != nil:
			return nil, fault(n.at, "%s 不是数", "%s is no number", n.text)
		case word.text == "limit" && p.limit < 0:
			p.limit = value
		case word.text == "offset" && p.offset == 0 && p.limit < 0:
			p.offset = value
		default:
			return nil, fault(word.at, "写法是 LIMIT n OFFSET m，各一次", "write LIMIT n OFFSET m, each once")
		}
		tokens = tokens[:len(tokens)-2]
	}
	for _, t := range tokens {
		if t.is(tokenWord, "limit") || t.is(tokenWord, "offset") {
			return nil, fault(t.at, "%s 写在最后，后面是一个整数", "%s stands at the end, with a whole number", strings.ToUpper(t.text))
		}
	}
	return tokens, nil
}

// checkNesting bounds the depth of parentheses and refuses AND beside OR: the
// engine gives both the same precedence, which nobody expects.
func checkNesting(tokens []token) error {
	joined := []string{""} // by depth: which of AND and OR stands there
	for _, t := range tokens {
		switch {
		case t.is(tokenSign, "("):
			if joined = append(joined, ""); len(joined) > maxDepth {
				return fault(t.at, "括号最多 %d 层", "parentheses go %d deep at most", maxDepth)
			}
		case t.is(tokenSign, ")"):
			if len(joined) == 1 {
				return fault(t.at, "多了一个右括号", "this parenthesis closes nothing")
			}
			joined = joined[:len(joined)-1]
		case t.is(tokenSign, ","), t.is(tokenWord, "where"), t.is(tokenWord, "from"):
			joined[len(joined)-1] = ""
		case t.is(tokenWord, "and"), t.is(tokenWord, "or"):
			if last := joined[len(joined)-1]; last != "" && last != t.text {
				return fault(t.at, "AND 和 OR 混用时请加括号", "put parentheses where AND stands beside OR")
			}
			joined[len(joined)-1] = t.text
		}
	}
	if len(joined) > 1 {
		return fault(0, "缺少右括号", "a closing parenthesis is missing")
	}
	return nil
}

func (p *plan) findTable(tokens []token) error {
	from := slices.IndexFunc(tokens, func(t token) bool { return t.is(tokenWord, "from") })
	if from < 0 || from+1 == len(tokens) {
		return fault(0, "缺少 FROM 表；有 %s", "FROM and a table are missing; there are %s", tableNames())
	}
	name := tokens[from+1]
	found, ok := tableOf(name.text)
	if name.kind != tokenName || !ok {
		return fault(name.at, "没有表 %[1]s；有 %[2]s", "there is no table %[1]s; there are %[2]s", name.text, tableNames())
	}
	p.table = found
	return nil
}

func tableNames() string {
	var names []string
	for _, t := range Tables() {
		names = append(names, t.Name)
	}
	return strings.Join(names, ", ")
}

// checkNames makes sure that every name is a column of the table, and notes
// which are read.
func (p *plan) checkNames(tokens []token) error {
	read := map[string]bool{}
	for i, t := range tokens {
		before := token{}
		if i > 0 {
			before = tokens[i-1]
		}
		switch {
		case t.is(tokenSign, "*"):
			for _, c := range p.table.Columns {
				read[c.Name] = true
			}
		case t.kind != tokenName, before.is(tokenWord, "from"), before.is(tokenWord, "as"):
		case i+1 < len(tokens) && tokens[i+1].is(tokenSign, "("):
			return fault(t.at, "没有函数 %s", "there is no function %s", t.text)
		case p.column(t.text) < 0:
			return fault(t.at, "表 %[1]s 没有列 %[2]s；有 %[3]s", "table %[1]s has no column %[2]s; it has %[3]s", p.table.Name, t.text, p.columnNames())
		default:
			read[t.text] = true
		}
	}
	for i, c := range p.table.Columns {
		if read[c.Name] {
			p.used = append(p.used, i)
		}
	}
	return nil
}

func (p *plan) column(name string) int {
	return slices.IndexFunc(p.table.Columns, func(c Column) bool { return c.Name == name })
}

func (p *plan) columnNames() string {
	var names []string
	for _, c := range p.table.Columns {
		names = append(names, c.Name)
	}
	return strings.Join(names, ", ")
}

// hand gives the tokens to the engine's parser. Texts go as their number and
// come back afterwards, since its lexer doubles every quote in them.
func (p *plan) hand(tokens []token) error {
	var (
		sql   strings.Builder
		texts []string
	)
	for _, t := range tokens {
		if t.kind == tokenText {
			texts = append(texts, t.text)
			t.text = strconv.Itoa(len(texts) - 1)
		}
		sql.WriteString(t.String())
		sql.WriteByte(' ')
	}
	tree, err := guard(func() (*gosql.Ast, error) {
		return gosql.Parser{HelpMessagesDisabled: true}.Parse(sql.String())
	})
	if err != nil || len(tree.Statements) != 1 || tree.Statements[0].SelectStatement == nil {
		return fault(0, "看不懂这句查询；写法是 SELECT 列 FROM 表 WHERE 条件", "the query can't be understood; write SELECT columns FROM table WHERE condition")
	}
	p.query = tree.Statements[0].SelectStatement
	for _, item := range *p.query.Item {
		if !item.Asterisk {
			restore(item.Exp, texts)
		}
	}
	if p.query.Where != nil {
		restore(p.query.Where, texts)
	}
	return nil
}

func restore(e *gosql.Expression, texts []string) {
	switch {
	case e.Kind == gosql.BinaryKind:
		restore(&e.Binary.A, texts)
		restore(&e.Binary.B, texts)
	case e.Literal.Kind == gosql.StringKind:
		if n, err := strconv.Atoi(e.Literal.Value); err == nil && n < len(texts) {
			e.Literal.Value = texts[n]
		}
	}
}

// typed works out the columns of the result, and refuses what the engine would
// find out only row by row.
func (p *plan) typed() error {
	for _, item := range *p.query.Item {
		if item.Asterisk {
			p.columns = append(p.columns, p.table.Columns...)
			continue
		}
		kind, err := p.kindOf(item.Exp)
		if err != nil {
			return err
		}
		p.columns = append(p.columns, Column{Name: nameOf(item), Kind: kind})
	}
	if len(p.columns) == 0 {
		return fault(0, "SELECT 后面缺少列", "there are no columns after SELECT")
	}
	if p.query.Where == nil {
		return nil
	}
	kind, err := p.kindOf(p.query.Where)
	if err == nil && kind != Bool {
		err = fault(0, "WHERE 需要一个条件，如 action = 'remove'", "WHERE needs a condition, such as action = 'remove'")
	}
	return err
}

func nameOf(item *gosql.SelectItem) string {
	switch {
	case item.As != nil:
		return item.As.Value
	case item.Exp.Kind == gosql.LiteralKind && item.Exp.Literal.Kind == gosql.IdentifierKind:
		return item.Exp.Literal.Value
	}
	return "value"
}

func (p *plan) kindOf(e *gosql.Expression) (Kind, error) {
	if e.Kind == gosql.LiteralKind {
		switch e.Literal.Kind {
		case gosql.NumericKind:
			return Number, nil
		case gosql.BoolKind:
			return Bool, nil
		case gosql.IdentifierKind:
			if i := p.column(e.Literal.Value); i >= 0 {
				return p.table.Columns[i].Kind, nil
			}
		}
		return Text, nil
	}
	a, err := p.kindOf(&e.Binary.A)
	if err != nil {
		return 0, err
	}
	b, err := p.kindOf(&e.Binary.B)
	if err != nil {
		return 0, err
	}
	sign := e.Binary.Op.Value
	needs, gives := operator(sign)
	if sign == "=" || sign == "<>" {
		needs = a
	}
	if a != needs || b != needs {
		return 0, fault(0, "%[1]s 的两边要都是%[2]s，现在是%[4]s和%[6]s", "both sides of %[1]s must be %[3]s; they are %[5]s and %[7]s", append([]any{strings.ToUpper(sign)}, both(needs, a, b)...)...)
	}
	return gives, nil
}

func operator(sign string) (needs, gives Kind) {
	switch sign {
	case "+":
		return Number, Number
	case "||":
		return Text, Text
	case "and", "or":
		return Bool, Bool
	}
	return Number, Bool
}

func both(kinds ...Kind) []any {
	var said []any
	for _, k := range kinds {
		t := k.name()
		said = append(said, t.Zh, t.En)
	}
	return said
}

func (k Kind) name() lang.Text {
	switch k {
	case Number:
		return lang.T("数", "numbers")
	case Bool:
		return lang.T("条件", "conditions")
	}
	return lang.T("文本", "texts")
}
