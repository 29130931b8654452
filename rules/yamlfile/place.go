package yamlfile

import (
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"patrol/rules/lang"
)

// Path names a value in a file: rules[2].keywords[0]. The empty Path is the
// whole file.
type Path string

// Key is the path of the value of key in the mapping at p.
func (p Path) Key(key string) Path {
	if p == "" {
		return Path(key)
	}
	return p + "." + Path(key)
}

// Index is the path of entry i, from 0, of the list at p.
func (p Path) Index(i int) Path { return p + "[" + Path(strconv.Itoa(i)) + "]" }

// parent is the path of what p is in.
func (p Path) parent() Path {
	at := strings.LastIndexAny(string(p), ".[")
	if at < 0 {
		return ""
	}
	return p[:at]
}

// Place is where something is in a file. The zero Place is no place in it.
type Place struct{ Line, Col int }

// Doc is a decoded file, kept to say where its values are. It is safe for
// concurrent use once it is decoded.
type Doc struct {
	file     string
	lines    []string
	anchors  map[string]ast.Node
	unfolded int // values decoded so far that stand in the file as aliases
	values   map[Path]Place
	keys     map[Path]Place
}

// File is the name of the file.
func (d *Doc) File() string { return d.file }

// Has reports whether the file has a value at p.
func (d *Doc) Has(p Path) bool {
	_, ok := d.values[p]
	return ok
}

// Value is the place of the value at p or, where the file lacks it, of what it
// would be in.
func (d *Doc) Value(p Path) Place { return nearest(d.values, p) }

// Key is the place of the key whose value is at p or, where the file lacks it,
// of what it would be in.
func (d *Doc) Key(p Path) Place {
	if at, ok := d.keys[p]; ok {
		return at
	}
	return d.Value(p)
}

// Fault is a fault of the value at p.
func (d *Doc) Fault(p Path, problem, mend lang.Text) Fault {
	return d.fault(p, d.Value(p), problem, mend)
}

// KeyFault is a fault of the key whose value is at p.
func (d *Doc) KeyFault(p Path, problem, mend lang.Text) Fault {
	return d.fault(p, d.Key(p), problem, mend)
}

// Warning is like Fault for what looks like a slip.
func (d *Doc) Warning(p Path, problem, mend lang.Text) Fault {
	f := d.Fault(p, problem, mend)
	f.Warning = true
	return f
}

func (d *Doc) fault(p Path, at Place, problem, mend lang.Text) Fault {
	return Fault{File: d.file, Line: at.Line, Col: at.Col, Path: string(p), Problem: problem, Mend: mend}
}

func nearest(places map[Path]Place, p Path) Place {
	for ; p != ""; p = p.parent() {
		if at, ok := places[p]; ok {
			return at
		}
	}
	return places[""]
}

// placeOf is where a node starts.
func placeOf(n ast.Node) Place {
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return placeOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOf(n.Key)
	}
	return placeOfToken(n.GetToken())
}

func placeOfToken(tk *token.Token) Place {
	if tk == nil || tk.Position == nil {
		return Place{}
	}
	return Place{Line: tk.Position.Line, Col: tk.Position.Column}
}
