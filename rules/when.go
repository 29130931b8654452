package rules

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"patrol/adapters/chat"
	"patrol/rules/lang"
)

// The bounds on a condition. What it can call, and that it has neither loops
// inside loops, ranges nor variables, keeps its work within its size times that
// of the message; the budget is the second lock.
const (
	maxConditionNodes  = 300
	maxConditionMemory = 100_000
)

// conditionBuiltins are the functions that a condition may call.
var conditionBuiltins = []string{
	"len", "any", "all", "none", "one", "count", "lower", "upper", "trim",
	"hasPrefix", "hasSuffix", "indexOf", "abs", "max", "min", "int", "float",
}

// conditionEnv is what a condition speaks about.
type conditionEnv struct {
	Event   eventEnv   `expr:"event"`
	Member  memberEnv  `expr:"member"`
	Message messageEnv `expr:"message"`
	Hits    []hitEnv   `expr:"hits"`
}

type eventEnv struct {
	Kind     string    `expr:"kind"`
	Platform string    `expr:"platform"`
	Chat     string    `expr:"chat"`
	Time     time.Time `expr:"time"`
}

type memberEnv struct {
	ID          string        `expr:"id"`
	Name        string        `expr:"name"`
	Role        string        `expr:"role"`
	Age         time.Duration `expr:"age"`          // since joining
	JoinedKnown bool          `expr:"joined_known"` // whether the platform says when
}

type messageEnv struct {
	Text     string `expr:"text"`
	Length   int    `expr:"length"` // in characters
	Links    int    `expr:"links"`
	Mentions int    `expr:"mentions"`
	Media    int    `expr:"media"`
	Reply    bool   `expr:"reply"`
}

type hitEnv struct {
	Word string `expr:"word"` // the keyword or pattern
	Text string `expr:"text"` // what was written
}

// condition is a rule's when, compiled.
type condition struct {
	program  *vm.Program
	needsAge bool // it asks for the member's age and not whether that is known
}

// compileCondition compiles and checks a condition. The error's text is for
// people, in one line.
func compileCondition(source string) (*condition, error) {
	options := []expr.Option{
		expr.Env(conditionEnv{}), expr.AsBool(), expr.MaxNodes(maxConditionNodes), expr.DisableAllBuiltins(),
		expr.Function("duration", parseCondDuration, new(func(string) time.Duration)),
	}
	for _, name := range conditionBuiltins {
		options = append(options, expr.EnableBuiltin(name))
	}
	audit := new(conditionAudit)
	program, err := expr.Compile(source, append(options, expr.Patch(audit))...)
	switch {
	case err != nil:
		return nil, conditionError(err)
	case audit.refused != "":
		return nil, errors.New(audit.refused)
	}
	return &condition{program: program, needsAge: audit.age && !audit.known}, nil
}

// conditionError is the first line of a compiler's error, with its place.
func conditionError(err error) error {
	var at *file.Error
	if errors.As(err, &at) {
		return fmt.Errorf("%s (%d:%d)", at.Message, at.Line, at.Column+1)
	}
	text, _, _ := strings.Cut(err.Error(), "\n")
	return errors.New(text)
}

// parseCondDuration is the duration function of conditions; unlike expr's own
// it knows days.
func parseCondDuration(params ...any) (any, error) {
	return ParseDuration(params[0].(string))
}

// conditionAudit refuses what could make a condition slow, and notes what it
// asks for.
type conditionAudit struct {
	refused    string
	age, known bool
}

// Visit looks at one node.
func (a *conditionAudit) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		a.refused = "let is not allowed here"
	case *ast.BinaryNode:
		_, literal := n.Right.(*ast.StringNode)
		switch {
		case n.Operator == "..":
			a.refused = "ranges (..) are not allowed here"
		case n.Operator == "matches" && !literal:
			a.refused = "matches needs a pattern in quotes on its right"
		}
	case *ast.PredicateNode:
		inner := loops(0)
		ast.Walk(&n.Node, &inner)
		if inner > 0 {
			a.refused = "a loop inside a loop is not allowed here"
		}
	case *ast.MemberNode:
		name, _ := n.Property.(*ast.StringNode)
		of, _ := n.Node.(*ast.IdentifierNode)
		if name != nil && of != nil && of.Value == "member" {
			a.age = a.age || name.Value == "age"
			a.known = a.known || name.Value == "joined_known"
		}
	}
}

// loops counts the predicates in a part of a condition.
type loops int

// Visit counts one node.
func (l *loops) Visit(node *ast.Node) {
	if _, ok := (*node).(*ast.PredicateNode); ok {
		*l++
	}
}

// holds works out a rule's condition. Where it fails the rule does not hit: a
// slip in a rule must not punish anybody. The failure is counted, and said.
func (s *Set) holds(r *rule, id int32, ev *chat.Event, signals []Signal) (why lang.Text, holds bool) {
	if r.when.needsAge && ev.Author.Joined.IsZero() {
		return lang.T("不知道此人何时入群，条件无法判断", "nobody knows when the member joined, so the condition can't be told"), false
	}
	machine := vm.VM{MemoryBudget: maxConditionMemory}
	result, err := machine.Run(r.when.program, newConditionEnv(ev, signals))
	if err != nil {
		s.faulty[id].Add(1)
		err = conditionError(err)
		return lang.F("条件出错：%v", "the condition failed: %v", err), false
	}
	if result != true {
		return lang.F("条件不成立：%s", "the condition does not hold: %s", r.When), false
	}
	return lang.Text{}, true
}

func newConditionEnv(ev *chat.Event, signals []Signal) conditionEnv {
	role := ev.Author.Role
	if role == "" {
		role = chat.RoleMember
	}
	text := ev.Message.Text
	env := conditionEnv{
		Event:  eventEnv{Kind: string(ev.Kind), Platform: ev.Platform, Chat: ev.Chat, Time: ev.Time},
		Member: memberEnv{ID: ev.Author.ID, Name: ev.Author.Name, Role: string(role)},
		Message: messageEnv{
			Text: text, Length: utf8.RuneCountInString(text), Links: countLinks(text), Mentions: len(ev.Message.Mentions),
			Media: len(ev.Message.Attachments), Reply: ev.Message.ReplyTo != "",
		},
	}
	if joined := ev.Author.Joined; !joined.IsZero() {
		env.Member.Age, env.Member.JoinedKnown = max(0, ev.Time.Sub(joined)), true
	}
	for _, sig := range signals {
		env.Hits = append(env.Hits, hitEnv{Word: sig.Word, Text: text[sig.Span.Start:sig.Span.End]})
	}
	return env
}
