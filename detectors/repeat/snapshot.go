package repeat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// A snapshot is, in little-endian order: its version (1 byte), Config.In in
// nanoseconds (8), whether it is Wide (1); for each scope the number of its posts
// (2), its key (8), and its posts from the oldest to the newest: when in
// nanoseconds since 1970 (8), the member (8), the chat (8), the sketch (16 + 4 + 4).
const (
	snapshotVersion = 1
	snapshotHead    = 10
	scopeHead       = 10
	postSize        = 48
	maxSnapshot     = 1 << 17 // posts
	slotsAtOnce     = 64      // that are read under one lock
)

// ErrSnapshot is wrapped by the errors of Restore for what is no snapshot.
var ErrSnapshot = errors.New("repeat: bad snapshot")

// AppendSnapshot appends the posts that count at the time now to dst, for Restore,
// but no more than 131,072. Posts may go on meanwhile: a lock is held for 64 of its
// scopes at a time.
func (t *Tracker) AppendSnapshot(dst []byte, now time.Time) []byte {
	dst = append(dst, snapshotVersion)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(t.in))
	dst = append(dst, flag(t.wide))
	since, left := nanos(now)-t.in, maxSnapshot
	for i := range t.stripes {
		for from, more := 0, true; more && left > 0; from += slotsAtOnce {
			dst, more = t.stripes[i].append(dst, from, since, &left)
		}
	}
	return dst
}

// append appends some slots of a stripe, and says whether there are more.
func (st *stripe) append(dst []byte, from int, since int64, left *int) (out []byte, more bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	to := min(from+slotsAtOnce, len(st.slots))
	for i := from; i < to; i++ {
		sc := &st.slots[i]
		if sc.newest == 0 || sc.newest <= since || sc.len > *left {
			continue
		}
		*left -= sc.len
		dst = binary.LittleEndian.AppendUint16(dst, uint16(sc.len))
		dst = binary.LittleEndian.AppendUint64(dst, sc.key)
		for k := range sc.len {
			at := (sc.next - sc.len + k) & (len(sc.posts) - 1)
			p, s := &sc.posts[at], &sc.sketches[at]
			for _, word := range [...]uint64{uint64(p.at), p.member, p.chat, s.bits[0], s.bits[1]} {
				dst = binary.LittleEndian.AppendUint64(dst, word)
			}
			dst = binary.LittleEndian.AppendUint32(dst, uint32(s.all))
			dst = binary.LittleEndian.AppendUint32(dst, uint32(s.size))
		}
	}
	return dst, to < len(st.slots)
}

func flag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// Restore takes over the posts of a snapshot that still count at the time now, in
// scopes where nothing has been posted since; none is taken to be from later than
// now. A snapshot of another time, or of a Tracker that is Wide where this one is
// not, is ignored. On an error some posts may have been taken over.
func (t *Tracker) Restore(snapshot []byte, now time.Time) error {
	if len(snapshot) < snapshotHead || snapshot[0] != snapshotVersion {
		return fmt.Errorf("%w: unknown format", ErrSnapshot)
	}
	if int64(binary.LittleEndian.Uint64(snapshot[1:])) != t.in || snapshot[9] != flag(t.wide) {
		return nil
	}
	for rest := snapshot[snapshotHead:]; len(rest) > 0; {
		if len(rest) < scopeHead {
			return fmt.Errorf("%w: it is cut short", ErrSnapshot)
		}
		n, key := int(binary.LittleEndian.Uint16(rest)), binary.LittleEndian.Uint64(rest[2:])
		rest = rest[scopeHead:]
		if n > MostMessages || len(rest) < n*postSize {
			return fmt.Errorf("%w: it is cut short", ErrSnapshot)
		}
		t.restore(key, rest[:n*postSize], nanos(now))
		rest = rest[n*postSize:]
	}
	return nil
}

// restore takes over the posts of one scope.
func (t *Tracker) restore(key uint64, posts []byte, now int64) {
	st := t.stripe(key)
	st.mu.Lock()
	defer st.mu.Unlock()
	if i, known := st.index[key]; known && st.slots[i].newest != 0 {
		return
	}
	for ; len(posts) > 0; posts = posts[postSize:] {
		word := func(i int) uint64 { return binary.LittleEndian.Uint64(posts[8*i:]) }
		at := min(int64(word(0)), now)
		if at <= 0 || now-at >= t.in {
			continue
		}
		s := Sketch{bits: [2]uint64{word(3), word(4)}, all: int32(uint32(word(5))), size: int32(word(5) >> 32)}
		sc := st.scope(key)
		at = max(at, sc.newest)
		sc.add(&s, post{at: at, member: word(1), chat: word(2)})
	}
}
