package command

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"patrol/bot/config"
	"patrol/rules"
	"patrol/rules/lang"
)

// configFlag is -c of the commands that cannot do without a bot file.
type configFlag struct {
	Config string `short:"c" default:"patrol.yaml" placeholder:"FILE"`
}

// load reads the bot file. Warnings are said; anything worse is the error.
func (c *configFlag) load(s *shell) (*config.Config, error) {
	loaded, faults := config.Load(c.Config)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	s.faults(faults)
	return loaded, nil
}

// rulesFlags name rule files, either by themselves or by a bot file.
type rulesFlags struct {
	Rules  []string `short:"r" sep:"none" placeholder:"FILE"`
	Config string   `short:"c" placeholder:"FILE"`
}

// set loads the rules, of more files as well, and the bot file where one was
// given. Warnings are not said: rules check is for that.
func (r *rulesFlags) set(more []string) (*rules.Set, *config.Config, error) {
	var (
		bot      *config.Config
		patterns = slices.Concat(r.Rules, more)
	)
	if len(patterns) == 0 && r.Config == "" {
		if _, err := os.Stat("patrol.yaml"); err != nil {
			return nil, nil, &misuse{lang.T("请用 -r 给出规则文件，或用 -c 给出 patrol.yaml", "give rule files with -r, or patrol.yaml with -c")}
		}
		r.Config = "patrol.yaml"
	}
	if r.Config != "" {
		var err error
		if bot, err = load(r.Config); err != nil {
			return nil, nil, err
		}
	}
	files, err := expand(patterns)
	if err == nil && len(patterns) == 0 {
		files, err = bot.RuleFiles()
	}
	if err != nil {
		return nil, nil, err
	}
	set, faults := rules.Load(files, rules.Options{})
	return set, bot, faults.Err()
}

func load(path string) (*config.Config, error) {
	bot, faults := config.Load(path)
	return bot, faults.Err()
}

// expand is the files that patterns name: files, folders (every *.yaml and *.yml
// in them), and patterns with * or ?. Sorted, each once; a pattern that names
// nothing is an error.
func expand(patterns []string) ([]string, error) {
	var files []string
	for _, pattern := range patterns {
		found, err := named(pattern)
		if err != nil {
			return nil, err
		}
		files = append(files, found...)
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

func named(pattern string) ([]string, error) {
	info, err := os.Stat(pattern)
	switch {
	case err == nil && !info.IsDir():
		return []string{filepath.Clean(pattern)}, nil
	case err == nil:
		return inFolder(pattern)
	case !errors.Is(err, fs.ErrNotExist) || !strings.ContainsAny(pattern, "*?["):
		return nil, fmt.Errorf("rule file: %w / 规则文件", err)
	}
	found, err := filepath.Glob(pattern)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", pattern, err)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no file matches %q / 没有匹配 %[1]q 的文件", pattern)
	}
	return found, nil
}

func inFolder(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if ext := filepath.Ext(e.Name()); !e.IsDir() && (ext == ".yaml" || ext == ".yml") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no *.yaml in the folder %s / 文件夹 %[1]s 里没有 *.yaml", folder)
	}
	return files, nil
}
