// Package irc attaches Patrol to channels of an IRC network.
//
//	a, err := irc.New(irc.Config{
//		Server:   "irc.example.net:6697",
//		Nick:     "patrol",
//		Channels: []irc.Channel{{Name: "#chat"}},
//	}, chat.Host{})
//	if err != nil {
//		return err
//	}
//	err = a.Run(ctx, deliver)
//
// # What is who
//
// A member's id is "account:NAME" where they are logged in and the server can
// ban by account, and "user@host", as the server shows it, everywhere else. Nick
// changes leave it alone. An id is always enough to build the mask of a ban, so
// that a ban can be lifted after a restart, with its member long gone. Two people
// behind one user@host are one member to this package, as they are to a ban; an
// action on one of them that also covers the other says so in its receipt.
//
// # What can be done
//
// Everything is probed: the bot's own status in the channel, ISUPPORT, the
// negotiated capabilities, and whether the server knows a command. Muting is, in
// this order, a timed ban of InspIRCd (TBAN) on a muting extban, the muting
// extban alone, the quiet list (+q), or a plain ban where the server is known to
// silence banned members who are inside (ngIRCd). All but the first must be
// lifted by whoever muted. Messages can be deleted where the server redacts.
//
// A plain ban that mutes is written ?*!user@host and a ban that keeps out
// *!user@host. They match the same people, but lifting one leaves the other.
//
// Every action is confirmed: it is sent together with a PING, and once the
// server has answered that, it has answered the action as well.
//
// # Text
//
// A line that is valid UTF-8 is taken as that. Any other is decoded from
// Config.Encoding, or, where that is empty, has its invalid bytes replaced by
// U+FFFD. Colours and other formatting are taken out of messages.
//
// # The library
//
// Lines are parsed, written and authenticated with github.com/lrstanley/girc. Its
// client is not used: it leaves goroutines behind, drops what it can't send
// within 30 s without a word, has no context, and ends the process on a short
// line from a faulty server.
package irc
