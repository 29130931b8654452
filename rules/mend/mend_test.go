package mend_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"patrol/rules"
	"patrol/rules/mend"
)

func Example() {
	before := []byte("rules:\n  - id: adult.words # our own list\n    keywords: [口交]\n    then: review\n")
	after, err := mend.AddExcept(before, "adult.words", "24口交换机")
	if err != nil {
		fmt.Println(err)
	}
	for _, line := range mend.Diff(before, after) {
		fmt.Println(line)
	}
	// Output:
	//  rules:
	//    - id: adult.words # our own list
	// +    except: ["24口交换机"]
	//      keywords: [口交]
	//      then: review
}

func TestAddExcept(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		err                 error
	}{
		{"a key of its own", "rules:\n- id: a # x\n  keywords: [w]\n", "rules:\n- id: a # x\n  except: [\"p\"]\n  keywords: [w]\n", nil},
		{"after an id that is not the first key", "rules:\n  - keywords: [w]\n    # why\n    id: a\n", "rules:\n  - keywords: [w]\n    # why\n    id: a\n    except: [\"p\"]\n", nil},
		{"the last line has no end", "rules:\n  - keywords: [w]\n    id: a", "rules:\n  - keywords: [w]\n    id: a\n    except: [\"p\"]\n", nil},
		{"a list in brackets", "rules:\n  - {id: a, except: [q, 'r'], keywords: [w]} # c\n", "rules:\n  - {id: a, except: [\"p\", q, 'r'], keywords: [w]} # c\n", nil},
		{"an empty list", "rules:\n  - id: a\n    except: []\n", "rules:\n  - id: a\n    except: [\"p\"]\n", nil},
		{"a list of lines", "rules:\n  - id: a\n    except:\n      # ours\n      - q\n      - r\n    keywords: [w]\n", "rules:\n  - id: a\n    except:\n      # ours\n      - \"p\"\n      - q\n      - r\n    keywords: [w]\n", nil},
		{"a rule in braces", "rules: [{id: b, keywords: [v]}, {id: a, keywords: [词]}]\n", "rules: [{id: b, keywords: [v]}, {except: [\"p\"], id: a, keywords: [词]}]\n", nil},
		{"wide characters before it", "rules: [{keywords: [词语], id: a}]\n", "rules: [{keywords: [词语], except: [\"p\"], id: a}]\n", nil},
		{"lines that end as on Windows", "rules:\r\n  - id: a\r\n    keywords: [w]\r\n", "rules:\r\n  - id: a\r\n    except: [\"p\"]\r\n    keywords: [w]\r\n", nil},
		{"one phrase without a list", "rules:\n  - id: a\n    except: q\n", "", mend.ErrByHand},
		{"an alias", "rules:\n  - {id: b, except: &x [q]}\n  - id: a\n    except: *x\n", "", mend.ErrByHand},
		{"a list that others share", "rules:\n  - {id: a, except: &x [q]}\n  - {id: b, except: *x}\n", "", mend.ErrByHand},
		{"no such rule", "rules:\n  - id: b\n", "", mend.ErrNoRule},
		{"it is there", "rules:\n  - {id: a, except: [p]}\n", "", mend.ErrThere},
	} {
		t.Run(c.name, func(t *testing.T) {
			after, err := mend.AddExcept([]byte(c.before), "a", "p")
			if !errors.Is(err, c.err) {
				t.Fatal(err)
			}
			if err == nil && string(after) != c.after {
				t.Errorf("became\n%s\ninstead of\n%s", after, c.after)
			}
		})
	}
	for _, phrase := range []string{"", " ", strings.Repeat("x", 300)} {
		if _, err := mend.AddExcept([]byte("rules:\n  - id: a\n"), "a", phrase); !errors.Is(err, mend.ErrPhrase) {
			t.Errorf("%q: %v", phrase, err)
		}
	}
	for _, phrase := range []string{`a "b" \ c`, "#x: [", "零\u200b宽", "line\nline", "😀", "\u202e"} {
		after, err := mend.AddExcept([]byte("rules:\n  - id: a\n    keywords: [w]\n"), "a", phrase)
		if err != nil {
			t.Errorf("%q: %v in\n%s", phrase, err, after)
		}
	}
}

// TestEveryRuleOfOurOwnCanBeMended adds a phrase to every rule of the shipped files.
func TestEveryRuleOfOurOwnCanBeMended(t *testing.T) {
	files, err := filepath.Glob("../../configs/rules/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		set, faults := rules.Load([]string{file}, rules.Options{})
		if faults.Err() != nil {
			t.Fatal(faults)
		}
		for _, r := range set.Rules() {
			n++
			if after, err := mend.AddExcept(data, r.ID, "例外 phrase"); err != nil || len(mend.Diff(data, after)) == 0 {
				t.Errorf("%s: %s: %v", file, r.ID, err)
			}
		}
	}
	if n == 0 {
		t.Fatal("there are no rules")
	}
}

func TestAFileIsWrittenWholeOrNotAtAll(t *testing.T) {
	dir := t.TempDir()
	real, link := filepath.Join(dir, "real.yaml"), filepath.Join(dir, "link.yaml")
	if err := os.WriteFile(real, []byte("old"), 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, link); err != nil {
		t.Fatal(err)
	}
	if err := mend.Write(link, []byte("older"), []byte("new")); !errors.Is(err, mend.ErrChanged) {
		t.Errorf("a file that has changed: %v", err)
	}
	if err := mend.Write(link, []byte("old"), []byte("new")); err != nil {
		t.Fatal(err)
	}
	data, _ := os.ReadFile(real)
	info, _ := os.Lstat(real)
	if string(data) != "new" || info.Mode().Perm() != 0o640 {
		t.Errorf("%q with mode %v", data, info.Mode())
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func FuzzAddExcept(f *testing.F) {
	f.Add("rules:\n  - id: a\n    except: [q]\n", "p")
	f.Add("rules: [{id: a}]\n", "词")
	f.Fuzz(func(t *testing.T, file, phrase string) {
		if after, err := mend.AddExcept([]byte(file), "a", phrase); err == nil && !mend.Has(after, "a") {
			t.Errorf("the rule is gone from\n%s", after)
		}
	})
}
