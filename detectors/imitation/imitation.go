// Package imitation tells who bears a name that is made to look like an admin's.
//
//	watch := imitation.New(folder.Word)
//	watch.Admin(hash(chat), hash(admin), "Group Admin")
//	...
//	name, ok := watch.Imitates(hash(chat), hash(member), "Gr0up_Admın") // "Group Admin", true
//
// Two names look alike when nothing is left to tell them apart once both are
// folded and letters are joined that look the same in most fonts: 0 and o, 1 and
// l and i, 5 and s, rn and m, vv and w. Names of one character are left alone,
// and so is everybody in a chat none of whose admins has been seen.
//
// It remembers the last 64 admins in each of some 4096 chats. A name that was
// found harmless is not looked at again while the admins stay the same.
package imitation

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/maphash"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

const (
	maxChats  = 4096
	maxAdmins = 64
	maxName   = 256 // bytes of a name that are looked at
	checked   = 512 // harmless names that a chat remembers
	stripes   = 16
)

// Watch knows the names of admins as they were seen. Any number of goroutines may
// use it.
type Watch struct {
	fold func(string) string
	seed maphash.Seed

	stripes [stripes]stripe
}

// stripe has the chats of an equal range of all hashes: goroutines that have a range
// each do not meet, and the padding keeps locks out of each other's cache line.
type stripe struct {
	mu    sync.Mutex
	chats map[uint64]*hall
	_     [64]byte
}

func (w *Watch) stripe(chat uint64) *stripe {
	hi, _ := bits.Mul64(chat, stripes)
	return &w.stripes[hi]
}

// hall is one chat.
type hall struct {
	admins   []admin
	harmless [checked]uint64 // hashes of members and their names
}

type admin struct {
	member         uint64
	name, skeleton string
}

// New returns a Watch that has seen nobody. fold undoes the disguise of a name; it
// must be safe for concurrent use.
func New(fold func(string) string) *Watch {
	w := &Watch{fold: fold, seed: maphash.MakeSeed()}
	for i := range w.stripes {
		w.stripes[i].chats = make(map[uint64]*hall)
	}
	return w
}

// Admin notes that an admin of a chat bears a name. Chat and member are hashes by
// the caller.
func (w *Watch) Admin(chat, member uint64, name string) {
	name = name[:min(len(name), maxName)]
	st := w.stripe(chat)
	st.mu.Lock()
	defer st.mu.Unlock()
	h := st.chats[chat]
	if h == nil {
		if len(st.chats) >= maxChats/stripes {
			for old := range st.chats { // any of them: its admins will be seen again
				delete(st.chats, old)
				break
			}
		}
		h = new(hall)
		st.chats[chat] = h
	}
	i := slices.IndexFunc(h.admins, func(a admin) bool { return a.member == member })
	switch {
	case i >= 0 && h.admins[i].name == name:
		return
	case i >= 0:
		h.admins = slices.Delete(h.admins, i, i+1)
	case len(h.admins) == maxAdmins:
		h.admins = slices.Delete(h.admins, 0, 1)
	}
	h.admins = append(h.admins, admin{member, strings.Clone(name), w.Skeleton(name)})
	h.harmless = [checked]uint64{}
}

// Imitates is the name of the admin that a member's name looks like; ok is false
// for whoever is such an admin.
func (w *Watch) Imitates(chat, member uint64, name string) (of string, ok bool) {
	name = name[:min(len(name), maxName)]
	st := w.stripe(chat)
	st.mu.Lock()
	defer st.mu.Unlock()
	h := st.chats[chat]
	if h == nil || name == "" {
		return "", false
	}
	key := maphash.String(w.seed, name) ^ member*0x9E3779B97F4A7C15 | 1
	slot := &h.harmless[key>>32%checked]
	if *slot == key {
		return "", false
	}
	skeleton := w.Skeleton(name)
	if utf8.RuneCountInString(skeleton) > 1 {
		for _, a := range h.admins {
			if a.member == member {
				of, ok = "", false
				break
			}
			if a.skeleton == skeleton {
				of, ok = a.name, true
			}
		}
	}
	if !ok {
		*slot = key
	}
	return of, ok
}

// A snapshot is its version (1 byte) and for each admin the chat (8), the admin
// (8), the length of the name (2) and the name, little-endian.
const (
	snapshotVersion = 1
	snapshotHead    = 18
)

// ErrSnapshot is wrapped by the errors of Restore for what is no snapshot.
var ErrSnapshot = errors.New("imitation: bad snapshot")

// AppendSnapshot appends the admins to dst, for Restore.
func (w *Watch) AppendSnapshot(dst []byte) []byte {
	dst = append(dst, snapshotVersion)
	for i := range w.stripes {
		dst = w.stripes[i].appendSnapshot(dst)
	}
	return dst
}

func (st *stripe) appendSnapshot(dst []byte) []byte {
	st.mu.Lock()
	defer st.mu.Unlock()
	for chat, h := range st.chats {
		for _, a := range h.admins {
			dst = binary.LittleEndian.AppendUint64(dst, chat)
			dst = binary.LittleEndian.AppendUint64(dst, a.member)
			dst = binary.LittleEndian.AppendUint16(dst, uint16(len(a.name)))
			dst = append(dst, a.name...)
		}
	}
	return dst
}

// Restore adds the admins of a snapshot, besides those that have been seen since.
// On an error some may have been added.
func (w *Watch) Restore(snapshot []byte) error {
	if len(snapshot) == 0 || snapshot[0] != snapshotVersion {
		return fmt.Errorf("%w: unknown format", ErrSnapshot)
	}
	for rest := snapshot[1:]; len(rest) > 0; {
		if len(rest) < snapshotHead {
			return fmt.Errorf("%w: it is cut short", ErrSnapshot)
		}
		chat, member := binary.LittleEndian.Uint64(rest), binary.LittleEndian.Uint64(rest[8:])
		size := int(binary.LittleEndian.Uint16(rest[16:]))
		if size > maxName || len(rest) < snapshotHead+size {
			return fmt.Errorf("%w: it is cut short", ErrSnapshot)
		}
		if !w.seen(chat, member) {
			w.Admin(chat, member, string(rest[snapshotHead:snapshotHead+size]))
		}
		rest = rest[snapshotHead+size:]
	}
	return nil
}

// seen reports whether an admin is known.
func (w *Watch) seen(chat, member uint64) bool {
	st := w.stripe(chat)
	st.mu.Lock()
	defer st.mu.Unlock()
	h := st.chats[chat]
	return h != nil && slices.ContainsFunc(h.admins, func(a admin) bool { return a.member == member })
}

// Skeleton is what a name looks like.
func (w *Watch) Skeleton(name string) string {
	return alike.Replace(w.fold(name))
}

var alike = strings.NewReplacer("0", "o", "1", "l", "i", "l", "5", "s", "rn", "m", "vv", "w")
