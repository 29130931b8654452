package command

import (
	"context"
	"fmt"

	"patrol/bot/ledger"
	"patrol/bot/report"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules/lang"
)

type reportsCommand struct {
	configFlag
	asFlag
	Names bool
	JSON  bool   `name:"json"`
	ID    string `arg:"" name:"case"`
}

// reported is what `reports --json` writes of each.
type reported struct {
	At     string  `json:"at"`
	Weight float64 `json:"weight"`
	By     string  `json:"by,omitempty"`
}

// Run shows the reports of a case, and with --names, which the ledger notes, whose
// they are.
func (c *reportsCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		found, err := theCase(ctx, st, c.ID)
		if err != nil {
			return err
		}
		all, err := st.Reports(ctx, found.ID)
		if err != nil {
			return err
		}
		if c.Names {
			if err := c.reveal(ctx, s, st, &found); err != nil {
				return err
			}
		}
		if c.JSON {
			out := []reported{}
			for _, r := range all {
				out = append(out, c.shown(s, &r))
			}
			return writeJSON(s.Stdout, out)
		}
		head := []string{s.say("时间", "AT"), s.say("分量", "WEIGHT"), s.say("举报人", "BY")}
		var rows [][]cell
		for _, r := range all {
			one := c.shown(s, &r)
			if !c.Names {
				one.By = s.say("（不显示，见 --names）", "(not shown, see --names)")
			}
			rows = append(rows, []cell{{one.At, ""}, {fmt.Sprintf("%.2f", one.Weight), ""}, {excerpt(one.By, 60), ""}})
		}
		return table(s.Stdout, s.out, head, rows)
	})
}

func (c *reportsCommand) shown(s *shell, r *report.Report) reported {
	out := reported{At: s.at(r.At), Weight: r.Weight}
	if c.Names {
		out.By = r.Reporter
	}
	return out
}

// reveal notes in the ledger, before anything is shown, who looks.
func (c *reportsCommand) reveal(ctx context.Context, s *shell, st *store.Store, found *review.Case) error {
	by, err := c.actor(s)
	if err != nil {
		return err
	}
	return st.Append(ctx, ledger.Entry{
		At: s.Now(), Kind: ledger.Revealed, Actor: by, Chat: review.ChatKey(found.Event.Adapter, found.Event.Chat),
		Ground: lang.F("查看了案件 %s 的举报人", "looked up who reported case %s", found.ID),
	})
}
