package rules

import (
	"testing"

	"patrol/adapters/chat"
)

func TestWordIsItsBytesAsANumber(t *testing.T) {
	text := "\x01\x82\x03\x84\x05\x86\x07"
	for n := range len(text) + 1 {
		var want uint64
		for i := range n {
			want |= uint64(text[i]) << (8 * i)
		}
		if got := word(text[:n]); got != want {
			t.Errorf("%d bytes: %#x, want %#x", n, got, want)
		}
	}
}

func TestPlaceTellsChatsAndMembersApart(t *testing.T) {
	rates := NewRates()
	at := func(platform, group, member string) Place {
		return rates.Place(&chat.Event{Platform: platform, Chat: group, Author: chat.Member{ID: member}})
	}
	seen := map[[2]uint64]bool{}
	for _, p := range []Place{at("qq", "1", "7"), at("qq", "2", "7"), at("qq", "1", "8"), at("irc", "1", "7"), at("qq", "12345678", "7"), at("qq", "123456789", "7"), at("qq", "", "")} {
		seen[[2]uint64{p.Chat(), p.memberKey()}] = true
		for n := 1; n < 7; n++ {
			if share := p.Share(n); share < 0 || share >= n {
				t.Errorf("share %d of %d", share, n)
			}
		}
	}
	if len(seen) != 7 {
		t.Errorf("7 members make %d places", len(seen))
	}
	if a, b := at("qq", "1", "7"), at("qq", "1", "8"); a.Chat() != b.Chat() {
		t.Error("two members of one chat are in two chats")
	}
}
