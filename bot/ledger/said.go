package ledger

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"patrol/rules/lang"
)

// Sum is the SHA-256 of data.
func Sum(data []byte) Hash { return sha256.Sum256(data) }

// Commit is what an entry of kind Decided says of its case: the digest of the
// digests of its two parts, the case as recorded without any text, and what was
// said. Either part can be shown, or erased, with only its digest left.
func Commit(recorded, said Hash) Hash { return Head{Hash: recorded}.Next(said).Hash }

// NewSalt is what makes the digest of a text say nothing about the text: without
// it, a short text could be found again by trying. It is kept in the part that is
// erased, so that it is erased as well.
func NewSalt() []byte {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails
	return salt
}

// saying is the part of an entry that can be erased. The body holds its digest, as
// Entry.Said, and so the chain vouches for it whether it is still there or not.
type saying struct {
	Salt   []byte    `json:"salt"`
	Ground lang.Text `json:"ground,omitzero"`
	Digest string    `json:"digest,omitempty"`
}

// part takes out of e what can be erased, nil where there is nothing: what a person
// gave as the ground for what they did to a case, what a platform answered, and the
// digest of a note or an appeal.
func (e *Entry) part() ([]byte, error) {
	if e.Case == "" || e.Kind == Decided || e.Kind == Redacted {
		return nil, nil
	}
	s := saying{Salt: e.Salt, Digest: e.Digest}
	if e.Actor != Bot || e.Kind == Failed {
		s.Ground = e.Ground
	}
	if s.Digest == "" && s.Ground.IsZero() {
		return nil, nil
	}
	if s.Salt == nil {
		s.Salt = NewSalt()
	}
	data, err := Canonical(&s)
	if err != nil {
		return nil, err
	}
	e.Digest = ""
	if !s.Ground.IsZero() {
		e.Ground = lang.Text{}
	}
	e.Said = Digest(data)
	return data, nil
}

// saidKey is how a body names the digest of what was said. No text in a body can
// look like it: there the quotation marks are escaped.
var saidKey = []byte(`"said":"`)

// Erased reports whether something was said with the entry that is gone.
func (e *Entry) Erased() bool { return e.Said != "" && e.Ground.IsZero() && e.Digest == "" }

// Erased reports whether something was said with the entry that is gone.
func (r *Record) Erased() bool { return len(r.Said) == 0 && bytes.Contains(r.Body, saidKey) }

// heard checks what was said against the body.
func (r *Record) heard() error {
	if len(r.Said) == 0 {
		return nil
	}
	var body struct {
		Said string `json:"said"`
	}
	if err := json.Unmarshal(r.Body, &body); err != nil {
		return err
	}
	if got := Digest(r.Said); got != body.Said {
		return fmt.Errorf("what was said with it has the digest %s, and its body says %q", got, body.Said)
	}
	return nil
}

// speak puts what was said back into e.
func (r *Record) speak(e *Entry) error {
	if len(r.Said) == 0 {
		return nil
	}
	var s saying
	if err := Decode(r.Said, &s); err != nil {
		return err
	}
	if !s.Ground.IsZero() {
		e.Ground = s.Ground
	}
	if s.Digest != "" {
		e.Digest = s.Digest
	}
	return nil
}
