package command_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"patrol/bot/command"
)

// A program in the same process looks for one word in two texts.
func Example() {
	code := command.Run(context.Background(), []string{"scan", "--keyword", "加微信"}, command.Env{
		Stdin:  strings.NewReader("你好\n加 微~信\n"),
		Stdout: os.Stdout,
	})
	fmt.Println("exit code", code)
	// Output:
	// {"text":"你好","flagged":false,"action":"none","hits":[]}
	// {"text":"加 微~信","flagged":true,"action":"ladder","hits":[{"rule":"keyword","severity":"minor","start":0,"end":11,"text":"加 微~信"}]}
	// exit code 0
}
