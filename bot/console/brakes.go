package console

import (
	"context"
	"net/http"

	"patrol/bot/brake"
	"patrol/bot/review"
)

type brakesPage struct {
	frame
	Rows    []brakeRow
	Problem string
	Flash   string
	Refused []refusedCase
}

type brakeRow struct {
	ID, Kind string
	Scope    []piece
	Why      string
	At       moment
	Until    moment
	On       bool
	LiftedBy string
	Holds    int
	Cases    []heldCase // the first of them
	More     int        // how many come after those
	May      bool
}

type heldCase struct {
	ID, Href   string
	Name, Text []piece
	Acts       []actView
}

// refusedCase is one that a batch left alone.
type refusedCase struct{ ID, Href, Why string }

// heldShown is how many cases of a brake are shown.
const heldShown = 8

// braked counts the brakes that people should know of.
func (c *Console) braked(ctx context.Context, v *visit) int {
	all, err := c.brakes.Standing(ctx)
	if err != nil {
		c.config.Log.Error().Err(err).Msg("console: the brakes can't be read")
	}
	n := 0
	for _, b := range all {
		if b.On(v.now) || b.Holds > 0 {
			n++
		}
	}
	return n
}

func (c *Console) listBrakes(w http.ResponseWriter, r *http.Request, v *visit) error {
	p, err := c.brakesPage(r, v)
	if err != nil {
		return err
	}
	return c.write(w, v, http.StatusOK, "brakes", p)
}

func (c *Console) brakesPage(r *http.Request, v *visit) (*brakesPage, error) {
	p := &brakesPage{frame: c.frame(r, v, "brake.title")}
	p.Here = "/brakes"
	all, err := c.brakes.Standing(r.Context())
	if err != nil {
		return nil, err
	}
	for _, b := range all {
		if !b.On(v.now) && b.Holds == 0 {
			continue
		}
		one := brakeRow{
			ID: b.ID, Kind: string(b.Kind), Scope: brief(b.Scope), Why: b.Why.In(v.lang), At: v.moment(b.At), Until: v.moment(b.Until),
			On: b.On(v.now), LiftedBy: b.LiftedBy, Holds: b.Holds, May: v.login.reviewer.May(review.Decide),
		}
		if one.Cases, err = c.heldCases(r.Context(), v, b.ID); err != nil {
			return nil, err
		}
		one.More = max(0, one.Holds-len(one.Cases))
		p.Rows = append(p.Rows, one)
	}
	return p, nil
}

func (c *Console) heldCases(ctx context.Context, v *visit, id string) (list []heldCase, err error) {
	held, err := c.config.Store.Held(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, caseID := range held[:min(len(held), heldShown)] {
		one, err := c.config.Store.Case(ctx, caseID)
		if err != nil {
			return nil, err
		}
		row := v.row(&one, want{Tab: "open"})
		list = append(list, heldCase{ID: one.ID, Href: row.Href, Name: row.Name, Text: row.Text, Acts: row.Acts})
	}
	return list, nil
}

func (c *Console) releaseBrake(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.emptyBrake(w, r, v, "brake.released", c.brakes.Release)
}

func (c *Console) cancelBrake(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.emptyBrake(w, r, v, "brake.cancelled", c.brakes.Cancel)
}

func (c *Console) emptyBrake(w http.ResponseWriter, r *http.Request, v *visit, done string,
	verb func(ctx context.Context, id, by string) (review.Swept, error),
) error {
	one, err := c.brakes.Find(r.Context(), r.PathValue("id"))
	if err != nil {
		return notFound
	}
	tally, err := verb(r.Context(), one.ID, v.login.reviewer.Name)
	if err != nil {
		return err
	}
	p, err := c.brakesPage(r, v)
	if err != nil {
		return err
	}
	p.Flash, p.Refused = v.say(done, tally.Done), v.refusals(tally)
	return c.write(w, v, http.StatusOK, "brakes", p)
}

// refusals are the cases that a batch has left alone, each with why.
func (v *visit) refusals(t review.Swept) (list []refusedCase) {
	for id, err := range t.Refused {
		_, why := v.refused(err)
		list = append(list, refusedCase{ID: id, Href: caseHref(id, want{Tab: "open"}), Why: why})
	}
	return list
}

func newBrakes(c *Config) *brake.Desk {
	return &brake.Desk{Store: c.Store, Queue: c.Queue, Now: c.Now}
}
