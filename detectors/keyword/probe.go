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

// query asks for the words with certain lengths that begin with one gram.
type query struct {
	hash    uint64
	entry   head // the first that may answer
	lengths lengthSet
	at      int32
}

const queries = 16

// settle appends the matches at the candidates. It returns the first that it didn't settle because the budget was spent,
// or -1; dst then holds all matches before it, and none there.
func (p *prober) settle(list []candidate) (unsettled int) {
	var batch [queries]query
	for n := 0; len(list) > 0; n = 0 {
		list, n = p.fill(&batch, list)
		for i := range batch[:n] {
			if q := &batch[i]; !p.answer(q) {
				p.drop(q.at)
				return int(q.at)
			}
		}
	}
	p.confirm()
	return -1
}

// fill makes queries of the first candidates of list, at each the shortest words first. It returns the candidates that are
// left and how many queries there are.
func (p *prober) fill(batch *[queries]query, list []candidate) (rest []candidate, n int) {
	f := p.filter
	for i, c := range list {
		if n > queries-3 {
			return list[i:], n
		}
		w := load(p.text, int(c.at))
		if c.look&stubWords != 0 {
			batch[n&(queries-1)] = query{entry: head(f.stubLengths(w)), lengths: ^lengthSet(0), at: c.at}
			n++
		}
		// Different lengths for each, or a word might be found twice where an entry is shared.
		longFrom := 6 + w>>6&2
		if c.look&shortWords != 0 {
			hash := shortHash(w)
			batch[n&(queries-1)] = query{hash, f.heads.first(hash), 3 << (longFrom - 2), c.at}
			n++
		}
		if c.look&longWords != 0 {
			hash := longHash(w)
			batch[n&(queries-1)] = query{hash, f.heads.first(hash), ^lengthSet(0) << longFrom, c.at}
			n++
		}
	}
	return nil, n
}

// answer adds probes for the words that q asks for. It returns false if the budget is spent.
func (p *prober) answer(q *query) bool {
	entry := p.filter.heads.find(q.hash, q.entry)
	if entry.isOne() {
		p.budget--
		p.addOne(q, entry)
		return p.budget+workPerByte*int(q.at) >= 0
	}
	return p.addLengths(q.lengths&entry.lengths(), int(q.at))
}

// addOne adds a probe for the one word that entry has.
func (p *prober) addOne(q *query, entry head) {
	ref, length := entry.one()
	rest := p.text[q.at:]
	if length > len(rest) || q.lengths>>length&1 == 0 {
		return
	}
	hash := newPrefixHash(rest)
	h := hash.of(length)
	if (keyTag(h)^entry)&keyTags == 0 {
		p.add(probe{hash: h, entry: h<<32 | uint64(ref), at: q.at, length: int32(length)})
	}
}

// addLengths adds a probe for each of the lengths that a word at at may have. It returns false if the budget is spent.
func (p *prober) addLengths(lengths lengthSet, at int) bool {
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
			p.add(probe{hash: h, entry: p.filter.index.first(h), at: int32(at), length: int32(length)})
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
