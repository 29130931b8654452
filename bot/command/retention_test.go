package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/bot/command"
	"patrol/bot/ledger"
)

// later runs a command that many days from now.
func later(t *testing.T, days int, args ...string) outcome {
	t.Helper()
	now := time.Now().Add(time.Duration(days) * 24 * time.Hour)
	return runIn(t, command.Env{Now: func() time.Time { return now }}, args...)
}

func TestRetentionShowsFirstAndLetsGoWhenAsked(t *testing.T) {
	bot := someCases(t)
	ids := caseIDs(t, bot) // logged, open, acted
	later(t, 29, "retention", "-c", bot).must(t, command.Fine).says(t, "texts 30d, cases and the ledger 180d", "0  cases' texts")
	later(t, 31, "retention", "-c", bot).must(t, command.Fine).says(t, "would go:", "2  cases' texts", "1  cases' texts: it is open (the oldest is "+ids[1], "Nothing was touched")
	run(t, "cases", "show", "-c", bot, ids[2]).must(t, command.Fine).says(t, "低价【卖 号】")
	later(t, 31, "--lang=zh", "retention", "-c", bot, "--apply", "--as", "li").must(t, command.Fine).says(t, "已删除：", "2  个案件里所写的文字", "案件待审")
	show := run(t, "cases", "show", "-c", bot, ids[2]).must(t, command.Fine).says(t, "erased", "li", "texts are kept for 30d", "ads.sale")
	if strings.Contains(show.out, "卖") {
		t.Errorf("the text is still shown:\n%s", show.out)
	}
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).says(t, "the evidence of 3 cases", "li erased the texts of 2 cases: texts are kept for 30d")
	run(t, "--lang=zh", "ledger", "show", "-c", bot).must(t, command.Fine).says(t, "删除文字")

	dir := t.TempDir()
	run(t, "ledger", "export", "-c", bot, "--case", ids[2], "-o", dir).must(t, command.Fine)
	data, err := os.ReadFile(filepath.Join(dir, "evidence-"+ids[2]+".json"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.VerifyBundle(data); err != nil || strings.Contains(string(data), "卖 号") {
		t.Errorf("the export: %v", err)
	}

	var went struct {
		Applied               bool
		Texts, Cases, Entries int
		Held                  []struct {
			What   string
			Cases  int
			Oldest string
		}
	}
	decode(t, later(t, 200, "retention", "-c", bot, "--apply", "--json").must(t, command.Fine).out, &went)
	if !went.Applied || went.Cases != 1 || went.Entries == 0 || len(went.Held) != 3 {
		t.Errorf("%+v", went)
	}
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).says(t, "kept for 180d", "the chain begins with entry")
	run(t, "cases", "show", "-c", bot, ids[2]).must(t, command.Failed).says(t, "no such case")
}

func TestEraseTakesTextsOnRequest(t *testing.T) {
	bot := someCases(t)
	ids := caseIDs(t, bot)
	run(t, "erase", "-c", bot, "--case", ids[2]).must(t, command.Misused).says(t, "ground")
	run(t, "erase", "-c", bot, "-m", "asked").must(t, command.Misused).says(t, "--case or --member")
	run(t, "erase", "-c", bot, "-m", "asked", "--member", "u1").must(t, command.Misused).says(t, "CONNECTION/MEMBER")
	run(t, "erase", "-c", bot, "-m", "asked", "--member", "main/u1").must(t, command.Misused).says(t, "--yes")
	run(t, "erase", "-c", bot, "-m", "asked", "--member", "main/nobody", "--yes").must(t, command.Fine).says(t, "in 0 cases")
	run(t, "erase", "-c", bot, "-m", "the member asked", "--member", "main/u1", "--yes", "--as", "li").must(t, command.Fine).says(t, "erased the texts of 1 cases")
	run(t, "erase", "-c", bot, "-m", "again", "--case", ids[2], "--yes").must(t, command.Fine).says(t, "1 had none left")
	run(t, "--lang=zh", "erase", "-c", bot, "-m", "待审的不行", "--case", ids[1], "--yes").must(t, command.Wrong).says(t, "了结后再删除一次", ids[1]+"  案件待审")
	run(t, "cases", "show", "-c", bot, ids[2]).must(t, command.Fine).says(t, "erased", "li", "the member asked")
	run(t, "ledger", "verify", "-c", bot).must(t, command.Fine).says(t, "li erased the texts of 1 cases: the member asked")
	var found struct{ Found ledger.Report }
	decode(t, run(t, "ledger", "verify", "-c", bot, "--json").must(t, command.Fine).out, &found)
	if found.Found.Cases != 3 || len(found.Found.Erasures) != 1 {
		t.Errorf("%+v", found)
	}
}

func TestMonthlyWritesAReportOfAGroup(t *testing.T) {
	bot := someCases(t)
	now := time.Now()
	this := now.Format("2006-01")
	dir := t.TempDir()
	run(t, "monthly", "-c", bot, "--chat", "main/100", "--month", this, "-o", dir).must(t, command.Fine).says(t, "monthly-main_100-"+this+".html", ".json", ".csv")
	data, err := os.ReadFile(filepath.Join(dir, "monthly-main_100-"+this+".html"))
	if err != nil || !strings.Contains(string(data), "the whole ledger and all evidence hold") || !strings.Contains(string(data), "ads.sale") || strings.Contains(string(data), "卖 号") {
		t.Errorf("%v:\n%s", err, data)
	}
	run(t, "monthly", "-c", bot, "--chat", "main/100", "--month", this, "-o", dir).must(t, command.Failed)
	var r struct {
		Cases struct{ All, Open, Acted int }
	}
	decode(t, run(t, "monthly", "-c", bot, "--chat", "main/100", "--month", this, "--json").must(t, command.Fine).out, &r)
	if r.Cases.All != 3 || r.Cases.Open != 1 || r.Cases.Acted != 1 {
		t.Errorf("%+v", r)
	}
	run(t, "monthly", "-c", bot, "--chat", "main/nobody", "--json").must(t, command.Fine).says(t, "nothing is known of main/nobody", `"month": "`+time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, now.Location()).Format("2006-01"))
	run(t, "monthly", "-c", bot, "--chat", "main", "--json").must(t, command.Misused).says(t, "CONNECTION/CHAT")
	run(t, "monthly", "-c", bot, "--chat", "main/100", "--month", "november").must(t, command.Misused).says(t, "2026-11")
	run(t, "monthly", "-c", bot, "--chat", "main/100", "--month", "9999-01").must(t, command.Misused).says(t, "has not begun yet")
}
