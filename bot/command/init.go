package command

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"patrol/rules/lang"
)

type initCommand struct {
	Dir      string `default:"." placeholder:"DIR"`
	Platform string `placeholder:"KIND"`
	Address  string `placeholder:"ADDRESS"`
	Language string `enum:",zh,en,both" default:"" placeholder:"zh|en|both"`
	Console  string `default:"127.0.0.1:8420" placeholder:"ADDRESS|none"`
	Yes      bool   `short:"y"`
}

// Run writes patrol.yaml, rules/ and lists/, or nothing at all.
func (c *initCommand) Run(s *shell) error {
	w, err := c.wish(s)
	if err != nil {
		return err
	}
	bot, err := w.text()
	if err != nil {
		return err
	}
	if err := w.check(bot); err != nil {
		return err
	}
	files, err := shipped()
	if err != nil {
		return err
	}
	files["patrol.yaml"] = bot
	if err := c.writeAll(files); err != nil {
		return err
	}
	return c.next(s, w, len(files)-1)
}

// wish is what the flags say, and where they are silent, what a person answers.
func (c *initCommand) wish(s *shell) (*wish, error) {
	kinds := offered()
	ask := s.StdinTerminal && !c.Yes
	if !ask && !c.Yes && c.Platform == "" {
		return nil, &misuse{lang.T("没有终端可以提问：请写 --platform，或用 --yes 全部取默认值", "there is no terminal to ask: give --platform, or --yes for all defaults")}
	}
	q := questions{s: s, in: bufio.NewReader(s.Stdin), ask: ask}
	w := &wish{console: c.Console}
	if w.console == "none" {
		w.console = ""
	}
	kind := c.Platform
	if kind == "" {
		var err error
		if kind, err = q.platform(kinds); err != nil {
			return nil, err
		}
	}
	i := slices.IndexFunc(kinds, func(k starter) bool { return k.kind == kind })
	if i < 0 {
		return nil, &misuse{lang.F("没有平台 %q，可用：%s", "there is no platform %q; use one of %s", kind, kindNames(kinds))}
	}
	w.starter = kinds[i]
	var err error
	if w.address = c.Address; w.address == "" && !w.starter.ask.IsZero() {
		if w.address, err = q.line(w.starter.ask.In(s.lang), w.starter.address); err != nil {
			return nil, err
		}
	}
	if w.language = c.Language; w.language == "" {
		w.language, err = q.line(s.say("群里通知用的语言（zh、en、both）", "Language of notices in chats (zh, en, both)"), "both")
	}
	return w, err
}

func kindNames(kinds []starter) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.kind)
	}
	return strings.Join(names, ", ")
}

// questions asks a person, or takes the usual answers.
type questions struct {
	s   *shell
	in  *bufio.Reader
	ask bool
}

func (q *questions) line(question, usual string) (string, error) {
	if !q.ask {
		return usual, nil
	}
	fmt.Fprintf(q.s.Stderr, "%s [%s] ", question, usual)
	answer, err := q.in.ReadString('\n')
	if answer = strings.TrimSpace(answer); answer != "" {
		return answer, nil
	}
	if err != nil {
		return "", fmt.Errorf("no answer / 没有回答: %w", err)
	}
	return usual, nil
}

func (q *questions) platform(kinds []starter) (string, error) {
	if q.ask {
		fmt.Fprintln(q.s.Stderr, q.s.say("要接哪个平台？", "Which platform?"))
		for i, k := range kinds {
			fmt.Fprintf(q.s.Stderr, "  %d  %-8s %s\n", i+1, k.kind, k.title.In(q.s.lang))
		}
	}
	answer, err := q.line(q.s.say("编号或名字", "Number or name"), kinds[0].kind)
	if n, bad := strconv.Atoi(answer); bad == nil && n >= 1 && n <= len(kinds) {
		return kinds[n-1].kind, err
	}
	return answer, err
}

// writeAll writes all files, or none: where one is there already nothing is
// written, and where writing fails what was written is taken away again.
func (c *initCommand) writeAll(files map[string][]byte) (err error) {
	names := slices.Sorted(maps.Keys(files))
	var there []string
	for _, name := range names {
		path := filepath.Join(c.Dir, filepath.FromSlash(name))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			there = append(there, path)
		}
	}
	if len(there) > 0 {
		return fmt.Errorf("nothing was written, for these are there already / 什么也没写，因为已经存在: %s", strings.Join(there, ", "))
	}
	var written []string
	defer func() {
		for _, path := range written {
			if err != nil {
				err = errors.Join(err, os.Remove(path))
			}
		}
	}()
	for _, name := range names {
		path, mode := filepath.Join(c.Dir, filepath.FromSlash(name)), os.FileMode(0o644)
		if name == "patrol.yaml" {
			mode = 0o600 // tokens will be in it
		}
		if err := writeNew(path, files[name], mode); err != nil {
			return err
		}
		written = append(written, path)
	}
	return nil
}

// next says what was written, and what to do now.
func (c *initCommand) next(s *shell, w *wish, others int) error {
	in := func(name string) string { return Plain(filepath.Join(c.Dir, name)) }
	var p page
	p.line(fmt.Sprintf(s.say("已写入 %s，以及 %d 个规则和词表文件。接下来：", "Wrote %s, and %d files of rules and words. Next:"), in("patrol.yaml"), others))
	steps := []string{}
	if !w.starter.edit.IsZero() {
		steps = append(steps, fmt.Sprintf(s.say("编辑 %s：%s", "edit %s: %s"), in("patrol.yaml"), w.starter.edit.In(s.lang)))
	}
	steps = append(steps,
		fmt.Sprintf("patrol rules check %s", in("rules")),
		fmt.Sprintf("patrol rules test %s", in("rules")))
	if w.console != "" {
		steps = append(steps, fmt.Sprintf(s.say("patrol users add 名字 --role admin -c %s", "patrol users add NAME --role admin -c %s"), in("patrol.yaml")))
	}
	steps = append(steps, fmt.Sprintf("patrol run -c %s", in("patrol.yaml")))
	for i, step := range steps {
		p.line(fmt.Sprintf("  %d. %s", i+1, step))
	}
	_, err := fmt.Fprint(s.Stdout, p.String())
	return err
}
