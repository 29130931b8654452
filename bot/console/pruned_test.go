package console

import (
	"testing"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/retention"
	"patrol/bot/review"
)

// TestThePrunedLedgerCanBeFollowedThroughTheAPI: of what was pruned between entries
// that stay, the digests are there.
func TestThePrunedLedgerCanBeFollowedThroughTheAPI(t *testing.T) {
	h, _ := openAPI(t)
	const day = 24 * time.Hour
	sweeper := &retention.Sweeper{Store: h.store, Policy: retention.Policy{Text: 30 * day, Ledger: 180 * day}, Now: func() time.Time { return noon.Add(200 * day) }}
	if tally, err := sweeper.Sweep(t.Context()); err != nil || tally.Ledger.Entries == 0 || len(tally.Ledger.Held) == 0 {
		t.Fatalf("%+v, %v", tally, err)
	}
	p, token := h.somebody(), h.apiToken("ada", review.ReadLedger)
	head, err := h.store.LedgerStart(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	digests := 0
	for cursor := ""; ; {
		var page ledgerAnswer
		p.decode(token, "GET", "/api/v1/ledger?limit=7&cursor="+cursor, "", &page)
		for _, r := range page.Records {
			digest := ledger.Sum([]byte(r.Body))
			if r.Digest != "" {
				digests++
				if err := digest.UnmarshalText([]byte(r.Digest)); err != nil || r.Body != "" || !r.Entry.At.IsZero() {
					t.Fatalf("%+v, %v", r, err)
				}
			}
			if head = head.Next(digest); head.Seq != r.Seq || head.Hash.String() != r.Hash {
				t.Fatalf("the chain breaks at %+v", r)
			}
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if end, err := h.store.Head(t.Context()); err != nil || end != head || digests == 0 {
		t.Errorf("it ends at %v, want %v; %d digests, %v", head, end, digests, err)
	}
}
