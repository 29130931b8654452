package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/rules"
)

// remembering are rules that ask for all that is remembered.
const remembering = `
rules:
- {id: new, when: member.messages <= 2 or member.joined_known and member.age < duration("1h")}
- {id: copy, repeat: {per: chat, members: 3, in: 60s}}
- {id: name, imitates: admin}
`

// lived judges some events by a set, as an hour of a chat's life.
func lived(set *rules.Set) {
	var sc rules.Scratch
	for i := range 5 {
		ev := said(fmt.Sprintf("今天说的第 %d 句话", i))
		ev.Author.ID, ev.Time = "regular", noon.Add(-time.Hour)
		set.Eval(ev, &sc)
	}
	join := said("")
	join.Kind, join.Author.ID, join.Time = chat.KindJoin, "guest", noon.Add(-time.Minute)
	set.Eval(join, &sc)
	admin := said("大家好")
	admin.Author = chat.Member{ID: "boss", Name: "Group Admin", Role: chat.RoleAdmin}
	set.Eval(admin, &sc)
	for _, raider := range []string{"a", "b"} {
		ev := said("进群领红包，先到先得，人人都有份")
		ev.Author.ID = raider
		set.Eval(ev, &sc)
	}
}

// recalls are the rules that hit afterwards, each where the past is known.
func recalls(set *rules.Set) string {
	var sc rules.Scratch
	var hits []string
	judge := func(member, name, text string) {
		ev := said(text)
		ev.Author.ID, ev.Author.Name, ev.Time = member, name, noon.Add(20*time.Second)
		for _, h := range set.Eval(ev, &sc).Hits {
			hits = append(hits, member+" "+h.Rule)
		}
	}
	judge("regular", "", "今天的第六句话")
	for range 3 {
		judge("guest", "", "你们好")
	}
	judge("regular", "Gr0up_Admin", "转账给我")
	judge("c", "", "进群领红包，先到先得，人人都有份")
	return strings.Join(hits, ", ")
}

func TestWhatRulesRememberOutlivesARestart(t *testing.T) {
	rates := rules.NewRates()
	set := load(t, remembering, rates)
	lived(set)
	var counts, memory bytes.Buffer
	if err := rates.Snapshot(&counts); err != nil {
		t.Fatal(err)
	}
	if err := rates.SnapshotMemory(&memory, noon); err != nil {
		t.Fatal(err)
	}
	want := recalls(set)
	if want != "guest new, guest new, guest new, regular name, c new, c copy" {
		t.Fatalf("without a restart: %s", want)
	}
	for _, order := range []string{"load, restore", "restore, load", "restore, snapshot, restore, load", "restore, other, load"} {
		t.Run(order, func(t *testing.T) {
			rates := rules.NewRates()
			state := memory.Bytes()
			var set *rules.Set
			for step := range strings.SplitSeq(order, ", ") {
				switch step {
				case "load":
					set = load(t, remembering, rates)
				case "other":
					load(t, "rules: [{id: other, keywords: [加微信]}]", rates)
				case "restore":
					if err := errors.Join(rates.Restore(bytes.NewReader(counts.Bytes()), noon), rates.RestoreMemory(bytes.NewReader(state), noon)); err != nil {
						t.Fatal(err)
					}
				case "snapshot":
					var again bytes.Buffer
					if err := rates.SnapshotMemory(&again, noon); err != nil {
						t.Fatal(err)
					}
					state = again.Bytes()
				}
			}
			want := want
			if order == "restore, other, load" {
				want = strings.TrimSuffix(want, ", c copy") // no rule wanted the texts meanwhile
			}
			if got := recalls(set); got != want {
				t.Errorf("after a restart: %s, want %s", got, want)
			}
		})
	}
	if got := recalls(load(t, remembering, rules.NewRates())); got == want {
		t.Error("without any memory all is the same: the test shows nothing")
	}
}

func TestMemoryOfOtherCountsIsRefused(t *testing.T) {
	mine, other := rules.NewRates(), rules.NewRates()
	lived(load(t, remembering, other))
	var counts, memory bytes.Buffer
	if err := errors.Join(rules.NewRates().Snapshot(&counts), other.SnapshotMemory(&memory, noon)); err != nil {
		t.Fatal(err)
	}
	if err := mine.Restore(&counts, noon); err != nil {
		t.Fatal(err)
	}
	if err := mine.RestoreMemory(bytes.NewReader(memory.Bytes()), noon); !errors.Is(err, rules.ErrSnapshot) {
		t.Errorf("another seed: %v", err)
	}
	// Where the counts are lost, the memory alone will do.
	alone := rules.NewRates()
	set := load(t, remembering, alone)
	if err := alone.RestoreMemory(bytes.NewReader(memory.Bytes()), noon); err != nil {
		t.Fatal(err)
	}
	if got := recalls(set); !strings.Contains(got, "regular name") {
		t.Errorf("from the memory alone: %s", got)
	}
}

func TestABadMemoryIsRefused(t *testing.T) {
	rates := rules.NewRates()
	lived(load(t, remembering, rates))
	var good bytes.Buffer
	if err := rates.SnapshotMemory(&good, noon); err != nil {
		t.Fatal(err)
	}
	for n := range good.Len() {
		broken := bytes.Clone(good.Bytes())
		broken[n] ^= 0x40
		for _, bad := range [][]byte{good.Bytes()[:n], broken} {
			if err := rules.NewRates().RestoreMemory(bytes.NewReader(bad), noon); !errors.Is(err, rules.ErrSnapshot) {
				t.Fatalf("cut to %d bytes, or with that byte changed: error %v, want ErrSnapshot", n, err)
			}
		}
	}
	if err := rates.SnapshotMemory(failingWriter{}, noon); !errors.Is(err, errDisk) {
		t.Errorf("a failing writer: %v", err)
	}
}

// BenchmarkSnapshotMemory keeps what is remembered of a million members, a
// thousand of whom have just posted, and says how many bytes that takes.
func BenchmarkSnapshotMemory(b *testing.B) {
	rates := rules.NewRates()
	set, faults := rules.Parse("bench.yaml", []byte(remembering), rules.Options{Rates: rates})
	if set == nil {
		b.Fatal(faults)
	}
	var sc rules.Scratch
	for i := range 1_000_000 {
		ev := said("")
		ev.Author.ID, ev.Chat = fmt.Sprint("member", i), fmt.Sprint(i%1000)
		if i%1000 == 0 {
			ev.Message.Text = fmt.Sprint("今天说的话都不一样 ", strings.Repeat("哈", i/1000))
		}
		set.Eval(ev, &sc)
	}
	var out bytes.Buffer
	b.ResetTimer()
	for range b.N {
		out.Reset()
		if err := rates.SnapshotMemory(&out, noon); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out.Len()), "bytes")
}
