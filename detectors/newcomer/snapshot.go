package newcomer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
)

// A snapshot is its version (1 byte); for each row the number of blocks of 64
// words that are not all zero (varint), and for each how many blocks after the
// one before it stands (varint), which of its words are not zero (8 bytes), and
// these (4 bytes each); then the number of joins (varint) and for each the member
// and when (8 + 8). All numbers are little-endian, all varints unsigned.
const (
	snapshotVersion = 1
	blockWords      = 64
	blocks          = counters / perWord / blockWords
)

// ErrSnapshot is wrapped by the errors of Restore for what is no snapshot.
var ErrSnapshot = errors.New("newcomer: bad snapshot")

// AppendSnapshot appends what the book knows to dst, for Restore. The book may be
// used meanwhile. It takes some six bytes for each member that was counted, nine
// megabytes at most.
func (b *Book) AppendSnapshot(dst []byte) []byte {
	dst = append(dst, snapshotVersion)
	for row := range b.counts {
		dst = appendRow(dst, &b.counts[row])
	}
	var known []byte
	n := uint64(0)
	for i := range b.joins {
		if at := b.joins[i].at.Load(); at != 0 {
			n++
			known = binary.LittleEndian.AppendUint64(known, b.joins[i].member.Load())
			known = binary.LittleEndian.AppendUint64(known, uint64(at))
		}
	}
	return append(binary.AppendUvarint(dst, n), known...)
}

func appendRow(dst []byte, row *counts) []byte {
	n, last := uint64(0), 0
	var filled []byte
	for block := range blocks {
		which, words := uint64(0), [blockWords]uint32{}
		for i := range words {
			if words[i] = (*row)[block*blockWords+i].Load(); words[i] != 0 {
				which |= 1 << i
			}
		}
		if which == 0 {
			continue
		}
		filled = binary.AppendUvarint(filled, uint64(block-last))
		filled = binary.LittleEndian.AppendUint64(filled, which)
		for ; which != 0; which &= which - 1 {
			filled = binary.LittleEndian.AppendUint32(filled, words[bits.TrailingZeros64(which)])
		}
		n, last = n+1, block
	}
	return append(binary.AppendUvarint(dst, n), filled...)
}

// Restore adds a snapshot to what the book knows: of two counts the larger is
// kept, of two joins the later. On an error the book may know a part of it, which
// makes nobody look newer.
func (b *Book) Restore(snapshot []byte) error {
	r := reader{rest: snapshot}
	if version := r.bytes(1); len(version) == 0 || version[0] != snapshotVersion {
		return fmt.Errorf("%w: unknown format", ErrSnapshot)
	}
	for row := range b.counts {
		at := uint64(0)
		for range r.varint(blocks) {
			at += r.varint(blocks)
			which := r.uint64()
			if r.failed || at >= blocks {
				return fmt.Errorf("%w: it is damaged", ErrSnapshot)
			}
			for ; which != 0; which &= which - 1 {
				words := r.bytes(4)
				if r.failed {
					return fmt.Errorf("%w: it is cut short", ErrSnapshot)
				}
				raise(&b.counts[row][int(at)*blockWords+bits.TrailingZeros64(which)], binary.LittleEndian.Uint32(words))
			}
		}
	}
	for range r.varint(joins) {
		member, at := r.uint64(), int64(r.uint64())
		if r.failed {
			break
		}
		b.joined(member, at)
	}
	if r.failed || len(r.rest) > 0 {
		return fmt.Errorf("%w: it is cut short, or something follows", ErrSnapshot)
	}
	return nil
}

// raise makes each counter of a word at least as large as that of another.
func raise(word *counter, than uint32) {
	for {
		old := word.Load()
		raised := uint32(0)
		for shift := 0; shift < 32; shift += 4 {
			raised |= max(old>>shift&Most, than>>shift&Most) << shift
		}
		if raised == old || word.CompareAndSwap(old, raised) {
			return
		}
	}
}

// reader reads a snapshot. Once it has failed, all that it reads is nothing.
type reader struct {
	rest   []byte
	failed bool
}

func (r *reader) bytes(n int) []byte {
	if r.failed || len(r.rest) < n {
		r.failed = true
		return nil
	}
	b := r.rest[:n]
	r.rest = r.rest[n:]
	return b
}

func (r *reader) uint64() uint64 {
	if b := r.bytes(8); b != nil {
		return binary.LittleEndian.Uint64(b)
	}
	return 0
}

// varint reads a number of at most most.
func (r *reader) varint(most uint64) uint64 {
	v, n := binary.Uvarint(r.rest)
	if r.failed || n <= 0 || v > most {
		r.failed = true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}
