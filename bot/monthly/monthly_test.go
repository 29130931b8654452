package monthly_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/brake"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/monthly"
	"patrol/bot/review"
	"patrol/bot/stats"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	east  = time.FixedZone("CST", 8*3600)
	month = time.Date(2026, 11, 15, 0, 0, 0, 0, east)
	first = time.Date(2026, 11, 1, 0, 0, 0, 0, east)
)

const group = "qq-main/1001"

// hostile tries to leave its place in a page and in a spreadsheet.
const hostile = "=cmd|' /C calc'!A0 <script>alert(1)</script> \u202egnp"

// november is a store with a month of two groups: of ours ten cases and of another
// one, and some on either side of the month.
func november(tb testing.TB) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), store.Config{Path: filepath.Join(tb.TempDir(), "patrol.db"), Relaxed: true})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	m := maker{tb, s}
	for i := range 6 { // acted on alone, within i+1 seconds; two of them later overturned
		m.acted(fmt.Sprint("a", i), first.Add(time.Duration(i)*24*time.Hour), time.Duration(i+1)*time.Second)
	}
	m.acted("slow", first.Add(10*24*time.Hour), 5*time.Minute)
	m.acted("before", first.Add(-time.Second), time.Second)
	m.acted("after", first.AddDate(0, 1, 0), time.Second)
	m.asked("asked", first.Add(12*24*time.Hour), time.Hour)
	m.asked("late", first.Add(13*24*time.Hour), 20*time.Hour)
	m.open("open", first.Add(14*24*time.Hour))
	m.elsewhere("other", first.Add(time.Hour))
	m.overturn("a1", first.Add(3*24*time.Hour))
	m.appeal("a2", first.Add(4*24*time.Hour))
	m.report("a3", first.Add(5*24*time.Hour))
	for _, b := range []brake.Brake{
		{ID: "b1", Kind: brake.Chat, Scope: group, At: first.Add(time.Hour), Until: first.Add(2 * time.Hour), Why: lang.T("一分钟内移出 5 人", "5 removals in 1m")},
		{ID: "b2", Kind: brake.Chat, Scope: "qq-main/2002", At: first.Add(time.Hour), Until: first.Add(2 * time.Hour)},
		{ID: "b3", Kind: brake.Rule, Scope: "ads.contact", At: first.Add(3 * time.Hour), Until: first.Add(4 * time.Hour), Why: lang.T("规则", "rule")},
	} {
		if err := s.PutBrake(tb.Context(), b); err != nil {
			tb.Fatal(err)
		}
	}
	counted := make(chan error, 1)
	err = s.AddCounts(tb.Context(), []stats.Tally{
		{Day: "2026-11-01", Chat: group, What: stats.Messages, N: 5000}, {Day: "2026-11-30", Chat: group, What: stats.Messages, N: 7000},
		{Day: "2026-10-31", Chat: group, What: stats.Messages, N: 9}, {Day: "2026-11-02", Chat: "qq-main/2002", What: stats.Messages, N: 9}, {Day: "2026-11-02", Chat: group, What: stats.Hits, Name: "ads", N: 9},
	}, func(err error) { counted <- err })
	if err := errors.Join(err, <-counted); err != nil {
		tb.Fatal(err)
	}
	return s
}

type maker struct {
	testing.TB
	s *store.Store
}

func (m maker) kase(id string, at time.Time, chatID string) *review.Case {
	e := chat.Event{
		ID: id, Kind: chat.KindMessage, Platform: "qq", Adapter: "qq-main", Chat: chatID, Author: chat.Member{ID: "7", Name: "小明"},
		Message: chat.Message{ID: id, Text: "加微信"}, Time: at,
	}
	return &review.Case{
		ID: id, State: review.Acted, Created: at, Event: e, Strike: review.StrikeCounts,
		Verdict:  rules.Verdict{Set: "3f2a", Hits: []rules.Hit{{Rule: "ads.contact", Title: lang.T("引流加微信", hostile), Severity: rules.Major, Mode: rules.Live, Then: rules.Then{Answer: rules.Ladder}}}},
		Decision: ladder.Decision{Strike: &ladder.Strike{Case: id, Rule: "ads.contact", Weight: 3, At: at, Until: at.Add(30 * 24 * time.Hour)}},
	}
}

func (m maker) record(c *review.Case) {
	m.Helper()
	done := make(chan error, 1)
	entry := ledger.Entry{At: c.Created, Kind: ledger.Decided, Actor: ledger.Bot, Case: c.ID, Chat: review.ChatKey(c.Event.Adapter, c.Event.Chat)}
	if err := m.s.Record(m.Context(), c, []ledger.Entry{entry}, func(_ bool, err error) { done <- err }); err != nil {
		m.Fatal(err)
	}
	if err := <-done; err != nil {
		m.Fatal(err)
	}
}

func (m maker) act(c *review.Case, verb chat.Verb, state review.ActState, settled time.Time) {
	c.Acts = append(c.Acts, review.Act{Case: c.ID, Adapter: "qq-main", State: state, Due: c.Created, Settled: settled, Action: chat.Action{
		Key: review.ActKey(c.ID, verb), Verb: verb, Chat: c.Event.Chat, Member: "7", For: time.Hour,
	}})
}

func (m maker) acted(id string, at time.Time, within time.Duration) {
	c := m.kase(id, at, "1001")
	m.act(c, chat.Delete, review.Done, at.Add(within))
	m.act(c, chat.Mute, review.Done, at.Add(within+time.Second))
	m.act(c, chat.Warn, review.Failed, at.Add(within))
	m.record(c)
}

// asked is a case that was decided by a person after that time; they had 12 hours.
func (m maker) asked(id string, at time.Time, after time.Duration) {
	c := m.kase(id, at, "1001")
	c.State, c.Due, c.Strike = review.Open, at.Add(12*time.Hour), review.StrikePending
	c.Verdict.Hits[0].Rule = "ads.other"
	m.act(c, chat.Remove, review.Held, time.Time{})
	m.record(c)
	if _, err := m.desk(at.Add(after)).Uphold(m.Context(), id, "li", ""); err != nil {
		m.Fatal(err)
	}
}

func (m maker) open(id string, at time.Time) {
	c := m.kase(id, at, "1001")
	c.State, c.Due = review.Open, at.Add(12*time.Hour)
	c.Verdict.Hits = append(c.Verdict.Hits, rules.Hit{Rule: hostile, Severity: rules.Minor, Mode: rules.Live})
	m.record(c)
}

func (m maker) elsewhere(id string, at time.Time) {
	c := m.kase(id, at, "2002")
	m.act(c, chat.Ban, review.Done, at.Add(time.Second))
	m.record(c)
}

func (m maker) desk(at time.Time) *review.Queue {
	return review.NewQueue(review.Config{Store: m.s, Now: func() time.Time { return at }})
}

func (m maker) overturn(id string, at time.Time) {
	c, err := m.desk(at).Overturn(m.Context(), id, "li", "误报")
	if err != nil {
		m.Fatal(err)
	}
	for i := range c.Acts {
		if c.Acts[i].Action.Verb == chat.Unmute {
			c.Acts[i].State, c.Acts[i].Settled = review.Done, at.Add(time.Second)
		}
	}
	done := make(chan error, 1)
	if err := m.s.Settle(m.Context(), review.Update{Case: id, Acts: c.Acts}, func(err error) { done <- err }); err != nil {
		m.Fatal(err)
	}
	if err := <-done; err != nil {
		m.Fatal(err)
	}
}

func (m maker) apply(id string, change func(*review.Case) ([]ledger.Entry, error)) {
	if _, err := m.s.Apply(m.Context(), id, change); err != nil {
		m.Fatal(err)
	}
}

func (m maker) appeal(id string, at time.Time) {
	m.apply(id, func(c *review.Case) ([]ledger.Entry, error) {
		return c.FileAppeal(review.Appeal{At: at, Via: "link", Text: "冤枉"}, time.Hour)
	})
	if _, err := m.desk(at.Add(time.Minute)).Uphold(m.Context(), id, "li", "no"); err != nil {
		m.Fatal(err)
	}
}

func (m maker) report(id string, at time.Time) {
	m.apply(id, func(c *review.Case) ([]ledger.Entry, error) {
		return c.HearReports(review.Reports{Count: 3, Weight: 2, Last: at}, time.Hour), nil
	})
}

func order() monthly.Order {
	return monthly.Order{
		Chat: group, Month: month, Made: time.Date(2026, 12, 2, 9, 0, 0, 0, east), Check: time.Minute,
		Retention: monthly.Retention{Text: 30 * 24 * time.Hour, Ledger: 180 * 24 * time.Hour},
	}
}

func reported(t *testing.T, o monthly.Order) *monthly.Report {
	t.Helper()
	r, err := monthly.Of(t.Context(), november(t), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestTheNumbersOfAMonth(t *testing.T) {
	r := reported(t, order())
	if r.Month != "2026-11" || !r.From.Equal(first) || len(r.Days) != 30 || !r.Over || r.Gone {
		t.Errorf("%+v", r)
	}
	if r.Messages != 12_000 || r.Days[0].Messages != 5000 || r.Days[29].Messages != 7000 {
		t.Errorf("messages: %d, %+v", r.Messages, r.Days)
	}
	if want := (monthly.Cases{All: 10, Acted: 5, Open: 1, Upheld: 3, Overturned: 1}); r.Cases != want || r.Late != 1 {
		t.Errorf("cases: %+v, late %d", r.Cases, r.Late)
	}
	// Of seven cases acted on alone: 1 s to 6 s, and 5 m.
	if want := (monthly.Times{N: 7, Median: 4, P90: 300, Most: 300, Due: 7, InTime: 6}); r.ToAct != want {
		t.Errorf("to act: %+v", r.ToAct)
	}
	// 1 h and 20 h of 12, and the appeal after a minute of an hour.
	if want := (monthly.Times{N: 3, Median: 3600, P90: 72000, Most: 72000, Due: 3, InTime: 2}); r.ToDecide != want {
		t.Errorf("to decide: %+v", r.ToDecide)
	}
	if len(r.Rules) != 3 || r.Rules[0].ID != "ads.contact" || r.Rules[0].Cases != 8 || r.Rules[0].Upheld != 1 || r.Rules[0].Overturned != 1 {
		t.Errorf("rules: %+v", r.Rules)
	}
	actions := map[chat.Verb]monthly.Action{}
	for _, a := range r.Actions {
		actions[a.Verb] = a
	}
	for verb, want := range map[chat.Verb]monthly.Action{
		chat.Delete: {Done: 7}, chat.Mute: {Done: 7}, chat.Warn: {Failed: 7}, chat.Remove: {Waiting: 2}, chat.Unmute: {Done: 1},
	} {
		if want.Verb = verb; actions[verb] != want {
			t.Errorf("%s: %+v", verb, actions[verb])
		}
	}
	if _, there := actions[chat.Ban]; there {
		t.Error("an action of another group is counted")
	}
	if r.Reports != (monthly.Reports{Cases: 1, Reports: 3}) || r.Appeals != (monthly.Appeals{Made: 1, Rejected: 1}) || r.Wrong != (monthly.Wrong{Cases: 1, Undone: 1, Strikes: 1}) {
		t.Errorf("%+v %+v %+v", r.Reports, r.Appeals, r.Wrong)
	}
	if len(r.Brakes) != 2 || r.Brakes[0].Kind != brake.Chat || r.Brakes[1].Kind != brake.Rule {
		t.Errorf("brakes: %+v", r.Brakes)
	}
	if p := r.Proof; !p.Checked || p.Fault != "" || p.Entries < 14 || p.First == 0 || p.Last <= p.First || p.Head.Seq < p.Last {
		t.Errorf("proof: %+v", p)
	}
}

func TestAMonthThatIsNotOverOrHasPartlyGoneSaysSo(t *testing.T) {
	s := november(t)
	for made, want := range map[time.Time][2]bool{
		first.Add(20 * 24 * time.Hour): {false, false}, first.AddDate(0, 1, 0): {true, false}, first.AddDate(0, 7, 0): {true, true},
	} {
		o := order()
		o.Made = made
		r, err := monthly.Of(t.Context(), s, o)
		if err != nil || r.Over != want[0] || r.Gone != want[1] {
			t.Errorf("made %s: over %v, gone %v, %v", made, r.Over, r.Gone, err)
		}
	}
}

func TestAReportIsForThoseWhoSeeTheGroup(t *testing.T) {
	s := november(t)
	if _, err := monthly.Of(review.WithReach(t.Context(), review.Only("qq-main/2002")), s, order()); !errors.Is(err, review.ErrNotFound) {
		t.Errorf("from another group: %v", err)
	}
	r, err := monthly.Of(review.WithReach(t.Context(), review.Only(group)), s, order())
	if err != nil || r.Cases.All != 10 || !r.Proof.Checked || len(r.Brakes) != 1 {
		t.Errorf("from the group: %+v, %v", r, err)
	}
}

// broken is a store whose ledger does not hold, or takes for ever to audit.
type broken struct {
	*store.Store
	err error
}

func (b broken) Audit(ctx context.Context, _ ...ledger.Head) (ledger.Report, error) {
	if b.err == nil {
		<-ctx.Done()
		return ledger.Report{}, ctx.Err()
	}
	return ledger.Report{}, b.err
}

func TestAReportSaysWhetherTheLedgerHolds(t *testing.T) {
	s := november(t)
	r, err := monthly.Of(t.Context(), broken{s, &ledger.Broken{Seq: 3, Fault: ledger.Altered, Why: hostile}}, order())
	if err != nil || !r.Proof.Checked || !strings.Contains(r.Proof.Fault, "entry 3 is altered") {
		t.Errorf("%+v, %v", r, err)
	}
	page(t, r, "the ledger does not hold")
	o := order()
	o.Check = time.Nanosecond
	if r, err = monthly.Of(t.Context(), broken{s, nil}, o); err != nil || r.Proof.Checked {
		t.Errorf("one that takes too long: %+v, %v", r, err)
	}
	page(t, r, "not verified for this page")
	if _, err = monthly.Of(t.Context(), broken{s, os.ErrPermission}, order()); !errors.Is(err, os.ErrPermission) {
		t.Errorf("one that can't be read: %v", err)
	}
}

func page(t *testing.T, r *monthly.Report, says ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := r.HTML(&out); err != nil {
		t.Fatal(err)
	}
	for _, what := range says {
		if !strings.Contains(out.String(), what) {
			t.Errorf("the page does not say %q", what)
		}
	}
	for _, never := range []string{"<script", "\u202e", "加微信</", "小明"} {
		if strings.Contains(out.String(), never) {
			t.Errorf("the page contains %q", never)
		}
	}
	return out.Bytes()
}

// The forms are read by people, spreadsheets and programs of others.
func TestTheFormsOfAReport(t *testing.T) {
	r := reported(t, order())
	// The ledger's salts are random, so that its hashes differ from run to run.
	r.Proof.Head.Hash = ledger.Sum([]byte("head"))
	golden(t, "page.golden.html", page(t, r, "Monthly report", "群治理月报", "85.7 % (6/7)", "⟦U&#43;202E⟧", "&lt;script&gt;"))
	var data, table bytes.Buffer
	if err := errors.Join(r.JSON(&data), r.CSV(&table)); err != nil {
		t.Fatal(err)
	}
	golden(t, "report.golden.json", data.Bytes())
	golden(t, "report.golden.csv", table.Bytes())
	var again monthly.Report
	if err := json.Unmarshal(data.Bytes(), &again); err != nil || again.ToAct != r.ToAct {
		t.Error(again, err)
	}
	rows, err := csv.NewReader(&table).ReadAll()
	if err != nil || len(rows) < 100 {
		t.Fatal(len(rows), err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.HasPrefix(cell, "=") {
				t.Errorf("a spreadsheet runs %q", cell)
			}
		}
	}
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := errors.Join(os.MkdirAll("testdata", 0o755), os.WriteFile(path, got, 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("%s is not what it was: look at the difference, then run with -update", path)
	}
}

func Example() {
	r := monthly.Report{Chat: "qq-main/1001", Month: "2026-11", ToDecide: monthly.Times{N: 8, Due: 8, InTime: 7}}
	fmt.Printf("%s %s: %.1f %% decided in time\n", r.Chat, r.Month, r.ToDecide.Share())
	// Output: qq-main/1001 2026-11: 87.5 % decided in time
}
