package app_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// arrows says which packages of this module each folder may import; a pattern
// ending in /* stands for the folders below it. What is not listed is refused.
// Files that end in _test.go may import anything: they are not in the product.
var arrows = []struct {
	from string
	to   []string
}{
	{"adapters/chat", nil},
	{"adapters/chattest", []string{"adapters/chat"}},
	{"adapters/onebot/onebottest", []string{"adapters/chat"}},
	{"adapters/irc/irctest", []string{"adapters/chat"}},
	{"adapters/*", []string{"adapters/chat"}},
	{"adapters", []string{"adapters/*"}},
	{"detectors", nil},
	{"detectors/*", []string{"detectors/*"}},
	{"rules/lang", nil},
	{"rules/yamlfile", []string{"rules/lang"}},
	{"rules/*", []string{"adapters/chat", "detectors/*", "rules", "rules/*"}},
	{"rules", []string{"adapters/chat", "detectors/*", "rules/lang", "rules/yamlfile"}},
	{"configs", nil},
	{"bot/ladder", []string{"adapters/chat", "rules", "rules/lang"}},
	{"bot/ledger", []string{"adapters/chat", "rules", "rules/lang", "bot/ladder"}},
	{"bot/manual", []string{"adapters/chat", "rules/lang"}},
	{"bot/review", []string{"adapters/chat", "rules", "rules/lang", "rules/score", "bot/ladder", "bot/ledger", "bot/manual"}},
	{"bot/brake", []string{"rules", "rules/lang", "bot/ledger", "bot/review"}},
	{"bot/appeal", []string{"adapters/chat", "rules", "rules/lang", "bot/ledger", "bot/review"}},
	{"bot/report", []string{"adapters/chat", "bot/review"}},
	{"bot/stats", []string{"rules", "rules/lang", "rules/score", "bot/review"}},
	{"bot/monthly", []string{"adapters/chat", "rules", "rules/lang", "bot/brake", "bot/ledger", "bot/query", "bot/retention", "bot/review", "bot/stats"}},
	{"bot/retention", []string{"rules/lang", "bot/ledger", "bot/review"}},
	{"bot/undo", []string{"adapters/chat", "rules", "rules/lang", "bot/ledger", "bot/review"}},
	{"bot/store", []string{"adapters/chat", "rules", "rules/lang", "rules/score", "bot/appeal", "bot/brake", "bot/ladder", "bot/ledger", "bot/monthly", "bot/report", "bot/retention", "bot/review", "bot/seal", "bot/stats", "bot/undo"}},
	{"bot/query", []string{"adapters/chat", "rules", "rules/lang", "bot/ladder", "bot/ledger", "bot/review"}},
	{"bot/pipeline", []string{"adapters/chat", "rules", "rules/lang", "bot/brake", "bot/ladder", "bot/ledger", "bot/manual", "bot/report", "bot/review", "bot/stats"}},
	{"bot/console", []string{"adapters/chat", "rules", "rules/lang", "rules/score", "bot/appeal", "bot/brake", "bot/ladder", "bot/ledger", "bot/monthly", "bot/manual", "bot/query", "bot/review", "bot/seal", "bot/sso", "bot/stats", "bot/undo"}},
	{"bot/seal", nil},
	{"bot/sso", nil},
	{"bot/sso/ssotest", nil},
	{"bot/config", []string{"adapters/chat", "bot/brake", "bot/ladder", "bot/ledger", "bot/report", "bot/retention", "bot/review", "rules", "rules/lang", "rules/yamlfile"}},
	{"bot/app", []string{"adapters", "adapters/*", "configs", "detectors/*", "rules", "rules/*", "bot/*"}},
	{"bot/command", []string{"adapters", "adapters/*", "configs", "detectors/*", "rules", "rules/*", "bot/*"}},
	{"bot", []string{"bot/command"}},
}

func TestImportsFollowTheArrows(t *testing.T) {
	root := filepath.Join("..", "..")
	seen := 0
	err := fs.WalkDir(os.DirFS(root), ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && file != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		seen++
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, file), nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			to, ours := strings.CutPrefix(imported, "patrol/")
			if ours && !allowed(path.Dir(file), to) {
				t.Errorf("%s imports %s: no arrow leads there", file, imported)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Fatalf("only %d files looked at", seen)
	}
}

func TestTheContractsImportOnlyTheStandardLibrary(t *testing.T) {
	for _, dir := range []string{"adapters/chat", "rules/lang"} {
		files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range parsed.Imports {
				if strings.Contains(strings.SplitN(spec.Path.Value, "/", 2)[0], ".") {
					t.Errorf("%s imports %s", file, spec.Path.Value)
				}
			}
		}
	}
}

func allowed(from, to string) bool {
	for _, a := range arrows {
		if matches(a.from, from) {
			return slices.ContainsFunc(a.to, func(pattern string) bool { return matches(pattern, to) })
		}
	}
	return false
}

func matches(pattern, dir string) bool {
	parent, wild := strings.CutSuffix(pattern, "/*")
	if !wild {
		return pattern == dir
	}
	return strings.HasPrefix(dir, parent+"/")
}
