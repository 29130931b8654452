package console

import (
	"context"
	"net/http"
	"net/url"
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
	Flash      *flash
	TakeBack   bool // z takes back what the visitor has said about the case
	Problem    string
	Trouble    []piece
	Erased     erasedView
	SampleNote string // that it was drawn by chance
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
	Orders     []orderView // what is to be done by hand
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
	if v.mayGiveSecond(&one) && r.URL.Query().Get("seen") != "1" {
		http.Redirect(w, r, "/samples/"+url.PathEscape(one.ID), http.StatusSeeOther)
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
	p.Decide, p.Orders, p.SampleNote = v.decide(one), v.byHand(one), v.sampleNote(one.Sample)
	p.Erased = erasedView{v.moment(one.Erased.At), brief(one.Erased.By), brief(one.Erased.Ground.In(v.lang))}
	p.Grounds = v.grounds()
	if err := c.fillNeighbours(r.Context(), v, p, from); err != nil {
		return err
	}
	p.Flash = c.flashOf(r, v, from, one.ID)
	p.TakeBack = v.mayTakeBack(one) && (p.Flash == nil || p.Flash.Undo == "")
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

// erasedView says that the texts of a case are not there any more, when that was
// done, by whom and why; it is zero where they are.
type erasedView struct {
	At         moment
	By, Ground []piece
}
