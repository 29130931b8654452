// Package keyword finds every occurrence of very many words in short texts, such as chat messages.
//
//	scanner, err := keyword.New([]string{"加微信", "free coins"}, keyword.Options{})
//	if err != nil {
//		return err
//	}
//	found = scanner.Scan(found[:0], text)
//	for _, m := range found {
//		fmt.Println(m.Word, text[m.Start:m.End])
//	}
//
// Words and texts are compared byte for byte; undoing case and disguise is the work of package fold.
//
// # How it works
//
// An Aho-Corasick automaton (Aho and Corasick 1975) reads each character once, but each step waits for the load of the one
// before, and with many words these loads miss the cache. Most of a chat message resembles no keyword, so the own engine
// asks that first, in looks each of which leaves little to the next:
//
//   - a blocked Bloom filter (Bloom 1970; Putze, Sanders and Singler 2007) over the first four bytes of the words, or eight
//     where they begin with a Chinese character, kept small enough for the cache of one core. The tests of neighbouring
//     positions don't depend on each other, so that their loads overlap;
//   - a second one over the same grams and longer ones, for what passes;
//   - a table from these grams to the words that begin so. Mostly it is one, and the table holds enough of its hash to
//     dismiss text that goes on otherwise. Else it says how long the words are; each of these prefixes of the text is hashed
//     and looked up;
//   - the word itself, which is compared byte for byte.
//
// Each look is taken at several places of the text before the next, so that the loads, most of which miss the cache, are
// under way together.
//
// Some texts pass all of this at nearly every position: one letter repeated, where the words are that letter once, twice
// and so on. There an automaton takes over. Its states lie in a double array (Aoe 1989) whose first level is dense and
// whose unbranched chains fill neighbouring slots. It reads characters, not bytes, and from the end to the start: so it
// knows at each position which words start there, the longest first, and the reverse of what it reports is in order without
// sorting.
//
// What triggers the change is the work of looking closer, not the number of places that were looked at: ordinary text has
// many such places, nearly all settled by one test, and is slower with the automaton. The budget grows with the text and is
// made good by each stretch that the automaton takes, so that the time for a text is at most proportional to its length
// plus its matches, for a given list.
//
// # What it costs
//
// On real chat lines one core scans some 550 MB/s with 1,000 words, 370 with 10,000 and 190 with 100,000, without allocating.
// The first look takes at least 64 KiB, however short the list. 100,000 words of 16 bytes on average take 120 bytes each,
// the automaton included, and under half a second to build; a million of 13 bytes take 163 bytes each and five seconds
// (BenchmarkMillion). Lines stuffed with nothing but keywords are the worst: nearly every table is read for each match, and
// with 100,000 words most of these reads miss the innermost caches, so that a match takes some 0.17 microseconds.
// BenchmarkScan measures all of it, BenchmarkShapes the unusual: five bytes take 20 nanoseconds, ten megabytes 13
// milliseconds.
//
// Words that are not valid UTF-8 are found wherever their bytes stand, even inside a character. A list that has such a word
// gets an automaton over bytes, of about twice the size; a word that begins inside a character also makes the filter look at
// every byte.
//
// Overlapping matches can be many more than a text has bytes. LeftmostLongest reports at most as many as the text has bytes
// (more only for words that are repeated in the list).
package keyword
