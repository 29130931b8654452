package keyword

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
		if n = f.narrow(&list, n, text); n > 0 {
			p := prober{filter: f, text: text, dst: dst, budget: budget, start: -1}
			for _, c := range list[:n] {
				if !p.try(c) {
					return p.dst, int(c.at)
				}
			}
			p.confirm()
			dst, budget = p.dst, p.budget
		}
		at = next
	}
	return dst, len(text)
}

// candidates are places where a word may start, in order. They are collected and narrowed down in passes over all of them,
// without a branch that depends on the outcome of a test: such branches can't be predicted, and hold up the loads of the
// next tests.
type candidates [listMask + 1]candidate

const listMask = 31

type candidate struct {
	at   int32
	look look
}

// look says which of the second looks a candidate has passed.
type look uint32

const (
	longHead  look = 1 << iota // eight bytes
	shortHead                  // four bytes if ASCII, else six
	noHead                     // words shorter than that
)

// collect lists where the first look passes from at on, and returns how many places these are and how far it came: to the
// end of the text or as far as the list reaches.
func (f *filter) collect(list *candidates, text string, from int) (n, next int) {
	first := f.first
	gram4, simple := f.other.short&^(1<<1) != 0, !f.inner && !f.other.single
	i := from
	for i < len(text) && n <= len(list)-6 {
		var w uint64
		if i+8 <= len(text) {
			w = loadWhole(text, i)
		} else {
			w = loadTail(text, i)
		}
		if w&0x8080808080 == 0 && !f.ascii.single {
			a, b, c, d, e := first.lacks4(w), first.lacks4(w>>8), first.lacks4(w>>16), first.lacks4(w>>24), first.lacks4(w>>32)
			if a != 0 && b != 0 && c != 0 && d != 0 && e != 0 {
				i += 5
				continue
			}
			list[n&listMask].at = int32(i)
			n += isZero(a)
			list[n&listMask].at = int32(i + 1)
			n += isZero(b)
			list[n&listMask].at = int32(i + 2)
			n += isZero(c)
			list[n&listMask].at = int32(i + 3)
			n += isZero(d)
			list[n&listMask].at = int32(i + 4)
			n += isZero(e)
			i += 5
			continue
		}
		if w&0xC0C0F0C0C0F0 == 0x8080E08080E0 && simple && i+11 <= len(text) {
			v := loadWhole(text, i+3)
			a6, b6, a4, b4 := first.lacks(gram6(w)), first.lacks(gram6(v)), uint64(1), uint64(1)
			if gram4 {
				a4, b4 = first.lacks4(w), first.lacks4(v)
			}
			if a6 != 0 && b6 != 0 && a4 != 0 && b4 != 0 {
				i += 6
				continue
			}
			a, b := isZero(a6)|isZero(a4), isZero(b6)|isZero(b4)
			list[n&listMask].at = int32(i)
			n += a
			list[n&listMask].at = int32(i + 3)
			n += b
			i += 6
			continue
		}
		list[n&listMask].at = int32(i)
		if w&0x80 == 0 {
			n += isZero(first.lacks4(w)) | int(f.single[w&0xFF])
			i++
			continue
		}
		n += f.otherMayStart(w)
		i++
		for !f.inner && i < len(text) && text[i]>>6 == 2 {
			i++
		}
	}
	for n > 0 && int(list[n-1].at) >= len(text) {
		n--
	}
	return n, min(i, len(text))
}

// isZero returns 1 if x is 0, else 0.
func isZero(x uint64) int { return int((x - 1) &^ x >> 63) }

// otherMayStart returns 1 if a word that begins with no ASCII byte may stand where w is the text, else 0.
func (f *filter) otherMayStart(w uint64) int {
	passed := isZero(f.first.lacks(gram6(w)))
	if f.other.short != 0 {
		passed |= isZero(f.first.lacks4(w)) | int(f.single[w&0xFF])
	}
	return passed
}

// narrow keeps those of the first n candidates that pass a second look, and returns how many these are.
func (f *filter) narrow(list *candidates, n int, text string) int {
	second := f.second
	kept := 0
	for i := range n {
		at := list[i&listMask].at
		var w uint64
		if int(at)+8 <= len(text) {
			w = loadWhole(text, int(at))
		} else {
			w = loadTail(text, int(at))
		}
		passed := isZero(second.lacks(head8(w))) | isZero(second.lacks(headShort(w)))<<1
		if f.ascii.short|f.other.short != 0 && f.shortLengths(w) != 0 {
			passed |= int(noHead)
		}
		list[kept&listMask] = candidate{at, look(passed)}
		kept += (passed + 7) >> 3
	}
	return kept
}

// shortLengths returns the lengths of words without a head that the first look allows where w is the text.
func (f *filter) shortLengths(w uint64) lengthSet {
	lengths := f.ascii.short
	if w&0x80 != 0 {
		lengths = f.other.short
	}
	if f.single[w&0xFF] == 0 {
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
