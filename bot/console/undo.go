package console

import (
	"context"
	"net/http"
	"strings"
	"time"

	"patrol/adapters/chat"
	"patrol/bot/undo"
)

type undoPage struct {
	frame
	Rule, Since, Until, Chat string // as typed
	Upheld                   bool
	Problem                  string
	Flash                    string
	Refused                  []refusedCase
	Figures                  []figure
	Gone                     string
	Nothing                  bool
	Zone                     string
	Orders                   []orderRow
}

// figure is one number of a preview.
type figure struct {
	Name string
	N    int
}

type orderRow struct {
	ID, By, Rule string
	At           moment
	Since, Until moment
	State        string
}

// ordersShown is how many of the newest orders are listed.
const ordersShown = 10

func newUndos(c *Config) *undo.Desk {
	return &undo.Desk{Store: c.Store, Queue: c.Queue, Now: c.Now}
}

// showUndo is the form, and the preview of what was typed into it.
func (c *Console) showUndo(w http.ResponseWriter, r *http.Request, v *visit) error {
	p, order, err := c.undoPage(r, v)
	if err != nil {
		return err
	}
	if p.Rule != "" && p.Problem == "" {
		preview, err := c.undos.Preview(r.Context(), order)
		if err != nil {
			return err
		}
		v.figures(p, &preview)
	}
	return c.write(w, v, http.StatusOK, "undo", p)
}

// undoAll gives the order. It is carried out to its end, also where nobody waits
// for the answer.
func (c *Console) undoAll(w http.ResponseWriter, r *http.Request, v *visit) error {
	p, order, err := c.undoPage(r, v)
	if err != nil {
		return err
	}
	if order.Ground = ground(r); order.Ground == "" && p.Problem == "" {
		p.Problem = v.say("undo.no.ground")
	}
	if p.Problem != "" {
		return c.write(w, v, http.StatusUnprocessableEntity, "undo", p)
	}
	ctx := context.WithoutCancel(r.Context())
	if order, err = c.undos.Begin(ctx, order); err != nil {
		return err
	}
	tally, err := c.undos.Finish(ctx, order)
	if err != nil {
		return err
	}
	if p.Orders, err = c.orders(r.Context(), v); err != nil {
		return err
	}
	p.Rule = ""
	p.Flash, p.Refused = v.say("undo.done", order.ID, tally.Done), v.refusals(tally)
	return c.write(w, v, http.StatusOK, "undo", p)
}

// undoPage is the page with the order that was typed, or what is wrong with it.
func (c *Console) undoPage(r *http.Request, v *visit) (*undoPage, undo.Order, error) {
	p := &undoPage{
		frame: c.frame(r, v, "undo.title"), Rule: strings.TrimSpace(r.FormValue("rule")), Since: r.FormValue("since"), Until: r.FormValue("until"),
		Chat: strings.TrimSpace(r.FormValue("chat")), Upheld: r.FormValue("upheld") != "", Zone: v.now.In(v.zone).Format("UTC-07:00"),
	}
	p.Here = "/undo"
	order := undo.Order{Rule: p.Rule, Upheld: p.Upheld, By: v.login.reviewer.Name}
	if p.Chat != "" {
		order.Chats = []string{p.Chat}
	}
	var err error
	if p.Orders, err = c.orders(r.Context(), v); err != nil {
		return nil, order, err
	}
	if p.Rule == "" {
		if p.Since == "" {
			p.Since, p.Until = local(v.now.Add(-time.Hour), v), local(v.now.Add(time.Minute), v)
		}
		if r.Method == http.MethodPost {
			p.Problem = v.say("undo.no.rule")
		}
		return p, order, nil
	}
	since, until := typed(p.Since, v), typed(p.Until, v)
	if since.IsZero() || until.IsZero() || !since.Before(until) || !since.Before(v.now) {
		p.Problem = v.say("undo.no.time")
	}
	order.Since, order.Until = since, until
	return p, order, nil
}

// timeForm is how browsers send a date with a time.
const timeForm = "2006-01-02T15:04"

func local(t time.Time, v *visit) string { return t.In(v.zone).Format(timeForm) }

// typed is the time that a person typed, the zero time where that is none.
func typed(text string, v *visit) time.Time {
	for _, form := range []string{timeForm, "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, text, v.zone); err == nil {
			return t
		}
	}
	return time.Time{}
}

func (v *visit) figures(p *undoPage, preview *undo.Preview) {
	p.Nothing = preview.Cases == 0
	for _, f := range []struct {
		key string
		n   int
	}{
		{"undo.cases", preview.Cases}, {"undo.members", preview.Members}, {"undo.mutes", preview.Mutes}, {"undo.timers", preview.Timers},
		{"undo.bans", preview.Bans}, {"undo.strikes", preview.Strikes}, {"undo.waiting", preview.Waiting},
		{"undo.others", preview.Others}, {"undo.left.upheld", preview.Upheld}, {"undo.left.held", preview.Held},
	} {
		if f.n > 0 || f.key == "undo.cases" {
			p.Figures = append(p.Figures, figure{v.say(f.key), f.n})
		}
	}
	var gone []string
	for _, verb := range []chat.Verb{chat.Delete, chat.Warn, chat.Remove} {
		if n := preview.Gone[verb]; n > 0 {
			gone = append(gone, v.say("undo.times", v.say("verb."+string(verb)), n))
		}
	}
	if len(gone) > 0 {
		p.Gone = v.say("undo.gone", v.list(gone))
	}
}

func (c *Console) orders(ctx context.Context, v *visit) (list []orderRow, err error) {
	all, err := c.config.Store.Undos(ctx, ordersShown)
	for i := range all {
		o := &all[i]
		row := orderRow{ID: o.ID, By: o.By, Rule: o.Rule, At: v.moment(o.At), Since: v.moment(o.Since), Until: v.moment(o.Until), State: v.say("undo.unfinished")}
		if !o.Finished.IsZero() {
			row.State = v.say("undo.finished", o.Cases, o.Left)
		}
		list = append(list, row)
	}
	return list, err
}
