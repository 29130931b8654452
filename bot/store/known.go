package store

import (
	"context"
	"database/sql"
	"hash/maphash"
	"math/bits"
	"sync/atomic"
)

// known tells of nearly everybody without a strike that they have none. Most who
// are flagged are flagged for the first time, and reading that from the file costs
// more than the whole decision: every commit empties the readers' caches.
//
// It is a Bloom filter over all rows of strikes, whatever their state. A member who
// is taken for known wrongly is looked up in vain.
type known struct {
	seed  maphash.Seed
	bits  []atomic.Uint64
	ready atomic.Bool // all rows that were there at first are in
}

// A strike takes bitsPerStrike, while there are no more than expected.
const (
	bitsPerStrike = 16
	fewestStrikes = 1 << 19
	mostStrikes   = 1 << 24
	probes        = 4
)

func newKnown(expected int64) *known {
	size := 1 << bits.Len64(uint64(min(max(expected, fewestStrikes), mostStrikes)*bitsPerStrike-1))
	return &known{seed: maphash.MakeSeed(), bits: make([]atomic.Uint64, size/64)}
}

// each calls f with the places of a member's bits until it returns false.
func (k *known) each(chat, member string, f func(word *atomic.Uint64, bit uint64) bool) {
	h := maphash.String(k.seed, chat)*31 + maphash.String(k.seed, member)
	step := h>>32 | 1
	for range probes {
		h += step
		if !f(&k.bits[h>>6&uint64(len(k.bits)-1)], 1<<(h&63)) {
			return
		}
	}
}

func (k *known) add(chat, member string) {
	k.each(chat, member, func(word *atomic.Uint64, bit uint64) bool {
		if word.Load()&bit == 0 {
			word.Or(bit)
		}
		return true
	})
}

// stranger reports whether the member certainly has no strike.
func (k *known) stranger(chat, member string) bool {
	if !k.ready.Load() {
		return false
	}
	all := true
	k.each(chat, member, func(word *atomic.Uint64, bit uint64) bool {
		all = word.Load()&bit != 0
		return all
	})
	return !all
}

// fill adds everybody who has a strike. Until it is through nobody is a stranger.
func (k *known) fill(ctx context.Context, readers *sql.DB) error {
	rows, err := readers.QueryContext(ctx, "SELECT chat, member FROM strikes")
	err = each(rows, err, k.addRow)
	if err == nil {
		k.ready.Store(true)
	}
	return err
}

func (k *known) addRow(rows *sql.Rows) error {
	var chat, member string
	if err := rows.Scan(&chat, &member); err != nil {
		return err
	}
	k.add(chat, member)
	return nil
}
