package console

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// actView is one action with what became of it.
type actView struct {
	Name     string
	State    review.ActState
	At       moment // settled, or due
	Until    moment
	Error    []piece
	Note     []piece
	Notice   []piece // the text of a warning
	Attempts int
	Hand     bool // by a person
}

func (v *visit) step(verb string, d time.Duration) string {
	name := v.say("verb." + verb)
	if d > 0 {
		name += " " + length(d, v.lang)
	}
	return name
}

func (v *visit) acts(c *review.Case) []actView {
	var list []actView
	for i := range c.Acts {
		a := &c.Acts[i]
		one := actView{
			Name: v.step(string(a.Action.Verb), a.Action.For), State: a.State,
			At: v.moment(a.Settled), Until: v.moment(a.Receipt.Until),
			Error: brief(a.Error), Note: brief(a.Receipt.Note), Notice: brief(a.Action.Text), Attempts: a.Attempts, Hand: a.Hand == review.HandOnly,
		}
		if a.State == review.Due || a.State == review.Asked {
			one.At = v.moment(a.Due)
		}
		list = append(list, one)
	}
	return list
}

type remarkView struct {
	By   string
	At   moment
	Text textView
}

// decideView is what the reviewer may do with the case, and what would follow.
type decideView struct {
	May      bool // the role decides cases
	Held     string
	Mine     bool
	Decided  string // how the case was decided, and by whom
	At       moment
	Ground   []piece
	Refused  string // why neither is possible now
	Uphold   *effect
	Overturn *effect

	UpholdName, OverturnName string

	Measures []measureView // what may be chosen in place of what is held; none where there is no choice
	Handed   []handedView  // who has proposed what, and who has handed the case up
	Escalate bool          // it may be handed up
	Repost   bool          // the deleted text may be posted again
}

// handedView is what one person, or the clock, has done before the verdict.
type handedView struct {
	Text   string
	Ground []piece
}

// measureView is one choice of what is done to the member.
type measureView struct{ Value, Name string }

// measures are the choices for the case, what is held first.
func (v *visit) measures(c *review.Case) []measureView {
	choices := v.policy.Choices(c)
	if len(choices) == 0 {
		return nil
	}
	var held []string
	for i := range c.Acts {
		if a := &c.Acts[i]; a.State == review.Held {
			held = append(held, v.step(string(a.Action.Verb), a.Action.For))
		}
	}
	list := []measureView{{"", v.say("measure.nothing.held")}, {"none", v.say("measure.none")}}
	if len(held) > 0 {
		list[0].Name = v.say("measure.held", v.list(held))
	}
	if p := c.Proposed; p.Instead != nil && p.By != v.login.reviewer.Name && c.State != review.Upheld {
		list[0].Name = v.say("measure.proposed", v.measureName(*p.Instead))
	}
	for _, s := range choices {
		list = append(list, measureView{s.String(), v.step(string(s.Verb), s.For)})
	}
	return list
}

func (v *visit) measureName(s rules.Step) string {
	if s.Verb == "" {
		return v.say("measure.none")
	}
	return v.step(string(s.Verb), s.For)
}

// effect is what a verb would do, each part ready to be shown.
type effect struct {
	Parts []string
	Warn  string // what it could not do
}

func (v *visit) decide(c *review.Case) decideView {
	me := v.login.reviewer.Name
	d := decideView{May: v.login.reviewer.May(review.Decide), Ground: brief(c.Ground)}
	if v.now.Before(c.ClaimedUntil) && c.ClaimedBy != "" {
		until := c.ClaimedUntil.In(v.zone).Format("15:04")
		d.Mine = c.ClaimedBy == me
		d.Held = v.say("decide.held", c.ClaimedBy, until)
		if d.Mine {
			d.Held = v.say("decide.mine", until)
		}
	}
	switch c.State {
	case review.Upheld:
		d.Decided = v.say("decide.by.upheld", c.DecidedBy)
	case review.Overturned:
		d.Decided = v.say("decide.by.over", c.DecidedBy)
	}
	d.UpholdName, d.OverturnName = v.upholdName(c), v.overturnName(c)
	d.At = v.moment(c.DecidedAt)
	d.handing(v, c)
	if !d.May {
		d.Refused = v.say("decide.viewer")
		return d
	}
	var upholdErr, overturnErr error
	word := review.Word{By: me, At: v.now, Below: !v.login.reviewer.May(review.Manage)}
	d.Uphold, upholdErr = v.foresee(c, func(after *review.Case) error {
		_, err := after.Uphold(word, v.policy)
		return err
	})
	d.Overturn, overturnErr = v.foresee(c, func(after *review.Case) error {
		_, err := after.Overturn(word, v.policy)
		return err
	})
	if upholdErr != nil && overturnErr != nil {
		d.Refused = v.say("decide.first.claim")
		switch {
		case errors.Is(overturnErr, review.ErrClaimed):
			d.Refused = d.Held
		case errors.Is(overturnErr, review.ErrAbove):
			d.Refused = v.say("problem.above")
		}
	}
	return d
}

// handing says who else has had the case in hand.
func (d *decideView) handing(v *visit, c *review.Case) {
	if p := c.Proposed; p.By != "" && c.State != review.Upheld {
		text := v.say("decide.proposed", p.By)
		if p.Instead != nil {
			text += " " + v.say("decide.proposed.measure", v.measureName(*p.Instead))
		}
		d.Handed = append(d.Handed, handedView{text, brief(p.Ground)})
	}
	switch e := c.Escalated; {
	case c.State != review.Open:
	case e.By == ledger.Bot:
		d.Handed = append(d.Handed, handedView{v.say("decide.escalated.bot"), nil})
	case e.By != "":
		d.Handed = append(d.Handed, handedView{v.say("decide.escalated", e.By), brief(e.Ground)})
	}
	if d.May {
		d.Measures, d.Repost = v.measures(c), c.Repostable()
		d.Escalate = c.State != review.Upheld && c.State != review.Overturned && (c.Escalated.By == "" || c.Escalated.By == ledger.Bot)
	}
}

// foresee runs the verb on a copy of the case and says what it changed: what is
// promised here and what happens can't differ.
func (v *visit) foresee(c *review.Case, verb func(*review.Case) error) (*effect, error) {
	after := *c
	after.Acts = slices.Clone(c.Acts)
	if err := verb(&after); err != nil {
		return nil, err
	}
	var does, asks, cancels, cannot []string
	for i := range after.Acts {
		a := &after.Acts[i]
		name := v.step(string(a.Action.Verb), a.Action.For)
		punishes := a.Action.Verb.Weight() > 0
		switch added := i >= len(c.Acts); {
		case !added && a.State == review.Cancelled && c.Acts[i].State != review.Cancelled:
			cancels = append(cancels, name)
		case a.State == review.Asked && (added || c.Acts[i].State != review.Asked):
			asks = append(asks, name)
		case punishes && a.State == review.Due && (added || c.Acts[i].State != review.Due):
			does = append(does, name)
		case !punishes && a.State == review.Due && (added || c.Acts[i].State != review.Due || !a.Due.After(v.now)):
			does = append(does, name)
		case punishes && after.State == review.Overturned && a.State == review.Done && a.Action.Verb.Undo() == "":
			cannot = append(cannot, name)
		}
	}
	var e effect
	for _, part := range []struct {
		key   string
		names []string
	}{{"effect.does", does}, {"effect.asks", asks}, {"effect.cancels", cancels}} {
		if len(part.names) > 0 {
			e.Parts = append(e.Parts, v.say(part.key, v.list(part.names)))
		}
	}
	switch after.Strike {
	case c.Strike:
	case review.StrikeVoid:
		e.Parts = append(e.Parts, v.say("effect.void"))
	case review.StrikeCounts:
		e.Parts = append(e.Parts, v.say("effect.counts"))
	}
	switch {
	case after.Proposed.By != c.Proposed.By && after.Proposed.By != "":
		e.Parts = []string{v.say("effect.proposes")}
	case len(e.Parts) == 0:
		e.Parts = []string{v.say("effect.record")}
	}
	if len(cannot) > 0 {
		e.Warn = v.say("effect.cannot", v.list(cannot))
	}
	return &e, nil
}

// list joins names as the language does.
func (v *visit) list(names []string) string {
	if v.lang == "zh" {
		return strings.Join(names, "、")
	}
	return strings.Join(names, ", ")
}

// memberView is whom the case is about.
type memberView struct {
	Name, ID []piece
	Role     string
	Joined   moment
	Score    string
	Next     []string // what the ladder does when they do it again, by severity
	Past     []pastView
	More     string // address of all their cases
}

// next is what the ladder does with a member of that score, for a hit of each
// severity that leads somewhere else than the one before it.
func (v *visit) next(score int) (lines []string) {
	last := ""
	for _, severity := range []rules.Severity{rules.Minor, rules.Major, rules.Severe} {
		reached := score + severity.Weight()
		text := ""
		for _, rung := range v.policy.Rungs {
			if rung.At > reached {
				break
			}
			var steps []string
			for _, s := range rung.Do {
				steps = append(steps, v.step(string(s.Verb), s.For))
			}
			if text = v.list(steps); rung.Hold {
				text = v.say("next.hold", text)
			}
		}
		if text != "" && text != last {
			lines = append(lines, v.say("next.line", say("severity."+string(severity)).In(v.lang), reached, text))
		}
		last = text
	}
	return lines
}

type pastView struct {
	row
	Strike string // what it adds to the score, "" where nothing
	Void   bool
	Until  moment
}

// pastLooked and pastShown are how many cases of a member are looked at, and how
// many are listed.
const (
	pastLooked = 100
	pastShown  = 6
)

func (c *Console) member(ctx context.Context, v *visit, one *review.Case) (memberView, error) {
	author := one.Event.Author
	m := memberView{Name: brief(author.Name), ID: brief(author.ID), Role: string(author.Role), Joined: v.moment(author.Joined)}
	if m.Role == "" {
		m.Role = "member"
	}
	if author.ID == "" {
		return m, nil // an empty filter field would mean everybody
	}
	history := want{Tab: "all", Chat: review.ChatKey(one.Event.Adapter, one.Event.Chat), Member: author.ID}
	filter := history.filter(v)
	filter.Limit = pastLooked
	found, err := c.config.Store.Cases(ctx, filter)
	if err != nil {
		return m, err
	}
	counts := 0
	for i := range found.Cases {
		past := &found.Cases[i]
		if past.Sample.Of == review.OfPassed {
			continue // nobody ever said that the member did something
		}
		entry := pastView{row: v.row(past, history)}
		if s := past.Decision.Strike; s != nil && past.Strike != review.StrikeNone {
			if past.Strike == review.StrikeCounts && s.Counts(v.now) {
				counts += s.Weight
			}
			entry.Strike, entry.Void, entry.Until = v.strike(past)
		}
		if past.ID != one.ID && len(m.Past) < pastShown {
			m.Past = append(m.Past, entry)
		}
	}
	if len(found.Cases) > pastShown+1 {
		m.More = history.href()
	}
	m.Score = v.say("case.score.then", one.Decision.Score, counts)
	m.Next = v.next(counts)
	if found.Next != "" {
		m.Score = v.say("case.score.atleast", one.Decision.Score, counts)
	}
	return m, nil
}

// strike is what the strike of a case is worth now.
func (v *visit) strike(c *review.Case) (text string, void bool, until moment) {
	s := c.Decision.Strike
	text = v.say("case.strike", s.Weight)
	switch {
	case c.Strike == review.StrikeVoid:
		return text + " · " + v.say("case.strike.void"), true, moment{}
	case c.Strike == review.StrikePending:
		return text + " · " + v.say("case.strike.wait"), true, moment{}
	case !v.now.Before(s.Until):
		return text + " · " + v.say("case.strike.gone"), true, moment{}
	}
	return text, false, v.moment(s.Until)
}

type entryView struct {
	Seq    int64
	At     moment
	By     string
	Bot    bool
	Kind   string
	Verb   string
	Ground []piece
}

func (c *Console) timeline(ctx context.Context, v *visit, one *review.Case) ([]entryView, error) {
	entries, err := c.config.Timeline(ctx, one.ID)
	if err != nil {
		return nil, err
	}
	list := make([]entryView, 0, len(entries))
	for _, e := range entries {
		entry := entryView{
			Seq: e.Seq, At: v.moment(e.At), By: e.Actor, Bot: e.Actor == ledger.Bot,
			Kind: v.say("entry." + string(e.Kind)), Ground: v.groundOf(&e),
		}
		if e.Verb != "" {
			entry.Verb = v.say("verb." + e.Verb)
		}
		list = append(list, entry)
	}
	return list, nil
}

// groundOf is what was said with an entry, or that it is erased.
func (v *visit) groundOf(e *ledger.Entry) []piece {
	if e.Erased() {
		return brief(v.say("entry.gone"))
	}
	return brief(e.Ground.In(v.lang))
}
