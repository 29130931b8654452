package ledger_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
)

func FuzzCanonicalKeepsEveryByte(f *testing.F) {
	f.Add("plain", "加微信", "")
	f.Add("a\x00b", "\xff\xfe\x80", "\xed\xa0\x80")
	f.Add("�", `�`, `\ufffd`)
	f.Add("<script>", "\u2028", `","bytes":{"/id":"AA=="}`)
	f.Fuzz(func(t *testing.T, id, text, mention string) {
		want := chat.Event{ID: id, Message: chat.Message{Text: text, Mentions: []string{"x", mention}}}
		data, err := ledger.Canonical(&want)
		if err != nil {
			t.Fatal(err)
		}
		if !json.Valid(data) {
			t.Fatalf("not JSON: %s", data)
		}
		var got chat.Event
		if err := ledger.Decode(data, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		again, err := ledger.Canonical(&got)
		if err != nil || !bytes.Equal(data, again) {
			t.Fatalf("%s\nand again\n%s (%v)", data, again, err)
		}
	})
}

func TestAMegabyteOfBrokenTextIsKept(t *testing.T) {
	want := chat.Message{Text: strings.Repeat("字\xff\x00", 1<<18)}
	data, err := ledger.Canonical(&want)
	if err != nil {
		t.Fatal(err)
	}
	var got chat.Message
	if err := ledger.Decode(data, &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != want.Text {
		t.Fatal("changed")
	}
}

func TestTextThatOnlyLooksLikeTheSideMemberIsLeftAlone(t *testing.T) {
	want := chat.Message{Text: `"bytes":{"/text":"AAAA"}`, ID: `"bytes":`}
	data, err := ledger.Canonical(&want)
	if err != nil {
		t.Fatal(err)
	}
	var got chat.Message
	if err := ledger.Decode(data, &got); err != nil || !cmp.Equal(got, want) {
		t.Fatal(got, err)
	}
}
