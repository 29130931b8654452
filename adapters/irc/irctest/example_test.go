package irctest_test

import (
	"testing"

	"patrol/adapters/irc/irctest"
)

func Example() {
	test := func(t *testing.T) {
		addr := irctest.StartInspIRCd(t)
		alice := irctest.Dial(t, addr, "alice")
		alice.Join("#chat") // the first one in is the operator
		bob := irctest.Dial(t, addr, "bob")
		bob.Join("#chat")
		bob.Say("#chat", "hello")
		alice.Expect("PRIVMSG #chat :hello")
	}
	_ = test // go test gives it its t
	// Output:
}
