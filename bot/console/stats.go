package console

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/rules/lang"
	"patrol/rules/score"
)

// ranges are the times that the page of numbers offers, in days.
var ranges = []int{7, 30, 90, 365}

// usualRange is the one that is shown first.
const usualRange = 30

// colours is how many series of a chart have a colour of their own; the last one is
// that of all others together.
const colours = 6

type statsPage struct {
	frame
	Ranges  []rangeView
	Only    []string // the chats that the numbers are of; nil: all
	Chat    []piece  // the one chat that was asked for
	All     string   // the address of all others with it
	days    int
	Target  string // what a rule has to reach to act alone; "" where nothing is asked
	Tiles   []tile
	Right   []tile
	Samples []sampleView
	Charts  []chart
	Ages    []ageView
	Busiest []chatView
	Rules   []ruleView
}

type rangeView struct {
	Days int
	Href string
	Here bool
}

// tile is one number. Interval is nil where it has none.
type tile struct {
	Name, Value, Note string
	Alarm             bool
	Interval          *interval
}

// interval is a share and where it may lie, for a scale from 0 to 100.
type interval struct {
	Low, Width, Value, Target float64
	HasTarget                 bool
	Text                      string
}

type sampleView struct {
	Of            string
	Drawn, Judged string
	Right         *interval
	Full          bool
}

type ageView struct {
	Name  string
	N     string
	Width float64 // of 100
}

type chatView struct {
	Chat                          []piece
	Href                          string
	Messages, Hits, Actions, Time string
	Width                         float64 // of 100
}

type ruleView struct {
	ID, Hits, Judged, Time string
	Precision, Sampled     *interval
	AsksFirst              bool
	Spark                  []spark // hits, day by day
	Days                   int
}

// spark is one day in a drawing that is as wide as there are days, and 20 high.
type spark struct {
	X    int
	Y, H float64
}

// sparks draws how often a rule hit on each day.
func sparks(r *stats.Report, rule string) (list []spark) {
	most := int64(0)
	for i := range r.Days {
		most = max(most, r.Days[i].Hits[rule])
	}
	for i := range r.Days {
		if n := r.Days[i].Hits[rule]; n > 0 {
			h := max(20*float64(n)/float64(most), 1)
			list = append(list, spark{i, round(20 - h), round(h)})
		}
	}
	return list
}

func (c *Console) showStats(w http.ResponseWriter, r *http.Request, v *visit) error {
	days, err := strconv.Atoi(r.URL.Query().Get("days"))
	if err != nil || !slices.Contains(ranges, days) {
		days = usualRange
	}
	chat := r.URL.Query().Get("chat")
	report, err := c.report(r, v, days, chat)
	if err != nil {
		return err
	}
	p := &statsPage{frame: c.frame(r, v, "stats.title"), days: days}
	for _, n := range ranges {
		p.Ranges = append(p.Ranges, rangeView{n, statsHref(n, chat), n == days})
	}
	if chat != "" {
		p.Chat, p.All = brief(chat), statsHref(days, "")
	}
	if only := v.reach(); only.Limited {
		p.Only = append([]string{}, only.Chats...)
	}
	if target := c.config.Target.Precision; target > 0 {
		p.Target = v.say("stats.target", percent(100*target), c.config.Target.After, int(c.config.Target.Within.Hours()/24))
	}
	p.fill(v, report, c.config.Target.Precision)
	return c.write(w, v, http.StatusOK, "stats", p)
}

func statsHref(days int, chat string) string {
	q := url.Values{"days": {strconv.Itoa(days)}}
	if chat != "" {
		q.Set("chat", chat)
	}
	return "/stats?" + q.Encode()
}

// report is that of the last days, of what is in reach, or of one chat of it.
func (c *Console) report(r *http.Request, v *visit, days int, chat string) (*stats.Report, error) {
	ctx := r.Context()
	switch {
	case chat == "":
	case v.reach().Sees(chat):
		ctx = review.WithReach(ctx, review.Only(chat))
	default:
		ctx = review.WithReach(ctx, review.Only())
	}
	var doubted []string
	if c.config.Doubted != nil {
		doubted = c.config.Doubted()
	}
	return stats.Of(ctx, c.config.Store, stats.Days(days, v.now.In(v.zone)), stats.Options{Now: v.now, Doubted: doubted, PerDay: c.config.Sampling.PerDay})
}

func (p *statsPage) fill(v *visit, r *stats.Report, target float64) {
	p.Tiles = []tile{
		{Name: v.say("stats.messages"), Value: thousands(r.Messages)},
		{Name: v.say("stats.hits"), Value: thousands(r.Hits)},
		{Name: v.say("stats.actions"), Value: thousands(r.Actions)},
		{Name: v.say("stats.overturns"), Value: share(r.Overturns), Note: v.say("stats.of.judged", thousands(int64(r.Upheld+r.Overturned)))},
		{Name: v.say("stats.waiting"), Value: thousands(int64(r.Queue.Waiting)), Note: v.say("stats.overdue", thousands(int64(r.Queue.Overdue))), Alarm: r.Queue.Overdue > 0},
		v.timeTile(&r.Timing),
	}
	p.Right = []tile{
		{Name: v.say("stats.precision"), Value: share(r.Precision), Note: v.say("stats.precision.note"), Interval: intervalOf(r.Precision, 0)},
		{Name: v.say("stats.recall"), Value: share(r.Recall), Note: v.say("stats.recall.note"), Interval: intervalOf(r.Recall, 0)},
		v.missesTile(r.Misses),
		v.kappaTile(&r.Agreement),
	}
	for _, s := range r.Samples {
		p.Samples = append(p.Samples, sampleView{v.say("sample.of." + string(s.Of)), thousands(int64(s.Drawn)), thousands(int64(s.Judged)), intervalOf(s.Right, 0), s.Full})
	}
	p.Charts = v.charts(r)
	most := 0
	for _, a := range r.Queue.Ages {
		most = max(most, a.N)
	}
	last := 0.0
	for _, a := range r.Queue.Ages {
		name := v.say("stats.age.over", v.hours(last))
		if a.Under > 0 {
			name = v.say("stats.age.under", v.hours(a.Under))
		}
		last = a.Under
		p.Ages = append(p.Ages, ageView{name, thousands(int64(a.N)), part(int64(a.N), int64(most))})
	}
	said := int64(0)
	for _, one := range r.Busiest {
		said = max(said, one.Messages)
	}
	for _, one := range r.Busiest {
		p.Busiest = append(p.Busiest, chatView{brief(one.Chat), statsHref(p.days, one.Chat), thousands(one.Messages), thousands(one.Hits), thousands(one.Actions), v.timing(&one.Timing), part(one.Messages, said)})
	}
	for _, one := range r.Rules {
		view := ruleView{ID: one.Rule, Hits: thousands(one.Hits), Judged: v.say("stats.judged", one.Upheld, one.Overturned), Time: v.timing(&one.Timing), AsksFirst: one.AsksFirst, Spark: sparks(r, one.Rule), Days: len(r.Days)}
		view.Precision, view.Sampled = intervalOf(one.Precision, target), intervalOf(one.Sampled, target)
		p.Rules = append(p.Rules, view)
	}
}

// part is n of most, of 100.
func part(n, most int64) float64 {
	if most == 0 {
		return 0
	}
	return round(100 * float64(n) / float64(most))
}

// share is a rate in percent, "–" where nothing is known.
func share(r *score.Rate) string {
	if r == nil {
		return "–"
	}
	return strconv.FormatFloat(100*r.Value, 'f', 1, 64) + " %"
}

func intervalOf(r *score.Rate, target float64) *interval {
	if r == nil {
		return nil
	}
	return &interval{
		Low: round(100 * r.Low), Width: round(max(100*(r.High-r.Low), 0.6)), Value: round(100 * r.Value), Target: round(100 * target), HasTarget: target > 0,
		Text: strconv.FormatFloat(100*r.Low, 'f', 1, 64) + "–" + strconv.FormatFloat(100*r.High, 'f', 1, 64) + " %",
	}
}

func (v *visit) hours(h float64) string {
	d := time.Duration(h * float64(time.Hour))
	if d >= 24*time.Hour && d < 48*time.Hour {
		return v.say("stats.day")
	}
	return rough(d, v.lang)
}

func (v *visit) timing(t *stats.Timing) string {
	if t.N == 0 {
		return "–"
	}
	return v.say("stats.timing", rough(time.Duration(t.Median*float64(time.Hour)), v.lang), rough(time.Duration(t.P90*float64(time.Hour)), v.lang), share(t.InTime))
}

func (v *visit) timeTile(t *stats.Timing) tile {
	one := tile{Name: v.say("stats.time"), Value: "–"}
	if t.N > 0 {
		one.Value = rough(time.Duration(t.Median*float64(time.Hour)), v.lang)
		one.Note = v.say("stats.time.note", rough(time.Duration(t.P90*float64(time.Hour)), v.lang), share(t.InTime))
	}
	return one
}

func (v *visit) missesTile(r *score.Rate) tile {
	one := tile{Name: v.say("stats.misses"), Value: "–", Note: v.say("stats.misses.note")}
	if r != nil {
		one.Value = strconv.FormatFloat(r.Value, 'f', 1, 64)
		one.Note = v.say("stats.between", strconv.FormatFloat(r.Low, 'f', 1, 64), strconv.FormatFloat(r.High, 'f', 1, 64))
	}
	return one
}

// kappaTile shows kappa from -1 to 1 on a scale from 0 to 1: less than by chance is
// as little as by chance.
func (v *visit) kappaTile(a *stats.Agreement) tile {
	one := tile{Name: v.say("stats.kappa"), Value: "–", Note: v.say("stats.kappa.note", a.N)}
	if k := a.Kappa; k != nil {
		two := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
		one.Value = two(k.Value)
		shown := score.Rate{Value: max(0, k.Value), Low: max(0, k.Low), High: max(0, k.High)}
		one.Interval = intervalOf(&shown, 0)
		one.Interval.Text = two(k.Low) + "–" + two(k.High)
		if k.Low < 0 {
			one.Interval.Text = v.say("stats.between", two(k.Low), two(k.High))
		}
	}
	return one
}

// charts are those of the report, in the order of the page.
func (v *visit) charts(r *stats.Report) []chart {
	var days []string
	messages, waiting := series{}, series{}
	overturned := series{name: v.say("stats.overturns")}
	hits, actions := map[string]int64{}, map[string]int64{}
	for i := range r.Days {
		d := &r.Days[i]
		days = append(days, d.Day)
		messages.values = append(messages.values, float64(d.Messages))
		waiting.values = append(waiting.values, float64(d.Waiting))
		rate := 0.0
		if d.Decided > 0 {
			rate = 100 * float64(d.Overturned) / float64(d.Decided)
		}
		overturned.values = append(overturned.values, rate)
		for rule, n := range d.Hits {
			hits[rule] += n
		}
		for verb, n := range d.Actions {
			actions[verb] += n
		}
	}
	messages.name, waiting.name = v.say("stats.messages"), v.say("stats.waiting")
	of := func(counts map[string]int64, value func(*stats.Day, string) int64, name func(string) string) (all []series) {
		order := slices.SortedFunc(maps.Keys(counts), func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
		for k, key := range order {
			if k < colours {
				all = append(all, series{name: name(key), values: make([]float64, len(days))})
			}
			at := min(k, colours-1)
			if k == colours-1 && len(order) > colours {
				all[at].name = v.say("stats.others", len(order)-at)
			}
			for i := range r.Days {
				all[at].values[i] += float64(value(&r.Days[i], key))
			}
		}
		return all
	}
	list := []chart{
		plot("messages", v.say("stats.chart.messages"), days, []series{messages}, counted),
		plot("hits", v.say("stats.chart.hits"), days, of(hits, func(d *stats.Day, key string) int64 { return d.Hits[key] }, func(key string) string { return key }), counted),
		plot("actions", v.say("stats.chart.actions"), days, of(actions, func(d *stats.Day, key string) int64 { return d.Actions[key] }, func(key string) string { return v.say("verb." + key) }), counted),
		plot("overturns", v.say("stats.chart.overturns"), days, []series{overturned}, percent),
		plot("waiting", v.say("stats.chart.waiting"), days, []series{waiting}, counted),
	}
	for i := range list {
		c := &list[i]
		if len(c.Legend) == 1 && c.ID != "hits" && c.ID != "actions" {
			c.Legend = nil
		}
		c.Head[0] = v.say("stats.day.head")
		c.Desc = v.say("stats.chart.desc", c.Title, len(days), c.Top)
	}
	list[3].addJudged(v, r)
	list[4].addAges(v, r)
	return list
}

// addJudged says how many verdicts the share of a day is of.
func (c *chart) addJudged(v *visit, r *stats.Report) {
	c.Head = append(c.Head, v.say("stats.decided"))
	for i := range r.Days {
		d := &r.Days[i]
		c.Rows[i] = append(c.Rows[i], thousands(int64(d.Decided)))
		c.Groups[i].Tip = shortDay(d.Day) + " · " + v.say("stats.overturned.of", d.Overturned, d.Decided)
	}
}

// addAges says how long what waits had waited.
func (c *chart) addAges(v *visit, r *stats.Report) {
	c.Head = append(c.Head, v.say("stats.waited"))
	for i := range r.Days {
		d := &r.Days[i]
		age := "–"
		if d.Waiting > 0 {
			age = rough(time.Duration(d.WaitedFor*float64(time.Hour)), v.lang)
			c.Groups[i].Tip += " · " + v.say("stats.waited.half", age)
		}
		c.Rows[i] = append(c.Rows[i], age)
	}
}

// maxDays is how far back the numbers of the API go.
const maxDays = 400

var statsParameters = []parameter{
	{name: "days", about: lang.F("最近几天，含今天；默认 %d，上限 %d", "how many days up to now, today included; %d where absent, never more than %d", usualRange, maxDays), form: "integer"},
	{name: "chat", about: lang.T("只算这个群，写作 连接名/群号", "only this chat, written connection/chat")},
}

// apiStats is the report of the last days.
func (c *Console) apiStats(r *http.Request, v *visit, _ any) (any, error) {
	days := usualRange
	if given := r.URL.Query().Get("days"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > maxDays {
			return nil, &badRequest{http.StatusBadRequest, "bad_parameter", lang.F("days 在 1 和 %d 之间", "days is between 1 and %d", maxDays)}
		}
		days = n
	}
	return c.report(r, v, days, r.URL.Query().Get("chat"))
}
