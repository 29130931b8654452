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
//   - by another name that the word has (Aliases, and those of a rule file), of
//     which all characters but one may in turn only sound alike;
//   - by an emoji or another sign that is called so, or by a digit that sounds so;
//   - in pieces, or by a rarer character that differs in a radical;
//
// and the word with two characters exchanged, or backwards.
//
// Any of these may follow any other, but what sounds like a keyword is all too
// often no such thing. So: of a word, at most half of the characters may be ones
// that are only confused with it; a digit, a first letter and a name of one
// character need company; pinyin must begin and end with a syllable; a match
// lies in one sentence, and where only sound tells, no comma or space is in it.
// What is left is an indication, not a proof: ordinary words that sound like the
// keyword are the caller's to know.
//
// # Sources
//
// data/sounds.txt is made from github.com/mozillazg/go-pinyin (MIT License), which
// a test compares it with; data/emoji.txt from the Chinese names in emojibase (MIT
// License), which are those of the Unicode CLDR (Unicode License v3). The other
// names and the aliases are our own.
package phonetic
