// Package repeat notices when nearly the same text comes again: from one member,
// from several in a chat, or in many chats.
//
//	tracker, err := repeat.New(repeat.Config{In: time.Minute, Similarity: 0.7})
//	...
//	sketch := repeat.Sketch{}
//	sketch.Take(folded) // the text with its disguise and separators undone
//	count := tracker.Post(repeat.Post{Scope: hash(chat), Member: hash(member), Chat: hash(chat), At: event.Time}, &sketch)
//	if count.Members >= 3 {
//		// three members have posted nearly the same within a minute
//	}
//
// # How alike two texts are
//
// A text is cut into overlapping pieces: pairs of Chinese characters, triples of
// other letters. Digits count as one character whatever they are, and a
// character that comes several times in a row counts once, so that a changing
// number or a longer cry makes no new text. The similarity of two texts is the
// share of pieces that they have in common (Jaccard's), estimated from a sketch
// of 16 bytes each: of the pieces that fall into each of 32 buckets, four bits
// of the greatest hash (one-permutation hashing: P. Li, A. Owen, C. Zhang, NIPS 2012;
// b-bit minwise hashing: P. Li, C. König, WWW 2010). The same text has 1. At 0.7
// the estimate is off by 0.08 as a rule, more for texts of a few pieces.
//
// # What it costs
//
// Of each scope the last posts are kept as long as they matter, up to 256, and
// at most so many scopes; the ones that were silent longest go first. Once its
// buffers have grown, nothing is allocated. Time is the event's own: nothing here
// looks at a clock. A late event counts as if it came with the newest of its scope.
package repeat
