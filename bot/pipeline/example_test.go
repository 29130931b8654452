package pipeline_test

import (
	"context"
	"fmt"
	"io"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ladder"
	"patrol/bot/pipeline"
	"patrol/rules"
)

// oneMessage is a platform on which one person says one thing.
type oneMessage struct{ text string }

func (oneMessage) Capabilities(string) chat.Capabilities {
	return chat.Capabilities{Warn: true, Delete: true}
}

func (m oneMessage) Run(ctx context.Context, deliver func(context.Context, chat.Event) error) error {
	err := deliver(ctx, chat.Event{
		ID: "1", Kind: chat.KindMessage, Chat: "lobby", Author: chat.Member{ID: "7", Name: "Mallory"},
		Message: chat.Message{ID: "m1", Text: m.text}, Time: time.Now(),
	})
	if err != nil {
		return err
	}
	return io.EOF // nothing more comes
}

func (oneMessage) Do(_ context.Context, a chat.Action) (chat.Receipt, error) {
	fmt.Println(a.Verb, a.Member)
	return chat.Receipt{}, nil
}

func Example() {
	set, faults := rules.Parse("rules.yaml", []byte("rules: [{id: ad, keywords: [buy now], then: ladder}]"), rules.Options{})
	if faults.Fatal() {
		fmt.Println(faults)
		return
	}
	l, err := ladder.New(ladder.Default())
	if err != nil {
		fmt.Println(err)
		return
	}
	p, err := pipeline.New(pipeline.Config{Ladder: l, Rules: set, Store: pipeline.NewVolatile(false), Shards: 1})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := p.Attach("demo", oneMessage{"Please b u y - n o w!"}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(p.Run(context.Background()))
	// Output:
	// delete 7
	// warn 7
	// <nil>
}
