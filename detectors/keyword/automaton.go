package keyword

import "slices"

// noState is the check of a slot that no state has.
const noState = ^uint32(0)

// node is one state of the automaton, 16 bytes, so that a step forward reads one cache line.
type node struct {
	base  uint32 // the child by symbol c is at base+c if the check there names this state
	check uint32 // the parent
	fail  uint32 // where to go on when no child fits: the longest proper suffix that is a state with children
	out   uint32 // the longest word that has been read, or noWord
}

// automaton is an Aho-Corasick automaton over the reversed words that reads a text from its end to its start. At each
// position it therefore knows the words that start there, the longest first, which yields the matches in the exact reverse
// of the order that Scan promises: a reversal sorts them, in linear time and without memory. Its states lie in a double
// array (Aoe 1989).
type automaton struct {
	words   *lexicon
	symbols *alphabet
	nodes   []node
}

func newAutomaton(words *lexicon) *automaton {
	a := &automaton{words: words, symbols: newAlphabet(words)}
	t := newTrie(words, a.symbols)
	p := place(t, a.symbols.count)
	// Any base plus any code must stay in the array.
	a.nodes = make([]node, p.end+a.symbols.count)
	for slot := range a.nodes {
		a.nodes[slot].check = noState
	}
	for state := range uint32(len(t.label)) {
		a.nodes[p.slot[state]].base = p.base[state]
		from, to := t.children(state)
		for child := from; child < to; child++ {
			a.nodes[p.slot[child]].check = p.slot[state]
		}
	}
	a.link(t, p)
	return a
}

// link sets fail and out, parents before children.
func (a *automaton) link(t *trie, p *placement) {
	for state := range uint32(len(t.label)) {
		parent := p.slot[state]
		from, to := t.children(state)
		for child := from; child < to; child++ {
			suffix := uint32(0)
			if state != 0 {
				suffix = a.step(a.nodes[parent].fail, uint32(t.label[child]))
			}
			n := &a.nodes[p.slot[child]]
			n.out = a.nodes[suffix].out
			if word := t.word[child]; word != noWord {
				a.words.setPrefix(word, n.out)
				n.out = word
			}
			n.fail = suffix
			if suffix != 0 && a.nodes[suffix].base == 0 {
				n.fail = a.nodes[suffix].fail
			}
		}
	}
}

// step returns the state after symbol code.
func (a *automaton) step(state, code uint32) uint32 {
	for {
		n := &a.nodes[state]
		if next := n.base + code; a.nodes[next].check == state {
			return next
		}
		if state == 0 {
			return 0
		}
		state = n.fail
	}
}

// find appends the matches in text that start in text[from:to], ordered by Start, End and Word; of those that start at one
// place only the longest if longestOnly is set.
func (a *automaton) find(dst []Match, text string, from, to int, longestOnly bool) []Match {
	mark := len(dst)
	symbols, nodes := a.symbols, a.nodes
	ascii := byte(0x80)
	if symbols.bytewise {
		ascii = 0xFF
	}
	state, n := uint32(0), &nodes[0]
	for end := min(len(text), to+a.words.longest-1); end > from; {
		// What alphabet.before does, spelt out for the symbols that nearly all texts are made of.
		var code uint32
		if last := text[end-1]; last < ascii {
			code = uint32(symbols.single[last])
			end--
		} else if r := threeBytes(text, end); r != 0 {
			code = uint32(symbols.codes[symbols.pages[r>>8]][r&0xFF])
			end -= 3
		} else {
			var size int
			code, size = symbols.before(text, end)
			end -= size
		}
		if code == 0 {
			state, n = 0, &nodes[0]
			continue
		}
		for {
			next := &nodes[n.base+code]
			if next.check == state {
				state, n = n.base+code, next
				break
			}
			if state == 0 {
				break
			}
			state = n.fail
			n = &nodes[state]
		}
		if n.out != noWord && end >= from && end < to {
			dst = a.appendOutputs(dst, n.out, end, longestOnly)
		}
	}
	slices.Reverse(dst[mark:])
	return dst
}

// appendOutputs appends the matches that start at start, from the last to the first.
func (a *automaton) appendOutputs(dst []Match, out uint32, start int, longestOnly bool) []Match {
	var one [1]int32
	for ; out != noWord; out = a.words.prefix(out) {
		end := int32(start + len(a.words.word(out)))
		ids := a.words.indices(out, &one)
		for _, id := range slices.Backward(ids) {
			dst = append(dst, Match{Word: id, Start: int32(start), End: end})
		}
		if longestOnly {
			break
		}
	}
	return dst
}

// size returns the bytes that the tables hold, those of the lexicon aside.
func (a *automaton) size() int { return 16*len(a.nodes) + a.symbols.size() }
