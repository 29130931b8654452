package keyword

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cloudflare/ahocorasick"
)

// cloudflareNode is what one node of the library's trie takes: two arrays of 256 pointers and a dozen words beside them.
const cloudflareNode = 2*256*8 + 72

// oracle is the Cloudflare engine. The library says which words occur, each once; where they occur is found afterwards.
type oracle struct {
	words   *lexicon
	matcher *ahocorasick.Matcher
}

func newOracle(words *lexicon) *oracle {
	list := make([][]byte, words.count())
	for d := range list {
		list[d] = []byte(words.word(uint32(d)))
	}
	return &oracle{words: words, matcher: ahocorasick.NewMatcher(list)}
}

// find implements searcher.
func (o *oracle) find(dst []Match, text string) []Match {
	from := len(dst)
	for _, d := range o.matcher.MatchThreadSafe([]byte(text)) {
		dst = appendOccurrences(dst, text, o.words.word(uint32(d)), o.words.indices(uint32(d)))
	}
	slices.SortFunc(dst[from:], compareMatches)
	return dst
}

// size implements searcher. The library allocates one node for each byte of the list before it knows what is shared.
func (o *oracle) size() int { return (len(o.words.text) + 1) * cloudflareNode }

// appendOccurrences appends a match of each id wherever word stands in text, overlaps included.
func appendOccurrences(dst []Match, text, word string, ids []int32) []Match {
	for at := 0; ; at++ {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return dst
		}
		at += i
		for _, id := range ids {
			dst = append(dst, Match{Word: id, Start: int32(at), End: int32(at + len(word))})
		}
	}
}

// compareMatches orders by Start, then End, then Word.
func compareMatches(a, b Match) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Word, b.Word))
}
