// Package phonetic finds words by what they sound and look like, as spammers
// write them: 威芯 or wei信 for 微信, jwx for 加微信, 木仓 for 枪, 🐴 for 妈.
//
//	s, err := phonetic.New([]string{"加微信"}, phonetic.Options{})
//	...
//	var sc phonetic.Scratch
//	text := folder.Word("想赚钱+VX") // folded with fold.Separators: Keep
//	s.Scan(nil, text, &sc)         // 加微信 at "+vx", by Alias
//
// A character of a keyword may be written
//   - by another that sounds the same, tones apart, or that many speakers confuse
//     with it (z and zh, n and l, n and ng); of a rare character every reading counts,
//     of an everyday one only its everyday ones;
//   - in pinyin, also in the midst of a row of pinyin, or by its first letter;
//   - by another name that the word has (Aliases, and those of a rule file), or that one of
//     those has, of which all characters but one may in turn only sound alike, be a
//     first letter, or be another emoji that is called the same;
//   - in Bopomofo, or in pinyin with the digits of tones;
//   - by an emoji or another sign that is called so, or has the character in its name of
//     two, or by a digit that sounds so; and the digits of a long number by how they are read;
//   - in pieces, also in the wrong order, by a rarer character that differs in a
//     radical, or by an everyday one that is taken for it at a glance (夫 for 失, 汝 for 女);
//
// and the word with two characters exchanged, backwards, or with a letter or digit
// between each two of three and more characters.
//
// Any of these may follow any other, but what sounds like a keyword is all too
// often no such thing. So: of a word, at most half of the characters may be ones
// that are only confused with it; a digit, a first letter and a name of one
// character need company; pinyin must begin and end with a syllable; a match
// lies in one sentence, and where only sound tells, no comma or space is in it.
// What is left is an indication, not a proof: ordinary words that sound like the
// keyword are the caller's to know.
//
// # Cost
//
// Nearly all messages are told to hold nothing by Scanner.May, in one pass over the
// message as it was written: 40 to 70 ns a message of the kind in the benchmark. Only the
// others are folded again with separators (60 ns) and scanned (300 ns with 10 keywords,
// up to 4 us with 400 that begin alike). Of harmless chat a gate for 66 keywords lets
// 16 % through. BenchmarkScan measures both. New takes some 3 ms, most of it for the
// table of the gate.
//
// # Sources
//
// data/sounds.txt is made from github.com/mozillazg/go-pinyin (MIT License), which
// a test compares it with; data/emoji.txt from the Chinese names in emojibase (MIT
// License), which are those of the Unicode CLDR (Unicode License v3). The other
// names and the aliases are our own.
package phonetic
