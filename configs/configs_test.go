package configs_test

import (
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"patrol/adapters/demo"
	"patrol/bot/config"
	"patrol/configs"
	"patrol/rules"
	"patrol/rules/lang"
	"patrol/rules/ruletest"
)

// The word lists and rule files that ship.
func Example() {
	set, faults := rules.Load([]string{"rules/ads.yaml"}, rules.Options{FS: configs.FS})
	fmt.Println(len(faults), set.Rules()[0].ID)
	// Output: 0 ads.contact
}

func TestTheRulesAreWithoutFaultAndPassTheirTests(t *testing.T) {
	files, err := fs.Glob(configs.FS, "rules/*.yaml")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	set, faults := rules.Load(files, rules.Options{FS: configs.FS})
	if len(faults) > 0 {
		t.Fatal(faults.In(lang.En))
	}
	for _, r := range set.Rules() {
		if len(r.Tests) == 0 || r.Title.Zh == "" || r.Title.En == "" {
			t.Errorf("%s lacks tests or a title in both languages", r.ID)
		}
	}
	failures, err := ruletest.Run(set)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range failures {
		t.Error(f.In(lang.En))
	}
}

func TestEveryListIsUsed(t *testing.T) {
	lists, err := fs.Glob(configs.FS, "lists/*")
	if err != nil || len(lists) == 0 {
		t.Fatalf("%d lists, %v", len(lists), err)
	}
	files, err := fs.Glob(configs.FS, "rules/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, file := range files {
		data, err := configs.FS.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	for _, list := range lists {
		if !strings.Contains(all.String(), "../"+list) {
			t.Errorf("no rule names %s", list)
		}
	}
}

func TestTheExampleAndTheDemoLoad(t *testing.T) {
	data, err := configs.FS.ReadFile("patrol.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if _, faults := config.Parse("patrol.example.yaml", data); len(faults) > 0 {
		t.Error(faults.In(lang.En))
	}
	script, err := configs.FS.Open("demo/group.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer script.Close()
	if lines, err := demo.Parse(script); err != nil || len(lines) < 20 {
		t.Errorf("%d lines, %v", len(lines), err)
	}
}
