package keyword

import "math/bits"

// prober finds the words that stand at the candidates, in passes over many of them. Each pass asks one table about all of
// them, or loads for each what the next pass needs, so that the loads overlap: nearly all of them miss the cache.
type prober struct {
	filter *filter
	text   string
	dst    []Match
	budget int // what is left to spend, less workPerByte for each byte before the candidate

	probes  [16]probe
	n       int
	touched uint32 // of no meaning

	start int32 // of the last match; -1 before the first
	mark  int   // how long dst was before the first match at start
}

// probe asks whether the word with a certain key stands at a place.
type probe struct {
	hash       uint64
	entry      uint64 // the first entry of the index that may answer
	at, length int32
}

// look asks for the words that begin with one gram.
type look struct {
	hash    uint64
	entry   head      // the first that may answer
	lengths lengthSet // of the words that are asked for
	at      int32
	stubs   bool // asks for stubs instead, which heads doesn't know
}

const looks = 16

// settle appends the matches at the candidates. It returns the first that it didn't settle because the budget was spent,
// or -1; dst then holds all matches before it, and none there.
func (p *prober) settle(list []int32) (unsettled int) {
	var batch [looks]look
	heads := &p.filter.heads
	for n := 0; len(list) > 0; n = 0 {
		list, n = p.narrow(&batch, list)
		for i := range batch[:n] {
			batch[i].entry = heads.first(batch[i].hash)
		}
		for i := range batch[:n] {
			if l := &batch[i]; !p.try(l) {
				p.drop(l.at)
				return int(l.at)
			}
		}
	}
	p.confirm()
	return -1
}

// narrow fills the batch with the looks that the first candidates of list are worth, at each the shortest words first. It
// returns the candidates that are left and how many looks there are.
func (p *prober) narrow(batch *[looks]look, list []int32) (rest []int32, n int) {
	f := p.filter
	stubs := f.asciiStubs|f.otherStubs != 0
	for i, at := range list {
		if n > looks-3 {
			return list[i:], n
		}
		w := load(p.text, int(at))
		if stubs {
			if lengths := f.stubLengths(w); lengths != 0 {
				batch[n&(looks-1)] = look{lengths: lengths, at: at, stubs: true}
				n++
			}
		}
		// Different lengths for each, or a word might be found twice where an entry is shared.
		shortSize := 4 + w>>6&2
		hash := shortHash(w)
		batch[n&(looks-1)] = look{hash: hash, lengths: 3 << shortSize, at: at}
		n += int(f.second.passes(hash))
		hash = longHash(w)
		batch[n&(looks-1)] = look{hash: hash, lengths: ^lengthSet(0) << (shortSize + 2), at: at}
		n += int(f.second.passes(hash))
	}
	return nil, n
}

// try looks for the words that l asks for. It returns false if the budget is spent.
func (p *prober) try(l *look) bool {
	f, at := p.filter, int(l.at)
	if l.stubs {
		return p.tryLengths(l, l.lengths)
	}
	entry := f.heads.find(l.hash, l.entry)
	if entry != 0 && !entry.isOne() {
		return p.tryLengths(l, l.lengths&entry.lengths())
	}
	if entry != 0 {
		p.tryOne(l, entry)
	}
	p.budget--
	return p.budget+workPerByte*at >= 0
}

// tryOne adds a probe for the one word that has the gram.
func (p *prober) tryOne(l *look, entry head) {
	ref, length := entry.one()
	rest := p.text[l.at:]
	if length > len(rest) || l.lengths>>length&1 == 0 {
		return
	}
	hash := newPrefixHash(rest)
	h := hash.of(length)
	if (keyTag(h)^entry)&keyTags == 0 {
		p.add(probe{hash: h, entry: h<<32 | uint64(ref), at: l.at, length: int32(length)})
	}
}

// tryLengths adds a probe for each of the lengths that a word may have. It returns false if the budget is spent.
func (p *prober) tryLengths(l *look, lengths lengthSet) bool {
	at := int(l.at)
	rest := p.text[at:]
	if len(rest) < longKey {
		lengths &= 1<<(len(rest)+1) - 1
	}
	if p.budget -= 1 + bits.OnesCount64(lengths); p.budget+workPerByte*at < 0 {
		return false
	}
	hash := newPrefixHash(rest)
	for ; lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros64(lengths)
		if h := hash.of(length); p.filter.keys.passes(h) != 0 {
			p.add(probe{hash: h, entry: p.filter.index.first(h), at: l.at, length: int32(length)})
		}
	}
	return true
}

func (p *prober) add(one probe) {
	if p.n == len(p.probes) {
		p.confirm()
	}
	p.probes[p.n&(len(p.probes)-1)] = one
	p.n++
}

// confirm appends the matches among the probes.
func (p *prober) confirm() {
	words := p.filter.words
	touched := uint32(0)
	for i := range p.probes[:p.n] {
		touched += words.number(uint32(p.probes[i].entry)) // so that the loads overlap
	}
	p.touched = touched
	for i := range p.probes[:p.n] {
		probe := &p.probes[i]
		key := p.text[probe.at:][:probe.length]
		ref, cost := p.filter.index.lookup(words, probe.hash, probe.entry, key)
		p.budget -= cost
		if ref == noWord {
			continue
		}
		if probe.length < longKey {
			p.match(ref, probe.at)
		} else {
			p.confirmLong(ref, probe.at)
		}
	}
	p.n = 0
}

// confirmLong appends the words from first on that share its key and stand at text[at]. It goes through all that do, however
// little is left of the budget: how many these can be depends on the list alone.
func (p *prober) confirmLong(first uint32, at int32) {
	rest, words := p.text[at:], p.filter.words
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
	if p.start != at {
		p.start, p.mark = at, len(p.dst)
	}
	if p.filter.longest {
		p.dst = p.dst[:p.mark]
	}
	p.dst = p.filter.words.appendMatches(p.dst, ref, int(at))
}

// drop forgets what was found at at, and appends the matches before.
func (p *prober) drop(at int32) {
	for p.n > 0 && p.probes[p.n-1].at == at {
		p.n--
	}
	p.confirm()
	if p.start == at {
		p.dst = p.dst[:p.mark]
	}
}
