package flood

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"time"

	"golang.org/x/time/rate"
)

// A snapshot is, in little-endian order:
//
//	magic "PTLF", version (4 bytes), Limit.Events (8), Limit.In in nanoseconds (8);
//	blocks of a number of buckets (4), from 1 to chunkSize, and the buckets;
//	a block of 0 buckets;
//	CRC-32C of all that (4).
//
// A bucket is its key (8 + 8), the time of the last event that it allowed (8), and
// the time at which it would have been empty to hold what it held then (8), both in nanoseconds
// since 1970.
const (
	snapshotMagic   = "PTLF"
	snapshotVersion = 1
	bucketSize      = 32
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
// go on meanwhile: each lock is held for a few hundred buckets at a time, so
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
	block := make([]byte, 0, 4+chunkSize*bucketSize)
	for k := range l.stripes {
		for c, more := 0, true; more; c++ {
			block, more = l.appendChunk(block[:0], &l.stripes[k], c)
			if len(block) == 0 {
				continue
			}
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

// appendChunk appends the block of one chunk, or nothing when it holds no
// bucket, and says whether there are further chunks.
func (l *Limiter) appendChunk(block []byte, s *stripe, c int) (_ []byte, more bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	chunks := s.buckets.chunks
	if c >= len(chunks) {
		return block, false
	}
	if chunks[c].live == 0 {
		return block, true
	}
	block = binary.LittleEndian.AppendUint32(block, uint32(chunks[c].live))
	for n := range chunks[c].records {
		r := &chunks[c].records[n]
		if !r.live {
			continue
		}
		held := r.value.TokensAt(time.Unix(0, r.seen))
		filling := int64(held / float64(l.every) * float64(time.Second))
		block = binary.LittleEndian.AppendUint64(block, r.key.Scope)
		block = binary.LittleEndian.AppendUint64(block, r.key.Subject)
		block = binary.LittleEndian.AppendUint64(block, uint64(r.seen))
		block = binary.LittleEndian.AppendUint64(block, uint64(r.seen-filling))
	}
	return block, true
}

// Restore takes over the buckets of a snapshot, in place of what the limiter
// knew about the same keys. Those that have been full for a while at the time now are left
// out, and none is taken to be from later than now. Afterwards decisions are those of the limiter
// that wrote the snapshot, within one event. A snapshot of another Limit is read and ignored: every
// bucket starts full. On an error, which wraps ErrSnapshot or is r's, the
// limiter is as it was.
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
			b.seen -= ahead
			b.empty -= ahead
		}
		s := &l.stripes[b.key.Scope%uint64(len(l.stripes))]
		s.mu.Lock()
		if latest-s.buckets.idle < b.seen {
			l.restore(&s.buckets, b)
		}
		s.mu.Unlock()
	}
	return nil
}

func (l *Limiter) restore(buckets *shelf[rate.Limiter], b bucket) {
	r := buckets.find(b.key)
	if r == nil {
		r = buckets.add(b.key)
	}
	r.seen = b.seen
	l.fill(&r.value, b.empty)
	r.value.AllowN(time.Unix(0, b.empty), l.limit.Events)
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
	block := make([]byte, chunkSize*bucketSize)
	for {
		if _, err := io.ReadFull(r, block[:4]); err != nil {
			return nil, shortened(err)
		}
		n := binary.LittleEndian.Uint32(block)
		if n == 0 {
			return buckets, nil
		}
		if n > chunkSize {
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
			if one.seen < -edge || one.seen > edge || one.empty > one.seen || one.seen-one.empty > int64(limit.In)+1 {
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
