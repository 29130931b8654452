package ledger_test

import (
	"fmt"
	"iter"
	"time"

	"patrol/bot/ledger"
	"patrol/rules/lang"
)

// A chain of two entries, and what verifying says once the first was rewritten.
func Example() {
	var (
		head  ledger.Head
		chain []ledger.Record
	)
	for _, kind := range []ledger.Kind{ledger.Decided, ledger.Upheld} {
		draft, err := ledger.Prepare(ledger.Entry{
			At: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), Kind: kind, Actor: "li", Case: "qtvc4pn47gfq",
			Ground: lang.T("确是广告", "it is an ad"),
		})
		if err != nil {
			panic(err)
		}
		var record ledger.Record
		record, head = head.Append(draft)
		chain = append(chain, record)
	}
	verified, err := ledger.Verify(ledger.Head{}, records(chain))
	fmt.Println(verified == head, err)

	chain[0].Body = []byte(`{"seq":1,"kind":"decided","actor":"wang"}`)
	_, err = ledger.Verify(ledger.Head{}, records(chain))
	fmt.Println(err)
	// Output:
	// true <nil>
	// entry 1 is altered: its hash does not follow from its body and the hash before it
}

func records(all []ledger.Record) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}
}
