package phonetic

import (
	_ "embed" // for the data
	"maps"
	"slices"
	"strings"
	"sync"
)

// aliasData ships with the program; rule files add to it.
//
//go:embed data/aliases.txt
var aliasData string

var shippedAliases = sync.OnceValue(func() map[string][]string {
	all := make(map[string][]string)
	for line := range strings.Lines(aliasData) {
		word, others, found := strings.Cut(strings.TrimSpace(line), ":")
		if found && !strings.HasPrefix(word, "#") {
			all[word] = append(all[word], strings.Fields(others)...)
		}
	}
	return all
})

// Aliases returns the aliases that ship with the program: by word, what it is
// also called. The map is the caller's.
func Aliases() map[string][]string {
	all := maps.Clone(shippedAliases())
	for word, others := range all {
		all[word] = slices.Clone(others)
	}
	return all
}

// Called reports whether name is one of the shipped aliases of word; case does not
// matter.
func Called(word, name string) bool {
	return slices.ContainsFunc(shippedAliases()[word], func(other string) bool { return strings.EqualFold(other, name) })
}
