package irctest_test

import (
	"slices"
	"testing"

	"patrol/adapters/irc/irctest"
)

func TestRealServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB) string{"inspircd": irctest.StartInspIRCd, "ngircd": irctest.StartNgircd} {
		t.Run(name, func(t *testing.T) {
			proxy := irctest.NewProxy(t, start(t))
			both := irctest.DialAll(t, proxy.Addr(), "alice", "bob")
			alice, bob := both[0], both[1]
			alice.Join("#chat")
			bob.Join("#chat")
			if got := alice.Members("#chat"); !slices.Contains(got, "@alice") || !slices.Contains(got, "bob") || len(got) != 2 {
				t.Errorf("in the channel are %q, want alice as operator, and bob", got)
			}
			bob.React(func(line string) string { return "" })
			bob.Say("#chat", "hello 大家好")
			alice.Expect(":bob!", "PRIVMSG #chat :hello 大家好")
			alice.Ask("MODE #chat +b *!*@spam.test")
			if got := alice.Bans("#chat"); !slices.Equal(got, []string{"*!*@spam.test"}) {
				t.Errorf("banned are %q", got)
			}
			if bob.Heard("no such words") {
				t.Error("bob heard what nobody said")
			}
			before := len(proxy.Attempts())
			proxy.Cut()
			if got := len(proxy.Attempts()); before != 2 || got != 0 {
				t.Errorf("%d attempts before the cut and %d right after it", before, got)
			}
			proxy.Mend()
			irctest.Dial(t, proxy.Addr(), "carol").Join("#chat")
		})
	}
}
