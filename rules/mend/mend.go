// Package mend changes rule files as a careful person would: only what is asked for,
// with every comment, space and order of keys left as it is.
//
//	after, err := mend.AddExcept(data, "adult.words", "24口交换机")
//	for _, line := range mend.Diff(data, after) {
//		fmt.Println(line)
//	}
//
// A change is tried on the text and then checked on what the text means: a file
// that would not mean exactly the wanted thing is never returned.
package mend

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// The errors of changes that can't be made.
var (
	ErrNoRule = errors.New("the file has no such rule / 文件里没有这条规则")
	ErrThere  = errors.New("the phrase is there already / 已有这个例外短语")
	ErrByHand = errors.New("the rule is written in a way that has to be changed by hand / 这条规则的写法需要手工修改")
	ErrPhrase = errors.New("the phrase is empty or too long / 短语为空或太长")
)

// longestPhrase is in bytes.
const longestPhrase = 200

// AddExcept is the rule file with phrase among the except phrases of the rule. The
// errors are those of this package and, for a file that is no YAML, the parser's.
func AddExcept(data []byte, rule, phrase string) ([]byte, error) {
	if strings.TrimSpace(phrase) == "" || len(phrase) > longestPhrase {
		return nil, ErrPhrase
	}
	file, err := parser.ParseBytes(data, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	found, at := ruleOf(file, rule)
	if found == nil {
		return nil, ErrNoRule
	}
	edit, err := editOf(found, phrase)
	if err != nil {
		return nil, err
	}
	after, ok := edit.apply(string(data))
	if !ok {
		return nil, ErrByHand
	}
	return []byte(after), check(data, []byte(after), at, phrase)
}

// Has reports whether the file has a rule of that id.
func Has(data []byte, rule string) bool {
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		return false
	}
	found, _ := ruleOf(file, rule)
	return found != nil
}

// entry is one key of a mapping.
type entry struct {
	key   *ast.MappingValueNode
	value ast.Node
}

// mapping is one rule.
type mapping struct {
	entries []entry
	flow    bool
}

func mappingOf(n ast.Node) (m mapping) {
	switch n := n.(type) {
	case *ast.MappingNode:
		m.flow = n.IsFlowStyle
		for _, v := range n.Values {
			m.entries = append(m.entries, entry{v, v.Value})
		}
	case *ast.MappingValueNode:
		m.entries = []entry{{n, n.Value}}
	}
	return m
}

func (m *mapping) find(key string) *entry {
	i := slices.IndexFunc(m.entries, func(e entry) bool { return e.key.Key.GetToken().Value == key })
	if i < 0 {
		return nil
	}
	return &m.entries[i]
}

// ruleOf is the rule of that id and its place in the list.
func ruleOf(file *ast.File, id string) (*mapping, int) {
	for _, doc := range file.Docs {
		root := mappingOf(doc.Body)
		list := root.find("rules")
		if list == nil {
			continue
		}
		rules, ok := list.value.(*ast.SequenceNode)
		if !ok {
			continue
		}
		for i, n := range rules.Values {
			one := mappingOf(n)
			if e := one.find("id"); e != nil && e.value.GetToken().Value == id {
				return &one, i
			}
		}
	}
	return nil, 0
}

// edit puts text in front of a character of a line, or a line of its own in front
// of that line.
type edit struct {
	line, col int // counted from 1; the column in characters
	text      string
	own       bool
}

func editOf(rule *mapping, phrase string) (edit, error) {
	quoted := strconv.Quote(phrase)
	id, except := rule.find("id"), rule.find("except")
	if except == nil {
		key := id.key.Key.GetToken().Position
		if rule.flow {
			return edit{key.Line, key.Column, "except: [" + quoted + "], ", false}, nil
		}
		value := id.value.GetToken().Position
		if value.Line != key.Line {
			return edit{}, ErrByHand
		}
		return edit{key.Line + 1, 1, strings.Repeat(" ", key.Column-1) + "except: [" + quoted + "]", true}, nil
	}
	list, ok := except.value.(*ast.SequenceNode)
	if !ok {
		return edit{}, ErrByHand
	}
	start := list.Start.Position
	switch {
	case list.IsFlowStyle && len(list.Values) == 0:
		return edit{start.Line, start.Column + 1, quoted, false}, nil
	case list.IsFlowStyle:
		return edit{start.Line, start.Column + 1, quoted + ", ", false}, nil
	}
	return edit{start.Line, 1, strings.Repeat(" ", start.Column-1) + "- " + quoted, true}, nil
}

func (e edit) apply(text string) (string, bool) {
	lines := strings.SplitAfter(text, "\n")
	if e.own {
		at := e.line - 1
		if at > len(lines) {
			return "", false
		}
		end := "\n"
		if strings.HasSuffix(lines[0], "\r\n") {
			end = "\r\n"
		}
		if at > 0 && !strings.HasSuffix(lines[at-1], "\n") {
			lines[at-1] += end // the rule was the last line, without an end
		}
		return strings.Join(slices.Insert(lines, at, e.text+end), ""), true
	}
	if e.line < 1 || e.line > len(lines) {
		return "", false
	}
	line := []rune(lines[e.line-1])
	if e.col < 1 || e.col > len(line)+1 {
		return "", false
	}
	lines[e.line-1] = string(line[:e.col-1]) + e.text + string(line[e.col-1:])
	return strings.Join(lines, ""), true
}

// check compares what the two files mean: they differ in the new phrase alone.
func check(before, after []byte, at int, phrase string) error {
	was, err := meaning(before)
	if err != nil {
		return err
	}
	is, err := meaning(after)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrByHand, err)
	}
	oldRule, ok1 := ruleAt(was, at)
	newRule, ok2 := ruleAt(is, at)
	if !ok1 || !ok2 {
		return ErrByHand
	}
	old, _ := oldRule["except"].([]any)
	if slices.Contains(old, any(phrase)) {
		return ErrThere
	}
	phrases, _ := newRule["except"].([]any)
	rest := slices.DeleteFunc(slices.Clone(phrases), func(p any) bool { return p == any(phrase) })
	if len(phrases) != len(old)+1 || len(rest) != len(old) || len(old) > 0 && !reflect.DeepEqual(rest, old) {
		return ErrByHand
	}
	delete(oldRule, "except")
	delete(newRule, "except")
	if !reflect.DeepEqual(was, is) {
		return ErrByHand
	}
	return nil
}

func meaning(data []byte) (m map[string]any, err error) {
	err = yaml.Unmarshal(data, &m)
	return m, err
}

func ruleAt(file map[string]any, at int) (map[string]any, bool) {
	list, _ := file["rules"].([]any)
	if at >= len(list) {
		return nil, false
	}
	rule, ok := list[at].(map[string]any)
	return rule, ok
}
