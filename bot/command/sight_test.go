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

// TestWhatIsDoneByHandIsSaidOnTheCommandLine on a platform where the bot can only warn.
func TestWhatIsDoneByHandIsSaidOnTheCommandLine(t *testing.T) {
	bot := memberBot(t, "adapters: [{name: main, kind: jsonl, config: {capabilities: {verbs: [warn]}}}]\n")
	change(t, bot, "review: {", "review: {by_hand: [delete, mute, remove, ban], ")
	p := startPatrol(t, bot)
	p.hear(t, "e1", "u1", "低价卖 号", 0)
	var id string
	eventually(t, "a person is asked", func() bool {
		ids := caseIDs(t, bot)
		if len(ids) == 1 {
			id = ids[0]
		}
		return len(ids) == 1
	})
	run(t, "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "by hand: mute 10m", "1. Group settings → 群管理 (Manage)", "asked of a person")
	run(t, "--lang=zh", "cases", "show", "-c", bot, id).must(t, command.Fine).says(t, "请人操作：禁言 10m", "选中该成员，设为写明的时长")
	run(t, "cases", "did", "-c", bot, id, "--verb", "ban", "--as", "li").must(t, command.Failed)
	run(t, "cases", "could-not", "-c", bot, id, "--as", "li").must(t, command.Misused)
	run(t, "cases", "did", "-c", bot, id, "--verb", "mute", "--as", "li").must(t, command.Fine).says(t, "by hand: li")
	run(t, "cases", "could-not", "-c", bot, id, "--verb", "unban", "-m", "x", "--as", "li").must(t, command.Failed)
	run(t, "cases", "could-not", "-c", bot, id, "--verb", "delete", "-m", "I am no admin there", "--as", "li").must(t, command.Fine).says(t, "I am no admin there", "open")
	p.stop(t)
}
