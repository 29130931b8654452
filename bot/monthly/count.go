package monthly

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/stats"
)

// Of makes the report. Besides what the source says the error is review.ErrNotFound
// for a chat out of reach of ctx.
func Of(ctx context.Context, s Source, o Order) (*Report, error) {
	if !review.ReachOf(ctx).Sees(o.Chat) {
		return nil, review.ErrNotFound
	}
	whole := ctx
	ctx = review.WithReach(ctx, review.Only(o.Chat))
	y, m, _ := o.Month.Date()
	from := time.Date(y, m, 1, 0, 0, 0, 0, o.Month.Location())
	until := time.Date(y, m+1, 1, 0, 0, 0, 0, o.Month.Location())
	r := &Report{
		Format: Format, Chat: o.Chat, Month: from.Format("2006-01"), From: from, Until: until, Made: o.Made, Over: !o.Made.Before(until),
		Rules: []Rule{}, Actions: []Action{}, Brakes: []Brake{}, Retention: o.Retention,
	}
	r.Retention.Erased = 0
	r.Gone = o.Retention.Ledger > 0 && from.Before(o.Made.Add(-o.Retention.Ledger))
	c := counting{report: r, rules: map[string]*Rule{}, actions: map[chat.Verb]*Action{}, days: map[string]*Day{}, made: o.Made, zone: o.Month.Location()}
	if err := c.messages(ctx, s); err != nil {
		return nil, err
	}
	if err := c.all(ctx, s); err != nil {
		return nil, err
	}
	c.finish()
	if err := r.beside(whole, s, o.Check); err != nil {
		return nil, err
	}
	return r, nil
}

// counting is a report on its way.
type counting struct {
	report  *Report
	rules   map[string]*Rule
	actions map[chat.Verb]*Action
	days    map[string]*Day
	toAct   []time.Duration
	prompt  int
	made    time.Time
	zone    *time.Location
}

func (c *counting) span() stats.Range {
	return stats.Range{
		From: c.report.From.Format(stats.DayForm), To: c.report.Until.AddDate(0, 0, -1).Format(stats.DayForm), Since: c.report.From, Until: c.report.Until,
	}
}

func (c *counting) day(at time.Time) *Day {
	key := at.In(c.zone).Format(stats.DayForm)
	if c.days[key] == nil {
		c.days[key] = &Day{Day: key}
	}
	return c.days[key]
}

func (c *counting) messages(ctx context.Context, s Counts) error {
	span := c.span()
	for _, day := range span.Each() {
		c.days[day] = &Day{Day: day}
	}
	tallies, err := s.Tallies(ctx, span)
	if err != nil {
		return err
	}
	for _, t := range tallies {
		if d := c.days[t.Day]; t.What == stats.Messages && d != nil {
			d.Messages += t.N
			c.report.Messages += t.N
		}
	}
	outcomes, err := s.Outcomes(ctx, span)
	if err != nil {
		return err
	}
	c.decided(outcomes.Decisions)
	return nil
}

// decided measures how long people took who decided in the month.
func (c *counting) decided(all []stats.Decision) {
	var took []time.Duration
	t := &c.report.ToDecide
	for _, d := range all {
		if d.Asked.IsZero() {
			continue
		}
		took = append(took, d.Decided.Sub(d.Asked))
		if d.Due.IsZero() {
			continue
		}
		if t.Due++; !d.Decided.After(d.Due) {
			t.InTime++
		}
	}
	t.fill(took)
}

// all goes over the cases of the month.
func (c *counting) all(ctx context.Context, s Source) error {
	f := review.Filter{Chats: []string{c.report.Chat}, Since: c.report.From, Until: c.report.Until, Limit: review.MaxPage}
	for {
		page, err := s.Cases(ctx, f)
		if err != nil {
			return err
		}
		for i := range page.Cases {
			c.add(&page.Cases[i])
		}
		if f.After = page.Next; f.After == "" {
			return nil
		}
	}
}

func (c *counting) add(k *review.Case) {
	if k.Sample.Of == review.OfPassed {
		return // nothing hit it: it was drawn to be looked at
	}
	r := c.report
	r.Cases.add(k.State)
	c.day(k.Created).Cases++
	if k.State == review.Open && !k.Due.IsZero() && k.Due.Before(c.made) {
		r.Late++
	}
	if k.Erased.By != "" {
		r.Retention.Erased++
	}
	c.hits(k)
	c.acts(k)
	c.voices(k)
	if k.State == review.Overturned {
		r.Wrong.Cases++
		if k.Strike == review.StrikeVoid {
			r.Wrong.Strikes++
		}
	}
}

func (n *Cases) add(s review.State) {
	n.All++
	switch s {
	case review.Acted:
		n.Acted++
	case review.Logged:
		n.Logged++
	case review.Open:
		n.Open++
	case review.Upheld:
		n.Upheld++
	case review.Overturned:
		n.Overturned++
	}
}

func (c *counting) hits(k *review.Case) {
	for i := range k.Verdict.Hits {
		h := &k.Verdict.Hits[i]
		r := c.rules[h.Rule]
		if r == nil {
			r = &Rule{ID: h.Rule, Title: h.Title, Severity: h.Severity}
			c.rules[h.Rule] = r
		}
		r.Cases++
		switch k.State {
		case review.Upheld:
			r.Upheld++
		case review.Overturned:
			r.Overturned++
		}
	}
}

func (c *counting) acts(k *review.Case) {
	var first time.Time
	for i := range k.Acts {
		a := &k.Acts[i]
		n := c.actions[a.Action.Verb]
		if n == nil {
			n = &Action{Verb: a.Action.Verb}
			c.actions[a.Action.Verb] = n
		}
		n.add(a)
		if a.State != review.Done {
			continue
		}
		c.undone(k, a)
		if a.Settled.Before(c.report.Until) {
			c.day(a.Settled).Done++
		}
		alone := a.Hand != review.HandOnly && (k.DecidedAt.IsZero() || a.Settled.Before(k.DecidedAt))
		if a.Action.Verb.Weight() > 0 && alone && (first.IsZero() || a.Settled.Before(first)) {
			first = a.Settled
		}
	}
	if first.IsZero() || k.Event.Time.IsZero() {
		return
	}
	took := max(0, first.Sub(k.Event.Time))
	c.toAct = append(c.toAct, took)
	if took <= PromptlyIn {
		c.prompt++
	}
}

func (n *Action) add(a *review.Act) {
	switch a.State {
	case review.Done:
		n.Done++
		if a.Hand == review.HandOnly {
			n.ByHand++
		}
	case review.Failed:
		n.Failed++
	case review.Cancelled:
		n.Cancelled++
	default:
		n.Waiting++
	}
}

func (c *counting) undone(k *review.Case, a *review.Act) {
	switch {
	case k.State == review.Overturned && (a.Action.Verb == chat.Unmute || a.Action.Verb == chat.Unban):
		c.report.Wrong.Undone++
	case a.Action.Verb == chat.Tell && strings.HasSuffix(a.Action.Key, "/repost"):
		c.report.Wrong.Reposted++
	}
}

func (c *counting) voices(k *review.Case) {
	r := c.report
	if n := k.Reported.Count; n > 0 {
		r.Reports.Cases++
		r.Reports.Reports += n
		switch k.State {
		case review.Upheld:
			r.Reports.Upheld++
		case review.Overturned:
			r.Reports.Overturned++
		case review.Open:
			r.Reports.Open++
		}
	}
	switch k.AppealState() {
	case review.AppealAccepted:
		r.Appeals.Accepted++
	case review.AppealRejected:
		r.Appeals.Rejected++
	case review.AppealWaits:
		r.Appeals.Waiting++
	}
	r.Appeals.Made = r.Appeals.Accepted + r.Appeals.Rejected + r.Appeals.Waiting
}

// finish puts what was counted in order.
func (c *counting) finish() {
	r := c.report
	r.ToAct.fill(c.toAct)
	r.ToAct.Due, r.ToAct.InTime = len(c.toAct), c.prompt
	for _, id := range slices.Sorted(maps.Keys(c.rules)) {
		r.Rules = append(r.Rules, *c.rules[id])
	}
	slices.SortStableFunc(r.Rules, func(a, b Rule) int { return cmp.Compare(b.Cases, a.Cases) })
	for _, verb := range slices.Sorted(maps.Keys(c.actions)) {
		r.Actions = append(r.Actions, *c.actions[verb])
	}
	weight := func(a Action) int { // what undoes comes last
		if w := a.Verb.Weight(); w > 0 {
			return w
		}
		return math.MaxInt
	}
	slices.SortStableFunc(r.Actions, func(a, b Action) int { return cmp.Compare(weight(a), weight(b)) })
	for _, day := range slices.Sorted(maps.Keys(c.days)) {
		r.Days = append(r.Days, *c.days[day])
	}
}

func (t *Times) fill(took []time.Duration) {
	t.N = len(took)
	if t.N == 0 {
		return
	}
	slices.Sort(took)
	rank := func(p float64) float64 {
		return took[max(0, min(t.N-1, int(math.Ceil(p*float64(t.N)))-1))].Seconds()
	}
	t.Median, t.P90, t.Most = rank(0.5), rank(0.9), took[t.N-1].Seconds()
}

// beside adds what is not in cases.
func (r *Report) beside(ctx context.Context, s Record, check time.Duration) (err error) {
	brakes, err := s.BrakesOf(ctx, r.Chat, r.From, r.Until)
	if err != nil {
		return err
	}
	for _, b := range brakes {
		r.Brakes = append(r.Brakes, Brake{b.Kind, b.Scope, b.At, b.Until, b.Why})
	}
	if r.Proof, err = s.Proof(ctx, r.Chat, r.From, r.Until); err != nil || check <= 0 {
		return err
	}
	limited, cancel := context.WithTimeout(ctx, check)
	defer cancel()
	// The chain is one for all chats: nothing of what it says about others is shown.
	found, err := s.Audit(review.WithReach(limited, review.Reach{}), r.Proof.Head)
	var broken *ledger.Broken
	switch {
	case errors.As(err, &broken):
		r.Proof.Checked, r.Proof.Fault = true, broken.Error()
		return nil
	case err != nil && limited.Err() != nil && ctx.Err() == nil:
		return nil // it takes longer than that: not checked
	case err != nil:
		return err
	}
	r.Proof.Checked, r.Proof.Start = true, found.Start
	return nil
}
