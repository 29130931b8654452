package stats

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"patrol/bot/review"
	"patrol/rules/score"
)

// Options is what a report is made with. Now must be set.
type Options struct {
	Now     time.Time
	Doubted []string // rules that ask a person first, now
	PerDay  int      // how much may be drawn of each frame on a day; 0 where that is not known
	Busy    int      // how many chats are listed by what is said in them; 10 where 0
}

// Report is what was done in a range. A rate is nil, and absent
// from the JSON, where nothing is known of it.
type Report struct {
	From string `json:"from"` // the first day
	To   string `json:"to"`   // the last

	Messages int64 `json:"messages"` // and edits
	Hits     int64 `json:"hits"`     // of live rules; several may hit one message
	Actions  int64 `json:"actions"`  // that platforms confirmed
	Acted    int64 `json:"acted"`    // cases on which the bot acted alone
	Asked    int64 `json:"asked"`    // cases about which it asked first
	Logged   int64 `json:"logged"`   // cases that it only wrote down

	Upheld     int         `json:"upheld"` // cases by how they stand, of those decided in the range; none of what was let pass
	Overturned int         `json:"overturned"`
	Overturns  *score.Rate `json:"overturn_rate,omitempty"` // of all that were decided

	// Precision is the share of what the bot did alone that deserved it, Misses how much
	// of 10,000 messages that it let pass should have been acted on, and Recall the share
	// of all that should have been acted on which it did act on or asked about: estimated
	// from what was drawn by chance, so that it holds for all of it.
	Precision *score.Rate  `json:"precision,omitempty"`
	Misses    *score.Rate  `json:"misses_per_10000,omitempty"`
	Recall    *score.Rate  `json:"recall,omitempty"`
	Samples   []SampleLine `json:"samples"`
	Agreement Agreement    `json:"agreement"`

	Timing Timing `json:"time_to_decision"`
	Queue  Queue  `json:"queue"`

	Days    []Day      `json:"days"`
	Rules   []RuleLine `json:"rules"`
	Verbs   []Count    `json:"verbs"`   // what was done, the most frequent first
	Busiest []ChatLine `json:"busiest"` // chats
}

// Day is one day of the range.
type Day struct {
	Day        string           `json:"day"`
	Messages   int64            `json:"messages"`
	Hits       map[string]int64 `json:"hits"`    // by rule
	Actions    map[string]int64 `json:"actions"` // by verb
	Decided    int              `json:"decided"`
	Overturned int              `json:"overturned"`
	Waiting    int              `json:"waiting"`             // cases that waited as it ended, or wait now
	WaitedFor  float64          `json:"median_waited_hours"` // they had, then
}

// Count is how often something happened.
type Count struct {
	Name string `json:"name"`
	N    int64  `json:"n"`
}

// RuleLine is one rule.
type RuleLine struct {
	Rule       string      `json:"rule"`
	Hits       int64       `json:"hits"`
	Upheld     int         `json:"upheld"`
	Overturned int         `json:"overturned"`
	Precision  *score.Rate `json:"precision,omitempty"` // of all that was judged
	Samples    int         `json:"samples"`             // of those judged that were drawn by chance
	Sampled    *score.Rate `json:"sampled_precision,omitempty"`
	AsksFirst  bool        `json:"asks_first"`
	Timing     Timing      `json:"time_to_decision"`
}

// ChatLine is one chat.
type ChatLine struct {
	Chat     string `json:"chat"`
	Messages int64  `json:"messages"`
	Hits     int64  `json:"hits"`
	Actions  int64  `json:"actions"`
	Timing   Timing `json:"time_to_decision"`
}

// SampleLine is what was drawn of one frame.
type SampleLine struct {
	Of     review.Frame `json:"of"`
	Drawn  int          `json:"drawn"`
	Judged int          `json:"judged"`
	Right  *score.Rate  `json:"right,omitempty"` // the share on which people agreed with the bot
	Full   bool         `json:"full,omitempty"`  // on some day all was drawn that may be: what came later that day is in no sample
}

// Agreement is how far two people agree who judge the same without knowing what the
// other says.
type Agreement struct {
	score.Pairs
	N      int         `json:"n"`
	Agreed *score.Rate `json:"agreed,omitempty"`
	Kappa  *score.Rate `json:"kappa,omitempty"` // nil also where nobody ever disagreed on anything but one answer
}

// Timing is how long people took to decide, of cases for which somebody waited.
type Timing struct {
	N      int         `json:"n"`
	Median float64     `json:"median_hours"`
	P90    float64     `json:"p90_hours"`
	InTime *score.Rate `json:"in_time,omitempty"` // share that was decided by the due time
}

// Queue is what waits now.
type Queue struct {
	Waiting int      `json:"waiting"`
	Overdue int      `json:"overdue"`
	Ages    []AgeBin `json:"ages"`
}

// AgeBin is how many cases have waited for less than so long, and longer than the bin
// before it says.
type AgeBin struct {
	Under float64 `json:"under_hours"` // 0 is without an end
	N     int     `json:"n"`
}

// Of is the report of a range: errors are those of the source.
func Of(ctx context.Context, s Source, r Range, o Options) (*Report, error) {
	o.Busy = cmp.Or(o.Busy, 10)
	tallies, err := s.Tallies(ctx, r)
	if err != nil {
		return nil, err
	}
	busy, err := s.Busiest(ctx, r, o.Busy)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.Outcomes(ctx, r)
	if err != nil {
		return nil, err
	}
	p := &Report{From: r.From, To: r.To}
	passed := p.count(r, tallies)
	p.judge(r, &outcomes, o)
	p.sample(&outcomes, passed, o.PerDay)
	p.rules(tallies, &outcomes, o.Doubted)
	p.chats(busy, &outcomes)
	return p, nil
}

// count fills in what was counted, and returns how many messages were let pass.
func (p *Report) count(r Range, tallies []Tally) (passed int64) {
	at := map[string]int{}
	for i, day := range r.Each() {
		p.Days = append(p.Days, Day{Day: day, Hits: map[string]int64{}, Actions: map[string]int64{}})
		at[day] = i
	}
	verbs := map[string]int64{}
	for _, t := range tallies {
		i, known := at[t.Day]
		if !known {
			continue
		}
		day := &p.Days[i]
		switch t.What {
		case Messages:
			p.Messages += t.N
			day.Messages += t.N
		case Passed:
			passed += t.N
		case Hits:
			p.Hits += t.N
			day.Hits[t.Name] += t.N
		case Acted:
			p.Acted += t.N
		case Asked:
			p.Asked += t.N
		case Logged:
			p.Logged += t.N
		case Actions:
			p.Actions += t.N
			day.Actions[t.Name] += t.N
			verbs[t.Name] += t.N
		}
	}
	p.Verbs = ranked(verbs)
	return passed
}

// ranked is the counts, the greatest first.
func ranked(counts map[string]int64) []Count {
	list := []Count{}
	for name, n := range counts {
		list = append(list, Count{name, n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Name, b.Name)) })
	return list
}

// judge fills in how and when people decided, and what waits.
func (p *Report) judge(r Range, o *Outcomes, with Options) {
	at := map[string]int{}
	for i := range p.Days {
		at[p.Days[i].Day] = i
	}
	for i := range o.Decisions {
		d := &o.Decisions[i]
		if d.Rule == "" {
			continue // nothing was done that could be overturned
		}
		if d.Upheld {
			p.Upheld++
		} else {
			p.Overturned++
		}
		if k, known := at[d.Decided.In(r.Since.Location()).Format(DayForm)]; known {
			p.Days[k].Decided++
			if !d.Upheld {
				p.Days[k].Overturned++
			}
		}
	}
	p.Overturns = score.Wilson(p.Overturned, p.Upheld+p.Overturned)
	p.Timing = timing(o.Decisions, func(*Decision) bool { return true })
	p.Queue = queue(o.Waiting, with.Now)
	p.waiting(r, o, with.Now)
}

// waiting fills in what waited as each day ended.
func (p *Report) waiting(r Range, o *Outcomes, now time.Time) {
	type span struct{ asked, decided float64 } // hours from the beginning of the range
	var spans []span
	for _, list := range [][]Decision{o.Decisions, o.Waiting} {
		for i := range list {
			d := &list[i]
			one := span{d.Asked.Sub(r.Since).Hours(), math.Inf(1)}
			if !d.Decided.IsZero() {
				one.decided = d.Decided.Sub(r.Since).Hours()
			}
			if !d.Asked.IsZero() {
				spans = append(spans, one)
			}
		}
	}
	y, m, d := r.Since.Date()
	var ages []float64
	for i := range p.Days {
		end := time.Date(y, m, d+i+1, 0, 0, 0, 0, r.Since.Location())
		if end.After(now) {
			end = now
		}
		at := end.Sub(r.Since).Hours()
		ages = ages[:0]
		for _, s := range spans {
			if s.asked < at && s.decided > at {
				ages = append(ages, at-s.asked)
			}
		}
		slices.Sort(ages)
		p.Days[i].Waiting, p.Days[i].WaitedFor = len(ages), quantile(ages, 0.5)
	}
}

// quantile is the least of the sorted values that so much of them does not exceed; 0
// where there are none.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(max(int(math.Ceil(q*float64(len(sorted))))-1, 0), len(sorted)-1)]
}

func timing(all []Decision, counts func(*Decision) bool) (t Timing) {
	var took []float64
	inTime, due := 0, 0
	for i := range all {
		d := &all[i]
		if d.Asked.IsZero() || !counts(d) {
			continue
		}
		took = append(took, max(0, d.Decided.Sub(d.Asked).Hours()))
		if !d.Due.IsZero() {
			due++
			if !d.Decided.After(d.Due) {
				inTime++
			}
		}
	}
	slices.Sort(took)
	return Timing{N: len(took), Median: quantile(took, 0.5), P90: quantile(took, 0.9), InTime: score.Wilson(inTime, due)}
}

// ageBins are the bins of a queue, in hours.
var ageBins = []float64{1, 4, 12, 24, 72, 168, 0}

func queue(waiting []Decision, now time.Time) Queue {
	q := Queue{Waiting: len(waiting)}
	for _, under := range ageBins {
		q.Ages = append(q.Ages, AgeBin{Under: under})
	}
	for i := range waiting {
		w := &waiting[i]
		if !w.Due.IsZero() && w.Due.Before(now) {
			q.Overdue++
		}
		age := now.Sub(w.Asked).Hours()
		k := slices.IndexFunc(ageBins, func(under float64) bool { return age < under || under == 0 })
		q.Ages[k].N++
	}
	return q
}

// sample fills in what is estimated from what was drawn by chance.
//
// Acted alone, let pass and only written down are the frames; each is as large as
// was counted. What the bot asked about first people see all of: it is taken to be
// as right as what is decided of it. What was only written down counts as missed
// once some of it was judged. Cases that were drawn and that nobody has judged yet
// are taken to be like the others.
func (p *Report) sample(o *Outcomes, passed int64, perDay int) {
	p.Samples = []SampleLine{}
	by := map[review.Frame]score.Sample{}
	units := map[review.Frame]float64{review.OfActed: float64(p.Acted), review.OfLogged: float64(p.Logged), review.OfPassed: float64(passed)}
	for _, s := range o.Samples {
		by[s.Of] = s.Right
		units[s.Of] = max(units[s.Of], s.Units)
		p.Samples = append(p.Samples, SampleLine{s.Of, s.Drawn, s.Right.N, s.Right.Share(), perDay > 0 && s.Most >= perDay})
	}
	p.Precision = by[review.OfActed].Share()
	missed := by[review.OfPassed].Not()
	p.Misses = missed.Share().Times(10_000)

	caught := by[review.OfActed].Total(units[review.OfActed])
	if units[review.OfActed] == 0 {
		caught = &score.Rate{}
	}
	if p.Asked > 0 {
		caught = score.Sum(caught, askedFirst(o.Decisions).Times(float64(p.Asked)))
	}
	let := missed.Total(units[review.OfPassed])
	if logged := by[review.OfLogged].Total(units[review.OfLogged]); logged != nil {
		let = score.Sum(let, logged)
	}
	p.Recall = score.Recall(caught, let)
	p.Agreement = Agreement{Pairs: o.Pairs, N: o.Pairs.N(), Agreed: o.Pairs.Agreed(), Kappa: o.Pairs.Kappa()}
}

// askedFirst is the share that was upheld of what the bot asked about first; it may
// be anything where nothing of that is decided.
func askedFirst(all []Decision) *score.Rate {
	upheld, n := 0, 0
	for i := range all {
		if d := &all[i]; d.Chance == 1 && !d.Sampled {
			n++
			if d.Upheld {
				upheld++
			}
		}
	}
	if n == 0 {
		return &score.Rate{Value: 0.5, Low: 0, High: 1}
	}
	return score.Wilson(upheld, n)
}

func (p *Report) rules(tallies []Tally, o *Outcomes, doubted []string) {
	p.Rules = []RuleLine{}
	at := map[string]int{}
	line := func(rule string) *RuleLine {
		i, known := at[rule]
		if !known {
			i = len(p.Rules)
			at[rule] = i
			p.Rules = append(p.Rules, RuleLine{Rule: rule, AsksFirst: slices.Contains(doubted, rule)})
		}
		return &p.Rules[i]
	}
	for _, rule := range doubted {
		line(rule)
	}
	for _, t := range tallies {
		if t.What == Hits {
			line(t.Name).Hits += t.N
		}
	}
	for _, v := range o.Verdicts {
		one := line(v.Rule)
		one.Upheld, one.Overturned, one.Precision, one.Samples = v.Upheld, v.Overturned, v.Precision(), v.Samples
		if v.Samples > 0 {
			one.Sampled = v.Drawn.Share()
		}
	}
	for i := range p.Rules {
		one := &p.Rules[i]
		one.Timing = timing(o.Decisions, func(d *Decision) bool { return d.Rule == one.Rule })
	}
	slices.SortFunc(p.Rules, func(a, b RuleLine) int {
		return cmp.Or(cmp.Compare(b.Hits, a.Hits), cmp.Compare(b.Upheld+b.Overturned, a.Upheld+a.Overturned), cmp.Compare(a.Rule, b.Rule))
	})
}

func (p *Report) chats(busy []Tally, o *Outcomes) {
	p.Busiest = []ChatLine{}
	for _, t := range busy {
		if n := len(p.Busiest); n == 0 || p.Busiest[n-1].Chat != t.Chat {
			p.Busiest = append(p.Busiest, ChatLine{Chat: t.Chat})
		}
		one := &p.Busiest[len(p.Busiest)-1]
		switch t.What {
		case Messages:
			one.Messages += t.N
		case Hits:
			one.Hits += t.N
		case Actions:
			one.Actions += t.N
		}
	}
	for i := range p.Busiest {
		one := &p.Busiest[i]
		one.Timing = timing(o.Decisions, func(d *Decision) bool { return d.Chat == one.Chat })
	}
}
