package rules

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// What rules remember beside counts goes over a restart in a snapshot of its own,
// which is larger than that of the counts and matters less from second to second:
//
//   - how many messages members have written and when they were seen to join: without
//     it, everybody is a newcomer after a restart, and a joke among regulars a raid;
//   - what admins are called: without it, nobody is taken for an imitator until an
//     admin speaks;
//   - what repeat rules have read within their time: without it, a raid may begin anew.
//
// Left out are the pieces of words (across) and pastes under way. They last for
// seconds, and whoever cuts up a word has to write it again.
const (
	memoryMagic = "PTRM"
	membersPart = "newcomers"
	adminsPart  = "admins"
	repeatPart  = "repeat " // and the tracker's name
)

// SnapshotMemory writes to w what rules remember at the time now beside what they
// count, for RestoreMemory after a restart. Events may be judged meanwhile. It takes
// at most nine megabytes for newcomers, the names of 262,144 admins, and 48 bytes
// for each of at most 131,072 posts of each repeat rule.
func (r *Rates) SnapshotMemory(w io.Writer, now time.Time) error {
	r.mu.Lock()
	trackers, parts := maps.Clone(r.trackers), maps.Clone(r.recalled)
	book, names := r.book, r.names
	r.mu.Unlock()
	makers := map[string]func() []byte{}
	for part, kept := range parts {
		makers[part] = func() []byte { return kept }
	}
	if book != nil {
		makers[membersPart] = func() []byte { return book.AppendSnapshot(nil) }
	}
	if names != nil {
		makers[adminsPart] = func() []byte { return names.AppendSnapshot(nil) }
	}
	for name, tracker := range trackers {
		makers[repeatPart+name] = func() []byte { return tracker.AppendSnapshot(nil, now) }
	}
	return r.writeParts(w, memoryMagic, slices.Sorted(maps.Keys(makers)), func(part string) ([]byte, error) { return makers[part](), nil })
}

// RestoreMemory takes over a snapshot of SnapshotMemory, as of the time now. Call it
// after Restore and before events are judged, before or after rules are loaded. On an
// error that wraps ErrSnapshot, or is from's, nothing has changed, unless a part that
// is not damaged is none of what it should be.
func (r *Rates) RestoreMemory(from io.Reader, now time.Time) error {
	seed, parts, err := readParts(from, memoryMagic)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.seeded && seed != r.seed.Load() {
		return fmt.Errorf("%w: it belongs to other counts", ErrSnapshot)
	}
	r.seed.Store(seed)
	r.recalled, r.at, r.seeded = parts, now, true
	var failed []error
	note := func(err error) {
		if err != nil {
			failed = append(failed, fmt.Errorf("%w: %w", ErrSnapshot, err))
		}
	}
	if r.book != nil {
		note(r.recall(membersPart, r.book.Restore))
	}
	if r.names != nil {
		note(r.recall(adminsPart, r.names.Restore))
	}
	for name, tracker := range r.trackers {
		note(r.recall(repeatPart+name, func(posts []byte) error { return tracker.Restore(posts, now) }))
	}
	return errors.Join(failed...)
}

// recall hands a part of a snapshot to whom it belongs, once.
func (r *Rates) recall(part string, restore func([]byte) error) error {
	kept, ok := r.recalled[part]
	if !ok {
		return nil
	}
	delete(r.recalled, part)
	if err := restore(kept); err != nil {
		return fmt.Errorf("%s: %w", strings.TrimSpace(part), err)
	}
	return nil
}
