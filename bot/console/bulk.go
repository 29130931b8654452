package console

import (
	"context"
	"errors"
	"net/http"
	"sync"

	"patrol/bot/review"
)

// maxBulk is how many cases one press may decide.
const maxBulk = 5000

// batch is what one press did to many cases.
type batch struct {
	token   string
	done    string // of doneKeys
	cases   []string
	refused int
	undone  bool // it was itself an undoing
}

// batches are the last batch of each reviewer, for z. They end with the process.
type batches struct {
	mu sync.Mutex
	of map[string]batch
}

func (b *batches) last(name string) batch {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.of[name]
}

func (b *batches) keep(name string, one batch) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.of == nil {
		b.of = map[string]batch{}
	}
	b.of[name] = one
}

// bulk does one verb on all cases that were ticked, and on all that are alike to
// one that stands for many.
func (c *Console) bulk(w http.ResponseWriter, r *http.Request, v *visit) error {
	done := r.PostFormValue("verb")
	verb, err := c.verdict(r, v, done)
	if err != nil {
		return c.showQueue(w, r, v, queueAnswer{status: http.StatusUnprocessableEntity, problem: v.say(whyNot(err))})
	}
	ids, err := c.ticked(r)
	if err != nil {
		return err
	}
	if len(ids) == 0 {
		return c.showQueue(w, r, v, queueAnswer{status: http.StatusUnprocessableEntity, problem: v.say("problem.none.ticked")})
	}
	return c.each(w, r, v, batch{done: done}, ids, verb)
}

func whyNot(err error) string {
	switch {
	case errors.Is(err, errNoGround):
		return "problem.no.ground"
	case errors.Is(err, errMeasure):
		return "problem.measure"
	}
	return "problem.none.ticked"
}

// undoBulk takes the last batch of the reviewer back.
func (c *Console) undoBulk(w http.ResponseWriter, r *http.Request, v *visit) error {
	last := c.batches.last(v.login.reviewer.Name)
	if len(last.cases) == 0 || last.undone {
		return c.showQueue(w, r, v, queueAnswer{status: http.StatusConflict, problem: v.say("problem.nothing")})
	}
	return c.each(w, r, v, batch{done: "undone", undone: true}, last.cases, c.config.Queue.TakeBack)
}

func (c *Console) each(w http.ResponseWriter, r *http.Request, v *visit, b batch, ids []string, verb onCase) error {
	name := v.login.reviewer.Name
	tally := c.config.Queue.Each(r.Context(), ids, func(ctx context.Context, id string) (review.Case, error) { return verb(ctx, id, name) })
	for _, refusal := range tally.Refused {
		if _, problem := v.refused(refusal.Err); problem == "" {
			c.config.Log.Error().Err(refusal.Err).Str("case", refusal.ID).Msg("console: a case of a bulk failed")
		}
	}
	for i := range tally.Done {
		b.cases = append(b.cases, tally.Done[i].ID)
	}
	b.token, b.refused = newToken(), len(tally.Refused)
	c.batches.keep(name, b)
	http.Redirect(w, r, withQuery(readFrom(r).href(), "batch="+b.token), http.StatusSeeOther)
	return nil
}

// tally says what came of a batch.
func (v *visit) tally(b batch) string {
	text := v.say("flash.bulk."+b.done, len(b.cases))
	if b.refused > 0 {
		text += " " + v.say("flash.bulk.refused", b.refused)
	}
	return text
}

// ticked are the cases that the form names, and those alike to one of "alike".
func (c *Console) ticked(r *http.Request) ([]string, error) {
	seen := map[string]bool{}
	var ids []string
	add := func(id string) {
		if caseID.MatchString(id) && !seen[id] && len(ids) < maxBulk {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for _, id := range r.PostForm["alike"] {
		one, err := c.config.Store.Case(r.Context(), id)
		if err != nil {
			return nil, err
		}
		f := review.Filter{Alike: one.Likeness(), Limit: review.MaxPage}
		for len(ids) < maxBulk {
			page, err := c.config.Store.Cases(r.Context(), f)
			if err != nil {
				return nil, err
			}
			for i := range page.Cases {
				add(page.Cases[i].ID)
			}
			if f.After = page.Next; f.After == "" {
				break
			}
		}
	}
	for _, id := range r.PostForm["id"] {
		add(id)
	}
	return ids, nil
}
