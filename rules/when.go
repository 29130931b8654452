package rules

import (
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"patrol/adapters/chat"
	"patrol/rules/lang"
	"patrol/rules/yamlfile"
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
	JoinedKnown bool          `expr:"joined_known"` // whether the platform says when, or the bot saw it
	Messages    int           `expr:"messages"`     // in this chat with this one, as far as the bot has seen; 15 for more
}

type messageEnv struct {
	Text     string `expr:"text"`
	Length   int    `expr:"length"`   // in characters
	Digits   int    `expr:"digits"`   // how many of them are 0 to 9
	Chinese  bool   `expr:"chinese"`  // it has Chinese characters
	Cyrillic bool   `expr:"cyrillic"` // it has Cyrillic letters
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
	source   string
	program  *vm.Program
	plain    plainTest // the same without the program, for the common kinds; nil for others
	asks     newness
	needsAge bool // it asks for the member's age and not whether that is known
}

// compileCondition compiles and checks a condition.
func compileCondition(source string) (*condition, *yamlfile.Mistake) {
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
		return nil, conditionMistake(err)
	case !audit.refused.IsZero():
		return nil, &yamlfile.Mistake{Problem: audit.refused}
	}
	return &condition{source: source, program: program, plain: compilePlain(source), asks: audit.asks(), needsAge: audit.age && !audit.known}, nil
}

// conditionMistake says a compiler's error in both languages.
func conditionMistake(err error) *yamlfile.Mistake {
	message, place := conditionError(err)
	example := lang.T("可以用 event、member、message 和 hits，例如 member.age < duration(\"24h\")",
		"it may speak of event, member, message and hits, for example member.age < duration(\"24h\")")
	if m := noField.FindStringSubmatch(message); m != nil {
		known := conditionFields[m[1]]
		mend := lang.F("可用的有 %s", "it has %s", strings.Join(known, ", "))
		if near, ok := yamlfile.Nearest(m[2], known); ok {
			mend = lang.F("是不是 %s？", "did you mean %s?", near)
		}
		return &yamlfile.Mistake{Problem: lang.F("条件不对：%s 没有 %s%s", "the condition is wrong: %s has no %s%s", m[1], m[2], place), Mend: mend}
	}
	if m := unknownName.FindStringSubmatch(message); m != nil {
		return &yamlfile.Mistake{Problem: lang.F("条件不对：不认识 %s%s", "the condition is wrong: unknown name %s%s", m[1], place), Mend: example}
	}
	if m := notBoolean.FindStringSubmatch(message); m != nil {
		return &yamlfile.Mistake{Problem: lang.F("条件的结果必须是真假值，而不是 %s%s", "the condition must be true or false, not %s%s", m[1], place), Mend: example}
	}
	return &yamlfile.Mistake{Problem: lang.F("条件不对：%s%s", "the condition is wrong: %s%s", message, place), Mend: example}
}

// What the compiler says of the commoner slips.
var (
	noField     = regexp.MustCompile(`^type rules\.(\w+)Env has no field (\w+)`)
	unknownName = regexp.MustCompile(`^unknown name (\w+)`)
	notBoolean  = regexp.MustCompile(`^expected bool, but got (\S+)`)
)

// conditionFields are the names of what can be asked of each thing.
var conditionFields = map[string][]string{
	"event":   exprNames(reflect.TypeFor[eventEnv]()),
	"member":  exprNames(reflect.TypeFor[memberEnv]()),
	"message": exprNames(reflect.TypeFor[messageEnv]()),
	"hit":     exprNames(reflect.TypeFor[hitEnv]()),
}

func exprNames(t reflect.Type) []string {
	names := make([]string, t.NumField())
	for i := range names {
		names[i] = t.Field(i).Tag.Get("expr")
	}
	return names
}

// conditionError is the first line of an error of expr's, and its place.
func conditionError(err error) (message, place string) {
	if at, ok := errors.AsType[*file.Error](err); ok {
		return at.Message, fmt.Sprintf(" (%d:%d)", at.Line, at.Column+1)
	}
	message, _, _ = strings.Cut(err.Error(), "\n")
	return message, ""
}

// parseCondDuration is the duration function of conditions; unlike expr's own
// it knows days.
func parseCondDuration(params ...any) (any, error) {
	return ParseDuration(params[0].(string))
}

// conditionAudit refuses what could make a condition slow, and notes what it
// asks for.
type conditionAudit struct {
	refused    lang.Text
	age, known bool
	messages   bool
}

// asks is what the condition asks about how new the member is.
func (a *conditionAudit) asks() (asks newness) {
	if a.age || a.known {
		asks |= asksJoined
	}
	if a.messages {
		asks |= asksWrote
	}
	return asks
}

// Visit looks at one node.
func (a *conditionAudit) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.VariableDeclaratorNode:
		a.refused = lang.T("条件不对：这里不能用 let", "the condition is wrong: let is not allowed here")
	case *ast.BinaryNode:
		_, literal := n.Right.(*ast.StringNode)
		switch {
		case n.Operator == "..":
			a.refused = lang.T("条件不对：这里不能用区间 ..", "the condition is wrong: ranges (..) are not allowed here")
		case n.Operator == "matches" && !literal:
			a.refused = lang.T("条件不对：matches 右边必须是引号里的正则", "the condition is wrong: matches needs a pattern in quotes on its right")
		}
	case *ast.CallNode:
		a.call(n)
	case *ast.PredicateNode:
		inner := loops(0)
		ast.Walk(&n.Node, &inner)
		if inner > 0 {
			a.refused = lang.T("条件不对：循环里不能再有循环", "the condition is wrong: a loop inside a loop is not allowed here")
		}
	case *ast.MemberNode:
		name, _ := n.Property.(*ast.StringNode)
		of, _ := n.Node.(*ast.IdentifierNode)
		if name != nil && of != nil && of.Value == "member" {
			a.age = a.age || name.Value == "age"
			a.known = a.known || name.Value == "joined_known"
			a.messages = a.messages || name.Value == "messages"
		}
	}
}

// call checks a length of time when the rule is loaded, not when it is needed.
func (a *conditionAudit) call(n *ast.CallNode) {
	name, ok := n.Callee.(*ast.IdentifierNode)
	if !ok || name.Value != "duration" || len(n.Arguments) != 1 {
		return
	}
	text, literal := n.Arguments[0].(*ast.StringNode)
	if !literal {
		a.refused = lang.T("条件不对：duration 里要写引号里的时长", "the condition is wrong: duration needs a length of time in quotes")
	} else if _, err := ParseDuration(text.Value); err != nil {
		a.refused = lang.F("条件不对：%s 不是时长，请写 10s、5m、1h 或 7d", "the condition is wrong: %s is no length of time: write 10s, 5m, 1h or 7d", yamlfile.Excerpt(text.Value))
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

// evaluate works out a condition of a rule, and says why it does not hold. Where
// it fails the rule does not hit: a slip in a rule must not punish anybody. The
// failure is counted, and said.
func (s *Set) evaluate(c *condition, id int32, ev *chat.Event, signals []Signal) (why lang.Text, holds bool) {
	var f facts
	if c.needsAge && f.of(s, ev).joinedAt().IsZero() {
		return lang.T("不知道此人何时入群，条件无法判断", "nobody knows when the member joined, so the condition can't be told"), false
	}
	if c.plain != nil {
		holds = c.plain(f.of(s, ev))
	} else {
		why, holds = s.run(c, id, ev, signals)
	}
	if !holds && why.IsZero() {
		why = lang.F("条件不成立：%s", "the condition does not hold: %s", c.source)
	}
	return why, holds
}

// holds is evaluate without the reason.
func (s *Set) holds(c *condition, id int32, f *facts, signals []Signal) bool {
	switch {
	case c.needsAge && f.joinedAt().IsZero():
		return false
	case c.plain != nil:
		return c.plain(f)
	}
	_, holds := s.run(c, id, f.ev, signals)
	return holds
}

// run works out a condition in the virtual machine of the expressions.
func (s *Set) run(c *condition, id int32, ev *chat.Event, signals []Signal) (failed lang.Text, holds bool) {
	machine := vm.VM{MemoryBudget: maxConditionMemory}
	result, err := machine.Run(c.program, s.conditionEnv(ev, signals))
	if err != nil {
		s.faulty[id].Add(1)
		message, place := conditionError(err)
		return lang.F("条件出错：%s%s", "the condition failed: %s%s", message, place), false
	}
	return lang.Text{}, result == true
}

func (s *Set) conditionEnv(ev *chat.Event, signals []Signal) conditionEnv {
	role := ev.Author.Role
	if role == "" {
		role = chat.RoleMember
	}
	text := ev.Message.Text
	env := conditionEnv{
		Event:  eventEnv{Kind: string(ev.Kind), Platform: ev.Platform, Chat: ev.Chat, Time: ev.Time},
		Member: memberEnv{ID: ev.Author.ID, Name: ev.Author.Name, Role: string(role), Messages: s.wrote(ev)},
		Message: messageEnv{
			Text: text, Length: utf8.RuneCountInString(text), Digits: countDigits(text), Chinese: hasChinese(text), Cyrillic: hasCyrillic(text), Links: countLinks(text), Mentions: len(ev.Message.Mentions),
			Media: len(ev.Message.Attachments), Reply: ev.Message.ReplyTo != "",
		},
	}
	if joined := s.joined(ev); !joined.IsZero() {
		env.Member.Age, env.Member.JoinedKnown = max(0, ev.Time.Sub(joined)), true
	}
	for _, sig := range signals {
		env.Hits = append(env.Hits, hitEnv{Word: sig.Word, Text: text[sig.Span.Start:sig.Span.End]})
	}
	return env
}
