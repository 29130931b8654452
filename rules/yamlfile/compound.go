package yamlfile

import (
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"patrol/rules/lang"
)

// structure decodes a mapping into a struct.
func (d *decoder) structure(p Path, n ast.Node, v reflect.Value) {
	if v.CanAddr() {
		setDefaults(v.Addr())
	}
	known := Keys(v.Type())
	d.entries(p, n, func(key string, value ast.Node) {
		at := slices.IndexFunc(known, func(f reflect.StructField) bool { return keyOf(f) == key })
		if at < 0 {
			d.unknownKey(p.Key(key), key, known)
			return
		}
		field := v.FieldByIndex(known[at].Index)
		_, options, _ := strings.Cut(known[at].Tag.Get("yaml"), ",")
		if _, isList := d.followed(value).(*ast.SequenceNode); options == "single" && !isList {
			d.single(p.Key(key), value, field)
			return
		}
		d.value(p.Key(key), value, field)
	})
}

// single decodes one value that stands for a list of one.
func (d *decoder) single(p Path, n ast.Node, v reflect.Value) {
	if _, empty := d.followed(n).(*ast.NullNode); empty {
		d.value(p, n, v)
		return
	}
	list := reflect.MakeSlice(v.Type(), 1, 1)
	before := len(d.faults)
	d.value(p, n, list.Index(0))
	if !d.faults[before:].Fatal() {
		v.Set(list)
	}
	d.doc.values[p.Index(0)] = d.doc.values[p]
}

// mapping decodes a mapping into a map with string keys.
func (d *decoder) mapping(p Path, n ast.Node, v reflect.Value) {
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	d.entries(p, n, func(key string, value ast.Node) {
		element := reflect.New(v.Type().Elem()).Elem()
		d.value(p.Key(key), value, element)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), element)
	})
}

// entries calls each with the entries of a mapping, and finds what no mapping
// may have.
func (d *decoder) entries(p Path, n ast.Node, each func(key string, value ast.Node)) {
	mapping, ok := n.(*ast.MappingNode)
	if !ok {
		d.wrong(p, n, lang.T("“键: 值”", "\"key: value\" lines"))
		return
	}
	for _, entry := range mapping.Values {
		at := placeOf(entry.Key)
		if entry.Key.IsMergeKey() {
			d.faults = append(d.faults, d.doc.fault(p, at, lang.T("不支持合并键 <<", "merge keys (<<) are not supported"), lang.T("请直接写出内容", "write the keys out")))
			continue
		}
		key, ok := scalarText(entry.Key)
		if !ok {
			d.faults = append(d.faults, d.doc.fault(p, at, lang.T("键必须是文本", "a key must be text"), lang.Text{}))
			continue
		}
		path := p.Key(key)
		if first, again := d.doc.keys[path]; again && first != at {
			d.faults = append(d.faults, d.doc.fault(path, at, lang.F("键 %s 写了两次，第一次在第 %d 行", "the key %s is here twice, first in line %d", Excerpt(key), first.Line),
				lang.T("请只留一个", "keep one of them")))
			continue
		}
		d.doc.keys[path] = at
		each(key, entry.Value)
	}
}

// list decodes a sequence into a slice.
func (d *decoder) list(p Path, n ast.Node, v reflect.Value) {
	sequence, ok := n.(*ast.SequenceNode)
	if !ok {
		d.wrong(p, n, lang.T("列表", "a list"))
		return
	}
	list := reflect.MakeSlice(v.Type(), len(sequence.Values), len(sequence.Values))
	for i, value := range sequence.Values {
		at := p.Index(i)
		if _, empty := value.(*ast.NullNode); empty || value == nil {
			d.doc.values[at] = placeOf(sequence)
			if value != nil {
				d.doc.values[at] = placeOf(value)
			}
			d.fault(at, lang.T("列表里有空的一项", "the list has an empty entry"), lang.T("请填写或删去", "fill it in or take it out"))
			continue
		}
		d.value(at, value, list.Index(i))
	}
	v.Set(list)
}

// followed is n with its anchor or alias taken off.
func (d *decoder) followed(n ast.Node) ast.Node {
	for range MaxDepth {
		switch at := n.(type) {
		case *ast.AnchorNode:
			n = at.Value
		case *ast.AliasNode:
			name, _ := scalarText(at.Value)
			n = d.doc.anchors[name]
		default:
			return n
		}
	}
	return n
}

// collectAnchors notes the value of every anchor. An alias before its anchor is
// found as well, which YAML forbids and nobody misses.
func (d *decoder) collectAnchors(n ast.Node) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		if name, ok := scalarText(n.Name); ok {
			d.doc.anchors[name] = n.Value
		}
		d.collectAnchors(n.Value)
	case *ast.MappingNode:
		for _, v := range n.Values {
			d.collectAnchors(v)
		}
	case *ast.MappingValueNode:
		d.collectAnchors(n.Value)
	case *ast.SequenceNode:
		for _, v := range n.Values {
			d.collectAnchors(v)
		}
	}
}

func (d *decoder) unknownKey(p Path, key string, known []reflect.StructField) {
	names := make([]string, len(known))
	for i, f := range known {
		names[i] = keyOf(f)
	}
	mend := lang.F("可用的键：%s", "the keys here are %s", strings.Join(names, ", "))
	if near, ok := Nearest(key, names); ok {
		mend = lang.F("是不是 %s？", "did you mean %s?", near)
	}
	f := d.doc.KeyFault(p, lang.F("未知的键 %s", "unknown key %s", Excerpt(key)), mend)
	d.faults = append(d.faults, f)
}

// Nearest is the name that s was most likely meant to be: the one that the
// fewest slips of the hand lead from; ok is false where none is near.
func Nearest(s string, names []string) (name string, ok bool) {
	best := 1 + max(1, len(s)/3)
	for _, candidate := range names {
		if n := slips(strings.ToLower(s), candidate); n < best {
			best, name, ok = n, candidate, true
		}
	}
	return name, ok
}

// slips is the number of letters to add, drop, change or swap to get from a to
// b (the optimal string alignment distance).
func slips(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var before, last, row [65]int
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			change := last[j-1]
			if a[i-1] != b[j-1] {
				change++
			}
			row[j] = min(change, last[j]+1, row[j-1]+1)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}
