package phonetic

// accept reports whether a keyword that was read in a text so is likely to have
// been written there.
func (m *matcher) accept(t tally) bool {
	n := len(m.word.units)
	if t.ways == 0 || t.clauses > 0 && t.gaps < t.pairs {
		return false
	}
	if !m.endsWhole() || m.inToken(m.start) && !m.afterSyllables(m.start) {
		return false
	}
	if t.whole && t.lone && (m.counts() || !m.invited()) || m.strewn() && !m.invited() {
		return false
	}
	heard, sure := t.sound+t.near+t.figure, t.exact+t.sign+t.spelled+t.aliasUnits+t.split
	if heard > 0 && (t.clauses > 0 || t.gaps > 0 && (t.gaps < t.pairs || sure+t.rare == 0)) {
		return false
	}
	if t.figure > 0 && sure == 0 {
		return false
	}
	if n == 1 {
		return t.alias > 0 || t.split > 0 || t.sign > 0 && t.near+t.hint == 0 || t.sound > 0 && t.rare > 0
	}
	if t.initial > 0 && t.exact+t.split+t.spelled+t.aliasUnits == 0 {
		return false
	}
	if t.like > 0 && (t.gaps > 0 || t.exact+t.split+t.spelled+t.rare == 0) {
		return false
	}
	if t.noise > 0 && (n < leastNoisy || t.noise < n-1 || t.exact < n) {
		return false
	}
	if t.particle > 0 && t.exact+t.split+t.spelled+t.sign+t.aliasUnits == 0 {
		return false
	}
	if t.code > 0 && heard > 0 && t.exact+t.split+t.spelled == 0 {
		return false // 狗子 for 枪支: a code name beside what only sounds alike
	}
	if t.hint > 0 && (n == 1 || t.hint > 1 || t.exact+t.split+t.spelled == 0) {
		return false
	}
	return t.initial <= n/2 && t.near <= n/2 && t.like+t.alike <= n/2
}

// counts reports whether the match is a letter for a unit of the number before it:
// 1500w, for ten thousands.
func (m *matcher) counts() bool {
	e := &m.elements[m.start]
	return m.start > 0 && (e.r == 'w' || e.r == 'k') && e.gap == 0 && m.elements[m.start-1].kind == figure
}

// strewn reports whether the match is nothing but signs out of a longer row of them, or the
// same one again, as people strew them for show.
func (m *matcher) strewn() bool {
	for at := m.start; at < m.end; at++ {
		if m.elements[at].kind != sign || m.elements[at].r == '+' {
			return false
		}
	}
	beside := func(at, gap int) bool {
		return at >= 0 && at < len(m.elements) && m.elements[at].kind == sign && m.elements[gap].gap == 0
	}
	if beside(m.start-1, m.start) || beside(m.end, m.end) {
		return true
	}
	return m.end-m.start > 1 && m.elements[m.start].r == m.elements[m.end-1].r
}

// leastNoisy is how many characters a word has at least that is read through noise.
const leastNoisy = 3

// endsWhole reports whether a match that ends in letters ends a token, or is
// followed by whole syllables.
func (m *matcher) endsWhole() bool {
	return !m.inToken(m.end) || m.beforeSyllables(m.end)
}

// leastAccount is how many letters and digits in a row may be an account.
const leastAccount = 5

// invited reports whether the match stands beside an invitation or an account,
// as a name of one character must.
func (m *matcher) invited() bool {
	if m.start > 0 {
		before := &m.elements[m.start-1]
		if before.r == '+' || before.r == '➕' {
			return true
		}
		for _, sound := range m.scanner.spoken.of(before.r) {
			if m.scanner.spoken.spelling[sound] == "jia" {
				return true
			}
		}
	}
	after, before, digits := m.end, m.start-1, 0
	for after < len(m.elements) && m.accountAt(after, after > m.end) {
		if m.elements[after].kind == figure {
			digits++
		}
		after++
	}
	for before >= 0 && m.accountAt(before, before < m.start-1) {
		digits++
		before--
	}
	return digits > 0 && (after-m.end >= leastAccount || m.start-1-before >= leastAccount)
}

// accountAt reports whether an element may be a part of an account.
func (m *matcher) accountAt(at int, inside bool) bool {
	e := &m.elements[at]
	return (e.kind == figure || e.kind == letter) && (!inside || e.gap <= 1)
}
