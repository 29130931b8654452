package phonetic

// token is a row of letters, and where in it syllables may begin and end.
type token struct {
	from, to int    // elements
	before   uint64 // bit k: the letters before the k-th are whole syllables
	behind   uint64 // bit k: the letters from the k-th on are whole syllables
}

// maxToken is how long a row of letters is at most to be thought pinyin.
const maxToken = 60

// tokenAt returns the row of letters that an element is in.
func (m *matcher) tokenAt(at int) *token {
	k := &m.token
	if at >= k.from && at < k.to {
		return k
	}
	from, to := at, at+1
	for m.inToken(from) {
		from--
	}
	for m.inToken(to) {
		to++
	}
	*k = token{from: from, to: to}
	n := to - from
	if n > maxToken {
		return k
	}
	var ends [maxToken]uint64 // bit j of k: the letters from the k-th to before the j-th are a syllable
	k.before = 1
	for i := range n {
		if k.before>>i&1 != 0 {
			ends[i] = m.syllablesAt(from+i, to) << i
			k.before |= ends[i]
		}
	}
	k.behind = 1 << n
	for i := n - 1; i >= 0; i-- {
		if ends[i] == 0 {
			ends[i] = m.syllablesAt(from+i, to) << i
		}
		if ends[i]&k.behind != 0 {
			k.behind |= 1 << i
		}
	}
	return k
}

// syllablesAt returns the lengths that syllables may have which start at an
// element and end before another, as bits.
func (m *matcher) syllablesAt(at, to int) (lengths uint64) {
	l, node := m.scanner.spoken, uint16(0)
	for k := at; k < to; k++ {
		node = l.next[node][m.elements[k].r-'a']
		if node == 0 {
			break
		}
		if l.ends[node] != 0 {
			lengths |= 1 << (k - at + 1)
		}
	}
	return lengths
}

// afterSyllables reports whether the letters of the token before an element are
// whole syllables.
func (m *matcher) afterSyllables(at int) bool {
	k := m.tokenAt(at)
	return k.before>>(at-k.from)&1 != 0
}

// beforeSyllables reports whether the letters of the token from an element on
// are whole syllables.
func (m *matcher) beforeSyllables(at int) bool {
	k := m.tokenAt(at)
	return k.behind>>(at-k.from)&1 != 0
}
