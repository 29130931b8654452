// Package adapters is the list of the platforms in this build.
//
//	a, err := adapters.Open("jsonl", decode, chat.Host{Name: "bridge"})
package adapters

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"patrol/adapters/chat"
	"patrol/adapters/jsonl"
)

// Open makes the adapter of a kind, with the config that decode fills in, and
// connects to nothing yet. Errors name the config's keys; an unknown kind names
// the known ones.
func Open(kind string, decode func(into any) error, h chat.Host) (chat.Adapter, error) {
	open, known := kinds()[kind]
	if !known {
		return nil, fmt.Errorf("%q is no kind of connection: use one of %[2]s / 没有 %[1]q 这种连接，可用：%[2]s", kind, strings.Join(Kinds(), ", "))
	}
	return open(decode, h)
}

// Kinds are the kinds that Open knows, sorted.
func Kinds() []string { return slices.Sorted(maps.Keys(kinds())) }

type opener func(decode func(into any) error, h chat.Host) (chat.Adapter, error)

// kinds is the list: one line a platform.
func kinds() map[string]opener {
	return map[string]opener{
		"jsonl": with(jsonl.New),
	}
}

// with is the opener that decodes an adapter's own config first.
func with[C any, A chat.Adapter](open func(C, chat.Host) (A, error)) opener {
	return func(decode func(into any) error, h chat.Host) (chat.Adapter, error) {
		var c C
		if err := decode(&c); err != nil {
			return nil, err
		}
		a, err := open(c, h)
		if err != nil {
			return nil, err // never a typed nil
		}
		return a, nil
	}
}
