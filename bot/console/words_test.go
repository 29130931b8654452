package console

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ledger"
	"patrol/bot/query"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

func TestEveryWordIsInBothLanguages(t *testing.T) {
	placeholders := regexp.MustCompile(`%(\[\d+\])?[sdq]`)
	seen := map[string]bool{}
	for _, part := range wordParts() {
		for key, text := range part {
			if text.Zh == "" || text.En == "" {
				t.Errorf("%s lacks a language: %+v", key, text)
			}
			if zh, en := placeholders.FindAllString(text.Zh, -1), placeholders.FindAllString(text.En, -1); !slices.Equal(zh, en) {
				t.Errorf("%s takes %q in Chinese and %q in English", key, zh, en)
			}
			if seen[key] {
				t.Errorf("%s is there twice", key)
			}
			seen[key] = true
		}
	}
}

// TestEveryKeyIsAWord finds the keys in templates and Go files, and what values of
// other packages become keys. It also finds words that nobody says.
func TestEveryKeyIsAWord(t *testing.T) {
	used := map[string]bool{}
	for key := range templateKeys(t) {
		used[key] = true
	}
	for key := range sourceKeys(t) {
		used[key] = true
	}
	if len(used) < 100 {
		t.Fatalf("only %d keys were found: the search is broken", len(used))
	}
	for prefix, values := range map[string][]string{
		"tab.": tabs, "flash.": doneKeys, "flash.bulk.": {"upheld", "overturned", "escalated", "undone"}, "age.": slices.Collect(maps.Keys(ages)),
		"state.":     texts(review.Open, review.Acted, review.Logged, review.Upheld, review.Overturned, rightlyPassed, missed),
		"sample.of.": texts(review.Frames...), "sample.note.": texts(review.Frames...), "sample.ask.": texts(review.Frames...),
		"act.":      texts(review.Held, review.Due, review.Doing, review.Done, review.Failed, review.Cancelled, review.Asked),
		"role.":     texts(review.Viewer, review.Desk, review.Admin),
		"severity.": texts(rules.Minor, rules.Major, rules.Severe, ""),
		"then.":     texts(rules.Log, rules.Review, rules.Ladder, rules.Steps),
		"verb.":     texts(chat.Warn, chat.Delete, chat.Mute, chat.Remove, chat.Ban, chat.Unmute, chat.Unban, chat.Tell),
		"kind.":     texts(chat.KindMessage, chat.KindEdit, chat.KindJoin, chat.KindLeave, chat.KindReport, chat.KindCommand),
		"member.":   texts(chat.RoleMember, chat.RoleAdmin, chat.RoleOwner, chat.RoleSelf),
		"entry.": texts(ledger.Decided, ledger.Done, ledger.Failed, ledger.Asked, ledger.Cancelled, ledger.Claimed, ledger.Released,
			ledger.Upheld, ledger.Overturned, ledger.Noted, ledger.Escalated, ledger.Proposed, ledger.TakenBack, ledger.Reposted, ledger.Braked, ledger.Reloaded, ledger.Account, ledger.Lifted, ledger.LetGo, ledger.Batch, ledger.Appealed, ledger.Reported, ledger.Revealed, ledger.Opined, ledger.Redacted),
		"ask.kind.":   {kindName(query.Text), kindName(query.Number), kindName(query.Bool)},
		"brake.kind.": texts(brake.Chat, brake.Share, brake.Rule),
	} {
		for _, value := range values {
			used[prefix+value] = true
		}
	}
	for key := range used {
		if say(key) == lang.T(key, key) {
			t.Errorf("nobody wrote %q", key)
		}
	}
	for _, part := range []map[string]lang.Text{words, caseWords, deskWords, accountWords, fairWords, askWords, viewWords, statsWords, byHandWords} {
		for key := range maps.Keys(part) {
			if !used[key] {
				t.Errorf("nobody says %q", key)
			}
		}
	}
}

func texts[T ~string](values ...T) (list []string) {
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

// templateKeys are the literal first arguments of t.
func templateKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	files, err := fs.Glob(pageFiles, "pages/*.html")
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\bt "([a-z.]+)"`)
	for _, file := range files {
		content, err := fs.ReadFile(pageFiles, file)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range call.FindAllStringSubmatch(string(content), -1) {
			keys[found[1]] = true
		}
	}
	return keys
}

// sourceKeys are the literals in Go files that look like keys, where they are
// arguments, fields or elements of what a page says.
func sourceKeys(t *testing.T) map[string]bool {
	t.Helper()
	keys := map[string]bool{}
	looksLikeKey := regexp.MustCompile(`^(login|link|ask|queue|case|decide|effect|notes|ground|problem|brake|batch|undo|appeal|report|sample|stats|account|accounts|error|hidden|measure|next|flash)\.[a-z.]*[a-z]$`)
	files, err := fs.Glob(os.DirFS("."), "*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || strings.HasPrefix(file, "words") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			value, err := strconv.Unquote(literal.Value)
			if err == nil && looksLikeKey.MatchString(value) && !strings.HasSuffix(value, ".html") {
				keys[value] = true
			}
			return true
		})
	}
	return keys
}
