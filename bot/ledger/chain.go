package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strconv"
)

// Hash is a SHA-256. Its text form is hex.
type Hash [sha256.Size]byte

// String is the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// MarshalText is the hash in hex.
func (h Hash) MarshalText() ([]byte, error) { return []byte(h.String()), nil }

// UnmarshalText reads 64 hex digits.
func (h *Hash) UnmarshalText(text []byte) error {
	if len(text) != hex.EncodedLen(len(h)) {
		return fmt.Errorf("a hash has %d hex digits, not %d", hex.EncodedLen(len(h)), len(text))
	}
	_, err := hex.Decode(h[:], text)
	return err
}

// Head is the end of a chain: the number and the hash of its last entry. The zero
// Head is the end of an empty chain. Whoever has noted a head elsewhere can prove
// later that nothing before it was changed and nothing after it was cut off.
type Head struct {
	Seq  int64 `json:"seq"`
	Hash Hash  `json:"hash"`
}

// Next is the head after one more entry with that digest of its body.
func (h Head) Next(digest Hash) Head {
	var both [2 * sha256.Size]byte
	copy(both[:], h.Hash[:])
	copy(both[sha256.Size:], digest[:])
	return Head{Seq: h.Seq + 1, Hash: sha256.Sum256(both[:])}
}

// Record is an entry as it is stored.
type Record struct {
	Seq  int64
	Body []byte // the entry as canonical JSON; nil where it was pruned
	Said []byte // what was said with it, as canonical JSON; nil where nothing was, or it was erased
	Hash Hash

	Digest Hash // of a body that was pruned; zero where it is there
}

// hollow reports whether the body was pruned.
func (r *Record) hollow() bool { return len(r.Body) == 0 && r.Digest != Hash{} }

// digest is the SHA-256 of the body, whether it is there or not.
func (r *Record) digest() Hash {
	if r.hollow() {
		return r.Digest
	}
	return Sum(r.Body)
}

// ErrPruned is the error for the entry of a record whose body was pruned.
var ErrPruned = errors.New("the entry was pruned / 条目已按保存期限删除")

// Entry is the entry that the record holds.
func (r *Record) Entry() (Entry, error) {
	var e Entry
	if r.hollow() {
		return e, fmt.Errorf("entry %d: %w", r.Seq, ErrPruned)
	}
	if err := errors.Join(Decode(r.Body, &e), r.speak(&e)); err != nil {
		return Entry{}, fmt.Errorf("entry %d: %w", r.Seq, err)
	}
	return e, nil
}

// Draft is an entry that is encoded but not numbered yet, so that the encoding
// need not wait for its turn in the chain.
type Draft struct {
	Case string // Entry.Case
	tail []byte // the body behind its number
	said []byte
}

// seqKey is how a body begins: Entry.Seq is its first field.
const seqKey = `{"seq":`

// entryRoom is what most bodies fit in.
const entryRoom = 384

var entryForm = NewForm[Entry]()

// Prepare encodes e. What e.Seq holds does not matter. Times are written in UTC.
func Prepare(e Entry) (Draft, error) {
	e.Seq, e.At, e.Said = 0, e.At.UTC(), ""
	said, err := e.part()
	if err != nil {
		return Draft{}, err
	}
	body, err := entryForm.Canonical(make([]byte, 0, entryRoom), &e)
	if err != nil {
		return Draft{}, err
	}
	tail, ok := bytes.CutPrefix(body, []byte(seqKey+"0"))
	if !ok {
		return Draft{}, fmt.Errorf("entry does not begin with its number: %.20s", body)
	}
	return Draft{Case: e.Case, tail: tail, said: said}, nil
}

// Append gives d the next number, and returns it as it is to be stored with the
// new head of the chain.
func (h Head) Append(d Draft) (Record, Head) {
	body := make([]byte, 0, len(seqKey)+20+len(d.tail))
	body = append(strconv.AppendInt(append(body, seqKey...), h.Seq+1, 10), d.tail...)
	next := h.Next(sha256.Sum256(body))
	return Record{Seq: next.Seq, Body: body, Said: d.said, Hash: next.Hash}, next
}

// Fault is what is wrong with an entry.
type Fault string

// The faults.
const (
	Altered   Fault = "altered"   // the body or the hash is not what was written
	Missing   Fault = "missing"   // an entry with that number is not there
	Reordered Fault = "reordered" // another entry stands in its place, or it stands twice
	Unfounded Fault = "unfounded" // something is gone, and no entry allows it
	Restored  Fault = "restored"  // something is there that an entry says was erased
)

// Broken is the error for a chain that does not hold: the first entry that is not
// what was written. In an attack on several entries it is the first of them.
type Broken struct {
	Seq   int64
	Fault Fault
	Why   string
}

// Error names the entry and its fault.
func (b *Broken) Error() string {
	return fmt.Sprintf("entry %d is %s: %s", b.Seq, b.Fault, b.Why)
}

// Verify walks the records that follow from (the zero Head for the whole chain)
// in the order given, and returns the last head that holds. The error is a
// *Broken for the first entry that does not fit, or what records failed with.
//
// A chain alone can't show that its newest entries were cut off. known are heads
// that were noted outside of it (printed by an earlier verification, contained in
// an exported bundle): each must be a part of the chain.
func Verify(from Head, records iter.Seq2[Record, error], known ...Head) (Head, error) {
	return walk(from, records, known, func(*Record) error { return nil })
}

func walk(from Head, records iter.Seq2[Record, error], known []Head, visit func(*Record) error) (Head, error) {
	head := from
	for r, err := range records {
		if err != nil {
			return head, err
		}
		next, broken := head.check(&r)
		if broken != nil {
			return head, broken
		}
		if err := visit(&r); err != nil {
			return head, err
		}
		head = next
		for _, k := range known {
			if k.Seq == head.Seq && k.Hash != head.Hash {
				return head, &Broken{Seq: k.Seq, Fault: Altered, Why: "it, or one before it, is not the entry that was noted as " + k.Hash.String()}
			}
		}
	}
	for _, k := range slices.SortedFunc(slices.Values(known), func(a, b Head) int { return int(a.Seq - b.Seq) }) {
		if k.Seq > head.Seq {
			return head, &Broken{Seq: head.Seq + 1, Fault: Missing, Why: fmt.Sprintf("the chain ends before entry %d, which was noted", k.Seq)}
		}
	}
	return head, nil
}

func (h Head) check(r *Record) (Head, *Broken) {
	want := h.Seq + 1
	switch {
	case r.Seq > want:
		return h, &Broken{Seq: want, Fault: Missing, Why: fmt.Sprintf("entry %d follows entry %d", r.Seq, h.Seq)}
	case r.Seq < want:
		return h, &Broken{Seq: want, Fault: Reordered, Why: fmt.Sprintf("entry %d follows entry %d", r.Seq, h.Seq)}
	}
	next := h.Next(r.digest())
	if r.hollow() && next.Hash == r.Hash && len(r.Said) == 0 {
		return next, nil
	}
	if next.Hash == r.Hash && numbered(r.Body, want) {
		if err := r.heard(); err != nil {
			return h, &Broken{Seq: want, Fault: Altered, Why: err.Error()}
		}
		return next, nil
	}
	var body struct {
		Seq int64 `json:"seq"`
	}
	if json.Unmarshal(r.Body, &body) == nil && body.Seq != want && next.Hash != r.Hash {
		return h, &Broken{Seq: want, Fault: Reordered, Why: fmt.Sprintf("the body in its place calls itself entry %d", body.Seq)}
	}
	if next.Hash == r.Hash {
		return h, &Broken{Seq: want, Fault: Altered, Why: "its body does not begin with its number"}
	}
	return h, &Broken{Seq: want, Fault: Altered, Why: "its hash does not follow from its body and the hash before it"}
}

// numbered reports whether body begins as the entry of that number does.
func numbered(body []byte, seq int64) bool {
	return bytes.HasPrefix(body, append(strconv.AppendInt([]byte(seqKey), seq, 10), ','))
}
