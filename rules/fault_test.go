package rules_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patrol/rules"
	"patrol/rules/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestFaults loads each file of testdata/faults, which is named for its fault,
// and compares all that is said of it, in both languages.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil || len(files) < 30 {
		t.Fatalf("%d files with faults, want at least 30 (%v)", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			set, faults := rules.Load([]string{file}, rules.Options{})
			if len(faults) == 0 {
				t.Fatal("no faults")
			}
			if (set == nil) != faults.Fatal() {
				t.Errorf("a set: %v, fatal faults: %v", set != nil, faults.Fatal())
			}
			got := strings.ReplaceAll(faults.In(lang.En)+"\n\n"+faults.In(lang.Zh)+"\n", "testdata/faults/", "")
			golden := strings.TrimSuffix(file, ".yaml") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("faults differ (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFaultsOfSeveralFilesComeTogether(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	files := []string{
		write("a.yaml", "trusted_after: 7d\nlists: {vip: [1]}\nrules:\n  - {id: x, keywords: [加微信]}\n"),
		write("b.yaml", "trusted_after: 9d\nlists: {vip: [2]}\nrules:\n  - {id: x, keywords: [加群领]}\n"),
		filepath.Join(dir, "missing.yaml"),
	}
	set, faults := rules.Load(files, rules.Options{})
	if set != nil {
		t.Error("a set came of files with faults")
	}
	got := strings.ReplaceAll(faults.Error(), dir+string(filepath.Separator), "")
	want := `b.yaml:1:16: trusted_after: trusted_after is set twice, first at a.yaml:1:16; it holds for all rule files: keep one of them
b.yaml:2:9: lists.vip: list vip is set twice, first at a.yaml:2:9; it holds for all rule files: keep one of them
b.yaml:4:10: rules[0].id: the id "x" is used twice, first at a.yaml:4:10; change one of them
missing.yaml: the file can't be read: open missing.yaml: no such file or directory`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults differ (-want +got):\n%s", diff)
	}
}
