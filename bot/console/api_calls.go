package console

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

var errNoOpinion = errors.New("uphold is missing: true or false / 缺少 uphold：true 或 false")

func newOf(like any) any { return reflect.New(reflect.TypeOf(like)).Interface() }

func findParameter(known []parameter, name string) *parameter {
	i := slices.IndexFunc(known, func(p parameter) bool { return p.name == name })
	if i < 0 {
		return nil
	}
	return &known[i]
}

// takes reports whether value is one of the parameter.
func (p *parameter) takes(value string) bool {
	switch {
	case len(p.enum) > 0:
		return slices.Contains(p.enum, value)
	case value == "":
		return true
	case p.form == "integer":
		n, err := strconv.ParseInt(value, 10, 64)
		return err == nil && n >= 0
	case p.form == "date-time":
		_, err := time.Parse(time.RFC3339, value)
		return err == nil
	}
	return len(value) <= 1000
}

// meAnswer is who calls.
type meAnswer struct {
	Name  string      `json:"name"`
	Role  review.Role `json:"role"`
	Chats []string    `json:"chats"` // the only ones that the caller sees; null: all
}

func (c *Console) apiMe(_ *http.Request, v *visit, _ any) (any, error) {
	who := &v.login.reviewer
	return meAnswer{who.Name, who.Role, who.Reach().Chats}, nil
}

// waitingAnswer is how much waits.
type waitingAnswer struct {
	Open    int `json:"open"`
	Overdue int `json:"overdue"`
}

func (c *Console) apiWaiting(r *http.Request, v *visit, _ any) (any, error) {
	open, overdue, err := c.config.Store.Waiting(r.Context(), v.now)
	return waitingAnswer{open, overdue}, err
}

// casesAnswer is one page of cases.
type casesAnswer struct {
	Cases []review.Case `json:"cases"`
	Next  string        `json:"next,omitempty"` // the cursor of the next page; absent on the last
}

var caseParameters = []parameter{
	{name: "state", about: lang.T("状态，可重复", "state; may be repeated"), many: true, enum: []string{"open", "acted", "logged", "upheld", "overturned"}},
	{name: "chat", about: lang.T("群，写作 连接名/群号，可重复", "chat, written connection/chat; may be repeated"), many: true},
	{name: "adapter", about: lang.T("连接名", "name of the connection")},
	{name: "platform", about: lang.T("平台", "platform")},
	{name: "member", about: lang.T("成员 ID", "id of the member")},
	{name: "rule", about: lang.T("命中的规则", "id of a rule that hit")},
	{name: "severity", about: lang.T("最高严重程度", "of the gravest hit"), enum: []string{"minor", "major", "severe"}},
	{name: "claimed_by", about: lang.T("由谁认领", "who holds it")},
	{name: "since", about: lang.T("此时及以后", "recorded then or later"), form: "date-time"},
	{name: "until", about: lang.T("此时以前", "recorded before then"), form: "date-time"},
	{name: "overdue", about: lang.T("true：只要超时的", "true: overdue ones only"), enum: []string{"true", "false"}},
	{name: "sampled", about: lang.T("true：只要随机抽中而未判断的", "true: only those that were drawn by chance and wait"), enum: []string{"true", "false"}},
	{name: "cursor", about: lang.T("上一页的 next", "next of the page before")},
	{name: "limit", about: lang.F("最多几个，默认 %d，上限 %d", "how many at most; %d where absent, never more than %d", review.DefaultPage, review.MaxPage), form: "integer"},
}

func (c *Console) apiCases(r *http.Request, v *visit, _ any) (any, error) {
	q := r.URL.Query()
	f := review.Filter{
		Chats: q["chat"], Adapter: q.Get("adapter"), Platform: q.Get("platform"), Member: q.Get("member"), Rule: q.Get("rule"),
		Severity: rules.Severity(q.Get("severity")), ClaimedBy: q.Get("claimed_by"), After: q.Get("cursor"),
	}
	for _, s := range q["state"] {
		f.States = append(f.States, review.State(s))
	}
	f.Since, _ = time.Parse(time.RFC3339, q.Get("since"))
	f.Until, _ = time.Parse(time.RFC3339, q.Get("until"))
	if q.Get("overdue") == "true" {
		f.Overdue = v.now
	}
	f.Sampled = q.Get("sampled") == "true"
	f.Limit, _ = strconv.Atoi(q.Get("limit"))
	page, err := c.config.Store.Cases(r.Context(), f)
	return casesAnswer{append([]review.Case{}, page.Cases...), page.Next}, err
}

// whole refuses the beginning of an id, which people may use and programs need not.
func whole(c review.Case, err error, id string) (any, error) {
	if err == nil && c.ID != id {
		return nil, notFound
	}
	return c, err
}

func (c *Console) apiCase(r *http.Request, _ *visit, _ any) (any, error) {
	id := r.PathValue("id")
	one, err := c.config.Store.Case(r.Context(), id)
	return whole(one, err, id)
}

// timelineAnswer is what the ledger says of one case, oldest first.
type timelineAnswer struct {
	Entries []ledger.Entry `json:"entries"`
}

func (c *Console) apiTimeline(r *http.Request, _ *visit, _ any) (any, error) {
	id := r.PathValue("id")
	one, err := c.config.Store.Case(r.Context(), id)
	if _, err := whole(one, err, id); err != nil {
		return nil, err
	}
	entries, err := c.config.Timeline(r.Context(), id)
	return timelineAnswer{append([]ledger.Entry{}, entries...)}, err
}

// verbBody is what goes with a verb on a case.
type verbBody struct {
	Ground  string  `json:"ground,omitempty"`  // why; an overturn needs it
	Text    string  `json:"text,omitempty"`    // of a note
	Act     string  `json:"act,omitempty"`     // with did and could-not: the key of the action
	Instead *string `json:"instead,omitempty"` // with uphold: a step of the ladder in place of what is held ("mute 10m"), or "" for nothing

	Uphold *bool `json:"uphold,omitempty"` // of a second opinion: whether you would have upheld

	below bool // whoever calls may not decide what was handed up
}

// verb is one that may be called.
type verb struct {
	name  string
	about lang.Text
	do    func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error)
}

// verbs are all that a queue does with one case.
var verbs = []verb{
	{"claim", lang.T("认领，或延长自己的认领", "take the case, or hold it longer"), func(ctx context.Context, q *review.Queue, id, by string, _ *verbBody) (review.Case, error) {
		return q.Claim(ctx, id, by)
	}},
	{"release", lang.T("放回", "give the case back"), func(ctx context.Context, q *review.Queue, id, by string, _ *verbBody) (review.Case, error) {
		return q.Release(ctx, id, by)
	}},
	{"uphold", lang.T("维持：执行等待确认的动作，或以 instead 代替", "agree with the bot: what is held is done, or what instead says"), uphold},
	{"overturn", lang.T("推翻：撤销已执行的动作", "disagree with the bot: what was done is undone"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		if strings.TrimSpace(b.Ground) == "" {
			return review.Case{}, errNoGround
		}
		return q.Decide(ctx, id, review.Overturned, review.Word{By: by, Ground: b.Ground, Below: b.below})
	}},
	{"escalate", lang.T("上报", "hand the case up"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		return q.Escalate(ctx, id, by, b.Ground)
	}},
	{"take-back", lang.T("撤回自己的裁决、提议或上报", "take back the own verdict, proposal or escalation"), func(ctx context.Context, q *review.Queue, id, by string, _ *verbBody) (review.Case, error) {
		return q.TakeBack(ctx, id, by)
	}},
	{"repost", lang.T("把误删的文字重新发到群里", "post the text of a wrongly deleted message again"), func(ctx context.Context, q *review.Queue, id, by string, _ *verbBody) (review.Case, error) {
		return q.Repost(ctx, id, by)
	}},
	{"second-opinion", lang.T("对抽检的案件给出第二意见，不改变结论", "say of a case that was drawn what you would have decided; it changes nothing"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		if b.Uphold == nil {
			return review.Case{}, errNoOpinion
		}
		return q.Opine(ctx, id, by, *b.Uphold)
	}},
	{"did", lang.T("已按要求在平台上人工完成（act）", "what was asked for (act) was done by hand on the platform"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		return q.Did(ctx, id, b.Act, by, b.Ground)
	}},
	{"could-not", lang.T("人工也做不到（act），ground 为原因", "what was asked for (act) can't be done by hand either; ground says why"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		return q.CouldNot(ctx, id, b.Act, by, b.Ground)
	}},
	{"note", lang.T("写备注", "write a note"), func(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
		return q.Note(ctx, id, by, b.Text)
	}},
}

func uphold(ctx context.Context, q *review.Queue, id, by string, b *verbBody) (review.Case, error) {
	word := review.Word{By: by, Ground: b.Ground, Below: b.below}
	if b.Instead != nil {
		word.Instead = &rules.Step{}
	}
	if b.Instead != nil && *b.Instead != "" {
		step, err := rules.ParseStep(*b.Instead)
		if err != nil {
			return review.Case{}, review.ErrMeasure
		}
		word.Instead = &step
	}
	return q.Decide(ctx, id, review.Upheld, word)
}

func (c *Console) apiVerb(do verb) func(*http.Request, *visit, any) (any, error) {
	return func(r *http.Request, v *visit, body any) (any, error) {
		b := body.(*verbBody)
		b.below = !v.login.reviewer.May(review.Manage)
		return do.do(r.Context(), c.config.Queue, r.PathValue("id"), v.login.reviewer.Name, b)
	}
}

// bulkBody is one verb for many cases.
type bulkBody struct {
	Verb string   `json:"verb" jsonschema:"enum=claim,enum=release,enum=uphold,enum=overturn,enum=escalate,enum=take-back,enum=repost,enum=second-opinion,enum=did,enum=could-not,enum=note"`
	IDs  []string `json:"ids" jsonschema:"maxItems=500"`
	verbBody
}

// bulkAnswer is what came of it: one case that is refused does not keep the others back.
type bulkAnswer struct {
	Done    []string      `json:"done"`
	Refused []bulkRefusal `json:"refused"`
}

type bulkRefusal struct {
	ID    string `json:"id"`
	Code  string `json:"code"`
	Title string `json:"title"`
}

func (c *Console) apiBulk(r *http.Request, v *visit, body any) (any, error) {
	b := body.(*bulkBody)
	i := slices.IndexFunc(verbs, func(known verb) bool { return known.name == b.Verb })
	if i < 0 || len(b.IDs) == 0 || len(b.IDs) > review.MaxPage {
		return nil, &badRequest{http.StatusBadRequest, "bad_body", lang.F("需要一个动词和 1 到 %d 个案件", "a verb and 1 to %d ids are needed", review.MaxPage)}
	}
	b.below = !v.login.reviewer.May(review.Manage)
	tally := c.config.Queue.Each(r.Context(), b.IDs, func(ctx context.Context, id string) (review.Case, error) {
		return verbs[i].do(ctx, c.config.Queue, id, v.login.reviewer.Name, &b.verbBody)
	})
	answer := bulkAnswer{Done: []string{}, Refused: []bulkRefusal{}}
	for i := range tally.Done {
		answer.Done = append(answer.Done, tally.Done[i].ID)
	}
	for _, refused := range tally.Refused {
		p, known := problemOf(refused.Err, v)
		if !known && !errors.Is(refused.Err, context.Canceled) {
			c.config.Log.Error().Err(refused.Err).Str("case", refused.ID).Msg("console: a verb of a bulk failed")
		}
		answer.Refused = append(answer.Refused, bulkRefusal{refused.ID, p.Code, p.Title})
	}
	return answer, nil
}

// ledgerAnswer is one page of the ledger.
type ledgerAnswer struct {
	Records []recordAnswer `json:"records"`
	Next    string         `json:"next,omitempty"` // the cursor of the next page; absent on the last
}

// recordAnswer is an entry with what its hash is made of.
type recordAnswer struct {
	Seq   int64        `json:"seq"`
	Hash  string       `json:"hash"`           // hex; see patrol help for how it is made
	Body  string       `json:"body"`           // exactly as it is hashed
	Said  string       `json:"said,omitempty"` // what can be erased; its digest is in the body
	Entry ledger.Entry `json:"entry,omitzero"`

	Digest string `json:"digest,omitempty"` // of a body that was pruned: then there is no body and no entry
}

var ledgerParameters = []parameter{
	{name: "cursor", about: lang.T("上一页的 next，或从哪一条（seq）开始", "next of the page before, or the seq to begin at"), form: "integer"},
	{name: "limit", about: lang.F("最多几条，默认 %d，上限 %d", "how many at most; %d where absent, never more than %d", review.DefaultPage, review.MaxPage), form: "integer"},
}

func (c *Console) apiLedger(r *http.Request, _ *visit, _ any) (any, error) {
	q := r.URL.Query()
	from, _ := strconv.ParseInt(q.Get("cursor"), 10, 64)
	limit, _ := strconv.Atoi(q.Get("limit"))
	if limit <= 0 {
		limit = review.DefaultPage
	}
	limit = min(limit, review.MaxPage)
	if c.config.Ledger == nil {
		return nil, notFound
	}
	answer := ledgerAnswer{Records: []recordAnswer{}}
	records, err := c.config.Ledger(r.Context(), from, limit+1)
	if err != nil {
		return nil, err
	}
	if len(records) > limit {
		answer.Next = strconv.FormatInt(records[limit].Seq, 10)
		records = records[:limit]
	}
	for _, record := range records {
		one := recordAnswer{Seq: record.Seq, Hash: record.Hash.String(), Body: string(record.Body), Said: string(record.Said)}
		if one.Entry, err = record.Entry(); errors.Is(err, ledger.ErrPruned) {
			one.Digest, err = record.Digest.String(), nil
		}
		if err != nil {
			return nil, err
		}
		answer.Records = append(answer.Records, one)
	}
	return answer, nil
}

// rulesAnswer is the rules at work, without their words.
type rulesAnswer struct {
	Set   string       `json:"set"` // version, as hits and ledger entries name it
	Rules []ruleAnswer `json:"rules"`
}

type ruleAnswer struct {
	ID       string         `json:"id"`
	Title    lang.Text      `json:"title"`
	Category string         `json:"category"`
	Severity rules.Severity `json:"severity"`
	Mode     rules.Mode     `json:"mode"`
	Answer   rules.Answer   `json:"answer"`
}

func (c *Console) apiRules(*http.Request, *visit, any) (any, error) {
	if c.config.Rules == nil {
		return nil, notFound
	}
	set := c.config.Rules()
	answer := rulesAnswer{Set: set.Version(), Rules: []ruleAnswer{}}
	for _, r := range set.Rules() {
		answer.Rules = append(answer.Rules, ruleAnswer{r.ID, r.Title, r.Category, r.Severity, r.Mode, r.Then.Answer})
	}
	return answer, nil
}
