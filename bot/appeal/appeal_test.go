package appeal_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/appeal"
	"patrol/bot/ladder"
	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/bot/store"
	"patrol/rules"
	"patrol/rules/lang"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// house is a desk over a real store.
type house struct {
	*testing.T
	store *store.Store
	desk  *appeal.Desk
	queue *review.Queue
	now   time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	s, err := store.Open(t.Context(), store.Config{Path: filepath.Join(t.TempDir(), "patrol.db"), Relaxed: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{T: t, store: s, now: noon}
	clock := func() time.Time { return h.now }
	h.desk = appeal.New(appeal.Config{Store: s, URL: "https://patrol.example.org", Now: clock})
	h.queue = review.NewQueue(review.Config{Store: s, Now: clock})
	return h
}

// muted records that the bot has muted a member alone.
func (h *house) muted(id, member string) {
	h.Helper()
	c := &review.Case{
		ID: id, State: review.Acted, Created: h.now, Strike: review.StrikeCounts,
		Event:    chat.Event{ID: id, Kind: chat.KindMessage, Adapter: "qq", Chat: "1", Author: chat.Member{ID: member}, Time: h.now, Message: chat.Message{ID: id, Text: "secret text"}},
		Verdict:  rules.Verdict{Hits: []rules.Hit{{Rule: "ads", Title: lang.T("广告", "advertising"), Mode: rules.Live, Severity: rules.Minor}}},
		Decision: ladder.Decision{Strike: &ladder.Strike{Case: id, Rule: "ads", Weight: 1, At: h.now, Until: h.now.Add(time.Hour)}},
		Acts:     []review.Act{{Case: id, Adapter: "qq", State: review.Done, Settled: h.now, Action: chat.Action{Key: review.ActKey(id, chat.Mute), Verb: chat.Mute, Chat: "1", Member: member, For: time.Hour}}},
	}
	done := make(chan error, 1)
	entry := ledger.Entry{At: h.now, Kind: ledger.Decided, Actor: ledger.Bot, Case: id}
	if err := h.store.Record(h.Context(), c, []ledger.Entry{entry}, func(_ bool, err error) { done <- err }); err != nil {
		h.Fatal(err)
	}
	if err := <-done; err != nil {
		h.Fatal(err)
	}
}

func (h *house) load(id string) review.Case {
	h.Helper()
	c, err := h.store.Case(h.Context(), id)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// hear is what the bot answers to a member, minutes later each time.
func (h *house) hear(member, text string) string {
	h.now = h.now.Add(time.Minute)
	return h.desk.Hear(h.Context(), &chat.Event{ID: text, Kind: chat.KindDirect, Adapter: "qq", Author: chat.Member{ID: member}, Message: chat.Message{Text: text}, Time: h.now})
}

func TestAnAppealByDirectMessageIsDecidedBySomebodyElse(t *testing.T) {
	h := open(t)
	h.muted("caseaaaa2222", "u1")
	if _, err := h.queue.Uphold(t.Context(), "caseaaaa2222", "li", "an ad"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ who, text, want string }{
		{"u1", "hi", "caseaaaa2222"},
		{"u1", "申诉", "请说明理由"},
		{"u1", "进度", "还没有申诉"},
		{"u2", "申诉 caseaaaa2222 我替他说", "没有可以申诉的处置"},
		{"u1", "申诉 CASEAAAA 这是误会", "已收到"},
		{"u1", "申诉 caseaaaa2222 再说一次", "等待裁决"},
		{"u1", "appeal again", "waits for a decision"},
		{"u1", "status", "waits for a decision"},
	} {
		if got := h.hear(step.who, step.text); !strings.Contains(got, step.want) {
			t.Errorf("%s to %q: %q, want %q", step.who, step.text, got, step.want)
		}
	}
	c := h.load("caseaaaa2222")
	if c.State != review.Open || c.Appeal.Text != "这是误会" || c.Appeal.First != "li" || c.Appeal.Via != "direct" || c.Due.IsZero() {
		t.Fatalf("the case is %s, the appeal %+v, due %v", c.State, c.Appeal, c.Due)
	}
	for name, verb := range map[string]func(context.Context, string, string, string) (review.Case, error){"uphold": h.queue.Uphold, "overturn": h.queue.Overturn} {
		if _, err := verb(t.Context(), c.ID, "li", "again"); !errors.Is(err, review.ErrFirst) {
			t.Errorf("%s by who decided first: %v", name, err)
		}
	}
	if _, err := h.queue.Overturn(t.Context(), c.ID, "wu", "a misunderstanding"); err != nil {
		t.Fatal(err)
	}
	if got := h.hear("u1", "进度"); !strings.Contains(got, "申诉成立") {
		t.Errorf("afterwards: %q", got)
	}
	if c := h.load(c.ID); c.Strike != review.StrikeVoid || len(c.Acts) != 2 || c.Acts[1].Action.Verb != chat.Unmute {
		t.Errorf("an accepted appeal leaves %+v, strike %s", c.Acts, c.Strike)
	}
}

func TestARejectedAppealStaysRejected(t *testing.T) {
	h := open(t)
	h.muted("caseaaaa2222", "u1")
	if got := h.hear("u1", "appeal it was a joke"); !strings.Contains(got, "received") {
		t.Fatal(got)
	}
	if _, err := h.queue.Uphold(t.Context(), "caseaaaa2222", "li", "no joke"); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"status", "appeal once more"} {
		if got := h.hear("u1", text); !strings.Contains(got, "rejected") {
			t.Errorf("%s: %q", text, got)
		}
	}
	if c := h.load("caseaaaa2222"); c.State != review.Upheld || c.Acts[0].State != review.Done {
		t.Errorf("the case is %s, the mute %s", c.State, c.Acts[0].State)
	}
}

func TestALinkOpensOneAppealOnce(t *testing.T) {
	h := open(t)
	h.muted("caseaaaa2222", "u1")
	h.muted("casebbbb2222", "u2")
	link, err := h.desk.Link(t.Context(), "caseaaaa2222")
	if err != nil {
		t.Fatal(err)
	}
	token, ok := strings.CutPrefix(link, "https://patrol.example.org/appeal/")
	if !ok || len(token) < 26 {
		t.Fatal(link)
	}
	nobody := review.WithReach(t.Context(), review.Only()) // who has a link is not logged in
	if c, err := h.desk.Case(nobody, token); err != nil || c.ID != "caseaaaa2222" {
		t.Fatalf("%q, %v", c.ID, err)
	}
	for _, wrong := range []string{"", "caseaaaa2222", token[1:] + "a", strings.ToUpper(token), token + "a"} {
		if _, err := h.desk.File(nobody, wrong, "x"); !errors.Is(err, appeal.ErrToken) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := h.desk.File(nobody, token, " \n"); !errors.Is(err, appeal.ErrEmpty) {
		t.Errorf("an appeal that says nothing: %v", err)
	}
	long := strings.Repeat("冤", 1000)
	if c, err := h.desk.File(nobody, token, long); err != nil || len(c.Appeal.Text) > review.MaxAppeal || !strings.HasPrefix(long, c.Appeal.Text) {
		t.Fatalf("%d bytes, %v", len(c.Appeal.Text), err)
	}
	if _, err := h.desk.File(nobody, token, "again"); !errors.Is(err, review.ErrAppealed) {
		t.Errorf("a second appeal: %v", err)
	}
	if c, err := h.desk.Case(nobody, token); err != nil || c.AppealState() != review.AppealWaits {
		t.Errorf("its state is not to be seen: %v", err)
	}
	if c := h.load("casebbbb2222"); c.AppealState() != review.NoAppeal {
		t.Error("another case was appealed")
	}
	h.now = h.now.Add(31 * 24 * time.Hour)
	if _, err := h.desk.Case(nobody, token); !errors.Is(err, appeal.ErrToken) {
		t.Errorf("after a month: %v", err)
	}
}

func TestWhoWritesTooMuchIsNotAnswered(t *testing.T) {
	h := open(t)
	answered := 0
	for range 50 {
		e := chat.Event{Kind: chat.KindDirect, Adapter: "qq", Author: chat.Member{ID: "u1"}, Message: chat.Message{Text: "hi"}, Time: noon}
		if h.desk.Hear(t.Context(), &e) != "" {
			answered++
		}
	}
	if answered == 0 || answered > 6 {
		t.Errorf("%d answers at once", answered)
	}
	if h.hear("u2", "hi") == "" {
		t.Error("nor is anybody else")
	}
}

func TestHowToAppealFollowsThePlatform(t *testing.T) {
	with, without := appeal.New(appeal.Config{URL: "https://x"}), appeal.New(appeal.Config{})
	for _, desk := range []*appeal.Desk{with, without} {
		for direct, want := range map[bool]string{true: "申诉 abc", false: "告诉管理员"} {
			if got := desk.How("abc", direct); !strings.Contains(got.Zh, want) || got.En == "" || strings.Contains(got.Zh+got.En, "%!") {
				t.Errorf("direct %v: %+v", direct, got)
			}
		}
		got := desk.HowAlone("abc", "MARK")
		if strings.Contains(got.Zh, "MARK") != (desk == with) || !strings.Contains(got.Zh, "申诉 abc") || !strings.Contains(got.En, "appeal abc") || strings.Contains(got.Zh+got.En, "%!") {
			t.Errorf("%+v", got)
		}
	}
}

func ExampleStateText() {
	c := review.Case{State: review.Open, Appeal: review.Appeal{At: noon}}
	fmt.Println(appeal.StateText(&c).En)
	c.State = review.Overturned
	fmt.Println(appeal.StateText(&c).En)
	// Output:
	// The appeal waits for a decision.
	// The appeal was accepted: what was done is undone.
}
