package rules_test

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"patrol/adapters/chat"
	"patrol/rules"
	"patrol/rules/lang"
)

// talk judges n messages of one member, each a moment after the last, and
// returns the numbers, from 1, of those that hit.
func talk(set *rules.Set, n int, every time.Duration, change func(i int, ev *chat.Event)) []int {
	var sc rules.Scratch
	var hits []int
	for i := 1; i <= n; i++ {
		ev := said("message " + strconv.Itoa(i))
		ev.Time = noon.Add(time.Duration(i) * every)
		if change != nil {
			change(i, ev)
		}
		if v := set.Eval(ev, &sc); !v.Clean() {
			hits = append(hits, i)
		}
	}
	return hits
}

func TestFloodSaysWhy(t *testing.T) {
	set := parse(t, "rules: [{id: f, flood: {per: member, messages: 1, links: 2, in: 1h30m}}]")
	ev := said("https://a.example www.b.example http://www.c.example")
	eval(set, said("first"))
	v := eval(set, ev)
	if len(v.Hits) != 1 {
		t.Fatalf("%d hits, want one with both signals", len(v.Hits))
	}
	want := []rules.Signal{
		{Why: lang.T("1 小时 30 分钟内超过 1 条消息", "more than 1 message in 1 h 30 min")},
		{Why: lang.T("1 小时 30 分钟内超过 2 个链接", "more than 2 links in 1 h 30 min")},
	}
	if diff := cmp.Diff(want, v.Hits[0].Signals); diff != "" {
		t.Errorf("signals (-want +got):\n%s", diff)
	}
	if v.Folded != "" {
		t.Errorf("folded %q of a set that reads nothing", v.Folded)
	}
}

func TestWhatFloodsCount(t *testing.T) {
	tests := []struct {
		name, flood string
		n           int
		change      func(i int, ev *chat.Event)
		want        []int
	}{
		{"messages of one member", "per: member, messages: 3", 5, nil, []int{4, 5}},
		{"members apart", "per: member, messages: 3", 6, func(i int, ev *chat.Event) { ev.Author.ID = strconv.Itoa(i % 2) }, nil},
		{"a member's chats apart", "per: member, messages: 3", 6, func(i int, ev *chat.Event) { ev.Chat = strconv.Itoa(i % 2) }, nil},
		{"platforms apart", "per: member, messages: 3", 6, func(i int, ev *chat.Event) { ev.Platform = strconv.Itoa(i % 2) }, nil},
		{"a chat as a whole", "per: chat, messages: 3", 5, func(i int, ev *chat.Event) { ev.Author.ID = strconv.Itoa(i) }, []int{4, 5}},
		{"chats apart", "per: chat, messages: 3", 6, func(i int, ev *chat.Event) { ev.Chat = strconv.Itoa(i % 2) }, nil},
		{"a platform as a whole", "per: platform, messages: 3", 5, func(i int, ev *chat.Event) { ev.Chat = strconv.Itoa(i) }, []int{4, 5}},
		{"joins and no messages", "per: chat, joins: 2", 4, func(i int, ev *chat.Event) {
			if i != 2 {
				ev.Kind, ev.Message = chat.KindJoin, chat.Message{}
			}
		}, []int{4}},
		{"edits never", "per: member, messages: 1", 5, func(_ int, ev *chat.Event) { ev.Kind = chat.KindEdit }, nil},
		{"mentions", "per: member, mentions: 4", 3, func(_ int, ev *chat.Event) { ev.Message.Mentions = []string{"1", "2"} }, []int{3}},
		{"attachments", "per: member, media: 2", 3, func(_ int, ev *chat.Event) { ev.Message.Attachments = make([]chat.Attachment, 1) }, []int{3}},
		{"characters, not bytes", "per: member, characters: 8", 3, func(_ int, ev *chat.Event) { ev.Message.Text = "四个汉字" }, []int{3}},
		{"admins not, unless the rule says so", "per: member, messages: 1", 3, func(_ int, ev *chat.Event) { ev.Author.Role = chat.RoleAdmin }, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			set := parse(t, "rules: [{id: f, flood: {"+tt.flood+", in: 1h}}]")
			if got := talk(set, tt.n, time.Second, tt.change); !cmp.Equal(got, tt.want) {
				t.Errorf("hits at %v, want %v", got, tt.want)
			}
		})
	}
}

func TestAPasteCountsOnce(t *testing.T) {
	paste := func(flood string) []int {
		set := parse(t, "rules: [{id: f, flood: {per: member, messages: 3, in: 10s"+flood+"}}]")
		return talk(set, 20, 50*time.Millisecond, nil)
	}
	if got := paste(", merge_paste: true"); got != nil {
		t.Errorf("a paste of 20 lines hits at %v with merge_paste", got)
	}
	if got := paste(""); len(got) != 17 {
		t.Errorf("a paste of 20 lines hits at %v without merge_paste", got)
	}
}

func TestFloodHoldsOnlyWhereTheRuleDoes(t *testing.T) {
	set := parse(t, "rules: [{id: f, flood: {per: platform, messages: 2, in: 1h}, where: {chats: [1]}}]")
	got := talk(set, 6, time.Second, func(i int, ev *chat.Event) { ev.Chat = strconv.Itoa(i % 2) })
	if want := []int{5}; !cmp.Equal(got, want) {
		t.Errorf("hits at %v, want %v: messages elsewhere must not be counted", got, want)
	}
}

const limited = "rules: [{id: f, flood: {per: member, messages: 3, in: 1h}}]"

func load(t *testing.T, source string, rates *rules.Rates) *rules.Set {
	t.Helper()
	set, faults := rules.Parse("t.yaml", []byte(source), rules.Options{Rates: rates})
	if set == nil {
		t.Fatal(faults)
	}
	return set
}

func TestCountsOutliveAReload(t *testing.T) {
	rates := rules.NewRates()
	if got := talk(load(t, limited, rates), 3, 0, nil); got != nil {
		t.Fatalf("hits at %v before the limit", got)
	}
	if set, faults := rules.Parse("t.yaml", []byte(strings.Replace(limited, "member", "membr", 1)), rules.Options{Rates: rates}); set != nil {
		t.Fatalf("a set with faults: %v", faults)
	}
	if got := talk(load(t, limited+"\n# touched", rates), 1, 0, nil); got == nil {
		t.Error("the count started anew after a reload")
	}
	if got := talk(load(t, strings.Replace(limited, "3", "4", 1), rates), 4, 0, nil); got != nil {
		t.Errorf("hits at %v: a new limit must start from nothing", got)
	}
	if got := talk(load(t, limited, rates), 3, 0, nil); got != nil {
		t.Errorf("hits at %v: a limit that was gone must start from nothing", got)
	}
}

func TestAFreshSetCountsForItself(t *testing.T) {
	set := load(t, limited, rules.NewRates())
	fresh, err := set.Fresh()
	if err != nil {
		t.Fatal(err)
	}
	if got := talk(fresh, 5, 0, nil); len(got) != 2 {
		t.Errorf("the fresh set hits at %v, want the last two", got)
	}
	if got := talk(set, 3, 0, nil); got != nil {
		t.Errorf("the set hits at %v after its copy counted", got)
	}
	if set.Version() != fresh.Version() {
		t.Error("the copy has another version")
	}
}

func TestCountsOutliveARestart(t *testing.T) {
	rates := rules.NewRates()
	set := load(t, limited, rates)
	if got := talk(set, 3, 0, nil); got != nil {
		t.Fatalf("hits at %v before the limit", got)
	}
	var snapshot bytes.Buffer
	if err := rates.Snapshot(&snapshot); err != nil {
		t.Fatal(err)
	}
	for _, order := range []string{"load, restore", "restore, load", "restore, snapshot, restore, load"} {
		t.Run(order, func(t *testing.T) {
			rates := rules.NewRates()
			state := snapshot.Bytes()
			var set *rules.Set
			for step := range strings.SplitSeq(order, ", ") {
				switch step {
				case "load":
					set = load(t, limited, rates)
				case "restore":
					if err := rates.Restore(bytes.NewReader(state), noon.Add(time.Minute)); err != nil {
						t.Fatal(err)
					}
				case "snapshot":
					var again bytes.Buffer
					if err := rates.Snapshot(&again); err != nil {
						t.Fatal(err)
					}
					state = again.Bytes()
				}
			}
			if got := talk(set, 1, time.Minute, nil); got == nil {
				t.Error("the count started anew after a restart")
			}
		})
	}
}

func TestRestoredCountsThatNoRuleWantsAreDropped(t *testing.T) {
	rates := rules.NewRates()
	talk(load(t, limited, rates), 3, 0, nil)
	var snapshot bytes.Buffer
	if err := rates.Snapshot(&snapshot); err != nil {
		t.Fatal(err)
	}
	rates = rules.NewRates()
	if err := rates.Restore(&snapshot, noon); err != nil {
		t.Fatal(err)
	}
	load(t, "rules: [{id: other, keywords: [加微信]}]", rates)
	if got := talk(load(t, limited, rates), 3, 0, nil); got != nil {
		t.Errorf("hits at %v: the limit must start from nothing", got)
	}
}

func TestABadSnapshotIsRefused(t *testing.T) {
	rates := rules.NewRates()
	talk(load(t, limited, rates), 3, 0, nil)
	var good bytes.Buffer
	if err := rates.Snapshot(&good); err != nil {
		t.Fatal(err)
	}
	for n := range good.Len() {
		if err := rules.NewRates().Restore(bytes.NewReader(good.Bytes()[:n]), noon); !errors.Is(err, rules.ErrSnapshot) {
			t.Fatalf("cut to %d bytes: error %v, want ErrSnapshot", n, err)
		}
	}
	for n := range good.Len() {
		broken := bytes.Clone(good.Bytes())
		broken[n] ^= 0x40
		if err := rules.NewRates().Restore(bytes.NewReader(broken), noon); !errors.Is(err, rules.ErrSnapshot) {
			t.Fatalf("with byte %d changed: error %v, want ErrSnapshot", n, err)
		}
	}
	if err := rates.Snapshot(failingWriter{}); !errors.Is(err, errDisk) {
		t.Errorf("a failing writer: error %v", err)
	}
}

var errDisk = errors.New("disk full")

type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errDisk }

func TestSetsMayBeUsedAtOnce(t *testing.T) {
	rates := rules.NewRates()
	set := load(t, limited+"\n# one", rates)
	done := make(chan int)
	for g := range 4 {
		go func() {
			hits := talk(set, 200, time.Millisecond, func(i int, ev *chat.Event) { ev.Author.ID = fmt.Sprint(g) })
			done <- len(hits)
		}()
	}
	for range 4 {
		if n := <-done; n != 197 {
			t.Errorf("%d of 200 messages hit, want 197", n)
		}
	}
}

func TestEvalAtAPlaceOfOtherRatesCountsTheSame(t *testing.T) {
	set := parse(t, "rules: [{id: f, flood: {per: member, messages: 2, in: 10s}}]")
	ev := said("hi")
	own, foreign := set.Rates().Place(ev), rules.NewRates().Place(ev)
	var sc rules.Scratch
	for i, p := range []rules.Place{own, foreign, own, {}} {
		if v := set.EvalAt(ev, &p, &sc); v.Clean() != (i < 2) {
			t.Errorf("event %d: %+v", i, v)
		}
	}
}
