package appeal

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
	"patrol/rules/lang"
)

// paces limits how often the bot answers each member.
type paces struct {
	mu sync.Mutex
	of map[string]*rate.Limiter
}

// A member may write some messages at once, and then one every little while;
// pacesKept bounds how many members are remembered.
const (
	answersAtOnce = 6
	answerEvery   = 20 * time.Second
	pacesKept     = 10_000
)

func newPaces() paces { return paces{of: map[string]*rate.Limiter{}} }

func (p *paces) allow(who string, at time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := p.of[who]
	if l == nil {
		if len(p.of) >= pacesKept {
			clear(p.of)
		}
		l = rate.NewLimiter(rate.Every(answerEvery), answersAtOnce)
		p.of[who] = l
	}
	return l.AllowN(at, 1)
}

// looked is how many of a member's newest cases are looked at.
const looked = 50

var (
	appealWords = regexp.MustCompile(`(?i)^[/!]?(申诉|appeal)(?:[\s:：,，]+|$)`)
	statusWords = regexp.MustCompile(`(?i)^[/!]?(进度|状态|status)(?:[\s:：,，]+|$)`)
	caseNumber  = regexp.MustCompile(`^[a-zA-Z2-7]{4,12}(?:[\s:：,，]+|$)`)
)

// Hear is the answer to what a member wrote to the bot alone: it takes an appeal
// ("申诉 abcd2345 是误会", "appeal it was a joke"), tells where one stands ("进度",
// "status"), and else explains both. It answers in the language that was written,
// and does not answer at all who writes too much. Only the member's own cases are
// looked at, whatever number they write.
func (d *Desk) Hear(ctx context.Context, e *chat.Event) string {
	if e.Author.ID == "" || e.Author.Role == chat.RoleSelf || !d.paces.allow(e.Adapter+"/"+e.Author.ID, d.config.Now()) {
		return ""
	}
	text := strings.TrimSpace(e.Message.Text)
	l := lang.En
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r >= 0x2e80 }) {
		l = lang.Zh
	}
	own, err := d.own(ctx, e)
	if err != nil {
		return say(l, "现在查不了，请稍后再试。", "This can't be looked up now. Please try again later.")
	}
	if word := appealWords.FindString(text); word != "" {
		return d.hearAppeal(ctx, own, text[len(word):], l)
	}
	if word := statusWords.FindString(text); word != "" {
		return status(own, text[len(word):], l)
	}
	return d.explain(own, l)
}

func say(l lang.Lang, zh, en string, args ...any) string { return lang.F(zh, en, args...).In(l) }

// own are the member's cases on this connection, the newest first.
func (d *Desk) own(ctx context.Context, e *chat.Event) (own []review.Case, err error) {
	page, err := d.config.Store.Cases(ctx, review.Filter{Adapter: e.Adapter, Member: e.Author.ID, Limit: looked})
	for i := range page.Cases {
		if c := &page.Cases[i]; c.AppealState() != review.NoAppeal || c.Appealable() && d.inTime(c) {
			own = append(own, *c)
		}
	}
	return own, err
}

// pick finds the case that the text begins with the number of, or else the first
// that is wanted.
func pick(own []review.Case, text string, wanted func(*review.Case) bool) (c *review.Case, rest string) {
	if number := caseNumber.FindString(text); number != "" {
		id := strings.ToLower(strings.TrimRight(number, " \t\r\n:：,，"))
		for i := range own {
			if strings.HasPrefix(own[i].ID, id) {
				return &own[i], text[len(number):]
			}
		}
	}
	for i := range own {
		if wanted(&own[i]) {
			return &own[i], text
		}
	}
	return nil, text
}

func (d *Desk) hearAppeal(ctx context.Context, own []review.Case, text string, l lang.Lang) string {
	c, ground := pick(own, text, (*review.Case).Appealable)
	if c == nil {
		if len(own) > 0 {
			return status(own, text, l)
		}
		return say(l, "没有可以申诉的处置。", "There is nothing that you could appeal against.")
	}
	after, err := d.file(ctx, c.ID, "direct", ground)
	switch {
	case err == nil:
		return say(l, "已收到对案件 %s 的申诉，将由另一位审核员裁决。发送“进度”可查询。",
			"Your appeal against case %s was received. Another reviewer will decide. Write “status” to see how it stands.", after.ID)
	case errors.Is(err, ErrEmpty):
		return say(l, "请说明理由：申诉 %s 理由", "Please say why: appeal %s and your reason", c.ID)
	case errors.Is(err, review.ErrAppealed), errors.Is(err, review.ErrNoAppeal):
		return status([]review.Case{*c}, "", l)
	}
	return say(l, "现在收不了申诉，请稍后再试。", "Your appeal can't be taken now. Please try again later.")
}

// status says where an appeal stands.
func status(own []review.Case, text string, l lang.Lang) string {
	c, _ := pick(own, text, func(c *review.Case) bool { return c.AppealState() != review.NoAppeal })
	if c == nil {
		return say(l, "你还没有申诉。", "You have made no appeal.")
	}
	return c.ID + ": " + StateText(c).In(l)
}

// StateText says where the appeal of a case stands, for who made it.
func StateText(c *review.Case) lang.Text {
	switch c.AppealState() {
	case review.AppealWaits:
		return lang.T("申诉等待裁决。", "The appeal waits for a decision.")
	case review.AppealAccepted:
		return lang.T("申诉成立，处置已撤销。", "The appeal was accepted: what was done is undone.")
	case review.AppealRejected:
		return lang.T("申诉未获支持，处置维持不变。", "The appeal was rejected: the decision stands.")
	}
	if c.State == review.Overturned {
		return lang.T("处置已被撤销，无需申诉。", "The decision was overturned already: there is nothing to appeal against.")
	}
	return lang.T("还没有申诉。", "No appeal was made.")
}

// Rule is how a case names its rule to the member.
func Rule(c *review.Case) lang.Text {
	for i := range c.Verdict.Hits {
		if h := &c.Verdict.Hits[i]; h.Mode == rules.Live {
			if h.Title.IsZero() {
				return lang.T(h.Rule, h.Rule)
			}
			return h.Title
		}
	}
	return lang.Text{}
}

func (d *Desk) explain(own []review.Case, l lang.Lang) string {
	for i := range own {
		if c := &own[i]; c.Appealable() {
			return say(l, "最近的处置：案件 %[1]s（%[2]s）。如有误判，请发送：申诉 %[1]s 理由。每个案件可申诉一次，由另一位审核员裁决；发送“进度”可查询。",
				"The latest decision: case %[1]s (%[3]s). If it was a mistake, write: appeal %[1]s and your reason. There is one appeal a case, and another reviewer decides; write “status” to see how it stands.",
				c.ID, Rule(c).Zh, Rule(c).En)
		}
	}
	if len(own) > 0 {
		return status(own, "", l)
	}
	return say(l, "我是群管理机器人。没有针对你的、可以申诉的处置。", "I moderate a group. There is no decision about you to appeal against.")
}

// How says in a notice that a whole chat reads how to appeal: by a direct message
// where the platform has those, and else by telling an admin. It never has a link:
// whoever opened it first could appeal in the member's place.
func (d *Desk) How(caseID string, direct bool) lang.Text {
	if direct {
		return lang.F("如有误判，请私聊我：申诉 %s 理由", "If this is a mistake, write to me in private: appeal %s and your reason", caseID)
	}
	return lang.F("如有误判，请把编号 %s 告诉管理员", "If this is a mistake, tell an admin the number %s", caseID)
}

// HowAlone says it to the member alone: by an answer, and, where there are links, by
// the link that mark stands for.
func (d *Desk) HowAlone(caseID, mark string) lang.Text {
	if d.Links() {
		return lang.F("如有误判，请在此申诉：%[1]s ，或回复：申诉 %[2]s 理由", "If this is a mistake, appeal here: %[1]s or answer: appeal %[2]s and your reason", mark, caseID)
	}
	return lang.F("如有误判，请回复：申诉 %s 理由", "If this is a mistake, answer: appeal %s and your reason", caseID)
}
