package jsonl_test

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/jsonl"
)

// FuzzDecodeEvent checks that what decodes encodes to the same event again, and
// that no error carries raw input to a terminal.
func FuzzDecodeEvent(f *testing.F) {
	for _, s := range []string{
		spam, "", "{}", "[]", "null", `{"kind":"join","chat":"1","author":{"id":"2","role":"owner","joined":"2026-01-01T00:00:00+08:00"},"time":"2026-01-02T03:04:05.123456789Z"}`,
		`{"id":"e","kind":"edit","chat":"1","author":{"id":"2"},"message":{"id":"3","text":"\ud800","mentions":["all"],"attachments":[{"kind":"image","url":"u","name":"n"}]},"time":"2026-01-02T03:04:05Z"}`,
		`{"kind":"\u001b[31m","chat":1}`, `{"done":"k"}`, spam + spam, "{\"id\":\"\xff\"}", `{"time":"2026-13-01T00:00:00Z"}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		e, err := jsonl.DecodeEvent(line)
		if err != nil {
			if i := strings.IndexFunc(err.Error(), unicode.IsControl); i >= 0 || len(err.Error()) > 400 {
				t.Errorf("the error carries raw input: %q", err)
			}
			return
		}
		if e.ID == "" || e.Kind == "" || e.Chat == "" || e.Author.ID == "" || e.Time.IsZero() {
			t.Errorf("incomplete: %+v", e)
		}
		if e.Time.Year() > 9999 || e.Time.Year() < 1 || e.Author.Joined.Year() > 9999 || e.Author.Joined.Year() < 1 {
			return // RFC 3339 has no such year in UTC, so it can't be encoded
		}
		encoded, err := json.Marshal(e)
		if err != nil {
			t.Skipf("an offset that can't be encoded: %v", err)
		}
		again, err := jsonl.DecodeEvent(encoded)
		if err != nil {
			t.Fatalf("decoded once, but not again: %v\n%s", err, encoded)
		}
		if diff := cmp.Diff(e, again, cmp.Comparer(time.Time.Equal)); diff != "" {
			t.Errorf("another event after encoding:\n%s", diff)
		}
	})
}

// FuzzReader checks that any input is read to its end, with every line counted.
func FuzzReader(f *testing.F) {
	f.Add(spam + "\n\n" + spam)
	f.Add("\r\n{\n")
	f.Fuzz(func(t *testing.T, input string) {
		r := jsonl.NewReader(strings.NewReader(input))
		for range strings.Count(input, "\n") + 2 {
			_, err := r.Next()
			var bad *jsonl.LineError
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil && !errors.As(err, &bad) {
				t.Fatalf("neither a bad line nor the end: %v", err)
			}
			if bad != nil && (bad.Line < 1 || bad.Line > strings.Count(input, "\n")+1) {
				t.Fatalf("a fault in line %d of %q", bad.Line, input)
			}
		}
		t.Fatal("never ends")
	})
}
