// Package boundary says whether a piece of Chinese text is made of whole words.
// Chinese writes no spaces, so a keyword is also found where the end of one word
// and the beginning of the next happen to spell it: 口交 in 24口交换机.
//
//	l, err := boundary.New(boundary.Options{})
//	...
//	cut, words := l.Cuts("24口交换机", 2, 8) // true, [24 口 交换机]
//	cut, words = l.Cuts("有人卖大麻吗", 9, 15) // false, nil
//
// Cuts looks only at a few characters around the piece, and never beyond
// anything that is no Chinese character. Among all ways to read those as a row
// of words it compares the likeliest that has the piece as words of its own with
// the likeliest that has not: the way of jieba, a lattice of the words of a
// dictionary and a shortest path through it, with the keyword put in as a word.
// What it does not know is no evidence: only a known word over an edge cuts.
// Nor does a longer word that holds the piece, as 强奸犯 holds 强奸, unless the
// piece is a single character; but a list of this project's own names words and
// phrases that hold another and mean something else: 丝袜奶茶, 处女座, student loan.
// A piece of Chinese digits that units count (六四 in 六四二十四) is a part of a
// number, and a word with () behind it is the name of a function.
//
// It reads words, not meaning: 做爱 is left whole in 喜欢做爱吃的, and who knows how
// it works can write a word that spoils a keyword beside it.
//
// # Words
//
// The words and how common they are come from the table of inverse document
// frequencies in github.com/go-ego/gse (Apache License 2.0), which has it from
// jieba (MIT License), and from a short list of newer words of this project's
// own. They are in simplified characters; a text in traditional ones is read as
// package fold simplifies it, character by character.
package boundary
