package ledger

import (
	"encoding/json"
	"time"

	"patrol/rules/lang"
)

// BundleFormat names the form of a Bundle.
const BundleFormat = "patrol-evidence/1"

// Bundle is the evidence of one case, complete enough for an outsider to check
// it without Patrol. Method says how.
type Bundle struct {
	Format   string          `json:"format"`
	Method   Method          `json:"method"`
	Made     time.Time       `json:"made"`
	Case     string          `json:"case"`
	Recorded string          `json:"recorded"` // the case as first recorded: the exact JSON text that Decided.Digest covers
	Standing json.RawMessage `json:"standing"` // the case as it stood when the bundle was made
	Before   Head            `json:"before"`   // the head of the chain before the first link
	Links    []Link          `json:"links"`    // every entry from the first about the case to the head
	Head     Head            `json:"head"`     // the head of the chain when the bundle was made
}

// Method is how a bundle is verified, step by step.
type Method struct {
	Zh []string `json:"zh"`
	En []string `json:"en"`
}

// Link is either one entry about the case, with its body, or a run of entries
// about anything else, by the digests of their bodies alone.
type Link struct {
	Seq     int64  `json:"seq"` // of the entry, or of the first of the run
	Body    string `json:"body,omitempty"`
	Digests []Hash `json:"digests,omitempty"`
}

var _ = lang.Zh
