package keyword

import "math/bits"

// prober looks up which words stand at the candidates. It collects what it must look up and then looks up all of it, so
// that the loads overlap: nearly all of them miss the cache.
type prober struct {
	filter *filter
	text   string
	dst    []Match
	budget int // what is left to spend, less workPerByte for each byte before the candidate

	probes [16]probe
	n      int

	start int32 // of the last match; -1 before the first
	mark  int   // how long dst was before the first match at start
}

// probe asks whether a word stands at a place with a certain length.
type probe struct {
	hash       uint64
	entry      uint64 // the first entry of the index that may answer
	at, length int32
}

// try finds the words that start at a candidate. It returns false if the budget didn't suffice; dst then holds all matches
// before the candidate, and none there.
func (p *prober) try(c candidate) bool {
	at := int(c.at)
	rest := p.text[at:]
	lengths := p.filter.lengths(c, load(p.text, at))
	if len(rest) < longKey {
		lengths &= 1<<(len(rest)+1) - 1
	}
	if p.budget -= 1 + bits.OnesCount64(lengths); p.budget+workPerByte*at < 0 {
		p.confirm()
		return false
	}
	hash := newPrefixHash(rest)
	for ; lengths != 0; lengths &= lengths - 1 {
		length := bits.TrailingZeros64(lengths)
		h := hash.of(length)
		if p.filter.second.lacks(h) != 0 {
			continue
		}
		if p.n == len(p.probes) {
			p.confirm()
		}
		p.probes[p.n] = probe{hash: h, entry: p.filter.index.first(h), at: c.at, length: int32(length)}
		p.n++
	}
	return true
}

// confirm appends the matches among the probes.
func (p *prober) confirm() {
	for i := range p.n {
		probe := &p.probes[i]
		key := p.text[probe.at:][:probe.length]
		ref, cost := p.filter.index.lookup(p.filter.words, probe.hash, probe.entry, key)
		p.budget -= cost
		if ref == noWord {
			continue
		}
		if probe.length < longKey {
			p.add(ref, probe.at)
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
			p.add(ref, at)
		}
	}
}

// add appends the matches of a word that stands at text[at].
func (p *prober) add(ref uint32, at int32) {
	if p.start != at {
		p.start, p.mark = at, len(p.dst)
	}
	if p.filter.longest {
		p.dst = p.dst[:p.mark]
	}
	p.dst = p.filter.words.appendMatches(p.dst, ref, int(at))
}

// lengths returns how long the words may be that start at a candidate, where w is the text.
func (f *filter) lengths(c candidate, w uint64) lengthSet {
	lengths := lengthSet(0)
	if c.look&longHead != 0 {
		lengths = f.heads.lookup(head8(w))
	}
	if c.look&shortHead != 0 {
		lengths |= f.heads.lookup(headShort(w))
	}
	if c.look&noHead != 0 {
		lengths |= f.shortLengths(w)
	}
	return lengths
}
