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
	refs    []uint32 // by the number that the library gives a word
	matcher *ahocorasick.Matcher
}

func newOracle(words *lexicon) *oracle {
	o := &oracle{words: words}
	var list [][]byte
	for ref := range words.all {
		o.refs = append(o.refs, ref)
		list = append(list, words.word(ref))
	}
	o.matcher = ahocorasick.NewMatcher(list)
	return o
}

// find implements searcher.
func (o *oracle) find(dst []Match, text string) []Match {
	from := len(dst)
	for _, found := range o.matcher.MatchThreadSafe([]byte(text)) {
		dst = o.appendOccurrences(dst, text, o.refs[found])
	}
	slices.SortFunc(dst[from:], compareMatches)
	return dst
}

// size implements searcher. The library allocates one node for each byte of the list before it knows what is shared.
func (o *oracle) size() int {
	text := len(o.words.records) - o.words.count*atText
	return text*cloudflareNode + 4*len(o.refs)
}

// appendOccurrences appends the matches of the word at ref, overlaps included.
func (o *oracle) appendOccurrences(dst []Match, text string, ref uint32) []Match {
	word := string(o.words.word(ref))
	for at := 0; ; at++ {
		i := strings.Index(text[at:], word)
		if i < 0 {
			return dst
		}
		at += i
		dst = o.words.appendMatches(dst, ref, int32(at))
	}
}

// compareMatches orders by Start, then End, then Word.
func compareMatches(a, b Match) int {
	return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End), cmp.Compare(a.Word, b.Word))
}
