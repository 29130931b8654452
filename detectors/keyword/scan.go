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

// candidates are places where a word may start, in order. They are narrowed down in passes over all of them that write each
// and count only those that pass: a branch on the outcome of a test can't be predicted, and holds up the loads of the next.
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
			if first.lacks4(w) == 0 || first.lacks4(w>>8) == 0 || first.lacks4(w>>16) == 0 || first.lacks4(w>>24) == 0 ||
				first.lacks4(w>>32) == 0 {
				n = f.addRun(list, n, i, w)
			}
			i += 5
			continue
		}
		if w&0xC0C0F0C0C0F0 == 0x8080E08080E0 && simple && i+11 <= len(text) {
			v := loadWhole(text, i+3)
			if first.lacks(gram6(w)) == 0 || first.lacks(gram6(v)) == 0 ||
				gram4 && (first.lacks4(w) == 0 || first.lacks4(v) == 0) {
				n = f.addOther(list, n, i, w)
				n = f.addOther(list, n, i+3, v)
			}
			i += 6
			continue
		}
		if w&0x80 == 0 {
			list[n&listMask].at = int32(i)
			n += isZero(first.lacks4(w)) | int(f.single[w&0xFF])
			i++
			continue
		}
		n = f.addOther(list, n, i, w)
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

// addRun adds those of the five ASCII bytes from at on, with which w begins, that pass the first look.
func (f *filter) addRun(list *candidates, n, at int, w uint64) int {
	for i := range 5 {
		list[n&listMask].at = int32(at + i)
		n += isZero(f.first.lacks4(w))
		w >>= 8
	}
	return n
}

// addOther adds at, where w begins with no ASCII byte, if it passes the first look.
func (f *filter) addOther(list *candidates, n, at int, w uint64) int {
	list[n&listMask].at = int32(at)
	passed := isZero(f.first.lacks(gram6(w)))
	if f.other.short != 0 {
		passed |= isZero(f.first.lacks4(w)) | int(f.single[w&0xFF])
	}
	return n + passed
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
