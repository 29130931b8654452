package console

import (
	"context"
	"net/http"

	"patrol/bot/manual"
	"patrol/bot/review"
	"patrol/rules/lang"
)

// orderView is one thing that a person is asked to do on the platform.
type orderView struct {
	Key     string
	Name    string
	DueText string
	Late    bool
	Why     []piece // why the bot did not do it, where the platform has said so
	Chat    []piece
	Member  []piece
	ID      []piece
	Text    []piece // the message, where it is about one
	Sent    moment
	Steps   []lang.Text
}

// firstAsked is what is to be done by hand first, nil where nothing is.
func firstAsked(c *review.Case) (first *review.Act) {
	for i := range c.Acts {
		if a := &c.Acts[i]; a.State == review.Asked && (first == nil || a.Due.Before(first.Due)) {
			first = a
		}
	}
	return first
}

// byHand is what the case asks a person to do.
func (v *visit) byHand(c *review.Case) (list []orderView) {
	for i := range c.Acts {
		a := &c.Acts[i]
		if a.State != review.Asked {
			continue
		}
		o := orderView{
			Key: a.Action.Key, Name: v.step(string(a.Action.Verb), a.Action.For), Why: brief(a.Error), Chat: brief(c.Event.Chat),
			Member: brief(c.Event.Author.Name), ID: brief(c.Event.Author.ID),
		}
		o.Late, o.DueText = v.due(a.Due)
		if a.Action.Message != "" {
			o.Text, _ = clipped(c.Event.Message.Text, nil, forFound)
			o.Sent = v.moment(c.Event.Time)
		}
		way, _ := manual.For(c.Event.Platform, a.Action.Verb)
		o.Steps = way.Steps
		list = append(list, o)
	}
	return list
}

// did takes the word of a person that they have done it.
func (c *Console) did(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "did", func(ctx context.Context, id, by string) (review.Case, error) {
		return c.config.Queue.Did(ctx, id, r.PostFormValue("act"), by, ground(r))
	})
}

// couldNot takes their word that it can't be done, and why.
func (c *Console) couldNot(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "impossible", func(ctx context.Context, id, by string) (review.Case, error) {
		return c.config.Queue.CouldNot(ctx, id, r.PostFormValue("act"), by, ground(r))
	})
}
