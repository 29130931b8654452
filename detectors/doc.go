// Package detectors holds no code: it is where the detectors are listed.
//
// A detector answers one question about a message or about a row of messages.
// It takes plain values (text, hashes, the event's own time) and gives plain
// values back. It knows no chat platform, no rule file and no store, decides
// nothing and does nothing to anyone: package rules binds it to rule files, and
// what follows from a hit is settled further on. Each is safe to use from any
// number of goroutines in the way its own documentation says, never looks at
// the clock, and treats every byte of a message as written by an adversary.
//
// The list:
//   - fold: what does a text say once its disguise is undone, and where?
//   - keyword: which of very many words does a text hold, and where?
//   - boundary: does a hit cut through Chinese words?
//   - phonetic: which words does a text hold by what they sound and look like?
//   - glyph: of what do Chinese characters consist? It serves fold and phonetic.
//   - links: which addresses does a text hold, and what is odd about each?
//   - contact: how does a text tell to reach somebody?
//   - script: which letters are there to hide words?
//   - flood: does someone do something too often?
//   - repeat: was nearly the same text posted before, by how many, in how many chats?
//   - newcomer: who is new in a chat?
//   - tail: what do the short messages of one member say together?
//   - imitation: who bears a name like an admin's?
//
// Beside them is prefetch, which asks for memory before it is needed.
package detectors
