package rules

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"patrol/detectors/flood"
	"patrol/detectors/imitation"
	"patrol/detectors/newcomer"
	"patrol/detectors/repeat"
	"patrol/detectors/tail"
)

// Rates is what flood and repeat rules have counted so far. It outlives the Sets that are
// loaded with it, so that a reload starts no count anew: a limit keeps its
// counts while its rule's id, what it measures, its number and its time stay.
//
// Any number of goroutines may use it, and Sets loaded with it, at once.
type Rates struct {
	seed   atomic.Uint64
	pastes *flood.Pastes

	mu       sync.Mutex
	limiters map[string]*flood.Limiter
	trackers map[string]*repeat.Tracker
	names    *imitation.Watch
	tails    *tail.Keeper
	book     *newcomer.Book    // nil until a rule asks for it
	restored map[string][]byte // snapshots of limits that no rule has asked for yet
	recalled map[string][]byte // and of what is remembered beside them
	at       time.Time         // the time that they were restored at
	seeded   bool              // the seed is that of a snapshot
}

// NewRates returns Rates that have counted nothing.
func NewRates() *Rates {
	r := &Rates{
		pastes:   flood.NewPastes(flood.PastesConfig{}),
		limiters: make(map[string]*flood.Limiter),
		restored: make(map[string][]byte),
	}
	var seed [8]byte
	rand.Read(seed[:]) // never fails: it ends the program instead
	r.seed.Store(binary.LittleEndian.Uint64(seed[:]))
	return r
}

// prepare returns limiters for some limits: those kept, and new ones. It
// changes nothing, so that a Set that can't be loaded leaves no trace.
func (r *Rates) prepare(limits []*limit) (map[string]*flood.Limiter, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ready := make(map[string]*flood.Limiter, len(limits))
	for _, l := range limits {
		if kept, ok := r.limiters[l.name]; ok {
			ready[l.name] = kept
			continue
		}
		fresh, err := flood.New(l.config)
		if err != nil {
			return nil, err
		}
		if snapshot, ok := r.restored[l.name]; ok {
			// An error is a snapshot by another version of the limiter: its
			// counts are lost, which is no reason to load no rules.
			_ = fresh.Restore(bytes.NewReader(snapshot), r.at)
		}
		ready[l.name] = fresh
	}
	return ready, nil
}

// members is the book of who is new, begun when a rule first asks for it.
func (r *Rates) members() *newcomer.Book {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.book == nil {
		r.book = newcomer.New()
		_ = r.recall(membersPart, r.book.Restore) // what can't be read is forgotten
	}
	return r.book
}

// admins is what admins are called, begun when a rule first asks for it.
func (r *Rates) admins(fold func(string) string) *imitation.Watch {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.names == nil {
		r.names = imitation.New(fold)
		_ = r.recall(adminsPart, r.names.Restore)
	}
	return r.names
}

// shorts are the last short messages of members, kept when a rule first asks.
func (r *Rates) shorts() *tail.Keeper {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tails == nil {
		r.tails = tail.New()
	}
	return r.tails
}

// prepareTrackers is prepare for repeat rules.
func (r *Rates) prepareTrackers(all []*copies) (map[string]*repeat.Tracker, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ready := make(map[string]*repeat.Tracker, len(all))
	for _, c := range all {
		if kept, ok := r.trackers[c.name]; ok {
			ready[c.name] = kept
			continue
		}
		fresh, err := repeat.New(c.config)
		if err != nil {
			return nil, err
		}
		if posts, ok := r.recalled[repeatPart+c.name]; ok {
			_ = fresh.Restore(posts, r.at) // what can't be read is forgotten, which is no reason to load no rules
		}
		ready[c.name] = fresh
	}
	return ready, nil
}

// adopt makes some limiters and trackers those that are kept. Those of a Set that
// is still in use stay with it.
func (r *Rates) adopt(limiters map[string]*flood.Limiter, trackers map[string]*repeat.Tracker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.limiters, r.trackers = limiters, trackers
	r.restored = make(map[string][]byte)
	maps.DeleteFunc(r.recalled, func(part string, _ []byte) bool { return strings.HasPrefix(part, repeatPart) })
}

// A snapshot of Rates is, in little-endian order: magic "PTRL", version (4
// bytes), seed (8), number of limits (4), for each its name and its limiter's
// snapshot, both behind their length (4 and 8), and CRC-32C of all that (4).
const (
	ratesMagic   = "PTRL"
	ratesVersion = 1
	maxLimits    = 100_000
	maxName      = 1 << 16
)

// ErrSnapshot is wrapped by the errors of Restore for what is no snapshot of
// Rates, or a damaged one.
var ErrSnapshot = errors.New("rules: bad snapshot of rates")

// Snapshot writes what has been counted to w, for Restore after a restart. It
// does not stop the counting. Pastes under way are not in it, nor is what rules
// remember beside counts: see SnapshotMemory.
func (r *Rates) Snapshot(w io.Writer) error {
	r.mu.Lock()
	limiters := maps.Clone(r.limiters)
	parts := maps.Clone(r.restored)
	r.mu.Unlock()
	write := func(part string) ([]byte, error) {
		limiter, ok := limiters[part]
		if !ok {
			return parts[part], nil
		}
		var counts bytes.Buffer
		err := limiter.Snapshot(&counts)
		return counts.Bytes(), err
	}
	names := slices.Sorted(maps.Keys(limiters))
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if _, ok := limiters[name]; !ok {
			names = append(names, name)
		}
	}
	return r.writeParts(w, ratesMagic, names, write)
}

// writeParts writes a snapshot of parts, each of which write makes in turn.
func (r *Rates) writeParts(w io.Writer, magic string, names []string, write func(part string) ([]byte, error)) error {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	out := io.MultiWriter(w, sum)
	head := binary.LittleEndian.AppendUint32([]byte(magic), ratesVersion)
	head = binary.LittleEndian.AppendUint64(head, r.seed.Load())
	head = binary.LittleEndian.AppendUint32(head, uint32(len(names)))
	if _, err := out.Write(head); err != nil {
		return fmt.Errorf("rules: snapshot of rates: %w", err)
	}
	for _, name := range names {
		part, err := write(name)
		if err != nil {
			return fmt.Errorf("rules: snapshot of rates: %w", err)
		}
		if err := writePart(out, name, part); err != nil {
			return err
		}
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint32(nil, sum.Sum32())); err != nil {
		return fmt.Errorf("rules: snapshot of rates: %w", err)
	}
	return nil
}

func writePart(w io.Writer, name string, counts []byte) error {
	b := binary.LittleEndian.AppendUint32(nil, uint32(len(name)))
	b = append(b, name...)
	b = binary.LittleEndian.AppendUint64(b, uint64(len(counts)))
	for _, part := range [][]byte{b, counts} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("rules: snapshot of rates: %w", err)
		}
	}
	return nil
}

// Restore takes over a snapshot, as of the time now. Call it before events are
// judged, before or after rules are loaded. Limits that no rule has any more
// are dropped by the next Load. On an error that wraps ErrSnapshot, or is
// from's, nothing has changed; on another, some limits start from nothing.
func (r *Rates) Restore(from io.Reader, now time.Time) error {
	seed, limits, err := readParts(from, ratesMagic)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.seed.Store(seed)
	r.restored, r.at, r.seeded = limits, now, true
	var failed []error
	for name, limiter := range r.limiters {
		if counts, ok := limits[name]; ok {
			failed = append(failed, limiter.Restore(bytes.NewReader(counts), now))
			delete(limits, name)
		}
	}
	return errors.Join(failed...)
}

func readParts(from io.Reader, magic string) (seed uint64, parts map[string][]byte, err error) {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	r := io.TeeReader(from, sum)
	var head [20]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, cutShort(err)
	}
	version, n := binary.LittleEndian.Uint32(head[4:]), binary.LittleEndian.Uint32(head[16:])
	if string(head[:4]) != magic || version != ratesVersion || n > maxLimits {
		return 0, nil, fmt.Errorf("%w: unknown format", ErrSnapshot)
	}
	parts = make(map[string][]byte)
	for range n {
		name, err := readPart(r, 4, maxName)
		if err != nil {
			return 0, nil, err
		}
		counts, err := readPart(r, 8, 1<<40)
		if err != nil {
			return 0, nil, err
		}
		parts[string(name)] = counts
	}
	want := sum.Sum32()
	var stored [4]byte
	if _, err := io.ReadFull(from, stored[:]); err != nil {
		return 0, nil, cutShort(err)
	}
	if binary.LittleEndian.Uint32(stored[:]) != want {
		return 0, nil, fmt.Errorf("%w: its check sum is wrong", ErrSnapshot)
	}
	return binary.LittleEndian.Uint64(head[8:]), parts, nil
}

// readPart reads bytes behind their length, itself of size bytes.
func readPart(r io.Reader, size int, most uint64) ([]byte, error) {
	var length [8]byte
	if _, err := io.ReadFull(r, length[:size]); err != nil {
		return nil, cutShort(err)
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > most {
		return nil, fmt.Errorf("%w: a part of %d bytes", ErrSnapshot, n)
	}
	// What is read takes memory, not what a damaged length claims.
	part, err := io.ReadAll(io.LimitReader(r, int64(n)))
	if err != nil {
		return nil, fmt.Errorf("rules: restore rates: %w", err)
	}
	if uint64(len(part)) < n {
		return nil, cutShort(io.ErrUnexpectedEOF)
	}
	return part, nil
}

func cutShort(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it is cut short", ErrSnapshot)
	}
	return fmt.Errorf("rules: restore rates: %w", err)
}
