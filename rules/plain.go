package rules

import (
	"regexp"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"

	"patrol/adapters/chat"
)

// plainTest is a condition of the common kinds, compiled to Go: matches on the
// text, comparisons of numbers with numbers, flags, and these joined with and, or
// and not. It says what the virtual machine of the expressions would, in a
// fraction of the time and without allocation. Conditions that speak of anything
// else have none.
type plainTest func(f *facts) bool

// facts are what plain tests ask of an event, worked out when first asked for.
type facts struct {
	set    *Set
	ev     *chat.Event
	length int // of the text in characters; -1 where it is not known yet
	joined time.Time
	asked  bool    // joined is known
	runes  runeSet // of the text
	looked bool    // runes is known
}

func (f *facts) of(s *Set, ev *chat.Event) *facts {
	*f = facts{set: s, ev: ev, length: -1}
	return f
}

// may reports whether the text may match what is behind a gate.
func (f *facts) may(g gate) bool {
	if len(g) == 0 {
		return true
	}
	if !f.looked {
		f.runes.of(f.ev.Message.Text)
		f.looked = true
	}
	return g.passes(&f.runes)
}

func (f *facts) characters() int {
	if f.length < 0 {
		f.length = utf8.RuneCountInString(f.ev.Message.Text)
	}
	return f.length
}

func (f *facts) joinedAt() time.Time {
	if !f.asked {
		f.joined, f.asked = f.set.joined(f.ev), true
	}
	return f.joined
}

// age is how long ago the author joined, 0 where that is not known.
func (f *facts) age() time.Duration {
	joined := f.joinedAt()
	if joined.IsZero() {
		return 0
	}
	return max(0, f.ev.Time.Sub(joined))
}

// plainNumbers are the numbers that plain tests compare.
var plainNumbers = map[string]func(f *facts) int{
	"message.length":   (*facts).characters,
	"message.digits":   func(f *facts) int { return countDigits(f.ev.Message.Text) },
	"message.links":    func(f *facts) int { return countLinks(f.ev.Message.Text) },
	"message.mentions": func(f *facts) int { return len(f.ev.Message.Mentions) },
	"message.media":    func(f *facts) int { return len(f.ev.Message.Attachments) },
	"member.messages":  func(f *facts) int { return f.set.wrote(f.ev) },
}

// plainFlags are what plain tests take as true or false.
var plainFlags = map[string]func(f *facts) bool{
	"message.reply":       func(f *facts) bool { return f.ev.Message.ReplyTo != "" },
	"message.chinese":     func(f *facts) bool { return hasChinese(f.ev.Message.Text) },
	"message.cyrillic":    func(f *facts) bool { return hasCyrillic(f.ev.Message.Text) },
	"member.joined_known": func(f *facts) bool { return !f.joinedAt().IsZero() },
}

func countDigits(text string) int {
	n := 0
	for i := range len(text) {
		if text[i] >= '0' && text[i] <= '9' {
			n++
		}
	}
	return n
}

func hasChinese(text string) bool {
	for i := range len(text) {
		if text[i] >= 0xE2 && utf8.RuneStart(text[i]) { // no Chinese character begins below
			if r, _ := utf8.DecodeRuneInString(text[i:]); unicode.Is(unicode.Han, r) {
				return true
			}
		}
	}
	return false
}

func hasCyrillic(text string) bool {
	for i := range len(text) {
		if text[i] >= 0xD0 && text[i] <= 0xD3 { // the first bytes of U+0400 to U+04FF
			return true
		}
	}
	return false
}

// compilePlain is the plain test of a condition that is known to be right, nil
// where it has none.
func compilePlain(source string) plainTest {
	tree, err := parser.Parse(source)
	if err != nil {
		return nil
	}
	return plainOf(tree.Node)
}

func plainOf(node ast.Node) plainTest {
	switch n := node.(type) {
	case *ast.MemberNode:
		return plainTest(plainFlags[memberName(n)])
	case *ast.UnaryNode:
		inner := plainOf(n.Node)
		if inner == nil || n.Operator != "not" && n.Operator != "!" {
			return nil
		}
		return func(f *facts) bool { return !inner(f) }
	case *ast.BinaryNode:
		return plainBinary(n)
	}
	return nil
}

func plainBinary(n *ast.BinaryNode) plainTest {
	switch n.Operator {
	case "and", "&&", "or", "||":
		left, right := plainOf(n.Left), plainOf(n.Right)
		switch {
		case left == nil || right == nil:
			return nil
		case n.Operator == "or" || n.Operator == "||":
			return func(f *facts) bool { return left(f) || right(f) }
		}
		return func(f *facts) bool { return left(f) && right(f) }
	case "matches":
		return plainMatch(n)
	}
	return plainCompare(n)
}

// plainMatch is a match on the text.
func plainMatch(n *ast.BinaryNode) plainTest {
	of, _ := n.Left.(*ast.MemberNode)
	pattern, _ := n.Right.(*ast.StringNode)
	if of == nil || pattern == nil || memberName(of) != "message.text" {
		return nil
	}
	re, err := regexp.Compile(pattern.Value)
	if err != nil {
		return nil
	}
	g := newGate(pattern.Value)
	return func(f *facts) bool { return f.may(g) && re.MatchString(f.ev.Message.Text) }
}

// plainCompare compares a number, or the time since joining, with one that is
// written down.
func plainCompare(n *ast.BinaryNode) plainTest {
	of, _ := n.Left.(*ast.MemberNode)
	if of == nil {
		return nil
	}
	var value func(f *facts) int
	limit := 0
	if with, written := n.Right.(*ast.IntegerNode); written {
		value, limit = plainNumbers[memberName(of)], with.Value
	} else if length, written := writtenDuration(n.Right); written && memberName(of) == "member.age" {
		value, limit = func(f *facts) int { return int(f.age()) }, int(length)
	}
	if value == nil {
		return nil
	}
	switch n.Operator {
	case "<":
		return func(f *facts) bool { return value(f) < limit }
	case "<=":
		return func(f *facts) bool { return value(f) <= limit }
	case ">":
		return func(f *facts) bool { return value(f) > limit }
	case ">=":
		return func(f *facts) bool { return value(f) >= limit }
	case "==":
		return func(f *facts) bool { return value(f) == limit }
	case "!=":
		return func(f *facts) bool { return value(f) != limit }
	}
	return nil
}

// memberName is what a node such as message.text asks for, "" for others.
func memberName(n *ast.MemberNode) string {
	of, _ := n.Node.(*ast.IdentifierNode)
	name, _ := n.Property.(*ast.StringNode)
	if of == nil || name == nil || n.Optional {
		return ""
	}
	return of.Value + "." + name.Value
}

// writtenDuration is a length of time as duration("24h") writes it.
func writtenDuration(node ast.Node) (d time.Duration, written bool) {
	var arguments []ast.Node
	switch n := node.(type) {
	case *ast.BuiltinNode:
		if n.Name == "duration" {
			arguments = n.Arguments
		}
	case *ast.CallNode:
		if callee, _ := n.Callee.(*ast.IdentifierNode); callee != nil && callee.Value == "duration" {
			arguments = n.Arguments
		}
	}
	if len(arguments) != 1 {
		return 0, false
	}
	text, _ := arguments[0].(*ast.StringNode)
	if text == nil {
		return 0, false
	}
	d, err := ParseDuration(text.Value)
	return d, err == nil
}
