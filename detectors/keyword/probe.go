package keyword

import "math/bits"

// prober finds the words that stand at the candidates, in passes over many of them. Each pass asks one table about all of
// them, or loads for each what the next pass needs, so that the loads overlap: nearly all of them miss the cache.
type prober struct {
	filter *filter
	text   string
	dst    []Match
	held   int // the length of dst before
	budget int // what is left to spend, less workPerByte for each byte before the candidate

	probes  [probeMask + 1]probe
	n       int
	touched uint32 // of no meaning
}

const probeMask = 15

// query asks for the words that begin with one gram.
type query struct {
	hash uint64
	at   int32
	kind kind
}

// kind says which words a query asks for: those of one class that begin with ASCII or not.
type kind uint32

const (
	asciiShort kind = iota
	asciiLong
	otherShort
	otherLong
	anyStub // which heads doesn't know
)

// lengths are those that words of a kind can have. They differ for all kinds that the same place is asked for, so that no
// word is found twice where the entries of two grams can't be told apart.
func (k kind) lengths() lengthSet {
	longer := ^lengthSet(0)
	switch k {
	case asciiShort:
		return 1<<4 | 1<<5
	case asciiLong:
		return longer << 6
	case otherShort:
		return 1<<6 | 1<<7
	}
	return longer << 8
}

// probe asks whether the word with a certain key stands at a place.
type probe struct {
	hash       uint64
	entry      uint64 // the first entry of the index that may answer
	at, length int32
}

type queries [queryMask + 1]query

const queryMask = 15

// settle appends the matches at the candidates. It returns the first that it didn't settle because the budget was spent,
// or -1; dst then holds all matches before it, and none there.
func (p *prober) settle(list []int32) (unsettled int) {
	var batch queries
	var entries [queryMask + 1]head
	heads := p.filter.heads
	for len(list) > 0 {
		var n int
		list, n = p.narrow(&batch, list)
		for i := range n {
			entries[i&queryMask] = heads.first(batch[i&queryMask].hash)
		}
		for i := range n {
			if q := &batch[i&queryMask]; !p.answer(q, entries[i&queryMask]) {
				p.drop(q.at)
				return int(q.at)
			}
		}
	}
	p.confirm()
	return -1
}

// narrow fills the batch with queries for the first candidates of list, as far as they pass a second look; at each the
// shortest words come first. It returns the candidates that are left and how many queries there are.
func (p *prober) narrow(batch *queries, list []int32) (rest []int32, n int) {
	f, text := p.filter, p.text
	second, stubs := f.second, f.asciiStubs|f.otherStubs != 0
	if len(second) == 0 {
		return nil, 0 // never; it tells the compiler that there are blocks
	}
	for i, at := range list {
		if n > queryMask-2 {
			return list[i:], n
		}
		w := load(text, int(at))
		if stubs && f.mayBeStub(w) {
			batch[n&queryMask] = query{0, at, anyStub}
			n++
		}
		kind := kind(w >> 6 & 2)
		hash := shortHash(w)
		batch[n&queryMask] = query{hash, at, kind}
		n += int(second.passes(hash))
		hash = longHash(w)
		batch[n&queryMask] = query{hash, at, kind + 1}
		n += int(second.passes(hash))
	}
	return nil, n
}

// answer adds probes for the words that q asks for, where entry is the first that may fit. It returns false if the budget
// is spent.
func (p *prober) answer(q *query, entry head) bool {
	f, at := p.filter, int(q.at)
	rest := p.text[at:]
	lengths := q.kind.lengths()
	if q.kind == anyStub {
		lengths = f.stubLengths(load(rest, 0))
	} else if entry = f.heads.find(q.hash, entry); entry.isOne() {
		p.budget--
		p.addOne(rest, entry, lengths, q.at)
		return p.budget+workPerByte*at >= 0
	} else {
		lengths &= entry.lengths()
	}
	if len(rest) < longKey {
		lengths &= 1<<(len(rest)+1) - 1
	}
	if p.budget -= 1 + bits.OnesCount64(lengths); p.budget+workPerByte*at < 0 {
		return false
	}
	hash := newPrefixHash(rest)
	for ; lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros64(lengths)
		h := hash.of(length)
		// Written in any case, and counted if it passes: there is no telling beforehand.
		passed := f.keys.passes(h)
		p.makeRoom()
		p.probes[p.n&probeMask] = probe{h, f.index.first(h * passed), q.at, int32(length)}
		p.n += int(passed)
	}
	return true
}

// addOne adds a probe for the one word that entry has, if its length is among lengths; rest is the text from at on.
func (p *prober) addOne(rest string, entry head, lengths lengthSet, at int32) {
	ref, length := entry.one()
	if length > len(rest) || lengths>>(length&63)&1 == 0 {
		return
	}
	hash := newPrefixHash(rest)
	if h := hash.of(length); (keyTag(h)^entry)&keyTags == 0 {
		p.makeRoom()
		p.probes[p.n&probeMask] = probe{h, h<<32 | uint64(ref), at, int32(length)}
		p.n++
	}
}

// makeRoom makes room for one more probe.
func (p *prober) makeRoom() {
	if p.n > probeMask {
		p.confirm()
	}
}

// confirm appends the matches among the probes.
func (p *prober) confirm() {
	words, text, longest := p.filter.words, p.text, p.filter.longest
	for i := range p.probes[:p.n] {
		p.touched += words.number(uint32(p.probes[i].entry)) // so that the loads overlap
	}
	dst, budget := p.dst, p.budget
	for i := range p.probes[:p.n] {
		probe := &p.probes[i]
		rest := text[probe.at:]
		ref, cost := p.filter.index.lookup(words, probe.hash, probe.entry, rest[:probe.length])
		budget -= cost
		if ref == noWord {
			continue
		}
		if probe.length == longKey {
			p.dst, p.budget = dst, budget
			p.confirmLong(rest, ref, probe.at)
			dst, budget = p.dst, p.budget
			continue
		}
		if longest {
			dst = forget(dst, p.held, probe.at)
		}
		if id := words.number(ref + atIndex); id&repeated == 0 {
			dst = append(dst, Match{int32(id), probe.at, probe.at + probe.length})
		} else {
			dst = words.appendMatches(dst, ref, probe.at)
		}
	}
	p.dst, p.budget, p.n = dst, budget, 0
}

// confirmLong appends the words from first on that share its key and stand at at, where rest is the text from there on. It
// goes through all that do, however little is left of the budget: how many these can be depends on the list alone.
func (p *prober) confirmLong(rest string, first uint32, at int32) {
	words := p.filter.words
	for ref := first; words.has(ref); ref = words.next(ref) {
		word := words.word(ref)
		if len(word) < longKey || string(word[:longKey]) != rest[:longKey] {
			break
		}
		p.budget -= 1 + len(word)>>3
		if len(word) <= len(rest) && string(word) == rest[:len(word)] {
			p.match(ref, at)
		}
	}
}

// match appends the matches of a word that stands at text[at].
func (p *prober) match(ref uint32, at int32) {
	if p.filter.longest {
		p.dst = forget(p.dst, p.held, at)
	}
	p.dst = p.filter.words.appendMatches(p.dst, ref, at)
}

// forget removes the matches at at, where they are the last, but none of the first held ones.
func forget(dst []Match, held int, at int32) []Match {
	n := len(dst)
	for n > held && dst[n-1].Start == at {
		n--
	}
	return dst[:n]
}

// drop forgets all that was found at at, and appends the matches before.
func (p *prober) drop(at int32) {
	for p.n > 0 && p.probes[p.n-1].at == at {
		p.n--
	}
	p.confirm()
	p.dst = forget(p.dst, p.held, at)
}
