package ledger_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"patrol/bot/ledger"
)

// grow is a chain of n entries.
func grow(tb testing.TB, n int) ([]ledger.Record, ledger.Head) {
	tb.Helper()
	var (
		head  ledger.Head
		chain []ledger.Record
	)
	for i := range n {
		draft, err := ledger.Prepare(ledger.Entry{
			At: time.Unix(int64(i), 0), Kind: ledger.Done, Actor: ledger.Bot, Case: fmt.Sprintf("case%08d", i%3), Rules: []string{"ads"},
		})
		if err != nil {
			tb.Fatal(err)
		}
		var r ledger.Record
		r, head = head.Append(draft)
		chain = append(chain, r)
	}
	return chain, head
}

func TestTheBodyOfAnEntryIsTheEntryWithItsNumber(t *testing.T) {
	want := ledger.Entry{Seq: 99, At: time.Unix(7, 5), Kind: ledger.Noted, Actor: "l\xffi", Member: "\x00\xfe", Digest: "ab"}
	draft, err := ledger.Prepare(want)
	if err != nil {
		t.Fatal(err)
	}
	r, _ := ledger.Head{Seq: 41}.Append(draft)
	got, err := r.Entry()
	if err != nil {
		t.Fatal(err)
	}
	if got.Seq != 42 || got.Actor != want.Actor || got.Member != want.Member || !got.At.Equal(want.At) || got.Kind != want.Kind || got.Digest != want.Digest {
		t.Fatalf("got %+v from %s", got, r.Body)
	}
}

// damage is one way to tamper with record at, and the entries that may be named
// for it.
type damage struct {
	name   string
	do     func(chain []ledger.Record, at int, t *rapid.T) []ledger.Record
	faults []ledger.Fault
	seqs   func(at int) []int64
}

func here(at int) []int64 { return []int64{int64(at) + 1} }

var damages = []damage{
	{"a byte of a body is changed", func(chain []ledger.Record, at int, t *rapid.T) []ledger.Record {
		body := bytes.Clone(chain[at].Body)
		body[rapid.IntRange(0, len(body)-1).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		chain[at].Body = body
		return chain
	}, []ledger.Fault{ledger.Altered, ledger.Reordered}, here},
	{"a byte of a hash is changed", func(chain []ledger.Record, at int, t *rapid.T) []ledger.Record {
		chain[at].Hash[rapid.IntRange(0, 31).Draw(t, "byte")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
		return chain
	}, []ledger.Fault{ledger.Altered}, here},
	{"a record is removed", func(chain []ledger.Record, at int, _ *rapid.T) []ledger.Record {
		return slices.Delete(chain, at, at+1)
	}, []ledger.Fault{ledger.Missing}, here},
	{"a record is removed and the rest moves up", func(chain []ledger.Record, at int, _ *rapid.T) []ledger.Record {
		chain = slices.Delete(chain, at, at+1)
		for i := range chain {
			chain[i].Seq = int64(i) + 1
		}
		return chain
	}, []ledger.Fault{ledger.Reordered, ledger.Missing}, here},
	{"a record is written twice", func(chain []ledger.Record, at int, _ *rapid.T) []ledger.Record {
		return slices.Insert(chain, at+1, chain[at])
	}, []ledger.Fault{ledger.Reordered}, func(at int) []int64 { return []int64{int64(at) + 2} }},
	{"two records change places", func(chain []ledger.Record, at int, _ *rapid.T) []ledger.Record {
		other := (at + 1) % len(chain)
		chain[at], chain[other] = chain[other], chain[at]
		return chain
	}, []ledger.Fault{ledger.Missing, ledger.Reordered}, func(at int) []int64 { return []int64{int64(at) + 1, 1} }},
	{"two bodies change places", func(chain []ledger.Record, at int, _ *rapid.T) []ledger.Record {
		other := (at + 1) % len(chain)
		chain[at].Body, chain[other].Body = chain[other].Body, chain[at].Body
		return chain
	}, []ledger.Fault{ledger.Reordered}, func(at int) []int64 { return []int64{int64(at) + 1, 1} }},
	{"a forged record with a fitting hash is put in between", func(chain []ledger.Record, at int, t *rapid.T) []ledger.Record {
		before := ledger.Head{Seq: int64(at)}
		if at > 0 {
			before.Hash = chain[at-1].Hash
		}
		draft, err := ledger.Prepare(ledger.Entry{Kind: ledger.Upheld, Actor: "mallory"})
		if err != nil {
			t.Fatal(err)
		}
		forged, _ := before.Append(draft)
		chain = slices.Insert(chain, at, forged)
		for i := range chain {
			chain[i].Seq = int64(i) + 1
		}
		return chain
		// Put in right before a noted head it is found there, else by its successor.
	}, []ledger.Fault{ledger.Reordered, ledger.Altered}, func(at int) []int64 { return []int64{int64(at) + 1, int64(at) + 2} }},
}

func TestEveryDamageIsFoundAndLocated(t *testing.T) {
	for _, d := range damages {
		t.Run(d.name, rapid.MakeCheck(func(r *rapid.T) {
			n := rapid.IntRange(2, 12).Draw(r, "entries")
			at := rapid.IntRange(0, n-1).Draw(r, "at")
			chain, head := grow(t, n)
			chain = d.do(chain, at, r)
			_, err := ledger.Verify(ledger.Head{}, records(chain), head)
			var broken *ledger.Broken
			if !errors.As(err, &broken) {
				r.Fatalf("not found: %v", err)
			}
			if !slices.Contains(d.faults, broken.Fault) || !slices.Contains(d.seqs(at), broken.Seq) {
				r.Fatalf("damage at %d, found %v", at+1, broken)
			}
		}))
	}
}

func TestAnUntouchedChainVerifiesFromAnyHead(t *testing.T) {
	chain, head := grow(t, 9)
	for from := range chain {
		start := ledger.Head{}
		if from > 0 {
			start = ledger.Head{Seq: chain[from-1].Seq, Hash: chain[from-1].Hash}
		}
		got, err := ledger.Verify(start, records(chain[from:]), head)
		if err != nil || got != head {
			t.Fatalf("from %d: %v, %v", from, got, err)
		}
	}
}

func TestACutEndIsFoundByANotedHead(t *testing.T) {
	chain, head := grow(t, 5)
	if _, err := ledger.Verify(ledger.Head{}, records(chain[:3])); err != nil {
		t.Fatalf("a chain alone can't know: %v", err)
	}
	_, err := ledger.Verify(ledger.Head{}, records(chain[:3]), head)
	var broken *ledger.Broken
	if !errors.As(err, &broken) || broken.Seq != 4 || broken.Fault != ledger.Missing {
		t.Fatalf("got %v", err)
	}
}

func TestAChainWrittenAnewIsFoundByANotedHead(t *testing.T) {
	old, _ := grow(t, 3)
	var head ledger.Head
	var anew []ledger.Record
	for range 5 {
		draft, err := ledger.Prepare(ledger.Entry{Kind: ledger.Upheld, Actor: "mallory"})
		if err != nil {
			t.Fatal(err)
		}
		var r ledger.Record
		r, head = head.Append(draft)
		anew = append(anew, r)
	}
	_, err := ledger.Verify(ledger.Head{}, records(anew), ledger.Head{Seq: 3, Hash: old[2].Hash})
	var broken *ledger.Broken
	if !errors.As(err, &broken) || broken.Seq != 3 || broken.Fault != ledger.Altered {
		t.Fatalf("got %v", err)
	}
}
