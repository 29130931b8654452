package command

import (
	"encoding/json"
	"fmt"
	"io"

	"patrol/rules"
	"patrol/rules/ruletest"
	"patrol/rules/yamlfile"
)

type rulesGroup struct {
	Check   checkCommand   `cmd:""`
	Test    testCommand    `cmd:""`
	Explain explainCommand `cmd:""`
	Schema  schemaCommand  `cmd:""`
}

type checkCommand struct {
	Files []string `arg:"" name:"file"`
	JSON  bool     `name:"json"`
}

// Run says every fault of the files.
func (c *checkCommand) Run(s *shell) error {
	files, err := expand(c.Files)
	if err != nil {
		return err
	}
	set, faults := rules.Load(files, rules.Options{})
	n := 0
	if set != nil {
		n = len(set.Rules())
	}
	if c.JSON {
		report := struct {
			Files  []string        `json:"files"`
			Rules  int             `json:"rules"`
			Set    string          `json:"set,omitempty"`
			Faults yamlfile.Faults `json:"faults"`
		}{Files: files, Rules: n, Faults: append(yamlfile.Faults{}, faults...)}
		if set != nil {
			report.Set = set.Version()
		}
		if err := writeJSON(s.Stdout, report); err != nil {
			return err
		}
		return foundIf(set == nil)
	}
	if err := s.faultsTo(s.Stdout, s.out, faults); err != nil {
		return err
	}
	warnings := 0
	for _, f := range faults {
		if f.Warning {
			warnings++
		}
	}
	if set == nil {
		fmt.Fprintf(s.Stderr, s.say("%d 个文件：%d 处错误，%d 处警告\n", "%d files: %d faults, %d warnings\n"), len(files), len(faults)-warnings, warnings)
		return errFound
	}
	fmt.Fprintf(s.Stderr, s.say("%d 个文件，%d 条规则：没有错误，%d 处警告\n", "%d files, %d rules: no faults, %d warnings\n"), len(files), n, warnings)
	return nil
}

func (s *shell) faultsTo(w io.Writer, p palette, all yamlfile.Faults) error {
	for _, f := range all {
		code := red
		if f.Warning {
			code = yellow
		}
		if _, err := fmt.Fprintln(w, p.paint(code, Plain(f.In(s.lang)))); err != nil {
			return err
		}
	}
	return nil
}

type testCommand struct {
	Files []string `arg:"" name:"file"`
	JSON  bool     `name:"json"`
}

// Run runs the tests that the rules of the files carry.
func (c *testCommand) Run(s *shell) error {
	files, err := expand(c.Files)
	if err != nil {
		return err
	}
	set, faults := rules.Load(files, rules.Options{})
	if set == nil {
		if err := s.faultsTo(s.Stdout, s.out, faults); err != nil {
			return err
		}
		return errFound
	}
	failures, err := ruletest.Run(set)
	if err != nil {
		return err
	}
	ruleCount, tests, untested := 0, 0, 0
	for _, r := range set.Rules() {
		ruleCount, tests = ruleCount+1, tests+len(r.Tests)
		if len(r.Tests) == 0 {
			untested++
		}
	}
	if c.JSON {
		report := struct {
			Files    []string           `json:"files"`
			Rules    int                `json:"rules"`
			Tests    int                `json:"tests"`
			Untested int                `json:"untested"` // rules without a test
			Failures []ruletest.Failure `json:"failures"`
		}{files, ruleCount, tests, untested, append([]ruletest.Failure{}, failures...)}
		if err := writeJSON(s.Stdout, report); err != nil {
			return err
		}
		return foundIf(len(failures) > 0)
	}
	for _, f := range failures {
		if _, err := fmt.Fprintln(s.Stdout, s.out.paint(red, Plain(f.In(s.lang)))); err != nil {
			return err
		}
	}
	fmt.Fprintf(s.Stderr, s.say("%d 条规则（%d 条没有测试），%d 个测试，%d 个失败\n", "%d rules (%d without a test), %d tests, %d failed\n"), ruleCount, untested, tests, len(failures))
	return foundIf(len(failures) > 0)
}

type schemaCommand struct{}

// Run writes the JSON Schema of rule files.
func (schemaCommand) Run(s *shell) error {
	schema, err := rules.Schema()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "%s\n", schema)
	return err
}

func foundIf(wrong bool) error {
	if wrong {
		return errFound
	}
	return nil
}

// writeJSON writes v for a program, indented, and with text as it is: < and & are
// not escaped, since nobody puts it into a page.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}
