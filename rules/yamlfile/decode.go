package yamlfile

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"patrol/rules/lang"
)

// Defaulter is a type with defaults: SetDefaults is called on each new value of
// it before the file's keys are decoded over it.
type Defaulter interface{ SetDefaults() }

// Decode decodes the YAML in data into the struct that into points to, and
// returns where everything is and all that is wrong, warnings included. file is
// only the name for faults. The Doc is never nil; after a syntax error nothing
// is decoded.
//
// Fields are named by their yaml tags; a field without one is not decoded.
// `yaml:"regexp,single"` on a list lets one value stand for a list of one.
// Fields may be structs, pointers, slices, maps with string keys, strings (which
// take numbers as they are written), booleans, numbers, types with an
// UnmarshalText method (whose error is the fault; see Mistake), and Node. A
// struct with an UnmarshalText method may be written as a mapping or as text.
// A key with an empty value leaves its field as it is.
func Decode(file string, data []byte, into any) (*Doc, Faults) {
	target := reflect.ValueOf(into)
	if target.Kind() != reflect.Pointer || target.Elem().Kind() != reflect.Struct {
		panic(fmt.Sprintf("yamlfile: can't decode into %T, only into a pointer to a struct", into))
	}
	if f := CheckText(file, data); f != nil {
		return newDoc(file, ""), Faults{*f}
	}
	src := string(TrimBOM(data))
	doc := newDoc(file, src)
	body, fault := doc.parse(src)
	if fault != nil {
		return doc, Faults{*fault}
	}
	d := decoder{doc: doc}
	if _, empty := body.(*ast.NullNode); body == nil || empty {
		setDefaults(target)
		d.faults = append(d.faults, doc.Warning("", lang.T("文件是空的", "the file is empty"), lang.Text{}))
	} else {
		d.collectAnchors(body)
		d.value("", body, target.Elem())
	}
	d.faults.Sort()
	return doc, d.faults
}

// Keys are the keys that Decode knows of a struct type, in the order of its
// fields, and the type of each.
func Keys(t reflect.Type) []reflect.StructField {
	var known []reflect.StructField
	for f := range t.Fields() {
		if f.IsExported() && keyOf(f) != "" {
			known = append(known, f)
		}
	}
	return known
}

// keyOf is the key of a field, "" for a field that is not in the file.
func keyOf(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
	if name == "-" {
		return ""
	}
	return name
}

// Node is a value that is decoded later, when it is known into what.
type Node struct {
	doc  *Doc
	path Path
	node ast.Node
}

// Path is where the node is in its file.
func (n Node) Path() Path { return n.path }

// IsZero reports whether the file has no such value.
func (n Node) IsZero() bool { return n.node == nil }

// Peek is the text of the scalar at key, without any check; ok is false where
// the node is no mapping or has no such scalar.
func (n Node) Peek(key string) (text string, ok bool) {
	mapping, isMapping := n.node.(*ast.MappingNode)
	if !isMapping {
		return "", false
	}
	for _, v := range mapping.Values {
		if k, isText := scalarText(v.Key); isText && k == key {
			return scalarText(v.Value)
		}
	}
	return "", false
}

// Decode decodes the node into the struct that into points to, as the function
// Decode does. It must not be called at once with other uses of the same Doc.
func (n Node) Decode(into any) Faults {
	if n.node == nil {
		return nil
	}
	d := decoder{doc: n.doc}
	d.value(n.path, n.node, reflect.ValueOf(into).Elem())
	d.faults.Sort()
	return d.faults
}

var (
	nodeType      = reflect.TypeFor[Node]()
	textType      = reflect.TypeFor[encoding.TextUnmarshaler]()
	defaulterType = reflect.TypeFor[Defaulter]()
)

// decoder decodes nodes into values and gathers what is wrong.
type decoder struct {
	doc    *Doc
	faults Faults
	depth  int // of aliases being followed, so that a cycle ends
	full   bool
}

func (d *decoder) fault(p Path, problem, mend lang.Text) {
	d.faults = append(d.faults, d.doc.Fault(p, problem, mend))
}

// value decodes n, the value at p, into v.
func (d *decoder) value(p Path, n ast.Node, v reflect.Value) {
	if n == nil {
		d.fault(p, lang.T("这里没有写值", "there is no value here"), lang.Text{})
		return
	}
	if !d.take(p, n) {
		return
	}
	switch n := n.(type) {
	case *ast.AnchorNode:
		d.value(p, n.Value, v)
		return
	case *ast.AliasNode:
		d.alias(p, n, v)
		return
	case *ast.TagNode:
		d.fault(p, lang.F("这里不用 YAML 标签 %s", "YAML tags such as %s are not used here", n.GetToken().Value), lang.T("请删去它", "take it out"))
		return
	case *ast.MappingValueNode: // a mapping of one entry
		n2 := ast.Mapping(n.GetToken(), n.IsFlowStyle, n)
		d.value(p, n2, v)
		return
	}
	d.plain(p, n, v)
}

// take records the place of a value, and counts it where it is an alias's.
func (d *decoder) take(p Path, n ast.Node) bool {
	if _, seen := d.doc.values[p]; !seen || p == "" {
		d.doc.values[p] = placeOf(n)
	}
	if d.depth == 0 {
		return true
	}
	d.doc.unfolded++
	if d.doc.unfolded > MaxUnfolded || d.depth > MaxDepth {
		if !d.full {
			d.fault(p, lang.T("别名（*）展开后的内容过多，或引用了自身", "the aliases (*) unfold into too much, or into themselves"), lang.T("请直接写出内容", "write the values out"))
		}
		d.full = true
	}
	return !d.full
}

func (d *decoder) alias(p Path, n *ast.AliasNode, v reflect.Value) {
	name, _ := scalarText(n.Value)
	target, ok := d.doc.anchors[name]
	if !ok {
		d.fault(p, lang.F("没有锚点 &%s", "there is no anchor &%s", name), lang.T("要写星号本身，请加引号", "to write a star itself, put the value in quotes"))
		return
	}
	d.depth++
	d.value(p, target, v)
	d.depth--
}

// plain decodes a node that is neither anchor, alias nor tag.
func (d *decoder) plain(p Path, n ast.Node, v reflect.Value) {
	if v.Type() == nodeType {
		v.Set(reflect.ValueOf(Node{doc: d.doc, path: p, node: n}))
		return
	}
	if _, empty := n.(*ast.NullNode); empty {
		w := d.doc.Warning(p, lang.T("这里没有写值", "there is no value here"), lang.T("请填写，或删去这个键", "fill it in, or take the key out"))
		d.faults = append(d.faults, w)
		return
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		d.plain(p, n, v.Elem())
		return
	}
	_, isMapping := n.(*ast.MappingNode)
	if (!isMapping || v.Kind() != reflect.Struct) && v.CanAddr() && v.Addr().Type().Implements(textType) {
		d.text(p, n, v.Addr().Interface().(encoding.TextUnmarshaler))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		d.structure(p, n, v)
	case reflect.Map:
		d.mapping(p, n, v)
	case reflect.Slice:
		d.list(p, n, v)
	default:
		d.scalar(p, n, v)
	}
}

func setDefaults(pointer reflect.Value) {
	if pointer.Type().Implements(defaulterType) {
		pointer.Interface().(Defaulter).SetDefaults()
	}
}

// text gives a scalar to a type that reads its own text.
func (d *decoder) text(p Path, n ast.Node, into encoding.TextUnmarshaler) {
	s, ok := d.str(p, n)
	if !ok {
		return
	}
	err := into.UnmarshalText([]byte(s))
	var m *Mistake
	switch {
	case errors.As(err, &m):
		d.fault(p, m.Problem, m.Mend)
	case err != nil:
		d.fault(p, lang.T(err.Error(), err.Error()), lang.Text{})
	}
}

// str is the text of a scalar that stands for text.
func (d *decoder) str(p Path, n ast.Node) (string, bool) {
	if b, isBool := n.(*ast.BoolNode); isBool {
		d.fault(p, lang.F("YAML 把 %s 读成真假值，而这里要文本", "YAML reads %s as a boolean, and this must be text", b.Token.Value),
			lang.F("请加引号写成 \"%s\"", "put it in quotes: \"%s\"", b.Token.Value))
		return "", false
	}
	s, ok := scalarText(n)
	if !ok {
		d.wrong(p, n, lang.T("文本", "text"))
		return "", false
	}
	if first, _ := utf8.DecodeRuneInString(s); strings.ContainsRune("“‘＂＇", first) && strings.ContainsAny(s[utf8.RuneLen(first):], "”’＂＇") {
		d.faults = append(d.faults, d.doc.Warning(p, lang.F("中文引号会成为文本的一部分：%s", "the curly quotes are part of this text: %s", Excerpt(s)),
			lang.T("若不是本意，请改成半角引号", "use plain quotes unless you mean that")))
	}
	return s, true
}

// wrong is the fault of a value of the wrong type.
func (d *decoder) wrong(p Path, n ast.Node, want lang.Text) {
	got := kindWords(n)
	var mend lang.Text
	if s, ok := scalarText(n); ok && strings.ContainsRune(s, '：') {
		mend = lang.T("请把全角冒号“：”改成半角冒号加空格“: ”", "write a plain colon and a space in place of the full-width “：”")
	}
	d.fault(p, lang.T("这里要"+want.Zh+"，而不是"+got.Zh, "this must be "+want.En+", not "+got.En), mend)
}

// scalar decodes a string, boolean or number.
func (d *decoder) scalar(p Path, n ast.Node, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		if s, ok := d.str(p, n); ok {
			v.SetString(s)
		}
	case reflect.Bool:
		d.boolean(p, n, v)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		d.integer(p, n, v)
	case reflect.Float32, reflect.Float64:
		s, _ := scalarText(n)
		f, err := strconv.ParseFloat(s, 64)
		if _, quoted := n.(*ast.StringNode); quoted || err != nil {
			d.wrong(p, n, lang.T("数字", "a number"))
			return
		}
		v.SetFloat(f)
	default:
		panic(fmt.Sprintf("yamlfile: can't decode %s into a %s", p, v.Type()))
	}
}

func (d *decoder) boolean(p Path, n ast.Node, v reflect.Value) {
	if b, ok := n.(*ast.BoolNode); ok {
		v.SetBool(b.Value)
		return
	}
	s, _ := scalarText(n)
	answer := "true"
	switch strings.ToLower(s) {
	case "no", "off", "n", "false", "否", "关":
		answer = "false"
	case "yes", "on", "y", "true", "是", "开":
	default:
		d.wrong(p, n, lang.T(" true 或 false", "true or false"))
		return
	}
	d.fault(p, lang.F("%s 不是真假值", "%s is no boolean here", Excerpt(s)), lang.F("请写 %s", "write %s", answer))
}

func (d *decoder) integer(p Path, n ast.Node, v reflect.Value) {
	number, ok := n.(*ast.IntegerNode)
	if !ok {
		if s, _ := scalarText(n); len(s) > 18 && strings.Trim(s, "0123456789") == "" { // the parser takes it for text
			d.fault(p, lang.F("数字 %s 太大", "the number %s is too large", s), lang.Text{})
			return
		}
		d.wrong(p, n, lang.T("整数", "a whole number"))
		return
	}
	var i int64
	switch x := number.Value.(type) {
	case int64:
		i = x
	case uint64:
		i = int64(x)
		ok = x <= 1<<63-1
	}
	if !ok || v.OverflowInt(i) {
		d.fault(p, lang.F("数字 %s 太大", "the number %s is too large", number.Token.Value), lang.Text{})
		return
	}
	v.SetInt(i)
}

// scalarText is the text of a scalar: of a number as it is written.
func scalarText(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.IntegerNode, *ast.FloatNode, *ast.InfinityNode, *ast.NanNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}
