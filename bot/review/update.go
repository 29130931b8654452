package review

import (
	"time"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// Update is what became of a case's actions: what the pipeline asks the store to
// write, in one transaction, after an action was tried. Case.Settle says what it
// does. (It stands here and not in the store because the pipeline knows no store.)
type Update struct {
	Case    string
	Acts    []Act          // new or changed, by Action.Key
	Trouble lang.Text      // not zero: the case is opened for a person, with this as the reason, unless one has decided it
	Due     time.Time      // with Trouble: when a person should have decided
	Entries []ledger.Entry // what the ledger says of it
}
