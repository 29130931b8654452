package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"patrol/bot/ledger"
	"patrol/bot/review"
	"patrol/rules"
)

// caseID is what ids look like where they come from an address.
var caseID = regexp.MustCompile(`^[0-9A-Za-z_-]{4,64}$`)

// doneKeys are the verbs that a page reports as done.
var doneKeys = []string{"claimed", "released", "upheld", "overturned", "noted", "escalated", "proposed", "undone", "reposted", "did", "impossible"}

// maxGround is how long a ground may be, in bytes; what is longer is a note.
const maxGround = 2000

// onCase is a verb that a person has asked for on one case.
type onCase func(ctx context.Context, id, by string) (review.Case, error)

func (c *Console) claim(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "claimed", c.config.Queue.Claim)
}

func (c *Console) release(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "released", c.config.Queue.Release)
}

func (c *Console) takeBack(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "undone", c.config.Queue.TakeBack)
}

func (c *Console) repost(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "reposted", c.config.Queue.Repost)
}

func (c *Console) note(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.stay(w, r, v, "noted", func(ctx context.Context, id, by string) (review.Case, error) {
		return c.config.Queue.Note(ctx, id, by, strings.TrimSpace(r.PostFormValue("text")))
	})
}

func (c *Console) uphold(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.leave(w, r, v, "upheld")
}

func (c *Console) overturn(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.leave(w, r, v, "overturned")
}

func (c *Console) escalate(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.leave(w, r, v, "escalated")
}

// Why a verb is refused before the queue is asked.
var (
	// errNoGround refuses an overturn that says nothing: the ledger is to tell the
	// group's owner why.
	errNoGround = errors.New("an overturn needs a ground")
	errMeasure  = errors.New("no such measure")
	errVerb     = errors.New("no such verb")
)

func ground(r *http.Request) string {
	text := strings.Join(strings.Fields(r.PostFormValue("ground")), " ")
	return text[:runeStart(text, maxGround)]
}

// verdict is the verb of that name with what the form says beside it.
func (c *Console) verdict(r *http.Request, v *visit, name string) (onCase, error) {
	word := review.Word{By: v.login.reviewer.Name, Ground: ground(r), Below: !v.login.reviewer.May(review.Manage)}
	switch name {
	case "upheld":
		instead, err := readMeasure(r.PostFormValue("instead"))
		word.Instead = instead
		return func(ctx context.Context, id, _ string) (review.Case, error) {
			return c.config.Queue.Decide(ctx, id, review.Upheld, word)
		}, err
	case "overturned":
		if word.Ground == "" {
			return nil, errNoGround
		}
		return func(ctx context.Context, id, _ string) (review.Case, error) {
			return c.config.Queue.Decide(ctx, id, review.Overturned, word)
		}, nil
	case "escalated":
		return func(ctx context.Context, id, by string) (review.Case, error) {
			return c.config.Queue.Escalate(ctx, id, by, word.Ground)
		}, nil
	}
	return nil, errVerb
}

// readMeasure reads what measureValue wrote; "" is what is held.
func readMeasure(text string) (*rules.Step, error) {
	switch text {
	case "":
		return nil, nil
	case "none":
		return &rules.Step{}, nil
	}
	step, err := rules.ParseStep(text)
	if err != nil {
		return nil, errMeasure
	}
	return &step, nil
}

// stay runs a verb and leads back to the case. What the queue refuses is shown on
// the case as it stands now, and nothing was done.
func (c *Console) stay(w http.ResponseWriter, r *http.Request, v *visit, done string, verb onCase) error {
	id := r.PathValue("id")
	if _, err := verb(r.Context(), id, v.login.reviewer.Name); err != nil {
		return c.refuse(w, r, v, err)
	}
	http.Redirect(w, r, withQuery(caseHref(id, readFrom(r)), "done="+done), http.StatusSeeOther)
	return nil
}

// leave runs a verdict and leads to the next case, or to the list after the last
// one; either page says what was done and takes it back.
func (c *Console) leave(w http.ResponseWriter, r *http.Request, v *visit, done string) error {
	id := r.PathValue("id")
	verb, err := c.verdict(r, v, done)
	if err != nil {
		return c.refuse(w, r, v, err)
	}
	after, err := verb(r.Context(), id, v.login.reviewer.Name)
	if err != nil {
		return c.refuse(w, r, v, err)
	}
	if done == "upheld" && after.State != review.Upheld {
		done = "proposed"
	}
	from := readFrom(r)
	to := from.href()
	if next := r.PostFormValue("next"); caseID.MatchString(next) && next != id {
		to = caseHref(next, from)
	}
	http.Redirect(w, r, withQuery(to, "done="+done+"&of="+url.QueryEscape(id)), http.StatusSeeOther)
	return nil
}

// refuse shows the case with why the verb was not done.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, v *visit, err error) error {
	status, problem := v.refused(err)
	if problem == "" {
		return err
	}
	one, err := c.config.Store.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return c.renderCase(w, r, v, &one, status, problem)
}

// refused is what a person is told of err, "" where it is a fault.
func (v *visit) refused(err error) (status int, problem string) {
	var (
		held    *review.ClaimedError
		decided *review.DecidedError
	)
	switch {
	case errors.As(err, &held):
		return http.StatusConflict, v.say("problem.claimed", held.By)
	case errors.As(err, &decided):
		return http.StatusConflict, v.say("problem.decided", decided.By)
	case errors.Is(err, review.ErrFirst):
		return http.StatusConflict, v.say("problem.first")
	case errors.Is(err, review.ErrSecond):
		return http.StatusConflict, v.say("problem.second")
	case errors.Is(err, review.ErrAbove):
		return http.StatusConflict, v.say("problem.above")
	case errors.Is(err, review.ErrNoSecond):
		return http.StatusConflict, v.say("problem.no.second")
	case errors.Is(err, review.ErrNothing):
		return http.StatusConflict, v.say("problem.nothing")
	case errors.Is(err, review.ErrNotAsked):
		return http.StatusConflict, v.say("problem.not.asked")
	case errors.Is(err, review.ErrIntact):
		return http.StatusConflict, v.say("problem.intact")
	case errors.Is(err, review.ErrMeasure), errors.Is(err, errMeasure):
		return http.StatusUnprocessableEntity, v.say("problem.measure")
	case errors.Is(err, review.ErrEmpty):
		return http.StatusUnprocessableEntity, v.say("problem.empty")
	case errors.Is(err, errNoGround):
		return http.StatusUnprocessableEntity, v.say("problem.no.ground")
	}
	return 0, ""
}

// flash says on a page what was just done, and how it is taken back.
type flash struct {
	Text   string
	Of     string // the case, where it is another one than that of the page
	OfHref string
	Undo   string // where a press takes it back; "" where nothing does
	CSRF   string
	From   string
}

// flashOf is what the address says was done; nil where it says nothing.
func (c *Console) flashOf(r *http.Request, v *visit, from want, here string) *flash {
	q := r.URL.Query()
	done, of := q.Get("done"), q.Get("of")
	f := &flash{CSRF: v.login.session.CSRF, From: from.query()}
	if b := c.batches.last(v.login.reviewer.Name); q.Get("batch") != "" && b.token == q.Get("batch") {
		f.Text, f.Undo = v.tally(b), "/bulk/undo"
		if b.undone {
			f.Undo = ""
		}
		return f
	}
	key := "flash." + done
	if say(key).En == key {
		return nil
	}
	f.Text = v.say(key)
	if caseID.MatchString(of) && of != here {
		f.Of, f.OfHref = of, caseHref(of, from)
		if v.login.reviewer.May(review.Decide) {
			f.Undo = "/cases/" + url.PathEscape(of) + "/undo"
		}
	}
	return f
}

// mayTakeBack reports whether z takes back something on the case itself.
func (v *visit) mayTakeBack(c *review.Case) bool {
	if !v.login.reviewer.May(review.Decide) {
		return false
	}
	after := *c
	after.Acts = append([]review.Act(nil), c.Acts...)
	_, err := after.TakeBack(review.Word{By: v.login.reviewer.Name, At: v.now})
	return err == nil && c.Escalated.By != ledger.Bot
}
