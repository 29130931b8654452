package command

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"patrol/rules/lang"
)

// helpWidth is how wide help is set, in terminal columns.
const helpWidth = 96

type helpCommand struct {
	About []string `arg:"" optional:""`
}

// Run shows a topic, the help of a command, or that of everything.
func (c *helpCommand) Run(s *shell, parser *kong.Kong) error {
	if len(c.About) == 1 {
		if text, found, err := topic(c.About[0], s.lang); found {
			_, failed := io.WriteString(s.Stdout, text)
			return errors.Join(err, failed)
		}
	}
	node := parser.Model.Node
	for _, name := range c.About {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == name })
		if i < 0 {
			var names []string
			for _, t := range topics {
				names = append(names, t.name)
			}
			about := strings.Join(c.About, " ")
			return &misuse{lang.F("没有关于 %q 的帮助；主题有 %s，命令见 patrol help", "there is no help about %q; the topics are %s, for commands see patrol help", about, strings.Join(names, ", "))}
		}
		node = node.Children[i]
	}
	return s.help(parser, node)
}

// label gives every command and flag its text.
func label(n *kong.Node, l lang.Lang) {
	path := pathOf(n)
	n.Help, n.Detail = commandTexts[path].In(l), commandDetails[path].In(l)
	for _, f := range n.Flags {
		f.Help = flagText(path, "--"+f.Name).In(l)
	}
	for _, a := range n.Positional {
		a.Help = flagText(path, "<"+a.Name+">").In(l)
	}
	for _, child := range n.Children {
		label(child, l)
	}
}

// pathOf is the words that lead to a command: "rules check", "" for patrol itself.
func pathOf(n *kong.Node) string {
	if n.Parent == nil {
		return ""
	}
	return strings.TrimSpace(pathOf(n.Parent) + " " + n.Name)
}

// flagText is the text of a flag or argument of the command at path: its own, or
// that of all flags of this name.
func flagText(path, name string) lang.Text {
	if own, ok := flagTexts[strings.TrimSpace(path+" "+name)]; ok {
		return own
	}
	return flagTexts[name]
}

// help writes the help of a command, nil for patrol itself.
func (s *shell) help(parser *kong.Kong, node *kong.Node) error {
	if node == nil {
		node = parser.Model.Node
	}
	var p page
	p.line(s.out.paint(bold, s.say("用法：", "Usage: ")) + usage(node, s.lang))
	p.line("")
	p.text("", node.Help)
	if node.Detail != "" {
		p.line("")
		p.text("", node.Detail)
	}
	p.rows(s.out.paint(bold, s.say("参数：", "Arguments:")), positionals(node))
	p.rows(s.out.paint(bold, s.say("命令：", "Commands:")), commands(node))
	p.rows(s.out.paint(bold, s.say("选项：", "Flags:")), flags(node))
	if node.Parent == nil {
		p.rows(s.out.paint(bold, s.say("帮助主题（patrol help 主题）：", "Topics (patrol help TOPIC):")), topicRows(s.lang))
		p.line("")
		p.text("", s.say("退出码：0 正常，1 查出问题，2 用法错误，3 没有做成；详见 patrol help exit-codes。",
			"Exit codes: 0 fine, 1 something wrong was found, 2 misused, 3 failed; see patrol help exit-codes."))
	}
	_, err := io.WriteString(s.Stdout, p.String())
	return err
}

// usage is how a command is called.
func usage(n *kong.Node, l lang.Lang) string {
	words := []string{"patrol"}
	if path := pathOf(n); path != "" {
		words = append(words, path)
	}
	for _, f := range n.Flags {
		if f.Required {
			words = append(words, flagForm(f))
		}
	}
	words = append(words, lang.T("[选项]", "[flags]").In(l))
	if !n.Leaf() {
		words = append(words, lang.T("<命令>", "<command>").In(l))
	}
	for _, a := range n.Positional {
		words = append(words, argumentForm(a))
	}
	return strings.Join(words, " ")
}

func argumentForm(a *kong.Positional) string {
	form := strings.ToUpper(a.Name)
	if a.IsCumulative() {
		form += "..."
	}
	if !a.Required {
		form = "[" + form + "]"
	}
	return form
}

func flagForm(f *kong.Flag) string {
	form := "--" + f.Name
	if f.Short != 0 {
		form = "-" + string(f.Short) + ", " + form
	}
	if !f.IsBool() {
		form += "=" + cmp.Or(f.PlaceHolder, strings.ToUpper(f.Name))
	}
	return form
}

func positionals(n *kong.Node) (rows [][2]string) {
	for _, a := range n.Positional {
		rows = append(rows, [2]string{argumentForm(a), a.Help})
	}
	return rows
}

// commands are the commands below n, each with all that lead to it.
func commands(n *kong.Node) (rows [][2]string) {
	skip := len(pathOf(n))
	for _, leaf := range n.Leaves(true) {
		rows = append(rows, [2]string{strings.TrimSpace(pathOf(leaf)[skip:]), leaf.Help})
	}
	return rows
}

func flags(n *kong.Node) (rows [][2]string) {
	for _, f := range n.Flags {
		form := flagForm(f)
		if f.Short == 0 {
			form = "    " + form
		}
		rows = append(rows, [2]string{form, f.Help})
	}
	if n.Parent != nil {
		for _, f := range root(n).Flags {
			if f.Name == "lang" {
				rows = append(rows, [2]string{"    " + flagForm(f), f.Help})
			}
		}
	}
	return rows
}

func root(n *kong.Node) *kong.Node {
	for n.Parent != nil {
		n = n.Parent
	}
	return n
}

func topicRows(l lang.Lang) (rows [][2]string) {
	for _, t := range topics {
		rows = append(rows, [2]string{t.name, t.title.In(l)})
	}
	return rows
}

// page is help as it is being set.
type page struct{ strings.Builder }

func (p *page) line(text string) { fmt.Fprintln(p, text) }

func (p *page) text(indent, text string) {
	for _, line := range wrap(text, helpWidth-len(indent)) {
		p.line(strings.TrimRight(indent+line, " "))
	}
}

// rows sets two columns under a title; nothing where there are none.
func (p *page) rows(title string, rows [][2]string) {
	if len(rows) == 0 {
		return
	}
	const widest = 34
	left := 0
	for _, row := range rows {
		if n := columns.StringWidth(row[0]); n <= widest {
			left = max(left, n)
		}
	}
	p.line("")
	p.line(title)
	for _, row := range rows {
		lead := "  " + pad(row[0], left) + "  "
		if columns.StringWidth(row[0]) > left {
			p.line("  " + row[0])
			lead = strings.Repeat(" ", left+4)
		}
		for _, line := range wrap(row[1], helpWidth-left-4) {
			p.line(strings.TrimRight(lead+line, " "))
			lead = strings.Repeat(" ", left+4)
		}
	}
}
