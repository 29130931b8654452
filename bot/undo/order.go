package undo

import (
	"errors"
	"slices"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/review"
	"patrol/rules"
)

// Order says what is to be undone. By when the bot decided counts, not by when the
// message was sent.
type Order struct {
	ID     string    `json:"id"`
	Rule   string    `json:"rule"`
	Since  time.Time `json:"since"`
	Until  time.Time `json:"until"`            // this moment not included
	Chats  []string  `json:"chats,omitempty"`  // as review.ChatKey writes them; all where empty
	Upheld bool      `json:"upheld,omitempty"` // cases that a person has upheld as well
	By     string    `json:"by"`
	Ground string    `json:"ground,omitempty"`
	At     time.Time `json:"at"` // when it was given

	Finished time.Time `json:"finished,omitzero"`
	Cases    int       `json:"cases,omitempty"` // with Finished: how many it overturned
	Left     int       `json:"left,omitempty"`  // with Finished: how many it had to leave alone
}

// The errors of an order that says too little.
var (
	ErrNoRule = errors.New("an undo needs a rule / 撤销需要指定规则")
	ErrNoTime = errors.New("an undo needs a time before its end / 起始时间要早于结束时间")
)

func (o *Order) check() error {
	switch {
	case o.Rule == "":
		return ErrNoRule
	case o.Since.IsZero() || !o.Since.Before(o.Until):
		return ErrNoTime
	case strings.TrimSpace(o.By) == "":
		return review.ErrNobody
	}
	return nil
}

// did reports whether the rule has had a part in what the case did.
func (o *Order) did(c *review.Case) bool {
	return slices.ContainsFunc(c.Verdict.Hits, func(h rules.Hit) bool { return h.Rule == o.Rule && acts(&h) })
}

func acts(h *rules.Hit) bool { return h.Mode == rules.Live && h.Then.Answer != rules.Log }

// takes reports whether the order overturns the case, as it stands.
func (o *Order) takes(c *review.Case) bool {
	if !o.did(c) || c.State == review.Overturned || c.State == review.Logged {
		return false
	}
	return c.State != review.Upheld || o.Upheld
}

// Preview is what an order would come to, were it carried out now.
type Preview struct {
	Cases   int `json:"cases"`
	Members int `json:"members"` // of those cases
	Mutes   int `json:"mutes"`   // to be lifted
	Bans    int `json:"bans"`    // to be lifted
	Timers  int `json:"timers"`  // of mutes, brought forward
	Strikes int `json:"strikes"` // that become void
	Waiting int `json:"waiting"` // actions that are cancelled before they were carried out

	Gone map[chat.Verb]int `json:"gone"` // what can't be undone: messages deleted, warnings read, members put out

	Others int `json:"others"` // of Cases, those that another rule hit as well
	Upheld int `json:"upheld"` // left alone: a person has upheld them
	Held   int `json:"held"`   // left alone for now: another person holds them
}

// add counts one case.
func (p *Preview) add(o *Order, c *review.Case, now time.Time, policy *review.Policy) {
	switch {
	case !o.did(c):
		return
	case c.State == review.Upheld && !o.Upheld:
		p.Upheld++
		return
	case !o.takes(c):
		return
	}
	after := *c
	after.Acts = slices.Clone(c.Acts)
	if _, err := o.overturn(&after, now, policy); err != nil {
		p.Held++
		return
	}
	p.Cases++
	if slices.ContainsFunc(c.Verdict.Hits, func(h rules.Hit) bool { return h.Rule != o.Rule && acts(&h) }) {
		p.Others++
	}
	if c.Strike != after.Strike {
		p.Strikes++
	}
	for i := range after.Acts {
		a := &after.Acts[i]
		was := review.Act{}
		if i < len(c.Acts) {
			was = c.Acts[i]
		}
		p.act(a, &was)
	}
}

// act counts what became of one act, or that it is new where was is zero.
func (p *Preview) act(a, was *review.Act) {
	changed := a.State != was.State || !a.Due.Equal(was.Due)
	switch verb := a.Action.Verb; {
	case changed && a.State == review.Cancelled:
		p.Waiting++
	case changed && a.State == review.Due && was.State == review.Due:
		p.Timers++
	case changed && (a.State == review.Due || a.State == review.Asked) && verb == chat.Unmute:
		p.Mutes++
	case changed && (a.State == review.Due || a.State == review.Asked) && verb == chat.Unban:
		p.Bans++
	case verb.Weight() > 0 && verb.Undo() == "" && (a.State == review.Done || a.State == review.Doing):
		p.Gone[verb]++
	}
}
