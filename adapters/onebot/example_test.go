package onebot_test

import (
	"context"
	"fmt"

	"patrol/adapters/chat"
	"patrol/adapters/onebot"
	"patrol/adapters/onebot/onebottest"
)

func ExampleAdapter() {
	qq := onebottest.New(onebottest.Config{Self: 10001, Token: "open sesame"}) // stands for NapCat and QQ
	qq.AddGroup(100, "admin")
	qq.AddMember(100, onebottest.Member{ID: 7, Nickname: "Mallory"})
	running, err := qq.Start()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer running.Close()

	a, err := onebot.New(onebot.Config{Mode: "ws", URL: running.WS(), Token: "open sesame"}, chat.Host{
		Warn: func(err error) { fmt.Println(err) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	qq.OnConnect(func() { qq.Say(100, 7, "加微信领红包") })
	err = a.Run(ctx, func(ctx context.Context, e chat.Event) error {
		fmt.Printf("%s in %s: %s\n", e.Author.Name, e.Chat, e.Message.Text)
		_, err := a.Do(ctx, chat.Action{Verb: chat.Delete, Chat: e.Chat, Message: e.Message.ID})
		fmt.Println("deleted:", err == nil)
		stop()
		return nil
	})
	fmt.Println(err)
	// Output:
	// Mallory in 100: 加微信领红包
	// deleted: true
	// <nil>
}
