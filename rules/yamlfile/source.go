package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"patrol/rules/lang"
)

// The bounds on a file, so that no file, however wrong, can hang or kill the
// program that reads it.
const (
	MaxSize     = 16 << 20 // bytes in a file
	MaxDepth    = 100      // lists and mappings inside one another
	MaxUnfolded = 100_000  // values that all aliases together stand for
)

// CheckText is the fault of data that is no text as Patrol reads it: above
// MaxSize or not UTF-8; nil where there is none. It serves files of words as
// well as YAML.
func CheckText(file string, data []byte) *Fault {
	switch {
	case len(data) > MaxSize:
		return &Fault{File: file,
			Problem: lang.F("文件有 %d 字节，超过 %d MiB", "the file has %d bytes, more than %d MiB", len(data), MaxSize>>20),
			Mend:    lang.T("请把内容拆成几个文件", "split it into several files")}
	case bytes.HasPrefix(data, []byte{0xFF, 0xFE}) || bytes.HasPrefix(data, []byte{0xFE, 0xFF}):
		return &Fault{File: file, Line: 1, Col: 1,
			Problem: lang.T("文件是 UTF-16 编码", "the file is encoded in UTF-16"), Mend: saveAsUTF8}
	}
	at := invalidUTF8(data)
	if at < 0 {
		return nil
	}
	line := bytes.LastIndexByte(data[:at], '\n') + 1
	return &Fault{File: file, Line: bytes.Count(data[:at], []byte{'\n'}) + 1, Col: utf8.RuneCount(data[line:at]) + 1,
		Problem: lang.F("字节 0x%02X 不是 UTF-8 文本（可能是 GBK 编码）", "byte 0x%02X is not UTF-8 text (perhaps GBK)", data[at]), Mend: saveAsUTF8}
}

var saveAsUTF8 = lang.T("请另存为 UTF-8", "save it as UTF-8")

// TrimBOM takes the byte order mark off that some editors put before UTF-8.
func TrimBOM(data []byte) []byte { return bytes.TrimPrefix(data, []byte("\uFEFF")) }

func invalidUTF8(data []byte) int {
	for i := 0; i < len(data); {
		r, size := utf8.DecodeRune(data[i:])
		if r == utf8.RuneError && size == 1 {
			return i
		}
		i += size
	}
	return -1
}

// parse reads the one document of a file. The body is nil for an empty file.
func (d *Doc) parse(src string) (body ast.Node, fault *Fault) {
	// What is read is anybody's file, and the parser is not ours: a crash in it
	// is that file's fault, not the end of the program.
	defer func() {
		if r := recover(); r != nil {
			body, fault = nil, d.syntaxFault(Place{}, lang.F("YAML 解析器崩溃：%v", "the YAML parser gave up: %v", r))
		}
	}()
	tokens := lexer.Tokenize(src)
	if f := d.tooDeep(tokens); f != nil {
		return nil, f
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var syntax *yaml.SyntaxError
		if !errors.As(err, &syntax) {
			return nil, d.syntaxFault(Place{}, lang.F("不是正确的 YAML：%v", "this is not YAML: %v", err))
		}
		return nil, d.syntaxFault(placeOfToken(syntax.Token), d.syntaxProblem(syntax.Message))
	}
	return d.onlyBody(file)
}

// onlyBody is the body of the only document.
func (d *Doc) onlyBody(file *ast.File) (ast.Node, *Fault) {
	var body ast.Node
	for _, doc := range file.Docs {
		switch doc.Body.(type) {
		case nil, *ast.DirectiveNode, *ast.CommentGroupNode:
			continue
		}
		if body != nil {
			f := d.fault("", placeOf(doc.Body), lang.T("一个文件里有多个 YAML 文档", "there are several YAML documents in one file"),
				lang.T("请删去 ---，或拆成几个文件", "take out the --- or split the file"))
			return nil, &f
		}
		body = doc.Body
	}
	return body, nil
}

// tooDeep finds nesting that the parser, which recurses, should not be given.
func (d *Doc) tooDeep(tokens token.Tokens) *Fault {
	flow, entries, line := 0, 0, 0
	for _, tk := range tokens {
		switch tk.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.MappingValueType:
			if tk.Position.Line != line {
				line, entries = tk.Position.Line, 0
			}
			entries++
		}
		deep := flow > MaxDepth || flow == 0 && entries > MaxDepth || tk.Position.IndentNum > 10*MaxDepth
		if deep {
			f := d.fault("", placeOfToken(tk), lang.F("嵌套超过 %d 层", "nested deeper than %d levels", MaxDepth), lang.Text{})
			return &f
		}
	}
	return nil
}

func (d *Doc) syntaxFault(at Place, problem lang.Text) *Fault {
	f := d.fault("", at, problem, d.slip(at.Line))
	return &f
}

// syntaxProblem says the commoner complaints of the parser in words that do not
// need its source to be understood.
func (d *Doc) syntaxProblem(message string) lang.Text {
	message, _, _ = strings.Cut(message, "\n")
	for _, known := range syntaxWords {
		if strings.Contains(message, known.part) {
			return known.words
		}
	}
	return lang.F("YAML 语法错误：%s", "YAML syntax: %s", message)
}

// slip guesses from the lines up to a syntax error what was meant.
func (d *Doc) slip(line int) lang.Text {
	for at := line; at >= max(line-1, 1) && at <= len(d.lines); at-- {
		text := d.lines[at-1]
		indent := text[:len(text)-len(strings.TrimLeft(text, " \t"))]
		switch {
		case strings.Contains(indent, "\t"):
			return lang.F("第 %d 行用了制表符缩进，请改用空格", "line %d is indented with a tab: use spaces", at)
		case strings.ContainsRune(text, '：'):
			return lang.F("第 %d 行用了全角冒号“：”，请改成半角冒号加空格“: ”", "line %d has a full-width colon “：”: write a plain colon and a space", at)
		case strings.ContainsAny(text, "“”‘’"):
			return lang.F("第 %d 行用了中文引号，请改成半角引号 \"", "line %d has curly quotes: use plain ones", at)
		case strings.ContainsAny(text, "，【】｛｝"):
			return lang.F("第 %d 行用了全角标点，请改成半角的 , [ ] { }", "line %d has full-width punctuation: use plain , [ ] { }", at)
		}
	}
	return lang.Text{}
}

type syntaxWord struct {
	part  string
	words lang.Text
}

var syntaxWords = []syntaxWord{
	{"cannot start any token", lang.T("这里的字符（例如制表符）不能开始一个值", "this character (a tab, say) can't start a value")},
	{"unexpected key name", lang.T("上一行不是“键: 值”，或缩进不一致", "the line before is no \"key: value\", or the indents differ")},
	{"sequence end token ']' not found", lang.T("这个 [ 没有对应的 ]", "this [ has no ]")},
	{"could not find end character of single-quoted", lang.T("这个单引号没有配对", "this single quote is never closed")},
	{"could not find end character of double-quoted", lang.T("这个双引号没有配对", "this double quote is never closed")},
	{"is a reserved character", lang.T("YAML 保留了这个开头的字符，请给整个值加引号", "YAML reserves the character that this value starts with: put the value in quotes")},
	{"mapping value is not allowed", lang.T("值里有“: ”，请给整个值加引号", "this value holds a \": \": put the value in quotes")},
	{"unexpected scalar value type", lang.T("列表里有空的一项", "the list has an empty entry")},
}

func newDoc(file, src string) *Doc {
	return &Doc{
		file:    file,
		lines:   strings.Split(src, "\n"),
		anchors: make(map[string]ast.Node),
		values:  map[Path]Place{"": {Line: 1, Col: 1}},
		keys:    make(map[Path]Place),
	}
}

// kindWords names a node's kind for people.
func kindWords(n ast.Node) lang.Text {
	switch n := n.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return lang.T("键值表", "a mapping")
	case *ast.SequenceNode:
		return lang.T("列表", "a list")
	case *ast.BoolNode:
		return lang.F("真假值 %s", "the boolean %s", n.Token.Value)
	case *ast.NullNode:
		return lang.T("空值", "nothing")
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode:
		return lang.F("数字 %s", "the number %s", n.GetToken().Value)
	case *ast.StringNode:
		return lang.F("文本 %s", "the text %s", Excerpt(n.Value))
	case *ast.LiteralNode:
		return lang.F("文本 %s", "the text %s", Excerpt(n.Value.Value))
	}
	return lang.T(fmt.Sprint(n.Type()), fmt.Sprint(n.Type()))
}
