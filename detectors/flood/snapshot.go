package flood

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
	"time"
)

// A snapshot is, in little-endian order:
//
//	magic "PTLF", version (4 bytes), Limit.Events (8), Limit.In in nanoseconds (8);
//	blocks of a number of buckets (4), from 1 to blockSize, and the buckets;
//	a block of 0 buckets;
//	CRC-32C of all that (4).
//
// A bucket is its key (8 + 8), the time of the last event that it allowed (8),
// and the time at which it would have been empty to hold what it held then (8),
// both in nanoseconds since 1970.
const (
	snapshotMagic   = "PTLF"
	snapshotVersion = 1
	bucketSize      = 32
	blockSize       = 256
)

// ErrSnapshot is wrapped by the errors of Restore for what is no snapshot, is
// damaged, or was written by another version.
var ErrSnapshot = errors.New("flood: bad snapshot")

// bucket is what a snapshot says of one key.
type bucket struct {
	key   Key
	seen  int64
	empty int64
}

// Snapshot writes the state of all buckets to w, 32 bytes for each. Decisions
// go on meanwhile: each lock is held for a sixteenth of its buckets at a time, so
// buckets are as of some moment during the call. It returns w's error.
func (l *Limiter) Snapshot(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	both := io.MultiWriter(out, sum)

	head := []byte(snapshotMagic)
	head = binary.LittleEndian.AppendUint32(head, snapshotVersion)
	head = binary.LittleEndian.AppendUint64(head, uint64(l.limit.Events))
	head = binary.LittleEndian.AppendUint64(head, uint64(l.limit.In))
	if _, err := both.Write(head); err != nil {
		return fmt.Errorf("flood: snapshot: %w", err)
	}
	var buckets []bucket
	block := make([]byte, 0, 4+blockSize*bucketSize)
	for k := range drawers * len(l.stripes) {
		buckets = l.stripes[k/drawers].appendBuckets(buckets[:0], k%drawers)
		for some := range slices.Chunk(buckets, blockSize) {
			block = appendBlock(block[:0], some)
			if _, err := both.Write(block); err != nil {
				return fmt.Errorf("flood: snapshot: %w", err)
			}
		}
	}
	if _, err := both.Write(make([]byte, 4)); err != nil {
		return fmt.Errorf("flood: snapshot: %w", err)
	}
	if err := binary.Write(out, binary.LittleEndian, sum.Sum32()); err != nil {
		return fmt.Errorf("flood: snapshot: %w", err)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("flood: snapshot: %w", err)
	}
	return nil
}

// appendBuckets appends the buckets of one drawer.
func (s *stripe) appendBuckets(buckets []bucket, drawer int) []bucket {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, one := range s.empty.drawers[drawer].slots {
		if one.seen != 0 {
			buckets = append(buckets, bucket{key: one.key, seen: one.seen, empty: one.value})
		}
	}
	return buckets
}

func appendBlock(block []byte, buckets []bucket) []byte {
	block = binary.LittleEndian.AppendUint32(block, uint32(len(buckets)))
	for _, b := range buckets {
		block = binary.LittleEndian.AppendUint64(block, b.key.Scope)
		block = binary.LittleEndian.AppendUint64(block, b.key.Subject)
		block = binary.LittleEndian.AppendUint64(block, uint64(b.seen))
		block = binary.LittleEndian.AppendUint64(block, uint64(b.empty))
	}
	return block
}

// Restore takes over the buckets of a snapshot, in place of what the limiter
// knew about the same keys. Those that have been idle at the time now are left
// out, and none is taken to be from later than now. Afterwards decisions are
// those of the limiter that wrote the snapshot, within one event. A snapshot of
// another Limit is read and ignored: every bucket starts full. On an error,
// which wraps ErrSnapshot or r's, the limiter is as it was.
func (l *Limiter) Restore(r io.Reader, now time.Time) error {
	limit, buckets, err := readSnapshot(r)
	if err != nil {
		return err
	}
	if limit != l.limit {
		return nil
	}
	latest := nanos(now)
	for _, b := range buckets {
		if ahead := b.seen - latest; ahead > 0 {
			b.seen, b.empty = latest, b.empty-ahead
		}
		l.stripe(b.key).restore(b, latest)
	}
	return nil
}

// restore takes over one bucket unless it has been idle at the time now.
func (s *stripe) restore(b bucket, now int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, h := s.empty.drawer(b.key)
	if now-s.empty.idle >= b.seen {
		return
	}
	one := d.find(h, b.key)
	if one == nil {
		one = d.add(h, b.key)
	}
	one.seen, one.value = b.seen, b.empty
}

// readSnapshot reads a whole snapshot and checks it. It takes memory for what
// was read, not for what the snapshot claims to hold.
func readSnapshot(r io.Reader) (Limit, []bucket, error) {
	sum := crc32.New(crc32.MakeTable(crc32.Castagnoli))
	in := bufio.NewReaderSize(r, 1<<16)
	both := io.TeeReader(in, sum)

	var head [24]byte
	if _, err := io.ReadFull(both, head[:]); err != nil {
		return Limit{}, nil, shortened(err)
	}
	if string(head[:4]) != snapshotMagic {
		return Limit{}, nil, fmt.Errorf("%w: it starts with %q", ErrSnapshot, head[:4])
	}
	if v := binary.LittleEndian.Uint32(head[4:]); v != snapshotVersion {
		return Limit{}, nil, fmt.Errorf("%w: it has version %d, this is version %d", ErrSnapshot, v, snapshotVersion)
	}
	limit := Limit{
		Events: int(binary.LittleEndian.Uint64(head[8:])),
		In:     time.Duration(binary.LittleEndian.Uint64(head[16:])),
	}
	buckets, err := readBlocks(both, limit)
	if err != nil {
		return Limit{}, nil, err
	}
	return limit, buckets, checkSum(in, sum)
}

// readBlocks reads up to and with the empty block.
func readBlocks(r io.Reader, limit Limit) ([]bucket, error) {
	var buckets []bucket
	block := make([]byte, blockSize*bucketSize)
	for {
		if _, err := io.ReadFull(r, block[:4]); err != nil {
			return nil, shortened(err)
		}
		n := binary.LittleEndian.Uint32(block)
		if n == 0 {
			return buckets, nil
		}
		if n > blockSize {
			return nil, fmt.Errorf("%w: a block of %d buckets", ErrSnapshot, n)
		}
		if _, err := io.ReadFull(r, block[:n*bucketSize]); err != nil {
			return nil, shortened(err)
		}
		for b := block[:n*bucketSize]; len(b) > 0; b = b[bucketSize:] {
			one := bucket{
				key:   Key{Scope: binary.LittleEndian.Uint64(b), Subject: binary.LittleEndian.Uint64(b[8:])},
				seen:  int64(binary.LittleEndian.Uint64(b[16:])),
				empty: int64(binary.LittleEndian.Uint64(b[24:])),
			}
			if one.seen == 0 || one.seen < -edge || one.seen > edge || one.empty > one.seen || one.seen-one.empty > int64(limit.In)+1 {
				return nil, fmt.Errorf("%w: a bucket from %d that was empty at %d", ErrSnapshot, one.seen, one.empty)
			}
			buckets = append(buckets, one)
		}
	}
}

// checkSum compares the sum that r ends with.
func checkSum(r io.Reader, sum hash.Hash32) error {
	var end [4]byte
	if _, err := io.ReadFull(r, end[:]); err != nil {
		return shortened(err)
	}
	if binary.LittleEndian.Uint32(end[:]) != sum.Sum32() {
		return fmt.Errorf("%w: its checksum is wrong", ErrSnapshot)
	}
	return nil
}

// shortened says that a snapshot ends too early, or passes on a reader's error.
func shortened(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("%w: it ends too early", ErrSnapshot)
	}
	return fmt.Errorf("flood: restore: %w", err)
}
