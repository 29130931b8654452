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
	budget := workCredit - workPerByte*from
	first := f.first
	gram4, simple := f.other.short&^(1<<1) != 0, !f.inner && !f.other.single
	for i := from; i < len(text); {
		var w uint64
		if i+8 <= len(text) {
			w = loadWhole(text, i)
		} else {
			w = loadTail(text, i)
		}
		var passed uint64
		var step int
		switch {
		case w&0x8080808080 == 0:
			step = 5
			if first.lacks4(w) != 0 && first.lacks4(w>>8) != 0 && first.lacks4(w>>16) != 0 && first.lacks4(w>>24) != 0 &&
				first.lacks4(w>>32) != 0 && !f.ascii.single {
				i += 5
				continue
			}
			passed = f.asciiRun(w)
		case w&0xC0C0F0C0C0F0 == 0x8080E08080E0 && simple && i+11 <= len(text):
			v := loadWhole(text, i+3)
			step = 6
			if first.lacks(gram6(w)) != 0 && first.lacks(gram6(v)) != 0 &&
				(!gram4 || first.lacks4(w) != 0 && first.lacks4(v) != 0) {
				i += 6
				continue
			}
			passed = f.otherPair(w, v)
		default:
			passed, step = f.oneStart(text, i, w)
		}
		for ; passed != 0; passed &= passed - 1 {
			at := i + bits.TrailingZeros64(passed)
			if at >= len(text) {
				break
			}
			if text[at] < 0x80 {
				dst, budget = f.asciiStart(dst, text, at, budget)
			} else {
				dst, budget = f.otherStart(dst, text, at, budget)
			}
			if budget+workPerByte*at < 0 {
				return dst, at
			}
		}
		i += step
	}
	return dst, len(text)
}

// asciiRun returns the set of those of the first five bytes of w, all ASCII, where a word may start.
func (f *filter) asciiRun(w uint64) uint64 {
	b := f.first
	passed := isZero(b.lacks4(w)) | isZero(b.lacks4(w>>8))<<1 | isZero(b.lacks4(w>>16))<<2 | isZero(b.lacks4(w>>24))<<3 |
		isZero(b.lacks4(w>>32))<<4
	if f.ascii.single {
		for i := range 5 {
			if f.single[w>>(8*i)&0xFF] {
				passed |= 1 << i
			}
		}
	}
	return passed
}

// isZero returns 1 if x is 0, else 0.
func isZero(x uint64) uint64 { return (x - 1) &^ x >> 63 }

// otherPair returns the set of those of two characters of three bytes, with which w and v begin, where a word may start.
func (f *filter) otherPair(w, v uint64) uint64 {
	passed := uint64(0)
	if f.otherMayStart(w) {
		passed = 1
	}
	if f.otherMayStart(v) {
		passed |= 1 << 3
	}
	return passed
}

// oneStart says whether a word may start at text[at], which w begins with, and how far it is to the next byte where one may.
func (f *filter) oneStart(text string, at int, w uint64) (passed uint64, step int) {
	if w&0x80 == 0 {
		if f.first.lacks4(w) == 0 || f.single[w&0xFF] {
			return 1, 1
		}
		return 0, 1
	}
	step = 1
	if !f.inner {
		for at+step < len(text) && text[at+step]>>6 == 2 {
			step++
		}
	}
	if f.otherMayStart(w) {
		return 1, step
	}
	return 0, step
}

// otherMayStart reports whether a word that begins with no ASCII byte may stand where w is the text.
func (f *filter) otherMayStart(w uint64) bool {
	return f.first.lacks(gram6(w)) == 0 || f.other.short != 0 && (f.first.lacks4(w) == 0 || f.single[w&0xFF])
}

// asciiStart appends the matches that start at the ASCII byte text[at].
func (f *filter) asciiStart(dst []Match, text string, at, budget int) ([]Match, int) {
	w := load(text, at)
	lengths := lengthSet(0)
	if h := head8(w); f.second.lacks(h) == 0 {
		lengths = f.heads.lookup(h)
	}
	if h := head4(w); f.second.lacks(h) == 0 {
		lengths |= f.heads.lookup(h)
	}
	if f.ascii.short != 0 {
		lengths |= f.shortLengths(w, f.ascii.short)
	}
	if lengths == 0 {
		return dst, budget - 1
	}
	return f.verify(dst, text, at, lengths, budget-1)
}

// otherStart appends the matches that start at text[at], which isn't ASCII.
func (f *filter) otherStart(dst []Match, text string, at, budget int) ([]Match, int) {
	w := load(text, at)
	lengths := lengthSet(0)
	if at+8 < len(text) {
		if h := head9(w, text[at+8]); f.second.lacks(h) == 0 {
			lengths = f.heads.lookup(h)
		}
	}
	if h := head6(w); f.second.lacks(h) == 0 {
		lengths |= f.heads.lookup(h)
	}
	if f.other.short != 0 {
		lengths |= f.shortLengths(w, f.other.short)
	}
	if lengths == 0 {
		return dst, budget - 1
	}
	return f.verify(dst, text, at, lengths, budget-1)
}

// shortLengths returns those of the lengths of words without a head that the first look allows for a text that begins
// with the bytes of w.
func (f *filter) shortLengths(w uint64, lengths lengthSet) lengthSet {
	if !f.single[w&0xFF] {
		lengths &^= 1 << 1
	}
	if !f.first.full4(w) {
		lengths &^= 1<<2 | 1<<3
	}
	if f.first.lacks4(w) != 0 {
		lengths &^= 1<<4 | 1<<5
	}
	return lengths
}

// verify appends the words of the given lengths that start at text[at], shortest first, and returns what is left of the
// budget. If that isn't enough it appends nothing.
func (f *filter) verify(dst []Match, text string, at int, lengths lengthSet, budget int) ([]Match, int) {
	rest := text[at:]
	if len(rest) < longKey {
		lengths &= 1<<(len(rest)+1) - 1
	}
	mark := len(dst)
	hash := newPrefixHash(rest)
	for ; lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros64(lengths)
		slot, tag := f.index.locate(hash.of(length))
		budget--
		for {
			entry := f.index.entries[slot]
			if entry == 0 {
				break
			}
			slot = (slot + 1) & f.index.mask
			if entry>>32 != tag>>32 {
				continue
			}
			first := uint32(entry)
			budget -= 1 + length>>3
			if string(keyOf(f.words.word(first))) != rest[:length] {
				continue
			}
			if f.longest {
				dst = dst[:mark]
			}
			if length < longKey {
				dst = f.words.appendMatches(dst, first, at)
			} else {
				dst, budget = f.verifyLong(dst, text, at, first, budget)
			}
			break
		}
		if budget+workPerByte*at < 0 {
			return dst[:mark], budget
		}
	}
	return dst, budget
}

// verifyLong appends the words from first on that share its key and stand at text[at].
func (f *filter) verifyLong(dst []Match, text string, at int, first uint32, budget int) ([]Match, int) {
	mark, rest := len(dst), text[at:]
	for ref := first; f.words.has(ref); ref = f.words.next(ref) {
		word := f.words.word(ref)
		if len(word) < longKey || string(word[:longKey]) != rest[:longKey] || budget+workPerByte*at < 0 {
			break
		}
		budget -= 1 + len(word)>>3
		if len(word) <= len(rest) && string(word) == rest[:len(word)] {
			if f.longest {
				dst = dst[:mark]
			}
			dst = f.words.appendMatches(dst, ref, at)
		}
	}
	return dst, budget
}
