package command_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"patrol/bot/command"
)

// A rule silences people, its operator sees that it is wrong, and undoes all of it
// from another process while the bot runs.
func TestUndoTakesBackWhatARuleDid(t *testing.T) {
	bot := botFile(t)
	p := startPatrol(t, bot)
	for i := range 3 {
		p.hear(t, fmt.Sprint("e", i), fmt.Sprint("u", i), "低价卖 号", 3) // delete, mute, warn
	}
	eventually(t, "three cases are settled", func() bool {
		return strings.Count(run(t, "cases", "list", "-c", bot, "--state", "acted").out, "ads.sale") == 3
	})
	for _, id := range caseIDs(t, bot) {
		eventually(t, "all is recorded as done", func() bool {
			return strings.Count(run(t, "cases", "show", "-c", bot, id).out, "  done  ") == 3
		})
	}
	upheld := caseIDs(t, bot)[0]
	run(t, "cases", "uphold", "-c", bot, upheld, "--as", "wu").must(t, command.Fine)

	order := []string{"undo", "-c", bot, "--rule", "ads.sale", "--since", "10m", "--as", "li"}
	run(t, append(order, "--preview")...).must(t, command.Fine).says(t, "2  cases to be overturned", "2  mutes to be lifted", "2  strikes", "2  can't be undone: delete", "1  upheld by a person")
	if strings.Contains(p.out.String(), `"verb":"unmute"`) {
		t.Fatal("a preview has undone something")
	}
	run(t, append(order, "--rule", "no.such.rule", "--yes")...).must(t, command.Fine).says(t, "There is nothing to undo")
	run(t, order...).must(t, command.Misused).says(t, "--yes")
	run(t, append(order, "--yes", "-m", "词表有错")...).must(t, command.Fine).says(t, "2 cases are done")
	eventually(t, "the unmutes", func() bool { return strings.Count(p.out.String(), `"verb":"unmute"`) == 2 })
	run(t, append(order, "--yes", "--upheld", "--json")...).must(t, command.Fine).says(t, `"cases": 1`)
	eventually(t, "the last unmute", func() bool { return strings.Count(p.out.String(), `"verb":"unmute"`) == 3 })
	p.stop(t)
	run(t, "--lang=zh", "undos", "-c", bot).must(t, command.Fine).says(t, "ads.sale", "推翻 2 个", "推翻 1 个")
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine)
	run(t, "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "everything that rule ads.sale did", "词表有错")
}

func TestUndoReadsTimes(t *testing.T) {
	bot := someCases(t)
	for text, fine := range map[string]bool{
		"2h": true, "2020-01-01": true, "2020-01-01 12:30": true, "2020-01-01T12:30:00+08:00": true,
		"yesterday": false, "25:00": false,
	} {
		want := command.Misused
		if fine {
			want = command.Fine
		}
		run(t, "undo", "-c", bot, "--rule", "ads.sale", "--since="+text, "--as", "li", "--preview").must(t, want)
	}
	far := time.Now().Add(time.Hour).Format(time.RFC3339)
	run(t, "undo", "-c", bot, "--rule", "ads.sale", "--since", far, "--as", "li", "--yes").must(t, command.Failed)
}
