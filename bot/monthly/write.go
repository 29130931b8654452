package monthly

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"patrol/bot/query"
)

// JSON writes the report as one indented object.
func (r *Report) JSON(w io.Writer) error {
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	return out.Encode(r)
}

// CSV writes the report one number a line: section, of what, what, how much. No cell
// is run as a formula by a spreadsheet.
func (r *Report) CSV(w io.Writer) error {
	out := csv.NewWriter(w)
	err := out.Write([]string{"section", "of", "what", "value"})
	for _, line := range r.lines() {
		if err != nil {
			return err
		}
		cells := make([]string, len(line))
		for i, cell := range line {
			cells[i] = query.Harmless(text(cell))
		}
		err = out.Write(cells)
	}
	out.Flush()
	if err == nil {
		err = out.Error()
	}
	return err
}

// text is a value as a cell has it.
func text(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

type line [4]any

func (r *Report) lines() []line {
	all := []line{
		{"report", "", "chat", r.Chat}, {"report", "", "month", r.Month}, {"report", "", "made", r.Made}, {"report", "", "over", r.Over}, {"report", "", "gone", r.Gone},
		{"messages", "", "seen", r.Messages},
		{"cases", "", "all", r.Cases.All}, {"cases", "", "acted", r.Cases.Acted}, {"cases", "", "logged", r.Cases.Logged}, {"cases", "", "open", r.Cases.Open},
		{"cases", "", "upheld", r.Cases.Upheld}, {"cases", "", "overturned", r.Cases.Overturned}, {"cases", "", "late", r.Late},
	}
	for _, x := range r.Rules {
		all = append(all, line{"rule", x.ID, "cases", x.Cases}, line{"rule", x.ID, "upheld", x.Upheld}, line{"rule", x.ID, "overturned", x.Overturned})
	}
	for _, x := range r.Actions {
		verb := string(x.Verb)
		all = append(all, line{"action", verb, "done", x.Done}, line{"action", verb, "by_hand", x.ByHand}, line{"action", verb, "failed", x.Failed},
			line{"action", verb, "cancelled", x.Cancelled}, line{"action", verb, "waiting", x.Waiting})
	}
	for _, x := range []struct {
		name string
		Times
	}{{"to_act", r.ToAct}, {"to_decide", r.ToDecide}} {
		name, t := x.name, x.Times
		all = append(all, line{"time", name, "n", t.N}, line{"time", name, "median_s", t.Median}, line{"time", name, "p90_s", t.P90}, line{"time", name, "most_s", t.Most},
			line{"time", name, "due", t.Due}, line{"time", name, "in_time", t.InTime})
	}
	all = append(all,
		line{"reports", "", "cases", r.Reports.Cases}, line{"reports", "", "reports", r.Reports.Reports}, line{"reports", "", "upheld", r.Reports.Upheld},
		line{"reports", "", "overturned", r.Reports.Overturned}, line{"reports", "", "open", r.Reports.Open},
		line{"appeals", "", "made", r.Appeals.Made}, line{"appeals", "", "accepted", r.Appeals.Accepted}, line{"appeals", "", "rejected", r.Appeals.Rejected}, line{"appeals", "", "waiting", r.Appeals.Waiting},
		line{"wrong", "", "cases", r.Wrong.Cases}, line{"wrong", "", "undone", r.Wrong.Undone}, line{"wrong", "", "reposted", r.Wrong.Reposted}, line{"wrong", "", "strikes", r.Wrong.Strikes},
	)
	for _, b := range r.Brakes {
		all = append(all, line{"brake", b.Scope, "at", b.At}, line{"brake", b.Scope, "until", b.Until})
	}
	for _, d := range r.Days {
		all = append(all, line{"day", d.Day, "messages", d.Messages}, line{"day", d.Day, "cases", d.Cases}, line{"day", d.Day, "done", d.Done})
	}
	return append(all,
		line{"retention", "", "text_s", r.Retention.Text.Seconds()}, line{"retention", "", "ledger_s", r.Retention.Ledger.Seconds()}, line{"retention", "", "erased", r.Retention.Erased},
		line{"proof", "", "entries", r.Proof.Entries}, line{"proof", "", "first", r.Proof.First}, line{"proof", "", "last", r.Proof.Last},
		line{"proof", "", "head", fmt.Sprintf("%d:%s", r.Proof.Head.Seq, r.Proof.Head.Hash)}, line{"proof", "", "start", fmt.Sprintf("%d:%s", r.Proof.Start.Seq, r.Proof.Start.Hash)},
		line{"proof", "", "checked", r.Proof.Checked}, line{"proof", "", "fault", r.Proof.Fault},
	)
}

// FileName is what the report of a chat over a month (2006-01) is called as a file,
// without its extension.
func FileName(chat, month string) string {
	plain := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, chat)
	return "monthly-" + plain + "-" + month
}
