package irc_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"strings"

	"patrol/adapters/chat"
	"patrol/adapters/irc"
)

// network is a server with one channel, in which mallory talks.
func network(l net.Listener) {
	conn, err := l.Accept()
	if err != nil {
		return
	}
	defer conn.Close()
	say := func(lines ...string) { fmt.Fprint(conn, strings.Join(lines, "\r\n")+"\r\n") }
	for in := bufio.NewScanner(conn); in.Scan(); {
		switch command, rest, _ := strings.Cut(in.Text(), " "); command {
		case "USER":
			say(":srv 001 patrol :Welcome", ":srv 376 patrol :End of MOTD")
		case "JOIN":
			say(":patrol!p@bot.example JOIN #chat", ":srv 353 patrol = #chat :@patrol mallory", ":srv 366 patrol #chat :End",
				":mallory!mal@evil.example PRIVMSG #chat :\x02Buy\x02 followers")
		case "KICK":
			say(":patrol!p@bot.example KICK " + rest)
		case "PING":
			say(":srv PONG srv :" + rest)
		case "QUIT":
			return
		}
	}
}

func Example() {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	go network(l)

	adapter, err := irc.New(irc.Config{
		Server:   l.Addr().String(),
		Nick:     "patrol",
		Channels: []irc.Channel{{Name: "#chat"}},
	}, chat.Host{})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	err = adapter.Run(ctx, func(_ context.Context, e chat.Event) error {
		if e.Kind != chat.KindMessage {
			return nil
		}
		fmt.Printf("%s (%s): %s\n", e.Author.Name, e.Author.ID, e.Message.Text)
		_, err := adapter.Do(ctx, chat.Action{Key: "1", Verb: chat.Remove, Chat: e.Chat, Member: e.Author.ID, Reason: "advertising"})
		fmt.Println("removed:", err == nil)
		stop()
		return nil
	})
	fmt.Println(err)
	// Output:
	// mallory (mal@evil.example): Buy followers
	// removed: true
	// <nil>
}
