package rules

import (
	"math/bits"

	"patrol/adapters/chat"
	"patrol/detectors/flood"
)

// Place is where an event counts: hashes of its platform, chat and author, by which
// Rates keep what they know. Whoever has events wait anyway works it out while their
// texts are at hand, and gives it to EvalAt. The zero Place is nowhere.
type Place struct {
	rates                   *Rates
	platform, group, member uint64
}

// Place is where an event counts.
func (r *Rates) Place(ev *chat.Event) Place {
	seed := r.seed.Load()
	p := Place{rates: r, platform: keyHash(seed, ev.Platform), member: keyHash(seed, ev.Author.ID)}
	p.group = keyHash(p.platform, ev.Chat)
	return p
}

// Chat is the hash of the chat alone.
func (p *Place) Chat() uint64 { return p.group }

// Share is in which of n equal shares of all chats, from 0 on, the chat is. Counts of
// chats in one share are mostly kept apart from those in others, so that goroutines
// which have a share each hardly meet.
func (p *Place) Share(n int) int {
	hi, _ := bits.Mul64(p.group, uint64(n))
	return int(hi)
}

// keys are the keys that an event counts for, by scope.
func (p *Place) keys() [3]flood.Key {
	return [3]flood.Key{
		perMember:   {Scope: p.group, Subject: p.member | 1}, // 0 is the chat as a whole
		perChat:     {Scope: p.group},
		perPlatform: {Scope: p.platform},
	}
}

// memberKey is the author in the chat, as one number.
func (p *Place) memberKey() uint64 { return scopeOf(p.keys()[perMember]) }

// scopeOf is a key as one number.
func scopeOf(k flood.Key) uint64 {
	return mix(k.Scope^0x8EBC6AF09C88C6E3, k.Subject^0x589965CC75374CC3)
}

// keyHash is a 64-bit hash of s that stays the same in every process with the same
// seed: eight bytes at a time are mixed by a folded multiplication (as in wyhash
// by Wang Yi).
func keyHash(seed uint64, s string) uint64 {
	h := seed ^ uint64(len(s))*0x9E3779B97F4A7C15
	for len(s) >= 8 {
		h = mix(h^(uint64(half(s))|uint64(half(s[4:]))<<32), 0xA0761D6478BD642F)
		s = s[8:]
	}
	return mix(h^word(s), 0xE7037ED1A0B428DB)
}

// word is s, of less than 8 bytes, as a number.
func word(s string) uint64 {
	switch n := len(s); {
	case n >= 4:
		low, high := uint64(half(s)), uint64(half(s[n-4:]))
		return low | high<<(8*(n-4))
	case n > 0:
		return uint64(s[0]) | uint64(s[n/2])<<(8*(n/2)) | uint64(s[n-1])<<(8*(n-1))
	}
	return 0
}

// half is the first four bytes of s as a number. The compiler makes one load of it.
func half(s string) uint32 {
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

func mix(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}
