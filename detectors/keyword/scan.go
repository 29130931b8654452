package keyword

import "math/bits"

// The work of looking closer is paid from a budget that grows with the text that has been passed. Where it is spent, the
// automaton takes the next stretch, so that no text can make a scan take more than a fixed time for each of its bytes.
const (
	workCredit  = 128  // what a stretch may cost before it has got anywhere
	workPerByte = 4    // about what the automaton would take for a byte
	stretch     = 1024 // how many bytes the automaton takes at least
)

// find implements searcher.
func (f *filter) find(dst []Match, text string) []Match {
	for at := 0; at < len(text); {
		dst, at = f.sift(dst, text, at)
		if at < len(text) {
			to := min(len(text), at+max(stretch, 4*f.words.longest))
			dst = f.behind.find(dst, text, at, to, f.longest)
			at = to
		}
	}
	return dst
}

// sift appends the matches that start at or after from until the budget is spent. It returns the first position that it
// did not settle, which is the end of the text if the budget lasted.
func (f *filter) sift(dst []Match, text string, from int) ([]Match, int) {
	var list candidates
	budget := workCredit - workPerByte*from
	for at := from; at < len(text); {
		n, next := f.collect(&list, text, at)
		if n > 0 {
			p := prober{filter: f, text: text, dst: dst, held: len(dst), budget: budget}
			if unsettled := p.settle(list[:n]); unsettled >= 0 {
				return p.dst, unsettled
			}
			dst, budget = p.dst, p.budget
		}
		at = next
	}
	return dst, len(text)
}

// candidates are places where a word may start, in order. They are narrowed down in passes over many of them that write each
// and count only those that pass: a branch on the outcome of a test can't be predicted, and holds up the loads of the next.
type candidates [listMask + 1]int32

const (
	listMask = 31
	perTurn  = 5 // how many candidates one turn of collect may find
)

// collect lists where the first look passes from at on, and returns how many places these are and how far it came: to the
// end of the text or as far as the list reaches. It takes turns of up to five places where a word may begin.
func (f *filter) collect(list *candidates, text string, from int) (n, next int) {
	first := f.first
	if len(first.bloom) == 0 {
		return 0, len(text) // never; it tells the compiler that there are blocks
	}
	at := from
	singles, stubs, deepStubs, whole, inner := f.asciiStubs&oneByte != 0, f.otherStubs != 0, f.deepStubs, f.whole, f.inner
	// What tells that at least two characters of three bytes follow; if there are stubs, then another that isn't ASCII.
	pair, isPair := uint64(0xC0C0F0C0C0F0), uint64(0x8080E08080E0)
	if stubs {
		pair, isPair = pair|0x80<<48, isPair|0x80<<48
	}
	for at < len(text) && n <= len(list)-perTurn {
		var w, v uint64 // from at on, and from at+3 on
		if at+11 <= len(text) {
			b := text[at : at+11]
			w, v = loadWhole(b, 0), loadWhole(b, 3)
		} else {
			w, v = load(text, at), loadTail(text, at+3)
		}
		switch {
		case w&0x80 == 0:
			run := bits.TrailingZeros64(w&0x8080808080|1<<47) >> 3 // of ASCII, five at most
			l0, l1, l2, l3, l4 := first.lacks4(w), first.lacks4(w>>8), first.lacks4(w>>16), first.lacks4(w>>24), first.lacks4(w>>32)
			if l0 == 0 || l1 == 0 || l2 == 0 || l3 == 0 || l4 == 0 || singles {
				found := isZero(l0) | isZero(l1)<<1 | isZero(l2)<<2 | isZero(l3)<<3 | isZero(l4)<<4
				if singles {
					found |= f.singles(w)
				}
				for found &= 1<<(run&63) - 1; found != 0; found &= found - 1 {
					list[n&listMask] = int32(at + bits.TrailingZeros64(found))
					n++
				}
			}
			at += run
		case w&pair == isPair && whole:
			p, q := int(first.passes8(w)), int(first.passes8(v))
			if deepStubs {
				p, q = p|int(first.passes4(w)), q|int(first.passes4(v))
			}
			list[n&listMask] = int32(at)
			n += p
			list[n&listMask] = int32(at + 3)
			n += q
			at += 6
		default:
			p := int(first.passes8(w))
			if stubs {
				p |= int(first.passes4(w)) | int(f.single[w&0xFF])
			}
			list[n&listMask] = int32(at)
			n += p
			at++
			if !inner {
				at += continued(w)
			}
		}
	}
	for n > 0 && int(list[n-1]) >= len(text) {
		n--
	}
	return n, min(at, len(text))
}

// continued returns how many bytes, three at most, continue the character that w begins with.
func continued(w uint64) int {
	return bits.TrailingZeros64((w>>8&0xC0C0C0^0x808080)|1<<24) >> 3
}

// singles has a bit for each of the first five bytes of w that is a word.
func (f *filter) singles(w uint64) uint64 {
	set := uint64(0)
	for i := range perTurn {
		set |= uint64(f.single[w>>(8*i)&0xFF]) << i
	}
	return set
}

// mayBeStub reports whether a stub may begin w.
func (f *filter) mayBeStub(w uint64) bool {
	if f.single[w&0xFF] != 0 {
		return true
	}
	if w&0x80 == 0 {
		return f.first.full(w)
	}
	return f.first.lacks4(w) == 0
}

// stubLengths returns the lengths of stubs that the first look allows where w is the text.
func (f *filter) stubLengths(w uint64) lengthSet {
	lengths := f.asciiStubs
	if w&0x80 != 0 {
		lengths = f.otherStubs
	}
	if f.single[w&0xFF] == 0 {
		lengths &^= oneByte
	}
	if !f.first.full(w) {
		lengths &^= 1<<2 | 1<<3
	}
	if f.first.lacks4(w) != 0 {
		lengths &^= 1<<4 | 1<<5
	}
	return lengths
}
