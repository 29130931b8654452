package ledger

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"
)

// BundleFormat names the form of a Bundle.
const BundleFormat = "patrol-evidence/1"

// Bundle is the evidence of one case, complete enough for an outsider to check it
// without Patrol; Method says how. Entries about other cases are there by the
// digests of their bodies only, so that nothing about others is given away.
type Bundle struct {
	Format   string          `json:"format"`
	Method   Method          `json:"method"`
	Made     time.Time       `json:"made"`
	Case     string          `json:"case"`
	Recorded string          `json:"recorded"`       // the case as first recorded, without its texts: an exact JSON text
	Said     string          `json:"said,omitempty"` // the texts that belong there: another exact JSON text; "" where they were erased
	Gone     Hash            `json:"gone,omitzero"`  // then the digest of what was erased
	Standing json.RawMessage `json:"standing"`       // the case as it stood when the bundle was made
	Before   Head            `json:"before"`         // the head of the chain before the first link
	Links    []Link          `json:"links"`          // every entry from the first about the case to the head
	Head     Head            `json:"head"`           // the head of the chain when the bundle was made
}

// Link is one entry about the case, with its body, or a run of entries about
// anything else, by the digests of their bodies.
type Link struct {
	Seq     int64  `json:"seq"` // of the entry, or of the first of the run
	Body    string `json:"body,omitempty"`
	Said    string `json:"said,omitempty"` // what belongs to the body and can be erased
	Digests []Hash `json:"digests,omitempty"`
}

// Material is what a Bundle is made of.
type Material struct {
	Case     string
	Made     time.Time
	Recorded []byte
	Said     []byte                   // nil where the texts were erased
	Gone     Hash                     // then their digest
	Standing []byte                   // one JSON object
	Before   Head                     // the head before the first of Records
	Records  iter.Seq2[Record, error] // from the first entry about the case to the head, without a gap
}

// NewBundle makes the bundle. The error is that of Records, or a *Broken where the
// chain does not hold: evidence that can't be verified is not handed out.
func NewBundle(m Material) (*Bundle, error) {
	b := &Bundle{
		Format: BundleFormat, Method: method(), Made: m.Made.UTC(), Case: m.Case,
		Recorded: string(m.Recorded), Said: string(m.Said), Gone: m.Gone, Standing: m.Standing, Before: m.Before,
	}
	var err error
	b.Head, err = Verify(m.Before, func(yield func(Record, error) bool) {
		for r, err := range m.Records {
			if err == nil {
				err = b.add(&r)
			}
			if !yield(r, err) {
				return
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return b, b.check()
}

func (b *Bundle) add(r *Record) error {
	e, err := r.Entry()
	if err != nil && !errors.Is(err, ErrPruned) {
		return err
	}
	if err == nil && e.Case == b.Case {
		b.Links = append(b.Links, Link{Seq: r.Seq, Body: string(r.Body), Said: string(r.Said)})
		return nil
	}
	digest := r.digest()
	if n := len(b.Links); n > 0 && b.Links[n-1].Body == "" {
		b.Links[n-1].Digests = append(b.Links[n-1].Digests, digest)
		return nil
	}
	b.Links = append(b.Links, Link{Seq: r.Seq, Digests: []Hash{digest}})
	return nil
}

// JSON is the bundle as a file: indented, and safe to show inside a page.
func (b *Bundle) JSON() ([]byte, error) { return json.MarshalIndent(b, "", "  ") }

// Entries are the entries about the case, by Seq.
func (b *Bundle) Entries() ([]Entry, error) {
	var all []Entry
	for _, l := range b.Links {
		if l.Body == "" {
			continue
		}
		r := l.record()
		e, err := r.Entry()
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// Erasures are the entries that say that what people wrote was erased.
func (b *Bundle) Erasures() ([]Entry, error) {
	all, err := b.Entries()
	return slices.DeleteFunc(all, func(e Entry) bool { return e.Kind != Redacted }), err
}

func (l *Link) record() Record {
	r := Record{Seq: l.Seq, Body: []byte(l.Body)}
	if l.Said != "" {
		r.Said = []byte(l.Said)
	}
	return r
}

// ErrBundle is in every error of VerifyBundle.
var ErrBundle = errors.New("the bundle does not hold")

// VerifyBundle reads a bundle's JSON and checks everything in it: the chain from
// Before to Head, the number in each body, that each body is about the case, and
// that the case as recorded is the one that its first entry has the digest of. Texts
// that are not there must have been erased, and an entry must say so.
// What it can't know is whether Head itself is genuine: compare it with a head that
// was noted elsewhere. data may be hostile.
func VerifyBundle(data []byte) (*Bundle, error) {
	var b Bundle
	if err := json.Unmarshal(data, &b); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBundle, err)
	}
	if err := b.check(); err != nil {
		return nil, err
	}
	return &b, nil
}

func (b *Bundle) check() error {
	fault := func(format string, args ...any) error {
		return fmt.Errorf("%w: %w", ErrBundle, fmt.Errorf(format, args...))
	}
	if b.Format != BundleFormat {
		return fault("its format is %q, not %q", b.Format, BundleFormat)
	}
	if b.Before.Seq < 0 || b.Before.Seq == 0 && b.Before.Hash != (Hash{}) {
		return fault("the chain begins with 32 zero bytes, not with %s", b.Before.Hash)
	}
	head := b.Before
	for i := range b.Links {
		next, err := b.Links[i].follow(head, b.Case)
		if err != nil {
			return fault("%w", err)
		}
		head = next
	}
	if head != b.Head {
		return fault("the links end at entry %d with %s, the head is entry %d with %s", head.Seq, head.Hash, b.Head.Seq, b.Head.Hash)
	}
	if err := b.checkRecorded(); err != nil {
		return fault("%w", err)
	}
	return nil
}

// follow is the head after the link.
func (l *Link) follow(head Head, id string) (Head, error) {
	if l.Seq != head.Seq+1 {
		return head, &Broken{Seq: head.Seq + 1, Fault: Missing, Why: fmt.Sprintf("the next link is entry %d", l.Seq)}
	}
	if l.Body == "" {
		if len(l.Digests) == 0 {
			return head, &Broken{Seq: l.Seq, Fault: Missing, Why: "the link is empty"}
		}
		for _, d := range l.Digests {
			head = head.Next(d)
		}
		return head, nil
	}
	if len(l.Digests) > 0 {
		return head, &Broken{Seq: l.Seq, Fault: Altered, Why: "the link has a body and digests"}
	}
	r := l.record()
	e, err := r.Entry()
	switch {
	case err != nil:
		return head, err
	case r.heard() != nil:
		return head, &Broken{Seq: l.Seq, Fault: Altered, Why: r.heard().Error()}
	case e.Seq != l.Seq:
		return head, &Broken{Seq: l.Seq, Fault: Reordered, Why: fmt.Sprintf("its body calls itself entry %d", e.Seq)}
	case e.Case != id:
		return head, &Broken{Seq: l.Seq, Fault: Altered, Why: fmt.Sprintf("its body is about case %q", e.Case)}
	}
	return head.Next(sha256.Sum256(r.Body)), nil
}

func (b *Bundle) checkRecorded() error {
	var recorded, standing struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal([]byte(b.Recorded), &recorded); err != nil {
		return fmt.Errorf("the case as recorded: %w", err)
	}
	if err := json.Unmarshal(b.Standing, &standing); err != nil {
		return fmt.Errorf("the case as it stands: %w", err)
	}
	if recorded.ID != b.Case || standing.ID != b.Case {
		return fmt.Errorf("it is about case %q and holds the cases %q and %q", b.Case, recorded.ID, standing.ID)
	}
	entries, err := b.Entries()
	if err != nil {
		return err
	}
	if (b.Said == "") == (b.Gone == Hash{}) {
		return errors.New("there have to be either the texts of the case or the digest of what was erased")
	}
	said := b.Gone
	if b.Said != "" {
		said = Sum([]byte(b.Said))
	}
	digest := Commit(Sum([]byte(b.Recorded)), said).String()
	if !slices.ContainsFunc(entries, func(e Entry) bool { return e.Kind == Decided && e.Digest == digest }) {
		return fmt.Errorf("no entry says that the case was recorded with the digest %s", digest)
	}
	return b.checkErased(entries)
}

// checkErased wants an entry for everything that is not there, and nothing there
// that such an entry calls erased.
func (b *Bundle) checkErased(entries []Entry) error {
	var last int64 // the last entry that says that texts were erased
	for _, e := range entries {
		if e.Kind == Redacted {
			last = e.Seq
		}
	}
	switch {
	case b.Said == "" && last == 0:
		return errors.New("the texts of the case are gone, and no entry says that they were erased")
	case b.Said != "" && last > 0:
		return fmt.Errorf("entry %d says that the texts of the case were erased, and they are there", last)
	}
	for i := range b.Links {
		r := b.Links[i].record()
		switch gone := r.Erased(); {
		case gone && r.Seq > last:
			return &Broken{Seq: r.Seq, Fault: Missing, Why: "what was said with it is gone, and no later entry says that it was erased"}
		case len(r.Said) > 0 && r.Seq < last:
			return &Broken{Seq: r.Seq, Fault: Altered, Why: fmt.Sprintf("what was said with it is there, and entry %d says that it was erased", last)}
		}
	}
	return nil
}
