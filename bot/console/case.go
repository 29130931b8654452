package console

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"patrol/bot/review"
)

type casePage struct {
	frame
	row
	List       string // address of the list that the case was opened from
	From       string // its query
	Prev, Next string // addresses of the neighbours in that list; "" where there is none
	NextID     string
	All        bool // long texts are shown whole
	More       string
	Less       string
	Flash      string
	Problem    string
	Trouble    []piece
	Voices     voicesView
	Written    textView
	Folded     textView
	FoldedSame bool
	Attached   []attachment
	Hits       []hitView
	Excused    []excuseView
	Set        string
	Context    []contextView
	Shadow     []string
	Why        [][]piece
	Decide     decideView
	Remarks    []remarkView
	Member     memberView
	Timeline   []entryView
	Grounds    []string
}

// showCase also finds a case by the beginning of its id, and leads to the whole one.
func (c *Console) showCase(w http.ResponseWriter, r *http.Request, v *visit) error {
	one, err := c.config.Store.Case(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if one.ID != r.PathValue("id") {
		http.Redirect(w, r, caseHref(one.ID, readFrom(r)), http.StatusSeeOther)
		return nil
	}
	return c.renderCase(w, r, v, &one, http.StatusOK, "")
}

// readFrom is the list that a case was opened from. It is read strictly and
// written anew, so that nothing else gets into a link.
func readFrom(r *http.Request) want {
	q, err := url.ParseQuery(r.FormValue("from"))
	if err != nil {
		return want{Tab: "open"}
	}
	return readWant(q)
}

func (c *Console) renderCase(w http.ResponseWriter, r *http.Request, v *visit, one *review.Case, status int, problem string) error {
	from := readFrom(r)
	p := &casePage{frame: c.frame(r, v, "case.title"), row: v.row(one, from), List: from.href(), From: from.query(), Problem: problem}
	p.Title = v.say("case.title", one.ID)
	p.Live = true
	plainly := caseHref(one.ID, from)
	if r.Method == http.MethodPost {
		p.Here = plainly
	}
	p.All = r.URL.Query().Get("all") == "1"
	p.Less, p.More = plainly, withQuery(plainly, "all=1")
	p.fillEvidence(v, one)
	p.Decide = v.decide(one)
	for _, key := range []string{"ground.false", "ground.quote", "ground.joke", "ground.harsh", "ground.ad", "ground.scam", "ground.flood"} {
		p.Grounds = append(p.Grounds, v.say(key))
	}
	if err := c.fillNeighbours(r.Context(), v, p, from); err != nil {
		return err
	}
	if done := r.URL.Query().Get("done"); slices.Contains(doneKeys, done) {
		p.Flash = v.say("flash." + done)
		if next := r.URL.Query().Get("next"); caseID.MatchString(next) && next != one.ID {
			p.NextID, p.Next = next, caseHref(next, from)
		}
	}
	var err error
	if p.Member, err = c.member(r.Context(), v, one); err != nil {
		return err
	}
	if p.Timeline, err = c.timeline(r.Context(), v, one); err != nil {
		return err
	}
	return c.write(w, v, status, "case", p)
}

func withQuery(href, extra string) string {
	if strings.Contains(href, "?") {
		return href + "&" + extra
	}
	return href + "?" + extra
}

// fillNeighbours finds the cases before and after this one on the page of the
// list that it was opened from. A case that has left the list (it was decided)
// leads to the first.
func (c *Console) fillNeighbours(ctx context.Context, v *visit, p *casePage, from want) error {
	found, err := c.config.Store.Cases(ctx, from.filter(v))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(found.Cases, func(o review.Case) bool { return o.ID == p.ID })
	if at > 0 {
		p.Prev = caseHref(found.Cases[at-1].ID, from)
	}
	if at+1 < len(found.Cases) {
		p.NextID = found.Cases[at+1].ID
		p.Next = caseHref(p.NextID, from)
	}
	return nil
}

// caseID is what ids look like where they come from an address.
var caseID = regexp.MustCompile(`^[0-9A-Za-z_-]{4,64}$`)

// doneKeys are the verbs that a page reports as done.
var doneKeys = []string{"claimed", "released", "upheld", "overturned", "noted"}

// maxGround is how long a ground may be, in bytes; what is longer is a note.
const maxGround = 2000

func (c *Console) claim(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.do(w, r, v, "claimed", c.config.Queue.Claim)
}

func (c *Console) release(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.do(w, r, v, "released", c.config.Queue.Release)
}

func (c *Console) uphold(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.do(w, r, v, "upheld", func(ctx context.Context, id, by string) (review.Case, error) {
		return c.config.Queue.Uphold(ctx, id, by, ground(r))
	})
}

func (c *Console) overturn(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.do(w, r, v, "overturned", func(ctx context.Context, id, by string) (review.Case, error) {
		if ground(r) == "" {
			return review.Case{}, errNoGround
		}
		return c.config.Queue.Overturn(ctx, id, by, ground(r))
	})
}

func (c *Console) note(w http.ResponseWriter, r *http.Request, v *visit) error {
	return c.do(w, r, v, "noted", func(ctx context.Context, id, by string) (review.Case, error) {
		return c.config.Queue.Note(ctx, id, by, strings.TrimSpace(r.PostFormValue("text")))
	})
}

// errNoGround refuses an overturn that says nothing: the ledger is to tell the
// group's owner why.
var errNoGround = errors.New("an overturn needs a ground")

func ground(r *http.Request) string {
	text := strings.Join(strings.Fields(r.PostFormValue("ground")), " ")
	return text[:runeStart(text, maxGround)]
}

// do runs a verb and leads back to the case. What the queue refuses is shown on
// the case as it stands now, and nothing was done.
func (c *Console) do(w http.ResponseWriter, r *http.Request, v *visit, done string,
	verb func(ctx context.Context, id, by string) (review.Case, error),
) error {
	id := r.PathValue("id")
	if _, err := verb(r.Context(), id, v.login.reviewer.Name); err != nil {
		status, problem := v.refused(err)
		if problem == "" {
			return err
		}
		one, err := c.config.Store.Case(r.Context(), id)
		if err != nil {
			return err
		}
		return c.renderCase(w, r, v, &one, status, problem)
	}
	back := withQuery(caseHref(id, readFrom(r)), "done="+done)
	if next := r.PostFormValue("next"); caseID.MatchString(next) {
		back += "&next=" + url.QueryEscape(next)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
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
	case errors.Is(err, review.ErrEmpty):
		return http.StatusUnprocessableEntity, v.say("problem.empty")
	case errors.Is(err, errNoGround):
		return http.StatusUnprocessableEntity, v.say("problem.no.ground")
	}
	return 0, ""
}
