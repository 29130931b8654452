package jsonl

import (
	"encoding/json"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const usual = `{"id":"e1","kind":"message","platform":"qq","chat":"100200","author":{"id":"12345","name":"小明","role":"member","joined":"2026-11-01T00:00:00Z"},"message":{"id":"m1","text":"加微信领红包","reply_to":"m0"},"time":"2026-11-24T02:31:42.5Z"}`

func TestTheUsualLineIsDecodedFast(t *testing.T) {
	for _, line := range []string{usual, " { } ", `{"kind" : "join" , "author" : { } }`} {
		if !decodeFast(line, new(wire)) {
			t.Errorf("left to encoding/json: %s", line)
		}
	}
}

// FuzzDecodeFast checks that what the fast way decodes, encoding/json decodes to
// the same.
func FuzzDecodeFast(f *testing.F) {
	for _, s := range []string{
		usual, "{}", `{"id":"a","id":"b"}`, `{"author":{"id":"a"},"author":{"name":"b"}}`, `{"id":"a",}`, `{"id":"a"}x`, `{"id":null}`,
		`{"id":"a\n"}`, "{\"id\":\"a\nb\"}", `{"ID":"a"}`, `{"message":{"mentions":[]}}`, `{"id" "a"}`, `{,}`, `{"id":"a"`, "{\"id\":\"\x7f\"}", "\v{}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var got, want wire
		if !utf8.ValidString(line) || !decodeFast(line, &got) {
			return // what is not UTF-8 is refused before
		}
		if err := json.Unmarshal([]byte(line), &want); err != nil {
			t.Fatalf("%q is no JSON: %v", line, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-json +fast):\n%s", line, diff)
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	line := []byte(usual)
	b.Run("usual", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(line)))
		for b.Loop() {
			if _, err := DecodeEvent(line); err != nil {
				b.Fatal(err)
			}
		}
	})
	escaped := []byte(`{"ID":"e1",` + usual[len(`{"id":"e1",`):])
	b.Run("by encoding/json", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(escaped)))
		for b.Loop() {
			if _, err := DecodeEvent(escaped); err != nil {
				b.Fatal(err)
			}
		}
	})
}
