package boundary

// usual is how much a character costs at most on average of a text that is
// ordinary talk. It was weighed by what sounds like a keyword in harmless chat (带你
// for 代理) and by what spammers write so (象木 for 项目).
const usual = 93 * unit / 10

// Usual reports whether a text is ordinary talk of its own: one word that many
// texts have (Common), or several words that are about as likely to follow each
// other: 带你, 见之. It must be in simplified characters; a longer one than 24
// characters, or one with anything else in it, is not.
func (l *Lexicon) Usual(text string) bool {
	if l.Common(text) {
		return true
	}
	var best [longestHit + 1]cost
	word := make([]rune, 0, longestHit)
	for _, r := range text {
		if !han(r) || len(word) == longestHit {
			return false
		}
		word = append(word, r)
	}
	n := len(word)
	if n < 2 {
		return false
	}
	for i := 1; i <= n; i++ {
		best[i] = impossible
	}
	for i := range n {
		key := uint64(0)
		for j := i; j < min(n, i+longestWord); j++ {
			key = longer(key, word[j])
			c, known := l.find(key)
			if !known && j > i || i == 0 && j == n-1 {
				continue // all of it is no row
			}
			if j == i {
				c += alone
			}
			best[j+1] = min(best[j+1], best[i]+c)
		}
	}
	return best[n] <= usual*cost(n)
}
