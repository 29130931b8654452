package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"patrol/bot/review"
	"patrol/rules/lang"
)

// viewRow is a saved view as a list shows it.
type viewRow struct {
	ID     string
	Key    string // that leads there; "" where there are no keys left
	Name   []piece
	Href   string
	Here   bool // what the page shows
	Home   bool
	Shared bool
	Mine   bool // the visitor may delete it
	Count  string
}

// A view is counted up to countedMost, and all of them together for countedFor: a
// number beside a name is not worth a slow page.
const (
	countedMost = 1000
	countedFor  = 40 * time.Millisecond
	viewKeys    = 9
)

// views are the visitor's saved views, those left out that are about a chat which
// the visitor may not see.
func (c *Console) views(ctx context.Context, v *visit, wanted want) ([]viewRow, error) {
	saved, err := c.config.Store.Views(ctx, v.login.reviewer.Name)
	if err != nil || len(saved) == 0 {
		return nil, err
	}
	counting, enough := context.WithTimeout(ctx, countedFor)
	defer enough()
	var list []viewRow
	for i := range saved {
		s := &saved[i]
		filter, ok := viewed(s)
		if !ok || filter.Chat != "" && !v.reach().Sees(filter.Chat) {
			continue
		}
		row := viewRow{
			ID: s.ID, Name: brief(s.Name), Href: filter.href(), Here: filter == wanted.from(""), Home: s.Home, Shared: s.Owner == "",
			Mine: s.Owner != "" || v.login.reviewer.May(review.Manage),
		}
		if len(list) < viewKeys {
			row.Key = strconv.Itoa(len(list) + 1)
		}
		n, err := c.config.Store.Count(counting, filter.filter(v), countedMost)
		switch {
		case err == nil:
			row.Count = upTo(n, countedMost)
		case ctx.Err() != nil || counting.Err() == nil:
			return nil, err
		}
		list = append(list, row)
	}
	return list, nil
}

// viewed is the filter of a view.
func viewed(s *review.View) (want, bool) {
	q, err := url.ParseQuery(s.Query)
	return readWant(q), err == nil
}

// home is where the visitor begins, "" where that is the whole queue.
func (c *Console) home(ctx context.Context, v *visit) (string, error) {
	saved, err := c.config.Store.Views(ctx, v.login.reviewer.Name)
	for i := range saved {
		filter, ok := viewed(&saved[i])
		if saved[i].Home && ok && (filter.Chat == "" || v.reach().Sees(filter.Chat)) {
			return filter.href(), err
		}
	}
	return "", err
}

// addView saves the filter of the list that the form stands on.
func (c *Console) addView(w http.ResponseWriter, r *http.Request, v *visit) error {
	wanted := readFrom(r).from("")
	owner := v.login.reviewer.Name
	shared := r.PostFormValue("shared") != "" && v.login.reviewer.May(review.Manage)
	if shared {
		owner = ""
	}
	view, err := review.NewView(owner, r.PostFormValue("name"), wanted.query(), v.now)
	switch {
	case err != nil:
	case shared:
		err = c.config.Store.PutView(r.Context(), view, accountEntry(v, lang.F("为所有人保存视图 %s", "saved the view %s for everybody", view.Name)))
	default:
		err = c.config.Store.PutView(r.Context(), view)
	}
	if errors.Is(err, review.ErrView) {
		return c.showQueue(w, r, v, queueAnswer{http.StatusUnprocessableEntity, v.say("problem.view", review.MaxViews)})
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, wanted.href(), http.StatusSeeOther)
	return nil
}

// deleteView deletes one of the visitor's views; an admin those of everybody too.
func (c *Console) deleteView(w http.ResponseWriter, r *http.Request, v *visit) error {
	id := r.PathValue("view")
	err := c.config.Store.DeleteView(r.Context(), id, v.login.reviewer.Name)
	if errors.Is(err, review.ErrNoView) && v.login.reviewer.May(review.Manage) {
		err = c.config.Store.DeleteView(r.Context(), id, "", accountEntry(v, lang.F("删除所有人的视图 %s", "deleted the view %s of everybody", id)))
	}
	return afterView(w, r, err)
}

// homeView lets the visitor begin with a view from now on, or with the queue where
// "on" is empty.
func (c *Console) homeView(w http.ResponseWriter, r *http.Request, v *visit) error {
	id := r.PathValue("view")
	if r.PostFormValue("on") == "" {
		id = ""
	}
	return afterView(w, r, c.config.Store.SetHome(r.Context(), v.login.reviewer.Name, id))
}

func afterView(w http.ResponseWriter, r *http.Request, err error) error {
	if errors.Is(err, review.ErrNoView) {
		return notFound
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, readFrom(r).href(), http.StatusSeeOther)
	return nil
}
