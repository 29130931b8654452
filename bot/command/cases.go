package command

import (
	"context"
	"fmt"
	"slices"
	"time"

	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

type casesGroup struct {
	List     caseListCommand `cmd:""`
	Show     caseShowCommand `cmd:""`
	Claim    claimCommand    `cmd:""`
	Release  releaseCommand  `cmd:""`
	Uphold   upholdCommand   `cmd:""`
	Overturn overturnCommand `cmd:""`
	Escalate escalateCommand `cmd:""`
	Undo     undoCommand     `cmd:""`
	Repost   repostCommand   `cmd:""`
	Did      didCommand      `cmd:""`
	CouldNot couldNotCommand `cmd:"" name:"could-not"`
	Note     noteCommand     `cmd:""`
	Second   secondCommand   `cmd:""`
}

type caseListCommand struct {
	configFlag
	sightFlag
	State     []string `enum:"open,acted,logged,upheld,overturned,all" default:"open" placeholder:"STATE"`
	Chat      []string `sep:"none" placeholder:"CONNECTION/CHAT"`
	Member    string   `placeholder:"ID"`
	Rule      string   `placeholder:"ID"`
	Severity  string   `enum:",minor,major,severe" default:"" placeholder:"minor|major|severe"`
	Overdue   bool
	Escalated bool
	Sampled   bool
	Text      string `placeholder:"TEXT"`
	Limit     int    `default:"50" placeholder:"N"`
	After     string `placeholder:"NEXT"`
	JSON      bool   `name:"json"`
}

// Run lists cases.
func (c *caseListCommand) Run(ctx context.Context, s *shell) error {
	if c.Limit < 1 || c.Limit > review.MaxPage {
		return &misuse{lang.F("--limit 在 1 和 %d 之间", "--limit is between 1 and %d", review.MaxPage)}
	}
	return c.within(ctx, s, false, func(st *store.Store) error {
		ctx, err := c.seeing(ctx, s, st)
		if err != nil {
			return err
		}
		page, err := st.Cases(ctx, c.filter(s.Now()))
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.Stdout, struct {
				Cases []review.Case `json:"cases"`
				Next  string        `json:"next,omitempty"`
			}{append([]review.Case{}, page.Cases...), page.Next})
		}
		return s.caseTable(&page)
	})
}

func (c *caseListCommand) filter(now time.Time) review.Filter {
	f := review.Filter{
		Chats: c.Chat, Member: c.Member, Rule: c.Rule, Severity: rules.Severity(c.Severity), After: c.After, Limit: c.Limit,
		Text: c.Text, Escalated: c.Escalated, Sampled: c.Sampled,
	}
	if !slices.Contains(c.State, "all") {
		for _, state := range c.State {
			f.States = append(f.States, review.State(state))
		}
	}
	if c.Overdue {
		f.Overdue = now
	}
	return f
}

func (s *shell) caseTable(page *review.Page) error {
	if len(page.Cases) == 0 {
		_, err := fmt.Fprintln(s.Stderr, s.say("没有这样的案件。", "There are no such cases."))
		return err
	}
	head := []string{
		s.say("案件", "CASE"), s.say("状态", "STATE"), s.say("时间", "AT"), s.say("规则", "RULE"),
		s.say("群", "CHAT"), s.say("成员", "MEMBER"), s.say("内容", "TEXT"),
	}
	var rows [][]cell
	for i := range page.Cases {
		c := &page.Cases[i]
		state := s.term(string(c.State))
		code := ""
		if c.State == review.Open {
			code = yellow
			if c.Due.Before(s.Now()) {
				code, state = red, state+s.say("（超时）", " (overdue)")
			}
		}
		rows = append(rows, []cell{
			{c.ID, bold}, {state, code}, {c.Event.Time.Local().Format("01-02 15:04"), ""}, {excerpt(ruleIDs(c), 24), ""},
			{excerpt(c.Event.Chat, 16), ""}, {excerpt(memberName(c), 16), ""}, {excerpt(c.Event.Message.Text, 40), ""},
		})
	}
	if err := table(s.Stdout, s.out, head, rows); err != nil {
		return err
	}
	if page.Next != "" {
		fmt.Fprintf(s.Stderr, s.say("还有更多：--after %s\n", "There are more: --after %s\n"), page.Next)
	}
	return nil
}

func ruleIDs(c *review.Case) string {
	if len(c.Verdict.Hits) == 0 {
		return "-"
	}
	id := c.Verdict.Hits[0].Rule
	if n := len(c.Verdict.Hits); n > 1 {
		id += fmt.Sprintf(" +%d", n-1)
	}
	return id
}

func memberName(c *review.Case) string {
	if c.Event.Author.Name != "" {
		return c.Event.Author.Name
	}
	return c.Event.Author.ID
}

type caseShowCommand struct {
	configFlag
	sightFlag
	ID   string `arg:"" name:"case"`
	JSON bool   `name:"json"`
}

// Run shows one case.
func (c *caseShowCommand) Run(ctx context.Context, s *shell) error {
	return c.within(ctx, s, false, func(st *store.Store) error {
		ctx, err := c.seeing(ctx, s, st)
		if err != nil {
			return err
		}
		found, err := theCase(ctx, st, c.ID)
		if err != nil {
			return err
		}
		if c.JSON {
			return writeJSON(s.Stdout, found)
		}
		_, err = fmt.Fprint(s.Stdout, s.caseText(&found))
		return err
	})
}
