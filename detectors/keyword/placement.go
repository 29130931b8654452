package keyword

import (
	"cmp"
	"math/bits"
	"slices"
)

// patience is how many free slots are tried for a state with several children before the search moves on for good: the slots
// left behind go to only children, which fit anywhere. After limit tries the state goes to the end of the array; with less
// patience there the array would grow by an alphabet each time.
const (
	patience = 16
	limit    = 1 << 14
)

// placement gives every state of a trie a slot such that the children of a state stand at its base plus their label. The
// slot of the root is 0 and its base is 0, so that the slots below the size of the alphabet are its children: a dense first
// level.
type placement struct {
	slot []uint32 // by state of the trie
	base []uint32 // by state of the trie; 0 for the root and for states without children
	used []uint64 // a bit for each slot
	end  uint32   // one more than the last slot in use
}

// place finds slots in time that is linear in practice: neither search ever goes back. States with several children come
// first, the widest first, then chains of only children in depth-first order, so that a walk down a chain reads
// neighbouring slots.
func place(t *trie, codes uint32) *placement {
	p := &placement{slot: make([]uint32, len(t.label)), base: make([]uint32, len(t.label)), end: codes}
	p.take(0)
	from, to := t.children(0)
	for child := from; child < to; child++ {
		p.put(child, uint32(t.label[child]))
	}
	p.placeSiblings(t, codes)
	p.placeOnlyChildren(t, codes)
	return p
}

// placeSiblings places the children of all states that have several, the root aside.
func (p *placement) placeSiblings(t *trie, codes uint32) {
	var wide []uint32
	for state := uint32(1); state < uint32(len(t.count)); state++ {
		if t.count[state] > 1 {
			wide = append(wide, state)
		}
	}
	slices.SortStableFunc(wide, func(a, b uint32) int { return cmp.Compare(t.count[b], t.count[a]) })
	start := codes
	for _, state := range wide {
		from, to := t.children(state)
		labels := t.label[from:to]
		start = p.nextFree(start)
		at := start
		for tries := 1; !p.fits(at, labels); tries++ {
			at = p.nextFree(at + 1)
			switch tries {
			case patience:
				start = at
			case limit:
				at = p.end // where all slots are free
			}
		}
		p.base[state] = at - uint32(labels[0])
		for child := from; child < to; child++ {
			p.put(child, p.base[state]+uint32(t.label[child]))
		}
	}
}

// placeOnlyChildren fills the slots that are left with the children that have no siblings.
func (p *placement) placeOnlyChildren(t *trie, codes uint32) {
	at := codes
	stack := []uint32{0}
	for len(stack) > 0 {
		state := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		from, to := t.children(state)
		if state != 0 && to == from+1 {
			at = p.nextFree(at)
			p.base[state] = at - uint32(t.label[from])
			p.put(from, at)
		}
		for child := to; child > from; child-- {
			stack = append(stack, child-1)
		}
	}
}

// nextFree returns the first free slot at or after slot.
func (p *placement) nextFree(slot uint32) uint32 {
	for word := slot / 64; word < uint32(len(p.used)); word++ {
		free := ^p.used[word]
		if word == slot/64 {
			free &= ^uint64(0) << (slot % 64)
		}
		if free != 0 {
			return word*64 + uint32(bits.TrailingZeros64(free))
		}
	}
	return max(slot, uint32(len(p.used))*64)
}

// fits reports whether all siblings find a free slot when the one with the lowest label stands at slot.
func (p *placement) fits(slot uint32, labels []uint16) bool {
	for _, label := range labels {
		at := slot + uint32(label-labels[0])
		if at/64 < uint32(len(p.used)) && p.used[at/64]>>(at%64)&1 != 0 {
			return false
		}
	}
	return true
}

func (p *placement) put(state, slot uint32) {
	p.slot[state] = slot
	p.take(slot)
}

func (p *placement) take(slot uint32) {
	for slot/64 >= uint32(len(p.used)) {
		p.used = append(p.used, 0)
	}
	p.used[slot/64] |= 1 << (slot % 64)
	p.end = max(p.end, slot+1)
}
