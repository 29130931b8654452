package adapters

import (
	"fmt"
	"strings"

	"patrol/adapters/chat"
	"patrol/adapters/irc"
	"patrol/adapters/jsonl"
	"patrol/adapters/onebot"
)

// Options is what the program around an adapter lends it.
type Options = chat.Host

// kinds are all platforms, by the name that `kind:` gives them in the bot file.
func kinds() []kind {
	return []kind{
		{"irc", with(irc.New)},
		{"jsonl", with(jsonl.Open)},
		{"onebot", with(onebot.New)},
	}
}

// kind is one platform.
type kind struct {
	name string
	open func(decode func(into any) error, o Options) (chat.Adapter, error)
}

// with opens an adapter by its New, whose config is decoded into a new C.
func with[C any, A chat.Adapter](build func(C, chat.Host) (A, error)) func(func(any) error, Options) (chat.Adapter, error) {
	return func(decode func(into any) error, o Options) (chat.Adapter, error) {
		var c C
		if err := decode(&c); err != nil {
			return nil, err
		}
		a, err := build(c, o)
		if err != nil {
			return nil, err
		}
		return a, nil
	}
}

// Open is a new adapter of the given kind, which does nothing yet. decode fills
// the pointer to the kind's own Config that it is given, from the bot file; its
// error is returned as it is. Open does no I/O but for reading secret files.
func Open(name string, decode func(into any) error, o Options) (chat.Adapter, error) {
	for _, k := range kinds() {
		if k.name == name {
			return k.open(decode, o)
		}
	}
	return nil, fmt.Errorf("kind: there is no %.40q; known are %[2]s / 没有 %.40[1]q 这种连接，可用：%[2]s", name, strings.Join(Kinds(), ", "))
}

// Kinds are the names that Open knows, in the order of the list.
func Kinds() []string {
	var names []string
	for _, k := range kinds() {
		names = append(names, k.name)
	}
	return names
}
