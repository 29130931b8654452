package command_test

import (
	"strings"
	"testing"

	"patrol/bot/command"
)

func TestRightsOfAnAccount(t *testing.T) {
	bot := botFile(t)
	const secret = "correct horse battery\n"
	feed(t, secret, "users", "add", "-c", bot, "mia", "--chat", "irc/#b", "--chat", "irc/#a", "--password-stdin").must(t, command.Fine).says(t, "irc/#a irc/#b")
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "mia", "irc/#a irc/#b", "password")
	for wrong, args := range map[string][]string{
		"connection/chat": {"--role", "reviewer", "--chat", "nonsense"},
		"every chat":      {"--role", "admin", "--chat", "irc/#a"},
		"role":            {"--chat", "irc/#a"},
	} {
		run(t, append([]string{"users", "rights", "-c", bot, "mia"}, args...)...).must(t, command.Misused).says(t, wrong)
	}
	run(t, "users", "rights", "-c", bot, "nobody", "--role", "viewer").must(t, command.Failed)
	run(t, "users", "rights", "-c", bot, "mia", "--role", "viewer", "--chat", "irc/#c").must(t, command.Fine).says(t, "viewer: irc/#c")
	got := run(t, "users", "list", "-c", bot, "--json").must(t, command.Fine)
	if !strings.Contains(got.out, `"#c"`) && !strings.Contains(got.out, `"irc/#c"`) || strings.Contains(got.out, "irc/#a") {
		t.Error(got.out)
	}
	run(t, "users", "rights", "-c", bot, "mia", "--role", "admin").must(t, command.Fine)
	run(t, "users", "list", "-c", bot).must(t, command.Fine).says(t, "admin", "all")
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "changed the rights of mia: viewer: irc/#c")
}
