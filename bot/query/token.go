package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"patrol/rules/lang"
)

// The longest query, in bytes, and its most tokens and deepest parentheses: the
// engine's parser is recursive and must not exhaust the stack.
const (
	maxQuery  = 4096
	maxTokens = 400
	maxDepth  = 32
)

type tokenKind int

const (
	tokenName tokenKind = iota // a table or column, lower case
	tokenWord                  // a word of the dialect, lower case
	tokenText
	tokenNumber
	tokenSign
)

type token struct {
	kind tokenKind
	text string
	at   int // in characters from 1
}

func (t token) is(kind tokenKind, text string) bool { return t.kind == kind && t.text == text }

// String writes the token as the engine reads it. Names are quoted, as the
// engine takes a name that begins like a keyword (order, origin) for two tokens.
func (t token) String() string {
	switch t.kind {
	case tokenName:
		return `"` + t.text + `"`
	case tokenText:
		return "'" + strings.ReplaceAll(t.text, "'", "''") + "'"
	}
	return t.text
}

// words are the keywords of the dialect.
func dialect(word string) bool {
	return slices.Contains([]string{"select", "from", "where", "as", "and", "or", "true", "false", "limit", "offset"}, word)
}

// lacking are the words of SQL that the dialect lacks, each with what to do.
func lacking(word string) (mend lang.Text, lacks bool) {
	switch word {
	case "order", "by", "asc", "desc":
		return lang.T("这里不支持排序；请用 --order（审核台：排序框）", "there is no ORDER BY: use --order (in the console, the field Order)"), true
	case "count", "sum", "min", "max", "avg", "group", "having", "distinct":
		return lang.T("这里不支持聚合；相同的行可以用 --count 计数", "there are no aggregates: --count counts equal rows"), true
	case "like", "ilike", "regexp", "glob", "match", "contains":
		return lang.T("这里不支持模糊匹配；请比较整个值，或在结果里查找", "there is no LIKE: compare whole values, or search the result"), true
	case "null", "is":
		return lang.F("没有 NULL：空值写作 '%s'", "there is no NULL: what is empty is written '%s'", Empty), true
	case "in", "between", "not":
		return lang.T("请用 AND、OR、<> 改写", "write it with AND, OR and <>"), true
	case "join", "inner", "left", "right", "outer", "cross", "union", "intersect", "except", "with", "case", "when", "cast":
		return lang.T("一次只能查一个表", "a query reads one table"), true
	case "insert", "update", "delete", "create", "drop", "alter", "replace", "pragma", "attach", "truncate", "grant", "set", "begin", "commit", "into", "values", "table", "index":
		return lang.T("查询只能读：请写 SELECT", "a query only reads: write SELECT"), true
	}
	return lang.Text{}, false
}

// lex cuts sql into tokens.
func lex(sql string) ([]token, error) {
	if len(sql) > maxQuery {
		return nil, fault(0, "查询有 %d 字节，最多 %d", "the query has %d bytes, %d at most", len(sql), maxQuery)
	}
	l := lexer{rest: sql, at: 1}
	var tokens []token
	for {
		l.skipSpace()
		if l.rest == "" {
			return tokens, nil
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		if tokens = append(tokens, t); len(tokens) > maxTokens {
			return nil, fault(t.at, "查询太长：最多 %d 个词", "the query is too long: %d words at most", maxTokens)
		}
	}
}

type lexer struct {
	rest string
	at   int
}

func (l *lexer) take(bytes int) string {
	taken := l.rest[:bytes]
	l.rest = l.rest[bytes:]
	l.at += utf8.RuneCountInString(taken)
	return taken
}

func (l *lexer) skipSpace() {
	l.take(len(l.rest) - len(strings.TrimLeft(l.rest, " \t\r\n\u3000")))
}

func (l *lexer) next() (token, error) {
	at := l.at
	switch c := l.rest[0]; {
	case c == '\'':
		return l.text()
	case c == '"' || c == '`' || c == '[':
		return token{}, fault(at, "列名不用引号；文本请写在单引号里", "names need no quotes; texts stand in single quotes")
	case isDigit(c):
		return l.number()
	case isLetter(c):
		return l.word()
	}
	for _, sign := range []string{"<>", "!=", "<=", ">=", "||", "=", "<", ">", "+", ",", "(", ")", "*", ";"} {
		if strings.HasPrefix(l.rest, sign) {
			l.take(len(sign))
			if sign == "!=" {
				sign = "<>"
			}
			return token{tokenSign, sign, at}, nil
		}
	}
	_, size := utf8.DecodeRuneInString(l.rest)
	shown := strconv.QuoteToGraphic(l.take(size))
	return token{}, fault(at, "这里不能写 %s；文本请写在单引号里，如 'remove'", "%s can't stand here; texts stand in single quotes, such as 'remove'", shown)
}

func (l *lexer) text() (token, error) {
	at := l.at
	l.take(1)
	var content strings.Builder
	for {
		end := strings.IndexByte(l.rest, '\'')
		if end < 0 {
			return token{}, fault(at, "缺少结尾的单引号", "the closing quote is missing")
		}
		content.WriteString(l.take(end))
		l.take(1)
		if !strings.HasPrefix(l.rest, "'") {
			break
		}
		content.WriteString(l.take(1))
	}
	if content.Len() == 0 {
		return token{}, fault(at, "没有空文本：空值写作 '%s'", "there is no empty text: what is empty is written '%s'", Empty)
	}
	return token{tokenText, content.String(), at}, nil
}

func (l *lexer) number() (token, error) {
	at := l.at
	digits := l.take(len(l.rest) - len(strings.TrimLeftFunc(l.rest, func(r rune) bool { return r < utf8.RuneSelf && (isDigit(byte(r)) || isLetter(byte(r)) || r == '.') })))
	n, err := strconv.ParseInt(digits, 10, 32)
	if err != nil {
		return token{}, fault(at, "%s 不是 0 到 2147483647 的整数；号码是文本，请写 '%[1]s'", "%s is no whole number up to 2147483647; ids are texts: write '%[1]s'", digits)
	}
	return token{tokenNumber, strconv.FormatInt(n, 10), at}, nil
}

func (l *lexer) word() (token, error) {
	at := l.at
	word := strings.ToLower(l.take(len(l.rest) - len(strings.TrimLeftFunc(l.rest, func(r rune) bool { return r < utf8.RuneSelf && (isDigit(byte(r)) || isLetter(byte(r))) }))))
	if dialect(word) {
		return token{tokenWord, word, at}, nil
	}
	if mend, lacks := lacking(word); lacks {
		return token{}, fault(at, "不支持 %[1]s：%[2]s", "%[1]s is not supported: %[3]s", strings.ToUpper(word), mend.Zh, mend.En)
	}
	return token{tokenName, word, at}, nil
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isLetter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
