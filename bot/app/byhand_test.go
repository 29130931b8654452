package app_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
)

// TestABotThatCanOnlyWarnAsksPeople runs a bot on a platform without deleting,
// muting and removing: the rest is done by hand, counts as done, and is undone by
// hand.
func TestABotThatCanOnlyWarnAsksPeople(t *testing.T) {
	b := newBot(t, "")
	b.write("rules.yaml", "rules:\n  - {id: out, title: {zh: 广告, en: ad}, keywords: [buy now], severity: minor, then: [delete, ban, warn]}\n")
	b.write("patrol.yaml", `rules: [rules.yaml]
adapters: [{name: pipe, kind: jsonl, config: {platform: wechat, capabilities: {verbs: [warn]}}}]
review: {by_hand: [delete, mute, remove, ban], grace: 0s, sample: {per_day: 0}}
`)
	b.load()
	in, say := io.Pipe()
	a := b.app(in)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(t.Context()) }()
	text := fmt.Sprintf(`{"id":"m1","kind":"message","chat":"业主群","author":{"id":"u1","name":"N"},"message":{"id":"m1","text":"buy now"},"time":%q}`+"\n", time.Now().Format(time.RFC3339Nano))
	if _, err := io.WriteString(say, text); err != nil {
		t.Fatal(err)
	}
	var c review.Case
	asked := func() bool {
		page, err := a.Store().Cases(t.Context(), review.Filter{Asked: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(page.Cases) == 1 {
			c = page.Cases[0]
		}
		return len(page.Cases) == 1
	}
	until(t, "a person is asked", asked)
	until(t, "the bot warns", func() bool { return strings.Contains(b.out.String(), `"verb":"warn"`) })
	if strings.Count(b.out.String(), "\n") != 1 {
		t.Errorf("the bot has asked the platform for more: %s", b.out.String())
	}
	var still []string
	for i := range c.Acts {
		if act := &c.Acts[i]; act.State == review.Asked {
			still = append(still, string(act.Action.Verb))
			if _, err := a.Queue().Did(t.Context(), c.ID, act.Action.Key, "li", ""); err != nil {
				t.Fatal(err)
			}
		}
	}
	if strings.Join(still, " ") != "delete ban" {
		t.Errorf("asked for %v", still)
	}
	if asked() {
		t.Error("it is asked for what was done")
	}
	strikes, err := a.Store().Strikes(t.Context(), "pipe", "业主群", "u1", time.Now().Add(-time.Hour))
	if err != nil || len(strikes) != 1 {
		t.Errorf("strikes %v, %v", strikes, err)
	}
	if _, err := a.Queue().Overturn(t.Context(), c.ID, "wu", "a neighbour"); err != nil {
		t.Fatal(err)
	}
	if !asked() || c.Acts[len(c.Acts)-1].Action.Verb != "unban" {
		t.Fatalf("nobody is asked to lift the ban: %+v", c.Acts)
	}
	if _, err := a.Queue().Did(t.Context(), c.ID, c.Acts[len(c.Acts)-1].Action.Key, "wu", "invited again"); err != nil {
		t.Fatal(err)
	}
	var said []string
	for r, err := range a.Store().Entries(t.Context(), store.EntryFilter{Case: c.ID}) {
		e, broken := r.Entry()
		if err != nil || broken != nil {
			t.Fatal(err, broken)
		}
		if e.Kind == ledger.Done && e.Actor != ledger.Bot {
			said = append(said, e.Actor+" "+e.Verb)
		}
	}
	if strings.Join(said, ", ") != "li delete, li ban, wu unban" {
		t.Errorf("the ledger has %v", said)
	}
	if err := say.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
