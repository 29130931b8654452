package command

import (
	"regexp"
	"strings"

	"patrol/bot/ledger"
)

var nameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$`)

// accountName reports whether an account may be called that: what the console
// takes too. Nobody may be called like the bot.
func accountName(name string) bool {
	return nameForm.MatchString(name) && !strings.EqualFold(name, ledger.Bot)
}
