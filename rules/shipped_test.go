package rules_test

import (
	"path/filepath"
	"testing"

	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/ruletest"
)

// shipped are the rule files that come with the project.
func shipped(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob("../configs/rules/*.yaml")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d shipped rule files, want at least 5 (%v)", len(files), err)
	}
	return files
}

func TestShippedRulesHaveNoFaultsAndPassTheirTests(t *testing.T) {
	files := shipped(t)
	for _, file := range append([]string{""}, files...) {
		load := []string{file}
		if file == "" {
			load = files
		}
		set, faults := rules.Load(load, rules.Options{})
		if len(faults) > 0 {
			t.Fatalf("faults:\n%v", faults)
		}
		failures, err := ruletest.Run(set)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range failures {
			t.Error(f.In(lang.En))
		}
		for _, r := range set.Rules() {
			if r.Title.Zh == "" || r.Title.En == "" || r.Title.Zh == r.ID {
				t.Errorf("%s: title %+v, want one in each language", r.ID, r.Title)
			}
			hits := 0
			for _, test := range r.Tests {
				if test.Hit {
					hits++
				}
			}
			if hits == 0 || hits == len(r.Tests) {
				t.Errorf("%s: %d tests to hit and %d to pass, want some of each", r.ID, hits, len(r.Tests)-hits)
			}
		}
	}
}
