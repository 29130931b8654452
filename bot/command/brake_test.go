package command_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"patrol/bot/command"
)

// brakedBot is a bot whose rules silence and whose brake on rules trips with the
// third member.
func brakedBot(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "r.yaml"), `
rules:
  - {id: ads.sale, keywords: [卖号], severity: minor, then: [mute 10m]}
`)
	return write(t, filepath.Join(dir, "patrol.yaml"), `
rules: [r.yaml]
adapters: [{name: main, kind: jsonl}]
review: {sample: {per_day: 0}}
ladder: {brake: {removals: 0, rule: {members: 2, in: 10m}, share: {percent: 0}}}
`)
}

type standingBrake struct {
	ID, Kind, Scope string
	On              bool
	Holds           int
}

func brakesOf(t *testing.T, bot string) (all []standingBrake) {
	t.Helper()
	decode(t, run(t, "brake", "list", "-c", bot, "--json").must(t, command.Fine).out, &all)
	return all
}

// A brake that trips in one run holds on in the next, and is released from another
// process.
func TestABrakeHoldsOverARestartUntilAPersonReleasesIt(t *testing.T) {
	bot := brakedBot(t)
	p := startPatrol(t, bot)
	for i := range 4 {
		p.hear(t, fmt.Sprint("e", i), fmt.Sprint("u", i), "低价卖 号", map[bool]int{true: 1}[i < 2])
	}
	eventually(t, "two cases are held", func() bool {
		all := brakesOf(t, bot)
		return len(all) == 1 && all[0].Holds == 2
	})
	p.stop(t)
	if !strings.Contains(p.err.String(), "the brake is on: rule ads.sale acted on 2 members") {
		t.Errorf("nobody was told:\n%s", p.err.String())
	}

	p = startPatrol(t, bot)
	p.hear(t, "e5", "u5", "低价卖 号", 0)
	eventually(t, "three cases are held", func() bool { return brakesOf(t, bot)[0].Holds == 3 })
	b := brakesOf(t, bot)[0]
	if !b.On || b.Kind != "rule" || b.Scope != "ads.sale" {
		t.Errorf("the brake is %+v", b)
	}
	run(t, "--lang=zh", "brake", "list", "-c", bot).must(t, command.Fine).says(t, b.ID, "规则 ads.sale", "生效")
	run(t, "brake", "release", "-c", bot, b.ID, "--as", "li").must(t, command.Misused).says(t, "--yes")
	run(t, "brake", "release", "-c", bot, "zzzz", "--as", "li", "--yes").must(t, command.Failed).says(t, "no such brake")
	run(t, "brake", "release", "-c", bot, b.ID[:3], "--as", "li", "--yes").must(t, command.Fine).says(t, "3 cases are done")
	eventually(t, "the mutes that were held", func() bool {
		return strings.Count(p.out.String(), `"verb":"mute"`) == 3
	})
	run(t, "brake", "list", "-c", bot).must(t, command.Fine).says(t, "No brake is on")
	p.stop(t)
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine)
	shown := run(t, "ledger", "show", "-c", bot, "--json").must(t, command.Fine).out
	kinds := map[string]int{}
	for line := range strings.Lines(shown) {
		var e struct{ Entry struct{ Kind string } }
		decode(t, line, &e)
		kinds[e.Entry.Kind]++
	}
	if kinds["braked"] != 1 || kinds["lifted"] != 1 || kinds["let_go"] != 3 {
		t.Errorf("the ledger has %v", kinds)
	}
}

func TestWhatABrakeHoldsIsCancelled(t *testing.T) {
	bot := brakedBot(t)
	p := startPatrol(t, bot)
	for i := range 4 {
		p.hear(t, fmt.Sprint("e", i), fmt.Sprint("u", i), "低价卖 号", map[bool]int{true: 1}[i < 2])
	}
	eventually(t, "two cases are held", func() bool {
		all := brakesOf(t, bot)
		return len(all) == 1 && all[0].Holds == 2
	})
	p.stop(t)
	b := brakesOf(t, bot)[0]
	asked := runIn(t, command.Env{Stdin: strings.NewReader("n\n"), StdinTerminal: true}, "brake", "cancel", "-c", bot, b.ID, "--as", "li")
	if asked.code != command.Fine || brakesOf(t, bot)[0].Holds != 2 {
		t.Fatalf("a no is taken for a yes: %d\n%s", asked.code, asked.err)
	}
	run(t, "brake", "cancel", "-c", bot, b.ID, "--as", "li", "--yes").must(t, command.Fine).says(t, "2 cases are done")
	run(t, "cases", "list", "-c", bot, "--state", "overturned").must(t, command.Fine).says(t, "ads.sale")
	if all := brakesOf(t, bot); len(all) != 1 || all[0].Holds != 0 || !all[0].On {
		t.Errorf("after the cancel: %+v", all)
	}
}
