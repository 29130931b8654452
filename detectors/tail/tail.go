// Package tail joins the short messages that somebody posts one after the other,
// so that a word cut up over several of them is found.
//
//	keeper := tail.New()
//	joined, start := keeper.Add(buffer[:0], tail.Post{Key: hash(chat, member), Text: folded, At: event.Time, In: 20 * time.Second})
//	// joined ends with the folded text, which begins at start; before it stand the messages before
//
// Only messages of at most 36 bytes count, and of those before as many as fit in
// 96 bytes. A longer message ends the row. The memory is fixed, some two
// megabytes: of two members whose hashes meet, the later is remembered.
package tail

import (
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"patrol/detectors/prefetch"
)

const (
	slots    = 1 << 14
	stripes  = 64
	longest  = 36 // bytes of a message that counts as short
	kept     = 96 // bytes of the messages before
	tooEarly = -1 << 62
)

// Post is a message.
type Post struct {
	Key  uint64 // of the member in the chat, a hash by the caller
	Text string // folded by the caller
	At   time.Time
	In   time.Duration // how much later than the message before it may come
}

// Keeper remembers the last short messages of members. Any number of goroutines
// may use it.
type Keeper struct {
	locks [stripes]lock
	slots []slot
	// marks are parts of the keys of slots that hold something, 0 for the others: they
	// tell of most long messages that they end no row. They stay in the cache, where the
	// slots of many members do not.
	marks []atomic.Uint32
}

// lock has a cache line to itself.
type lock struct {
	sync.Mutex
	_ [56]byte
}

type slot struct {
	key  uint64
	at   int64
	size int
	text [kept]byte
}

// New returns a Keeper that remembers nothing.
func New() *Keeper {
	k := &Keeper{slots: make([]slot, slots), marks: make([]atomic.Uint32, slots)}
	for i := range k.slots {
		k.slots[i].at = tooEarly
	}
	return k
}

// Add remembers a message and appends it to dst behind the short messages that
// came before. Its text begins at start; 0 means that nothing stands before it.
func (k *Keeper) Add(dst []byte, p Post) (joined []byte, start int) {
	at := place(p.Key)
	mark := uint32(p.Key) | 1
	if len(p.Text) > longest && k.marks[at].Load() != mark {
		return append(dst, p.Text...), 0
	}
	mu := &k.locks[at%stripes]
	mu.Lock()
	defer mu.Unlock()
	s := &k.slots[at]
	now := p.At.Unix()
	if s.key != p.Key || now-s.at > int64(p.In/time.Second) || now < s.at {
		s.key, s.size = p.Key, 0
	}
	if len(p.Text) > longest {
		s.size, s.at = 0, now
		k.marks[at].Store(0)
		return append(dst, p.Text...), 0
	}
	dst = append(dst, s.text[:s.size]...)
	start = len(dst)
	dst = append(dst, p.Text...)
	s.at = now
	k.marks[at].Store(mark)
	s.keep(dst[start-s.size:])
	return dst, start
}

// Foresee has the memory look for what Add will need of a member.
func (k *Keeper) Foresee(key uint64) { prefetch.Value(&k.slots[place(key)]) }

func place(key uint64) uint64 { return key >> 40 % slots }

// keep keeps the end of a text.
func (s *slot) keep(text []byte) {
	from := max(0, len(text)-kept)
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	s.size = copy(s.text[:], text[from:])
}
