package command_test

import (
	"strings"
	"testing"

	"patrol/bot/command"
)

// TestTheCommandLineKnowsReach looks and decides as somebody who reviews another
// chat, and as one who may only look.
func TestTheCommandLineKnowsReach(t *testing.T) {
	bot := someCases(t)
	ids := caseIDs(t, bot)
	feed(t, "correct horse battery\n", "users", "add", "-c", bot, "mia", "--role", "reviewer", "--chat", "main/elsewhere", "--password-stdin").must(t, command.Fine)
	feed(t, "correct horse battery\n", "users", "add", "-c", bot, "all", "--role", "viewer", "--password-stdin").must(t, command.Fine)
	for _, args := range [][]string{{"query", "SELECT id FROM cases"}, {"cases", "list", "--state", "all"}} {
		seen := func(as string) string {
			args := append(append([]string{}, args...), "-c", bot)
			if as != "" {
				args = append(args, "--as", as)
			}
			return run(t, args...).must(t, command.Fine).out
		}
		if strings.Contains(seen("mia"), ids[0]) || !strings.Contains(seen("all"), ids[0]) || !strings.Contains(seen(""), ids[0]) {
			t.Errorf("%v: mia sees %q", args, seen("mia"))
		}
	}
	run(t, "cases", "show", "-c", bot, "--as", "mia", ids[0]).must(t, command.Failed)
	run(t, "cases", "show", "-c", bot, "--as", "all", ids[0]).must(t, command.Fine)
	run(t, "query", "-c", bot, "--as", "nobody", "SELECT id FROM cases").must(t, command.Failed)
	for as, want := range map[string]int{"mia": command.Failed, "all": command.Failed, "whoever": command.Fine} {
		run(t, "cases", "note", "-c", bot, "--as", as, ids[0], "x").must(t, want)
	}
	said := run(t, "ledger", "show", "-c", bot).must(t, command.Fine).out
	if !strings.Contains(said, "with the rights of mia") || strings.Contains(said, "with the rights of nobody") {
		t.Errorf("the ledger says:\n%s", said)
	}
}
