package console

import (
	"cmp"
	"context"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"patrol/bot/review"
	"patrol/rules"
)

// want is what a reviewer asked the queue for; it is kept in the address.
type want struct {
	Tab, Text, Platform, Chat, Rule, Severity, Member, Age, Alike, After string
}

// ages are how long ago a case was recorded at least, as the filter offers them.
var ages = map[string]time.Duration{"1h": time.Hour, "12h": 12 * time.Hour, "1d": 24 * time.Hour, "7d": 7 * 24 * time.Hour}

// tabs are the ways to look at the queue, in their order.
var tabs = []string{"open", "overdue", "escalated", "byhand", "samples", "mine", "acted", "logged", "upheld", "overturned", "all"}

func readWant(q url.Values) want {
	w := want{
		Tab: q.Get("tab"), Platform: q.Get("platform"), Chat: q.Get("chat"), Rule: q.Get("rule"),
		Severity: q.Get("severity"), Member: q.Get("member"), After: q.Get("after"), Text: strings.TrimSpace(q.Get("text")),
		Age: q.Get("age"), Alike: q.Get("alike"),
	}
	if _, known := ages[w.Age]; !known {
		w.Age = ""
	}
	if !slices.Contains(tabs, w.Tab) {
		w.Tab = "open"
	}
	if rules.Severity(w.Severity).Weight() == 0 {
		w.Severity = ""
	}
	return w
}

// query is the way back from want to an address; what is not asked for is left out.
func (w want) query() string {
	q := url.Values{}
	for key, value := range map[string]string{
		"platform": w.Platform, "chat": w.Chat, "rule": w.Rule, "severity": w.Severity, "member": w.Member, "after": w.After,
		"text": w.Text, "age": w.Age, "alike": w.Alike,
	} {
		if value != "" {
			q.Set(key, value)
		}
	}
	if w.Tab != "open" {
		q.Set("tab", w.Tab)
	}
	return q.Encode()
}

func (w want) href() string {
	if q := w.query(); q != "" {
		return "/?" + q
	}
	return "/?tab=open" // "/" is where the visitor begins
}

// on is w at the beginning of another tab.
func (w want) on(tab string) want {
	w.Tab, w.After = tab, ""
	return w
}

func (w want) from(after string) want {
	w.After = after
	return w
}

// narrowed reports whether anything but the tab is asked for.
func (w want) narrowed() bool { return w != want{Tab: w.Tab, After: w.After} }

// grouped reports whether alike cases are one row: what they have in common is all
// that the list is narrowed by.
func (w want) grouped() bool {
	return w.Tab == "open" && w == want{Tab: w.Tab, Platform: w.Platform, Chat: w.Chat, Severity: w.Severity, After: w.After}
}

func (w want) filter(v *visit) review.Filter {
	f := review.Filter{
		Platform: w.Platform, Rule: w.Rule, Severity: rules.Severity(w.Severity), Member: w.Member, After: w.After, Text: w.Text, Alike: w.Alike,
	}
	if old, aged := ages[w.Age]; aged {
		f.Until = v.now.Add(-old)
	}
	f.Grouped = w.grouped()
	if w.Chat != "" {
		f.Chats = []string{w.Chat}
	}
	switch w.Tab {
	case "open", "acted", "logged", "upheld", "overturned":
		f.States = []review.State{review.State(w.Tab)}
	case "overdue":
		f.Overdue = v.now
	case "samples":
		f.Sampled = true
	case "escalated":
		f.Escalated = true
	case "byhand":
		f.Asked = true
	case "mine":
		f.ClaimedBy = v.login.reviewer.Name
	}
	return f
}

type queuePage struct {
	frame
	Want        want
	Narrowed    bool
	Set         []setFilter // what the list is narrowed by
	Tabs        []tab
	Severities  []rules.Severity
	Platforms   []string // seen on this page; offered while typing
	Chats       []string
	Rules       []string
	Rows        []row
	Next, First string // addresses
	All         string
	From        string // the query of this list
	Sampled     bool   // only what was drawn by chance is shown
	Back        string // its address, where only alike cases are shown
	May         bool   // the visitor decides cases
	Flash       *flash
	Problem     string
	Ages        []string
	Grounds     []string
	Views       []viewRow
	View        *viewRow // the one that is shown; nil where it is none
	ViewName    string   // as typed
}

// setFilter is one thing that a list is narrowed by.
type setFilter struct {
	Name  string
	Value []piece
}

// set is what the list is narrowed by, for the person who reads it.
func (v *visit) set(w want) (list []setFilter) {
	age, severity := w.Age, w.Severity
	if age != "" {
		age = v.say("age." + age)
	}
	if severity != "" {
		severity = v.say("severity." + severity)
	}
	for _, one := range []struct{ key, value string }{
		{"queue.text", w.Text}, {"queue.rule", w.Rule}, {"queue.severity", severity}, {"queue.platform", w.Platform},
		{"queue.chat", w.Chat}, {"queue.member", w.Member}, {"queue.age", age},
	} {
		if one.value != "" {
			list = append(list, setFilter{v.say(one.key), brief(one.value)})
		}
	}
	return list
}

type tab struct {
	Name  string
	Href  string
	Here  bool
	Count string // "" where it is not counted
	Alarm bool
}

// row is one case in the list.
type row struct {
	ID       string
	Href     string
	Severity rules.Severity
	State    review.State
	Kind     string
	Text     []piece
	Name     []piece
	Member   []piece // id
	Platform []piece
	Chat     []piece
	Rules    []ruleName
	Acts     []actView
	Created  moment
	Due      moment
	Overdue  bool
	DueText  string
	Holder   string
	Mine     bool
	By       string // who decided
	Trouble  bool
	Appeal   bool // one waits
	Reports  int
	Sample   review.Frame // of what it was drawn; "" where it was not

	Alike     int    // open cases that are like it, itself included; 0 where it stands for itself
	AlikeHref string // the list of them
	Soon      bool   // more than three quarters of its time have passed
	Escalated bool
	Asked     string // how soon something is to be done by hand; "" where nothing is
	AskedLate bool
	Proposed  string // who has proposed to uphold it; "" where nobody has, or it is decided
}

type ruleName struct {
	ID, Title string
	Shadow    bool
}

// queueAnswer is what the queue says beside the cases.
type queueAnswer struct {
	status  int
	problem string
}

func (c *Console) queue(w http.ResponseWriter, r *http.Request, v *visit) error {
	if r.URL.RawQuery == "" {
		if home, err := c.home(r.Context(), v); err != nil {
			return err
		} else if home != "" {
			http.Redirect(w, r, home, http.StatusSeeOther)
			return nil
		}
	}
	return c.showQueue(w, r, v, queueAnswer{status: http.StatusOK})
}

func (c *Console) showQueue(w http.ResponseWriter, r *http.Request, v *visit, a queueAnswer) error {
	wanted := readWant(r.URL.Query())
	if r.Method == http.MethodPost {
		wanted = readFrom(r)
	}
	found, err := c.config.Store.Cases(r.Context(), wanted.filter(v))
	if err != nil {
		return err
	}
	p := &queuePage{
		frame: c.frame(r, v, "queue.title"), Want: wanted, Narrowed: wanted.narrowed(), Set: v.set(wanted), Problem: a.problem,
		Severities: []rules.Severity{rules.Severe, rules.Major, rules.Minor}, All: want{Tab: "all"}.href(),
		From: wanted.query(), May: v.login.reviewer.May(review.Decide), Ages: agesInOrder(), Grounds: v.grounds(),
	}
	p.Live, p.Flash = true, c.flashOf(r, v, wanted, "")
	if r.Method == http.MethodPost {
		p.Here = wanted.href()
	}
	p.Sampled = wanted.Tab == "samples"
	if wanted.Alike != "" {
		p.Back = want{Tab: wanted.Tab}.href()
	}
	if p.Tabs, err = c.tabs(r.Context(), v, wanted); err != nil {
		return err
	}
	if p.Views, err = c.views(r.Context(), v, wanted); err != nil {
		return err
	}
	if i := slices.IndexFunc(p.Views, func(row viewRow) bool { return row.Here }); i >= 0 {
		p.View = &p.Views[i]
	}
	p.ViewName = r.PostFormValue("name")
	for i := range found.Cases {
		one := v.row(&found.Cases[i], wanted)
		if i < len(found.Alike) && found.Alike[i] > 1 {
			one.Alike, one.AlikeHref = found.Alike[i], want{Tab: "open", Alike: found.Cases[i].Likeness()}.href()
		}
		p.Rows = append(p.Rows, one)
		p.offer(&found.Cases[i])
	}
	if found.Next != "" {
		p.Next = wanted.from(found.Next).href()
	}
	if wanted.After != "" {
		p.First = wanted.from("").href()
	}
	return c.write(w, v, a.status, "queue", p)
}

func agesInOrder() []string {
	return slices.SortedFunc(maps.Keys(ages), func(a, b string) int { return cmp.Compare(ages[a], ages[b]) })
}

// grounds are what is offered while a ground is typed.
func (v *visit) grounds() (list []string) {
	for _, key := range []string{"ground.false", "ground.quote", "ground.joke", "ground.harsh", "ground.ad", "ground.scam", "ground.flood", "ground.raid"} {
		list = append(list, v.say(key))
	}
	return list
}

// tabs counts what waits. A filter narrows the list and not the counts: they say
// how much there is to do.
func (c *Console) tabs(ctx context.Context, v *visit, wanted want) ([]tab, error) {
	open, overdue, err := c.config.Store.Waiting(ctx, v.now)
	if err != nil {
		return nil, err
	}
	most := math.MaxInt
	if v.login.reviewer.Reach().Limited {
		most = review.CountedMost
	}
	list := make([]tab, 0, len(tabs))
	for _, name := range tabs {
		t := tab{Name: name, Href: wanted.on(name).href(), Here: name == wanted.Tab}
		switch name {
		case "open":
			t.Count = upTo(open, most)
		case "overdue":
			t.Count, t.Alarm = upTo(overdue, most), overdue > 0
		case "samples":
			drawn, err := c.config.Store.Count(ctx, review.Filter{Sampled: true}, countedMost)
			if err != nil {
				return nil, err
			}
			if drawn > 0 {
				t.Count = upTo(drawn, countedMost)
			}
		case "byhand":
			asked, err := c.config.Store.Count(ctx, review.Filter{Asked: true}, countedMost)
			if err != nil {
				return nil, err
			}
			if asked == 0 && !t.Here {
				continue // most platforms let the bot do everything
			}
			late, err := c.config.Store.Count(ctx, review.Filter{Asked: true, AskedBefore: v.now}, 1)
			if err != nil {
				return nil, err
			}
			t.Count, t.Alarm = upTo(asked, countedMost), late > 0
		}
		list = append(list, t)
	}
	return list, nil
}

// upTo is a number that was counted no further than most.
func upTo(n, most int) string {
	if n >= most {
		return strconv.Itoa(most-1) + "+"
	}
	return strconv.Itoa(n)
}

// offer adds what the case has to the suggestions of the filter.
func (p *queuePage) offer(c *review.Case) {
	add := func(list *[]string, value string) {
		if value != "" && !slices.Contains(*list, value) {
			*list = append(*list, value)
		}
	}
	add(&p.Platforms, c.Event.Platform)
	add(&p.Chats, review.ChatKey(c.Event.Adapter, c.Event.Chat))
	for i := range c.Verdict.Hits {
		add(&p.Rules, c.Verdict.Hits[i].Rule)
	}
}

func (v *visit) row(c *review.Case, wanted want) row {
	text, _ := clipped(c.Event.Message.Text, spansOf(c), forRow)
	one := row{
		ID: c.ID, Href: caseHref(c.ID, wanted), Severity: c.Verdict.Severity(), State: stateOf(c), Kind: string(c.Event.Kind),
		Text: text, Name: brief(c.Event.Author.Name), Member: brief(c.Event.Author.ID),
		Platform: brief(c.Event.Platform), Chat: brief(c.Event.Chat),
		Rules: v.ruleNames(c), Acts: v.acts(c), Created: v.moment(c.Event.Time), By: c.DecidedBy, Trouble: !c.Trouble.IsZero(),
		Appeal: c.AppealState() == review.AppealWaits, Reports: c.Reported.Count, Sample: c.Sample.Of,
	}
	if len(c.Event.Author.Name) == 0 {
		one.Name, one.Member = one.Member, nil
	}
	if c.ClaimedBy != "" && v.now.Before(c.ClaimedUntil) {
		one.Holder, one.Mine = c.ClaimedBy, c.ClaimedBy == v.login.reviewer.Name
	}
	if c.State == review.Open && !c.Due.IsZero() {
		one.Due = v.moment(c.Due)
		one.Overdue, one.DueText = v.due(c.Due)
		one.Soon = !one.Overdue && v.now.Sub(c.Created) > 3*c.Due.Sub(v.now)
	}
	if first := firstAsked(c); first != nil {
		one.AskedLate, one.Asked = v.due(first.Due)
	}
	one.Escalated = c.State == review.Open && c.Escalated.By != ""
	if c.State != review.Upheld {
		one.Proposed = c.Proposed.By
	}
	return one
}

// due is how long there is still time, or how long it has been over.
func (v *visit) due(at time.Time) (overdue bool, text string) {
	if d := at.Sub(v.now); d > 0 {
		return false, v.say("queue.due", rough(d, v.lang))
	}
	return true, v.say("queue.overdue", rough(v.now.Sub(at), v.lang))
}

func (v *visit) ruleNames(c *review.Case) []ruleName {
	var names []ruleName
	for i := range c.Verdict.Hits {
		h := &c.Verdict.Hits[i]
		title := h.Title.In(v.lang)
		if title == "" {
			title = h.Rule
		}
		names = append(names, ruleName{ID: h.Rule, Title: title, Shadow: h.Mode == rules.Shadow})
	}
	return names
}

// spansOf is where the rules hit, by the name of the rule and its word.
func spansOf(c *review.Case) []named {
	var spans []named
	for i := range c.Verdict.Hits {
		h := &c.Verdict.Hits[i]
		for _, s := range h.Signals {
			name := h.Rule
			if s.Word != "" {
				name += ": " + s.Word
			}
			spans = append(spans, named{s.Span, name})
		}
	}
	return spans
}

// caseHref is the page of a case, which remembers the list that it was opened from.
func caseHref(id string, from want) string {
	href := "/cases/" + url.PathEscape(id)
	if q := from.query(); q != "" {
		href += "?from=" + url.QueryEscape(q)
	}
	return href
}
